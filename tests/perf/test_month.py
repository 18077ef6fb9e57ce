"""A month of twenty rooms with 5,000 bookings, and what years of past bookings add to it."""

from datetime import timedelta

from big import BOOKINGS, CLOSES, DAYS, FIRST, OPENS, ROOMS, book_month, create_rooms, fill_past, moment
from figures import figure
from measure import queries_of, rows_read_for, seconds_of

from odoo import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.tierslieu_base.tests.heavy import FULL

PAST = 100_000 if FULL else 10_000
AT_MOST = 1.20
ROUNDS = 3  # a machine that is busy elsewhere slows one round; a past that costs slows them all


class MonthCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rooms = create_rooms(cls.env)
        book_month(cls.rooms)
        cls.partner = cls.env["res.partner"].create({"name": "Alice Renaud"})
        cls.bounds = moment(cls.rooms.place_id, 0, 0), moment(cls.rooms.place_id, DAYS, 0)

    def month(self, rooms=None):
        rooms = self.rooms if rooms is None else rooms
        return self.env["tierslieu.space"].availability_of(rooms.ids, *self.bounds)


@tagged("-at_install", "post_install")
class TestMonth(MonthCase):
    def test_what_is_free_is_what_is_not_booked(self):
        free = self.month()
        self.assertEqual(set(free), set(self.rooms.ids))
        stretches = [pair for units in free.values() for pairs in units.values() for pair in pairs]
        hours = sum((stop - start for start, stop in stretches), timedelta()) / timedelta(hours=1)
        self.assertEqual(hours, ROOMS * DAYS * (CLOSES - OPENS) - BOOKINGS)
        for room in self.rooms[:3]:
            self.assertEqual(room.availability(*self.bounds), free[room.id])

    def test_queries(self):
        self.rooms.place_id.write(
            {
                "closed_day_ids": [Command.create({"tierslieu_first_day": FIRST})],
                "opening_ids": [Command.create({"date": FIRST, "hour_from": 20, "hour_to": 22})],
            }
        )
        evening = moment(self.rooms.place_id, 0, 20), moment(self.rooms.place_id, 0, 22)
        self.assertTrue(all(pairs[0] == evening for units in self.month().values() for pairs in units.values()))
        number = queries_of(self.env, self.month)
        figure(f"Availability of a month, {ROOMS} spaces, {BOOKINGS} bookings: {number} queries.")
        self.assertLessEqual(number, 8)
        self.assertEqual(number, queries_of(self.env, lambda: self.month(self.rooms[:2])))


@tagged("-at_install", "post_install")
class TestPast(MonthCase):
    """What is over costs nothing."""

    def asked(self):
        """Return {name: call} of all that visitors and the team ask every day."""
        room, day = self.rooms[7], FIRST + timedelta(days=14)
        return {
            "a month of every space": self.month,
            "a month of one space": lambda: room.availability(*self.bounds),
            "a day of one space": lambda: room.availability(*room.place_id.day_bounds(day)),
            "the slots of a day": lambda: room.day_slots(day, "60", self.partner),
            "the strip of days": lambda: room.days_ahead(day, 14, "60"),
            "how many are free": lambda: room.free_count(
                moment(room.place_id, 14, 10), moment(room.place_id, 14, 12)
            ),
            "what a unit is promised to": room.unit_ids._future_claims,
        }

    def test_it_is_not_read(self):
        asked = self.asked()
        before = {name: rows_read_for(self.env, call) for name, call in asked.items()}
        fill_past(self.rooms, PAST)
        for name, call in asked.items():
            with self.subTest(name):
                read = rows_read_for(self.env, call)
                self.assertLessEqual(read, before[name] * AT_MOST, f"{before[name]} rows before {PAST:,} past ones")

    if FULL:

        def test_it_takes_no_time(self):
            asked = self.asked()
            before = {name: self.times(call) for name, call in asked.items()}
            fill_past(self.rooms, PAST)
            for name, call in asked.items():
                with self.subTest(name):
                    ratio = min(self.times(call)) / min(before[name])
                    figure(f"{PAST:,} past occupancies, {name}: {100 * (ratio - 1):+.0f} % of time.")
                    self.assertLess(ratio, AT_MOST)

        def times(self, call):
            """Return the median of each round."""
            return [seconds_of(self.env, call, 5) for _round in range(ROUNDS)]
