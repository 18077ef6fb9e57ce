from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.proof_common import a_pdf, create_profile_data

from .common import BookingCase
from .http_common import WebsiteCase
from .tour_common import Screens


def price_the_student(env, profiles, percent=40):
    """Take a share off every price for students; everybody else pays what a list with nothing says."""
    full, reduced = env["product.pricelist"].create(
        [
            {"name": "Full price"},
            {
                "name": "Student",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": percent,
                        }
                    )
                ],
            },
        ]
    )
    profiles["full"].pricelist_id, profiles["student"].pricelist_id = full, reduced


@tagged("post_install", "-at_install")
class TestProfilePrices(BookingCase):
    """A proof changes the price of the days it covers, and of no other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = create_profile_data(cls.env)
        price_the_student(cls.env, cls.profiles)
        cls.student = cls.profiles["student"]

    def prove(self, valid_from, valid_until, partner=None):
        proof = self.env["tierslieu.proof"]._submit(
            partner or self.alice, self.student, "card.pdf", a_pdf()
        )
        proof.with_user(self.host).action_accept(valid_from, valid_until)
        return proof

    def price(self, day, partner=None, hour=10):
        quote = self.room.quote(
            partner or self.alice, self.at(day, hour), self.at(day, hour + 1)
        )
        self.assertFalse(quote["errors"])
        return quote["total"]

    def test_the_day_of_the_slot_decides(self):
        self.assertEqual([self.price(day) for day in (0, 1, 2, 3)], [8.0] * 4)
        self.prove(date(2027, 1, 12), date(2027, 1, 13))
        self.assertEqual([self.price(day) for day in (0, 1, 2, 3)], [8.0, 4.8, 4.8, 8.0])
        self.assertEqual(self.price(1, self.bruno), 8.0)

    def test_the_day_is_that_of_the_place(self):
        """At nine in the morning in Auckland it is still yesterday in UTC."""
        self.place.tz = "Pacific/Auckland"
        self.prove(date(2027, 1, 12), date(2027, 1, 12))
        self.assertEqual(self.at(1, 9).date(), date(2027, 1, 11), "UTC is a day behind.")
        self.assertEqual([self.price(day, hour=9) for day in (1, 2)], [4.8, 8.0])

    def test_what_is_held_keeps_its_price(self):
        proof = self.prove(date(2027, 1, 11), date(2027, 6, 30))
        booking = self.reserve(self.room, self.at(2, 10))
        self.assertEqual((booking.amount_total, booking.profile_id), (4.8, self.student))
        proof.action_set_dates(date(2027, 1, 1), date(2027, 1, 10))
        booking.action_confirm()
        self.assertEqual(booking.amount_total, 4.8)
        again = self.reserve(self.room, self.at(2, 14))
        self.assertEqual((again.amount_total, again.profile_id), (8.0, self.profiles["full"]))

    def test_a_refused_or_withdrawn_proof_changes_nothing(self):
        proofs = self.env["tierslieu.proof"]
        proof = proofs._submit(self.alice, self.student, "card.pdf", a_pdf())
        self.assertEqual(self.price(1), 8.0)
        proof.with_user(self.host).action_refuse("Out of date.")
        self.assertEqual(self.price(1), 8.0)
        proofs._submit(self.alice, self.student, "card.pdf", a_pdf())._withdraw()
        self.assertEqual(self.price(1), 8.0)

    def test_the_people_of_an_association(self):
        club = self.env["res.partner"].create({"name": "Les Amis du canal", "is_company": True})
        self.bruno.parent_id = club
        self.profiles["association"].pricelist_id = self.student.pricelist_id
        club.tierslieu_profile_id = self.profiles["association"]
        self.assertEqual([self.price(1, self.bruno), self.price(1)], [4.8, 8.0])

    def test_a_visitor_pays_the_fare_for_everybody(self):
        self.assertEqual(self.price(1, self.visitor.partner_id), 8.0)

    def test_accountants_see_no_proof(self):
        accountant = new_test_user(
            self.env, "comptable", groups="account.group_account_manager", name="Dom Comptable",
            email="comptable@lequai.example",
        )
        proof = self.prove(date(2027, 1, 11), date(2027, 6, 30)).with_user(accountant)
        for operation in ("read", "write", "create", "unlink"):
            self.assertFalse(proof.has_access(operation))
        for call in (proof.action_accept, lambda: proof.action_refuse("No."),
                     lambda: self.alice.with_user(accountant).read(["tierslieu_profile_id"])):
            with self.assertRaises(AccessError):
                call()

    def test_a_fare_taken_away(self):
        self.prove(date(2027, 1, 11), date(2027, 6, 30))
        self.assertEqual(self.price(1), 4.8)
        self.student.active = False
        self.assertEqual(self.price(1), 8.0)


@tagged("post_install", "-at_install")
class TestProfileTours(Screens, WebsiteCase):
    """A student sends a proof, the team accepts it, the price changes and falls back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = create_profile_data(cls.env)
        price_the_student(cls.env, cls.profiles)
        cls.host = new_test_user(
            cls.env, "hote@lequai.example", groups="tierslieu_base.group_host",
            name="Sami Hôte", email="hote@lequai.example", lang="en_US",
        )

    def journey(self):
        page = f"/book/{self.room.id}?day={self.day}&length=60"
        self.start_tour(page, "tierslieu_fare_full", login=self.alix.login)
        self.start_tour("/my/fare", "tierslieu_fare_send", login=self.alix.login)
        self.start_tour(
            "/odoo/action-tierslieu_base.action_proof_check", "tierslieu_fare_accept",
            login=self.host.login,
        )
        proof = self.alix.partner_id.tierslieu_proof_ids
        self.assertEqual((proof.state, proof.decided_by), ("accepted", self.host))
        self.assertFalse(proof.file)
        self.start_tour(page, "tierslieu_fare_reduced", login=self.alix.login)
        # It ends the day before the one looked at: that day has the usual price again.
        proof.action_set_dates(proof.valid_from, self.day - timedelta(days=1))
        self.start_tour(page, "tierslieu_fare_full", login=self.alix.login)
        today = self.place.now_local().date()
        proof.action_set_dates(today - timedelta(days=90), today - timedelta(days=1))
        self.start_tour("/my/fare", "tierslieu_fare_ended", login=self.alix.login)

    @heavy
    def test_on_a_phone(self):
        self.on_a_phone()
        self.journey()

    @heavy
    def test_on_a_desk(self):
        self.on_a_desk()
        self.journey()
