import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.tools import as_record

from .place_days import to_moment
from .space import MAX_LENGTH

HOURS = (1, 2, 3, 4)
SHORTEST_FIRST = ("hour", "half_day", "evening", "day", "week", "month", "flat")
MINUTES_A_YEAR = MAX_LENGTH.days * 24 * 60
# The lengths that are not hours: the rate that sells them, and how many days they are.
WHOLE = {
    "half_day": ("half_day", 1),
    "evening": ("evening", 1),
    "day": ("day", 1),
    "3days": ("day", 3),
    "week": ("week", 7),
    "month": ("month", 30),
    "2months": ("month", 60),
    "3months": ("month", 90),
    "6months": ("month", 180),
    "12months": ("month", 360),
}
# Offered where nothing shorter than a month is sold: a locker, a store-room.
SEVERAL_MONTHS = ("2months", "3months", "6months", "12months")
# The unit of time of each length that is not in minutes.
UNIT_OF = {"flat": "flat"} | {key: unit for key, (unit, _days) in WHOLE.items()}
# Days of the calendar, as they are counted by the week and month rates.
CALENDAR = ("week", "month", *SEVERAL_MONTHS)
# What a slot that has no price says of it.
NO_PRICE_SAID = {"price": 0.0, "credits": {}, "said": False, "in_money": False}
# How many days a slot may reach over: three open days are looked for within a month.
REACH = {"half_day": 1, "evening": 1, "day": 1, "flat": 1, "3days": 31} | {
    key: WHOLE[key][1] for key in CALENDAR
}


