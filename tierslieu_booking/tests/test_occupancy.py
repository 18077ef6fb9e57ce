from datetime import datetime, timedelta

import psycopg2

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import BookingCase


class TestOccupancy(BookingCase):
    def row(self, unit, start, hours=1, **vals):
        return self.Occupancy.create(
            {
                "unit_id": unit.id,
                "start": start,
                "stop": start + timedelta(hours=hours) if hours else False,
                "partner_id": self.alice.id,
                **vals,
            }
        )

    def test_the_constraint_is_in_the_database(self):
        self.env.cr.execute(
            "SELECT contype, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = 'tierslieu_occupancy_no_overlap'"
        )
        [(kind, definition)] = self.env.cr.fetchall()
        self.assertEqual(kind, "x")
        self.assertIn("tsrange(start, stop)", definition)

    def test_neighbours_are_not_rivals(self):
        unit = self.room.unit_ids
        self.row(unit, self.at(1, 9))
        self.row(unit, self.at(1, 10))

    def test_every_way_to_overlap_is_refused(self):
        unit = self.room.unit_ids
        self.row(unit, self.at(1, 10), 2)
        free = self.row(unit, self.at(1, 14))
        released = self.row(unit, self.at(1, 10), state="released")
        attempts = {
            "create": lambda: self.row(unit, self.at(1, 11)),
            "hold": lambda: self.row(unit, self.at(1, 9), 2, state="hold"),
            "inside": lambda: self.row(unit, self.at(1, 10, 30), 0.5),
            "open end": lambda: self.row(unit, self.at(1, 9), None),
            "write": lambda: free.write({"start": self.at(1, 11), "stop": self.at(1, 13)}),
            "state": lambda: released.write({"state": "firm"}),
        }
        for name, attempt in attempts.items():
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.ExclusionViolation),
                self.env.cr.savepoint(),
            ):
                attempt()
                self.env.flush_all()

    def test_import_is_refused_too(self):
        unit = self.room.unit_ids
        self.row(unit, self.at(1, 10), 2)
        with mute_logger("odoo.sql_db"):
            result = self.Occupancy.load(
                ["unit_id/.id", "start", "stop", "kind"],
                [[str(unit.id), "2027-01-12 10:00:00", "2027-01-12 11:00:00", "assignment"]],
            )
        self.assertFalse(result["ids"])
        self.assertIn("already taken", result["messages"][0]["message"])

    def test_a_reversed_range_is_a_clean_refusal(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self.row(self.room.unit_ids, self.at(1, 10), -1)

    def test_residents_take_desks_from_nomads(self):
        for unit in self.desks.unit_ids[:8]:
            self.row(unit, self.at(0, 9), None)
        start = self.at(3, 9)
        stop = start + timedelta(hours=2)
        self.assertEqual(self.desks.free_count(start, stop), 12)
        for _nth in range(12):
            self.reserve(self.desks, start, 2)
        self.assertEqual(self.desks.free_count(start, stop), 0)
        with self.assertRaises(UserError):
            self.reserve(self.desks, start, 2)
        self.assertClean()

    def test_a_unit_with_claims_cannot_be_archived(self):
        unit = self.desks.unit_ids[0]
        self.row(unit, self.at(2, 9), 2)
        with self.assertRaisesRegex(UserError, "Alice Renaud"):
            unit.active = False
        with self.assertRaisesRegex(UserError, "Alice Renaud"):
            self.desks.active = False

    def test_a_past_claim_does_not_keep_a_unit(self):
        unit = self.desks.unit_ids[-1]
        self.row(unit, datetime(2026, 12, 1, 9), 2)
        unit.active = False
        self.assertFalse(unit.active)

    def test_the_row_of_a_booking_follows_its_booking(self):
        booking = self.reserve(self.room, self.at(1, 10))
        row = booking.occupancy_ids.with_user(self.host)
        for vals in ({"state": "released"}, {"hold_until": False}, {"kind": "assignment"}):
            with self.subTest(vals), self.assertRaises(UserError):
                row.write(vals)
        with self.assertRaises(UserError):
            booking.occupancy_ids.with_user(self.manager).unlink()

    def test_dragging_a_row_moves_its_booking(self):
        booking = self.reserve(self.room, self.at(1, 10))
        row = booking.occupancy_ids.with_user(self.host)
        row.write({"start": self.at(1, 14), "stop": self.at(1, 15)})
        self.assertEqual((booking.start, booking.stop), (self.at(1, 14), self.at(1, 15)))
        self.assertClean()
