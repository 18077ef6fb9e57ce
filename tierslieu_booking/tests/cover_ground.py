"""What a case of the price rule is about, read from clocks on walls: what is open, its pieces, who may pay them.

First half of the oracle of `cover` (see cover_oracle.py). It looks at the clock every few minutes.
"""

import itertools
import math
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

LENGTHS = {"month": 30, "week": 7}
MINUTE = timedelta(minutes=1)


class Hours(NamedTuple):
    """When a rate may be used: on these weekdays (0 is Monday), from a minute of the day on the wall to another."""

    weekdays: frozenset
    start: int
    stop: int


class Tariff(NamedTuple):
    key: int
    unit: str
    tiers: tuple  # ((from this count, price of one), …), the first from 0
    hours: Hours | None = None
    credits: tuple = ()  # ((type, amount for one), …)


class Purse(NamedTuple):
    """Some credits of one type. A case lists first those that expire first."""

    key: int
    type: int
    balance: object


class Case(NamedTuple):
    """One question, as people would ask it."""

    family: str
    seed: int
    zone: ZoneInfo
    start: datetime
    stop: datetime
    step: int  # minutes
    opening: dict  # weekday: ((from, to), …), in minutes of the day on the wall
    closed: frozenset  # of dates
    parts: dict  # "morning" | "afternoon" | "evening": (from, to), on the wall
    tariffs: tuple
    purses: tuple = ()
    digits: int = 2

    def hours_of(self, day):
        return () if day in self.closed else self.opening.get(day.weekday(), ())


class Cell(NamedTuple):
    """A few minutes, all alike."""

    at: int  # minutes after the start of what is asked
    day: date
    clock: int  # minute of the day that the clock on the wall shows


class Piece(NamedTuple):
    day: date
    code: str  # a part, or "gap"
    cells: tuple


class Uncovered(NamedTuple):
    """The first minutes that nothing pays, counted from the start of what is asked."""

    day: date
    start: int
    stop: int


def admits(tariff, cell):
    hours = tariff.hours
    return hours is None or (cell.day.weekday() in hours.weekdays and hours.start <= cell.clock < hours.stop)


def runs(cells, grain):
    """Return the longest stretches of cells that follow each other."""
    found = []
    for cell in cells:
        if found and found[-1][-1].at + grain == cell.at and found[-1][-1].day == cell.day:
            found[-1].append(cell)
        else:
            found.append([cell])
    return found


