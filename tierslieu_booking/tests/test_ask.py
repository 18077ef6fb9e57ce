from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BookingCase

MONDAY_17 = datetime(2027, 1, 11, 16)  # 17 h in Paris
TUESDAY_17 = MONDAY_17 + timedelta(days=1)
# What one answer may ask the database, whatever there is to look at.
MOST_QUERIES = 40


@tagged("-at_install", "post_install")
class TestAsk(BookingCase):
    """A few words at the reception: what is free, for whom, and booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe, cls.natalie = cls.env["res.partner"].create(
            [{"name": "Zoé Lambert"}, {"name": "Natalie Martin"}]
        )
        cls.asked = cls.env["tierslieu.place"].with_user(cls.host).with_context(lang="fr_FR")

    def ask(self, text, **options):
        return self.asked.ask(text, self.place.id, **options)

    def first(self, text):
        offer = self.ask(text)["offers"][0]
        return offer["name"], offer["start"], offer["stop"]

    def test_the_small_lounge_at_five(self):
        answer = self.ask("petit salon demain 17h")
        self.assertEqual(
            (answer["offers"][0]["name"], answer["offers"][0]["start"]),
            ("Petit salon", str(TUESDAY_17)),
        )
        self.assertFalse(answer["offers"][0]["difference"])
        self.assertIn("8,00", answer["offers"][0]["price"])
        self.assertIn("17\N{NO-BREAK SPACE}h", answer["read"])
        self.assertFalse(answer["sentence"])

    def test_taken_says_when_else_and_where(self):
        self.reserve(self.room, TUESDAY_17)
        answer = self.ask("petit salon demain 17h")
        self.assertTrue(answer["sentence"])
        self.assertTrue(answer["offers"])
        self.assertTrue(all(offer["difference"] for offer in answer["offers"]))

    def test_now_is_the_grid_time_that_has_begun(self):
        with freeze_time("2027-01-11 09:07"):
            self.assertEqual(
                self.first("pet 2h"), ("Petit salon", "2027-01-11 09:00:00", "2027-01-11 11:00:00")
            )

    def test_an_hour_gone_is_tomorrows(self):
        with freeze_time("2027-01-11 15:30"):
            self.assertEqual(self.first("petit salon 10h")[1], "2027-01-12 09:00:00")
            self.assertEqual(self.first("petit salon 16h30")[1], "2027-01-11 15:30:00")

    def test_spaces_not_on_line_too(self):
        self.room.is_bookable = False
        self.assertEqual(self.first("petit salon demain 17h")[0], "Petit salon")

    def test_for_how_many(self):
        names = {offer["name"] for offer in self.ask("demain 14h 8 personnes")["offers"]}
        self.assertEqual(names, {"Salle créative"})

    def test_people_by_the_beginning_of_their_names(self):
        for text, wanted in (
            ("pet 2h alic", self.alice), ("zoe lam demain 14h", self.zoe), ("salon NATALIE", self.natalie)
        ):
            with self.subTest(text=text):
                self.assertEqual([one["id"] for one in self.ask(text)["people"]], wanted.ids)

    def test_the_last_who_came_first(self):
        other = self.alice.copy({"name": "Alice Zola"})
        self.reserve(self.room, TUESDAY_17)
        self.assertEqual(
            [one["id"] for one in self.ask("salon demain alice")["people"]], [self.alice.id, other.id]
        )

    def test_someone_new(self):
        answer = self.ask("petit salon demain 17h Éloïse d'Arc")
        self.assertEqual((answer["people"], answer["new"]), ([], "Éloïse d'Arc"))
        booked = self.asked.book_asked(answer["offers"][0], name=answer["new"])
        booking = self.Booking.browse(booked["id"])
        self.assertEqual(booking.partner_id.name, "Éloïse d'Arc")
        self.assertEqual(booking.state, "confirmed")
        self.assertTrue(booked["due"])

    def test_price_of_who_it_is_for(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Réduit", "item_ids": [(0, 0, {"compute_price": "percentage", "percent_price": 50})]}
        )
        self.zoe.property_product_pricelist = pricelist
        self.assertIn("4,00", self.ask("petit salon demain 17h zoé")["offers"][0]["price"])
        other = self.zoe.copy({"name": "Zoé Zola", "property_product_pricelist": False})
        self.assertIn(
            "8,00",
            self.ask("petit salon demain 17h zoé", partner_id=other.id)["offers"][0]["price"],
        )

    def test_booked_as_offered_and_once(self):
        offer = self.ask("petit salon demain 16h 2h")["offers"][0]
        booking = self.Booking.browse(self.asked.book_asked(offer, self.alice.id)["id"])
        hour = timedelta(hours=1)
        self.assertEqual((booking.start, booking.stop), (TUESDAY_17 - hour, TUESDAY_17 + hour))
        self.assertEqual(booking.amount_total, 16)
        with self.assertRaisesRegex(UserError, "Petit salon"):
            self.asked.book_asked(offer, self.zoe.id)
        with self.assertRaises(UserError):
            self.asked.book_asked(offer)

    def test_a_name_alone_finds_what_is_to_come(self):
        booking = self.reserve(self.room, TUESDAY_17)
        answer = self.ask("alice")
        self.assertEqual([one["id"] for one in answer["bookings"]], booking.ids)
        self.assertFalse(answer["offers"])
        self.assertFalse(self.ask("zoé")["bookings"])

    def test_what_is_not_understood_is_said_and_not_guessed(self):
        for text in ("petit salon 31/02", "salon 25h", "salon 2 jours"):
            with self.subTest(text=text):
                answer = self.ask(text)
                self.assertTrue(answer["sentence"])
                self.assertFalse(answer["offers"])

    def test_too_far_and_too_many(self):
        for text in ("salon 2999-01-01 14h", "salon demain 14h 5000 pers"):
            with self.subTest(text=text):
                answer = self.ask(text)
                self.assertTrue(answer["sentence"])
                self.assertFalse(answer["offers"])

    def test_whatever_is_sent(self):
        for text in (None, False, 12, "", "'; DROP TABLE", "%", "_", "a" * 9999, "\\"):
            with self.subTest(text=text):
                self.ask(text)

    def test_a_day_beyond_the_calendar(self):
        for text in ("salon 31/12/9999 17h", "salon 1/1/0001 17h"):
            with self.subTest(text=text):
                answer = self.ask(text)
                self.assertTrue(answer["sentence"])
                self.assertFalse(answer["offers"])

    def test_a_day_is_nobody(self):
        """Tomorrow is Tuesday, said once or twice; a day that it is not is asked about again."""
        for text in ("petit salon demain mardi 17h", "petit salon mardi 12 janvier 17h", "mardi 12/01 17h petit salon"):
            with self.subTest(text=text):
                answer = self.ask(text)
                self.assertEqual((answer["new"], answer["offers"][0]["start"]), (False, str(TUESDAY_17)))
        for text in ("petit salon demain jeudi 17h", "petit salon la semaine prochaine jeudi"):
            with self.subTest(text=text):
                answer = self.ask(text)
                self.assertFalse(answer["new"])
        self.assertIn("jeudi", self.ask("petit salon demain jeudi 17h")["sentence"])
        self.assertEqual(self.ask("petit salon demain sam 17h")["offers"][0]["start"], str(TUESDAY_17))

    def test_someone_is_found_among_many(self):
        self.env["res.partner"].create([{"name": f"Alza Bozec {nth}"} for nth in range(250)])
        for text in ("salon demain 14h zoe", "salon demain 14h zoé l"):
            with self.subTest(text=text):
                self.assertEqual([one["id"] for one in self.ask(text)["people"]], self.zoe.ids)

    def test_forged_offers(self):
        offer = self.ask("petit salon demain 17h")["offers"][0]
        for forged in (
            None, 5, "offer", [1], {}, {**offer, "space_id": "x"}, {**offer, "space_id": None},
            {**offer, "space_id": 10**12}, {**offer, "people": -3}, {**offer, "people": "x"}, {**offer, "people": [1]},
            {**offer, "start": "x"}, {**offer, "start": 5}, {**offer, "start": "2027-13-45"}, {**offer, "stop": None},
            {**offer, "start": "2027-01-04 16:00:00", "stop": "2027-01-04 17:00:00"}, {**offer, "price": "1,00"},
        ):
            with self.subTest(forged=forged), self.assertRaises(UserError):
                self.asked.book_asked(forged, self.alice.id)
        for name in ("\0", "\ud800", " \n"):
            with self.subTest(name=repr(name)), self.assertRaises(UserError):
                self.asked.book_asked(offer, name=name)
        with self.assertRaises(UserError):
            self.asked.ask("salon", "abc")
        self.room.active = False
        with self.assertRaises(UserError):
            self.asked.book_asked(offer, self.alice.id)

    def test_the_price_that_was_shown(self):
        offer = self.ask("petit salon demain 17h")["offers"][0]
        self.room.rate_ids.product_id.list_price = 9
        with self.assertRaisesRegex(UserError, "9,00"):
            self.asked.book_asked(offer, self.alice.id)
        self.assertFalse(self.Booking.search_count([("state", "=", "confirmed")]))

    def test_for_nobody_who_left_or_is_elsewhere(self):
        offer = self.ask("petit salon demain 17h")["offers"][0]
        other = self.env["res.company"].create({"name": "Ailleurs"})
        self.natalie.active = False
        self.zoe.company_id = other
        for partner_id in (self.natalie.id, self.zoe.id, 10**12, -1, "x", [1]):
            with self.subTest(partner_id=partner_id), self.assertRaises(UserError):
                self.asked.book_asked(offer, partner_id)
        self.host.company_ids |= other
        both = self.asked.with_context(allowed_company_ids=[self.place.company_id.id, other.id])
        self.assertFalse(both.ask("salon demain 14h zoe", self.place.id)["people"])
        with self.assertRaises(UserError):
            both.book_asked(offer, self.zoe.id)

    def test_the_team_alone(self):
        for user in (self.member, self.visitor, self.employee):
            place = self.env["tierslieu.place"].with_user(user)
            with self.assertRaises(AccessError):
                place.ask("salon", self.place.id)
            with self.assertRaises(AccessError):
                place.book_asked({"space_id": self.room.id}, self.alice.id)

    def test_of_ones_own_companies(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        place = self.place.copy({"company_id": other.id})
        with self.assertRaises(UserError):
            self.asked.ask("salon", place.id)

    def test_queries(self):
        """As many for two spaces and two people as for twenty and two hundred."""
        self.ask("salon demain 14h ali")

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.ask("salon demain 15h ali")
            return self.env.cr.sql_log_count - before

        few = queries()
        for nth in range(20):
            space = self.room.copy({"name": f"Salon {nth}", "unit_count": 1})
            self.room.rate_ids[:1].copy({"space_id": space.id})
        self.env["res.partner"].create([{"name": f"Alix {nth}"} for nth in range(200)])
        self.ask("salon demain 14h ali")
        self.assertLessEqual(queries(), few)
        self.assertLessEqual(few, MOST_QUERIES)
