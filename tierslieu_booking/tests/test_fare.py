from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.proof_common import create_profile_data

from .common import NOW
from .move_common import MoveCase
from .test_profile_prices import price_the_student

# Each cart page looks it up: a few queries for the profile, and some for each slot that differs.
QUERIES_A_SLOT = 8
QUERIES_ALIKE = 20


def _plain(sentence):
    """Return a sentence with its amounts as English writes them, whatever is installed."""
    return sentence.replace("\xa0", " ").replace(",", ".")


@tagged("post_install", "-at_install")
class TestFare(MoveCase):
    """Slots held as a visitor take the fare of who logs in: when asked, all together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = create_profile_data(cls.env)
        # A third off: amounts that do not fall on whole cents before they are rounded.
        price_the_student(cls.env, cls.profiles, percent=33.3)
        cls.student = cls.profiles["student"]
        cls.student.needs_proof = False
        cls.alice.tierslieu_profile_id = cls.student
        cls.member_user = cls.env["res.users"].create(
            {"login": "alice@lequai.example", "partner_id": cls.alice.id,
             "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)]}
        )

    def visitor_holds(self, *slots, partner=None):
        """Return the cart that someone filled without an account, then logged in with."""
        guest = self.website.user_id.partner_id
        bookings = [self.reserve(space, start, hours, guest) for space, start, hours in slots]
        order = self.cart(*bookings)
        order.partner_id = partner or self.alice
        self.env.flush_all()
        return order, self.Booking.union(*bookings)

    def two_rates(self):
        """Return a cart of a room at 20 % and a desk at 10 %."""
        return self.visitor_holds((self.room, self.at(1, 10), 2.5), (self.desks, self.at(2, 9), 4))

    def snapshot(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            order.amount_total,
            order.order_line.mapped(lambda line: (line.id, line.price_unit, line.name)),
            [
                (booking.id, booking.state, booking.profile_id.id, booking.hold_until,
                 booking.line_ids.mapped("amount"))
                for booking in order.tierslieu_booking_ids
            ],
        )

    def take(self, order, partner=None):
        said = order._tierslieu_take_fare(partner or self.alice)
        self.env.flush_all()
        self.env.invalidate_all()
        return said

    def assertUnchanged(self, order, words, partner=None):
        """Asking is refused with a sentence, and writes nothing."""
        before = self.snapshot(order)
        refusal = ""
        # Not by assertRaises: it would undo what was half done itself.
        try:
            order._tierslieu_take_fare(partner or self.alice)
        except UserError as error:
            refusal = str(error)
        self.assertIn(words, refusal)
        self.assertEqual(self.snapshot(order), before)

    # -- What is proposed

    def test_a_login_proposes_and_changes_nothing(self):
        order, _bookings = self.two_rates()
        before = self.snapshot(order)
        offer = order._tierslieu_fare_offer(self.alice)
        self.assertEqual(self.snapshot(order), before)
        self.assertEqual(order.amount_total, 32.0)
        self.assertTrue(offer["lower"])
        self.assertEqual(
            _plain(offer["sentence"]), "With your fare “Student”: 21.34 € instead of 32.00 €."
        )

    def test_nothing_to_propose(self):
        order, _bookings = self.two_rates()
        self.assertIsNone(order._tierslieu_fare_offer(self.bruno), "Somebody else's cart.")
        self.assertIsNone(order._tierslieu_fare_offer(self.env["res.partner"]))
        self.alice.tierslieu_profile_id = self.profiles["full"]
        self.assertIsNone(order._tierslieu_fare_offer(self.alice), "The fare for everybody.")
        guest = self.website.user_id.partner_id
        order, _bookings = self.visitor_holds((self.room, self.at(3, 10), 1), partner=guest)
        guest.tierslieu_profile_id = self.student
        self.assertIsNone(order._tierslieu_fare_offer(guest), "Nobody in particular.")

    def test_what_was_held_at_the_fare_is_not_proposed_again(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        self.assertEqual(booking.profile_id, self.student)
        order = self.cart(booking)
        # A price raised since is no matter of fare: what was shown stays.
        self.products["room_hour"].list_price = 80
        self.assertIsNone(order._tierslieu_fare_offer(self.alice))

    def test_two_fares_are_not_named(self):
        order, _bookings = self.two_rates()
        self.assertIn("“", order._tierslieu_fare_offer(self.alice)["sentence"])
        other = self.student.copy({"name": "Other", "code": "other"})
        kept = type(self.alice)._tierslieu_plan_profile_on

        def plan(partners, date):
            return {each.id: other for each in partners} if date == self.at(2, 9).date() else (
                kept(partners, date)
            )

        with patch.object(type(self.alice), "_tierslieu_plan_profile_on", plan):
            sentence = order._tierslieu_fare_offer(self.alice)["sentence"]
        self.assertNotIn("“", sentence)
        self.assertIn("With your fare:", sentence)

    # -- Taken

    def test_one_price_from_the_offer_to_the_invoice(self):
        order, bookings = self.two_rates()
        held = {booking: (booking.hold_until, booking.unit_ids) for booking in bookings}
        wanted = {
            booking: booking.space_id.quote(
                self.alice, booking.start, booking.stop, people=booking.people
            )["total"]
            for booking in bookings
        }
        said = self.take(order)
        self.assertIn("instead of 32.00 €", _plain(said))
        self.assertEqual({each: each.amount_total for each in bookings}, wanted)
        self.assertEqual(bookings.profile_id, self.student)
        self.assertEqual(bookings.mapped("state"), ["hold", "hold"])
        self.assertEqual(
            {each: (each.hold_until, each.unit_ids) for each in bookings}, held,
            "They are kept as long as they were, where they were.",
        )
        total = round(sum(wanted.values()), 2)
        self.assertEqual((order.amount_total, order.cart_quantity), (total, 2))
        order._recompute_cart()
        order._recompute_prices()
        self.assertEqual(order.amount_total, total)
        invoice = self.pay(order).invoice_ids
        self.assertEqual(
            (order.state, invoice.state, invoice.amount_total), ("sale", "posted", total)
        )
        room, desk = bookings
        taxes = {
            int(line.tax_line_id.amount): line.credit
            for line in invoice.line_ids.filtered("tax_line_id")
        }
        self.assertEqual(
            taxes,
            {20: float(self.vat_of_price(room)[20]), 10: float(self.vat_of_price(desk)[10])},
        )
        self.assertFalse(bookings.refund_ids)
        self.assertClean()

    def test_many_lines_become_fewer(self):
        """A fare with its own cheapest way: hours become a day."""
        order, bookings = self.visitor_holds((self.room, self.at(1, 9), 7))
        self.assertEqual(order.amount_total, 40.0)
        self.student.pricelist_id.item_ids = [
            Command.create(
                {"applied_on": "0_product_variant", "compute_price": "fixed", "fixed_price": price,
                 "product_id": self.products[name].id}
            )
            for name, price in (("room_hour", 1), ("room_day", 50))
        ]
        self.take(order)
        self.assertEqual(order.amount_total, 7.0)
        self.assertEqual(order.order_line.product_id, self.products["room_hour"])
        self.assertEqual(order.order_line.tierslieu_booking_line_id, bookings.line_ids)

    def test_twice_is_once(self):
        order, _bookings = self.two_rates()
        self.take(order)
        once = self.snapshot(order)
        self.assertIsNone(order._tierslieu_fare_offer(self.alice))
        self.assertIn("your own fare", self.take(order))
        self.assertEqual(self.snapshot(order), once)

    def test_the_rest_of_the_cart_stays(self):
        order, bookings = self.two_rates()
        paid = self.paid(space=self.lounge, partner=self.alice)
        change = paid._ask_move(self.at(1, 10), self.at(1, 14), space=self.lounge)
        order._tierslieu_add_change(change)
        mug = self.env["product.product"].create({"name": "Mug", "list_price": 7, "taxes_id": False})
        self.env["sale.order.line"].create({"order_id": order.id, "product_id": mug.id})
        lines = order.order_line.filtered(lambda line: line.tierslieu_booking_id not in bookings)
        before = lines.mapped(lambda line: (line.id, line.name, line.price_total))
        self.take(order)
        self.assertEqual(lines.mapped(lambda line: (line.id, line.name, line.price_total)), before)
        self.assertAlmostEqual(sum(bookings.mapped("amount_total")), 21.34)
        self.assertEqual(change.state, "pending")

    def test_rules_were_judged_when_it_was_held(self):
        order, bookings = self.visitor_holds((self.room, self.at(1, 10), 1))
        self.room.notice_hours = 100
        self.assertTrue(
            self.room.quote(self.alice, bookings.start, bookings.stop)["errors"]
        )
        self.take(order)
        self.assertAlmostEqual(bookings.amount_total, 5.34)
        self.assertFalse(self.env["tierslieu.override"].search_count(
            [("res_model", "=", "tierslieu.booking"), ("res_id", "=", bookings.id)]
        ))

    def test_what_can_be_priced_no_more_keeps_its_price(self):
        order, (room, desk) = self.two_rates()
        self.room.rate_ids.unlink()
        self.take(order)
        self.assertEqual(room.amount_total, 20.0)
        self.assertAlmostEqual(desk.amount_total, 8.0)
        self.assertAlmostEqual(order.amount_total, 28.0)

    # -- Refused

    def test_a_dearer_fare_is_said_and_not_taken(self):
        order, _bookings = self.two_rates()
        self.student.pricelist_id.item_ids.percent_price = -50
        offer = order._tierslieu_fare_offer(self.alice)
        self.assertFalse(offer["lower"])
        self.assertIn("48.00 € instead of 32.00 €", _plain(offer["sentence"]))
        self.assertIn("You keep the price", offer["sentence"])
        self.assertUnchanged(order, "You keep the price")

    def test_not_under_a_payment(self):
        order, _bookings = self.two_rates()
        tx = self.env["payment.transaction"].create(
            {"provider_id": self.provider.id, "payment_method_id": self.method.id,
             "reference": "under way", "amount": order.amount_total,
             "currency_id": order.currency_id.id, "partner_id": self.alice.id,
             "operation": "online_direct", "sale_order_ids": [Command.set(order.ids)]}
        )
        for state in ("draft", "pending", "authorized"):
            tx.state = state
            self.assertIsNone(order._tierslieu_fare_offer(self.alice))
            self.assertUnchanged(order, "A payment of this cart")

    def test_what_lapsed_leaves_and_the_rest_is_priced(self):
        order, (room, desk) = self.two_rates()
        desk.sudo()._renew_hold()
        with freeze_time(NOW + timedelta(minutes=20)):
            desk.sudo().write({"hold_until": NOW + timedelta(minutes=40)})
            self.take(order)
            self.assertEqual(order.tierslieu_booking_ids, desk)
            self.assertEqual(room.state, "expired")
            self.assertEqual(room.amount_total, 20.0)
            self.assertAlmostEqual(order.amount_total, 8.0)
            self.assertIn("Too much time went by", order.shop_warning)

    def test_all_lapsed(self):
        order, bookings = self.two_rates()
        late = freeze_time(NOW + timedelta(minutes=20))
        with late, self.assertRaisesRegex(UserError, "no slot any more"):
            order._tierslieu_take_fare(self.alice)
        self.assertEqual(sum(bookings.mapped("amount_total")), 32.0)

    def test_somebody_else_s_cart(self):
        order, _bookings = self.two_rates()
        self.bruno.tierslieu_profile_id = self.student
        self.assertUnchanged(order, "somebody else's", self.bruno)

    def test_nothing_is_half_done(self):
        order, bookings = self.two_rates()
        before = self.snapshot(order)
        reprice = type(bookings)._reprice

        def fail_on_the_second(booking, quote):
            if booking == bookings[1]:
                raise RuntimeError
            return reprice(booking, quote)

        # Not by assertRaises: it would undo what was half done itself.
        failed = False
        with patch.object(type(bookings), "_reprice", fail_on_the_second):
            try:
                order._tierslieu_take_fare(self.alice)
            except RuntimeError:
                failed = True
        self.assertTrue(failed)
        self.assertEqual(self.snapshot(order), before)

    # -- Queries

    def test_queries_of_the_offer(self):
        slots = [(self.desks, self.at(1, hour), 1) for hour in range(9, 15)]
        order, _bookings = self.visitor_holds(*slots)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            offer = order._tierslieu_fare_offer(self.alice)
            return offer, self.cr.sql_log_count - before

        count()
        offer, queries = count()
        self.assertEqual(len(offer["quotes"]), 6)
        self.assertLessEqual(queries, QUERIES_ALIKE + QUERIES_A_SLOT * 6)
        self.take(order)
        offer, queries = count()
        self.assertIsNone(offer)
        self.assertLessEqual(queries, QUERIES_ALIKE)
