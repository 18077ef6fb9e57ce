from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .space import MAX_AHEAD

# "3days" means three days on which the place opens; no further than this.
SEARCH_DAYS = 31
HOURS = (1, 2, 3, 4)
DAYS = {"day": 1, "3days": 3}


class Space(models.Model):
    """What a visitor may choose from: lengths, days, times with their prices.

    A length is a key: a number of minutes ("60"), "day" or "3days".
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
                ("rate_ids", "!=", False),
            ]
        )

    def _picture_url(self):
        """Return the address of its picture, or of our drawing of its kind."""
        self.ensure_one()
        if self.sudo().image_1920:
            return f"/book/{self.id}/picture"
        return f"/tierslieu_base/static/src/img/{self.sudo().kind}.svg"

    def _from_prices(self, partner):
        """Return {space: (price, time unit)}: the price of its shortest unit of time."""
        prices = {}
        for company, spaces in self.sudo().grouped("company_id").items():
            rates = spaces.rate_ids
            pricelist = partner.sudo().with_company(company).property_product_pricelist
            found = pricelist.with_company(company)._get_products_price(
                rates.product_id.with_company(company),
                1.0,
                currency=company.currency_id,
                date=fields.Datetime.now(),
            )
            for space in spaces:
                offers = [
                    (rate.time_unit != "hour", found[rate.product_id.id], rate.time_unit)
                    for rate in space.rate_ids
                ]
                if offers:
                    _longer, price, unit = min(offers)
                    prices[space] = (price, unit)
        return prices

    def _lengths(self):
        """Return the lengths this space is sold by: [(key, label), …], shortest first."""
        self.ensure_one()
        units = set(self.sudo().rate_ids.mapped("time_unit"))
        step = self.step_minutes()
        lengths = []
        if "hour" in units:
            lengths += [
                (str(hours * 60), self.env._("%(count)s h", count=hours))
                for hours in HOURS
                if hours * 60 % step == 0
            ]
        if "day" in units:
            lengths += [("day", self.env._("Day")), ("3days", self.env._("3 days"))]
        return lengths

    def _slot_stop(self, start, length):
        """Return the end of a slot of a length that begins at `start`.

        :raises UserError: when this space is not sold by that length
        """
        self.ensure_one()
        if length not in dict(self._lengths()):
            raise UserError(
                self.env._("%(space)s is not booked for that long: choose a length.",
                           space=self.sudo().name)
            )
        if length not in DAYS:
            return start + timedelta(minutes=int(length))
        date = self._local_date(start)
        slots = self._day_ranges(date, length, self._opening(date, length))
        if not slots:
            raise UserError(self._closed_sentence(start))
        return slots[0][1]

    # -- The slots of a day

    def day_slots(self, date, length, partner, people=1):
        """Return every slot of a length that begins on a local day, taken ones too.

        Says what `quote`, `free_count` and `reserve` would of each, in a number
        of queries that does not grow with the slots: openings, occupancies and
        rates are read once.

        :param date: local date of the place
        :param length: a key of `_lengths`, or minutes
        :param partner: who would pay: a record or an id
        :return: list of dicts: `start`, `stop` (naive UTC), `price` (tax
            included; 0.0 when refused), `free` (how many could still be had),
            `label` (the hours, as people say them), `reason` (why not, or
            False), `over` (its time has passed)
        """
        self.ensure_one()
        self.check_access("read")
        date = fields.Date.to_date(date)
        length = str(length)
        partner = self.env["tierslieu.booking"]._as_record("res.partner", partner)
        opening = self._opening(date, length)
        ranges = self._day_ranges(date, length, opening)
        if not ranges:
            return []
        busy = self.sudo()._busy(ranges[0][0], ranges[-1][1])
        prices = self._rate_prices(partner, date)
        party = self._party_errors(people)
        priced = {}
        return [
            self._slot(start, stop, opening, busy, prices, priced, party)
            for start, stop in ranges
        ]

    def _slot(self, start, stop, opening, busy, prices, priced, party):
        """Describe one slot from what was read once for the day.

        :param priced: cache of quotes, by the shape of the range
        """
        days = self._open_days(start, stop, opening)
        errors = self._clock_errors(start, stop) or party
        price = 0.0
        if not errors:
            shape = tuple(
                (sum((hi - lo).total_seconds() for lo, hi in asked), whole)
                for _date, asked, whole in days
            )
            if shape not in priced:
                priced[shape] = {"errors": [], "total": 0.0} | self._price_days(days, prices)
            errors, price = priced[shape]["errors"], priced[shape]["total"]
        free = 0
        if not errors:
            wanted = self._hulls(days)
            free = self.sudo()._free_over(busy, wanted)
            if not free:
                errors = [self._taken_reason(busy, wanted, opening)]
        return {
            "start": start,
            "stop": stop,
            "price": price,
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

    def _local_date(self, moment):
        return self.sudo().place_id.to_local(moment).date()

    def _taken_reason(self, busy, wanted, opening):
        """Say why a slot cannot be had: from when to when it is taken, never by whom."""
        space = self.sudo()
        if space.allocation == "any" and len(space.unit_ids) > 1:
            return self.env._("All taken at that time.")
        place = space.place_id
        days = {self._local_date(begin) for begin, _end in wanted}
        hours = opening & self._as_intervals(place.day_bounds(day) for day in days)
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
        return self.env._("Already taken: %(hours)s.", hours=", ".join(said[:2]))

    def _opening(self, date, length, days=1):
        """Read the opening hours that slots beginning over `days` days may touch."""
        place = self.sudo().place_id
        begin = place.day_bounds(date)[0]
        reach = SEARCH_DAYS if DAYS.get(length, 1) > 1 else 1
        end = place.day_bounds(date + timedelta(days=days + reach - 1))[1]
        return self._as_intervals(place.open_intervals(begin, end))

    def _day_ranges(self, date, length, opening):
        """Return the (start, stop) of the slots of a day that fall in the opening hours."""
        if length in DAYS:
            return self._whole_days(date, DAYS[length], opening)
        place = self.sudo().place_id
        begin, end = place.day_bounds(date)
        span = timedelta(minutes=int(length))
        today = opening & self._as_intervals([(begin, end)])
        ranges = []
        for lo, hi, _record in today:
            moment = self._ceil(lo)
            while moment < hi:
                stop = moment + span
                if not self._off_grid(moment) and not self._off_grid(stop):
                    days = self._open_days(moment, stop, opening)
                    if self._covers(days, moment, stop):
                        ranges.append((moment, stop))
                moment = self._ceil(moment + timedelta(minutes=1))
        return ranges

    def _whole_days(self, date, count, opening):
        """Return the one range of `count` open days from a date, or nothing.

        Today begins now: what is left of the day is still a day to someone.
        """
        place = self.sudo().place_id
        stretches = []
        day = date
        while len(stretches) < count and (day - date).days < SEARCH_DAYS:
            hours = opening & self._as_intervals([place.day_bounds(day)])
            if day == date:
                now = self._floor(fields.Datetime.now())
                hours = hours - self._as_intervals([(datetime.min, now)])
            pairs = [(lo, hi) for lo, hi, _record in hours]
            if pairs:
                stretches.append((pairs[0][0], pairs[-1][1]))
            elif day == date:
                return []
            day += timedelta(days=1)
        if len(stretches) < count:
            return []
        start, stop = self._ceil(stretches[0][0]), self._floor(stretches[-1][1])
        if start >= stop or not self._covers(
            self._open_days(start, stop, opening), start, stop
        ):
            return []
        return [(start, stop)]

    def _ceil(self, moment):
        """Return the grid time at or after a moment, naive UTC."""
        floor = self._floor(moment)
        while floor < moment:
            floor = self._floor(floor + timedelta(minutes=self.step_minutes()))
        return floor

    # -- The days of the strip

    def days_ahead(self, date, count, length):
        """Return [(date, state), …] of `count` days: free, full, closed or over.

        Read in a constant number of queries.
        """
        self.ensure_one()
        self.check_access("read")
        length = str(length)
        opening = self._opening(date, length, days=count)
        spread = [(lo, hi) for lo, hi, _record in opening]
        if not spread:
            return [(date + timedelta(days=nth), "closed") for nth in range(count)]
        busy = self.sudo()._busy(spread[0][0], spread[-1][1])
        return [
            (day, self._day_state(day, length, opening, busy))
            for day in (date + timedelta(days=nth) for nth in range(count))
        ]

    def _day_state(self, date, length, opening, busy):
        hours = opening & self._as_intervals([self.sudo().place_id.day_bounds(date)])
        ranges = self._day_ranges(date, length, opening) if hours else []
        to_come = [(start, stop) for start, stop in ranges if not self._is_over(start)]
        for start, stop in to_come:
            wanted = self._hulls(self._open_days(start, stop, opening))
            if self.sudo()._free_over(busy, wanted):
                return "free"
        if to_come:
            return "full"
        return "over" if ranges or (hours and date == self._today()) else "closed"

    def _today(self):
        return self._local_date(fields.Datetime.now())

    @api.model
    def _days_ahead_at_most(self):
        return MAX_AHEAD.days

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
