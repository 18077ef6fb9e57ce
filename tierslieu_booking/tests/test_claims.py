from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BookingCase


@tagged("post_install", "-at_install")
class TestClaims(BookingCase):
    """Nobody loses a desk or a room because a manager tidies up."""

    def refused(self):
        return self.assertRaises(UserError)

    def assertNames(self, refusal, *words):
        for word in words:
            self.assertIn(word, str(refusal.exception))

    def assign(self, unit, **vals):
        return self.Occupancy.create(
            {"unit_id": unit.id, "kind": "assignment", "state": "firm",
             "start": self.at(0, 9), **vals}
        )

    def test_fewer_desks_names_the_resident(self):
        resident = self.assign(self.desks.unit_ids[-1], partner_id=self.bruno.id)
        with self.refused() as refusal:
            self.desks.unit_count = 12
        self.assertNames(refusal, "Coworking 20", "Bruno Costa", "Someone counts on it")
        self.assertEqual(len(self.desks.unit_ids), 20)
        resident.state = "released"
        self.desks.unit_count = 12
        self.assertEqual(len(self.desks.unit_ids), 12)

    def test_a_booked_room_is_not_archived(self):
        booking = self.reserve(self.room, self.at(1, 10))
        for record in (self.room, self.room.unit_ids, self.place):
            with self.subTest(record=record._name):
                with self.refused() as refusal:
                    record.active = False
                self.assertNames(refusal, "Petit salon", "Alice Renaud")
        booking.action_cancel()
        self.room.active = False
        self.assertFalse(self.room.active)

    def test_what_is_over_holds_nobody_back(self):
        self.assign(
            self.room.unit_ids,
            start=self.at(-3, 9), stop=self.at(-3, 9) + timedelta(hours=2),
        )
        self.room.active = False
        self.assertFalse(self.room.active)

    def test_a_room_leaves_the_floor_that_nobody_booked(self):
        """The booking is of the room: the whole floor can do without it."""
        floor = self.lounge.copy({"name": "Étage"})
        floor.unit_ids = self.room.unit_ids + self.lounge.unit_ids
        self.reserve(self.room, self.at(1, 10))
        floor.unit_ids = [Command.unlink(self.room.unit_ids.id)]
        self.assertEqual(floor.unit_ids, self.lounge.unit_ids)
        with self.refused() as refusal:
            self.room.unit_ids = [Command.clear()]
        self.assertNames(refusal, "Alice Renaud")
        floor.active = False
        self.assertFalse(floor.active)
