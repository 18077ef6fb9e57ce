from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common import create_booking_data


@tagged("-at_install", "post_install")
class TestTodayTours(HttpCase):
    """A host works through the day: on the keyboard of the desk, then with a thumb."""

    browser_size = "1280x800"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, value in create_booking_data(cls.env, open_every_day=True).items():
            setattr(cls, name, value)
        cls.env["tierslieu.place"].search([("id", "!=", cls.place.id)]).active = False
        # The tours read sentences in the language they are written in.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["res.users"].create(
            {
                "name": "Sami",
                "login": "today_host",
                "password": "today_host_password",
                "lang": "en_US",
                "tz": "Europe/Paris",
                "group_ids": [Command.set(cls.env.ref("tierslieu_base.group_host").ids)],
            }
        )
        # The browser's clock cannot be frozen: it is noon somewhere, and the place is there.
        now = fields.Datetime.now()
        shift = 12 - now.hour
        cls.place.tz = f"Etc/GMT{-shift:+d}" if shift else "UTC"
        people = cls.env["res.partner"].create(
            [{"name": name} for name in ("Alice Renaud", "Bruno Costa", "Claire Morel")]
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

    def test_with_a_thumb(self):
        self.browser_size = "390x844"
        self.start_tour("/odoo/today", "tierslieu_today_phone", login="today_host")
        self.assertEqual(self.bruno.state, "in_use")
