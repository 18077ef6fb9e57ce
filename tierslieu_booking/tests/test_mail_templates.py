from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import BookingCase


@tagged("post_install", "-at_install")
class TestMailTemplates(BookingCase):
    """Odoo tries a template on any record when it is saved, and an upgrade saves them all."""

    def in_each_state(self):
        """Return a booking of each state, and one that waits for the team."""
        states = dict(self.Booking._fields["state"].selection)
        bookings = self.Booking
        for nth, state in enumerate(states):
            booking = self.reserve(self.desks, self.at(7 * nth + 1, 10))
            booking.sudo().write(
                {"state": state, "hold_until": fields.Datetime.now() + timedelta(hours=1) if state == "hold" else False}
            )
            bookings |= booking
        self.assertEqual(set(bookings.mapped("state")), set(states))
        waiting = self.reserve(self.desks, self.at(2, 10))
        waiting.sudo().write({"approval": "asked", "hold_until": False})
        return bookings | waiting

    def test_rendered_for_any_booking(self):
        templates = self.env["mail.template"].search([("model", "=", "tierslieu.booking")])
        self.assertGreater(len(templates), 5)
        bookings = self.in_each_state()
        for template in templates:
            for name in ("subject", "body_html"):
                with self.subTest(f"{template.name}: {name}"):
                    rendered = template._render_field(name, bookings.ids)
                    self.assertTrue(all(rendered[booking.id] for booking in bookings))
