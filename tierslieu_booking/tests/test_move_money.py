import random
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import FULL

from .common import NOW
from .move_common import MoveCase

WALKS = 3 if FULL else 1


@tagged("post_install", "-at_install")
class TestCheaper(MoveCase):
    """A credit note of the difference, and its money back."""

    def test_account_by_account(self):
        booking = self.paid(hours=3)
        [invoice] = booking.invoice_ids
        bank = self.entries(booking.sale_order_id.transaction_ids.payment_id.move_id)
        self.move(booking, self.at(2, 14), 2)
        credit = booking.invoice_ids - invoice
        customer = invoice.partner_id.property_account_receivable_id.code
        income = invoice.invoice_line_ids.account_id.code
        vat = invoice.line_ids.filtered("tax_line_id").account_id.code
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertIn(booking.name, credit.ref)
        # 24.00 is taken back and 16.00 charged: what is left is 8.00, of which 1.33 of VAT.
        sums = {customer: 0.0, income: 0.0, vat: 0.0}
        for line in credit.line_ids:
            sums[line.account_id.code] += line.debit - line.credit
        self.assertEqual(
            {code: round(amount, 2) for code, amount in sums.items()},
            {customer: -8.0, income: 6.67, vat: 1.33},
        )
        self.assertEqual(
            self.balances(booking), {customer: 16.0, income: -13.33, vat: -2.67}
        )
        self.assertEqual(self.refunded(booking), [("pending", 8.0)])
        self.assertEqual(booking.payment_status, "paid")
        self.assertBooks(booking, 16.0)
        # The money leaves once nobody can undo it any more.
        self.run_cron("cron_send_refunds")
        self.assertEqual(self.refunded(booking), [("pending", 8.0)])
        with freeze_time(NOW + timedelta(minutes=6)):
            self.run_cron("cron_send_refunds")
            self.run_cron("cron_send_refunds")
        self.assertEqual(self.refunded(booking), [("done", 8.0)])
        back = booking.refund_ids.refund_transaction_id.payment_id.move_id
        self.assertEqual(
            self.entries(back), {customer: (8.0, 0.0), (set(bank) - {customer}).pop(): (0.0, 8.0)}
        )
        self.assertFalse(self.open_amounts(booking))
        self.assertBooks(booking, 16.0)

    def test_an_unpaid_invoice_is_owed_less(self):
        booking = self.at_the_desk(hours=3, collect=False)
        self.move(booking, self.at(2, 14), 2)
        self.assertEqual(self.documents(booking), [("invoice", 24.0), ("refund", 8.0)])
        self.assertEqual(self.open_amounts(booking), {"invoice": 16.0})
        self.assertFalse(booking.refund_ids)
        self.assertEqual(booking.payment_status, "to_pay")
        self.assertEqual(self.collect(booking), 16.0)
        self.assertEqual(booking.payment_status, "paid")
        self.assertBooks(booking, 16.0)

    def test_cash_goes_back_by_hand(self):
        booking = self.at_the_desk(hours=3)
        self.move(booking, self.at(2, 14), 2)
        self.assertEqual(self.refunded(booking), [("manual", 8.0)])
        self.assertRegex(booking.activity_ids.summary, "8[.,]00")
        self.assertBooks(booking, 16.0)

    def test_a_shared_order_gives_back_its_part_only(self):
        room = self.reserve(self.room, self.at(1, 10), 3)
        desk = self.reserve(self.desks, self.at(1, 10), 2)
        order = self.cart(room, desk)
        self.pay(order)
        self.move(room, self.at(1, 14), 1)
        self.assertEqual(self.refunded(room), [("pending", 16.0)])
        self.assertFalse(desk.refund_ids)
        self.assertEqual(order.amount_total, 14.0)
        desk.action_cancel()
        room.action_cancel()
        refunds = (room | desk).refund_ids
        self.assertEqual(sum(refunds.mapped("amount")), 30.0)
        self.assertEqual(set(refunds.mapped("state")), {"pending"})
        self.assertFalse(order.amount_total)
        self.assertClean()

    def test_a_free_slot_gives_everything_back(self):
        self.products["kitchen_hour"].list_price = 0
        booking = self.paid()
        self.move(booking, self.at(1, 14), 2, self.kitchen)
        self.assertEqual(self.refunded(booking), [("pending", 16.0)])
        self.assertBooks(booking, 0.0)


