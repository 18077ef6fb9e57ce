import re
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import format_date

from ..models.booking import FIRM_STATES
from ..models.space import MAX_PEOPLE
from ..models.space_search import PARTS
from ..models.space_slots import UNIT_OF
from .book import MAX_ID, MOMENT, Book

# How many days the strip shows; a date field gives the others.
DAYS_SHOWN = 14
# One card a space: its best time to book, and some others.
SPACES_SHOWN, TIMES_SHOWN = 12, 4
MOST_AMENITIES = 50
# Parameters of an address that say what is looked for.
ASKED = ("people", "length", "day", "date", "part", "hour", "amenity")


class SearchPage(Book):
    """The first page: what is looked for, and what is free.

    What is looked for is in the address, so that it can be kept, sent and gone
    back to. The page works without a script.
    """

    @route("/book", type="http", auth="public", website=True, sitemap=True)
    def book(self, **kwargs):
        """Show what can be booked: all the spaces, or what is free as it was asked."""
        every = self._spaces()
        places = every.place_id
        state, sentence = self._asked(every)
        if request.httprequest.args.get("step"):
            return request.redirect(self._search_address(state))
        spaces = every.filtered(lambda space: space.place_id in (state["place"] or places))
        partner = self._partner()
        searching = any(request.httprequest.args.get(name) for name in ASKED)
        found = searching and bool(spaces) and self._found(spaces, partner, state)
        sentence = request.session.pop("tierslieu_sentence", None) or sentence
        response = request.render(
            "tierslieu_booking.book",
            {
                "spaces": spaces,
                "places": places,
                "place": state["place"],
                "state": state,
                "choices": bool(spaces) and self._choices(spaces, state),
                "found": found,
                "prices": {} if found else spaces._from_prices(partner),
                "again": self._again(),
                "slug": request.env["ir.http"]._slug,
                "money": self._money,
                "moment": lambda value: value.strftime(MOMENT),
                "sentence": sentence,
                "tl_no_index": searching,
            },
        )
        if searching:
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    # -- What is asked

    def _asked(self, spaces):
        """Read the address: (what is looked for, a sentence on what meant nothing, or None).

        What means nothing is left out.
        """
        args, sentence = request.httprequest.args, None
        day = args.get("date") or args.get("day")
        if day and not self._day(day):
            sentence = request.env._("This day does not exist: choose another one.")
        length = args.get("length") or None
        if length and not any(space._is_sold_by(length[:10]) for space in spaces):
            length, sentence = None, request.env._("Nothing is booked for that long here.")
        hour = args.get("hour", "")
        known = spaces.amenity_ids
        wanted = {
            int(value)
            for value in args.getlist("amenity")[:MOST_AMENITIES]
            if re.fullmatch(r"[0-9]{1,10}", value) and int(value) <= MAX_ID
        }
        state = {
            "place": spaces.place_id.filtered(lambda place: str(place.id) == args.get("place")),
            "people": self._party(args.get("people"), args.get("step")),
            "length": length and length[:10],
            "day": self._day(day) if day else None,
            "part": args.get("part") if args.get("part") in PARTS else None,
            "hour": hour if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", hour) else None,
            "amenities": known.filtered(lambda amenity: amenity.id in wanted),
        }
        return state, sentence

    def _party(self, people, step):
        """Read how many come, one more or less when a button without a script says so."""
        count = self._people(people) + {"1": 1, "-1": -1}.get(step, 0)
        return min(max(count, 1), MAX_PEOPLE)

    def _search_address(self, state, **change):
        """Return the address of a search: what is looked for, and no more."""
        state = state | change
        query = [
            ("place", state["place"].id or None),
            ("people", state["people"] if state["people"] > 1 else None),
            ("length", state["length"]),
            ("day", state["day"] and state["day"].isoformat()),
            ("part", not state["hour"] and state["part"]),
            ("hour", state["hour"]),
            *(("amenity", amenity.id) for amenity in state["amenities"]),
        ]
        query = urlencode([(name, value) for name, value in query if value])
        return f"/book?{query}" if query else "/book"

    # -- What may be chosen

    def _choices(self, spaces, state):
        """Return what the form offers: lengths, days, parts of the day, hours, amenities."""
        _ = request.env._
        lengths = {}
        for space in spaces:
            lengths |= dict(space._lengths())
        return {
            "lengths": sorted(lengths.items(), key=lambda length: _length_rank(length[0])),
            "days": self._days(spaces.place_id, state["day"]),
            "parts": [
                (None, _("Any time")),
                ("morning", _("Morning")),
                ("afternoon", _("Afternoon")),
                ("evening", _("Evening")),
            ],
            "hours": self._hours(spaces.place_id[0]),
            "amenities": spaces.amenity_ids.sorted(),
            "people_max": max((space.seats for space in spaces), default=1) or MAX_PEOPLE,
        }

    def _days(self, places, chosen):
        """Return the days of the strip; those on which no place opens say so."""
        today = min(place.now_local().date() for place in places)
        last = today + timedelta(days=DAYS_SHOWN - 1)
        days = [place._kernel_days(today, last) for place in places]
        _ = request.env._
        names = {0: _("Today"), 1: _("Tomorrow")}
        strip = []
        for nth in range(DAYS_SHOWN):
            date = today + timedelta(days=nth)
            closed = not any(one[date.toordinal()].opening for one in days)
            strip.append(
                {
                    "date": date,
                    "value": date.isoformat(),
                    "name": names.get(nth)
                    or format_date(request.env, date, date_format="EEE").rstrip("."),
                    "said": places[0].format_date(date),
                    "month": format_date(request.env, date, date_format="MMM").rstrip("."),
                    "closed": closed,
                    "chosen": date == chosen,
                }
            )
        return strip

    def _hours(self, place):
        """Return the hours that may be asked for: [(“14:00”, “14 h”), …]."""
        parts = place.day_part_ids
        hours = [part.hour_from for part in parts] + [part.hour_to for part in parts] or [8, 20]
        step = max(place.step, 30)
        minutes = range(round(min(hours) * 60) - 60, round(max(hours) * 60), step)
        return [
            (f"{count // 60:02d}:{count % 60:02d}", place._say_time(time(*divmod(count, 60))))
            for count in minutes
            if 0 <= count < 24 * 60
        ]

    # -- What is free

    def _found(self, spaces, partner, state):
        """Look for it, and return what the page shows: one card a space."""
        start, hours = self._start(spaces.place_id[0], state)
        result = spaces.find(
            spaces.place_id,
            start,
            state["length"],
            state["people"],
            state["amenities"],
            partner,
            hours=hours,
            use_credits=self._uses_credits(),
            limit=SPACES_SHOWN,
            times=TIMES_SHOWN,
        )
        cards = {}
        for offer in result["offers"] or result["alternatives"]:
            key = offer["space_id"] if result["offers"] else len(cards)
            if key in cards:
                cards[key]["others"].append(self._other(cards[key], offer))
            else:
                cards[key] = self._card(spaces, state, offer)
        for card in cards.values():
            card["others"].sort(key=lambda other: other["start"])
        return {
            "cards": list(cards.values()),
            "sentence": result["sentence"],
            "alternatives": bool(result["alternatives"]),
            "more": result["more"],
            **self._found_words(result, len(cards)),
        }

    def _start(self, place, state):
        """Turn a day, a part of it or an hour into what `find` takes."""
        day, hour = state["day"], state["hour"]
        if not hour:
            return day, state["part"]
        wall = time.fromisoformat(hour)
        if day:
            return place.to_utc(datetime.combine(day, wall)), None
        begin = wall.hour + wall.minute / 60
        minutes = request.env["tierslieu.space"]._minutes_of(state["length"])
        return None, (begin, min(begin + minutes / 60, 48) if minutes else 24)

    def _found_words(self, result, count):
        """Return the title of what was found, and what the button that leads to it says."""
        _ = request.env._
        if not result["offers"]:
            title = _("Nearest to it") if count else _("Nothing free")
            return {"title": title, "go": _("See what is nearest") if count else title}
        count += result["more"]
        if count == 1:
            return {"title": _("1 space is free"), "go": _("See the free space")}
        return {
            "title": _("%(count)s spaces are free", count=count),
            "go": _("See the %(count)s free spaces", count=count),
        }

    def _card(self, spaces, state, offer):
        """Return what the card of a space shows of its best time."""
        space = spaces.browse(offer["space_id"]).with_prefetch(spaces.ids)
        people = state["people"] if space.allocation == "all" else 1
        choice = {
            "day": space._local_date(offer["start"]),
            "length": offer["length"],
            "people": people,
        }
        return {
            "space": space,
            "offer": offer,
            "people": people,
            "choice": choice,
            "day": self._day_said(space, choice["day"]),
            "others": [],
            "url": self._address(space, **choice),
        }

    def _other(self, card, offer):
        """Return another time of a card: a link to it, chosen, on the page of the space."""
        space = card["space"]
        choice = card["choice"] | {"day": space._local_date(offer["start"])}
        return {
            "start": offer["start"],
            "label": space.place_id.format_time(offer["start"]),
            "when": offer["when"],
            "url": self._address(space, **choice, at=offer["start"].strftime(MOMENT)),
        }

    def _day_said(self, space, date):
        """Say a day as people do: today, tomorrow, or its date."""
        _ = request.env._
        away = (date - space._today()).days
        said = {0: _("Today"), 1: _("Tomorrow")}.get(away)
        return said or space.place_id.format_date(date).capitalize()

    def _again(self):
        """Return (booking, slot) to propose again to a member, or None: the last one they made."""
        if request.env.user._is_public():
            return None
        bookings = request.env["tierslieu.booking"].sudo()
        last = bookings.search(
            bookings._owned_domain(request.env.user.partner_id)
            & Domain("state", "in", FIRM_STATES)
            & Domain("company_id", "=", request.website.company_id.id),
            order="id desc",
            limit=1,
        )
        slot = last and last._again(request.env.user.partner_id)
        return (last, slot) if slot else None


def _length_rank(length):
    """Put lengths in order: minutes first, then from the shortest to the longest."""
    return (1, list(UNIT_OF).index(length)) if length in UNIT_OF else (0, int(length))
