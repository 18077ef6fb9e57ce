"""The calendar and the prices that the tests of the cheapest cover share."""

from decimal import Decimal as D

from odoo.tests import BaseCase

from ..kernels import cover
from ..kernels.cover import Day, Lot, Part, Rate

STEP = 30


def at(day, hour):
    """Return the absolute minute of an hour of a day of 24 hours."""
    return int(day * 1440 + hour * 60)


def day(number, *opening, parts=None):
    """Return a day: open from 9 to 18 unless told, closed when told `None`."""
    if opening == (None,):
        return Day(number, (), ())
    opening = opening or ((9, 18),)
    if parts is None:
        parts = (("morning", 9, 13), ("afternoon", 14, 18), ("evening", 18, 23))
    return Day(
        number,
        tuple((at(number, lo), at(number, hi)) for lo, hi in opening),
        tuple(Part(code, at(number, lo), at(number, hi)) for code, lo, hi in parts),
    )


def rate(key, unit, *tiers, **options):
    """Return a rate: one price, or (least count, price) tiers."""
    tiers = tiers if isinstance(tiers[0], tuple) else ((0, tiers[0]),)
    prices = tuple((D(least), D(price)) for least, price in tiers)
    amounts = tuple((kind, D(amount)) for kind, amount in options.pop("credits", ()))
    return Rate(key, unit, prices, credits=amounts, **options)


def admitted(lo, hi, days=range(40)):
    """Return the windows of a rate that is sold from `lo` to `hi` on some days."""
    return {number: (at(number, lo), at(number, hi)) for number in days}


def lot(key, kind, balance):
    return Lot(key, kind, D(balance))


HOUR = rate(1, "hour", "8", windows=admitted(9, 18))
HALF, DAY, WEEK = rate(2, "half_day", "25"), rate(3, "day", "40"), rate(4, "week", "150")
MONTH, EVENING, FLAT = rate(5, "month", "400"), rate(6, "evening", "30"), rate(7, "flat", "100")
RATES = [HOUR, HALF, DAY, WEEK]
ANY_HOUR = HOUR._replace(windows=None)


class CoverCase(BaseCase):
    """Read a cover as a total and {(key of a rate, type of credit): count}."""

    def cover(self, start, stop, rates=RATES, days=None, step=STEP, lots=(), digits=2):
        if days is None:
            days = [day(number) for number in range(start // 1440, (stop - 1) // 1440 + 1)]
        return cover.cover(start, stop, days, rates, step, lots, digits)

    def assert_cover(self, start, stop, total, paid, rates=RATES, **options):
        """Check what is paid: {rate key: count}, or {(rate key, type): count} in credits."""
        best = self.cover(start, stop, rates, **options)
        found = {
            line.rate_key if line.credit_type is None else (line.rate_key, line.credit_type): line.count
            for line in best.lines
        }
        self.assertEqual(found, paid)
        self.assertEqual(len(best.lines), len(paid))
        self.assertEqual(best.total, D(total))
        self.assertEqual(best.total, sum(line.total for line in best.lines))
        return best

    def assert_no_price(self, start, stop, rates, ordinal, lo, hi, **options):
        with self.assertRaises(cover.NoPrice) as caught:
            self.cover(start, stop, rates, **options)
        error = caught.exception
        self.assertEqual((error.ordinal, error.start, error.stop), (ordinal, lo, hi))
