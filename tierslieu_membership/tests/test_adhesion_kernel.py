import doctest
import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..kernels import adhesion
from ..kernels.adhesion import period


@tagged("post_install", "-at_install")
class TestAdhesionKernel(BaseCase):
    """Periods of adhesions: examples, then what always holds of a thousand."""

    def test_examples(self):
        result = doctest.testmod(adhesion)
        self.assertFalse(result.failed)
        self.assertGreater(result.attempted, 8)

    def test_renewals_leave_no_hole_and_no_day_twice(self):
        rng = random.Random(6)
        for _nth in range(1000):
            kind = rng.choice(("civil", "rolling"))
            grace, month = rng.randrange(0, 40), rng.choice((0, 9, 10, 12))
            day = date(2024, 1, 1) + timedelta(days=rng.randrange(2000))
            first, last = period(kind, day, from_month=month)
            self.assertEqual(first, day)
            for _time in range(4):
                # Bought again at some moment, early or late.
                again = last + timedelta(days=rng.randrange(-60, 60))
                then, until = period(kind, again, until=last, grace=grace, from_month=month)
                if again <= last + timedelta(days=grace):
                    self.assertEqual(then, last + timedelta(days=1))
                else:
                    self.assertEqual(then, again)
                self.assertLess(last, then)
                self.assertLessEqual(then, until)
                self.assertLessEqual((until - then).days, 366 if kind == "rolling" else 731)
                first, last = then, until

    def test_a_rolling_year_ends_the_day_before_its_birthday(self):
        for nth in range(1500):
            day = date(2024, 1, 1) + timedelta(days=nth)
            _first, last = period("rolling", day)
            after = last + timedelta(days=1)
            if (day.month, day.day) == (2, 29):
                self.assertEqual((after.month, after.day), (2, 28))
            else:
                self.assertEqual((after.month, after.day, after.year), (day.month, day.day, day.year + 1))
