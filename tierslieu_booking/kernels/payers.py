"""Who pays, and what must be remembered while days add up.

A payer is a rate paid in money, or a rate paid in credits of one type: one
line of the quote. Its cost is one whole number that holds both money and
credits, money first: exact, quick to compare.

A meter counts what the days before decide for the days after: the units of a
rate whose price depends on their count, the credits drawn from a balance.
"""

from fractions import Fraction
from math import gcd, inf, lcm
from typing import NamedTuple

from .pieces import LONG_UNITS

# Longest first: the order of lines, and of preference on a tie.
UNITS = ("flat", "month", "week", "day", "evening", "half_day", "hour")


class Payer(NamedTuple):
    """A rate in money (`credit_type` None) or in credits of a type.

    `bit`: its line; `cost`: of one unit, unless a meter knows better; `spend`:
    what one unit adds to each meter; `meter`: index of the one it moves, if
    any; `longer`: worth of one unit when a tie goes to fewer, then longer units.
    """

    bit: int
    rate: object
    credit_type: object
    cost: int
    meter: object
    spend: tuple
    longer: int
    days: int


class TierMeter:
    """Units of one rate paid in money, where the price depends on the count.

    Past the last tier the price is known: the count stops at `top`, and what
    exceeds costs `over` each.
    """

    def __init__(self, rungs):
        self.rungs = rungs
        self.top, self.over = rungs[-1]
        self.least = min(price for _units, price in rungs)
        self._gaps, self._floors = {}, {}

    def bill(self, count):
        """Return what `count` units cost together."""
        price = 0
        for units, unit_price in self.rungs:
            if units > count:
                break
            price = unit_price
        return count * price

    def rises(self):
        """Tell whether one unit more never makes the total less."""
        return all(self.bill(units) >= self.bill(units - 1) for units, _price in self.rungs)

    def floor(self, count):
        """Return the least bill of `count` units, those to come at the least price."""
        if count not in self._floors:
            more = {0} | {units - count for units, _price in self.rungs if units > count}
            self._floors[count] = min(self.bill(count + units) - units * self.least for units in more)
        return self._floors[count]

    def gap(self, less, more):
        """Return how much worse than `more` it can ever be to have `less`.

        The worst, whatever is added to both; the difference is linear between
        two tiers, so it is enough to look at their edges.
        """
        if less == more:
            return 0
        key = (less, more)
        if key not in self._gaps:
            edges = {0}
            for units, _price in self.rungs:
                edges.update((units - less - 1, units - less, units - more - 1, units - more))
            self._gaps[key] = max(
                self.bill(less + edge) - self.bill(more + edge) for edge in edges if edge >= 0
            )
        return self._gaps[key]


class CreditMeter:
    """Credits drawn from the lots of one type; past `top` there are none."""

    over = None
    least = 0

    def __init__(self, top):
        self.top = top

    def bill(self, count):
        return 0

    def rises(self):
        return True

    def gap(self, less, more):
        """Return no difference for fewer credits, a forbidding one for more."""
        return 0 if less <= more else inf


