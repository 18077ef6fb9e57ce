"""Find the cheapest way to pay for a stretch of time.

The asked range arrives cut by local calendar day; each day is paid either by
the hour (billed in steps) or by the day, whichever costs less, and on a tie by
the longer unit. The module knows no ORM, no currency and no clock: times are
minutes, prices are exact decimals, tax included.

>>> from decimal import Decimal as D
>>> hour, day = Rate(1, "hour", D(8)), Rate(2, "day", D(40))
>>> cover([Day(120, 540)], [hour, day], 30).total
Decimal('16.00')
>>> cover([Day(300, 540)], [hour, day], 30).lines        # 5 h = 40: the day wins
[Line(rate_key=2, time_unit='day', count=Fraction(1, 1), price=Decimal('40'), total=Decimal('40.00'))]
>>> cover([Day(540, 540), Day(540, 540), Day(120, 540)], [hour, day], 30).total
Decimal('96.00')
>>> cover([Day(120, 540)], [], 30)  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
    ...
NoPrice: day 0
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

# The longer the unit, the higher its rank: ties go to the longer one.
UNIT_RANK = {"hour": 0, "day": 1}


class Rate(NamedTuple):
    """A price: `key` names it for the caller, `price` is for one `time_unit`."""

    key: int
    time_unit: str
    price: Decimal


class Day(NamedTuple):
    """One local day of the asked range: minutes asked, minutes open that day."""

    asked: int
    open: int


class Line(NamedTuple):
    """`count` hours or days at `price`; `total` is rounded to the cent."""

    rate_key: int
    time_unit: str
    count: Fraction
    price: Decimal
    total: Decimal


class Cover(NamedTuple):
    """The cheapest lines, longer units first, and their sum."""

    lines: list
    total: Decimal


class NoPrice(Exception):
    """No rate pays for a day; `day` is its index in the asked list."""

    def __init__(self, day):
        super().__init__(f"day {day}")
        self.day = day


def round_money(amount, digits=2):
    """Round an exact amount half up, as an invoice does.

    >>> round_money(Fraction(2, 3)), round_money(Decimal("0.125"))
    (Decimal('0.67'), Decimal('0.13'))
    """
    exact = Fraction(amount)
    quantum = Decimal(1).scaleb(-digits)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        quantum, rounding=ROUND_HALF_UP
    )


def steps(minutes, step):
    """Count the billed steps of a length: a step begun is a step due.

    >>> steps(60, 30), steps(61, 30)
    (2, 3)
    """
    return -(-minutes // step)


def cover(days, rates, step, digits=2):
    """Return the cheapest `Cover` of `days`.

    :param days: list of `Day`; a day with nothing asked costs nothing
    :param rates: list of `Rate`
    :param step: billing step of hour rates, in minutes
    :param digits: decimals of the currency
    :raises NoPrice: when no rate pays for a day: never free by omission
    """
    counts = {}
    for index, day in enumerate(days):
        if day.asked <= 0:
            continue
        options = [_option(day, rate, step) for rate in rates]
        if not options:
            raise NoPrice(index)
        _cost, _rank, rate, count = min(
            options, key=lambda option: (option[0], option[1], option[2].key)
        )
        counts[rate] = counts.get(rate, Fraction(0)) + count
    lines = [
        Line(
            rate.key,
            rate.time_unit,
            count,
            rate.price,
            round_money(Fraction(rate.price) * count, digits),
        )
        for rate, count in counts.items()
    ]
    lines.sort(key=lambda line: (-UNIT_RANK[line.time_unit], line.rate_key))
    zero = Decimal(0).scaleb(-digits)
    return Cover(lines, sum((line.total for line in lines), zero))


def _option(day, rate, step):
    """Price a day by one rate: (exact cost, preference, rate, count)."""
    if rate.time_unit == "hour":
        count = Fraction(steps(day.asked, step) * step, 60)
    else:
        count = Fraction(1)
    return Fraction(rate.price) * count, -UNIT_RANK[rate.time_unit], rate, count
