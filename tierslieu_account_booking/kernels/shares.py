"""What of an amount belongs to later days, when a share of it does: exact to the cent.

Amounts are integers of the smallest unit of a currency, below zero for credit
notes; shares are fractions from 0 to 1. As with the days of a period, what is
earned is rounded once, half away from zero, and what is deferred is the rest.
"""

from fractions import Fraction


def rest(amount, share):
    """Return what of an amount is deferred when this share of it is still to be earned.

    >>> rest(15000, Fraction(6, 10)), rest(-15000, Fraction(6, 10))
    (9000, -9000)
    >>> rest(100, Fraction(1, 3)), rest(1, Fraction(1, 2)), rest(100, 0), rest(100, 1)
    (33, 0, 0, 100)
    """
    share = min(max(Fraction(share), Fraction(0)), Fraction(1))
    earned = abs(amount) * (1 - share)
    rounded = (2 * earned.numerator + earned.denominator) // (2 * earned.denominator)
    left = abs(amount) - rounded
    return left if amount >= 0 else -left


def rests(amounts, share):
    """Return what of each amount of one sale is deferred: together, what is deferred of their sum.

    Each has what the sums until it and before it differ by, and so the sign of its own, or nothing.

    >>> rests([3333, 3333, 3334], Fraction(1, 2)), rest(10000, Fraction(1, 2))
    ([1666, 1667, 1667], 5000)
    >>> rests([15000, -7500], Fraction(3, 5)), rests([15000, -15000], Fraction(1, 7))
    ([9000, -4500], [2143, -2143])
    """
    found, total, before = [], 0, 0
    for amount in amounts:
        total += amount
        after = rest(total, share)
        found.append(after - before)
        before = after
    return found


def day_share(first, last, closing):
    """Return the share of some days, first and last included, that comes after a closing.

    >>> from datetime import date
    >>> day_share(date(2026, 12, 31), date(2027, 1, 2), date(2026, 12, 31))
    Fraction(2, 3)
    >>> day_share(date(2027, 1, 5), date(2027, 1, 5), date(2026, 12, 31))
    Fraction(1, 1)
    >>> day_share(date(2026, 12, 5), date(2026, 12, 5), date(2026, 12, 31))
    Fraction(0, 1)
    """
    days = (last - first).days + 1
    return Fraction(min(max((last - closing).days, 0), days), days)