@tagged("post_install", "-at_install")
class TestDearer(MoveCase):
    """A complement, posted as the invoice was, and to pay."""

    def test_account_by_account(self):
        booking = self.paid()
        [invoice] = booking.invoice_ids
        self.move(booking, self.at(2, 14), 3)
        complement = booking.invoice_ids - invoice
        self.assertEqual((complement.move_type, complement.state), ("out_invoice", "posted"))
        customer = invoice.partner_id.property_account_receivable_id.code
        income = invoice.invoice_line_ids.account_id.code
        vat = invoice.line_ids.filtered("tax_line_id").account_id.code
        self.assertEqual(self.balances(booking), {customer: 24.0, income: -20.0, vat: -4.0})
        self.assertEqual(self.open_amounts(booking), {"invoice": 8.0})
        self.assertEqual(booking.payment_status, "to_pay")
        self.assertIn(booking, self.Booking.search([("payment_status", "=", "to_pay")]))
        self.assertEqual(self.collect(booking), 8.0)
        self.assertEqual(booking.payment_status, "paid")
        self.assertFalse(self.open_amounts(booking))
        self.assertFalse(booking.refund_ids)
        self.assertBooks(booking, 24.0)

    def test_a_cent_of_vat_does_not_drift(self):
        """8.00 and 8.00 more: 2.67 of VAT as on one invoice, not twice 1.33."""
        booking = self.paid(hours=1)
        self.move(booking, self.at(2, 14), 2)
        self.assertEqual([str(vat) for vat in self.vat(booking).values()], ["2.67"])
        self.assertBooks(booking, 16.0)

    def test_an_order_not_invoiced_follows(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        self.cart(booking).action_confirm()
        self.move(booking, self.at(2, 9), 8)
        [line] = booking.sale_line_ids
        self.assertEqual((line.product_id, line.price_total), (self.products["room_day"], 40.0))
        self.assertIn("Wednesday", line.name)
        self.assertEqual(booking.payment_status, "to_invoice")
        self.move(booking, self.at(2, 9), 1)
        self.assertEqual((line.product_id, line.price_total), (self.products["room_hour"], 8.0))
        self.assertEqual(self.collect(booking), 8.0)
        self.assertBooks(booking, 8.0)

    def test_several_price_lines_follow(self):
        booking = self.reserve(self.room, self.at(1, 9), 8)
        booking.action_confirm()
        booking._create_order()
        # A day, and two hours of the next one.
        stop = self.at(2, 11)
        booking.with_user(self.host).action_move(self.at(1, 9), stop)
        lines = booking.sale_line_ids
        self.assertEqual(sorted(lines.mapped("price_total")), [16.0, 40.0])
        booking.with_user(self.host).action_move(self.at(1, 9), self.at(1, 10))
        self.assertEqual(sum(lines.mapped("price_total")), 8.0)
        booking._invoice()
        self.assertBooks(booking, 8.0)

    def test_a_draft_invoice_follows(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        booking.action_confirm()
        order = booking._create_order()
        invoice = order._create_invoices()
        self.move(booking, self.at(2, 14), 3)
        self.assertEqual((invoice.state, invoice.amount_total), ("draft", 24.0))
        invoice.action_post()
        self.assertEqual(booking.invoice_ids, invoice)
        self.assertBooks(booking, 24.0)

    def test_a_cart_follows(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(booking)
        until = booking.hold_until
        self.move(booking, self.at(2, 9), 3, self.desks)
        self.assertEqual((booking.state, booking.hold_until), ("hold", until))
        self.assertEqual((order.amount_total, order.cart_quantity), (9.0, 1))
        order._recompute_cart()
        self.assertEqual(order.amount_total, 9.0)
        self.move(booking, self.at(2, 9), 8, self.room)
        self.assertEqual(order.amount_total, 40.0)
        self.pay(order)
        self.assertEqual(booking.state, "confirmed")
        self.assertBooks(booking, 40.0)

    def test_a_cart_keeps_its_slot_when_it_loses_a_price_line(self):
        booking = self.Booking.reserve(self.room, self.alice, self.at(1, 9), self.at(2, 11))
        order = self.cart(booking)
        self.assertEqual(len(order.order_line), 2)
        self.move(booking, self.at(2, 10), 1)
        self.assertEqual((len(order.order_line), order.amount_total), (1, 8.0))
        self.assertEqual(booking.state, "hold")
        self.assertClean()

    def test_paid_on_line_and_never_invoiced(self):
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "False")
        booking = self.paid(hours=3)
        self.assertFalse(booking.invoice_ids)
        self.move(booking, self.at(2, 14), 2)
        self.assertEqual(self.refunded(booking), [("pending", 8.0)])
        booking.action_cancel()
        self.assertEqual(sum(booking.refund_ids.mapped("amount")), 24.0)
        self.assertClean()


@tagged("post_install", "-at_install")
class TestOtherTax(MoveCase):
    def test_same_price_another_rate_of_vat(self):
        booking = self.paid(space=self.kitchen)
        self.assertEqual(self.vat(booking), self.vat_of_price(booking))
        self.move(booking, self.at(2, 14), 2, self.room)
        self.assertEqual(self.documents(booking), [("invoice", 16.0), ("invoice", 0.0)])
        correction = booking.invoice_ids.sorted("id")[-1]
        self.assertIn(correction.payment_state, ("paid", "in_payment"))
        self.assertEqual({rate: str(vat) for rate, vat in self.vat(booking).items()},
                         {20: "2.67"})
        self.assertEqual(booking.payment_status, "paid")
        self.assertFalse(booking.refund_ids)
        self.assertBooks(booking, 16.0)
        booking.action_cancel()
        self.assertEqual(self.refunded(booking), [("pending", 16.0)])
        self.assertBooks(booking, 0.0)

    def test_from_a_desk_to_a_room(self):
        booking = self.paid(space=self.desks, hours=4)
        self.move(booking, self.at(2, 14), 2, self.room)
        self.assertEqual(self.open_amounts(booking), {"invoice": 4.0})
        self.assertBooks(booking, 16.0)
        self.move(booking, self.at(2, 14), 1, self.desks)
        self.assertEqual(self.refunded(booking), [("pending", 9.0)])
        self.assertBooks(booking, 3.0)


@tagged("post_install", "-at_install")
class TestAgain(MoveCase):
    """Twice, back, then cancelled: each euro is credited once and goes back once."""

    def test_twice_and_back(self):
        booking = self.paid()
        self.move(booking, self.at(2, 9), 4)
        self.move(booking, self.at(3, 9), 1)
        self.move(booking, self.at(1, 10), 2)
        self.assertEqual(
            self.documents(booking),
            [("invoice", 16.0), ("invoice", 16.0), ("refund", 24.0), ("invoice", 8.0)],
        )
        # Nothing had left: what was owed back pays for the way back.
        self.assertFalse(booking.refund_ids)
        self.assertFalse(self.open_amounts(booking))
        self.assertEqual(booking.payment_status, "paid")
        self.assertBooks(booking, 16.0)

    def test_back_after_the_money_left(self):
        booking = self.paid(hours=3)
        self.move(booking, self.at(2, 9), 2)
        with freeze_time(NOW + timedelta(minutes=6)):
            self.run_cron("cron_send_refunds")
            self.move(booking, self.at(1, 10), 3)
        self.assertEqual(self.refunded(booking), [("done", 8.0)])
        self.assertEqual(booking.payment_status, "to_pay")
        self.assertEqual(self.collect(booking), 8.0)
        self.assertBooks(booking, 24.0)
        booking.action_cancel()
        self.assertEqual(
            self.refunded(booking), [("done", 8.0), ("pending", 16.0), ("manual", 8.0)]
        )
        self.assertBooks(booking, 0.0)

    def test_half_way_back(self):
        booking = self.paid(hours=4)
        self.move(booking, self.at(2, 9), 1)
        self.assertEqual(self.refunded(booking), [("pending", 24.0)])
        self.move(booking, self.at(2, 9), 2)
        self.assertEqual(self.refunded(booking), [("pending", 16.0)])
        with freeze_time(NOW + timedelta(minutes=6)):
            self.run_cron("cron_send_refunds")
        self.assertEqual(self.refunded(booking), [("done", 16.0)])
        self.assertFalse(self.open_amounts(booking))
        self.assertBooks(booking, 16.0)

    def test_cash_half_way_back_asks_the_team_for_less(self):
        booking = self.at_the_desk(hours=4)
        self.move(booking, self.at(2, 9), 1)
        self.move(booking, self.at(2, 9), 2)
        self.assertEqual(self.refunded(booking), [("manual", 16.0)])
        self.assertEqual(len(booking.activity_ids), 1)
        self.assertRegex(booking.activity_ids.summary, "16[.,]00")
        self.move(booking, self.at(2, 9), 4)
        self.assertFalse(booking.refund_ids)
        self.assertFalse(booking.activity_ids)
        self.assertBooks(booking, 32.0)

    def test_what_a_provider_refused_is_not_netted(self):
        booking = self.paid(hours=3)
        self.move(booking, self.at(2, 9), 2)
        booking.refund_ids._fail("No")
        self.move(booking, self.at(1, 10), 3)
        self.assertEqual(self.refunded(booking), [("failed", 8.0)])
        self.assertEqual(self.open_amounts(booking), {"refund": 8.0, "invoice": 8.0})

    def test_cancelled_after_a_cheaper_move(self):
        booking = self.paid(hours=3)
        self.move(booking, self.at(2, 9), 2)
        booking.action_cancel()
        booking.action_cancel()
        with freeze_time(NOW + timedelta(minutes=6)):
            self.run_cron("cron_send_refunds")
            self.run_cron("cron_send_refunds")
        self.assertEqual(self.refunded(booking), [("done", 8.0), ("done", 16.0)])
        tx = booking.refund_ids.transaction_id
        self.assertEqual(sum(tx.child_transaction_ids.mapped("amount")), -24.0)
        self.assertEqual(booking.payment_status, "credited")
        self.assertFalse(self.open_amounts(booking))
        self.assertBooks(booking, 0.0)

    def test_cancelled_after_a_dearer_move_unpaid(self):
        booking = self.paid(hours=2)
        self.move(booking, self.at(2, 9), 4)
        booking.action_cancel()
        self.assertEqual(self.refunded(booking), [("pending", 16.0)])
        self.assertEqual(self.open_amounts(booking), {"refund": 16.0})
        self.assertEqual(booking.payment_status, "credited")
        self.assertBooks(booking, 0.0)

    def test_cancelled_after_two_moves_paid_twice(self):
        booking = self.paid(hours=1)
        self.move(booking, self.at(2, 9), 2)
        self.collect(booking)
        self.move(booking, self.at(2, 9), 4)
        self.collect(booking)
        booking.action_cancel()
        self.assertEqual(self.refunded(booking), [("pending", 8.0), ("manual", 24.0)])
        self.assertBooks(booking, 0.0)

    def test_the_order_is_cancelled_after_a_move(self):
        booking = self.paid(hours=3)
        self.move(booking, self.at(2, 9), 2)
        booking.sale_order_id._action_cancel()
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(self.refunded(booking), [("pending", 8.0), ("pending", 16.0)])
        self.assertEqual(
            sum(booking.invoice_ids.mapped("amount_total_signed")), 0.0
        )
        self.assertClean()

    def test_a_cancelled_order_of_two_gives_each_part_back_once(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        desk = self.reserve(self.desks, self.at(1, 10), 2)
        order = self.cart(room, desk)
        tx = self.pay(order)
        order._action_cancel()
        self.assertEqual(
            sorted((room | desk).refund_ids.mapped("amount")), [6.0, 16.0]
        )
        self.assertEqual(
            sum(self.env["tierslieu.refund"].search(
                [("transaction_id", "=", tx.id)]).mapped("amount")), 22.0
        )

    def test_what_was_credited_by_hand_stays_so(self):
        booking = self.paid()
        credit = booking.invoice_ids._reverse_moves([{"invoice_date": NOW.date()}])
        credit.action_post()
        self.move(booking, self.at(2, 9), 4)
        self.assertEqual(self.documents(booking), [("invoice", 16.0), ("refund", 16.0)])
        self.assertEqual(booking.sale_line_ids.price_total, 32.0)

    def test_a_locked_order_stays_locked(self):
        booking = self.paid()
        order = booking.sale_order_id
        order.action_lock()
        for hours in (3, 1):
            self.move(booking, self.at(2, 10), hours)
            self.assertTrue(order.locked)
            self.assertBooks(booking)

    def test_same_price_changes_nothing_in_the_books(self):
        booking = self.paid()
        self.move(booking, self.at(2, 14), 2, self.lounge)
        self.assertEqual(self.documents(booking), [("invoice", 16.0)])
        [line] = booking.sale_line_ids
        self.assertEqual(line.tierslieu_booking_line_id, booking.line_ids)
        self.assertBooks(booking, 16.0)
        self.move(booking, self.at(2, 14), 3, self.lounge)
        self.assertBooks(booking, 24.0)


@tagged("post_install", "-at_install")
class TestWalks(MoveCase):
    """Whatever the moves and the rounding, the documents come to the last price."""

    seed = 2027

    def test_random_walks(self):
        dice = random.Random(self.seed)
        spaces = [self.room, self.desks, self.kitchen, self.lounge]
        for _nth in range(WALKS):
            booking = self.paid(hours=dice.randint(1, 4), space=dice.choice(spaces),
                                day=dice.randint(7, 11))
            for _move in range(3):
                self.move(
                    booking, self.at(dice.randint(7, 11), dice.randint(9, 13)),
                    dice.choice((1, 1.5, 2, 3.5)), dice.choice(spaces),
                )
                if dice.random() < 0.3 and booking.payment_status == "to_pay":
                    self.collect(booking)
                with self.subTest(booking=booking.name):
                    self.assertBooks(booking)
            booking.action_cancel()
            self.env.invalidate_all()
            with self.subTest(booking=booking.name, cancelled=True):
                self.assertBooks(booking, 0.0)
                paid = sum(
                    -line.amount_currency
                    for line in self.env["account.payment"].search(
                        [("partner_id", "=", self.alice.id)]
                    ).move_id.line_ids
                    if line.account_id.account_type == "asset_receivable"
                )
                owed = self.env["tierslieu.refund"].search(
                    [("partner_id", "=", self.alice.id)]
                )
                self.assertAlmostEqual(sum(owed.mapped("amount")), paid, 2)


@tagged("post_install", "-at_install")
class TestWalksRoundedByLine(TestWalks):
    seed = 2028

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.tax_calculation_rounding_method = "round_per_line"


@tagged("post_install", "-at_install")
class TestRefused(MoveCase):
    def test_nothing_is_written_when_the_slot_is_taken(self):
        booking = self.paid()
        self.reserve(self.room, self.at(2, 9), 4, partner=self.bruno)
        rows, moves = booking.occupancy_ids, booking.invoice_ids
        with self.assertRaisesRegex(UserError, "is taken on"):
            booking.with_user(self.host).action_move(self.at(2, 9), self.at(2, 13))
        # The refusal was caught: what the method did is undone all the same.
        self.assertEqual((booking.start, booking.amount_total), (self.at(1, 10), 16.0))
        self.assertEqual(booking.occupancy_ids, rows)
        self.assertEqual(rows.state, "firm")
        self.assertEqual(booking.invoice_ids, moves)
        self.assertBooks(booking, 16.0)
