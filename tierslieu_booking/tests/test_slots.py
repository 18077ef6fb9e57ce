from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError

from .common import BookingCase

MONDAY = date(2027, 1, 11)


class TestSlots(BookingCase):
    """What the page shows is what quoting, counting and reserving one by one would say."""

    def slots(self, space, day, length, partner=None, **kwargs):
        return space.day_slots(day, length, partner or self.alice, **kwargs)

    def assertAgrees(self, space, day, length):
        """Ask of each slot what the page does not: one by one, for real."""
        slots = self.slots(space, day, length)
        for slot in slots:
            start, stop = slot["start"], slot["stop"]
            with self.subTest(space=space.name, length=length, start=start):
                quote = space.quote(self.alice, start, stop)
                self.assertEqual(slot["price"], quote["total"])
                self.assertEqual(slot["free"], space.free_count(start, stop))
                if quote["errors"]:
                    self.assertEqual(slot["reason"], quote["errors"][0])
                self.assertEqual(bool(slot["reason"]), not slot["free"])
                self.assertEqual(self.can_reserve(space, start, stop), bool(slot["free"]))
                if str(length) in dict(space._lengths()):
                    self.assertEqual(space._slot_stop(start, str(length)), stop)
        return slots

    def can_reserve(self, space, start, stop):
        class Undo(Exception):
            pass

        try:
            with self.env.cr.savepoint():
                self.Booking.reserve(space, self.alice, start, stop)
                raise Undo
        except UserError:
            return False
        except Undo:
            return True

    def assertMissesNothing(self, space, day, minutes):
        """Every start of the day's grid that the page leaves out is refused as closed."""
        shown = {slot["start"] for slot in self.slots(space, day, minutes)}
        moment, end = self.place.day_bounds(day)
        length = timedelta(minutes=minutes)
        while moment < end:
            if moment not in shown:
                errors = space.quote(self.alice, moment, moment + length)["errors"]
                self.assertTrue(errors, f"{moment} could be booked and is not shown")
            moment += timedelta(minutes=30)

    def open_hours(self, *hours):
        """Open every day at these hours: (from, to) pairs."""
        calendar = self.place.resource_calendar_id
        calendar.attendance_ids.unlink()
        calendar.attendance_ids = [
            Command.create(
                {"name": "Ouvert", "dayofweek": str(day), "hour_from": lo, "hour_to": hi,
                 "day_period": "morning"}
            )
            for day in range(7)
            for lo, hi in hours
        ]

    def test_an_ordinary_day(self):
        self.reserve(self.room, self.at(1, 10), 2)
        slots = self.assertAgrees(self.room, MONDAY + timedelta(days=1), 60)
        self.assertMissesNothing(self.room, MONDAY + timedelta(days=1), 60)
        self.assertEqual(len(slots), 17)
        self.assertEqual(slots[0]["start"], self.at(1, 9))
        self.assertEqual(slots[-1]["stop"], self.at(1, 18))
        taken = [slot for slot in slots if not slot["free"]]
        self.assertEqual([slot["start"] for slot in taken],
                         [self.at(1, 9, 30), self.at(1, 10), self.at(1, 10, 30),
                          self.at(1, 11), self.at(1, 11, 30)])
        self.assertIn("10:00", taken[0]["reason"])
        self.assertIn("12:00", taken[0]["reason"])
        self.assertNotIn("Alice", taken[0]["reason"])

    def test_desks_count_down(self):
        day = MONDAY + timedelta(days=1)
        self.env["tierslieu.occupancy"].create(
            [
                {"unit_id": unit.id, "start": self.at(-30, 9), "partner_id": self.bruno.id}
                for unit in self.desks.unit_ids[:17]
            ]
        )
        for hour in (10, 10, 11):
            self.reserve(self.desks, self.at(1, hour), 1)
        slots = self.assertAgrees(self.desks, day, 60)
        free = {slot["start"]: slot["free"] for slot in slots}
        self.assertEqual((free[self.at(1, 9)], free[self.at(1, 10)]), (3, 1))

    def test_all_lengths_and_the_day_going_by(self):
        self.reserve(self.room, self.at(0, 14), 1)
        with freeze_time(self.at(0, 11, 40)):
            for key, _label in self.room._lengths():
                self.assertAgrees(self.room, MONDAY, key)
            slots = self.slots(self.room, MONDAY, 60)
            over = [slot for slot in slots if slot["over"]]
            self.assertEqual(over[-1]["start"], self.at(0, 11))
            self.assertIn("passed", over[0]["reason"])
            # What is left of today is still a day: from now, and paid as such.
            [today] = self.slots(self.lounge, MONDAY, "day")
            self.assertEqual(today["start"], self.at(0, 11, 30))
            self.assertEqual(today["stop"], self.at(0, 18))
            self.assertEqual(today["price"], 40.0)

    def test_three_days_are_three_open_days(self):
        friday = MONDAY + timedelta(days=4)
        [slot] = self.assertAgrees(self.room, friday, "3days")
        self.assertEqual((slot["start"], slot["stop"]), (self.at(4, 9), self.at(8, 18)))
        self.assertEqual(slot["price"], 120.0)
        self.assertEqual(self.slots(self.room, friday + timedelta(days=1), "3days"), [])

    def test_a_pause_at_noon(self):
        self.open_hours((9, 12.5), (13.25, 18))
        day = MONDAY + timedelta(days=1)
        for length in (30, 60, 120, 240, "day"):
            self.assertAgrees(self.room, day, length)
        for minutes in (60, 120, 240):
            self.assertMissesNothing(self.room, day, minutes)

    def test_the_day_an_hour_is_missing(self):
        """28 March 2027, from 0:00 to 24:00: 23 hours."""
        self.open_hours((0, 24))
        slots = self.assertAgrees(self.room, date(2027, 3, 28), 60)
        self.assertMissesNothing(self.room, date(2027, 3, 28), 60)
        self.assertEqual(len(slots), 46)
        [day] = self.assertAgrees(self.room, date(2027, 3, 28), "day")
        self.assertEqual(day["stop"] - day["start"], timedelta(hours=23))

    def test_the_day_an_hour_comes_twice(self):
        """31 October 2027: two o'clock comes twice, and both can be booked."""
        self.open_hours((0, 24))
        slots = self.assertAgrees(self.room, date(2027, 10, 31), 60)
        self.assertMissesNothing(self.room, date(2027, 10, 31), 60)
        self.assertEqual(len(slots), 50)
        twice = [s["start"] for s in slots if self.place.to_local(s["start"]).hour == 2]
        self.assertEqual(twice, [datetime(2027, 10, 31, 0), datetime(2027, 10, 31, 0, 30),
                                 datetime(2027, 10, 31, 1), datetime(2027, 10, 31, 1, 30)])

    def test_across_midnight(self):
        self.open_hours((0, 24))
        slots = self.assertAgrees(self.room, MONDAY + timedelta(days=2), 240)
        self.assertEqual(slots[-1]["stop"], self.at(3, 3, 30))

    def test_a_closed_day_has_no_slot(self):
        saturday = MONDAY + timedelta(days=5)
        for key, _label in self.room._lengths():
            self.assertEqual(self.slots(self.room, saturday, key), [])

    def test_too_many_people(self):
        for slot in self.slots(self.room, MONDAY + timedelta(days=1), 60, people=7):
            self.assertEqual((slot["free"], slot["price"]), (0, 0.0))
            self.assertIn("6 people", slot["reason"])

    def test_prices_are_those_of_who_asks(self):
        full, reduced = self.env["product.pricelist"].create(
            [
                {"name": "Plein"},
                {
                    "name": "Réduit",
                    "item_ids": [
                        Command.create({"compute_price": "percentage", "percent_price": 25,
                                        "applied_on": "3_global"})
                    ],
                },
            ]
        )
        self.alice.property_product_pricelist = full
        self.bruno.property_product_pricelist = reduced
        day = MONDAY + timedelta(days=1)
        self.assertEqual(self.slots(self.room, day, 120, self.bruno)[0]["price"], 12.0)
        self.assertEqual(self.slots(self.room, day, 120)[0]["price"], 16.0)
        self.assertEqual(self.room._from_prices(self.bruno), {self.room: (6.0, "hour")})

    def test_a_space_without_price_shows_none(self):
        self.room.rate_ids.filtered(lambda rate: rate.time_unit == "day").unlink()
        self.assertEqual([key for key, _label in self.room._lengths()],
                         ["60", "120", "180", "240"])
        with self.assertRaisesRegex(UserError, "for that long"):
            self.room._slot_stop(self.at(1, 9), "day")
        online = self.env["tierslieu.space"]._online_domain(self.env.company)
        self.assertTrue(self.room.filtered_domain(online))
        self.room.rate_ids.unlink()
        self.assertFalse(self.env["tierslieu.space"].search(online) & self.room)

    def count_queries(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        day = MONDAY + timedelta(days=1)
        self.slots(self.desks, day, 240)
        few = self.count_queries(lambda: self.slots(self.room, day, 240))
        for nth in range(15):
            self.reserve(self.desks, self.at(1, 9 + nth % 8), 1)
        many = self.count_queries(lambda: self.slots(self.desks, day, 30))
        self.assertLessEqual(many, few + 1, "slots grow with starts, units or bookings")
        # The hours of a month are worked out once, by whoever asks first.
        self.desks.days_ahead(MONDAY, 56, "60")
        strip = self.count_queries(lambda: self.desks.days_ahead(MONDAY, 14, "60"))
        long = self.count_queries(lambda: self.desks.days_ahead(MONDAY, 56, "60"))
        self.assertLessEqual(long, strip)

    def test_the_strip(self):
        whole = timedelta(hours=9)
        booking = self.Booking.reserve(
            self.room, self.alice, self.at(1, 9), self.at(1, 9) + whole
        )
        booking.action_confirm()
        with freeze_time(self.at(0, 19)):
            states = dict(self.room.days_ahead(MONDAY, 7, 60))
            self.assertEqual(self.room.first_free_day(60), MONDAY + timedelta(days=2))
        self.assertEqual(
            [states[MONDAY + timedelta(days=nth)] for nth in range(7)],
            ["over", "full", "free", "free", "free", "closed", "closed"],
        )

    def test_the_strip_agrees_with_the_days(self):
        self.reserve(self.room, self.at(2, 9), 4)
        self.reserve(self.room, self.at(3, 15), 2)
        for key, _label in self.room._lengths():
            for day, state in self.room.days_ahead(MONDAY, 14, key):
                with self.subTest(length=key, day=day):
                    free = any(slot["free"] for slot in self.slots(self.room, day, key))
                    self.assertEqual(state == "free", free)
