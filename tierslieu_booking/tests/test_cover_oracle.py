import itertools
import logging
from datetime import date, timedelta, timezone
from unittest.mock import patch

from odoo.tests import BaseCase

from odoo.addons.tierslieu_base.tests.heavy import FULL

from ..kernels import cover as kernel
from . import cover_oracle
from .cover_cases import ALL_DAYS, Maker, at, kernel_inputs, make_case
from .cover_compare import Judge, Tally
from .cover_ground import Hours
from .cover_oracle import UNITS, Search, solve

CASES = 2000 if FULL else 300  # --full also judges ten times as many others, in tests/full
TWO_WEEKS_AT_THE_PRICE_OF_ONE = (1003547, 1011002, 1013711, 1017722)
WRONG = 400  # cases among which a wrong kernel must be caught
ONE_DAY = timedelta(1)
_logger = logging.getLogger(__name__)


def price(case):
    return kernel.cover(*kernel_inputs(case))


def longest_first(case):
    """Buy long units as long as they will do: greedy."""
    for last in range(1, len(UNITS)):
        try:
            return price(case._replace(tariffs=tuple(t for t in case.tariffs if t.unit in UNITS[:last])))
        except kernel.NoPrice:
            continue
    return price(case)


def lunch_for_free(case):
    """Forget the open minutes that are in no part."""
    opening = {
        day: tuple(
            (max(a, c), min(b, d)) for (a, b), (c, d) in itertools.product(spans, sorted(case.parts.values()))
            if max(a, c) < min(b, d)
        )
        for day, spans in case.opening.items()
    }
    return price(case._replace(opening=opening))


def last_lot_first(case):
    """Draw on the credits that expire last."""
    return price(case._replace(purses=case.purses[::-1]))


def tier_of_the_first_unit(case):
    """Look for the tier of a count of 1, whatever the count."""
    return price(case._replace(tariffs=tuple(t._replace(tiers=t.tiers[:1]) for t in case.tariffs)))


def days_of_24_hours(case):
    """Keep the clock of the first day."""
    return price(case._replace(zone=timezone(case.start.astimezone(case.zone).utcoffset())))


def evening_in_the_day(case):
    """Let the day rate pay the evening."""
    return price(case._replace(parts={code: span for code, span in case.parts.items() if code != "evening"}))


def two_weeks(case):
    """Sell two weeks at half the price of one."""
    halved = [t for t in case.tariffs if t.unit == "week" and t.tiers[1:] and t.tiers[0][1] == 2 * t.tiers[1][1]]
    found = price(case._replace(tariffs=tuple(halved)))
    (line,) = found.lines
    return found._replace(lines=[line._replace(count=2 * line.count, price=line.price / 2)])


class Exhaustive(Search):
    """The oracle without its shortcuts."""

    limit = cover_oracle.NEVER

    def drop_dearer(self, found):
        return list(found)


class TestCoverOracle(BaseCase):
    """The kernel that prices bookings, against every way to pay them."""

    def test_kernel_is_the_oracle(self):
        tally = Tally(range(CASES))
        _logger.info("%s", tally)
        self.assertFalse(tally.differences[:5])
        self.assertEqual(tally.families.total(), CASES)
        self.assertNotIn(0, tally.families.values())
        self.assertNotIn(0, tally.features.values(), tally)

    def test_worked_examples(self):
        """The six prices of the rule's definition, found by hand: both must give them."""
        for days, start, stop, total, *bill in (
            (0, "9:00", "11:00", 16, ("hour", 2)),
            (0, "9:00", "12:30", 25, ("half_day", 1)),
            (0, "10:00", "15:00", 40, ("day", 1)),
            (2, "9:00", "11:00", 96, ("hour", 2), ("day", 2)),
            (2, "9:00", "18:00", 120, ("day", 3)),
            (3, "9:00", "18:00", 150, ("week", 1)),
        ):
            with self.subTest(days=days, start=start, stop=stop):
                case = self.worked_example(days, at(start), at(stop))
                units = {tariff.key: tariff.unit for tariff in case.tariffs}
                (found,) = solve(case).bills
                self.assertEqual({(units[key], count) for key, _type, count in found}, set(bill))
                self.assertEqual(solve(case).objective[0], total)
                self.assertEqual(price(case).total, total)
                self.assertEqual({(line.time_unit, line.count) for line in price(case).lines}, set(bill))

    def worked_example(self, days, start, stop):
        make = Maker(0)
        make.step, make.first = 30, date(2027, 5, 10)
        make.rate("hour", 8, hours=Hours(ALL_DAYS, at("9:00"), at("18:00")))
        for unit, amount in (("half_day", 25), ("day", 40), ("week", 150)):
            make.rate(unit, amount)
        make.begin, make.length = start, days * 1440 + stop - start
        return make.case("worked example")

    def test_two_weeks_for_the_price_of_one(self):
        """Where tiers make two weeks cost as much as one, one is sold: fewer units are right when money is the same."""
        for seed in TWO_WEEKS_AT_THE_PRICE_OF_ONE:
            with self.subTest(seed=seed):
                judge = Judge(seed)
                self.assertFalse(judge.differences())
                ((_key, _type, count),) = next(iter(judge.answer.bills))
                self.assertEqual(count, 1)
                self.assertTrue(judge.differences(two_weeks), "one more for the same money must be noticed")

    def test_wrong_kernels_are_caught(self):
        wrongs = (
            longest_first, lunch_for_free, last_lot_first, tier_of_the_first_unit, days_of_24_hours, evening_in_the_day,
        )
        for wrong in wrongs:
            with self.subTest(wrong.__name__):
                caught = any(Judge(seed).differences(wrong) for seed in range(WRONG))
                self.assertTrue(caught)

    def test_shortcuts_lose_nothing(self):
        """What the oracle leaves out is never the best: with all of it, the answers are the same."""
        few = [case for case in map(make_case, range(2000, 2420)) if case.stop - case.start <= ONE_DAY]
        self.assertGreater(len(few), 100)
        for case in few:
            with self.subTest(case.family, seed=case.seed):
                quick = solve(case)
                with patch.object(cover_oracle, "Search", Exhaustive):
                    self.assertEqual(solve(case), quick)
