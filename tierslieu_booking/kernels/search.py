"""Go through the days of a request, from one place to the next.

A place says all that the days before decide for the days after (`Frontier`).
Where meters make the places many, a quick look that keeps a handful of places
a day finds a good end first; then what cannot end better than that is dropped.
"""

from bisect import bisect_left
from math import inf

from .pieces import LONG_UNITS
from .ways import DayWays, Frontier

# Places kept a day by the quick look.
WIDTH = 16
# Times that the price of a credit is sought closer.
ROUNDS = 10


class Search:
    """Day after day, keep the places that may still lead to the cheapest end."""

    def __init__(self, payers, cuts, evenings):
        self.payers, self.cuts = payers, cuts
        self.ways = DayWays(payers)
        self.shapes = [self.ways.number(one.shape) for one in cuts]
        self.evenings = [self.ways.number(shape) for shape in evenings]
        self.longs = [index for index, rate in enumerate(payers.rates) if rate.time_unit in LONG_UNITS]
        self._sums, self._jumps = {}, {}

    def run(self):
        """Return the ends reached: [(cost, lines, longer, trail), …]."""
        if not self.payers.meters or len(self.cuts) + len(self.evenings) < 3:
            return self._go(lambda at, places: places)
        floor = Floor(self)
        quick = self._go(floor.nearest)
        floor.limit = min((end[0] for end in quick), default=inf)
        return self._go(floor.within)

    def _go(self, choose):
        """Go from the first evening to the last day; `choose` among the places of each."""
        places = {(0, (0,) * len(self.longs), self.payers.nothing): (0, {0: (0, None)})}
        for at, shape in enumerate(self.evenings, -len(self.evenings)):
            reached = Frontier(self.payers)
            for place, found in choose(at, places).items():
                self._pay(place, found, place[1], self.ways.of(shape), reached)
            places = reached.prune()
        days = [Frontier(self.payers) for _cut in range(len(self.cuts) + 1)]
        days[0].places = places
        free = {}
        for at, one in enumerate(self.cuts):
            for place, found in choose(at, days[at].prune()).items():
                ends = tuple([end if end > one.ordinal else 0 for end in place[1]])
                for then, goal, ways in self._moves(at, place[0], ends, free):
                    self._pay(place, found, then, ways, days[goal])
            days[at] = None
            if one.shape.has_daytime:
                free.update(dict.fromkeys(one.longs, one.ordinal + 1))
        return [
            (cost + self.payers.owed(counts), lines, longer, trail)
            for (_carry, _ends, counts), (cost, ties) in days[-1].places.items()
            for lines, (longer, trail) in ties.items()
        ]

    def _pay(self, place, found, ends, ways, reached):
        """Reach further from a place, in each of some ways."""
        _carry, _ends, counts = place
        cost, ties = found
        for way in ways:
            added = self._add(counts, way.spend)
            if added is None:
                continue
            goal = (way.carry, ends, added[0])
            total = cost + way.cost + added[1]
            for lines, (longer, trail) in ties.items():
                reached.reach(goal, total, lines | way.lines, longer + way.longer, (trail, way.uses))

    def _moves(self, at, carry, ends, free):
        """Yield (ends of weeks and months, next day to pay, ways) from a day.

        A week starts on a day that it pays and that nothing else pays yet.
        Where buying more may cost less (tiers), it may also start earlier, over
        days on which it has nothing to pay: closed, or before the range.
        """
        one, shape = self.cuts[at], self.shapes[at]
        paid = any(end and index in one.longs for index, end in zip(self.longs, ends, strict=True))
        paid = paid or not one.shape.has_daytime
        yield ends, at + 1, self.ways.of(shape, paid, carry)
        if paid:
            return
        for place, index in enumerate(self.longs):
            if index not in one.longs:
                continue
            for payer in self.payers.by_rate[index]:
                ways = self.ways.of(shape, True, carry, payer)
                for end in self._possible_ends(one, payer, free.get(index)):
                    yield (*ends[:place], end, *ends[place + 1:]), self._jump(at, index, end), ways

    def _possible_ends(self, one, payer, free):
        latest = one.ordinal + payer.days
        if self.payers.rises:
            return (latest,)
        earliest = one.ordinal + 1
        if free is not None:
            earliest = max(earliest, free + payer.days)
        return range(earliest, latest + 1)

    def _jump(self, at, index, end):
        """Return the next day on which a week or month that starts leaves a choice."""
        key = (at, index, end)
        if key not in self._jumps:
            at += 1
            while at < len(self.cuts):
                one = self.cuts[at]
                shape = one.shape
                if one.ordinal >= end or index not in one.longs:
                    break
                if shape.evenings or shape.joins_before or shape.joins_after:
                    break
                at += 1
            self._jumps[key] = at
        return self._jumps[key]

    def _add(self, counts, spend):
        if not counts:
            return counts, 0
        key = (counts, spend)
        if key not in self._sums:
            self._sums[key] = self.payers.add(counts, spend)
        return self._sums[key]


