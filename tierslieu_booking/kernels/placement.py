"""Make room for one more booking among interchangeable units.

A booking of a floating space takes any unit that is free over all its ranges.
When none is, others may go to another unit, if that makes room. The module
knows no ORM and no clock: times are whatever can be compared, half-open.

Desks A and B are each half taken; the whole is free once one of them moves:

>>> board = Board({"A": [], "B": []}, [Floating(1, "A", [(9, 10)]), Floating(2, "B", [(10, 11)])])
>>> board.place([(9, 11)])
Placement(unit='B', moves={2: 'A'})
>>> board.count([(9, 11)])
1

What is fixed stays where it is, here a resident on B:

>>> Board({"A": [], "B": [(9, 12)]}, [Floating(1, "A", [(9, 10)])]).place([(9, 11)])

With units pinned by residents, or bookings of several days, the exact problem
is NP-complete, so the search is bounded. Up to `EXACT_UNITS` units and
`EXACT_BOOKINGS` bookings that overlap the claim or one another, the answer is
exact, with the fewest moves. Above, it is the best that a fixed budget finds;
no clock bounds it, and whether there is room never depends on who is where
among those that may move. So what is counted is what can be had.
"""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from .placement_search import Search

# Exact up to these: no budget applies.
EXACT_UNITS = 8
EXACT_BOOKINGS = 12
# Bookings further from the claim than so many overlaps stay where they are;
# nothing within the exact bound is.
DEPTH = EXACT_BOOKINGS
# Nor does the search go further once it has so many.
MANY = 80


class Floating(NamedTuple):
    """A booking that may move: `key` names it for the caller, `unit` is where it is."""

    key: object
    unit: object
    ranges: tuple
    # False when the caller knows only a part of its ranges, or of what is around them.
    whole: bool = True


class Placement(NamedTuple):
    """The unit of the new claim, and {key: new unit} of the bookings that make room."""

    unit: object
    moves: dict


class Incomplete(Exception):
    """The answer depends on what the board was not told: read further and ask again."""


class _Item(NamedTuple):
    """A booking on the board: its unit by number, its time as bits (see `Board._bits`)."""

    ranges: tuple
    unit: int
    bits: int
    key: object
    whole: bool


