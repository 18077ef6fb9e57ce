"""Random boards of desks, residents and bookings, made for real and undone."""

import contextlib
from datetime import timedelta

from odoo.exceptions import UserError


class Boards:
    """Floors of one to five desks, ready to be filled."""

    def __init__(self, case):
        self.case = case
        self.spaces = {
            number: case.desks.copy({"name": f"Étage {number}", "unit_count": number})
            for number in range(1, 6)
        }
        # Prices are no part of it.
        case.env.flush_all()

    @contextlib.contextmanager
    def one(self, rng):
        """Fill a floor at random, and empty it afterwards."""
        with contextlib.suppress(_Undo), self.case.env.cr.savepoint():
            yield Board(self.case, self.spaces[rng.randint(1, 5)], rng)
            raise _Undo
        self.case.env.invalidate_all()


class Board:
    """One floor with what is on it; `problem` is what the oracle needs to know of it."""

    def __init__(self, case, space, rng):
        self.case, self.space = case, space
        units = list(space.unit_ids.sorted("id"))
        self.rng = rng
        fixed = {unit.id: [] for unit in units}
        taken = {unit.id: [] for unit in units}
        self.bookings = {}
        for _nth in range(rng.randint(0, 3)):
            unit = rng.choice(units)
            ranges = self._stretch(most=4)
            if self._fits(taken[unit.id], ranges):
                [(start, stop)] = ranges
                case.Occupancy.create({"unit_id": unit.id, "start": start, "stop": stop})
                taken[unit.id] += ranges
                fixed[unit.id] += ranges
        for _nth in range(rng.randint(3, 8)):
            ranges = self._days() if rng.random() < 0.25 else self._stretch()
            for unit in rng.sample(units, len(units)):
                if self._fits(taken[unit.id], ranges):
                    taken[unit.id] += ranges
                    booking = self._make(unit, ranges)
                    self.bookings[booking.id] = (unit.id, ranges)
                    break
        claim = self._days() if rng.random() < 0.2 else self._stretch()
        self.asked = claim[0][0], claim[-1][1]
        self.problem = fixed, self.bookings, claim

    def _stretch(self, most=9):
        """Return some hours of one of two days."""
        hours = self.rng.randint(1, self.rng.choice((2, 4, most)))
        start = self.case.at(self.rng.choice((1, 1, 1, 2)), self.rng.randint(9, 18 - hours))
        return [(start, start + timedelta(hours=hours))]

    def _days(self):
        """Return two whole days, or the end of one and the beginning of the next."""
        first, last = self.rng.choice((9, 15)), self.rng.choice((11, 18))
        return [
            (self.case.at(1, first), self.case.at(1, 18)),
            (self.case.at(2, 9), self.case.at(2, last)),
        ]

    @staticmethod
    def _fits(taken, ranges):
        return not any(a < d and c < b for a, b in taken for c, d in ranges)

    def _make(self, unit, ranges):
        """Write a booking where it is wanted, without asking the kernel that is judged."""
        case = self.case
        state, occupied = self.rng.choice((("hold", "hold"), ("confirmed", "firm")))
        booking = case.Booking.sudo().create(
            {
                "space_id": self.space.id,
                "partner_id": case.alice.id,
                "start": ranges[0][0],
                "stop": ranges[-1][1],
                "state": state,
            }
        )
        case.Occupancy.sudo().create(
            [
                {
                    "unit_id": unit.id,
                    "start": start,
                    "stop": stop,
                    "kind": "booking",
                    "state": occupied,
                    "booking_id": booking.id,
                }
                for start, stop in ranges
            ]
        )
        return booking

    def reserve(self):
        """Reserve the claim; return how many bookings moved, or None when refused."""
        try:
            booking = self.case.Booking.reserve(self.space, self.case.alice, *self.asked)
        except UserError:
            return None
        wanted = sorted(self.problem[2])
        rows = booking.sudo().occupancy_ids
        self.case.assertEqual(sorted((row.start, row.stop) for row in rows), wanted)
        self.case.assertEqual(len(rows.unit_id), 1)
        moved = 0
        for booking_id, (unit_id, ranges) in self.bookings.items():
            rows = self.case.Booking.browse(booking_id).sudo().occupancy_ids
            self.case.assertEqual(sorted((row.start, row.stop) for row in rows), sorted(ranges))
            self.case.assertEqual(len(rows.unit_id), 1)
            moved += rows.unit_id.id != unit_id
        return moved

    def reserve_all(self, most=10):
        """Reserve the claim until it is refused; return how many times it was not."""
        for nth in range(most):
            try:
                with self.case.env.cr.savepoint():
                    self.case.Booking.reserve(self.space, self.case.alice, *self.asked)
            except UserError:
                return nth
        return most


class _Undo(Exception):
    pass
