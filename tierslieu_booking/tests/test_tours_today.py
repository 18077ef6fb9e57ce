from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .tour_common import DeskTourCase


@tagged("-at_install", "post_install")
class TestTodayTours(DeskTourCase):
    """A host works through the day: on the keyboard of the desk, then with a thumb."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a_host("today_host")
        # The browser's clock cannot be frozen: it is noon somewhere, and the place is there.
        now = fields.Datetime.now()
        shift = 12 - now.hour
        cls.place.tz = f"Etc/GMT{-shift:+d}" if shift else "UTC"
        people = cls.env["res.partner"].create(
            [
                {"name": name}
                for name in ("Alice Renaud", "Bruno Costa", "Claire Morel", "Zoé Lambert", "Zoé Petit")
            ]
        )
        soon = now + timedelta(minutes=10)
        cls.alice = cls.book(cls.desks, people[0], soon)
        cls.bruno = cls.book(cls.room, people[1], now - timedelta(minutes=40), length=100)
        cls.claire = cls.book(cls.lounge, people[2], soon, people=8, note="Chairs in a circle")

    @classmethod
    def book(cls, space, partner, start, length=60, **values):
        """Book what has begun already: a place takes bookings of the past from nobody."""
        booking = cls.env["tierslieu.booking"].create(
            {"space_id": space.id, "partner_id": partner.id, "start": start,
             "stop": start + timedelta(minutes=length), "state": "confirmed",
             "line_ids": [Command.create({"product_id": cls.products["room_hour"].id,
                                          "description": "Hour", "count": 1, "amount": 8})],
             **values}
        )
        booking._occupy("firm")
        return booking

    def test_by_keyboard(self):
        self.start_tour("/odoo/today", "tierslieu_today", login="today_host")
        self.assertEqual(self.alice.state, "in_use")
        self.assertEqual((self.bruno.state, self.bruno.payment_status), ("no_show", "paid"))
        self.assertTrue(self.claire.set_up_at)
        note = self.env["tierslieu.handover"].search([("place_id", "=", self.place.id)])
        self.assertEqual((note.text, note.done_by_id.login), ("A parcel for Alice", "today_host"))

    def test_the_app_opens_on_it(self):
        root = self.env.ref("tierslieu_base.menu_root")
        first = self.env["ir.ui.menu"].search([("parent_id", "=", root.id)], limit=1)
        self.assertEqual(first.action, self.env.ref("tierslieu_booking.action_today"))

    @heavy
    def test_with_a_thumb(self):
        self.browser_size = "390x844"
        self.start_tour("/odoo/today", "tierslieu_today_phone", login="today_host")
        self.assertEqual(self.bruno.state, "in_use")

    @heavy
    def test_a_question_by_keyboard(self):
        self.start_tour("/odoo/today", "tierslieu_ask", login="today_host")
        booked = self.env["tierslieu.booking"].search([("create_uid.login", "=", "today_host")])
        self.assertEqual(
            sorted((one.partner_id.name[:4], one.space_id.name, one.state) for one in booked),
            [
                ("Alic", "Coworking", "cancelled"),
                ("Brun", "Petit salon", "confirmed"),
                ("Zoé ", "Coworking", "confirmed"),
                ("Éloï", "Petit salon", "confirmed"),
            ],
        )

    @heavy
    def test_a_question_with_a_thumb(self):
        self.browser_size = "390x844"
        self.start_tour("/odoo/today", "tierslieu_ask_phone", login="today_host")
        booked = self.env["tierslieu.booking"].search([("create_uid.login", "=", "today_host")])
        self.assertEqual((booked.partner_id.name, booked.state), ("Alice Renaud", "confirmed"))
