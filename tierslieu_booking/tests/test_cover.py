import doctest
import io
import unittest
from decimal import Decimal as D

from odoo.tests import BaseCase

from ..kernels import cover
from ..kernels.cover import Day, Rate

HOUR, DAY = Rate(1, "hour", D(8)), Rate(2, "day", D(40))



class TestCover(BaseCase):
    def test_doctests(self):
        result = unittest.TextTestRunner(stream=io.StringIO()).run(doctest.DocTestSuite(cover))
        self.assertTrue(result.testsRun)
        self.assertFalse(result.failures + result.errors)

    def test_two_hours(self):
        self.assertEqual(cover.cover([Day(120, 540)], [HOUR, DAY], 30).total, D(16))

    def test_a_step_begun_is_due(self):
        self.assertEqual(cover.cover([Day(61, 540)], [HOUR, DAY], 30).total, D(12))

    def test_day_rate_caps_the_hours(self):
        best = cover.cover([Day(420, 540)], [HOUR, DAY], 30)
        self.assertEqual(best.total, D(40))
        self.assertEqual([line.time_unit for line in best.lines], ["day"])

    def test_tie_goes_to_the_longer_unit(self):
        best = cover.cover([Day(300, 540)], [HOUR, DAY], 30)
        self.assertEqual([line.time_unit for line in best.lines], ["day"])

    def test_two_days_and_two_hours(self):
        days = [Day(540, 540), Day(540, 540), Day(120, 540)]
        best = cover.cover(days, [HOUR, DAY], 30)
        self.assertEqual(best.total, D(96))
        self.assertEqual([line.count for line in best.lines], [2, 2])

    def test_thirds_of_an_hour_are_exact(self):
        rates = [Rate(1, "hour", D(10))]
        self.assertEqual(cover.cover([Day(20, 540)] * 3, rates, 20).total, D(10))

    def test_rounding_is_half_up(self):
        rates = [Rate(1, "hour", D("8.33"))]
        self.assertEqual(cover.cover([Day(30, 540)], rates, 30).total, D("4.17"))

    def test_nothing_is_free_by_omission(self):
        with self.assertRaises(cover.NoPrice):
            cover.cover([Day(60, 540)], [], 30)
