"""Cancelled late in the year of Le Quai: what it cost, in money and in credits."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from .year_plan import WEEK

REASON = "Empêchement de dernière minute"


class Late(NamedTuple):
    """Booked and cancelled on the eve: in which week of the year; what the team gives back says why."""

    week: int
    who: str
    space: str
    hours: int
    waived: str = ""


LATE = (
    Late(21, "malik", "salle_creative", 2),
    Late(48, "henri", "salle_creative", 3, waived="Grève des trains, vu avec Camille"),
    Late(51, "esther", "salle_creative", 2),
)


class LateOfTheYear:
    """Bookings that are called off too late, evening after evening.

    :param env: of the host, with the rights of the system
    :param first: the Monday of the first week
    """

    def __init__(self, env, first):
        self.env, self.first = env, first
        self.events = sorted(LATE, key=lambda late: late.week, reverse=True)

    def live(self, date):
        """Cancel what was to be tomorrow; return [(who, booking that owes a fee), …].

        What finds no hour free tomorrow waits for another evening.
        """
        owing = []
        while self.events and self.first + self.events[-1].week * WEEK + timedelta(days=1) <= date:
            booking = self._book(self.events[-1], date + timedelta(days=1))
            if not booking:
                break
            late = self.events.pop()
            booking.action_confirm()
            booking.action_cancel(reason=REASON, waive=late.waived or None)
            if booking.amount_owed:
                owing.append((late.who, booking))
        return owing

    def _book(self, late, day):
        """Book the first hours of a day that are free; return nothing when none are."""
        bookings = self.env["tierslieu.booking"]
        space, who = (self.env.ref(f"le_quai.{name}") for name in (late.space, late.who))
        for hour in range(10, 18 - late.hours):
            start = space.place_id.to_utc(datetime.combine(day, time(hour)))
            stop = start + timedelta(hours=late.hours)
            if space.free_count(start, stop):
                return bookings.reserve(space, who, start, stop)
        return bookings
