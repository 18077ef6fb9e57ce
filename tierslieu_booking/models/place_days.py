from datetime import date as Date
from datetime import datetime, time, timedelta

from odoo import models

from ..kernels import cover

EPOCH = datetime(1970, 1, 1)
MINUTE = timedelta(minutes=1)


def to_minute(moment):
    """Turn a naive UTC datetime into the minutes that the kernels count in."""
    return (moment - EPOCH) // MINUTE


def to_moment(minute):
    """Turn a kernel's minute into a naive UTC datetime."""
    return EPOCH + timedelta(minutes=minute)


class Place(models.Model):
    """The days of a place as the price kernel reads them: opening hours, parts, clock."""

    _inherit = "tierslieu.place"

    def _kernel_days(self, first, last, opening=None):
        """Return the local days from `first` to `last`, both included: {ordinal: cover.Day}.

        Everything is in minutes of UTC, so that a day may last 23 or 25 hours.

        :param opening: sorted (start, stop, …) tuples of the opening hours over
            these days, naive UTC, when they were read already
        """
        self.ensure_one()
        begin, end = self.day_bounds(first)[0], self.day_bounds(last)[1]
        if opening is None:
            opening = self.open_intervals(begin, end)
        hours = [(to_minute(row[0]), to_minute(row[1])) for row in opening]
        parts = [
            (part.code, part.hour_from, part.hour_to)
            for part in self.day_part_ids.sorted("hour_from")
        ]
        days, nth = {}, 0
        midnight = to_minute(begin)
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            date = Date.fromordinal(ordinal)
            next_midnight = to_minute(self.day_bounds(date)[1])
            while nth and hours[nth - 1][1] > midnight:
                nth -= 1
            inside = []
            while nth < len(hours) and hours[nth][0] < next_midnight:
                lo, hi = max(hours[nth][0], midnight), min(hours[nth][1], next_midnight)
                if lo < hi:
                    inside.append((lo, hi))
                nth += 1
            days[ordinal] = cover.Day(
                ordinal,
                tuple(inside),
                tuple(
                    cover.Part(code, self._wall_minute(date, lo), self._wall_minute(date, hi))
                    for code, lo, hi in parts
                )
                if inside
                else (),
            )
            midnight = next_midnight
        return days

    def _wall_minute(self, date, hour):
        """Return the kernel's minute when the clock on the wall shows `hour` (a float) of a day."""
        wall = datetime.combine(date, time.min) + timedelta(minutes=round(hour * 60))
        return to_minute(self.to_utc(wall))
