"""What a subscription owes, counted day by day in whole cents: slow, and knows nothing of the kernel.

Each day is worth one n-th of what its period costs, n being the days that the
calendar gives the period. Days are added up as fractions and rounded once, at
the end of a stretch or of a period.
"""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

DAY = timedelta(days=1)
LENGTH = {"month": 1, "quarter": 3, "year": 12, "dues": 1}


class Stretch(NamedTuple):
    """Days, both included, at one price in cents; `goes_on`: at the price of the stretch before."""

    first: object
    last: object
    cycle: str
    cents: int
    goes_on: bool = False


def period(day, cycle):
    """Return a name of the period that holds a day."""
    return day.year, (day.month - 1) // LENGTH[cycle]


def length(day, cycle):
    """Count the days of the period that holds a day."""
    count, name = 0, period(day, cycle)
    other = day
    while period(other, cycle) == name:
        count, other = count + 1, other - DAY
    other = day + DAY
    while period(other, cycle) == name:
        count, other = count + 1, other + DAY
    return count


def cost(day, cycle, cents):
    """Return what the period of a day costs."""
    if cycle != "dues":
        return cents
    return cents // 12 + (cents % 12 if day.month == 12 else 0)


def half_up(fraction):
    return (2 * fraction.numerator + fraction.denominator) // (2 * fraction.denominator)


def owed(history):
    """Return {(nth stretch, period): cents} of a history, and check that no day is there twice or missing."""
    for before, after in pairwise(history):
        if after.first != before.last + DAY:
            raise ValueError("A day is lost, or there twice.")
    run, said, found = defaultdict(Fraction), defaultdict(int), defaultdict(int)
    chain, lengths = -1, {}
    for nth, stretch in enumerate(history):
        if not stretch.goes_on:
            chain = nth
        day = stretch.first
        while day <= stretch.last:
            name = period(day, stretch.cycle)
            if (name, stretch.cycle) not in lengths:
                lengths[name, stretch.cycle] = length(day, stretch.cycle)
            run[chain, name] += Fraction(
                cost(day, stretch.cycle, stretch.cents), lengths[name, stretch.cycle]
            )
            closes = day == stretch.last or period(day + DAY, stretch.cycle) != name
            if closes:
                found[nth, name] = half_up(run[chain, name]) - said[chain, name]
                said[chain, name] += found[nth, name]
            day += DAY
    return dict(found)