class Ground:
    """Rules 1 to 3: what is open, its pieces, and every way to pay those of a day."""

    def __init__(self, case):
        self.case = case
        walls = [*case.opening.values(), case.parts.values(), [t.hours[1:] for t in case.tariffs if t.hours]]
        minutes = [minute for spans in walls for span in spans for minute in span]
        # one cell is never cut by anything; 60, since clocks change by whole hours
        self.grain = math.gcd(60, case.step, case.start.astimezone(case.zone).minute, *minutes)
        self.cells = [cell for cell in self.read_clock() if self.is_bookable(cell)]
        self.asked = [cell for cell in self.cells if 0 <= cell.at < (case.stop - case.start) // MINUTE]
        self.days = sorted({cell.day for cell in self.asked})
        self.pieces = {day: self.cut([cell for cell in self.asked if cell.day == day]) for day in self.days}
        self.sellers = {}  # step: the hour rates that admit all of its open minutes
        for cell in self.asked:
            sellers = {n for n, t in enumerate(case.tariffs) if t.unit == "hour" and admits(t, cell)}
            step = cell.at // case.step
            self.sellers[step] = self.sellers.get(step, sellers) & sellers

    def read_clock(self):
        """Yield every cell of the days that are touched: a day may have 23 or 25 hours."""
        case = self.case
        first = case.start.astimezone(case.zone).date()
        last = (case.stop - MINUTE).astimezone(case.zone).date()
        moment = datetime.combine(first, time(), case.zone).astimezone(timezone.utc)
        while (wall := moment.astimezone(case.zone)).date() <= last:
            yield Cell((moment - case.start) // MINUTE, wall.date(), wall.hour * 60 + wall.minute)
            moment += self.grain * MINUTE

    def part_of(self, cell):
        for code, (start, stop) in self.case.parts.items():
            if start <= cell.clock < stop:
                return code
        return "gap"

    def is_bookable(self, cell):
        hours = self.case.hours_of(cell.day)
        if any(start <= cell.clock < stop for start, stop in hours):
            return True
        is_evening = bool(hours) and self.part_of(cell) == "evening"
        return is_evening and any(self.opens_evening(tariff, cell) for tariff in self.case.tariffs)

    def opens_evening(self, tariff, cell):
        """Tell whether a rate sells an evening minute after hours: an evening rate sells all of the part or nothing."""
        if tariff.unit == "hour":
            return admits(tariff, cell)
        start, stop = self.case.parts["evening"]
        ends = (cell._replace(clock=start), cell._replace(clock=stop - 1))
        return tariff.unit == "evening" and all(admits(tariff, end) for end in ends)

    def cut(self, cells):
        """Return the pieces of a day: one for each part, one for each stretch in no part."""
        parts = [(code, [c for c in cells if self.part_of(c) == code]) for code in self.case.parts]
        gaps = [("gap", run) for run in runs([c for c in cells if self.part_of(c) == "gap"], self.grain)]
        return [Piece(inside[0].day, code, tuple(inside)) for code, inside in parts + gaps if inside]

    def steps(self, pieces):
        return {cell.at // self.case.step for piece in pieces for cell in piece.cells}

    def whole(self, unit, pieces):
        """Return the rates of a unit that admit every minute of some pieces: none if there is no piece."""
        cells = [cell for piece in pieces for cell in piece.cells]
        return [
            n for n, t in enumerate(self.case.tariffs) if t.unit == unit and cells and all(admits(t, c) for c in cells)
        ]

    def flats(self):
        return self.whole("flat", itertools.chain.from_iterable(self.pieces.values()))

    def daytime(self, day):
        return [piece for piece in self.pieces[day] if piece.code != "evening"]

    def evening(self, day):
        return [piece for piece in self.pieces[day] if piece.code == "evening"]

    def halves(self, piece):
        return self.whole("half_day", [piece]) if piece.code in ("morning", "afternoon") else []

    def is_sold_whole(self, piece):
        if piece.code == "evening":
            return bool(self.whole("evening", [piece]))
        day = self.daytime(piece.day)
        return bool(self.halves(piece) or any(self.whole(unit, day) for unit in ("day", *LENGTHS)))

    def uncovered(self):
        """Return the first minutes that no rate can pay, if any (rule 7)."""
        found = []
        pieces = [] if self.flats() else itertools.chain.from_iterable(self.pieces.values())
        for piece in pieces:
            if not self.is_sold_whole(piece):
                unsold = [cell for cell in piece.cells if not self.sellers[cell.at // self.case.step]]
                found += [Uncovered(piece.day, run[0].at, run[-1].at + self.grain) for run in runs(unsold, self.grain)]
        return min(found, key=lambda stretch: stretch.start, default=None)

    def clusters(self):
        """Return the days in groups that share no step: one day each, unless a step straddles midnight."""
        groups, last = [], set()
        for day in self.days:
            steps = self.steps(self.pieces[day])
            if steps & last:
                groups[-1].append(day)
            else:
                groups.append([day])
            last = steps
        return groups

    def choices(self, day, is_paid):
        """Return every (rates that pay pieces whole, pieces left to the hours) of a day that a week pays or not."""
        evening, daytime = self.evening(day), [] if is_paid else self.daytime(day)
        late = [([], evening)] + [([n], []) for n in self.whole("evening", evening)]
        early = [([n], []) for n in self.whole("day", daytime)]
        for picked in itertools.product(*([None, *self.halves(piece)] for piece in daytime)):
            left = [piece for piece, n in zip(daytime, picked, strict=True) if n is None]
            early.append(([n for n in picked if n is not None], left))
        return [(a + c, b + d) for (a, b), (c, d) in itertools.product(early, late)]

    def ways(self, days, paid):
        """Return the counts of each rate in every way to pay some days, when weeks and months pay those in `paid`.

        A count is a number of units; of an hour rate, a number of steps.
        """
        found = set()
        for choice in itertools.product(*(self.choices(day, day in paid) for day in days)):
            counts = [0] * len(self.case.tariffs)
            for n in itertools.chain.from_iterable(wholes for wholes, _left in choice):
                counts[n] += 1
            steps = self.steps(itertools.chain.from_iterable(left for _wholes, left in choice))
            found |= self.sell(counts, [self.sellers[step] for step in steps])
        return found

    @staticmethod
    def sell(counts, steps):
        """Return every counts that giving each step to one of its sellers makes: none if a step has no seller."""
        found = {tuple(counts)}
        for sellers in steps:
            found = {(*c[:n], c[n] + 1, *c[n + 1:]) for c in found for n in sellers}
        return found