class Space(models.Model):
    """What a visitor may choose from: lengths, days, times with their prices.

    A length is a key: a number of minutes ("60"), or one of `WHOLE`. "3days"
    means three days on which the place opens, "week" seven days in a row.
    """

    _inherit = "tierslieu.space"

    # -- What is offered on line

    @api.model
    def _online_domain(self, company):
        """Domain of the spaces that visitors of a company's website may book."""
        return fields.Domain(
            [
                ("is_bookable", "=", True),
                ("company_id", "=", company.id),
                ("place_id.active", "=", True),
                ("unit_ids", "!=", False),
                ("rate_ids.active", "=", True),
            ]
        )

    @api.model
    def _online(self, company, domain=fields.Domain.TRUE):
        """Return the spaces that visitors may book: those that some length is sold of."""
        spaces = self.search(self._online_domain(company) & fields.Domain(domain))
        return spaces.filtered(lambda space: space._lengths())

    def drawing_url(self):
        """Give visitors its own picture by a page of the website: they read no space."""
        if self.sudo().image_1920 and self.sudo().is_bookable:
            return f"/book/{self.id}/picture"
        return super().drawing_url()

    def _from_prices(self, partner):
        """Return {space: (price, time unit)}: the price of its shortest unit of time."""
        prices = {}
        today = fields.Date.context_today(self)
        for _company, spaces in self.sudo().grouped("company_id").items():
            tiers = spaces.rate_ids._tiers(spaces[0]._pricelist(partner, today), today)
            for space in spaces:
                offers = [
                    (SHORTEST_FIRST.index(rate.time_unit), float(tiers[rate][0][1]), rate.time_unit)
                    for rate in space.rate_ids
                ]
                if offers:
                    _rank, price, unit = min(offers)
                    prices[space] = (price, unit)
        return prices

    def _lengths(self):
        """Return the lengths this space is sold by: [(key, label), …], shortest first."""
        self.ensure_one()
        space = self.sudo()
        units = set(space.rate_ids.mapped("time_unit"))
        step = self.step_minutes()
        minutes = {hours * 60 for hours in HOURS if hours * 60 % step == 0}
        shortest = round(space.length_min * 60)
        if shortest and shortest % step == 0 and shortest < 24 * 60:
            minutes.add(shortest)
        longest = round(space.length_max * 60) or MINUTES_A_YEAR
        lengths = [
            (str(count), self._say_length(count))
            for count in sorted(minutes)
            if "hour" in units and shortest <= count <= longest
        ]
        if "flat" in units and not lengths:
            lengths.append(("flat", self.env._("Flat fee")))
        words = self._length_words()
        most_days = space.days_max or MAX_LENGTH.days
        return lengths + [
            (key, words[key])
            for key, (unit, days) in WHOLE.items()
            if unit in units and days <= most_days and self._whole_minutes(key) <= longest
            and (key not in SEVERAL_MONTHS or (units == {"month"} and days <= self._days_ahead_at_most()))
        ]

    def _whole_minutes(self, length):
        """Return how many minutes a length is at least, by the parts and the weekly hours."""
        place = self.sudo().place_id
        spans = [
            part.hour_to - part.hour_from
            for part in place.day_part_ids
            if (part.code == "evening") == (length == "evening")
        ]
        if length not in ("half_day", "evening"):
            spans = [
                max(lines.mapped("hour_to")) - min(lines.mapped("hour_from"))
                for lines in place.attendance_ids.grouped("dayofweek").values()
            ]
        _unit, days = WHOLE[length]
        return round(min(spans, default=0) * 60) * (5 if days == 7 else days)

    def _is_sold_by(self, length):
        """Whether a rate sells a length, offered or not: the rules of the space say the rest."""
        units = set(self.sudo().rate_ids.mapped("time_unit"))
        if length in UNIT_OF:
            return UNIT_OF[length] in units
        return "hour" in units and 0 < self._minutes_of(length) <= MINUTES_A_YEAR

    @api.model
    def _minutes_of(self, length):
        """Return the minutes of a length by the hour; 0 when it is none that could be."""
        return int(length) if re.fullmatch(r"[0-9]{1,6}", str(length)) else 0

    @api.model
    def _length_words(self):
        _ = self.env._
        return {
            "half_day": _("Half-day"),
            "evening": _("Evening"),
            "day": _("Day"),
            "3days": _("3 days"),
            "week": _("Week"),
            "month": _("Month"),
        } | {key: _("%(count)s months", count=WHOLE[key][1] // 30) for key in SEVERAL_MONTHS}

    def _slot_stop(self, start, length):
        """Return the end of a slot of a length that begins at `start`.

        :raises UserError: when this space is not sold by that length
        """
        self.ensure_one()
        if not self._is_sold_by(length):
            raise UserError(
                self.env._("%(space)s is not booked for that long: choose a length.",
                           space=self.sudo().name)
            )
        if length.isdigit():
            return start + timedelta(minutes=int(length))
        date = self._local_date(start)
        slots = self._day_ranges(date, length, self._slots_sheet(date, length))
        stops = [end for begin, end in slots if begin == start] or [end for _, end in slots]
        if not stops:
            raise UserError(self._closed_sentence(start))
        return stops[0]

    # -- The slots of a day

    def day_slots(self, date, length, partner, people=1, use_credits=True):
        """Return every slot of a length that begins on a local day, taken ones too.

        Says what `quote`, `free_count` and `reserve` would of each, in a number
        of queries that does not grow with the slots: openings, occupancies,
        rates and credits are read once.

        :param date: local date of the place
        :param length: a key of `_lengths`, or minutes
        :param partner: who would pay: a record or an id
        :param use_credits: whether their credits pay what they can
        :return: list of dicts: `start`, `stop` (naive UTC), `price` (tax
            included; 0.0 when refused), `credits` ({type id: credits that pay
            besides}), `said` (both, in words), `in_money` (what it costs
            without credits, or False when none pay), `free` (how many could
            still be had), `label` (the hours, as people say them), `reason`
            (why not, or False), `over` (its time has passed)
        """
        self.ensure_one()
        self.check_access("read")
        date = fields.Date.to_date(date)
        length = str(length)
        partner = as_record(self.env, "res.partner", partner)
        usable = self._wallet_of(partner, date, use_credits)
        return self._day_slots(date, length, partner, people, usable)

    def _day_slots(self, date, length, partner, people, usable):
        """Return what `day_slots` does, with the credits that may pay."""
        sheet = self._slots_sheet(date, length, tiers=self._rate_tiers(partner, date))
        ranges = self._day_ranges(date, length, sheet)
        if not ranges:
            return []
        busy = self.sudo()._busy(*self._reach(ranges))
        return self._slots(ranges, sheet, busy, people, usable)

    def _reach(self, ranges):
        """Return the stretch whose occupancies matter to some ranges, buffers included."""
        margin = timedelta(minutes=max(self.sudo().buffer_before, self.sudo().buffer_after))
        return min(lo for lo, _hi in ranges) - margin, max(hi for _lo, hi in ranges) + margin

    def _slots(self, ranges, sheet, busy, people=1, usable=()):
        """Describe slots from what was read once: see `day_slots`."""
        return [self._slot(start, stop, sheet, busy, people, usable) for start, stop in ranges]

    def _slot(self, start, stop, sheet, busy, people, usable):
        final, rules = self._range_errors(start, stop, people, sheet)
        errors = final + rules
        price, free = None, 0
        if not errors:
            price, problem = self._slot_price(sheet, start, stop, usable)
            if problem:
                errors = [problem]
            else:
                wanted = self._hulls(self._open_days(start, stop, sheet))
                free = self.sudo()._free_over(busy, wanted)
                if not free:
                    errors = [self._taken_reason(busy, wanted, sheet)]
        return {
            "start": start,
            "stop": stop,
            **(price or NO_PRICE_SAID),
            "free": free,
            "label": self._slot_label(start, stop),
            "reason": errors[0] if errors else False,
            "over": self._is_over(start),
        }

    def _slot_label(self, start, stop):
        place = self.sudo().place_id
        if self._local_date(start) == self._local_date(stop - timedelta(minutes=1)):
            return place.format_hours(start, stop)
        return place.format_range(start, stop)

    def _taken_reason(self, busy, wanted, sheet):
        """Say why a slot cannot be had: from when to when it is taken, never by whom."""
        space = self.sudo()
        if space.allocation == "any" and len(space.unit_ids) > 1:
            return self.env._("All taken at that time.")
        place = space.place_id
        days = {self._local_date(begin) for begin, _end in wanted}
        hours = self._as_intervals(
            (to_moment(lo), to_moment(hi))
            for day in days
            for lo, hi in sheet.open.get(day.toordinal(), ())
        )
        taken = hours & self._as_intervals(
            (begin, end) for units in busy.values() for begin, end, _record in units
        )
        said = [
            place.format_range(begin, end)
            if len(days) > 1
            else place.format_hours(begin, end)
            for begin, end, _record in taken
            if any(begin < hi and end > lo for lo, hi in wanted)
        ]
        if not said:
            return self.env._("Too close to another booking.")
        return self.env._("Already taken: %(hours)s.", hours=", ".join(said[:2]))

    def _slots_sheet(self, date, length, days=1, tiers=None, opening=None):
        """Read what slots beginning over `days` days from a date may touch."""
        return self._sheet(date, self._last_touched(date, length, days), tiers, opening)

    @api.model
    def _last_touched(self, date, length, days=1):
        # Hours may go over midnight.
        reach = REACH.get(length, 2)
        return date + timedelta(days=days + reach - 2)

    def _day_ranges(self, date, length, sheet):
        """Return the (start, stop) of the slots that begin on a day and can be booked."""
        if not self._is_sold_by(length):
            return []
        if length.isdigit():
            return self._hour_ranges(date, timedelta(minutes=int(length)), sheet)
        if length in ("half_day", "evening"):
            return self._part_ranges(date, length, sheet)
        if length == "flat":
            return self._whole_days(date, 1, sheet, evening=True)
        _unit, days = WHOLE[length]
        if length in CALENDAR:
            return self._whole_days(date, days, sheet, calendar=True)
        return self._whole_days(date, days, sheet)

    def _hour_ranges(self, date, span, sheet):
        ranges = []
        # What ends after the days that were read cannot be had: it is not even looked at.
        latest = to_moment(max((hi for day in sheet.open.values() for _lo, hi in day), default=0))
        for lo, hi in sheet.open.get(date.toordinal(), ()):
            moment, end = self._ceil(to_moment(lo)), to_moment(hi)
            while moment < end and moment + span <= latest:
                stop = moment + span
                on_grid = not self._off_grid(moment) and not self._off_grid(stop)
                if on_grid and self._covers(
                    self._open_days(moment, stop, sheet), moment, stop
                ):
                    ranges.append((moment, stop))
                moment = self._ceil(moment + timedelta(minutes=1))
        return ranges

    def _part_ranges(self, date, length, sheet):
        """Return the mornings, afternoons or evenings of a day that can be booked."""
        codes = ("evening",) if length == "evening" else ("morning", "afternoon")
        day = sheet.days.get(date.toordinal())
        ranges = []
        for part in day.parts if day else ():
            if part.code in codes:
                inside = self._as_intervals(
                    (to_moment(lo), to_moment(hi)) for lo, hi in sheet.open[day.ordinal]
                ) & self._as_intervals([(to_moment(part.start), to_moment(part.stop))])
                ranges += self._from_now(date, [(lo, hi) for lo, hi, _record in inside], sheet)
        return ranges

    def _from_now(self, date, stretches, sheet):
        """Return the one range over some stretches, beginning now when they have begun.

        What is left of a day is still a day to someone.
        """
        now = self._floor(fields.Datetime.now())
        if date == self._today():
            stretches = [(max(lo, now), hi) for lo, hi in stretches if hi > now]
        if not stretches:
            return []
        start, stop = self._ceil(stretches[0][0]), self._floor(stretches[-1][1])
        if start >= stop or not self._covers(self._open_days(start, stop, sheet), start, stop):
            return []
        return [(start, stop)]

    def _whole_days(self, date, count, sheet, calendar=False, evening=False):
        """Return the one range of `count` days from a date, or nothing.

        :param calendar: days of the calendar, closed ones included, rather than open days
        :param evening: whether the evenings count
        """
        stretches, found = [], 0
        for ordinal in range(date.toordinal(), max(sheet.days) + 1):
            hours = self._hours_of(sheet, ordinal, evening)
            if ordinal == date.toordinal() and not hours:
                return []
            stretches += hours
            found += bool(hours) or calendar
            if found == count:
                return self._from_now(date, stretches, sheet)
        return []

    def _hours_of(self, sheet, ordinal, evening):
        """Return the stretches of a day that can be booked, naive UTC, the evening apart."""
        hours = self._as_intervals(
            (to_moment(lo), to_moment(hi)) for lo, hi in sheet.open[ordinal]
        )
        if not evening:
            hours -= self._as_intervals(
                (to_moment(part.start), to_moment(part.stop))
                for part in sheet.days[ordinal].parts
                if part.code == "evening"
            )
        return [(lo, hi) for lo, hi, _record in hours]

    # -- The days of the strip

    def days_ahead(self, date, count, length):
        """Return [(date, state), …] of `count` days: free, full, closed or over.

        Read in a constant number of queries.
        """
        self.ensure_one()
        self.check_access("read")
        length = str(length)
        sheet = self._slots_sheet(date, length, days=count)
        days = [date + timedelta(days=nth) for nth in range(count)]
        ranges = {day: self._day_ranges(day, length, sheet) for day in days}
        every = [pair for pairs in ranges.values() for pair in pairs]
        busy = self.sudo()._busy(*self._reach(every)) if every else {}
        return [(day, self._day_state(day, ranges[day], sheet, busy)) for day in days]

    def _day_state(self, date, ranges, sheet, busy):
        to_come = [(start, stop) for start, stop in ranges if not self._is_over(start)]
        bookable = [
            (start, stop)
            for start, stop in to_come
            if not any(self._range_errors(start, stop, sheet=sheet))
        ]
        for start, stop in bookable:
            wanted = self._hulls(self._open_days(start, stop, sheet))
            if self.sudo()._free_over(busy, wanted, most=1):
                return "free"
        if bookable:
            return "full"
        if to_come:
            return "closed"
        hours = sheet.open.get(date.toordinal())
        return "over" if ranges or (hours and date == self._today()) else "closed"

    def _days_ahead_at_most(self):
        return (self._last_day() - self._today()).days

    def _is_over(self, start):
        """Whether it is too late to begin a slot at `start`."""
        return start + timedelta(minutes=self.step_minutes()) <= fields.Datetime.now()

    def first_free_day(self, length, days=56):
        """Return the first day with something free from today, or today when none."""
        today = self._today()
        for first in range(0, days, 14):
            for date, state in self.days_ahead(today + timedelta(days=first), 14, length):
                if state == "free":
                    return date
        return today
