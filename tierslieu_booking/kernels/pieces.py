"""Say what is open and what is asked: days, parts, rates and pieces.

Times are absolute minutes, so that a local day lasts 23, 24 or 25 hours
without this module knowing why.

>>> nine, six = 9 * 60, 18 * 60
>>> parts = (Part("morning", nine, 13 * 60), Part("afternoon", 14 * 60, six), Part("evening", six, 23 * 60))
>>> monday = Day(0, ((nine, six),), parts)
>>> from decimal import Decimal as D
>>> hour = Rate(1, "hour", ((D(0), D(8)),))
>>> pieces(12 * 60, 15 * 60, monday, [hour])
[('morning', 720, 780), ('gap', 780, 840), ('afternoon', 840, 900)]
>>> bookable(monday, [])                                 # nobody sells the evening
[(540, 1080)]
>>> bookable(monday, [hour])                             # an hour rate does
[(540, 1380)]
>>> bookable(monday._replace(opening=()), [hour])        # a closed day has no evening
[]
"""

from decimal import Decimal
from math import inf
from typing import NamedTuple

GAP = "gap"
EVENING = "evening"
# Days of the units that pay several.
LONG_UNITS = {"week": 7, "month": 30}


class Part(NamedTuple):
    """A named part of a day: morning, afternoon or evening, half-open."""

    code: str
    start: int
    stop: int


class Day(NamedTuple):
    """A local day: its date's ordinal, its opening ranges and its parts."""

    ordinal: int
    opening: tuple
    parts: tuple


class Rate(NamedTuple):
    """A price: `key` names it for the caller.

    `tiers`: ((least count, price of one unit), …), the last one reached wins.
    `windows`: None when always admitted, else {ordinal: (lo, hi)}.
    `credits`: ((type, amount), …), what one unit costs in credits instead.
    """

    key: int
    time_unit: str
    tiers: tuple
    windows: object = None
    credits: tuple = ()


class Lot(NamedTuple):
    """Credits of one type that a member holds and that are valid."""

    key: int
    type_key: int
    balance: Decimal


class NoPrice(Exception):
    """No rate pays for a stretch: never free by omission.

    `ordinal` is its day, `start` and `stop` its absolute minutes.
    """

    def __init__(self, ordinal, start, stop):
        super().__init__(f"day {ordinal}, minutes {start} to {stop}")
        self.ordinal = ordinal
        self.start = start
        self.stop = stop


def window(rate, ordinal):
    """Return the minutes that a rate admits on a day, None for none."""
    if rate.windows is None:
        return (-inf, inf)
    return rate.windows.get(ordinal)


def bookable(day, rates):
    """Return the open ranges of a day: its opening, and the evening if sold."""
    if not day.opening:
        return []
    ranges = list(day.opening)
    for part in day.parts:
        if part.code == EVENING:
            ranges += _evening_sold(part, day.ordinal, rates)
    ranges.sort()
    merged = [ranges[0]]
    for lo, hi in ranges[1:]:
        if lo <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(hi, merged[-1][1]))
        else:
            merged.append((lo, hi))
    return [(lo, hi) for lo, hi in merged if lo < hi]


def _evening_sold(part, ordinal, rates):
    """Yield the minutes of an evening that some rate can pay."""
    for rate in rates:
        if rate.time_unit not in (EVENING, "hour"):
            continue
        admitted = window(rate, ordinal)
        if not admitted:
            continue
        lo, hi = max(admitted[0], part.start), min(admitted[1], part.stop)
        whole = (lo, hi) == (part.start, part.stop)
        if lo < hi and (whole or rate.time_unit == "hour"):
            yield lo, hi


def pieces(start, stop, day, rates):
    """Return the stretches asked that are bookable: [(code, lo, hi), …].

    Closed minutes in the middle of a part give two stretches of one code: they
    are one piece, paid by one half-day.
    """
    found = []
    for lo, hi in bookable(day, rates):
        lo, hi = max(lo, start), min(hi, stop)
        for part in day.parts:
            begin, end = max(part.start, lo), min(part.stop, hi)
            if begin >= end:
                continue
            if lo < begin:
                found.append((GAP, lo, begin))
            found.append((part.code, begin, end))
            lo = end
        if lo < hi:
            found.append((GAP, lo, hi))
    return found