class Board:
    """Which unit is taken when: by what stays, and by bookings that may move."""

    def __init__(self, fixed, floating=()):
        """Lay out the units.

        :param fixed: {unit: ranges that nothing moves}, every unit in the order
            in which to prefer them
        :param floating: `Floating` bookings, no two overlapping on a unit
        """
        self._units = list(fixed)
        floating = list(floating)
        # Time is cut where anything begins or ends: the pieces are the bits of
        # an integer, and an overlap is one `&`.
        self._cuts = sorted(
            {
                moment
                for ranges in [*fixed.values(), *(booking.ranges for booking in floating)]
                for pair in ranges
                for moment in pair
            }
        )
        self._fixed = [self._bits(ranges) for ranges in fixed.values()]
        rank = {unit: nth for nth, unit in enumerate(self._units)}
        self._items = [
            _Item(
                tuple(booking.ranges),
                rank[booking.unit],
                self._bits(booking.ranges),
                booking.key,
                booking.whole,
            )
            for booking in floating
        ]
        self._items.sort(key=_by_time)

    def _bits(self, ranges):
        """Return the pieces of time that ranges touch, as bits.

        Nothing on the board begins or ends within a piece, so that touching
        it is overlapping whatever is there.
        """
        bits = 0
        for start, stop in ranges:
            low = max(bisect_right(self._cuts, start) - 1, 0)
            high = min(bisect_left(self._cuts, stop), len(self._cuts) - 1)
            if low < high:
                bits |= (1 << high) - (1 << low)
        return bits

    # -- What the caller asks

    def place(self, ranges, among=None, staying=()):
        """Find a unit for a claim, moving as few bookings as possible.

        :param ranges: list of (start, stop); one unit takes them all
        :param among: the units the claim may take; None: any
        :param staying: keys of bookings that cannot move after all
        :return: a `Placement`, or None when there is no room
        """
        claim = self._bits(ranges)
        taken = self._taken()
        own = [
            nth for nth, unit in enumerate(self._units) if among is None or unit in among
        ]
        for nth in own:
            if not taken[nth] & claim:
                return Placement(self._units[nth], {})
        room = self._room(taken, claim)
        if not room:
            return None
        near, search = self._search(claim, ranges, staying, None if among is None else own)
        found = search.settle(room) if near else None
        if not found:
            return None
        unit = self._units[found.pop(len(near))]
        return Placement(
            unit, {near[nth].key: self._units[to] for nth, to in found.items()}
        )

    def count(self, ranges, floats=True, most=None):
        """Count the claims of the same ranges that find room one after the other.

        :param floats: whether a claim, once placed, may move for the next ones
        :param most: stop counting there
        """
        claim = self._bits(ranges)
        taken = self._taken()
        free = sum(not bits & claim for bits in taken)
        room = self._room(taken, claim)
        most = room if most is None else min(most, room)
        if free >= most:
            return most
        near, search = self._search(claim, ranges)
        if not near:
            return free
        if not floats:
            return self._one_by_one(ranges, most, floats=False)
        total, sure = search.count(free, most, room)
        if sure or total == free:
            # Nobody has moved yet: there is no free unit that moves left behind.
            return total
        return self._one_by_one(ranges, most)

    def _one_by_one(self, ranges, most, floats=True):
        """Count by doing it."""
        board = self._copy()
        total = 0
        while total < most:
            found = board.place(ranges)
            if not found:
                break
            board._apply(found, ranges, floats)
            total += 1
        return total

    # -- The board

    def _taken(self):
        """Return when each unit is taken, as bits."""
        taken = list(self._fixed)
        for item in self._items:
            taken[item.unit] |= item.bits
        return taken

    def _room(self, taken, claim):
        """Return how many units are free at the busiest moment of a claim.

        Moves change who is on which unit, never how many are taken at a time.
        """
        claim_free = [bits & claim for bits in taken]
        busiest = 0
        while claim:
            low = claim & -claim
            claim ^= low
            busiest = max(busiest, sum(1 for bits in claim_free if bits & low))
        return len(self._units) - busiest

    def _near(self, claim, ranges, staying):
        """Return the bookings that could make room, in the order of time.

        Those that overlap the claim, those that overlap them, and so on. What
        has the very ranges of the claim does not count towards `MANY`: it may
        be a claim that has just been placed, and would change the answer.
        """
        far = [item for item in self._items if item.key not in staying]
        near, reach = [], claim
        for _depth in range(DEPTH):
            layer = [item for item in far if item.bits & reach]
            if not all(item.whole for item in layer):
                raise Incomplete
            if not layer:
                break
            near += layer
            if sum(item.ranges != ranges for item in near) > MANY:
                break
            far = [item for item in far if not item.bits & reach]
            for item in layer:
                reach |= item.bits
        return sorted(near, key=_by_time)

    def _search(self, claim, ranges, staying=(), own=None):
        """Set up the search of a claim: what is near moves, the rest is fixed."""
        near = self._near(claim, tuple(ranges), staying)
        keys = {item.key for item in near}
        fixed = list(self._fixed)
        for item in self._items:
            if item.key not in keys:
                fixed[item.unit] |= item.bits
        gaps = {nth for nth, item in enumerate(near) if len(item.ranges) > 1}
        if len(ranges) > 1:
            gaps |= set(range(len(near), len(near) + len(self._units)))
        return near, Search(
            [item.bits for item in near],
            [item.unit for item in near],
            claim,
            # Where the claim comes in the order of time.
            bisect_left([item.ranges for item in near], tuple(ranges)),
            gaps,
            fixed,
            own,
            (EXACT_BOOKINGS, EXACT_UNITS),
        )

    def _copy(self):
        board = Board({})
        board._units, board._cuts = self._units, self._cuts
        board._fixed, board._items = list(self._fixed), list(self._items)
        return board

    def _apply(self, placement, ranges, floats):
        """Put a claim and the moves it needs on the board."""
        rank = {unit: nth for nth, unit in enumerate(self._units)}
        self._items = [
            item._replace(unit=rank[placement.moves[item.key]])
            if item.key in placement.moves else item
            for item in self._items
        ]
        unit, bits = rank[placement.unit], self._bits(ranges)
        if floats:
            # Its key is one that nobody else has.
            self._items.append(_Item(tuple(ranges), unit, bits, object(), True))
            self._items.sort(key=_by_time)
        else:
            self._fixed[unit] |= bits


def _by_time(item):
    """Order bookings by when and where, never by key.

    Who came first must not change the answer: a claim that is only counted
    has no key yet.
    """
    return item.ranges, item.unit
