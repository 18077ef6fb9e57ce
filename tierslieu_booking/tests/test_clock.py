from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command

from .common import BookingCase


class TestClock(BookingCase):
    """The two clock changes, other zones, midnight and month ends."""

    def always_open(self, place):
        calendar = place.resource_calendar_id
        calendar.attendance_ids.unlink()
        calendar.attendance_ids = [
            Command.create(
                {"name": "Ouvert", "dayofweek": str(day), "hour_from": 0, "hour_to": 24,
                 "day_period": "morning"}
            )
            for day in range(7)
        ]

    def test_an_hour_disappears_in_march(self):
        """28 March 2027: from 0:00 to 6:00 only five hours go by, and are paid."""
        self.always_open(self.place)
        self.room.rate_ids.filtered(lambda r: r.time_unit == "day").unlink()
        start = self.place.to_utc(datetime(2027, 3, 28, 0))
        stop = self.place.to_utc(datetime(2027, 3, 28, 6))
        self.assertEqual(stop - start, timedelta(hours=5))
        quote = self.room.quote(self.alice, start, stop)
        self.assertEqual((quote["total"], quote["errors"]), (40.0, []))
        booking = self.Booking.reserve(self.room, self.alice, start, stop)
        self.assertEqual(booking.occupancy_ids.mapped("start"), [start])
        self.assertEqual(booking.occupancy_ids.mapped("stop"), [stop])

    def test_an_hour_comes_twice_in_october(self):
        """31 October 2027: from 0:00 to 6:00 seven hours go by."""
        self.always_open(self.place)
        self.room.rate_ids.filtered(lambda r: r.time_unit == "day").unlink()
        start = self.place.to_utc(datetime(2027, 10, 31, 0))
        stop = self.place.to_utc(datetime(2027, 10, 31, 6))
        self.assertEqual(stop - start, timedelta(hours=7))
        self.assertEqual(self.room.quote(self.alice, start, stop)["total"], 56.0)

    def test_nine_is_nine_on_both_sides_of_a_change(self):
        for day in (26, 29):
            start = self.place.to_utc(datetime(2027, 3, day, 9))
            booking = self.reserve(self.room, start, 1)
            self.assertIn("9:00", booking.when)
        self.assertEqual(self.place.to_utc(datetime(2027, 3, 26, 9)).hour, 8)
        self.assertEqual(self.place.to_utc(datetime(2027, 3, 29, 9)).hour, 7)

    def test_a_day_rate_over_the_change(self):
        self.always_open(self.place)
        start = self.place.to_utc(datetime(2027, 3, 27, 0))
        stop = self.place.to_utc(datetime(2027, 3, 30, 0))
        self.assertEqual(self.room.quote(self.alice, start, stop)["total"], 120.0)

    def test_across_midnight_and_month_end(self):
        self.always_open(self.place)
        start = self.place.to_utc(datetime(2027, 1, 31, 22))
        booking = self.Booking.reserve(self.room, self.alice, start, start + timedelta(hours=4))
        self.assertEqual(booking.amount_total, 32.0)
        self.assertEqual(len(booking.occupancy_ids), 1)
        self.assertIn("January 31", booking.when)
        self.assertIn("February 1", booking.when)

    def test_closed_night_is_neither_paid_nor_held(self):
        booking = self.Booking.reserve(
            self.room, self.alice, self.at(1, 16), self.at(2, 11)
        )
        self.assertEqual(booking.amount_total, 8.0 * 4)
        self.assertEqual(
            booking.occupancy_ids.sorted("start").mapped(lambda r: (r.start, r.stop)),
            [(self.at(1, 16), self.at(1, 18)), (self.at(2, 9), self.at(2, 11))],
        )

    def test_a_place_across_the_ocean(self):
        reunion = self.env["tierslieu.place"].create({"name": "La Case", "tz": "Indian/Reunion"})
        space = self.room.copy({"name": "Varangue", "place_id": reunion.id, "unit_ids": False})
        space.unit_count = 1
        self.assertEqual(len(space.rate_ids), 2)
        start = reunion.to_utc(datetime(2027, 1, 12, 9))
        self.assertEqual(start, datetime(2027, 1, 12, 5))
        booking = self.Booking.reserve(space, self.alice, start, start + timedelta(hours=2))
        self.assertEqual(booking.amount_total, 16.0)
        self.assertIn("9:00", booking.when)
        self.assertIn("Tuesday", booking.when)

    def test_past_is_judged_by_the_clock_of_the_orm(self):
        start = self.at(0, 14)
        with freeze_time(self.at(0, 14, 29)):
            self.assertFalse(self.room.quote(self.alice, start, self.at(0, 15))["errors"])
        with freeze_time(self.at(0, 14, 30)):
            self.assertTrue(self.room.quote(self.alice, start, self.at(0, 15))["errors"])
