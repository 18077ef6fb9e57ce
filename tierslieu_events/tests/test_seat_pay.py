from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_booking.tests.common import demo_payment
from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase

from .common import EventCase, create_evening, create_event


@tagged("post_install", "-at_install")
class TestPayTheLastSeats(WebsiteCase):
    """What a cart holds is its own: who put the last seats in it can pay them, and nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider, cls.method, _website = demo_payment(cls.env)
        cls.method.active = True
        cls.event = create_evening(cls, seats=2, tickets=[("Soutien", 2, 10.0)])
        cls.ticket = cls.event.event_ticket_ids

    def cart_of_both(self):
        """Let Alix put both seats in her cart; return it."""
        self.new_visitor(self.alix)
        self.post(
            f"/event/{self.event.id}/seats",
            {"name": "Alix", "email": "alix@example.org", f"number-{self.ticket.id}": "2"},
        )
        self.env.invalidate_all()
        return self.event.registration_ids.sale_order_id

    def pay(self, order):
        """Ask for a payment as the page does; return its answer."""
        self.env.flush_all()
        return self.url_open(
            f"/shop/payment/transaction/{order.id}",
            json={
                "jsonrpc": "2.0", "method": "call", "id": 1,
                "params": {
                    "access_token": order._portal_ensure_token(), "provider_id": self.provider.id,
                    "payment_method_id": self.method.id, "token_id": None, "flow": "direct",
                    "tokenization_requested": False, "landing_route": "/shop/payment/validate",
                },
            },
            timeout=60,
        ).json()

    def test_the_last_seats_can_be_paid(self):
        order = self.cart_of_both()
        self.assertEqual(self.event._tierslieu_left([(None, self.ticket)]), [(0, 2)])
        answer = self.pay(order)
        self.assertIn("reference", answer.get("result", {}), answer)
        order.transaction_ids._set_done()
        order.transaction_ids._post_process()
        self.assertEqual(self.event.registration_ids.mapped("state"), ["open", "open"])

    def test_seats_that_went_to_somebody_else_cannot(self):
        order = self.cart_of_both()
        self.event.registration_ids.tierslieu_hold_until = fields.Datetime.now() - timedelta(minutes=1)
        self.env["event.registration"].create(
            {"event_id": self.event.id, "event_ticket_id": self.ticket.id, "name": "Noé"}
        )
        with mute_logger("odoo.http"):
            answer = self.pay(order)
        self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.ValidationError")
        self.assertFalse(order.transaction_ids)


@tagged("post_install", "-at_install")
class TestWithoutPlace(EventCase):
    """Where a company has no place, Odoo's own promises hold: a cart holds seats from its payment on."""

    def setUp(self):
        super().setUp()
        self.company = self.env["res.company"].create({"name": "Ailleurs"})
        self.elsewhere = create_event(
            self.env(context=self.env.context | {"allowed_company_ids": self.company.ids}), seats=2,
            tickets=[("VIP", 1, 10.0)], company_id=self.company.id,
        ).with_env(self.env)
        self.vip = self.elsewhere.event_ticket_ids
        self.cart = self.env["sale.order"].create({"partner_id": self.bob.id, "company_id": self.company.id})
        self.cart.order_line = [
            Command.create(
                {"product_id": self.vip.product_id.id, "event_id": self.elsewhere.id, "event_ticket_id": self.vip.id}
            )
        ]
        self.seat = self.register(self.vip, sale_order_id=self.cart.id, sale_order_line_id=self.cart.order_line.id)

    def test_a_cart_holds_nothing_and_loses_nothing(self):
        self.assertFalse(self.elsewhere._tierslieu_host_place())
        self.assertEqual((self.seat.state, self.seat.tierslieu_hold_until), ("draft", False))
        self.assertEqual(self.left(self.vip, event=self.elsewhere), (1, 0))
        self.cart._tierslieu_drop_lapsed()
        self.assertTrue(self.seat.exists())
        self.assertFalse(self.cart._tierslieu_kept_until())

    def test_a_payment_holds_or_is_refused(self):
        self.cart._check_cart_is_ready_to_be_paid()
        self.assertEqual(self.left(self.vip, event=self.elsewhere), (0, 1))
        # The page of the cart says a time of a place: there is none.
        self.assertFalse(self.cart._tierslieu_kept_until())
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.register(self.vip)
        self.seat.tierslieu_hold_until = False
        self.register(self.vip)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.cart._check_cart_is_ready_to_be_paid()
