"""What of an amount belongs to the days after a closing: by days, or by months, exact to the cent.

Amounts are integers of the smallest unit of a currency (cents), below zero for
credit notes; days are `date`, the first and the last of a period included.
What is earned by a day is rounded once, half away from zero, and what is
deferred is the rest: the parts of an amount at any closings, one after the
other, sum to the amount, and a credit note undoes its invoice exactly.

By months, a calendar month of which the period has every day counts for one,
another one for its share of days: a year from any day counts for twelve (from a
day of February, but for what a leap year makes of it).
"""

from calendar import monthrange
from datetime import date, timedelta  # noqa: F401 - dates are those of the examples
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

ONE_DAY = timedelta(days=1)
METHODS = ("days", "months")


def units(value, digits=2):
    """Return a float or a Decimal of money as an integer of its smallest unit.

    >>> units(159.78), units(-0.1 - 0.2), units(1500, 0)
    (15978, -30, 1500)
    """
    return int(Decimal(repr(value) if isinstance(value, float) else value).scaleb(digits).quantize(0, ROUND_HALF_UP))


def money(amount, digits=2):
    """Return an integer of the smallest unit as the float that Odoo keeps.

    >>> money(15978), money(1500, 0)
    (159.78, 1500.0)
    """
    return float(Decimal(amount).scaleb(-digits))


def length(first, last, method="days"):
    """Return how long some days are, both included: days, or months and their fractions.

    >>> length(date(2026, 9, 1), date(2027, 8, 31)), length(date(2026, 9, 1), date(2027, 8, 31), "months")
    (365, Fraction(12, 1))
    >>> length(date(2027, 3, 10), date(2028, 3, 9), "months")
    Fraction(12, 1)
    >>> length(date(2027, 2, 1), date(2027, 2, 14), "months")
    Fraction(1, 2)
    >>> length(date(2027, 1, 2), date(2027, 1, 1))
    0
    """
    if method not in METHODS:
        raise ValueError(f"By days or by months, not by {method}.")
    if last < first:
        return 0
    if method == "days":
        return (last - first).days + 1
    whole = (last.year - first.year) * 12 + last.month - first.month + 1
    before = Fraction(first.day - 1, monthrange(first.year, first.month)[1])
    days = monthrange(last.year, last.month)[1]
    return whole - before - Fraction(days - last.day, days)


def later(first, last, closing, method="days"):
    """Return (how long it goes on after a closing, how long it is).

    >>> later(date(2026, 9, 1), date(2027, 8, 31), date(2026, 12, 31))
    (243, 365)
    >>> later(date(2027, 2, 1), date(2027, 2, 28), date(2026, 12, 31))
    (28, 28)
    """
    if last < first:
        raise ValueError("A period ends on the day when it begins, or later.")
    return length(max(first, closing + ONE_DAY), last, method), length(first, last, method)


def deferred(amount, first, last, closing, method="days"):
    """Return what of an amount is not earned on a closing, that day included.

    >>> september, august, closing = date(2026, 9, 1), date(2027, 8, 31), date(2026, 12, 31)
    >>> deferred(24000, september, august, closing), deferred(24000, september, august, closing, "months")
    (15978, 16000)

    A credit note is its mirror; nothing is left once the period is over, nor earned before it begins.

    >>> deferred(-24000, september, august, closing)
    -15978
    >>> deferred(24000, september, august, august), deferred(24000, september, august, date(2026, 8, 31))
    (0, 24000)

    The parts of a line sum to it, the last one takes the rest:

    >>> ends = [date(2026, 12, 31), date(2027, 4, 30), august]
    >>> left = [10000] + [deferred(10000, september, august, end) for end in ends]
    >>> [before - after for before, after in zip(left, left[1:])]
    [3342, 3288, 3370]
    """
    after, whole = later(first, last, closing, method)
    earned = Fraction(abs(amount) * (whole - after)) / whole
    # Half up, as one does by hand: never the even neighbour.
    rounded = (2 * earned.numerator + earned.denominator) // (2 * earned.denominator)
    rest = abs(amount) - rounded
    return rest if amount >= 0 else -rest
