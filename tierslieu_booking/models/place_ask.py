from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..kernels import phrase

# As long as a sentence, not as a novel.
LONGEST = 200
MOST_OFFERS = 6
MOST_PEOPLE = 5
# Whom the first letters may mean, before their names are looked at more closely.
MOST_NAMES = 200
# Shorter words are rather the beginning of a name.
SHORTEST_AMENITY = 4
MOST_AMENITIES = 100
# Each letter, with those that are it under an accent: capitals too, which not every database knows.
ALIKE = {
    letter: "".join(c for c in map(chr, (*range(0x41, 0x7B), *range(0xC0, 0x250))) if phrase.plain(c) == letter)
    for letter in "abcdefghijklmnopqrstuvwxyz"
}


class Place(models.Model):
    """What a host asks in a few words: “petit salon demain 17h”, and books with one key."""

    _inherit = "tierslieu.place"

    @api.model
    @api.readonly
    def ask(self, text, place_id, partner_id=None):
        """Answer a few words of a host: what is free, at which price, for whom.

        :param text: see `kernels.phrase`: a space, a day, an hour, a length, a
            number of people, an amenity, somebody's name, in any order; without
            a day, an hour or a part of the day: now
        :param place_id: a place of the user's companies
        :param partner_id: whom the name means, when it may mean several people
        :return: dict: `read` (what was understood, in words), `sentence` (why
            nothing is as asked, or what was not understood; or False), `offers`
            (dict each: `space_id`, `start`, `stop` as strings, `people`, `name`,
            `when`, `price`, `difference` or False; the best first), `people`
            ({id, name} each: whom the name may mean), `new` (a name that nobody
            has, or False), `bookings` ({id, who, what} each: what is to come of
            people, when only they were named), `form` (default values of the
            walk-in form)
        :raises AccessError: for who is not of the team
        """
        place = self._asked_place(place_id)
        text = str(text or "")[:LONGEST]
        said = phrase.read(text, place.now_local().date())
        spaces = place._spaces_asked()
        keys, words = phrase.choose(said.words, spaces._names_asked())
        chosen = spaces.browse(keys)
        amenities, words = self.env["tierslieu.amenity"]._asked(words)
        names = [word for word in words if word.isalpha() and word not in phrase.TIMES]
        people = place._people_asked(names)
        answer = {
            "read": place._said_back(said, chosen, amenities),
            "sentence": False,
            "offers": [],
            "people": [{"id": one.id, "name": one.display_name} for one in people],
            "new": bool(names and not people) and phrase.as_typed(text, names),
            "bookings": [],
            "form": {},
        }
        if len(names) < len(words):
            odd = " ".join(word for word in words if word not in names)
            return answer | {"sentence": self.env._("Not understood: %(words)s.", words=odd)}
        if said == phrase.Phrase(words=said.words) and not chosen and not amenities:
            return answer | {"bookings": place._bookings_asked(people)}
        payer = people.filtered(lambda one: one.id == partner_id) or people[:1]
        return answer | place._offers_asked(said, chosen or spaces, amenities, payer)

    @api.model
    def book_asked(self, offer, partner_id=None, name=None):
        """Book an offer of `ask` for somebody; who has no card yet gets one of that name.

        :return: dict: `id` of the booking, `said` (what was booked, in words),
            `due` (whether something is to be paid)
        :raises UserError: one sentence saying why not
        """
        self._require_host()
        space, start, stop, people = self._read_offer(offer)
        partner = self._partner_asked(partner_id, name, space.company_id)
        booking = self.env["tierslieu.booking"].reserve(space, partner, start, stop, people=people)
        price = booking._price_said()
        if offer.get("price", price) != price:
            # The grid or their fare has changed since it was shown.
            raise UserError(self.env._("The price is %(price)s now: look again.", price=price))
        booking.action_confirm()
        return {
            "id": booking.id,
            "said": booking._said_at_desk(),
            "due": "action_collect" in booking._desk_actions(),
        }

    @api.model
    def _read_offer(self, offer):
        """Return (space, start, stop, people) of an offer as it comes back, or raise one sentence."""
        try:
            space = self.env["tierslieu.space"].search([("id", "=", int(offer["space_id"]))])
            start, stop = (fields.Datetime.to_datetime(offer[end]) for end in ("start", "stop"))
            people = int(offer.get("people") or 1)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            space = start = stop = None
        if not (space and start and stop):
            raise UserError(self.env._("This offer is no longer one: look again."))
        return space, start, stop, people

    @api.model
    def _partner_asked(self, partner_id, name, company):
        """Return who a booking is for: someone of that company whom the user may see, or a new name."""
        partners = self.env["res.partner"]
        if partner_id:
            known = partners
            if isinstance(partner_id, int):
                known = partners.search(
                    Domain("id", "=", partner_id) & Domain(partners._check_company_domain(company))
                )
            if not known:
                raise UserError(self.env._("Nobody of this place has this card any more: look again."))
            return known
        name = "".join(c for c in " ".join(str(name or "").split()) if c.isprintable())[:LONGEST]
        if not name:
            raise UserError(self.env._("Say for whom it is."))
        # A name is all that the reception writes: the rest of cards has its own rights.
        return partners.sudo().create({"name": name}).sudo(False)

    @api.model
    def _require_host(self):
        if not self.env.user.has_group("tierslieu_base.group_host"):
            raise AccessError(self.env._("Ask the team: this is done at the reception."))

    @api.model
    def _asked_place(self, place_id):
        """Return the place that a host of it asks about; None: their first."""
        self._require_host()
        domain = Domain("company_id", "in", self.env.companies.ids)
        if place_id:
            domain &= Domain("id", "=", place_id) if type(place_id) is int else Domain.FALSE
        place = self.search(domain, limit=1)
        if place_id and not place:
            raise UserError(self.env._("This place is not one of yours."))
        return place

    # -- What is asked

    def _spaces_asked(self):
        """Return the spaces that the team books, on line or not."""
        return self.env["tierslieu.space"].sudo().search_fetch(
            [("place_id", "=", self.id), ("unit_ids", "!=", False), ("rate_ids.active", "=", True)]
        )

    def _people_asked(self, names):
        """Return the people whose name has words that begin like all of these, recent ones first."""
        if not names:
            return self.env["res.partner"]
        # Whom the user may see, of this place's company: the beginnings of words first, as a person reads.
        partners = self.env["res.partner"]
        query = partners._search(partners._check_company_domain(self.company_id))
        for name in names:
            letters = "".join(f"[{ALIKE.get(letter, letter)}]" for letter in name)
            query.add_where(
                SQL("%s ~ %s", partners._field_to_sql("res_partner", "complete_name"), f"(^|[^[:alnum:]]){letters}")
            )
        found = partners.search([("id", "in", query)], limit=MOST_NAMES).filtered(
            lambda one: phrase.begins(names, phrase.words_of(one.complete_name or ""))
        )
        last = dict(
            self.env["tierslieu.booking"]._read_group(
                [("partner_id", "in", found.ids)], ["partner_id"], ["start:max"]
            )
        )
        return found.sorted(
            lambda one: (last.get(one) or datetime.min, -one.id), reverse=True
        )[:MOST_PEOPLE]

    def _moment_asked(self, said):
        """Return (start, part of the day) as `find` wants them."""
        today = self.now_local().date()
        if said.hour is not None:
            date = said.date or today
            clock = timedelta(minutes=said.hour)
            start = self.to_utc(datetime.combine(date, time.min) + clock)
            if not said.date and start < fields.Datetime.now() - timedelta(hours=1):
                start = self.to_utc(datetime.combine(date + timedelta(days=1), time.min) + clock)
            return start, None
        if said.date or said.part or said.length:
            return said.date or today, said.part
        return None, None

    # -- What is answered

    def _offers_asked(self, said, spaces, amenities, payer):
        """Return the offers, the sentence and the defaults of the form, as `ask` does."""
        start, part = self._moment_asked(said)
        moment = start if isinstance(start, datetime) else None
        if not start:
            start = moment = spaces[:1]._floor(fields.Datetime.now())
        people = said.people or 1
        options = {"limit": MOST_OFFERS, "times": 1 if len(spaces) > 1 else MOST_OFFERS, "hours": part}
        try:
            found = spaces._find(
                start, said.length or said.minutes, people, amenities.ids,
                payer or self.env.ref("base.public_partner"), options,
            )
        except UserError as problem:
            found = {"offers": [], "alternatives": [], "sentence": str(problem)}
        offers = (found["offers"] + found["alternatives"])[:MOST_OFFERS]
        return {
            "sentence": found["sentence"],
            "offers": [self._offer_asked(offer, people) for offer in offers],
            "form": {
                "default_space_id": spaces[:1].id,
                "default_partner_id": payer[:1].id,
                "default_hours": (said.minutes or 60) / 60,
                "default_start": moment and fields.Datetime.to_string(moment),
            },
        }

    def _offer_asked(self, offer, people):
        price = offer["said"]
        return {
            "space_id": offer["space_id"],
            "start": fields.Datetime.to_string(offer["start"]),
            "stop": fields.Datetime.to_string(offer["stop"]),
            "people": people,
            "name": offer["name"],
            "when": self.format_range(offer["start"], offer["stop"]),
            "price": price,
            "free": offer["free"],
            "difference": offer["difference"] or (not offer["exact"] and self.env._("Near that time")),
        }

    def _bookings_asked(self, people):
        """Return what is to come of some people, the soonest first."""
        bookings = self.env["tierslieu.booking"].search(
            [
                ("place_id", "=", self.id),
                ("partner_id", "in", people.ids),
                ("state", "in", ("hold", "confirmed", "in_use")),
                ("stop", ">", fields.Datetime.now()),
            ],
            order="start, id",
            limit=MOST_OFFERS,
        )
        return [
            {
                "id": booking.id,
                "who": booking.partner_id.display_name,
                "what": f"{booking.space_id.name}, {booking.when}",
            }
            for booking in bookings
        ]

    def _said_back(self, said, chosen, amenities):
        """Say what was understood, so that nothing is misread in silence."""
        _ = self.env._
        space = self.env["tierslieu.space"]
        parts = dict(self.env["tierslieu.day.part"]._fields["code"]._description_selection(self.env))
        clock = said.hour is not None and datetime.min + timedelta(minutes=said.hour % (24 * 60))
        words = (
            ", ".join(chosen.mapped("name")),
            said.date and self.format_date(said.date),
            said.part and parts[said.part],
            clock and self._say_time(clock),
            said.minutes and space._say_length(said.minutes),
            said.length and space._length_words()[said.length],
            said.people and _("%(count)s people", count=said.people),
            ", ".join(amenities.mapped("name")),
            said.now and _("now"),
        )
        return " · ".join(filter(None, words))


class Space(models.Model):
    _inherit = "tierslieu.space"

    def _names_asked(self):
        """Return the words that name these spaces, their own and those of their kind."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return {
            space.id: (phrase.words_of(space.name), phrase.words_of(kinds[space.kind]))
            for space in self
        }


class Amenity(models.Model):
    _inherit = "tierslieu.amenity"

    @api.model
    def _asked(self, words):
        """Return (the amenities that some words begin to name, the other words)."""
        long = [word for word in words if len(word) >= SHORTEST_AMENITY]
        found = {}
        for amenity in self.search([], limit=MOST_AMENITIES) if long else ():
            for word in long:
                if phrase.begins([word], phrase.words_of(amenity.name)):
                    found.setdefault(word, amenity)
        rest = tuple(word for word in words if word not in found)
        return self.concat(*found.values()), rest


class Booking(models.Model):
    _inherit = "tierslieu.booking"

    def _said_at_desk(self):
        """Say a booking that was just made: “Alice Renaud: Petit salon, mardi 24 novembre, 17 h à 18 h.”."""
        return self.env._("%(name)s: %(what)s.", name=self.partner_id.name, what=self._said())