class Floor:
    """The least that the rest of a request may still cost.

    As if each unit had the price of its best tier, and as if credits were
    not counted but bought, at the price that makes this floor highest.
    """

    def __init__(self, search):
        self.search, self.limit = search, inf
        meters = search.payers.meters
        self.prices = [meter.least for meter in meters]
        self.ordinals = [one.ordinal for one in search.cuts]
        self._least = {}
        self._price()
        for at, meter in enumerate(meters):
            if meter.over is None:
                self._tune(at)

    def nearest(self, at, places):
        """Keep the few places that promise most."""
        if len(places) <= WIDTH:
            return places
        best = sorted(places, key=lambda place: places[place][0] + self._rest(at, place))
        return {place: places[place] for place in best[:WIDTH]}

    def within(self, at, places):
        """Keep the places that may end at the limit or under."""
        return {
            place: found
            for place, found in places.items()
            if found[0] + self._rest(at, place) <= self.limit
        }

    def _rest(self, at, place):
        """Return the least that is still to be paid from a place on."""
        _carry, ends, counts = place
        last = max(ends, default=0)
        if at >= 0 and last > self.ordinals[at]:
            at = bisect_left(self.ordinals, last)
        rest = self._table[at + len(self.search.evenings)]
        for meter, count, price in zip(self.search.payers.meters, counts, self.prices, strict=True):
            rest += meter.floor(count) if meter.over is not None else (count - meter.top) * price
        return rest

    def _tune(self, at):
        """Find, by thirds, the price of a credit that makes the floor highest."""
        search = self.search
        start = (0, (0,) * len(search.longs), search.payers.nothing)
        low, high = 0, search.payers.worth(at)

        def floor(price):
            self.prices[at] = price
            self._price()
            return self._rest(-len(search.evenings), start)

        for _third in range(ROUNDS):
            third = (high - low) // 3
            if floor(low + third) < floor(high - third):
                low += third
            else:
                high -= third
        self.prices[at] = (low + high) // 2
        self._price()

    def _price(self):
        """Work out the least cost from each evening and each day on."""
        search, cuts = self.search, self.search.cuts
        self._least.clear()
        longs = {
            index: min(self._linear(payer.cost, payer.spend) for payer in search.payers.by_rate[index])
            for index in search.longs
        }
        table = [0]
        for at in range(len(cuts) - 1, -1, -1):
            one = cuts[at]
            least = self._own(search.shapes[at], one.shape) + table[-1]
            for index in one.longs:
                goal = bisect_left(self.ordinals, one.ordinal + LONG_UNITS[search.payers.rates[index].time_unit])
                least = min(least, longs[index] + table[len(cuts) - goal])
            table.append(least)
        for shape in reversed(search.evenings):
            table.append(self._own(shape, search.ways.shapes[shape]) + table[-1])
        self._table = table[::-1]

    def _own(self, number, shape):
        """Return the least cost of a day paid by itself."""
        if number not in self._least:
            self._least[number] = min(
                (
                    self._linear(way.cost, way.spend)
                    for carry in range(1 + shape.joins_before)
                    for way in self.search.ways.of(number, not shape.has_daytime, carry)
                ),
                default=inf,
            )
        return self._least[number]

    def _linear(self, cost, spend):
        for amount, price in zip(spend, self.prices, strict=True):
            cost += amount * price
        return cost
