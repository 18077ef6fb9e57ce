from collections import defaultdict
from datetime import date as Date
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tools import as_record

from .outlook import Outlook
from .search import Search
from .space import MAX_PEOPLE
from .wish import Wish

# How far ahead the first free time is looked for when no day is asked.
DAYS_AHEAD = 14
# Dates further than this mean nothing to a clock.
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_AMENITIES = 50
PARTS = ("morning", "afternoon", "evening")


class Place(models.Model):
    _inherit = "tierslieu.place"

    def _hours_of_part(self, code):
        """Return the hours between which people mean a part of the day.

        A morning begins as early, an evening ends as late as one may.
        """
        parts = {part.code: (part.hour_from, part.hour_to) for part in self.sudo().day_part_ids}
        lo, hi = parts.get(code) or {
            "morning": (0.0, 12.0), "afternoon": (12.0, 18.0), "evening": (18.0, 24.0)
        }[code]
        return 0.0 if code == "morning" else lo, 24.0 if code == "evening" else hi


class Space(models.Model):
    """Find a time over all the spaces of a place."""

    _inherit = "tierslieu.space"

    @api.model
    def find(self, place, start=None, length=None, people=1, amenities=(), partner=None, **options):
        """Return the best slots over all the spaces of a place, with their prices.

        First what begins when it was asked, then what is nearest to it, then the
        cheapest, then the smallest space that seats the people. Each is what
        `quote` and `reserve` say of it. The queries do not grow with the spaces.

        :param place: `tierslieu.place`, several of one company, or their ids
        :param start: None: as soon as possible; a date of the place's calendar: any
            time that day; a naive UTC moment: then; two moments: between them.
            Strings are read as Odoo writes them.
        :param length: a key of `_lengths`, or minutes; None: the shortest of each space
        :param people: who does not seat them is left out
        :param amenities: records or ids: who lacks one is left out
        :param partner: who would pay: a record or an id; None: who asks
        :param options: `hours`: a part of the day ("morning", "afternoon", "evening"), or
            two floats of the wall clock, between which all of it lies; `limit`: spaces at
            the most (20); `times`: slots a space (4); `use_credits` (True): whether
            the partner's credits pay what they can
        :return: dict of `offers`, best first, and `alternatives`: the three nearest
            when nothing is as asked. Each is a dict: `space_id`, `name`, `place_id`,
            `start`, `stop` (naive UTC), `length`, `price` (tax included), `credits`, `said`
            and `in_money` (see `day_slots`), `free`,
            `label`, `when`, `explanation` (sentences), `exact`, `difference` (what is
            not as asked, or False), `reason` (False: it can be had). Also `sentence`
            (why there is no offer, or False), and `more` (spaces that are free too).
        """
        self.check_access("read")
        places = self._as_places(place)
        options = self._read_find_options(options)
        partner = (
            as_record(self.env, "res.partner", partner)
            if partner
            else self.env.user.partner_id
        )
        spaces = self.sudo().search_fetch(
            self._online_domain(places.company_id) & Domain("place_id", "in", places.ids)
        )
        return spaces._find(start, length, people, amenities, partner, options)

    def _find(self, start, length, people, amenities, partner, options):
        """Return what `find` does, over these spaces alone, of one company and in sudo."""
        self._read_sold()
        people, refusal = self._read_people(self, people)
        lengths = self._read_lengths(self, length)
        seating = self.filtered(lambda space: space in lengths and space._seats(people))
        if not seating:
            sentence = refusal or self._nowhere_sentence(self, lengths)
            return {"offers": [], "alternatives": [], "sentence": sentence, "more": 0}
        wishes = {
            one: self._read_wish(one, start, options["hours"]) for one in seating.place_id
        }
        if seating._is_kept() and not self.env["tierslieu.booking"]._is_anonymous(partner):
            # Who may not enter is offered what they may; who has not said who they are may yet be let in.
            date = min(wish.days[0] for wish in wishes.values())
            entered = seating._open_to(partner, date)
            if not entered:
                sentence = seating[0]._barred(partner, date)[0]
                return {"offers": [], "alternatives": [], "sentence": sentence, "more": 0}
            seating = entered
        search = Search(
            Outlook(seating, partner.sudo(), self.rate_ids, options.get("use_credits", True)),
            {space: lengths[space] for space in seating}, wishes, people, self._read_amenities(amenities),
        )
        return search.run(options["limit"], options["times"])

    # -- What is asked

    @api.model
    def _as_places(self, place):
        """Read places: records or ids, of one company, that who asks may see."""
        values = place if isinstance(place, (models.BaseModel, list, tuple)) else [place]
        places = self.env["tierslieu.place"]
        for value in values:
            places |= as_record(self.env, "tierslieu.place", value)
        places.check_access("read")
        if len(places.sudo().company_id) != 1:
            raise UserError(self.env._("Search the places of one company at a time."))
        return places.sudo()

    @api.model
    def _read_find_options(self, options):
        unknown = options.keys() - {"hours", "limit", "times", "use_credits"}
        if unknown:
            raise UserError(
                self.env._("Unknown booking option: %(name)s.", name=sorted(unknown)[0])
            )
        hours = options.get("hours")
        try:
            if hours and hours not in PARTS:
                hours = tuple(float(hour) for hour in hours)
            limit, times = (
                min(max(int(options.get(name) or default), 1), 100)
                for name, default in (("limit", 20), ("times", 4))
            )
        except (TypeError, ValueError, OverflowError):
            hours, limit, times = (0,), 0, 0
        if hours and hours not in PARTS and not (
            len(hours) == 2 and 0 <= hours[0] < hours[1] <= 48
        ):
            raise UserError(self.env._("These hours mean nothing: give a first and a last one."))
        use_credits = bool(options.get("use_credits", True))
        return {"hours": hours or None, "limit": limit, "times": times, "use_credits": use_credits}

    @api.model
    def _read_people(self, spaces, people):
        """Return (how many, why none of these places takes them, or None)."""
        refusals = [space._party_errors(people) for space in spaces.grouped("place_id").values()
                    for space in space[:1]]
        if refusals and all(refusals):
            return MAX_PEOPLE, refusals[0][0]
        return int(people), None

    @api.model
    def _read_lengths(self, spaces, length):
        """Return {space: length}: of those that are sold by it."""
        if length:
            length = str(length)
            return {space: length for space in spaces if space._is_sold_by(length)}
        offered = {space: space._lengths() for space in spaces}
        return {space: lengths[0][0] for space, lengths in offered.items() if lengths}

    def _read_sold(self):
        """Read the rates and the units of these spaces, in a query each.

        Left to themselves, lists of lines take two: which they are, then what they hold.
        """
        rates = self.env["tierslieu.rate"].with_context(active_test=False)
        rates = rates.search_fetch([("space_id", "in", self.ids)])
        rates_of = rates.grouped("space_id")
        self._fields["rate_ids"]._insert_cache(
            self, [rates_of.get(space, rates.browse())._ids for space in self]
        )
        units = self.env["tierslieu.unit"]
        self.flush_model(["unit_ids"])
        units.flush_model(["active", "sequence", "place_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT part.tierslieu_space_id, unit.id, unit.active"
                " FROM tierslieu_space_tierslieu_unit_rel AS part"
                " JOIN tierslieu_unit AS unit ON unit.id = part.tierslieu_unit_id"
                " WHERE part.tierslieu_space_id = ANY(%s)"
                " ORDER BY unit.place_id, unit.sequence, unit.id",
                self.ids,
            )
        )
        units_of = defaultdict(list)
        for space_id, unit_id, _active in rows:
            units_of[space_id].append(unit_id)
        self._fields["unit_ids"]._insert_cache(self, [tuple(units_of[id_]) for id_ in self.ids])
        units._fields["active"]._insert_cache(
            units.browse(unit_id for _space, unit_id, _active in rows),
            [active for *_ids, active in rows],
        )

    def _seats(self, people):
        """Whether one booking of this space seats so many."""
        return not self.seats or people <= self.seats

    @api.model
    def _read_amenities(self, amenities):
        """Read amenities: records or ids, in any number that makes sense."""
        try:
            ids = getattr(amenities, "ids", None) or [int(value) for value in amenities or ()]
        except (TypeError, ValueError, OverflowError):
            raise UserError(self.env._("Amenities are given as a list of ids.")) from None
        return set(ids[:MOST_AMENITIES])

    @api.model
    def _read_wish(self, place, start, hours):
        """Turn what is asked for a start into what it means in a place.

        :raises UserError: when it means nothing
        """
        today = place.now_local().date()
        hours = place._hours_of_part(hours) if hours in PARTS else hours
        if not start:
            days = tuple(today + timedelta(days=nth) for nth in range(DAYS_AHEAD))
            return Wish(place, days, hours=hours)
        if isinstance(start, (list, tuple)):
            return self._read_window(place, start, hours)
        start = self._read_start(start)
        if isinstance(start, datetime):
            return Wish(place, (place.to_local(start).date(),), moment=start)
        return Wish(place, (start,), hours=hours)

    @api.model
    def _read_window(self, place, window, hours):
        ends = [self._read_start(end) for end in window]
        if len(ends) != 2 or not all(isinstance(end, datetime) for end in ends):
            raise UserError(self.env._("A window of time has two ends: from, to."))
        if ends[0] >= ends[1]:
            raise UserError(self.env._("The end must come after the start."))
        first, last = (place.to_local(end) for end in (ends[0], ends[1] - timedelta(minutes=1)))
        count = min((last.date() - first.date()).days + 1, DAYS_AHEAD)
        days = tuple(first.date() + timedelta(days=nth) for nth in range(count))
        if count > 1 or hours:
            return Wish(place, days, inside=tuple(ends), hours=hours)
        length = (ends[1] - ends[0]) / timedelta(hours=1)
        begin = first.hour + first.minute / 60
        return Wish(place, days, hours=(begin, begin + length))

    @api.model
    def _read_start(self, value):
        """Read a date or a naive UTC moment, typed or not."""
        try:
            if isinstance(value, str):
                value = value.strip().replace("T", " ").removesuffix("Z")
                value = (
                    fields.Date.to_date(value)
                    if len(value) <= 10
                    else fields.Datetime.to_datetime(value)
                )
            if isinstance(value, datetime):
                value = fields.Datetime.to_datetime(value).replace(second=0, microsecond=0)
        except (ValueError, TypeError, OverflowError):
            value = None
        if not isinstance(value, Date) or not FIRST_YEAR < value.year < LAST_YEAR:
            raise UserError(self.env._("This day does not exist: choose another one."))
        return value

    # -- What to say when there is nothing

    @api.model
    def _nowhere_sentence(self, spaces, lengths):
        """Say why no space at all can do, whatever the day."""
        if not spaces:
            return self.env._("Nothing can be booked on line at the moment.")
        if not lengths:
            return self.env._("Nothing is booked for that long here: choose another length.")
        return self.env._(
            "The largest space takes %(count)s people.", count=max(s.seats for s in lengths)
        )
