"""The ways to pay for one day, and which of several ways are worth keeping."""

from bisect import insort
from math import inf
from typing import NamedTuple

# How many of the best are compared with each candidate: more prunes better and slower.
CHAMPIONS = 12


class Way(NamedTuple):
    """A manner of paying something.

    `carry`: the step that reaches over midnight is paid; `spend`: on meters;
    `lines`: bits of the payers it uses; `longer`: to prefer on a tie; `uses`:
    ((payer's bit, units), …).
    """

    carry: int
    cost: int
    spend: tuple
    lines: int
    longer: int
    uses: tuple


class Frontier:
    """What was reached so far, each at its least cost, ties kept.

    A place is (carry, ends, counts): whether the step over midnight is paid,
    until when weeks and months run, the meters. Each has the least cost, and
    for it {lines: (longer, trail)}.
    """

    def __init__(self, payers):
        self.payers = payers
        self.places = {}

    def reach(self, place, cost, lines, longer, trail):
        """Note a place reached, unless it already is by better means."""
        known = self.places.get(place)
        if known is None or cost < known[0]:
            self.places[place] = (cost, {lines: (longer, trail)})
        elif cost == known[0] and longer > known[1].get(lines, (-inf,))[0]:
            known[1][lines] = (longer, trail)

    def prune(self):
        """Drop the places that others make useless whatever comes next."""
        if len(self.places) > 1:
            self._prune_places()
        for _cost, ties in self.places.values():
            if len(ties) > 1:
                _prune_ties(ties)
        return self.places

    def _prune_places(self):
        payers = self.payers
        metered = bool(payers.meters)
        ranked = []
        for rank, (place, (cost, _ties)) in enumerate(self.places.items()):
            counts = place[2]
            if metered:
                ranked.append((payers.drawn(counts), cost + payers.owed(counts), rank, cost, place))
            else:
                ranked.append((0, cost, rank, cost, place))
        ranked.sort()
        champions = []
        for _drawn, owed, rank, cost, place in ranked:
            if any(self._beats(best, cost, place) for best in champions):
                del self.places[place]
                continue
            insort(champions, (owed, rank, cost, place))
            del champions[CHAMPIONS:]

    def _beats(self, champion, cost, place):
        """Tell whether a champion ends strictly better than a place, whatever comes."""
        _owed, _rank, best, (carry, ends, counts) = champion
        margin = cost - best
        if margin <= 0 and not counts:
            return False
        if (carry, ends) != place[:2] and not self._outlasts((carry, *ends), (place[0], *place[1])):
            return False
        return not counts or self.payers.gap(counts, place[2]) < margin

    def _outlasts(self, paid, others):
        """Tell whether at least as much is paid ahead: better, unless buying more is cheaper."""
        return self.payers.rises and all(end >= other for end, other in zip(paid, others, strict=True))


def _prune_ties(ties):
    """Among equal costs, keep fewer lines, then fewer and longer units."""
    for lines, (longer, _trail) in list(ties.items()):
        for other, (other_longer, _trail) in ties.items():
            if other != lines and other & lines == other and other_longer >= longer:
                del ties[lines]
                break


