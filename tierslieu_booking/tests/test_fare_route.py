import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.proof_common import create_profile_data

from .http_common import WebsiteCase
from .test_profile_prices import price_the_student


@tagged("-at_install", "post_install")
class TestFareRoute(WebsiteCase):
    """The cart of a visitor who logs in: what it shows, what the button does, for whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = create_profile_data(cls.env)
        price_the_student(cls.env, cls.profiles)
        cls.student = cls.profiles["student"]
        cls.student.needs_proof = False
        cls.alix.partner_id.tierslieu_profile_id = cls.student

    def hold_then_log_in(self, user=None, hours=(10,)):
        """Hold slots as a visitor, then log in in the same browser; return the bookings."""
        before = self.Booking.search([])
        self.new_visitor()
        for hour in hours:
            self.assertEqual(self.hold(start=self.at(hour)).status_code, 303)
        self.log_in(user or self.alix)
        return self.Booking.search([]) - before

    def cart_page(self):
        answer = self.get("/shop/cart")
        self.assertEqual(answer.status_code, 200)
        plain = re.sub(r"<[^>]+>", " ", answer.text).replace("\xa0", " ")
        return " ".join(plain.split()), answer.text

    def take(self, **form):
        answer = self.post("/book/fare", form)
        self.env.invalidate_all()
        return answer

    def test_the_whole_way(self):
        booking = self.hold_then_log_in()
        text, source = self.cart_page()
        self.assertEqual((booking.partner_id, booking.amount_total), (self.alix.partner_id, 8.0))
        self.assertIn("4.80 € instead of 8.00 €", text)
        self.assertIn('action="/book/fare"', source)
        checkout = self.get("/shop/checkout").text
        self.assertIn('action="/book/fare"', checkout)
        answer = self.take(back="/shop/checkout")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith("/shop/checkout"))
        self.assertEqual(booking.amount_total, 4.8)
        self.assertEqual(booking.sale_order_id.amount_total, 4.8)
        text, source = self.cart_page()
        self.assertIn("Your fare is applied: 4.80 € instead of 8.00 €", text, "Said, once.")
        self.assertNotIn('action="/book/fare"', source)
        self.assertNotIn("instead of", self.cart_page()[0])
        # A second tap
        self.take()
        self.assertEqual(booking.amount_total, 4.8)
        self.assertIn("Your slots are at your own fare.", self.cart_page()[0])

    def test_a_dearer_fare_has_no_button(self):
        self.student.pricelist_id.item_ids.percent_price = -50
        booking = self.hold_then_log_in()
        text, source = self.cart_page()
        self.assertIn("12.00 € instead of 8.00 €", text)
        self.assertNotIn('action="/book/fare"', source)
        self.take()
        self.assertEqual(booking.amount_total, 8.0)
        self.assertIn("You keep the price that you were shown.", self.cart_page()[0])

    def test_a_visitor_is_asked_to_log_in(self):
        self.new_visitor()
        self.hold()
        booking = self.Booking.search([], limit=1, order="id desc")
        _text, source = self.cart_page()
        self.assertNotIn("/book/fare", source)
        answer = self.assertWritesNothing(self.take)
        self.assertIn("/web/login?redirect=%2Fshop%2Fcart", answer.headers["Location"])
        self.assertEqual(booking.amount_total, 8.0)

    def test_only_one_s_own_cart(self):
        booking = self.hold_then_log_in()
        self.cart_page()
        order = booking.sale_order_id
        self.noe.partner_id.tierslieu_profile_id = self.student
        self.new_visitor(self.noe)
        for form in ({}, {"order_id": order.id, "sale_order_id": order.id, "id": order.id,
                          "partner_id": self.alix.partner_id.id, "booking_id": booking.id,
                          "access_token": order.access_token or ""}):
            answer = self.assertWritesNothing(lambda form=form: self.take(**form))
            self.assertEqual(answer.status_code, 303)
            self.assertIn("Your cart is empty", self.cart_page()[0])
        self.assertEqual(booking.amount_total, 8.0)

    def test_only_back_to_its_own_pages(self):
        self.hold_then_log_in()
        for back in ("https://evil.example", "//evil.example", "/web", "javascript:alert(1)", ""):
            self.assertTrue(self.take(back=back).headers["Location"].endswith("/shop/cart"))

    def test_lapsed_meanwhile(self):
        booking = self.hold_then_log_in()
        self.cart_page()
        past = self.at(10, day=-8)
        booking.sudo().write({"hold_until": past})
        booking.sudo().occupancy_ids.write({"hold_until": past})
        answer = self.take(back="/shop/checkout")
        self.assertTrue(answer.headers["Location"].endswith("/shop/cart"))
        text, _source = self.cart_page()
        self.assertEqual(text.count("Too much time went by"), 1)
        self.assertNotIn("no slot any more", text)
        self.assertEqual((booking.state, booking.amount_total), ("expired", 8.0))

    @mute_logger("odoo.http")
    def test_by_post_with_its_token_only(self):
        booking = self.hold_then_log_in()
        self.cart_page()
        answer = self.assertWritesNothing(lambda: self.get("/book/fare"))
        self.assertIn(answer.status_code, (404, 405))
        answer = self.assertWritesNothing(lambda: self.post("/book/fare", csrf=False))
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(booking.amount_total, 8.0)

    def test_a_lot_of_tries(self):
        booking = self.hold_then_log_in()
        self.cart_page()
        with patch("odoo.addons.tierslieu_booking.controllers.book.TRIES_AN_HOUR", 0):
            self.take()
        self.assertIn("a lot of tries", self.cart_page()[0])
        self.assertEqual(booking.amount_total, 8.0)

    def test_a_line_removed_without_a_reload(self):
        first, _second = self.hold_then_log_in(hours=(10, 14)).sorted("start")
        self.cart_page()
        answer = self.make_jsonrpc_request(
            "/shop/cart/update", {"line_id": first.sale_line_ids.id, "quantity": 0}
        )
        lines = answer["website_sale.cart_lines"].replace("\xa0", " ")
        self.assertIn("/book/fare", lines)
        self.assertIn("8.00", lines)
        self.assertNotIn("16.00", lines)
