from decimal import Decimal as D
from fractions import Fraction
from unittest.mock import patch

from ..kernels.cover import Draw
from ..kernels.ways import Frontier
from .cover_common import DAY, HALF, HOUR, MONTH, RATES, WEEK, CoverCase, admitted, at, day, lot, rate

TICKET = 11  # a type of credit
HOURS = 12  # another


class TestCoverTiers(CoverCase):
    def test_price_of_the_tier_reached_for_all(self):
        rates = [HOUR, rate(3, "day", (0, "40"), (3, "30"))]
        self.assert_cover(at(0, 9), at(1, 18), "80", {3: 2}, rates)
        best = self.assert_cover(at(0, 9), at(2, 18), "90", {3: 3}, rates)
        self.assertEqual(best.lines[0].price, D(30))

    def test_a_day_more_to_reach_a_cheaper_tier(self):
        # Two days and 2 h are 96; three days at 20 are 60, though two are 80.
        rates = [HOUR, rate(3, "day", (0, "40"), (3, "20"))]
        self.assert_cover(at(0, 9), at(2, 11), "60", {3: 3}, rates)
        self.assert_cover(at(0, 9), at(1, 18), "80", {3: 2}, rates)

    def test_a_dearer_tier_is_avoided(self):
        rates = [HOUR, rate(3, "day", (0, "40"), (3, "60"))]
        self.assert_cover(at(0, 9), at(2, 18), "152", {3: 2, 1: 9}, rates)

    def test_tiers_of_hours_may_fall_between_hours(self):
        rates = [rate(1, "hour", (0, "8"), ("2.5", "6"))]
        self.assert_cover(at(0, 9), at(0, 11), "16", {1: 2}, rates)
        self.assert_cover(at(0, 9), at(0, 11.5), "15", {1: Fraction(5, 2)}, rates)

    def test_a_tier_between_two_steps_is_not_reached_before(self):
        rates = [rate(1, "hour", (0, "8"), ("2.25", "6")), rate(2, "half_day", "14")]
        self.assert_cover(at(0, 9), at(0, 11), "14", {2: 1}, rates)

    def test_tiers_add_up_over_days(self):
        rates = [rate(1, "hour", (0, "8"), (4, "5"), (6, "3"), windows=admitted(9, 18))]
        days = [day(0), day(1)]
        self.assert_cover(at(0, 16), at(1, 11), "20", {1: 4}, rates, days=days)
        self.assert_cover(at(0, 15), at(1, 12), "18", {1: 6}, rates, days=days)

    def test_tiers_of_two_rates(self):
        # 5 days: 4 h on the last would do, but the fifth day brings all to 30.
        rates = [rate(1, "hour", (0, "8"), (10, "2")), rate(3, "day", (0, "40"), (5, "30"))]
        rates = [one._replace(windows=admitted(9, 18)) for one in rates]
        self.assert_cover(at(0, 9), at(0, 18), "40", {3: 1}, rates)
        self.assert_cover(at(0, 9), at(1, 18), "36", {1: 18}, rates)
        dear = [rates[0]._replace(tiers=rates[0].tiers[:1]), rates[1]]
        self.assert_cover(at(0, 9), at(4, 13), "150", {3: 5}, dear)

    def test_a_week_beside_days_with_tiers(self):
        days = rate(3, "day", (0, "40"), (5, "35"))
        week = WEEK._replace(windows=admitted(0, 24, [0, 1, 3, 4, 5, 6]))
        self.assert_cover(at(0, 9), at(6, 18), "190", {4: 1, 3: 1}, [days, week])

    def test_week_may_hang_over_the_start(self):
        # Seven days from the first would leave two days to pay at 40.
        days = rate(3, "day", (0, "40"), (3, "10"), windows=admitted(0, 24, [6, 7, 8]))
        self.assert_cover(at(0, 9), at(8, 18), "180", {4: 1, 3: 3}, [days, WEEK])

    def test_week_is_not_bought_over_a_day_paid_otherwise(self):
        # A third day at 10 would be one that the week pays already.
        days = rate(3, "day", (0, "40"), (3, "10"), windows=admitted(0, 24, [0, 7, 8]))
        self.assert_cover(at(0, 9), at(8, 18), "230", {4: 1, 3: 2}, [days, WEEK])