class DayWays:
    """The ways to pay for a day, worked out once for each shape of day."""

    def __init__(self, payers):
        self.payers = payers
        self.shapes, self._numbers = [], {}
        self._known = {}
        self._spreads = {}
        self._nothing = Way(0, 0, payers.nothing, 0, 0, ())

    def number(self, shape):
        """Number a shape, the same for equal ones: quicker to look up than the shape."""
        number = self._numbers.setdefault(shape, len(self.shapes))
        if number == len(self.shapes):
            self.shapes.append(shape)
        return number

    def of(self, shape, paid=False, carry=0, start=None):
        """Return the list of ways to pay for a day.

        :param shape: a `Shape`, by its number
        :param paid: a week or a month already pays all of it but the evening
        :param carry: the step that comes over midnight is paid
        :param start: payer of a week or month that starts that day
        """
        key = (shape, paid, carry, start and start.bit)
        ways = self._known.get(key)
        if ways is None:
            if start is not None:
                ways = self._times(self.of(shape, True, carry), [self._once(start)])
            else:
                ways = self._flatten(self._list(self.shapes[shape], paid, carry))
            self._known[key] = ways
        return ways

    def _list(self, shape, paid, carry):
        """Yield ways: by day, or piece by piece, each whole or by the hour."""
        evenings = list(_splits(shape.evenings))
        for steps, whole in evenings:
            if paid or not shape.has_daytime:
                yield from self._pay(shape, whole, steps, carry)
                continue
            if shape.day_rates:
                yield from self._pay(shape, [shape.day_rates, *whole], steps, carry)
            for more, halves in _splits(shape.halves):
                yield from self._pay(shape, halves + whole, steps | more | shape.gaps, carry)

    def _pay(self, shape, whole, steps, carry):
        """Return the ways to pay pieces whole, each by one of its rates, and steps by the hour."""
        out = 0
        if shape.joins_after:
            last = shape.steps.bit_length() - 1
            out = int(bool(steps >> last & 1 or (carry and shape.joins_before and last == 0)))
        if carry and shape.joins_before:
            steps &= ~1
        ways = [self._nothing._replace(carry=out)]
        for rates in whole:
            ways = self._times(
                ways, [self._once(payer) for rate in rates for payer in self.payers.by_rate[rate]]
            )
        return self._hours(shape, steps, ways)

    def _hours(self, shape, steps, ways):
        """Add to ways the payment of steps by hour rates; none when some cannot be."""
        groups = {(): steps} if steps else {}
        for rate, admitted in shape.hours:
            split = {}
            for rates, some in groups.items():
                if some & admitted:
                    split[(*rates, rate)] = some & admitted
                if some & ~admitted:
                    split[rates] = some & ~admitted
            groups = split
        if () in groups:
            return []
        for rates, some in groups.items():
            ways = self._times(ways, self._spread(some.bit_count(), rates))
        return ways

    def _spread(self, count, rates):
        """Return the ways to share steps between hour rates that all admit them."""
        key = (count, rates)
        if key not in self._spreads:
            payers = [payer for rate in rates for payer in self.payers.by_rate[rate]]
            plain = [payer for payer in payers if payer.meter is None]
            least = min((payer.cost for payer in plain), default=0)
            # What no meter counts costs the same each time: only the cheapest matter.
            plain = [payer for payer in plain if payer.cost == least]
            metered = [payer for payer in payers if payer.meter is not None]
            self._spreads[key] = list(self._share(count, metered, plain))
        return self._spreads[key]

    def _share(self, count, metered, plain):
        if not count:
            yield self._nothing
        elif not metered:
            for payer in plain:
                yield self._once(payer, count)
        else:
            first, rest = metered[0], metered[1:]
            for units in range(count + 1):
                if not self._affordable(first, units):
                    break
                for way in self._share(count - units, rest, plain):
                    yield _plus(way, self._once(first, units)) if units else way

    def _affordable(self, payer, units):
        meter = self.payers.meters[payer.meter]
        return meter.over is not None or units * payer.spend[payer.meter] <= meter.top

    def _once(self, payer, units=1):
        """Return the way to pay `units` by a payer."""
        spend = payer.spend if units == 1 else tuple(units * amount for amount in payer.spend)
        return Way(
            0, units * payer.cost, spend, 1 << payer.bit, units * payer.longer, ((payer.bit, units),)
        )

    def _times(self, ways, others):
        """Return each way with each other."""
        product = [_plus(way, other) for way in ways for other in others]
        return product if len(product) < 2 else self._flatten(product)

    def _flatten(self, ways):
        """Return the ways worth keeping among some."""
        frontier = Frontier(self.payers)
        for carry, cost, spend, lines, longer, uses in ways:
            frontier.reach((carry, (), spend), cost, lines, longer, uses)
        return [
            Way(carry, cost, spend, lines, longer, uses)
            for (carry, _ends, spend), (cost, ties) in frontier.prune().items()
            for lines, (longer, uses) in ties.items()
        ]


def _plus(way, other):
    return Way(
        way.carry | other.carry,
        way.cost + other.cost,
        tuple([a + b for a, b in zip(way.spend, other.spend, strict=True)]),
        way.lines | other.lines,
        way.longer + other.longer,
        way.uses + other.uses,
    )


def _splits(pieces):
    """Yield (steps to pay by the hour, rates of each piece paid whole), every choice.

    >>> list(_splits(((3, (7,)), (12, ()))))
    [(15, []), (12, [(7,)])]
    """
    if not pieces:
        yield 0, []
        return
    (steps, rates), rest = pieces[0], pieces[1:]
    for more, whole in _splits(rest):
        yield steps | more, whole
        if rates:
            yield more, [rates, *whole]
