"""Write the book of a year at Le Quai before it is lived: who has what, when, and how it ends.

Nothing here touches a record: a plan is a list of wishes that do not collide.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import NamedTuple

from .year_habits import FILLERS, HABITS, PASSERS, PASSING_WEEKS, Habit

WEEK = timedelta(days=7)
# Of the opening hours of a week, what a space is taken for: the figures that a manager
# expects are 25 and 70 %; the week to come is fuller.
LEAST, LEAST_COMING, MOST = 0.26, 0.42, 0.66
# The year, the week of today, the one after it, and those that begin to fill.
WEEKS, COMING = 56, range(52, 54)


class Wish(NamedTuple):
    """A booking to be made: naive datetimes of the clock on the wall."""

    who: str
    space: str
    start: datetime
    stop: datetime
    people: int
    booked_at: datetime
    # kept, cancelled or missed
    fate: str


class Week:
    """What is taken of each space in one week, in hours."""

    def __init__(self, open_hours):
        self.open_hours = open_hours  # by date: (first hour, last hour)
        self.taken = defaultdict(float)

    @property
    def total(self):
        return sum(last - first for first, last in self.open_hours.values())


def _at(date, hour):
    return datetime.combine(date, time()) + timedelta(hours=hour)


class Plan:
    """The book that fills up.

    :param hours: {date: (hour it opens, hour it closes)}, closed days left out
    :param first: the Monday of the first week
    :param now: naive datetime of the clock on the wall: nothing is booked later
    :param units: {space code: number of units}
    :param buffers: {space code: hours kept free between two bookings}
    :param residents: function of a date: desks that residents have
    """

    def __init__(self, hours, first, now, units, buffers, residents, dice):
        self.hours, self.first, self.now = hours, first, now
        self.units, self.buffers, self.residents, self.dice = units, buffers, residents, dice
        self.weeks = [Week(self._week_hours(nth)) for nth in range(WEEKS)]
        self.busy = defaultdict(list)
        self.wishes = []
        for week in self.weeks:
            week.taken["coworking"] += sum(
                (last - begin) * residents(date) for date, (begin, last) in week.open_hours.items()
            )

    def _week_hours(self, nth):
        dates = [self.first + nth * WEEK + timedelta(days=day) for day in range(7)]
        return {date: self.hours[date] for date in dates if date in self.hours}

    def fill(self):
        """Fill the book: habits first, passers-by next, then what quiet weeks lack."""
        for habit in HABITS:
            for nth in range(WEEKS):
                if nth % habit.every == habit.nth and self.dice.random() < habit.chance:
                    self._add(habit, nth)
        for order, (who, (weekday, hours)) in enumerate(PASSERS.items()):
            # Each for some weeks, spread over the year; the last ones come now.
            begin = round(order * (WEEKS - PASSING_WEEKS) / (len(PASSERS) - 1))
            for nth in range(begin, begin + PASSING_WEEKS):
                if self.dice.random() < 0.75:
                    self._add(Habit(who, "coworking", weekday, hours, 1), nth)
        for nth in range(WEEKS):
            for space in FILLERS:
                self._fill(space, nth)
        return sorted(self.wishes, key=lambda wish: (wish.booked_at, wish.space, wish.start))

    def share(self, space, nth):
        """Return how much of the opening hours of a week is taken."""
        week = self.weeks[nth]
        return week.taken[space] / (week.total * self.units[space])

    def _fill(self, space, nth):
        """Add what a quiet week lacks, on the days and at the hours that are free."""
        people, wanted, party = FILLERS[space]
        least = LEAST_COMING if nth in COMING and space != "coworking" else LEAST
        tries = [(day, hours) for hours in wanted for day in (1, 3, 4, 2, 0)]
        for day, hours in tries:
            if self.share(space, nth) >= least:
                return
            who = self.dice.choice(people)
            self._add(Habit(who, space, day, hours, 1, people=party), nth, fate="kept")

    def _add(self, habit, nth, fate=None):
        """Write one booking in the book, if it is to be had and does not overfill a week."""
        begin = self.first + nth * WEEK + timedelta(days=habit.weekday)
        end = begin + timedelta(days=habit.days - 1)
        if begin not in self.hours or end not in self.hours:
            return
        start, stop = _at(begin, habit.hours[0]), _at(end, habit.hours[1])
        pieces = self._pieces(start, stop)
        fate = fate or self._fate(habit)
        if start > self.now:
            fate = "kept"
        taken = self._by_week(pieces)
        if not self._is_free(habit.space, pieces) or self._overfills(habit.space, taken):
            return
        self.busy[habit.space] += pieces
        if fate == "kept":
            for week, hours in taken.items():
                week.taken[habit.space] += hours
        booked_at = self._booked_at(start, habit.days)
        self.wishes.append(
            Wish(habit.who, habit.space, start, stop, habit.people, booked_at, fate)
        )

    def _pieces(self, start, stop):
        """Cut a booking by day, closed days left out."""
        if start.date() == stop.date():
            return [(start, stop)]
        dates = (start.date() + timedelta(days=nth) for nth in range((stop - start).days + 1))
        return [
            (max(start, _at(date, first)), min(stop, _at(date, last)))
            for date, (first, last) in ((date, self.hours[date]) for date in dates if date in self.hours)
        ]

    def _is_free(self, space, pieces):
        around = timedelta(hours=self.buffers[space])
        rivals = sum(
            any(low < end + around and begin < high + around for begin, end in pieces)
            for low, high in self.busy[space]
        )
        if space != "coworking":
            return not rivals
        # Some desks stay free for who comes in by the door.
        return rivals < self.units[space] - self.residents(pieces[0][0].date()) - 2

    def _by_week(self, pieces):
        """Return {week: opening hours that a booking takes of it}."""
        taken = defaultdict(float)
        for low, high in pieces:
            nth = (low.date() - self.first).days // 7
            first, last = (_at(low.date(), hour) for hour in self.hours[low.date()])
            hours = (min(high, last) - max(low, first)) / timedelta(hours=1)
            if nth < WEEKS and hours > 0:
                taken[self.weeks[nth]] += hours
        return taken

    def _overfills(self, space, taken):
        return any(
            week.taken[space] + hours > MOST * week.total * self.units[space]
            for week, hours in taken.items()
        )

    def _fate(self, habit):
        """Return how it ends; long stays and training courses are kept."""
        luck = self.dice.random()
        if habit.days > 1 or luck > 0.11:
            return "kept"
        return "cancelled" if luck < 0.07 else "missed"

    def _booked_at(self, start, days):
        """Return when somebody thought of it: some days before, in waking hours."""
        ahead = self.dice.randint(3, 12) + (10 if days > 1 else 0)
        moment = datetime.combine(start.date() - timedelta(days=ahead), time())
        moment += timedelta(minutes=self.dice.randint(8 * 60, 21 * 60))
        return min(moment, self.now - timedelta(minutes=self.dice.randint(2, 90)))
