"""The price rule once more, by exhaustion: what the kernel `cover` is judged by, and never imports.

A way to pay is a set of units such that each piece asked is paid and no unit is useless. Its money depends on how many
units of each rate it has, and on nothing else. So the search lists the counts that can be had, and compares them all:

1. `Ground`: what is asked and open, minute by minute; its pieces; every way to pay those of a day (rules 1 to 3).
2. `Search.families`: every set of weeks and months, each with a day that no other of them pays;
   `Search.leaf`: with each, every sum of ways to pay the days they leave.
3. `Search.pay`: every split of these counts between money and credits (rules 4 and 5). The best is kept (rule 6):
   the least money; then the fewest credits, those that expire first; then the fewest lines; then the fewest units, a
   step of an hour rate being one; then the longest. So one week is better than two that tiers make cost the same.

Only two things are ever left out, and neither can be the best: what costs more money than a way already found, even
with every unit at its lowest price; and, of two ways with the same counts of all the rates that have tiers or credits,
the dearer (putting one in the other's place changes nothing else).
"""

import itertools
import math
from fractions import Fraction
from typing import NamedTuple

from .cover_ground import LENGTHS, Ground, Uncovered

UNITS = ("flat", "month", "week", "day", "evening", "half_day", "hour")  # the longest first
NEVER = math.inf


class Answer(NamedTuple):
    """The best that can be had, or the first minutes that cannot be had at all."""

    uncovered: Uncovered | None
    objective: tuple = ()  # (money, credits, -amount drawn from each purse, lines, units, -count of each unit)
    bills: frozenset = frozenset()  # every best bill: frozensets of (rate, None | credit type, count)
    draws: tuple = ()  # ((purse, amount), …), none at 0


def plus(left, right):
    return tuple(map(int.__add__, left, right))


def whole_numbers(values):
    """Return (scale, what multiplies a value into an exact whole number): sums of those are fast and exact."""
    scale = math.lcm(*(Fraction(value).denominator for value in values))
    return scale, lambda value: int(Fraction(value) * scale)


