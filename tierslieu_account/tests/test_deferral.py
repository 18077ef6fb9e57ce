import doctest
import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..kernels import deferral
from ..kernels.deferral import METHODS, deferred, length, money, units
from .deferral_oracle import deferred_of


def some_period(rng):
    """Return (first, last) of a period of one day to some twenty months."""
    first = date(2025, 1, 1) + timedelta(days=rng.randrange(1200))
    return first, first + timedelta(days=rng.choice((0, 1, 29, 30, 90, 364, 365, rng.randrange(600))))


@tagged("post_install", "-at_install")
class TestDeferral(BaseCase):
    """The sharing out of an amount over its days: examples, then two thousand beside the oracle."""

    def test_examples(self):
        result = doctest.testmod(deferral)
        self.assertFalse(result.failed)
        self.assertGreater(result.attempted, 14)

    def test_the_figures_of_the_rules(self):
        """240.00 from 1 September to 31 August, at 31 December: 243 days of 365, or 8 months of 12."""
        for method, expected in (("days", "159.78"), ("months", "160.00")):
            self.assertEqual(
                deferred_of(Decimal(240), date(2026, 9, 1), date(2027, 8, 31), date(2026, 12, 31), method),
                Decimal(expected),
            )

    def test_the_same_as_day_by_day(self):
        rng = random.Random(487)
        for nth in range(2000):
            first, last = some_period(rng)
            cents = rng.choice((1, 7, 100, 9999, 24000, rng.randrange(1, 500000))) * rng.choice((1, 1, 1, -1))
            closing = date(2025, 12, 31) + timedelta(days=rng.randrange(-400, 900))
            for method in METHODS:
                expected = deferred_of(Decimal(cents) / 100, first, last, closing, method)
                found = deferred(cents, first, last, closing, method)
                self.assertEqual(Decimal(found) / 100, expected, (nth, cents, first, last, closing, method))

    def test_parts_sum_to_the_line_and_never_go_back(self):
        rng = random.Random(488)
        for _nth in range(500):
            first, last = some_period(rng)
            cents, method = rng.randrange(1, 100000), rng.choice(METHODS)
            day, left, parts = first - timedelta(days=40), cents, []
            while day < last:
                day += timedelta(days=rng.randrange(1, 70))
                rest = deferred(cents, first, last, day, method)
                parts.append(left - rest)
                left = rest
            self.assertEqual((sum(parts), left), (cents, 0))
            self.assertGreaterEqual(min(parts), 0)

    def test_twelve_months_from_any_day_are_twelve(self):
        for nth in range(366):
            first = date(2026, 1, 1) + timedelta(days=nth)
            self.assertEqual(length(first, first.replace(year=first.year + 1) - timedelta(days=1), "months"), 12)
        # A February of 29 days and one of 28 are not quite alike.
        self.assertAlmostEqual(float(length(date(2027, 2, 10), date(2028, 2, 9), "months")), 12, delta=1 / 28)

    def test_money_goes_and_comes_back(self):
        for cents in (*range(-2000, 2000), 10**11 + 7):
            for digits in (0, 2, 3):
                self.assertEqual(units(money(cents, digits), digits), cents)

    def test_what_cannot_be(self):
        with self.assertRaises(ValueError):
            deferred(100, date(2027, 1, 2), date(2027, 1, 1), date(2027, 1, 1))
        with self.assertRaises(ValueError):
            length(date(2027, 1, 1), date(2027, 1, 1), "weeks")
