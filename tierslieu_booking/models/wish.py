from datetime import datetime, time, timedelta
from typing import NamedTuple

from odoo import models

DAY = 24 * 60


class Wish(NamedTuple):
    """When people would like to come, by the clock of one place.

    `days` are local dates in order; `moment` is when they begin exactly (naive
    UTC); all of it lies between the two moments of `inside`, and between the
    `hours` of its day (floats of the wall clock). Whatever is None does not matter.
    """

    place: models.BaseModel
    days: tuple
    moment: datetime | None = None
    inside: tuple | None = None
    hours: tuple | None = None

    def by_day(self):
        """Return the same wish for what lasts a day or more: its days alone matter."""
        return self._replace(moment=None, inside=None, hours=None)

    def fits(self, start, stop):
        """Whether a slot is as wished."""
        if self.place.to_local(start).date() not in self.days:
            return False
        if self.moment:
            return start == self.moment
        if self.inside and not (self.inside[0] <= start and stop <= self.inside[1]):
            return False
        return not self._outside(start, stop)

    def away(self, start):
        """Return how far a start is from the first one wished, in minutes.

        Between two starts of a day of which no hour was asked there is no difference.
        """
        if self.moment:
            return abs(start - self.moment) / timedelta(minutes=1)
        return (self.place.to_local(start).date() - self.days[0]).days * DAY

    def distance(self, start, stop):
        """Return how far from the wish a slot is, in minutes: a day away counts for a day."""
        days = self._days_off(start) * DAY
        if self.moment:
            return days + abs(self._clock(start) - self._clock(self.moment))
        if self.inside:
            lo, hi = self.inside
            late = max(lo - start, stop - hi, timedelta(0)) / timedelta(minutes=1)
            return min(late, days or late)
        return days + self._outside(start, stop)

    def shift(self, start):
        """Return how many days after those wished a slot begins; less than 0: before."""
        date = self.place.to_local(start).date()
        if date < self.days[0]:
            return (date - self.days[0]).days
        return max((date - self.days[-1]).days, 0)

    def _days_off(self, start):
        return abs(self.shift(start))

    def _clock(self, moment):
        local = self.place.to_local(moment)
        return local.hour * 60 + local.minute

    def _outside(self, start, stop):
        """Return the minutes of a slot's day by which it misses the hours wished."""
        if not self.hours:
            return 0
        begin = self._clock(start)
        end = begin + (stop - start) / timedelta(minutes=1)
        lo, hi = (round(hour * 60) for hour in self.hours)
        return max(lo - begin, end - hi, 0)

    def bounds(self):
        """Return the moments between which the hours wished lie on the first day, naive UTC."""
        midnight = datetime.combine(self.days[0], time.min)
        return tuple(
            self.place.to_utc(midnight + timedelta(minutes=round(hour * 60)))
            for hour in self.hours
        )
