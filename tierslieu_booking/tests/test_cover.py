import doctest
import io
import unittest
from decimal import Decimal as D
from fractions import Fraction

from ..kernels import cover, payers, pieces, search, ways
from ..kernels.cover import Day, Part, bookable
from .cover_common import (
    ANY_HOUR,
    DAY,
    EVENING,
    FLAT,
    HALF,
    HOUR,
    MONTH,
    RATES,
    WEEK,
    CoverCase,
    admitted,
    at,
    day,
    rate,
)


class TestCover(CoverCase):
    def test_doctests(self):
        for module in (cover, payers, pieces, search, ways):
            suite = doctest.DocTestSuite(module)
            if module in (cover, pieces, ways):
                self.assertTrue(suite.countTestCases())
            result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
            self.assertFalse(result.failures + result.errors)

    def test_two_hours(self):
        best = self.assert_cover(at(0, 9), at(0, 11), "16", {1: 2})
        self.assertEqual(
            best.lines, [cover.Line(1, "hour", Fraction(2), D(8), D("16.00"), None, D(0))]
        )
        self.assertEqual(best.draws, [])

    def test_half_day_caps_the_hours(self):
        self.assert_cover(at(0, 9), at(0, 12.5), "25", {2: 1})

    def test_day_caps_the_hours_and_wins_the_tie(self):
        self.assert_cover(at(0, 10), at(0, 15), "40", {3: 1})

    def test_two_days_and_two_hours(self):
        best = self.assert_cover(at(0, 9), at(2, 11), "96", {3: 2, 1: 2})
        self.assertEqual([line.time_unit for line in best.lines], ["day", "hour"])

    def test_three_days_then_a_week(self):
        self.assert_cover(at(0, 9), at(2, 18), "120", {3: 3})
        self.assert_cover(at(0, 9), at(3, 18), "150", {4: 1})

    def test_nothing_asked_costs_nothing(self):
        for start, stop in ((at(0, 9), at(0, 9)), (at(0, 20), at(0, 22)), (at(0, 6), at(0, 9))):
            self.assertEqual(self.cover(start, stop), cover.Cover([], D("0.00"), []))
        self.assertEqual(self.cover(at(0, 9), at(0, 18), days=[day(0, None)]).lines, [])
        # Even with no rate at all: there is nothing to pay.
        self.assertEqual(self.cover(at(0, 9), at(0, 18), [], days=[day(0, None)]).lines, [])

    def test_night_and_closed_hours_cost_nothing(self):
        self.assert_cover(at(0, 17), at(1, 10), "16", {1: 2})
        self.assert_cover(at(0, 7), at(0, 10), "8", {1: 1})

    def test_lunch_is_a_gap_that_half_days_leave_out(self):
        self.assert_cover(at(0, 12), at(0, 15), "24", {1: 3})
        self.assert_cover(at(0, 9), at(0, 18), "58", {2: 2, 1: 1}, [HOUR, HALF])
        self.assert_cover(at(0, 9), at(0, 18), "40", {3: 1}, [HALF, DAY])

    def test_closed_lunch_costs_nothing(self):
        days = [day(0, (9, 12.5), (14, 18))]
        self.assert_cover(at(0, 9), at(0, 18), "50", {2: 2}, [HOUR, HALF], days=days)
        self.assert_cover(at(0, 12), at(0, 14.5), "8", {1: 1}, [HOUR, HALF], days=days)

    def test_closed_minutes_do_not_cut_a_part_in_two(self):
        days = [day(0, (9, 11), (12, 18))]
        self.assert_cover(at(0, 9), at(0, 13), "25", {2: 1}, [HALF], days=days)
        self.assertEqual(
            cover.pieces(at(0, 10), at(0, 14), days[0], []),
            [("morning", at(0, 10), at(0, 11)), ("morning", at(0, 12), at(0, 13)), ("gap", at(0, 13), at(0, 14))],
        )

    def test_steps_that_are_closed_are_not_paid(self):
        days = [day(0, (9, 10), (12, 13))]
        self.assert_cover(at(0, 9), at(0, 13), "16", {1: 2}, days=days)

    def test_evening_is_sold_only_where_a_rate_pays_it(self):
        monday = day(0)
        whole = [(at(0, 9), at(0, 23))]
        self.assertEqual(bookable(monday, [HOUR, DAY]), [(at(0, 9), at(0, 18))])
        self.assertEqual(bookable(monday, [ANY_HOUR]), whole)
        self.assertEqual(bookable(monday, [EVENING]), whole)
        late = ANY_HOUR._replace(windows=admitted(20, 22))
        self.assertEqual(bookable(monday, [late]), [(at(0, 9), at(0, 18)), (at(0, 20), at(0, 22))])
        # An evening rate sells the whole evening or none of it.
        self.assertEqual(bookable(monday, [EVENING._replace(windows=admitted(18, 22))]), [(at(0, 9), at(0, 18))])
        self.assertEqual(bookable(monday, [EVENING._replace(windows=admitted(18, 23, [1]))]), [(at(0, 9), at(0, 18))])
        self.assertEqual(bookable(day(0, None), [ANY_HOUR, EVENING]), [])

    def test_evening_is_not_in_the_day(self):
        self.assert_cover(at(0, 9), at(0, 20), "56", {3: 1, 1: 2}, [ANY_HOUR, DAY])
        self.assert_cover(at(0, 9), at(0, 23), "70", {3: 1, 6: 1}, [ANY_HOUR, DAY, EVENING])
        # Nor must a day rate admit the evening.
        daytime = DAY._replace(windows=admitted(9, 18))
        self.assert_cover(at(0, 9), at(0, 20), "56", {3: 1, 1: 2}, [ANY_HOUR, daytime])
        # A stay of two days pays the evening between them when it is sold.
        self.assert_cover(at(0, 9), at(1, 18), "110", {3: 2, 6: 1}, [ANY_HOUR, DAY, EVENING])
        self.assert_cover(at(0, 9), at(6, 18), "330", {4: 1, 6: 6}, [DAY, WEEK, EVENING])

    def test_evening_inside_the_opening_hours(self):
        days = [day(0, (9, 20))]
        self.assert_cover(at(0, 14), at(0, 20), "55", {2: 1, 6: 1}, [HALF, EVENING], days=days)
        self.assert_cover(at(0, 14), at(0, 20), "41", {2: 1, 1: 2}, [HALF, ANY_HOUR], days=days)
        self.assert_no_price(at(0, 14), at(0, 21), [DAY], 0, at(0, 18), at(0, 20), days=days)

    def test_windows_keep_a_rate_to_its_hours(self):
        early = rate(8, "half_day", "10", windows=admitted(8, 12))
        self.assert_cover(at(0, 9), at(0, 12), "10", {8: 1}, [*RATES, early])
        self.assert_cover(at(0, 9), at(0, 12.5), "25", {2: 1}, [*RATES, early])
        monday = rate(8, "day", "10", windows=admitted(9, 18, [0]))
        self.assert_cover(at(0, 9), at(1, 18), "50", {8: 1, 3: 1}, [*RATES, monday])
        cheap = rate(8, "hour", "2", windows=admitted(9, 10))
        self.assert_cover(at(0, 9), at(0, 11), "10", {8: 1, 1: 1}, [*RATES, cheap])

    def test_a_step_that_leaves_the_window_is_not_in_it(self):
        # Before 9 it is closed: the first step is admitted, the last is not.
        cheap = rate(8, "hour", "2", windows=admitted(9, 10))
        self.assert_cover(at(0, 8.75), at(0, 10.25), "6", {8: 1, 1: Fraction(1, 2)}, [HOUR, cheap])

    def test_a_step_is_paid_once(self):
        # From 12:45, the first step is of the morning and of lunch.
        self.assert_cover(at(0, 12.75), at(0, 14.25), "12", {1: Fraction(3, 2)}, [ANY_HOUR])
        # From 17:45, of the afternoon and of the evening.
        self.assert_cover(at(0, 17.75), at(0, 18.75), "8", {1: 1}, [ANY_HOUR])
        night = [Day(0, ((0, 1440),), ()), Day(1, ((1440, 2880),), ())]
        for hours in (1, 2, 3):
            start, step = at(0, 24) - 30, 60 * hours
            self.assert_cover(start, start + step, 8 * hours, {1: hours}, [ANY_HOUR], days=night, step=step)

    def test_a_step_over_midnight_obeys_both_windows(self):
        night = [Day(0, ((0, 1440),), ()), Day(1, ((1440, 2880),), ())]
        monday = rate(8, "hour", "2", windows={0: (0, 1440)})
        start = at(0, 22.5)
        self.assert_cover(start, start + 120, "10", {8: 1, 1: 1}, [ANY_HOUR, monday], days=night, step=60)
        self.assert_no_price(start, start + 120, [monday], 0, at(0, 23.5), at(1, 0), days=night, step=60)

    def test_week_counts_closed_days(self):
        days = [day(number, *([None] if number in (2, 3) else [])) for number in range(9)]
        self.assert_cover(at(0, 9), at(5, 18), "150", {4: 1}, days=days[:6])
        self.assert_cover(at(0, 9), at(6, 18), "150", {4: 1}, days=days[:7])
        self.assert_cover(at(0, 9), at(7, 18), "190", {4: 1, 3: 1}, days=days[:8])
        self.assert_cover(at(0, 9), at(4, 18), "120", {3: 3}, days=days[:5])

    def test_week_leaves_the_days_that_it_does_not_admit(self):
        workdays = WEEK._replace(windows=admitted(0, 24, [0, 1, 2, 3, 4]))
        self.assert_cover(at(0, 9), at(6, 18), "230", {4: 1, 3: 2}, [HOUR, HALF, DAY, workdays])

    def test_weeks_of_two_rates_may_run_together(self):
        workdays = WEEK._replace(windows=admitted(0, 24, [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]))
        weekends = rate(8, "week", "20", windows=admitted(0, 24, [5, 6, 12, 13]))
        self.assert_cover(at(0, 9), at(13, 18), "340", {4: 2, 8: 2}, [workdays, weekends])

    def test_month(self):
        workdays = [day(number, *([None] if number % 7 in (5, 6) else [])) for number in range(31)]
        self.assert_cover(at(0, 9), at(29, 18), "400", {5: 1}, [*RATES, MONTH], days=workdays[:30])
        self.assert_cover(at(0, 9), at(30, 18), "440", {5: 1, 3: 1}, [*RATES, MONTH], days=workdays)
        self.assert_cover(at(0, 9), at(17, 18), "400", {5: 1}, [*RATES, MONTH], days=workdays[:18])
        self.assert_cover(at(0, 9), at(13, 18), "300", {4: 2}, [*RATES, MONTH], days=workdays[:14])

    def test_flat_pays_everything_evenings_too(self):
        self.assert_cover(at(0, 9), at(2, 22), "100", {7: 1}, [*RATES, EVENING, FLAT])
        self.assert_cover(at(0, 9), at(0, 18), "40", {3: 1}, [*RATES, FLAT])
        self.assert_cover(at(0, 9), at(0, 18), "100", {7: 1}, [FLAT])

    def test_flat_must_admit_everything(self):
        flat = FLAT._replace(windows=admitted(9, 18, [0, 1]))
        self.assert_cover(at(0, 9), at(1, 18), "100", {7: 1}, [flat, rate(3, "day", "60")])
        self.assert_cover(at(0, 9), at(2, 18), "180", {3: 3}, [flat, rate(3, "day", "60")])
        self.assert_cover(at(0, 9), at(1, 19), "180", {3: 2, 6: 2}, [flat, EVENING, rate(3, "day", "60")])

    def test_days_of_23_and_25_hours(self):
        for length in (1380, 1500):
            whole = Day(1, ((1440, 1440 + length),), ())
            total = D(8) * length / 60
            self.assert_cover(1440, 1440 + length, total, {1: length // 60}, [ANY_HOUR], days=[whole])
            shift = length - 1440
            morning, evening = at(1, 9) + shift, at(1, 18) + shift
            tuesday = Day(1, ((morning, evening),), (Part("morning", morning, at(1, 13) + shift),))
            days = [day(0), tuesday]
            self.assert_cover(at(0, 9), evening, "80", {3: 2}, [ANY_HOUR._replace(windows={}), DAY], days=days)

    def test_no_price_names_the_first_stretch(self):
        self.assert_no_price(at(0, 9), at(0, 18), [], 0, at(0, 9), at(0, 13))
        self.assert_no_price(at(0, 9), at(0, 18), [HALF], 0, at(0, 13), at(0, 14))
        morning = ANY_HOUR._replace(windows=admitted(9, 11))
        self.assert_no_price(at(0, 9), at(0, 13), [morning], 0, at(0, 11), at(0, 13))
        split = [ANY_HOUR._replace(windows=admitted(9, 10)), rate(9, "hour", "8", windows=admitted(11, 12))]
        self.assert_no_price(at(0, 9), at(0, 13), split, 0, at(0, 10), at(0, 11))
        monday = DAY._replace(windows=admitted(9, 18, [0]))
        self.assert_no_price(at(0, 9), at(2, 18), [monday], 1, at(1, 9), at(1, 13))
        self.assert_no_price(at(0, 9), at(0, 20), [DAY, ANY_HOUR._replace(windows={})], 0, at(0, 18), at(0, 20),
                             days=[day(0, (9, 20))])

    def test_no_price_when_a_day_is_not_wholly_admitted(self):
        late = DAY._replace(windows=admitted(10, 18))
        self.assert_cover(at(0, 10), at(0, 18), "40", {3: 1}, [late])
        self.assert_no_price(at(0, 9.5), at(0, 18), [late], 0, at(0, 9.5), at(0, 13))

    def test_tie_fewer_lines_before_longer_units(self):
        rates = [rate(1, "hour", "10"), rate(2, "half_day", "40")]
        self.assert_cover(at(0, 9), at(0, 13), "40", {2: 1}, rates)
        self.assert_cover(at(0, 9), at(0, 14), "50", {1: 5}, rates)

    def test_tie_longer_units_when_the_lines_are_there_anyway(self):
        rates = [rate(1, "hour", "10", windows=admitted(9, 18, [0])), rate(2, "half_day", "40")]
        days = [day(0, (9, 14)), day(1, (9, 13))]
        self.assert_cover(at(0, 9), at(1, 13), "90", {2: 2, 1: 1}, rates, days=days)

    def test_tie_longer_units(self):
        rates = [rate(1, "hour", "5"), rate(2, "half_day", "20"), rate(3, "day", "45"), rate(4, "week", "90")]
        self.assert_cover(at(0, 9), at(0, 18), "45", {3: 1}, [r._replace(windows=admitted(0, 18)) for r in rates])
        self.assert_cover(at(0, 9), at(1, 18), "90", {4: 1}, [r._replace(windows=admitted(0, 18)) for r in rates])

    def test_tie_between_equals_goes_to_the_first_key(self):
        twins = [rate(9, "day", "40"), DAY]
        for rates in (twins, twins[::-1]):
            self.assert_cover(at(0, 9), at(1, 18), "80", {3: 2}, rates)

    def test_free_is_not_bought_twice(self):
        self.assert_cover(at(0, 9), at(3, 18), "0", {4: 1}, [DAY, rate(4, "week", "0")])
        self.assert_cover(at(0, 9), at(0, 11), "0", {1: 2}, [DAY, rate(1, "hour", "0", windows=admitted(9, 18))])

    def test_money_is_exact(self):
        self.assert_cover(at(0, 9), at(0, 10), "10", {1: 1}, [rate(1, "hour", "10")], step=20)
        self.assert_cover(at(0, 9), at(0, 9.5), "4.17", {1: Fraction(1, 2)}, [rate(1, "hour", "8.33")])
        best = self.cover(at(0, 9), at(0, 9.5), [rate(1, "hour", "8.33")], digits=0)
        self.assertEqual(str(best.total), "4")
        # A third of a cent decides: 3 x 20 min at 10.01 are 10.01, under 10.02.
        self.assert_cover(
            at(0, 9), at(0, 10), "10.01", {1: 1}, [rate(1, "hour", "10.01"), rate(2, "half_day", "10.02")], step=20
        )
