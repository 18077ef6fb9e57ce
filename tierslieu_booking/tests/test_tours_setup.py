import logging
import time

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .tour_common import Screens

_logger = logging.getLogger(__name__)


@tagged("-at_install", "post_install")
class TestSetupTour(Screens, HttpCase):
    """From a database without a place to a first booking on the site, each step passed and found again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        english = cls.env["res.lang"]._activate_lang("en_US")
        cls.website = cls.env["website"].get_current_website()
        cls.website.write(
            {"language_ids": [Command.set(english.ids)], "default_lang_id": english.id, "homepage_url": False}
        )
        company = cls.env.company
        company.write({"tierslieu_legal_form": False, "email": False})
        cls.env["payment.provider"].search([("company_id", "=", company.id)]).write(
            {"state": "disabled", "is_published": False}
        )
        new_test_user(
            cls.env, "tour_manager", groups="tierslieu_base.group_manager", lang="en_US",
            password="tour_manager_password", email="camille@lagrange.example", name="Camille",
        )

    def walk(self):
        places = self.env["tierslieu.place"].search([])
        self.assertFalse(places, "The database is empty")
        begun = time.monotonic()
        # What is typed wrong on purpose: Odoo logs every sentence said to a user.
        with mute_logger("odoo.http"):
            self.start_tour("/odoo/today", "tierslieu_setup", login="tour_manager", timeout=180)
        _logger.info("From nothing to a first booking: %.0f s of machine time", time.monotonic() - begun)
        place = self.env["tierslieu.place"].search([])
        self.assertEqual(place.name, "La Grange")
        made = {space.setup_key: space for space in place.space_ids}
        self.assertEqual(set(made), {"nomad", "meeting", "meeting-2", "lounge", "hall"})
        self.assertEqual((made["nomad"].unit_count, made["meeting-2"].name), (8, "Upstairs"))
        booking = self.env["tierslieu.booking"].search([])
        self.assertEqual((booking.space_id, booking.state), (made["lounge"], "confirmed"))
        self.assertEqual((booking.amount_total, booking.payment_status), (18, "to_invoice"))
        self.assertEqual(self.website.homepage_url, "/welcome")
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])
        self.welcome()

    def welcome(self):
        """The page of welcome says what was typed, as words."""
        self.website.tierslieu_welcome_text = "<script>alert(1)</script>\n\nAt the end of the lane."
        page = self.url_open("/").text
        for words in ("Work, meet, learn", "At the end of the lane.", "Small lounge", "2 rue des Prés"):
            self.assertIn(words, page)
        self.assertNotIn("<script>alert(1)</script>", page)
        self.assertNotIn('href="/shop"', page)
        # Nothing of Odoo's sample site is left around it.
        for words in ("yourcompany", "555-555", "Company name", "My Website", "passionate people"):
            self.assertNotIn(words, page)

    def test_at_a_desk(self):
        self.on_a_desk()
        self.walk()

    @heavy
    def test_on_a_phone(self):
        self.on_a_phone()
        self.walk()
