import doctest
import random
from datetime import date, timedelta
from fractions import Fraction

from odoo.tests import BaseCase, tagged

from ..kernels import ledger, shares
from ..kernels.shares import day_share, rest, rests
from .sources_oracle import left_of


@tagged("post_install", "-at_install")
class TestShares(BaseCase):
    """Shares of amounts: examples, then thousands beside the oracle."""

    def test_examples(self):
        for kernel in (ledger, shares):
            result = doctest.testmod(kernel)
            self.assertFalse(result.failed)
            self.assertGreater(result.attempted, 4)

    def test_as_by_hand(self):
        rng = random.Random(419)
        for nth in range(3000):
            cents = rng.choice((1, 2, 99, 15000, rng.randrange(1, 90000))) * rng.choice((1, 1, -1))
            share = Fraction(rng.randrange(0, 13), 12)
            self.assertEqual(rest(cents, share), left_of(cents, min(share, 1)), (nth, cents, share))

    def test_parts_are_those_of_the_sum_and_keep_their_sign(self):
        rng = random.Random(420)
        for _nth in range(1000):
            amounts = [rng.randrange(-5000, 9000) for _line in range(rng.randrange(1, 6))]
            share = Fraction(rng.randrange(0, 8), 7)
            found = rests(amounts, share)
            self.assertEqual(sum(found), left_of(sum(amounts), min(share, 1)))
            for amount, part in zip(amounts, found, strict=True):
                self.assertTrue(0 <= part * (1 if amount > 0 else -1) <= abs(amount), (amounts, share, found))

    def test_closing_after_closing_nothing_comes_back(self):
        first, last = date(2026, 12, 20), date(2027, 1, 9)
        before = 1
        for day in range(40):
            share = day_share(first, last, date(2026, 12, 15) + timedelta(days=day))
            self.assertLessEqual(share, before)
            before = share
        self.assertEqual(before, 0)
