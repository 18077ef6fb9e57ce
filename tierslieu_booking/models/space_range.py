from datetime import date as Date
from datetime import timedelta
from typing import NamedTuple

from odoo import fields, models

from ..kernels import cover
from .place_days import to_minute, to_moment
from .rate import ANY_QUANTITY
from .space import MAX_AHEAD, MAX_LENGTH

# The kernel needs a price to know what is open to a rate: any will do.
NO_PRICE = ((ANY_QUANTITY, ANY_QUANTITY),)


class Sheet(NamedTuple):
    """What a space is sold by over consecutive local days, read once.

    `days` are the kernel's days by ordinal, `rates` the kernel's rates, `open`
    the minutes that can be booked each day: the opening hours, and the evenings
    that some rate reaches.
    """

    days: dict
    rates: list
    open: dict


class Space(models.Model):
    """What a range of time means to a space: its days, its hours, what is wrong with it."""

    _inherit = "tierslieu.space"

    def _sheet(self, first, last, tiers=None, opening=None):
        """Read what can be booked from a local day to another, both included.

        :param tiers: {rate: prices by quantity}; without them nothing can be priced
        :param opening: Intervals of the opening hours, already read over these days
        """
        self.ensure_one()
        place = self.sudo().place_id
        days = place._kernel_days(first, last, opening)
        rates = [
            rate._kernel_rate(place, days, tiers[rate] if tiers else NO_PRICE)
            for rate in self.sudo().rate_ids
        ]
        return Sheet(
            days, rates, {ordinal: cover.bookable(day, rates) for ordinal, day in days.items()}
        )

    def _sheet_over(self, start, stop, tiers=None):
        """Read the sheet of the local days that a range touches."""
        return self._sheet(
            self._local_date(start), self._local_date(stop - timedelta(microseconds=1)), tiers
        )

    def _open_days(self, start, stop, sheet=None):
        """Cut a range by local day: [(date, stretches asked that can be booked), …].

        Days without any are left out.

        :return: naive UTC pairs
        """
        self.ensure_one()
        sheet = sheet or self._sheet_over(start, stop)
        begin, end = to_minute(start), to_minute(stop)
        days = []
        for ordinal in range(
            self._local_date(start).toordinal(),
            self._local_date(stop - timedelta(microseconds=1)).toordinal() + 1,
        ):
            asked = [
                (to_moment(max(lo, begin)), to_moment(min(hi, end)))
                for lo, hi in sheet.open.get(ordinal, ())
                if lo < end and hi > begin
            ]
            if asked:
                days.append((Date.fromordinal(ordinal), asked))
        return days

    def _claim_ranges(self, start, stop):
        """Return what a booking of this range occupies, buffers included: naive UTC pairs."""
        return self._hulls(self._open_days(start, stop))

    def _hulls(self, days):
        """Join the stretches of `_open_days`, one a day, where they touch.

        Within a day the closed hours between two openings are kept too. The
        nights are kept only where the space says so.
        """
        space = self.sudo()
        hulls = [(asked[0][0], asked[-1][1]) for _date, asked in days]
        if space.overnight and hulls:
            hulls = [(hulls[0][0], hulls[-1][1])]
        before = timedelta(minutes=space.buffer_before)
        after = timedelta(minutes=space.buffer_after)
        return [
            (lo, hi)
            for lo, hi, _record in self._as_intervals(
                (lo - before, hi + after) for lo, hi in hulls
            )
        ]

    def _covers(self, days, start, stop):
        """Whether a range begins and ends at a time that can be booked."""
        return bool(days) and days[0][1][0][0] == start and days[-1][1][-1][1] == stop

    # -- What is wrong with a range

    def _range_errors(self, start, stop, people=1, sheet=None):
        """Return why this space cannot be booked over a range: (final, rules), sentences.

        The first ones nobody can set aside; the rules, the team can. Says
        nothing of who already has it: that is availability's business.
        """
        self.ensure_one()
        errors = self._clock_errors(start, stop) or self._party_errors(people)
        if errors:
            return errors, []
        days = self._open_days(start, stop, sheet)
        if not self._covers(days, start, stop):
            return [self._closed_sentence(start if not days or days[0][1][0][0] != start else stop)], []
        return [], self._rule_errors(start, stop, people, days)

    def _clock_errors(self, start, stop):
        """Return what is wrong with a range whatever the opening hours and the rules."""
        _ = self.env._
        now = fields.Datetime.now()
        if not start or not stop or start >= stop:
            return [_("The end must come after the start.")]
        if stop - start > MAX_LENGTH:
            return [_("A booking lasts a year at the most.")]
        if start > now + MAX_AHEAD:
            return [_("This date is too far away to be booked yet.")]
        step = self.step_minutes()
        if start + timedelta(minutes=step) <= now:
            return [_("This time has already passed.")]
        if self._off_grid(start) or self._off_grid(stop):
            off = start if self._off_grid(start) else stop
            return [
                _("Times go by steps of %(step)s minutes here, such as %(example)s.",
                  step=step,
                  example=self.sudo().place_id.format_time(self._floor(off)))
            ]
        if not self.sudo().active or not self.sudo().unit_ids:
            return [_("%(space)s cannot be booked at the moment.", space=self.sudo().name)]
        return []

    def _off_grid(self, moment):
        """Whether a moment falls between two steps of the place's clock."""
        return self._floor(moment) != moment

    def _floor(self, moment):
        """Return the grid time at or before a moment, naive UTC."""
        step = self.step_minutes()
        local = self.sudo().place_id.to_local(moment)
        rest = (local.hour * 60 + local.minute) % step
        return moment.replace(second=0, microsecond=0) - timedelta(minutes=rest)

    def _ceil(self, moment):
        """Return the grid time at or after a moment, naive UTC."""
        floor = self._floor(moment)
        while floor < moment:
            floor = self._floor(floor + timedelta(minutes=self.step_minutes()))
        return floor

    def _local_date(self, moment):
        return self.sudo().place_id.to_local(moment).date()

    def _today(self):
        return self._local_date(fields.Datetime.now())

    def _closed_sentence(self, moment, sheet=None):
        """Say when this space can be had on the local day of a moment."""
        place = self.sudo().place_id
        date = self._local_date(moment)
        sheet = sheet or self._sheet(date, date)
        hours = [
            (to_moment(lo), to_moment(hi))
            for lo, hi in sheet.open[date.toordinal()]
        ]
        if not hours:
            return self.env._(
                "%(place)s is closed on %(day)s.",
                place=place.name,
                day=place.format_date(date),
            )
        return self.env._(
            "%(place)s is open %(hours)s on %(day)s.",
            place=place.name,
            day=place.format_date(date),
            hours=", ".join(place.format_hours(lo, hi) for lo, hi in hours),
        )
