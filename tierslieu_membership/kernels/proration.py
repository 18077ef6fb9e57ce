"""What a subscription costs for some days: calendar periods, their parts, and dues of a year.

Periods are those of the calendar: months, quarters, civil years. The first and
the last one of a subscription are cut to the day, both ends included. A part
costs its share of the days of its whole period, rounded half up; parts that
follow each other at one price are rounded on what has run since the first of
them, so that those of a whole period are worth its price exactly.

Days are `date`; prices are `Decimal` in the unit of the currency, and so are
credits of an allowance, which are shared out in the same way.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

ONE_DAY = timedelta(days=1)
MONTHS_OF_A_YEAR = 12


class Cycle(NamedTuple):
    """How often one pays: a period of so many months, a price paid in so many of them."""

    months: int
    dues: int = 1


CYCLES = {"month": Cycle(1), "quarter": Cycle(3), "year": Cycle(12), "dues": Cycle(1, 12)}


class Part(NamedTuple):
    """Some days, both included, of one period."""

    first: date
    last: date

    @property
    def days(self):
        return (self.last - self.first).days + 1


def period_of(day, months):
    """Return the whole calendar period of 1, 3 or 12 months that holds a day.

    >>> period_of(date(2028, 2, 10), 1)
    Part(first=datetime.date(2028, 2, 1), last=datetime.date(2028, 2, 29))
    >>> period_of(date(2027, 5, 31), 3)
    Part(first=datetime.date(2027, 4, 1), last=datetime.date(2027, 6, 30))
    """
    month = (day.month - 1) // months * months + 1
    last = month + months - 1
    return Part(date(day.year, month, 1), date(day.year, last, monthrange(day.year, last)[1]))


def next_part(day, months, end=None):
    """Return what is invoiced at once from a day on: to the end of its period, or of the subscription.

    :param end: last day of the subscription, or None
    :return: a `Part`, or None when the subscription is over by then

    >>> next_part(date(2027, 1, 12), 1).days
    20
    >>> next_part(date(2027, 1, 12), 12, date(2027, 3, 10)).last
    datetime.date(2027, 3, 10)
    >>> next_part(date(2027, 3, 11), 1, date(2027, 3, 10))
    """
    if end and day > end:
        return None
    last = period_of(day, months).last
    return Part(day, min(last, end) if end else last)


def parts(first, last, months):
    """Return the parts that some days are made of, in order.

    >>> [part.days for part in parts(date(2027, 1, 31), date(2027, 3, 1), 1)]
    [1, 28, 1]
    """
    found = []
    while part := next_part(first, months, last):
        found.append(part)
        first = part.last + ONE_DAY
    return found


def due(price, day, cycle, digits=2):
    """Return what the whole period that holds a day costs.

    A price paid in twelve dues is cut into equal ones, and the one of December
    takes what is left: any twelve months in a row are worth the price.

    >>> [str(due(Decimal(1000), date(2027, month, 1), CYCLES["dues"])) for month in (1, 11, 12)]
    ['83.33', '83.33', '83.37']
    >>> due(Decimal(1000), date(2027, 5, 1), CYCLES["year"])
    Decimal('1000')
    """
    if cycle.dues == 1:
        return price
    each = (price / cycle.dues).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)
    is_last = period_of(day, cycle.months).last.month == MONTHS_OF_A_YEAR
    return price - each * (cycle.dues - 1) if is_last else each


def amount(price, cycle, part, since=None, digits=2):
    """Return what a part of a period costs.

    :param since: the day from which this price has run without a break, at the
        latest the first of the part; None: that one
    :param digits: decimals of the currency

    >>> month, price = CYCLES["month"], Decimal(310)
    >>> str(amount(price, month, Part(date(2027, 1, 12), date(2027, 1, 31))))
    '200.00'
    >>> str(amount(price, month, Part(date(2027, 3, 1), date(2027, 3, 10))))
    '100.00'

    A third of a month, three times: the last one takes the remainder.

    >>> tens = [Part(date(2027, 6, day), date(2027, 6, day + 9)) for day in (1, 11, 21)]
    >>> [str(amount(Decimal(100), month, ten, since=date(2027, 5, 3))) for ten in tens]
    ['33.33', '33.34', '33.33']
    """
    whole = period_of(part.first, cycle.months)
    if part.last > whole.last or part.last < part.first:
        raise ValueError("A part lies within one period.")
    price = due(price, part.first, cycle, digits)
    begun = max(whole.first, min(since or part.first, part.first))

    def run(last):
        """What has run since the price holds, to a day included."""
        share = price * ((last - begun).days + 1) / whole.days
        return share.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)

    return run(part.last) - run(part.first - ONE_DAY)


def unused(price, cycle, part, day, since=None, digits=2):
    """Return what is given back of a part that was invoiced when nothing is due from a day on.

    Exactly what was invoiced less what the days before cost.

    >>> january = Part(date(2027, 1, 1), date(2027, 1, 31))
    >>> str(unused(Decimal(310), CYCLES["month"], january, date(2027, 1, 15)))
    '170.00'
    >>> str(unused(Decimal(310), CYCLES["month"], january, date(2026, 12, 15)))
    '310.00'
    """
    asked = amount(price, cycle, part, since, digits)
    if day <= part.first:
        return asked
    if day > part.last:
        return asked - asked
    return asked - amount(price, cycle, Part(part.first, day - ONE_DAY), since, digits)


def months_later(day, months):
    """Return the last day of so many months that begin on a day; a month that is too short ends early.

    >>> months_later(date(2027, 1, 12), 6)
    datetime.date(2027, 7, 11)
    >>> months_later(date(2027, 8, 31), 6), months_later(date(2027, 1, 1), 12)
    (datetime.date(2028, 2, 28), datetime.date(2027, 12, 31))
    """
    count = day.month - 1 + months
    year, month = day.year + count // MONTHS_OF_A_YEAR, count % MONTHS_OF_A_YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1])) - ONE_DAY
