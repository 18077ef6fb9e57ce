from odoo import api, fields, models
from odoo.tools.intervals import Intervals

from .taken import Busy, Reading


class Space(models.Model):
    """When the units of a space are free."""

    _inherit = "tierslieu.space"

    def availability(self, start, stop):
        """Return when each unit is free and open, as far as it is known now.

        :param start, stop: naive UTC datetimes, half-open
        :return: {unit_id: [(start, stop), …]}, naive UTC, sorted
        """
        self.ensure_one()
        return self.availability_of(self, start, stop)[self.id]

    def _busy(self, start, stop):
        """Return {unit: Intervals taken} over a range, in one query: see `Busy`."""
        self.ensure_one()
        return self._busy_of(self, start, stop)[self]

    @api.model
    def _busy_of(self, spaces, start, stop):
        """Return {space: `Busy`} of many spaces over a range, in one query.

        One more, for all of them, when an answer depends on bookings that go
        beyond the range.
        """
        reading = Reading(spaces, start, stop)
        return {space: Busy(space, reading) for space in spaces}

    def _as_intervals(self, pairs):
        return Intervals((begin, end, self) for begin, end in pairs if begin < end)

    def free_count(self, start, stop):
        """Return how many `reserve()` calls of this whole range would succeed in a row."""
        self.ensure_one()
        self.check_access("read")
        start = fields.Datetime.to_datetime(start)
        stop = fields.Datetime.to_datetime(stop)
        space = self.sudo()
        return 0 if any(space._range_errors(start, stop)) else space._free_whole(start, stop)

    def _free_whole(self, start, stop):
        """Count the claims that a range still takes, rules of the space aside."""
        sheet = self._sheet_over(start, stop)
        _best, problem = self._cheapest(sheet, start, stop)
        if problem:
            return 0
        busy = self._busy(*self._reach([(start, stop)]))
        return self._free_over(busy, self._hulls(self._open_days(start, stop, sheet)))

    def _free_over(self, busy, ranges, most=None):
        """Count the claims that the units can take over all of `ranges`, one after the other.

        :param busy: what `_busy` read over a range that contains them
        :param most: stop counting there: 1 only asks whether there is room
        """
        if self.allocation == "all":
            return int(bool(busy) and busy.is_free(ranges))
        return busy.count(ranges, most)
