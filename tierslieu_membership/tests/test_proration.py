import doctest
import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from unittest.mock import patch

from odoo.tests import BaseCase

from ..kernels import proration as kernel
from . import proration_oracle as oracle

HISTORIES = 5000
ONE_DAY = timedelta(days=1)
CENT = Decimal("0.01")
PRICES = (31000, 4995, 100000, 1, 7, 33333, 22000, 12001, 9999)
CORNERS = (date(2027, 1, 31), date(2027, 12, 31), date(2028, 2, 29), date(2028, 2, 28), date(2027, 3, 31),
           date(2027, 10, 31), date(2028, 1, 1), date(2027, 7, 1))


def make_history(dice):
    """Return one to four stretches that follow each other: changes of plan, of desk, an end."""
    first = dice.choice((dice.choice(CORNERS), date(2027, 1, 1) + timedelta(days=dice.randrange(800))))
    history = []
    for _nth in range(dice.randint(1, 4)):
        last = first + timedelta(days=dice.choice((0, 1, 9, 27, 30, dice.randrange(500))))
        if dice.random() < 0.3:
            # Changed on the 31st, or on the last day of the month where there is none.
            last = kernel.period_of(last, 1).last - ONE_DAY
            last = max(last, first)
        goes_on = bool(history) and dice.random() < 0.3
        if goes_on:
            stretch = history[-1]._replace(first=first, last=last, goes_on=True)
        else:
            stretch = oracle.Stretch(
                first, last, dice.choice(tuple(kernel.CYCLES)), dice.choice((*PRICES, dice.randrange(1, 200000)))
            )
        history.append(stretch)
        first = last + ONE_DAY
    return history


def lived(history):
    """Live a history with the kernel as the books do: parts billed in advance, what is unused given back.

    :return: ({(nth, period): cents}, Counter of the days paid, net of what was given back)
    """
    net, days = defaultdict(Decimal), Counter()
    since = None
    for nth, stretch in enumerate(history):
        cycle, price = kernel.CYCLES[stretch.cycle], Decimal(stretch.cents) / 100
        if not stretch.goes_on:
            since = stretch.first
        first = stretch.first
        # Nobody knows yet when it ends: the last part is billed whole, then partly given back.
        while first <= stretch.last:
            part = kernel.next_part(first, cycle.months)
            key = nth, oracle.period(part.first, stretch.cycle)
            net[key] += kernel.amount(price, cycle, part, since)
            days.update(part.first + timedelta(days=n) for n in range(part.days))
            if part.last > stretch.last:
                given_back = stretch.last + ONE_DAY
                net[key] -= kernel.unused(price, cycle, part, given_back, since)
                days.subtract(given_back + timedelta(days=n) for n in range((part.last - stretch.last).days))
            first = part.last + ONE_DAY
    return {key: int(value * 100) for key, value in net.items()}, +days


def agree(history):
    """Whether the kernel and the oracle say the same of a history, each of its days once."""
    net, days = lived(history)
    first, last = history[0].first, history[-1].last
    wanted = Counter(first + timedelta(days=n) for n in range((last - first).days + 1))
    return net == oracle.owed(history) and days == wanted


class TestProration(BaseCase):
    """The kernel against an oracle that counts days."""

    def histories(self, number, seed=6):
        dice = random.Random(seed)
        return [make_history(dice) for _nth in range(number)]

    def test_doctests(self):
        result = doctest.testmod(kernel)
        self.assertGreater(result.attempted, 10)
        self.assertFalse(result.failed)

    def test_5000_histories(self):
        """Start, change on the 31st, end, twelve dues, leap years: the kernel says what the days add up to."""
        for history in self.histories(HISTORIES):
            if not agree(history):
                self.assertEqual(lived(history)[0], oracle.owed(history), history)
                self.fail(f"A day is there twice or lost: {history}")

    def test_histories_reach_the_corners(self):
        histories = self.histories(HISTORIES)
        stretches = [stretch for history in histories for stretch in history]
        self.assertGreater(sum(s.last.day in (29, 30) for s in stretches), 300)
        self.assertGreater(sum(s.cycle == "dues" for s in stretches), 300)
        self.assertGreater(sum(s.first <= date(2028, 2, 29) <= s.last for s in stretches), 300)
        self.assertGreater(sum(s.goes_on for s in stretches), 300)

    def test_wrong_kernels_are_caught(self):
        amount, period_of, due = kernel.amount, kernel.period_of, kernel.due
        wrong = {
            "amount, months of 30 days": ("amount", lambda price, cycle, part, since=None, digits=2: (
                due(price, part.first, cycle) * part.days / (30 * cycle.months)).quantize(CENT, ROUND_HALF_UP)),
            "amount, each part rounded alone": ("amount", lambda price, cycle, part, since=None, digits=2: (
                amount(price, cycle, part, None, digits))),
            "period_of, February never leaps": ("period_of", lambda day, months: (
                part := period_of(day, months))._replace(last=min(part.last, date(part.last.year, 2, 28))
                                                        if part.last.month == 2 else part.last)),
            "due, twelve equal ones": ("due", lambda price, day, cycle, digits=2: (
                (price / cycle.dues).quantize(CENT, ROUND_HALF_UP))),
            "unused, the day of the change too": ("unused", lambda price, cycle, part, day, since=None, digits=2: (
                amount(price, cycle, part, since) - amount(price, cycle, part._replace(last=day), since))),
        }
        histories = self.histories(400)
        for name, (function, replacement) in wrong.items():
            with self.subTest(name), patch.object(kernel, function, replacement):
                self.assertFalse(all(survives(history) for history in histories), "not caught")
        self.assertTrue(all(agree(history) for history in histories))

    def test_twelve_dues_are_worth_the_price(self):
        for cents in (100000, 1, 11, 12, 99999, 120007):
            price = Decimal(cents) / 100
            for month in range(1, 13):
                first = date(2027, month, 1)
                last = kernel.months_later(first, 12)
                dues = [kernel.amount(price, kernel.CYCLES["dues"], part, first)
                        for part in kernel.parts(first, last, 1)]
                self.assertEqual((len(dues), sum(dues)), (12, price))
                self.assertTrue(all(due >= 0 for due in dues))

    def test_parts_of_a_whole_period_are_worth_its_price(self):
        for day in range(2, 32):
            cut = date(2027, 1, day)
            for price in (Decimal("49.95"), Decimal("0.01"), Decimal(310)):
                first = kernel.Part(date(2027, 1, 1), cut - ONE_DAY)
                rest = kernel.Part(cut, date(2027, 1, 31))
                both = [kernel.amount(price, kernel.CYCLES["month"], part, date(2026, 5, 5)) for part in (first, rest)]
                self.assertEqual(sum(both), price)


def survives(history):
    """Whether a kernel gets through a history: one that stumbles is caught too."""
    try:
        return agree(history)
    except (ValueError, ArithmeticError):
        return False
