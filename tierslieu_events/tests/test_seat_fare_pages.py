import re

from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.proof_common import create_profile_data
from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase
from odoo.addons.tierslieu_booking.tests.test_profile_prices import price_the_student

from .common import create_evening


@tagged("post_install", "-at_install")
class TestSeatFarePages(WebsiteCase):
    """Seats of a visitor who logs in: the page, the cart and the button say one price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = create_evening(cls, seats=20, tickets=[("Plein", 0, 10.0)])
        cls.ticket = cls.event.event_ticket_ids
        cls.profiles = create_profile_data(cls.env)
        price_the_student(cls.env, cls.profiles)
        student = cls.profiles["student"]
        student.needs_proof = False
        cls.alix.partner_id.tierslieu_profile_id = student

    def ask(self, number=1):
        return self.post(
            f"/event/{self.event.id}/seats",
            {"name": "Alix", "email": "alix@lequai.example", f"number-{self.ticket.id}": str(number)},
        )

    def plain(self, path):
        text = self.get(path).text
        return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\xa0", " ").split()), text

    def test_the_whole_way(self):
        """Ten euros for a visitor, six for the student that they turn out to be."""
        self.new_visitor()
        self.assertIn("10.00 €", self.plain(f"/event/{self.event.id}/seats")[0])
        self.assertTrue(self.ask(2).headers["Location"].endswith("/shop/cart"))
        self.assertNotIn('action="/book/fare"', self.plain("/shop/cart")[1])
        self.log_in(self.alix)
        text, source = self.plain("/shop/cart")
        self.env.invalidate_all()
        order = self.event.registration_ids.sale_order_id
        self.assertEqual((order.partner_id, order.amount_total), (self.alix.partner_id, 20.0))
        self.assertIn("“Student”: 12.00 € instead of 20.00 €", text)
        self.assertIn('action="/book/fare"', source)
        self.assertIn("6.00 €", self.plain(f"/event/{self.event.id}/seats")[0])
        self.assertEqual(self.post("/book/fare", {}).status_code, 303)
        self.env.invalidate_all()
        self.assertEqual((order.amount_total, order.order_line.price_unit), (12.0, 6.0))
        text, source = self.plain("/shop/cart")
        self.assertIn("Your fare is applied: 12.00 € instead of 20.00 €", text)
        self.assertNotIn('action="/book/fare"', source)
        self.post("/book/fare", {})
        self.assertIn("Your seats are at your own fare.", self.plain("/shop/cart")[0])
        # One more is at the same price, on the same line.
        self.ask()
        self.env.invalidate_all()
        self.assertEqual((order.amount_total, len(order.order_line)), (18.0, 1))

    def test_one_more_after_the_login(self):
        self.new_visitor()
        self.ask()
        self.log_in(self.alix)
        self.ask()
        self.env.invalidate_all()
        order = self.event.registration_ids.sale_order_id
        self.assertEqual(order.order_line.mapped("price_total"), [10.0, 6.0])
        self.post("/book/fare", {})
        self.env.invalidate_all()
        self.assertEqual(order.amount_total, 12.0)
