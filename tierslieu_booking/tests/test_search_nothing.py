from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command

from .search_common import MONDAY, TUESDAY, SearchCase


class TestSearchNothing(SearchCase):
    """Nothing is as asked: why, and the three nearest."""

    def nothing(self, *args, **kwargs):
        found = self.assertAgrees(self.find(*args, **kwargs), kwargs.get("people", 2))
        self.assertEqual(found["offers"], [])
        return found

    def told(self, found):
        return [
            (one["name"], one["start"], one["difference"]) for one in found["alternatives"]
        ]

    def fill_all(self, day, hour_from=9, hour_to=18):
        for space in (self.room, self.lounge, self.hall):
            self.fill(space, day, hour_from, hour_to)

    def test_another_time_and_another_day(self):
        self.fill_all(1, 13, 16)
        self.fill(self.room, 1, 16, 18)
        found = self.nothing(self.at(1, 14))
        self.assertEqual(
            self.told(found),
            [
                ("Salle créative", self.at(1, 16), "2 h later"),
                ("Petit salon", self.at(1, 11), "3 h earlier"),
                ("Petit salon", self.at(2, 14), "The next day"),
            ],
        )
        self.assertIn("Nothing is free on Tuesday, January 12, 2:00", found["sentence"])

    def test_the_same_time_without_an_amenity(self):
        self.fill(self.hall, 1)
        found = self.nothing(self.at(1, 14), amenities=self.silence)
        self.assertEqual(
            self.told(found),
            [
                ("Grande salle", self.at(2, 14), "The next day"),
                ("Grande salle", self.at(0, 14), "The day before"),
                ("Petit salon", self.at(1, 14), "At the time asked, without: Silence"),
            ],
        )

    def test_what_no_space_has(self):
        cinema = self.env["tierslieu.amenity"].create({"name": "Cinema"})
        found = self.nothing(self.at(1, 14), amenities=cinema)
        self.assertEqual(found["sentence"], "No space has all of that.")
        self.assertEqual(len(found["alternatives"]), 3)
        self.assertIn("without: Cinema", found["alternatives"][0]["difference"])

    def test_a_day_that_is_full(self):
        self.fill_all(1)
        found = self.nothing(TUESDAY)
        self.assertEqual(found["sentence"], "Nothing is free on Tuesday, January 12.")
        self.assertEqual(
            [one["difference"] for one in found["alternatives"]],
            ["The next day", "The day before", "2 days later"],
        )

    def test_an_afternoon_that_is_full(self):
        self.fill_all(1, 13, 18)
        found = self.nothing(TUESDAY, hours="afternoon")
        self.assertEqual(found["alternatives"][0]["start"], self.at(1, 11))
        self.assertEqual(found["alternatives"][0]["difference"], "The same day, at another time")
        other = [one for one in found["alternatives"] if one["difference"] == "The next day"]
        # As it was asked: in the afternoon.
        self.assertEqual(other[0]["start"], self.at(2, 14))

    def test_closed(self):
        sunday = MONDAY + timedelta(days=6)
        found = self.nothing(sunday)
        self.assertEqual(found["sentence"], "Le Quai is closed on Sunday, January 17.")
        self.assertEqual(len(found["alternatives"]), 3)
        self.assertEqual(found["alternatives"][0]["start"], self.at(7, 9))
        found = self.nothing(self.at(1, 20))
        self.assertIn("Le Quai is open", found["sentence"])
        self.assertEqual(found["alternatives"][0]["start"], self.at(1, 16))

    def test_what_has_passed(self):
        with freeze_time(self.at(1, 12)):
            found = self.nothing(MONDAY)
            self.assertEqual(found["sentence"], "This day has passed: choose another one.")
            self.assertEqual(found["alternatives"][0]["start"], self.at(1, 12))
            found = self.nothing(self.at(1, 9))
            self.assertEqual(found["sentence"], "This time has already passed.")
            self.assertEqual(found["alternatives"][0]["start"], self.at(1, 12))

    def test_too_far_away(self):
        found = self.nothing(date(2030, 1, 7))
        self.assertIn("too far away", found["sentence"])
        self.assertEqual(len(found["alternatives"]), 3)
        (self.room | self.lounge | self.hall).horizon_days = 10
        found = self.nothing(MONDAY + timedelta(days=30))
        self.assertIn("can be booked until", found["sentence"])
        self.assertEqual(found["alternatives"][0]["start"], self.at(10, 9))

    def test_off_the_grid(self):
        found = self.nothing(self.at(1, 14, 10))
        self.assertIn("steps of 30 minutes", found["sentence"])
        self.assertEqual(found["alternatives"][0]["start"], self.at(1, 14))

    def test_a_rule_of_the_spaces(self):
        (self.room | self.lounge | self.hall).notice_hours = 48
        found = self.nothing(TUESDAY)
        self.assertIn("ahead at least", found["sentence"])
        self.assertEqual(found["alternatives"][0]["start"], self.at(2, 9))

    def test_too_many(self):
        found = self.nothing(TUESDAY, people=61)
        self.assertEqual(found["sentence"], "The largest space takes 60 people.")
        self.assertEqual(found["alternatives"], [])
        self.place.people_max = 50
        self.assertIn("50 people at once", self.nothing(TUESDAY, people=51)["sentence"])

    def test_nothing_at_all(self):
        for space in (self.room, self.lounge, self.hall):
            self.fill(space, 0, 0, 24 * 60)
        found = self.nothing()
        self.assertEqual(found["alternatives"], [])
        self.assertEqual(found["sentence"], "Nothing is free in these 14 days.")
        self.Space.search([]).is_bookable = False
        found = self.nothing()
        self.assertEqual(found["sentence"], "Nothing can be booked on line at the moment.")

    def test_three_where_there_are_three(self):
        """One room and one hole of an hour and a half: 1 h fits twice, then comes the next day."""
        (self.lounge | self.hall).is_bookable = False
        self.fill(self.room, 1, 9, 15)
        self.fill(self.room, 1, 16.5, 18)
        found = self.nothing(self.at(1, 10), "60")
        self.assertEqual(len(found["alternatives"]), 3)
        for day in (0, *range(2, 40)):
            self.fill(self.room, day)
        found = self.nothing(self.at(1, 10), "60")
        self.assertEqual(
            [one["start"] for one in found["alternatives"]], [self.at(1, 15), self.at(1, 15, 30)]
        )

    def test_long_lengths(self):
        self.fill(self.room, 2)
        self.fill(self.lounge, 3)
        self.fill(self.hall, 3)
        found = self.nothing(TUESDAY, "3days")
        starts = [one["start"] for one in found["alternatives"]]
        self.assertEqual(len(starts), 3)
        self.assertIn(self.at(3, 9), starts)

    def test_effort_is_bounded(self):
        """However full, and however much is asked, a search ends."""
        from ..models import outlook

        self.patch(outlook, "MOST_TRIES", 50)
        self.fill_all(0, 0, 24 * 40)
        found = self.nothing(self.at(1, 14))
        self.assertEqual(found["alternatives"], [])
        calendar = self.place.resource_calendar_id
        calendar.attendance_ids = [
            Command.create({"name": "Samedi", "dayofweek": "5", "hour_from": 0, "hour_to": 24,
                            "day_period": "morning"})
        ]
        self.nothing((self.at(0, 0), self.at(4000, 0)), people=60)

    def test_a_length_of_a_year_is_not_tried_hour_by_hour(self):
        """What ends after the days that are read is not cut by day to see that it cannot be had."""
        asked = []
        kept = type(self.lounge)._open_days

        def count(space, start, stop, sheet=None):
            asked.append(stop - start)
            return kept(space, start, stop, sheet)

        with patch.object(type(self.lounge), "_open_days", count):
            self.nothing(TUESDAY, str(366 * 24 * 60))
        self.assertFalse([one for one in asked if one > timedelta(days=2)])