class Search:
    """Rules 3 to 6: every set of weeks and months, every way to pay the other days, every use of credits."""

    def __init__(self, ground):
        self.ground, self.case = ground, ground.case
        self.tariffs = self.case.tariffs
        self.none = (0,) * len(self.tariffs)
        self.sizes = [Fraction(self.case.step, 60) if t.unit == "hour" else Fraction(1) for t in self.tariffs]
        self.count_money()
        self.count_credits()
        self.plain = [len(t.tiers) == 1 and not any(a) for t, a in zip(self.tariffs, self.amounts, strict=True)]
        self.lowest = [0 if any(a) else min(p) for p, a in zip(self.prices, self.amounts, strict=True)]
        self.best, self.bills = None, set()
        self.seen, self.kept_ways, self.kept_sums, self.kept_splits = set(), {}, {}, {}

    def count_money(self):
        """Set the prices of one unit (one step) of each rate, tier by tier, as whole numbers."""
        exact = [
            [Fraction(price) * size for _start, price in t.tiers]
            for t, size in zip(self.tariffs, self.sizes, strict=True)
        ]
        self.money_scale, count = whole_numbers([Fraction(1, 420), *itertools.chain.from_iterable(exact)])
        self.prices = [[count(price) for price in prices] for prices in exact]

    def count_credits(self):
        """Set what one unit (one step) of each rate costs in each type of credits, and what there is, likewise."""
        accepted = {type_ for tariff in self.tariffs for type_, _amount in tariff.credits}
        self.types = sorted({purse.type for purse in self.case.purses} & accepted)
        exact = [
            [Fraction(dict(t.credits).get(type_, 0)) * size for type_ in self.types]
            for t, size in zip(self.tariffs, self.sizes, strict=True)
        ]
        balances = [Fraction(purse.balance) for purse in self.case.purses]
        self.credit_scale, count = whole_numbers([1, *balances, *itertools.chain.from_iterable(exact)])
        self.amounts = [[count(amount) for amount in amounts] for amounts in exact]
        self.purses = [(purse.type, count(purse.balance)) for purse in self.case.purses]
        self.balances = [sum(balance for type_, balance in self.purses if type_ == t) for t in self.types]

    @property
    def limit(self):
        """Money that something better may not exceed."""
        return self.best[0] if self.best else NEVER

    def at_lowest(self, counts):
        return sum(map(int.__mul__, counts, self.lowest))

    def run(self):
        for n in self.ground.flats():
            self.pay(self.one(n))
        self.groups = self.ground.clusters()
        self.bits = {day: 1 << n for n, day in enumerate(self.ground.days)}
        self.placements = sorted(self.place_longs(), key=lambda unit: (unit[1] & -unit[1], -unit[1], unit[0]))
        self.measure_days()
        self.guess()
        self.families(0, [], self.none)
        return self

    def one(self, n):
        return (*self.none[:n], 1, *self.none[n + 1:])

    def place_longs(self):
        """Return (rate, days paid, as bits) of each week and month, from the first that touches a day to the last."""
        ground, found = self.ground, set()
        for n, tariff in enumerate(self.tariffs):
            length = LENGTHS.get(tariff.unit)
            if length:
                paid = [day for day in ground.days if n in ground.whole(tariff.unit, ground.daytime(day))]
                for first in range(ground.days[0].toordinal() - length + 1, ground.days[-1].toordinal() + 1):
                    found.add((n, sum(self.bits[d] for d in paid if first <= d.toordinal() < first + length)))
        return {(n, paid) for n, paid in found if paid}

    def measure_days(self):
        """Set the least that days may cost: all evenings, each daytime by itself, each as a share of a week.

        Days that share a step count for nothing, which is less than they cost.
        """
        self.evenings, self.alone = 0, [0] * len(self.ground.days)
        for group in self.groups:
            if len(group) == 1:
                evening, day = (min(map(self.at_lowest, self.ways(group, paid)), default=NEVER) for paid in (-1, 0))
                self.evenings += evening
                self.alone[self.ground.days.index(group[0])] = day - evening
        share = min((self.lowest[n] // paid.bit_count() for n, paid in self.placements), default=NEVER)
        self.shared = [min(alone, share) for alone in self.alone]

    def guess(self):
        """Try weeks and months end to end: a good first find shortens the search, and changes nothing else."""
        self.leaf(self.none, 0)
        longs = [n for n, tariff in enumerate(self.tariffs) if tariff.unit in LENGTHS]
        for order in itertools.permutations(longs, min(len(longs), 2)):
            counts, paid = self.none, 0
            for rate, (n, bits) in itertools.product(order, self.placements):
                if n == rate and not bits & paid and bits.bit_count() > 1:
                    counts, paid = plus(counts, self.one(n)), paid | bits
                    self.leaf(counts, paid)

    def families(self, start, chosen, counts):
        """Try every set of weeks and months that begins with `chosen`; what comes later pays no earlier day."""
        paid, spent = 0, self.at_lowest(counts) + self.evenings
        for _n, bits in chosen:
            paid |= bits
        self.leaf(counts, paid)
        for position in range(start, len(self.placements)):
            n, bits = self.placements[position]
            settled = ((bits & -bits) - 1) & ~paid  # earlier days: they pay for themselves
            past = spent + sum(cost for day, cost in enumerate(self.alone) if settled >> day & 1)
            if past > self.limit:
                break
            left = ~(settled | paid | bits)
            rest = sum(cost for day, cost in enumerate(self.shared) if left >> day & 1)
            family = [*chosen, (n, bits)]
            if past + self.lowest[n] + rest <= self.limit and self.is_useful(family):
                self.families(position + 1, family, plus(counts, self.one(n)))

    @staticmethod
    def is_useful(family):
        """Tell whether each unit pays a day that no other pays: adding more never gives it one back."""
        once = twice = 0
        for _n, bits in family:
            once, twice = once | bits, twice | (once & bits)
        return all(bits & ~twice for _n, bits in family)

    def leaf(self, counts, paid):
        """Try every way to pay the days that the weeks and months of `counts` leave."""
        if (counts, paid) in self.seen:
            return
        self.seen.add((counts, paid))
        alone = sum(cost for day, cost in enumerate(self.alone) if not paid >> day & 1)
        if self.at_lowest(counts) + self.evenings + alone <= self.limit:
            shorts = self.total(tuple(sorted(self.ways(group, paid) for group in self.groups)))
            for short in sorted(shorts, key=self.at_lowest):
                self.pay(plus(counts, short))

    def ways(self, group, paid):
        """Return the counts worth trying for some days, of which weeks and months pay those in bits."""
        inside = frozenset(day for day in group if paid & self.bits[day])
        if (group[0], inside) not in self.kept_ways:
            self.kept_ways[group[0], inside] = tuple(sorted(self.drop_dearer(self.ground.ways(group, inside))))
        return self.kept_ways[group[0], inside]

    def drop_dearer(self, found):
        """Of the counts that differ only in rates that have neither tiers nor credits, keep the cheapest."""
        least = {}
        for counts in found:
            key = tuple(0 if plain else count for count, plain in zip(counts, self.plain, strict=True))
            money = sum(c * p for c, p, plain in zip(counts, self.lowest, self.plain, strict=True) if plain)
            if money < least.get(key, (NEVER,))[0]:
                least[key] = (money, [])
            if money == least[key][0]:
                least[key][1].append(counts)
        return [counts for _money, kept in least.values() for counts in kept]

    def total(self, groups):
        """Return every sum of one way of each group."""
        if not groups:
            return [self.none]
        if groups not in self.kept_sums:
            sums = {plus(before, way) for before in self.total(groups[:-1]) for way in groups[-1]}
            self.kept_sums[groups] = self.drop_dearer(sums)
        return self.kept_sums[groups]

    def pay(self, counts):
        """Pay counts of each rate in money and credits, in every way; keep the best."""
        if counts in self.seen or self.at_lowest(counts) > self.limit:
            return
        self.seen.add(counts)
        found = {(0,) * len(self.types): (0, 0, {()})}  # credits used of each type: (money, lines, bills)
        for n, count in enumerate(counts):
            if count:
                found = self.pay_one(found, self.splits(n, count))
        units = [Fraction(0)] * len(UNITS)
        for tariff, count, size in zip(self.tariffs, counts, self.sizes, strict=True):
            units[UNITS.index(tariff.unit)] -= count * size
        for used, (money, lines, bills) in found.items():
            drawn = self.draw(used)
            objective = (money, sum(used), tuple(-amount for amount in drawn), lines, sum(counts), tuple(units))
            if self.best is None or objective < self.best:
                self.best, self.bills = objective, set()
            if objective == self.best:
                self.bills |= {frozenset(bill) for bill in bills}

    def pay_one(self, found, splits):
        """Add one rate to the bills: of those that use the same credits, only the cheapest, then shortest, matter."""
        after = {}
        for (used, (money, lines, bills)), (more, spent, added) in itertools.product(found.items(), splits):
            total = plus(used, more)
            if money + spent <= self.limit and all(map(int.__le__, total, self.balances)):
                rank = (money + spent, lines + len(added))
                if total not in after or rank < after[total][:2]:
                    after[total] = (*rank, set())
                if rank == after[total][:2]:
                    after[total][2].update(bill + added for bill in bills)
        return after

    def splits(self, n, count):
        """Return (credits of each type, money, lines) of every split of `count` units of a rate."""
        if (n, count) not in self.kept_splits:
            tariff, size, amounts = self.tariffs[n], self.sizes[n], self.amounts[n]
            ranges = [range(count + 1 if amount else 1) for amount in amounts]
            self.kept_splits[n, count] = splits = []
            for paid in itertools.product(*ranges):
                used, in_money = tuple(map(int.__mul__, amounts, paid)), count - sum(paid)
                if in_money >= 0 and all(map(int.__le__, used, self.balances)):
                    tier = sum(in_money * size >= start for start, _price in tariff.tiers) - 1
                    lines = [(tariff.key, None, in_money * size)]
                    lines += [(tariff.key, type_, u * size) for type_, u in zip(self.types, paid, strict=True)]
                    splits.append((used, in_money * self.prices[n][tier], tuple(line for line in lines if line[2])))
        return self.kept_splits[n, count]

    def draw(self, used):
        """Return the amount taken from each purse: within a type, from those that expire first."""
        left, drawn = dict(zip(self.types, used, strict=True)), []
        for type_, balance in self.purses:
            drawn.append(min(left.get(type_, 0), balance))
            left[type_] = left.get(type_, 0) - drawn[-1]
        return drawn


def solve(case, ground=None):
    """Return the best bills of a case, by trying them all."""
    ground = ground or Ground(case)
    if not ground.pieces:
        nothing = (0, 0, (0,) * len(case.purses), 0, 0, (0,) * len(UNITS))
        return Answer(None, nothing, frozenset({frozenset()}))
    if uncovered := ground.uncovered():
        return Answer(uncovered)
    search = Search(ground).run()
    money, credits_used, drawn, *rest = search.best
    drawn = tuple(Fraction(amount, search.credit_scale) for amount in drawn)
    objective = (Fraction(money, search.money_scale), Fraction(credits_used, search.credit_scale), drawn, *rest)
    draws = tuple((purse.key, -amount) for purse, amount in zip(case.purses, drawn, strict=True) if amount)
    return Answer(None, objective, frozenset(search.bills), draws)
