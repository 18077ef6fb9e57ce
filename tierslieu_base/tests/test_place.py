from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import TierslieuCase


@tagged("post_install", "-at_install")
class TestPlace(TierslieuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["tierslieu.place"].create({"name": "Le Quai", "tz": "Europe/Paris"})

    def hours(self, day, place=None):
        """Return the local hours open on a date, as (from, to) pairs."""
        place = place or self.place
        return [
            tuple(place.to_local(moment).strftime("%H:%M") for moment in pair)
            for pair in place.open_intervals(*place.day_bounds(day))
        ]

    def test_a_new_place_opens_on_weekdays(self):
        self.assertEqual(self.hours(date(2027, 1, 12)), [("09:00", "18:00")])
        self.assertEqual(self.hours(date(2027, 1, 16)), [])
        self.assertEqual(
            self.place.day_part_ids.mapped("code"), ["morning", "afternoon", "evening"]
        )

    def test_the_clock_can_be_frozen(self):
        with freeze_time("2027-07-01 22:30:00"):
            now = self.place.now_local()
        self.assertEqual(now.strftime("%Y-%m-%d %H:%M"), "2027-07-02 00:30")

    def test_days_of_23_and_25_hours(self):
        for day, hours in ((date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 5, 1), 24)):
            start, stop = self.place.day_bounds(day)
            self.assertEqual(stop - start, timedelta(hours=hours))

    def test_ambiguous_and_missing_hours(self):
        self.assertEqual(self.place.to_utc(datetime(2027, 10, 31, 2, 30)), datetime(2027, 10, 31, 0, 30))
        moved = self.place.to_utc(datetime(2027, 3, 28, 2, 30))
        self.assertEqual(self.place.to_local(moved).strftime("%H:%M"), "03:30")

    def test_wall_clock_hours_survive_the_changes(self):
        self.place.attendance_ids = [
            Command.create({"name": "Dim.", "dayofweek": "6", "hour_from": 9, "hour_to": 12,
                            "day_period": "morning"})
        ]
        for day in (date(2027, 3, 28), date(2027, 10, 31)):
            self.assertEqual(self.hours(day), [("09:00", "12:00")])

    def test_open_until_midnight_and_through_it(self):
        self.place.attendance_ids = [Command.clear()] + [
            Command.create({"name": "24/7", "dayofweek": str(day), "hour_from": 0, "hour_to": 24,
                            "day_period": "morning"})
            for day in range(7)
        ]
        start, stop = datetime(2027, 1, 11, 12), datetime(2027, 2, 2, 12)
        self.assertEqual(self.place.open_intervals(start, stop), [(start, stop)])

    def test_closed_days_and_extra_openings(self):
        start, stop = self.place.day_bounds(date(2027, 1, 13))
        self.place.closed_day_ids = [
            Command.create({"name": "Inventaire", "date_from": start, "date_to": stop})
        ]
        self.assertEqual(self.hours(date(2027, 1, 13)), [])
        self.assertEqual(self.hours(date(2027, 1, 14)), [("09:00", "18:00")])
        self.place.opening_ids = [
            Command.create({"date": "2027-01-13", "hour_from": 19, "hour_to": 22.5}),
            Command.create({"date": "2027-01-14", "hour_from": 17, "hour_to": 20}),
        ]
        self.assertEqual(self.hours(date(2027, 1, 13)), [("19:00", "22:30")])
        self.assertEqual(self.hours(date(2027, 1, 14)), [("09:00", "20:00")])

    def test_a_day_off_of_another_company_closes_nothing(self):
        leaves = self.env["resource.calendar.leaves"]
        start, stop = self.place.day_bounds(date(2027, 1, 13))
        other = self.env["res.company"].create({"name": "La Grange"})
        vals = {"calendar_id": False, "date_from": start, "date_to": stop}
        leave = leaves.create({**vals, "name": "Fermée", "company_id": other.id})
        # A leave without a calendar takes the company of whoever made it.
        leave.company_id = other
        self.assertEqual(self.hours(date(2027, 1, 13)), [("09:00", "18:00")])
        leave.company_id = self.place.company_id
        self.assertEqual(self.hours(date(2027, 1, 13)), [])

    def test_odd_and_even_weeks(self):
        calendar = self.place.resource_calendar_id
        calendar.switch_calendar_type()
        even = calendar.attendance_ids.filtered(lambda line: line.week_type == "0")
        even.filtered(lambda line: not line.display_type).unlink()
        days = [date(2027, 1, 12) + timedelta(weeks=nth) for nth in range(4)]
        opened = [bool(self.hours(day)) for day in days]
        self.assertEqual(sorted(opened), [False, False, True, True])
        self.assertNotEqual(opened[0], opened[1])

    def test_a_place_across_the_ocean(self):
        for zone, hour in (("Indian/Reunion", 5), ("America/Martinique", 13)):
            place = self.env["tierslieu.place"].create({"name": zone, "tz": zone})
            [(start, _stop)] = place.open_intervals(*place.day_bounds(date(2027, 1, 12)))
            self.assertEqual(start, datetime(2027, 1, 12, hour))

    def test_moving_zone_takes_the_hours_along(self):
        self.place.tz = "Indian/Reunion"
        self.assertEqual(self.hours(date(2027, 1, 12)), [("09:00", "18:00")])
        self.assertEqual(self.place.resource_calendar_id.tz, "Indian/Reunion")

    def test_moving_zone_keeps_closed_days_on_their_day(self):
        self.place.closed_day_ids = [
            Command.create({"name": "Noël", "tierslieu_first_day": "2027-12-24"})
        ]
        self.place.tz = "America/Martinique"
        self.assertEqual(self.place.closed_day_ids.tierslieu_first_day, date(2027, 12, 24))
        self.assertEqual(self.hours(date(2027, 12, 24)), [])
        self.assertEqual(self.hours(date(2027, 12, 23)), [("09:00", "18:00")])

    def test_hours_shared_by_two_places_keep_one_clock(self):
        other = self.env["tierslieu.place"].create(
            {
                "name": "Annexe",
                "tz": "Europe/Paris",
                "resource_calendar_id": self.place.resource_calendar_id.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "Annexe"):
            self.place.tz = "Indian/Reunion"
        self.env.invalidate_all()
        (self.place + other).tz = "Indian/Reunion"
        self.assertEqual(other.resource_calendar_id.tz, "Indian/Reunion")

    def test_the_hours_cannot_be_spoilt_by_themselves(self):
        for vals in ({"tz": "America/New_York"}, {"schedule_type": "flexible"}):
            with self.assertRaises(ValidationError):
                self.place.resource_calendar_id.write(vals)
            self.env.invalidate_all()

    def test_the_calendar_must_be_readable(self):
        with self.assertRaises(ValidationError):
            self.place.resource_calendar_id = self.env["resource.calendar"].create(
                {"name": "Ailleurs", "tz": "America/New_York"}
            )
        with self.assertRaises(ValidationError):
            self.place.resource_calendar_id = self.env["resource.calendar"].create(
                {"name": "Souple", "tz": "Europe/Paris", "schedule_type": "flexible"}
            )

    def test_open_intervals_takes_constant_queries(self):
        def queries(days):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.place.open_intervals(datetime(2027, 1, 11), datetime(2027, 1, 11) + timedelta(days))
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(1), queries(200))

    def test_parts_of_the_day_do_not_overlap(self):
        with self.assertRaises(ValidationError):
            self.place.day_part_ids[0].hour_to = 15