class Payers:
    """The payers of a request, by rate, with their meters."""

    def __init__(self, rates, most, step, lots):
        """Scale everything to whole numbers.

        :param rates: list of `Rate`
        :param most: {time unit: most units that the request may need}
        :param step: minutes of a step, the unit of hour rates
        :param lots: list of `Lot`
        """
        self.rates, self.step, self.most = rates, step, most
        self.rungs = [self._rungs(rate) for rate in rates]
        balances = self._balances(lots)
        payable = self._payable(balances)
        # One unit of credit, of any type, is worth less than the least money.
        self.credit_scale = lcm(*(amount.denominator for *_rest, amount in payable))
        least = 1 + sum(
            int(amount * self.credit_scale) * most[rates[index].time_unit]
            for index, _type, amount in payable
        )
        scale = lcm(*(price[1] for rungs in self.rungs for _units, price in rungs))
        self.rungs = [
            [(units, top * (scale // bottom) * least) for units, (top, bottom) in rungs]
            for rungs in self.rungs
        ]
        self.meters = []
        specs = self._money_specs() + self._credit_specs(payable, balances)
        self.by_rate = [[] for _rate in rates]
        self.all = self._make(specs)
        # Where one unit more always costs more, nobody buys one to save.
        self.rises = all(meter.rises() for meter in self.meters)
        self.nothing = (0,) * len(self.meters)

    def _make(self, specs):
        base = 1 + max(self.most.values())
        order = {unit: index for index, unit in enumerate(UNITS)}
        # The order of lines: longest units, money before credits, rates by key.
        specs.sort(key=lambda spec: (order[self.rates[spec[0]].time_unit], spec[1] is not None, spec[0]))
        payers = []
        for bit, (index, credit_type, cost, meter, amount) in enumerate(specs):
            unit = self.rates[index].time_unit
            spend = tuple(amount if at == meter else 0 for at in range(len(self.meters)))
            # One unit less outweighs all that longer ones may add.
            longer = base ** (len(UNITS) - 1 - order[unit]) - base ** len(UNITS)
            payer = Payer(
                bit, self.rates[index], credit_type, cost, meter, spend, longer, LONG_UNITS.get(unit, 0)
            )
            payers.append(payer)
            self.by_rate[index].append(payer)
        return payers

    def _rungs(self, rate):
        """Return [(units from which, price as a ratio), …] of a rate.

        Tiers that the request cannot reach are left out.
        """
        part, whole = (self.step, 60) if rate.time_unit == "hour" else (1, 1)
        rungs = []
        for least, price in rate.tiers:
            top, bottom = least.as_integer_ratio()
            units = max(1, -(-top * whole // (bottom * part)))
            if rungs and units > self.most[rate.time_unit]:
                break
            if rungs and rungs[-1][0] == units:
                rungs.pop()
            top, bottom = price.as_integer_ratio()
            rungs.append((units, (top * part, bottom * whole)))
        return rungs

    def _money_specs(self):
        specs = []
        for index, rungs in enumerate(self.rungs):
            if len(rungs) == 1:
                specs.append((index, None, rungs[0][1], None, 0))
            elif rungs:
                specs.append((index, None, 0, len(self.meters), 1))
                self.meters.append(TierMeter(rungs))
        return specs

    def _balances(self, lots):
        balances = {}
        for lot in lots:
            if lot.balance > 0:
                balances[lot.type_key] = balances.get(lot.type_key, 0) + Fraction(lot.balance)
        return balances

    def _payable(self, balances):
        """Return [(rate index, type, credits of one unit), …] that lots can pay."""
        found = []
        if not balances:
            return found
        for index, rate in enumerate(self.rates):
            part = Fraction(self.step, 60) if rate.time_unit == "hour" else 1
            for credit_type, amount in dict(rate.credits).items():
                amount = Fraction(amount) * part
                if 0 < amount <= balances.get(credit_type, 0) and self.most[rate.time_unit]:
                    found.append((index, credit_type, amount))
        return found

    def _credit_specs(self, payable, balances):
        """Give each type a meter, unless its balance is more than enough."""
        specs = []
        types = dict.fromkeys(credit_type for _index, credit_type, _amount in payable)
        for credit_type in types:
            mine = [(index, amount) for index, other, amount in payable if other == credit_type]
            grain = Fraction(
                gcd(*(int(amount * self.credit_scale) for _index, amount in mine)), self.credit_scale
            )
            top = balances[credit_type] // grain
            needed = sum(
                int(amount / grain) * self.most[self.rates[index].time_unit] for index, amount in mine
            )
            meter = None
            if needed > top or len(types) > 1:
                meter = len(self.meters)
                self.meters.append(CreditMeter(min(top, needed)))
            specs += [
                (index, credit_type, int(amount * self.credit_scale), meter, int(amount / grain))
                for index, amount in mine
            ]
        return specs

    def add(self, counts, more):
        """Add to meters: the new counts and the cost of what exceeds, or None."""
        extra, total = 0, []
        for meter, have, plus in zip(self.meters, counts, more, strict=True):
            count = have + plus
            if count > meter.top:
                if meter.over is None:
                    return None
                extra += (count - meter.top) * meter.over
                count = meter.top
            total.append(count)
        return tuple(total), extra

    def owed(self, counts):
        """Return what the meters' own counts cost, when nothing more comes."""
        return sum(meter.bill(count) for meter, count in zip(self.meters, counts, strict=True))

    def gap(self, less, more):
        """Return the most by which counts `less` may turn out dearer than `more`."""
        return sum(meter.gap(a, b) for meter, a, b in zip(self.meters, less, more, strict=True))

    def worth(self, meter):
        """Return the most money that one credit on a meter can save."""
        return max(
            max(price for _units, price in self.rungs[index]) // payer.spend[meter]
            for index, payers in enumerate(self.by_rate)
            for payer in payers
            if payer.spend[meter]
        )

    def drawn(self, counts):
        """Return the credits in counts, to compare them."""
        return sum(
            count for meter, count in zip(self.meters, counts, strict=True) if meter.over is None
        )