class TestCoverCredits(CoverCase):
    def day_rate(self, *amounts):
        return rate(3, "day", "40", credits=amounts)

    def test_credits_spare_money(self):
        best = self.assert_cover(
            at(0, 9), at(0, 18), "0", {(3, TICKET): 1}, [HOUR, self.day_rate((TICKET, 1))], lots=[lot(1, TICKET, 5)]
        )
        line = best.lines[0]
        self.assertEqual((line.price, line.total, line.credits), (D(0), D(0), D(1)))
        self.assertEqual(best.draws, [Draw(1, TICKET, D(1))])

    def test_no_lot_no_credit(self):
        rates = [HOUR, self.day_rate((TICKET, 1))]
        self.assert_cover(at(0, 9), at(0, 18), "40", {3: 1}, rates)
        self.assert_cover(at(0, 9), at(0, 18), "40", {3: 1}, rates, lots=[lot(1, HOURS, 5), lot(2, TICKET, 0)])

    def test_balance_is_never_exceeded(self):
        rates = [HOUR, self.day_rate((TICKET, 1))]
        lots = [lot(1, TICKET, "0.5")]
        self.assertEqual(self.assert_cover(at(0, 9), at(0, 18), "40", {3: 1}, rates, lots=lots).draws, [])
        lots = [lot(1, TICKET, "2.5")]
        best = self.assert_cover(at(0, 9), at(2, 18), "40", {3: 1, (3, TICKET): 2}, rates, lots=lots)
        self.assertEqual(best.draws, [Draw(1, TICKET, D(2))])
        self.assertEqual([line.credit_type for line in best.lines], [None, TICKET])

    def test_a_unit_split_over_two_lots(self):
        rates = [HOUR, self.day_rate((TICKET, 1))]
        lots = [lot(1, TICKET, "0.5"), lot(2, HOURS, 9), lot(3, TICKET, 1)]
        best = self.assert_cover(at(0, 9), at(0, 18), "0", {(3, TICKET): 1}, rates, lots=lots)
        self.assertEqual(best.draws, [Draw(1, TICKET, D("0.5")), Draw(3, TICKET, D("0.5"))])

    def test_half_credits(self):
        rates = [rate(2, "half_day", "25", credits=[(TICKET, "0.5")]), self.day_rate((TICKET, 1))]
        lots = [lot(1, TICKET, "1.5")]
        self.assert_cover(at(0, 9), at(0, 12), "0", {(2, TICKET): 1}, rates, lots=lots)
        best = self.assert_cover(at(0, 9), at(1, 12), "0", {(3, TICKET): 1, (2, TICKET): 1}, rates, lots=lots)
        self.assertEqual(best.draws, [Draw(1, TICKET, D("1.5"))])
        self.assert_cover(at(0, 9), at(1, 12), "25", {(3, TICKET): 1, 2: 1}, rates, lots=[lot(1, TICKET, "1.4")])

    def test_credits_go_where_they_spare_most(self):
        rates = [rate(2, "half_day", "25", credits=[(TICKET, 1)]), self.day_rate((TICKET, 1))]
        lots = [lot(1, TICKET, 1)]
        self.assert_cover(at(0, 9), at(1, 12), "25", {(3, TICKET): 1, 2: 1}, rates, lots=lots)

    def test_some_steps_in_credits_some_in_money(self):
        rates = [rate(1, "hour", "8", credits=[(HOURS, 1)])]
        best = self.assert_cover(
            at(0, 9), at(0, 12), "12", {1: Fraction(3, 2), (1, HOURS): Fraction(3, 2)}, rates,
            lots=[lot(1, HOURS, "1.7")],
        )
        self.assertEqual(best.draws, [Draw(1, HOURS, D("1.5"))])

    def test_thirds_of_credits_add_up(self):
        rates = [rate(1, "hour", "8", credits=[(HOURS, 1)])]
        best = self.assert_cover(
            at(0, 9), at(0, 10), "0", {(1, HOURS): 1}, rates, lots=[lot(1, HOURS, 1)], step=20
        )
        self.assertEqual(best.draws, [Draw(1, HOURS, D(1))])

    def test_money_comes_before_credits(self):
        rates = [rate(2, "half_day", "1", credits=[(TICKET, 100)])]
        self.assert_cover(at(0, 9), at(0, 13), "0", {(2, TICKET): 1}, rates, lots=[lot(1, TICKET, 100)])

    def test_free_keeps_the_credits(self):
        rates = [rate(2, "half_day", "0", credits=[(TICKET, 1)])]
        self.assert_cover(at(0, 9), at(0, 13), "0", {2: 1}, rates, lots=[lot(1, TICKET, 100)])

    def test_fewer_credits_of_two_types(self):
        rates = [HOUR, self.day_rate((TICKET, 1), (HOURS, 8))]
        lots = [lot(1, HOURS, 20), lot(2, TICKET, 1)]
        self.assert_cover(at(0, 9), at(0, 18), "0", {(3, TICKET): 1}, rates, lots=lots)
        best = self.assert_cover(at(0, 9), at(1, 18), "0", {(3, TICKET): 1, (3, HOURS): 1}, rates, lots=lots)
        self.assertEqual(best.draws, [Draw(1, HOURS, D(8)), Draw(2, TICKET, D(1))])

    def test_soonest_to_expire_before_fewer_lines(self):
        rates = [self.day_rate((TICKET, 1), (HOURS, 1))]
        for first, last in ((TICKET, HOURS), (HOURS, TICKET)):
            lots = [lot(1, first, 1), lot(2, last, 5)]
            self.assert_cover(at(0, 9), at(0, 18), "0", {(3, first): 1}, rates, lots=lots)
            self.assert_cover(at(0, 9), at(1, 18), "0", {(3, first): 1, (3, last): 1}, rates, lots=lots)

    def test_soonest_to_expire_of_plenty(self):
        rates = [self.day_rate((TICKET, 1), (HOURS, 1))]
        for first, then in ((TICKET, HOURS), (HOURS, TICKET)):
            lots = [lot(1, first, 1), lot(2, then, 5), lot(3, first, 5)]
            best = self.assert_cover(at(0, 9), at(2, 18), "0", {(3, first): 1, (3, then): 2}, rates, lots=lots)
            self.assertEqual(best.draws, [Draw(1, first, D(1)), Draw(2, then, D(2))])

    def test_a_unit_is_paid_in_one_type(self):
        rates = [self.day_rate((TICKET, 1), (HOURS, 1))]
        lots = [lot(1, TICKET, "0.5"), lot(2, HOURS, "0.5")]
        self.assert_cover(at(0, 9), at(0, 18), "40", {3: 1}, rates, lots=lots)

    def test_tiers_count_money_only(self):
        rates = [rate(3, "day", (0, "40"), (3, "30"), credits=[(TICKET, 1)])]
        self.assert_cover(at(0, 9), at(2, 18), "80", {3: 2, (3, TICKET): 1}, rates, lots=[lot(1, TICKET, 1)])
        # Here a credit would lose the tier, and more money than it spares.
        steep = [rate(3, "day", (0, "40"), (3, "10"), credits=[(TICKET, 1)])]
        self.assert_cover(at(0, 9), at(2, 18), "30", {3: 3}, steep, lots=[lot(1, TICKET, 1)])

    def test_weeks_and_flat_in_credits(self):
        week = WEEK._replace(credits=((TICKET, D(3)),))
        self.assert_cover(at(0, 9), at(3, 18), "0", {(4, TICKET): 1}, [DAY, week], lots=[lot(1, TICKET, 3)])
        flat = rate(7, "flat", "100", credits=[(TICKET, 2)])
        self.assert_cover(at(0, 9), at(3, 18), "0", {(7, TICKET): 1}, [DAY, week, flat], lots=[lot(1, TICKET, 3)])
        self.assert_cover(at(0, 9), at(3, 18), "100", {7: 1}, [DAY, flat], lots=[lot(1, TICKET, "1.9")])

    def test_lines_in_order(self):
        rates = [
            rate(9, "day", "40", windows=admitted(9, 18, [0])),
            rate(8, "day", "40", windows=admitted(9, 18, [1, 2]), credits=[(TICKET, 1)]), HOUR,
        ]
        best = self.cover(at(0, 9), at(3, 10), rates, lots=[lot(1, TICKET, 1)])
        self.assertEqual(
            [(line.rate_key, line.credit_type) for line in best.lines], [(8, None), (9, None), (8, TICKET), (1, None)]
        )
        # Whatever the types of credit, and the order in which lots and rates come.
        rates = [
            rate(9, "day", "40", windows=admitted(9, 18, [0]), credits=[(TICKET, 1)]),
            rate(8, "day", "40", windows=admitted(9, 18, [1]), credits=[(HOURS, 1)]),
            rate(7, "day", "40", windows={}, credits=[(TICKET, 1)]),
        ]
        for lots in ([lot(1, TICKET, 1), lot(2, HOURS, 1)], [lot(2, HOURS, 1), lot(1, TICKET, 1)]):
            for some in (rates, rates[::-1]):
                best = self.cover(at(0, 9), at(1, 18), some, lots=lots)
                self.assertEqual([line.rate_key for line in best.lines], [8, 9])


