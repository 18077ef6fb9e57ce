"""Find the cheapest way to pay for a stretch of time.

The asked range arrives cut by local calendar day, each with its opening and
its parts; each piece of it is paid by the hour, by a unit as long as the piece
(half-day, evening), by the day, the week, the month, or the whole range by a
flat rate, in money or in credits. The cheapest wins; then fewer credits, then
those that expire first, then fewer lines, then fewer units (each step of an
hour rate is one), then longer units: where the second week makes both cost as
much as one, one is sold. The module knows no ORM, no currency, no zone and no
clock: absolute minutes and exact numbers.

>>> from decimal import Decimal as D
>>> def rate(key, unit, price):
...     return Rate(key, unit, ((D(0), D(price)),))
>>> rates = [rate(1, "hour", 8), rate(2, "half_day", 25), rate(3, "day", 40), rate(4, "week", 150)]
>>> def day(n):
...     hour = [(n * 24 + h) * 60 for h in range(24)]
...     parts = (Part("morning", hour[9], hour[13]), Part("afternoon", hour[14], hour[18]))
...     return Day(n, ((hour[9], hour[18]),), parts)
>>> def price(start, stop):
...     return cover(start, stop, [day(n) for n in range(stop // 1440 + 1)], rates, 30)
>>> price(9 * 60, 11 * 60).total
Decimal('16.00')
>>> price(9 * 60, 12 * 60 + 30).total
Decimal('25.00')
>>> [(line.time_unit, line.total) for line in price(10 * 60, 15 * 60).lines]
[('day', Decimal('40.00'))]
>>> [(line.time_unit, line.total) for line in price(9 * 60, (48 + 11) * 60).lines]
[('day', Decimal('80.00')), ('hour', Decimal('16.00'))]
>>> [price(9 * 60, (24 * n + 18) * 60).total for n in (2, 3)]
[Decimal('120.00'), Decimal('150.00')]
>>> halved = Rate(5, "week", ((D(0), D(100)), (D(2), D(50))))
>>> [int(line.count) for line in cover(540, 2 * 1440 + 540, [day(n) for n in range(3)], [halved], 30).lines]
[1]
>>> cover(540, 600, [day(0)], [], 30)  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
    ...
NoPrice: day 0, minutes 540 to 600
"""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .cutting import cut
from .payers import Payers
from .pieces import Day, Lot, NoPrice, Part, Rate, bookable, pieces
from .search import Search

__all__ = [
    "Cover", "Day", "Draw", "Line", "Lot", "NoPrice", "Part", "Rate", "bookable", "cover", "pieces", "round_money",
]


class Line(NamedTuple):
    """`count` units at `price`, or paid with `credits` of a type."""

    rate_key: int
    time_unit: str
    count: Fraction
    price: Decimal
    total: Decimal
    credit_type: object = None
    credits: Decimal = Decimal(0)


class Draw(NamedTuple):
    """What a cover takes from a lot."""

    lot_key: int
    type_key: int
    amount: Decimal


class Cover(NamedTuple):
    """The cheapest lines, longer units first, their sum, and the lots they use."""

    lines: list
    total: Decimal
    draws: list


def round_money(amount, digits=2):
    """Round an exact amount half up, as an invoice does.

    >>> round_money(Fraction(2, 3)), round_money(Decimal("0.125"))
    (Decimal('0.67'), Decimal('0.13'))
    """
    exact = Fraction(amount) * 10**digits
    return Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator)).scaleb(-digits)


def cover(start, stop, days, rates, step, lots=(), digits=2):
    """Return the cheapest `Cover` of a range.

    :param start, stop: absolute minutes; their difference is a multiple of `step`
    :param days: every local `Day` that the range touches, in order, closed or not
    :param rates: list of `Rate`
    :param step: billing step of hour rates, in minutes
    :param lots: list of `Lot`, soonest to expire first
    :param digits: decimals of the currency
    :raises NoPrice: for the first stretch that no rate can pay: never free by omission
    """
    rates = sorted(rates, key=lambda rate: rate.key)
    cuts, evenings, flats = cut(start, stop, days, rates, step)
    if not cuts and not evenings:
        return Cover([], round_money(0, digits), [])
    payers = Payers(rates, _most(cuts, evenings), step, lots)
    ends = [
        (payer.cost, 1 << payer.bit, payer.longer, (None, ((payer.bit, 1),)))
        for rate in flats
        for payer in payers.by_rate[rate]
    ]
    ends += Search(payers, cuts, evenings).run()
    return _Best(payers, lots, digits).among(ends)


def _most(cuts, evenings):
    """Return the most units of each length that a request may need."""
    days = len(cuts)
    shapes = [one.shape for one in cuts] + evenings
    return {
        "flat": 1,
        "month": days,
        "week": days,
        "day": days,
        "evening": sum(len(shape.evenings) for shape in shapes),
        "half_day": sum(len(shape.halves) for shape in shapes),
        "hour": sum(shape.steps.bit_count() for shape in shapes),
    }


class _Best:
    """Choose among ends of the same cost, and write the lines."""

    def __init__(self, payers, lots, digits):
        self.payers, self.lots, self.digits = payers, lots, digits

    def among(self, ends):
        """Return the `Cover` of the best end."""
        least = min(end[0] for end in ends)
        best = None
        for cost, lines, longer, trail in ends:
            if cost != least:
                continue
            counts = self._counts(trail)
            draws = self._draws(counts)
            rank = (draws, -lines.bit_count(), longer)
            if best is None or rank > best[0]:
                best = (rank, counts)
        (draws, _lines, _longer), counts = best
        return self._cover(counts, draws)

    def _counts(self, trail):
        """Return {payer's bit: units} of an end."""
        counts = {}
        while trail:
            trail, uses = trail
            for bit, units in uses:
                counts[bit] = counts.get(bit, 0) + units
        return counts

    def _draws(self, counts):
        """Return what each lot gives, the soonest to expire first."""
        due = {}
        for bit, units in counts.items():
            payer = self.payers.all[bit]
            if payer.credit_type is not None:
                amount = Fraction(units * payer.cost, self.payers.credit_scale)
                due[payer.credit_type] = due.get(payer.credit_type, 0) + amount
        if not due:
            return ()
        draws = []
        for lot in self.lots:
            amount = min(due.get(lot.type_key, 0), max(Fraction(lot.balance), 0))
            draws.append(amount)
            if amount:
                due[lot.type_key] -= amount
        return tuple(draws)

    def _cover(self, counts, draws):
        lines = [self._line(self.payers.all[bit], counts[bit]) for bit in sorted(counts)]
        return Cover(
            lines,
            sum((line.total for line in lines), round_money(0, self.digits)),
            [
                Draw(lot.key, lot.type_key, _decimal(amount))
                for lot, amount in zip(self.lots, draws, strict=False)
                if amount
            ],
        )

    def _line(self, payer, units):
        rate = payer.rate
        count = Fraction(units)
        if rate.time_unit == "hour":
            count *= Fraction(self.payers.step, 60)
        if payer.credit_type is not None:
            amount = _decimal(Fraction(units * payer.cost, self.payers.credit_scale))
            nothing = round_money(0, self.digits)
            return Line(rate.key, rate.time_unit, count, Decimal(0), nothing, payer.credit_type, amount)
        price = rate.tiers[0][1]
        for least, tier_price in rate.tiers:
            if count >= least:
                price = tier_price
        return Line(rate.key, rate.time_unit, count, price, round_money(count * Fraction(price), self.digits))


def _decimal(amount):
    """Return credits as a decimal, exact whenever it can be."""
    return Decimal(amount.numerator) / Decimal(amount.denominator)
