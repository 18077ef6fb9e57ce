from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import NOW
from .test_money import MoneyCase


@tagged("post_install", "-at_install")
class TestReceptionPayment(MoneyCase):
    """Booked on the site, paid at the reception: firm at once, owed until it is collected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["payment.provider"]._tierslieu_open_reception(cls.env.company)
        cls.method = cls.env.ref("tierslieu_booking.payment_method_reception")

    def choose(self, order):
        """Choose the reception on the payment page; a new transaction that waits."""
        return self.env["payment.transaction"].with_user(self.visitor).sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name}-{len(order.transaction_ids)}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_redirect",
                "sale_order_ids": [(6, 0, order.ids)],
            }
        )

    def process(self, tx):
        tx._process("custom", {"reference": tx.reference})
        tx.sudo()._post_process()
        self.env.invalidate_all()

    def offered(self, order):
        providers = self.env["payment.provider"]._get_compatible_providers(
            self.env.company.id, order.partner_id.id, order.amount_total,
            currency_id=order.currency_id.id, sale_order_id=order.id,
        )
        return self.provider in providers

    def test_confirms_at_once_and_is_owed(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(room)
        self.assertTrue(self.offered(order))
        tx = self.choose(order)
        self.process(tx)
        self.assertEqual((tx.state, order.state, room.state), ("pending", "sale", "confirmed"))
        self.assertEqual(room.payment_status, "to_invoice")
        self.assertFalse(room.invoice_ids)
        self.assertFalse(tx.payment_id)
        # The page polls again, and the scheduler comes by.
        self.process(tx)
        self.assertEqual(room.state, "confirmed")
        self.assertClean()

    def test_collected_at_the_till(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        self.process(self.choose(self.cart(room)))
        wizard = self.env["tierslieu.collect"].with_user(self.host).create({"booking_ids": room.ids})
        self.assertEqual(wizard.amount, 16)
        wizard.action_collect()
        self.env.invalidate_all()
        self.assertEqual(room.payment_status, "paid")
        self.assertEqual(room.invoice_ids.amount_total, 16)
        self.assertClean()

    def test_cancelled_before_it_is_paid(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        self.process(self.choose(self.cart(room)))
        room.action_cancel()
        self.assertEqual(room.state, "cancelled")
        self.assertFalse(room.refund_ids)
        self.assertFalse(room.invoice_ids.filtered(lambda move: move.state == "posted"))
        self.assertClean()

    def test_lost_meanwhile(self):
        """The page was left open for an hour: what someone else took is not theirs."""
        room = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(room)
        tx = self.choose(order)
        with freeze_time(NOW + timedelta(hours=1)):
            other = self.reserve(self.room, self.at(1, 10), 2, partner=self.bruno)
            other.action_confirm()
            self.process(tx)
        self.assertEqual((order.state, room.state, other.state), ("cancel", "expired", "confirmed"))
        self.assertClean()

    def test_for_time_alone(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(room)
        tx = self.choose(order)
        order.order_line = [
            (0, 0, {"product_id": self.env["product.product"].create({"name": "Carnet"}).id})
        ]
        self.assertFalse(self.offered(order))
        with self.assertRaisesRegex(ValidationError, "Only bookings"):
            self.choose(order)
        self.process(tx)
        self.assertEqual((order.state, room.state), ("sent", "hold"))

    def test_an_invoice_is_not_put_off(self):
        providers = self.env["payment.provider"]._get_compatible_providers(
            self.env.company.id, self.alice.id, 10.0, currency_id=self.env.company.currency_id.id
        )
        self.assertNotIn(self.provider, providers)

    def test_no_more_than_the_limit(self):
        """Nobody keeps a week of rooms by promising to pay."""
        self.env["ir.config_parameter"].set_param("tierslieu_booking.max_live_holds", "2")
        for day in (1, 2):
            self.process(self.choose(self.cart(self.reserve(self.room, self.at(day, 10), 1))))
        third = self.cart(self.reserve(self.lounge, self.at(1, 14), 1))
        with self.assertRaisesRegex(ValidationError, "2 bookings to come"):
            self.choose(third)
        same_address = self.env["res.partner"].create(
            {"name": "Alice encore", "email": "ALICE@lequai.example"}
        )
        again = self.cart(self.reserve(self.lounge, self.at(2, 14), 1, partner=same_address))
        with self.assertRaisesRegex(ValidationError, "2 bookings to come"):
            self.choose(again)
        other = self.cart(self.reserve(self.lounge, self.at(3, 14), 1, partner=self.bruno))
        self.process(self.choose(other))
        self.assertEqual(other.state, "sale")


    def test_who_owes_at_the_reception_can_be_forgotten_later(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        self.process(self.choose(self.cart(room)))
        said = self.alice._tierslieu_money_between_us()
        self.assertFalse([line for line in said if "under way" in line])
