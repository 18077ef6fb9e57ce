from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from odoo import fields

from ..kernels.placement import Board, Floating, Incomplete


class Row(NamedTuple):
    """An occupancy as it is read to count what is free, and to claim it.

    `booking_id` only when the booking may move; then `number`, `first` and
    `last` tell of all its rows. `low` and `high` are how far the reading went.
    The rest is for claims: who has it, and whether we may write it.
    """

    space_id: int
    id: int
    unit_id: int
    start: datetime
    stop: datetime
    booking_id: int
    number: int
    first: datetime
    last: datetime
    low: datetime
    high: datetime
    owner_id: int = None
    stands: bool = True
    lapsed: bool = False
    version: str = None
    own: bool = False
    booking_version: str = None
    booking_own: bool = False

    @property
    def end(self):
        return self.stop or datetime.max

    def overlaps(self, ranges):
        return any(self.start < high and self.end > low for low, high in ranges)


def lay_out(unit_ids, rows, certain=False):
    """Return the `Board` of rows on units.

    :param certain: whether nothing more can be read: what is not entirely
        known stays where it is, rather than being asked about
    """
    fixed = {unit: [] for unit in unit_ids}
    floating = defaultdict(list)
    for row in rows:
        if row.booking_id:
            floating[row.booking_id].append(row)
        else:
            fixed[row.unit_id].append((row.start, row.end))
    bookings = []
    for booking_id, group in floating.items():
        one = group[0]
        ranges = tuple(sorted((row.start, row.end) for row in group))
        whole = one.number == len(group) and one.low <= one.first and one.last <= one.high
        if certain and not whole:
            fixed[one.unit_id] += ranges
        else:
            bookings.append(Floating(booking_id, one.unit_id, ranges, whole))
    return Board(fixed, bookings)


class Reading:
    """What occupies many spaces over a range, read in one query.

    A second one, for all of them too, reads further when an answer depends on
    bookings that go beyond the range.
    """

    def __init__(self, spaces, start, stop):
        self.spaces = spaces
        self.start, self.stop = start, stop
        self.certain = False
        self._read()

    def _read(self):
        self.rows = defaultdict(list)
        for row in self.spaces.env["tierslieu.occupancy"]._read_around(
            self.spaces, self.start, self.stop, further=self.certain
        ):
            self.rows[row.space_id].append(row)

    def go_further(self):
        if not self.certain:
            self.certain = True
            self._read()


class Busy(Mapping):
    """When the units of a space are taken over a range: {unit: Intervals}."""

    def __init__(self, space, reading, without=()):
        self.space = space
        self.reading = reading
        self._without = frozenset(without)
        self._units = {unit.id: unit for unit in space.unit_ids}
        self._board = None

    def __iter__(self):
        return iter(self._units.values())

    def __len__(self):
        return len(self._units)

    def __getitem__(self, unit):
        if unit.id not in self._units:
            raise KeyError(unit)
        return self.space._as_intervals(
            (row.start, row.stop or max(row.start, self.reading.stop))
            for row in self._rows()
            if row.unit_id == unit.id
        )

    def _rows(self):
        return [row for row in self.reading.rows[self.space.id] if row.id not in self._without]

    def without(self, occupancies):
        """Return the same, as if some occupancies were not there."""
        return Busy(self.space, self.reading, self._without | set(occupancies.ids))

    def is_free(self, ranges):
        """Whether nothing at all is in the way of ranges, on any unit."""
        return not any(row.overlaps(ranges) for row in self._rows())

    def count(self, ranges, most=None):
        """Count the claims of the same ranges that would find a unit one after the other.

        A claim that has begun stays where it is put, as any booking does.
        """
        floats = min(low for low, _high in ranges) > fields.Datetime.now()
        return self._ask(lambda board: board.count(ranges, floats, most))

    def leaves(self, unit, ranges):
        """Whether a claim of this very unit would find it: nobody moves away from it."""
        return not any(row.unit_id == unit.id and row.overlaps(ranges) for row in self._rows())

    def _ask(self, question):
        if not self._board:
            self._board = lay_out(self._units, self._rows())
        try:
            return question(self._board)
        except Incomplete:
            self.reading.go_further()
            self._board = lay_out(self._units, self._rows(), certain=True)
            return question(self._board)


class Sight:
    """What stands around a claim, as far as moving others may matter.

    What others have committed, seen through a second cursor, except for what
    this transaction has itself written: that, only our own cursor sees.
    """

    def __init__(self, floor_ids, unit_ids, ranges, fresh, ours, booking_id):
        """Put both views together.

        :param floor_ids: the units that matter; `unit_ids`, those to claim
        :param fresh, ours: `Row`s of the second cursor, and of our own
        :param booking_id: the booking that claims: it never moves for itself
        """
        self.unit_ids = unit_ids
        self.ranges = ranges
        known = {row.id: row for row in ours}
        written = {row.id for row in ours if row.own}
        merged = [row for row in ours if row.own] + [
            row for row in fresh if row.id not in written
        ]
        self.lapsed = [row for row in merged if row.stands and row.lapsed]
        self.rows = [
            self._agreed(row, known.get(row.id), booking_id)
            for row in merged
            if row.stands and not row.lapsed and row.unit_id in floor_ids
        ]
        # Bookings that we cannot write: they are newer than our snapshot.
        self.stale = {
            row.booking_id
            for row in self.rows
            if row.booking_id and not self._is_ours(row, known.get(row.id))
        }
        self.board = lay_out(floor_ids, self.rows, certain=True)

    @staticmethod
    def _agreed(row, mine, booking_id):
        """Return a row that floats only if both cursors say so."""
        floats = row.booking_id != booking_id and (mine is None or mine.booking_id)
        return row if floats else row._replace(booking_id=None)

    @staticmethod
    def _is_ours(row, mine):
        return mine is not None and (
            (mine.own or mine.version == row.version)
            and (mine.booking_own or mine.booking_version == row.booking_version)
        )

    def is_free(self, unit_id):
        return not any(row.unit_id == unit_id and row.overlaps(self.ranges) for row in self.rows)

    def place(self, staying=()):
        """Return the kernel's `Placement`, or None."""
        return self.board.place(self.ranges, self.unit_ids, staying)

    def rows_of(self, booking_id):
        """Return the ids of the occupancies of a booking that may move."""
        return [row.id for row in self.rows if row.booking_id == booking_id]

    def unit_of(self, booking_id):
        """Return the id of the unit where such a booking is."""
        return next(row.unit_id for row in self.rows if row.booking_id == booking_id)

    def lapsed_under(self, placement):
        """Return the ids of lapsed holds where a placement puts something."""
        landing = [(placement.unit, self.ranges)]
        for booking_id, unit in placement.moves.items():
            landing.append(
                (
                    unit,
                    [
                        (row.start, row.end)
                        for row in self.rows
                        if row.booking_id == booking_id
                    ],
                )
            )
        return [
            row.id
            for row in self.lapsed
            if any(row.unit_id == unit and row.overlaps(ranges) for unit, ranges in landing)
        ]
