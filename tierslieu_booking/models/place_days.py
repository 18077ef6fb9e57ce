from datetime import date as Date
from datetime import datetime, time, timedelta

from odoo import models, tools
from odoo.tools import SQL
from odoo.tools.date_utils import date_range, end_of, start_of

from ..kernels import cover
from .versions import version_of

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

    def _kernel_days(self, first, last, opening=None, version=None):
        """Return the local days from `first` to `last`, both included: {ordinal: cover.Day}.

        Everything is in minutes of UTC, so that a day may last 23 or 25 hours.

        :param opening: sorted (start, stop, …) tuples of the opening hours over
            these days, naive UTC, when they were read already
        :param version: what `_hours_version` says now, when it was read already
        """
        self.ensure_one()
        if opening is not None:
            return self._spread_days(first, last, opening)
        version = version or self._hours_version()
        months = (
            self._known_month(month, version) for month in date_range(start_of(first, "month"), last)
        )
        low, high = first.toordinal(), last.toordinal()
        return {day.ordinal: day for month in months for day in month if low <= day.ordinal <= high}

    @tools.ormcache("self.id", "first", "version")
    def _known_month(self, first, version):
        """Return the days of the month that begins on `first`, worked out once a version of the hours."""
        place = self.sudo()
        last = end_of(first, "month")
        opening = place.open_intervals(place.day_bounds(first)[0], place.day_bounds(last)[1])
        return tuple(place._spread_days(first, last, opening).values())

    def _hours_version(self):
        """Return a word that changes whenever the opening hours of some day may have.

        Reading it is one query, reading the hours themselves takes seven.
        """
        self.ensure_one()
        for model in (
            "tierslieu.place", "tierslieu.opening", "tierslieu.day.part", "resource.calendar",
            "resource.calendar.attendance", "resource.calendar.leaves",
        ):
            self.env[model].flush_model()
        calendar = SQL("(SELECT resource_calendar_id FROM tierslieu_place WHERE id = %s)", self.id)
        return version_of(
            self.env,
            {
                "tierslieu_place": SQL("id = %s", self.id),
                "tierslieu_opening": SQL("place_id = %s", self.id),
                "tierslieu_day_part": SQL("place_id = %s", self.id),
                "resource_calendar": SQL("id = %s", calendar),
                "resource_calendar_attendance": SQL("calendar_id = %s", calendar),
                "resource_calendar_leaves": SQL(
                    "resource_id IS NULL AND (calendar_id IS NULL OR calendar_id = %s)", calendar
                ),
            },
        )

    def _spread_days(self, first, last, opening):
        """Spread opening hours over the local days from `first` to `last`: {ordinal: cover.Day}."""
        begin = self.day_bounds(first)[0]
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
