"""What of an amount belongs to later days, counted day by day: slow, and knows nothing of the kernel.

Each day of a period has a weight: one when one counts by days; one n-th of a
month when one counts by months, n being the days of its month. What is earned
is what the days until the closing weigh of all of them, rounded once.
"""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

DAY = timedelta(days=1)


def days_of_month(day):
    """Count the days of the month of a day by walking through them."""
    other = day.replace(day=1)
    count = 0
    while other.month == day.month:
        count, other = count + 1, other + DAY
    return count


def weights(first, last, method, lengths):
    """Return [(day, weight)] of a period."""
    found, day = [], first
    while day <= last:
        month = (day.year, day.month)
        if method == "months" and month not in lengths:
            lengths[month] = days_of_month(day)
        found.append((day, Fraction(1, lengths[month]) if method == "months" else 1))
        day += DAY
    return found


def deferred_of(amount, first, last, closing, method="days", lengths=None):
    """Return what of an amount, a `Decimal`, is deferred at a closing.

    :param lengths: {(year, month): days} of the months that were counted by now
    """
    shares = weights(first, last, method, {} if lengths is None else lengths)
    whole = sum(weight for _day, weight in shares)
    earned = Fraction(sum(weight for day, weight in shares if day <= closing)) / whole
    cents = floor(abs(Fraction(amount)) * 100 * earned + Fraction(1, 2))
    rest = abs(amount) - Decimal(cents) / 100
    return rest if amount >= 0 else -rest