class TestCoverEffort(CoverCase):
    """Count the work, not the seconds: a clock lies on a busy machine."""

    def effort(self, number, rates, **options):
        """Return how many places a request of so many days reaches."""
        reach, calls = Frontier.reach, []

        def counted(self, *args):
            calls.append(1)
            return reach(self, *args)

        with patch.object(Frontier, "reach", counted):
            self.cover(at(0, 10), at(number - 1, 16), rates, **options)
        return len(calls)

    def test_one_day(self):
        self.assertLess(self.effort(1, RATES), 40)

    def test_grows_as_the_days(self):
        rates = [HOUR._replace(windows=None), HALF, DAY, WEEK, MONTH]
        month, year = self.effort(30, rates), self.effort(366, rates)
        self.assertLess(month, 600)
        self.assertLess(year, 20 * month)

    def test_ties_do_not_multiply(self):
        rates = [rate(1, "hour", "8"), rate(2, "half_day", "32"), rate(3, "day", "72"), rate(4, "week", "504")]
        month, year = self.effort(30, rates), self.effort(366, rates)
        self.assertLess(month, 3000)
        self.assertLess(year, 20 * month)

    def test_tiers_and_credits(self):
        rates = [
            rate(1, "hour", (0, "8"), (10, "6"), credits=[(TICKET, 1)]),
            rate(2, "half_day", "25", credits=[(TICKET, 3)]),
            rate(3, "day", (0, "40"), (5, "30"), credits=[(TICKET, 6)]),
            WEEK,
        ]
        lots = [lot(1, TICKET, 5), lot(2, TICKET, 15)]
        self.assertLess(self.effort(10, rates, lots=lots), 60000)
