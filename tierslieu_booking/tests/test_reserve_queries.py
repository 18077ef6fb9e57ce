from odoo.tests import tagged

from .common import BookingCase

# What a reservation asks the database, whatever the number of units and of past bookings.
ROOM, DESK, MOVING = 36, 36, 47


@tagged("post_install", "-at_install")
class TestReserveQueries(BookingCase):
    """A reservation asks few questions, as many of a place that is new as of one with a past."""

    def setUp(self):
        super().setUp()
        self.floors = {}
        for number in (12, 60):
            floor = self.desks.copy({"name": f"Floor of {number}", "unit_count": number})
            self.floors[number] = floor
        # The first of all reads what is kept for the next ones.
        self.count(self.room, self.at(1, 9))
        self.count(self.floors[12], self.at(1, 9))
        self.env.ref("base.partner_root")

    def count(self, space, start, hours=1, **options):
        """Return the number of queries of a reservation by someone whose session is known."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(self.env.user.partner_id.name)
        self.assertTrue(self.env.company.currency_id.name)
        before = self.cr.sql_log_count
        booking = self.reserve(space, start, hours, **options)
        self.env.flush_all()
        queries = self.cr.sql_log_count - before
        self.assertEqual(booking.state, "hold")
        return queries

    def add_past(self):
        """Give every unit a past of twenty weeks."""
        units = self.room.unit_ids | self.floors[12].unit_ids | self.floors[60].unit_ids
        self.Occupancy.create(
            [
                {"unit_id": unit.id, "partner_id": self.bruno.id,
                 "start": self.at(-7 * week, 9), "stop": self.at(-7 * week, 18)}
                for unit in units for week in range(1, 21)
            ]
        )

    def cut(self, floor, day):
        """Take half of the same two hours on each desk: one more booking of both makes one move."""
        for nth, unit in enumerate(floor.unit_ids.sorted("id")):
            self.reserve(floor, self.at(day, 10 + nth % 2), 1, unit=unit)

    def test_a_room(self):
        few = self.count(self.room, self.at(1, 10))
        self.add_past()
        self.assertEqual(self.count(self.room, self.at(1, 11)), few)
        self.assertLessEqual(few, ROOM)

    def test_a_desk(self):
        few = self.count(self.floors[12], self.at(1, 10))
        self.assertEqual(self.count(self.floors[60], self.at(1, 10)), few)
        self.add_past()
        for number, floor in self.floors.items():
            self.assertEqual(self.count(floor, self.at(1, 10)), few, number)
        self.assertLessEqual(few, DESK)

    def test_a_desk_for_which_another_moves(self):
        for floor in self.floors.values():
            for day in (1, 2):
                self.cut(floor, day)
        few = self.count(self.floors[12], self.at(1, 10), hours=2)
        self.assertEqual(self.count(self.floors[60], self.at(1, 10), hours=2), few)
        self.add_past()
        for number, floor in self.floors.items():
            self.assertEqual(self.count(floor, self.at(2, 10), hours=2), few, number)
        self.assertLessEqual(few, MOVING)
