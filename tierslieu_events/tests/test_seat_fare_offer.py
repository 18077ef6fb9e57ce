from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import put_in
from .fare_common import FareCase


@tagged("post_install", "-at_install")
class TestSeatFareOffer(FareCase):
    """Seats that somebody put in their cart before they logged in: their fare is offered, and taken when asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guest = cls.website.user_id.partner_id

    def logged_in(self, ticket=None, number=1, partner=None, **options):
        """Return the cart that someone filled without an account, then logged in with."""
        order = self.order_of(self.guest, ticket, number, **options)
        order.partner_id = partner or self.alice
        self.env.flush_all()
        return order

    def plain(self, sentence):
        return sentence.replace("\xa0", " ").replace(",", ".")

    def test_offered_taken_paid(self):
        for shown in (False, True):
            with self.subTest(discounts=shown):
                self.show_discounts(shown)
                order = self.logged_in(number=2)
                offer = order._tierslieu_fare_offer(self.alice)
                self.assertEqual(order.amount_total, 24.0)
                self.assertTrue(offer["lower"])
                self.assertIn("“Étudiant”: 12.00 € instead of 24.00 €", self.plain(offer["sentence"]))
                said = order._tierslieu_take_fare(self.alice)
                self.assertIn("12.00 € instead of 24.00 €", self.plain(said))
                self.assertEqual((order.order_line.price_unit, order.order_line.discount), (6.0, 0.0))
                self.assertIsNone(order._tierslieu_fare_offer(self.alice))
                self.assertEqual(order._tierslieu_take_fare(self.alice), "Your seats are at your own fare.")
                order._recompute_prices()
                self.assertEqual(order.amount_total, 12.0)
                self.pay(order)
                self.assertEqual(order.invoice_ids.amount_total, 12.0)
        self.assertClean()

    def test_nothing_to_offer(self):
        order = self.logged_in(partner=self.bob)
        self.assertIsNone(order._tierslieu_fare_offer(self.bob), "No fare.")
        self.assertIsNone(order._tierslieu_fare_offer(self.alice), "Somebody else's cart.")
        self.assertIsNone(self.order_of(self.alice)._tierslieu_fare_offer(self.alice), "At the fare already.")
        self.assertIsNone(self.order_of(self.guest)._tierslieu_fare_offer(self.guest), "Nobody in particular.")
        self.reduced.tierslieu_own_price = True
        self.assertIsNone(self.logged_in(self.reduced)._tierslieu_fare_offer(self.alice), "Its own price.")
        self.full.write({"tierslieu_free_price": True, "tierslieu_suggested": 8.0})
        order = self.logged_in(tierslieu_seat_price=9.0)
        self.assertIsNone(order._tierslieu_fare_offer(self.alice), "Chosen.")
        self.assertEqual(order.amount_total, 9.0)

    def test_with_a_voucher(self):
        voucher = self.env["tierslieu.event.voucher"].create(
            {"code": "TIERS", "event_id": self.event.id, "uses": 9, "effect": "percent", "percent": 33.33}
        )
        order = self.logged_in(tierslieu_voucher_id=voucher.id)
        self.assertEqual(order.amount_total, 8.0)
        order._tierslieu_take_fare(self.alice)
        self.assertEqual(order.amount_total, 4.0)

    def test_with_a_slot(self):
        """Slots and seats of one cart are priced together; what has its own price stays."""
        self.reduced.tierslieu_own_price = True
        self.proof.valid_from = self.at(0, 10).date()
        booking = self.reserve(self.room, self.at(1, 10), 2, self.guest)
        order = self.cart(booking)
        put_in(put_in(order, self.full), self.reduced)
        order.partner_id = self.alice
        self.env.flush_all()
        self.assertEqual(order.amount_total, 34.0)
        self.assertIn("20.00 € instead of 34.00 €", self.plain(order._tierslieu_fare_offer(self.alice)["sentence"]))
        order._tierslieu_take_fare(self.alice)
        self.assertEqual((order.amount_total, booking.amount_total), (20.0, 8.0))
        self.assertEqual(sorted(order.order_line.mapped("price_total")), [6.0, 6.0, 8.0])
        self.pay(order)
        self.assertEqual(order.invoice_ids.amount_total, 20.0)
        self.assertClean()

    def test_dearer_is_said_and_not_taken(self):
        self.half.item_ids.percent_price = -50.0
        order = self.logged_in()
        offer = order._tierslieu_fare_offer(self.alice)
        self.assertFalse(offer["lower"])
        self.assertIn("You keep the price that you were shown.", offer["sentence"])
        with self.assertRaisesRegex(UserError, "You keep the price"), self.cr.savepoint():
            order._tierslieu_take_fare(self.alice)
        self.assertEqual(order.amount_total, 12.0)

    def test_one_more_seat_changes_no_price_that_was_shown(self):
        order = self.logged_in()
        put_in(order, self.full)
        self.assertEqual(order.order_line.mapped("price_total"), [12.0, 6.0])
        put_in(order, self.full)
        self.assertEqual(order.order_line.mapped("price_total"), [12.0, 12.0], "The second line has two of them.")
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1.0, 2.0])
        order._tierslieu_take_fare(self.alice)
        self.assertEqual(order.amount_total, 18.0)
        self.assertEqual(len(order._tierslieu_seats()), 3)
        self.assertClean()

    def test_not_what_has_lapsed_nor_under_a_payment(self):
        order = self.logged_in()
        with patch.object(self.registry["sale.order"], "_has_live_payment", lambda _order: True):
            self.assertIsNone(order._tierslieu_fare_offer(self.alice))
            with self.assertRaisesRegex(UserError, "payment"), self.cr.savepoint():
                order._tierslieu_take_fare(self.alice)
        with self.assertRaisesRegex(UserError, "somebody else"), self.cr.savepoint():
            order._tierslieu_take_fare(self.bob)
        with self.later(hours=1):
            self.assertIsNone(order._tierslieu_fare_offer(self.alice))
            with self.assertRaisesRegex(UserError, "keeps no slot"), self.cr.savepoint():
                order._tierslieu_take_fare(self.alice)
        order.order_line.registration_ids.tierslieu_hold_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertFalse(order._tierslieu_held_besides())

    def test_what_lapsed_leaves_and_the_rest_is_priced(self):
        order = self.order_of(self.guest)
        put_in(order, self.reduced)
        order.partner_id = self.alice
        first, second = order.order_line
        self.assertEqual(list(order._tierslieu_fare_offer(self.alice)["besides"]), [first, second])
        first.registration_ids.tierslieu_hold_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(list(order._tierslieu_fare_offer(self.alice)["besides"]), [second])
        order._tierslieu_take_fare(self.alice)
        self.assertEqual((order.order_line, order.amount_total), (second, 3.0))
