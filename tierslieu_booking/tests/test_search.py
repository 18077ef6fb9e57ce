from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tools.json import json_default, scriptsafe

from .search_common import MONDAY, TUESDAY, SearchCase


class TestSearch(SearchCase):
    """What is free over all the spaces, the best first."""

    # -- What is given

    def test_every_offer_is_what_quote_and_reserve_say(self):
        self.open_evenings()
        self.a_space("Atelier", 10, {"half_day": 25, "evening": 30, "day": 45, "week": 160})
        self.lounge.write({"buffer_before": 30, "buffer_after": 60, "length_max": 3})
        self.reserve(self.room, self.at(1, 10), 2)
        self.reserve(self.lounge, self.at(1, 14), 1)
        for hour in (9, 9, 11):
            self.reserve(self.desks, self.at(1, hour), 1)
        for length in ("60", "120", 240, "half_day", "evening", "day", "3days", "week", None):
            for start in (TUESDAY, self.at(1, 14), None, (self.at(1, 12), self.at(1, 18))):
                with self.subTest(length=length, start=start):
                    self.assertAgrees(self.find(start, length), 2)
        self.assertAgrees(self.find(TUESDAY, "60", people=1), 1)

    def test_the_fares_of_each_day(self):
        """The price is that of the slot's day: a fare that ends, a season that begins."""
        half = self.env["product.pricelist"].create(
            {
                "name": "Demi-tarif",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 50,
                                    "applied_on": "3_global"}),
                ],
            }
        )
        season = self.env["product.pricelist"].create(
            {
                "name": "Plein tarif, moins cher le mercredi",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10,
                                    "applied_on": "3_global",
                                    "date_start": "2027-01-13 00:00:00",
                                    "date_end": "2027-01-13 23:59:59"}),
                ],
            }
        )
        student = self.env["tierslieu.profile"].create(
            {"name": "Étudiant·e", "pricelist_id": half.id, "needs_proof": True}
        )
        self.alice.property_product_pricelist = season
        self.env["tierslieu.proof"].create(
            {"partner_id": self.alice.id, "profile_id": student.id, "state": "accepted",
             "company_id": self.env.company.id,
             "valid_from": "2027-01-01", "valid_until": "2027-01-12"}
        )
        prices = {
            day: self.assertAgrees(self.find(MONDAY + timedelta(days=day)))["offers"][0]["price"]
            for day in (1, 2, 3)
        }
        self.assertEqual(prices, {1: 8.0, 2: 14.4, 3: 16.0})
        # Free on a day of each fare only, in one search.
        for space, day in ((self.room, 1), (self.lounge, 2), (self.hall, 3)):
            for other in range(4):
                if other != day:
                    self.fill(space, other)
        self.assertEqual(
            {offer["name"]: offer["price"] for offer in self.assertAgrees(self.find())["offers"]},
            {"Petit salon": 8.0, "Salle créative": 14.4, "Grande salle": 16.0},
        )

    # -- In which order

    def test_four_people_are_not_sent_to_the_hall(self):
        found = self.find(self.at(1, 14), people=4)
        self.assertEqual(self.names(found), ["Petit salon", "Salle créative", "Grande salle"])
        self.assertTrue(all(offer["exact"] for offer in found["offers"]))
        self.assertEqual(self.names(self.find(self.at(1, 14), people=13)), ["Grande salle"])

    def test_the_cheapest_before_the_smallest(self):
        cheap = self.a_space("Grenier", 40, {"hour": 5})
        found = self.find(self.at(1, 14), people=4)
        self.assertEqual(self.names(found)[0], cheap.name)
        self.assertEqual(found["offers"][0]["price"], 10.0)

    def test_a_space_without_limit_comes_after_those_that_fit(self):
        self.a_space("Sans limite", 0, {"hour": 8}, sequence=0)
        self.assertEqual(self.names(self.find(self.at(1, 14)))[-1], "Sans limite")

    def test_the_order_of_the_place_between_equals(self):
        twin = self.a_space("Avant", 6, {"hour": 8}, sequence=2)
        self.assertEqual(self.names(self.find(self.at(1, 14)))[0], twin.name)
        twin.sequence = 90
        self.assertEqual(self.names(self.find(self.at(1, 14)))[:2], ["Petit salon", "Avant"])

    def test_what_begins_when_asked_before_what_is_near(self):
        cheap = self.a_space("Grenier", 6, {"hour": 1})
        self.fill(cheap, 1, 14, 16)
        self.fill(self.room, 1, 13, 15)
        found = self.find(self.at(1, 14), people=4)
        offers = [(offer["name"], offer["start"], offer["exact"]) for offer in found["offers"]]
        self.assertEqual(
            offers,
            [
                ("Salle créative", self.at(1, 14), True),
                ("Grande salle", self.at(1, 14), True),
                ("Petit salon", self.at(1, 15), False),
                ("Grenier", self.at(1, 12), False),
            ],
        )

    def test_times_that_do_not_overlap(self):
        found = self.find(TUESDAY, people=4)
        self.assertEqual(
            self.starts(found, self.room), [self.at(1, hour) for hour in (9, 11, 13, 15)]
        )
        found = self.find(TUESDAY, people=4, times=2)
        self.assertEqual(self.starts(found, self.room), [self.at(1, 9), self.at(1, 11)])

    def test_as_soon_as_possible(self):
        self.fill(self.room, 0)
        with freeze_time(self.at(0, 15, 40)):
            found = self.find(people=4)
            self.assertEqual(self.starts(found, self.lounge), [self.at(0, 15, 30)])
            self.assertEqual(self.starts(found, self.room)[0], self.at(1, 9))
            # Today before tomorrow, whatever the size.
            self.assertEqual(
                self.names(found), ["Salle créative", "Grande salle", "Petit salon"]
            )

    def test_a_page_stays_short(self):
        for nth in range(5):
            self.a_space(f"Salle {nth}", 20, {"hour": 8}, sequence=100 + nth)
        found = self.find(TUESDAY, limit=3)
        self.assertEqual(len(self.names(found)), 3)
        self.assertEqual(found["more"], 5)

    # -- What is left out

    def test_who_does_not_seat_them(self):
        self.assertEqual(
            sorted(self.names(self.find(TUESDAY, "60", people=1))),
            ["Coworking", "Grande salle", "Petit salon", "Salle créative"],
        )
        self.assertNotIn("Coworking", self.names(self.find(TUESDAY, "60", people=2)))
        self.assertNotIn("Petit salon", self.names(self.find(TUESDAY, "60", people=7)))

    def test_who_lacks_an_amenity(self):
        self.assertEqual(
            self.names(self.find(TUESDAY, amenities=self.screen)),
            ["Salle créative", "Grande salle"],
        )
        both = (self.screen | self.silence).ids
        self.assertEqual(self.names(self.find(TUESDAY, amenities=both)), ["Grande salle"])

    def test_who_is_not_sold_by_that_length(self):
        office = self.a_space("Bureau", 4, {"day": 30})
        self.assertNotIn("Bureau", self.names(self.find(TUESDAY, "60")))
        self.assertIn("Bureau", self.names(self.find(TUESDAY, "day")))
        # Without a length each by its shortest.
        found = self.find(TUESDAY, None)
        self.assertEqual(
            {offer["name"]: offer["length"] for offer in found["offers"]},
            {"Petit salon": "60", "Salle créative": "60", "Grande salle": "60", "Bureau": "day"},
        )
        self.assertEqual(self.starts(found, office), [self.at(1, 9)])

    def test_who_is_not_for_visitors(self):
        self.room.is_bookable = False
        self.lounge.rate_ids.unlink()
        self.hall.unit_ids.active = False
        self.assertEqual(self.find(TUESDAY)["offers"], [])
        self.assertEqual(self.find(TUESDAY)["alternatives"], [])

    # -- When

    def test_the_ways_to_say_when(self):
        day = self.find(TUESDAY)
        self.assertEqual(self.find("2027-01-12"), day)
        moment = self.find(self.at(1, 14))
        self.assertEqual({offer["start"] for offer in moment["offers"]}, {self.at(1, 14)})
        for value in ("2027-01-12 13:00:00", "2027-01-12T13:00:00", "2027-01-12T13:00:00Z",
                      "2027-01-12 13:00", datetime(2027, 1, 12, 13, 0, 30)):
            self.assertEqual(self.find(value), moment)
        window = self.find((self.at(1, 14), "2027-01-12 16:00:00"))
        self.assertEqual(self.starts(window, self.room), [self.at(1, 14)])
        self.assertEqual(self.find([self.at(1, 14), self.at(1, 17)]), window)
        self.assertEqual(self.find(TUESDAY, hours=(14, 18)), self.find(TUESDAY, hours="afternoon"))
        self.assertEqual(
            self.starts(self.find(TUESDAY, hours="afternoon"), self.room),
            [self.at(1, 14), self.at(1, 16)],
        )
        morning = self.find(hours="morning")
        self.assertEqual(self.starts(morning, self.room), [self.at(0, 9), self.at(0, 11)])

    def test_several_days(self):
        self.fill(self.room, 1)
        week = (self.at(1, 0), self.at(5, 0))
        found = self.assertAgrees(self.find(week))
        self.assertEqual(self.starts(found, self.room)[0], self.at(2, 9))
        self.assertEqual(self.starts(found, self.lounge)[0], self.at(1, 9))

    def test_a_day_has_no_hours(self):
        for start in (self.at(1, 14), (self.at(1, 14), self.at(1, 18))):
            found = self.find(start, "day")
            self.assertEqual(self.starts(found, self.room), [self.at(1, 9)])

    def test_the_evening(self):
        self.open_evenings()
        self.a_space("Atelier", 10, {"evening": 30})
        found = self.assertAgrees(self.find(TUESDAY, "evening", hours="evening"))
        self.assertEqual(self.names(found), ["Atelier"])
        self.assertEqual(found["offers"][0]["start"], self.at(1, 18))

    def test_the_day_an_hour_comes_twice(self):
        self.place.resource_calendar_id.attendance_ids.unlink()
        self.place.resource_calendar_id.attendance_ids = [
            Command.create({"name": "Ouvert", "dayofweek": "6", "hour_from": 0, "hour_to": 24,
                            "day_period": "morning"})
        ]
        with freeze_time(datetime(2027, 10, 25, 8)):
            second = datetime(2027, 10, 31, 1)
            found = self.assertAgrees(self.find(second, "60"))
            self.assertEqual(found["offers"][0]["start"], second)
            self.assertAgrees(self.find(date(2027, 10, 31), "60", times=50))

    def test_two_places(self):
        far = self.env["tierslieu.place"].create(
            {"name": "Là-bas", "tz": "America/Martinique", "step": 60}
        )
        hut = self.a_space("Case", 6, {"hour": 2}, place=far)
        both = self.place | far
        found = self.assertAgrees(self.find(TUESDAY, place=both))
        self.assertEqual(self.names(found)[0], "Case")
        # Nine in the morning there is two in the afternoon here.
        self.assertEqual(self.starts(found, hut)[0], far.to_utc(datetime(2027, 1, 12, 9)))
        self.assertEqual(self.names(self.find(TUESDAY, place=far)), ["Case"])
        self.assertNotIn("Case", self.names(self.find(TUESDAY)))
        self.assertEqual(self.find(TUESDAY, place=both.ids), found)
        self.assertEqual(self.names(self.find(self.at(1, 14), place=both))[0], "Case")

    # -- Who asks

    def test_the_team_over_rpc(self):
        space = self.Space.with_user(self.host)
        amenities = self.screen.ids
        found = space.find(self.place.id, "2027-01-12", 120, "3", amenities, self.alice.id)
        self.assertEqual(found, self.find(TUESDAY, "120", 3, self.screen))
        told = scriptsafe.loads(scriptsafe.dumps(found, default=json_default))
        offer = told["offers"][0]
        self.assertEqual(offer["start"], "2027-01-12 08:00:00")
        booking = self.Booking.with_user(self.host).reserve(
            offer["space_id"], self.alice.id, offer["start"], offer["stop"], people=3
        )
        self.assertEqual(booking.amount_total, offer["price"])
        own = space.find(self.place.id, "2027-01-12")
        self.assertTrue(own["offers"])

    def test_members_ask_through_the_pages(self):
        for user in (self.member, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.Space.with_user(user).find(self.place.id)

    def test_the_places_of_other_companies(self):
        company = self.env["res.company"].create({"name": "Ailleurs"})
        place = self.env["tierslieu.place"].create({"name": "Loin", "company_id": company.id})
        with self.assertRaises(AccessError):
            self.Space.with_user(self.host).find(place.id)
        with self.assertRaisesRegex(UserError, "one company"):
            self.find(place=self.place | place)

    def test_what_means_nothing_is_one_sentence(self):
        for start in ("demain", "2027-02-30", "9999-12-31", "0001-01-01", 12, "2027-01-12 99:00:00",
                      ("2027-01-12", "2027-01-13"), (self.at(1, 14),),
                      (self.at(1, 15), self.at(1, 14)), "x" * 10_000):
            with self.subTest(start=start), self.assertRaises(UserError):
                self.find(start)
        for options in ({"hours": (18, 9)}, {"hours": "noon"}, {"hours": ("a", "b")},
                        {"hours": (float("nan"), 2)}, {"limit": "many"}, {"sort": "price"},
                        {"amenities": "silence"}, {"amenities": [None]}, {"place": 2**31 - 1},
                        {"partner": 2**31 - 1}):
            with self.subTest(options=options), self.assertRaises(UserError):
                self.find(TUESDAY, **options)
        for length in ("abc", "0", "-60", "61", "9" * 5000, "²", "hour", "day "):
            with self.subTest(length=length):
                found = self.find(TUESDAY, length)
                self.assertEqual((found["offers"], found["alternatives"]), ([], []))
                self.assertTrue(found["sentence"])
        for people in (0, -3, "abc", None, 10**9):
            with self.subTest(people=people):
                found = self.find(TUESDAY, people=people)
                self.assertEqual((found["offers"], found["alternatives"]), ([], []))
                self.assertTrue(found["sentence"])
