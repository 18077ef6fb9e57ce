from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .cancel_common import CancelCase


class StoryCase(CancelCase):
    """Stories of customers, told account by account and lot by lot.

    Each step names what the books then hold for the customer, and nothing
    else: `customer` is what they owe (411), `bank` what came in less what went
    back (51 and 53), `sales 20` and `vat 20` what was sold at 20 % and its VAT.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desks.cancellation_policy_id = cls.policy
        cls.pack = cls.env["product.product"].create(
            {"name": "Carnet de dix", "type": "service", "list_price": 60, "invoice_policy": "order",
             "taxes_id": [Command.set(cls.taxes[20].ids)], "tierslieu_credit_type_id": cls.tickets.id}
        )

    # -- The books, read line by line

    def books(self):
        """Return {what: balance} of every posted line of the customer, zero left out."""
        lines = self.env["account.move.line"].search(
            [("partner_id", "=", self.alice.id), ("parent_state", "=", "posted")]
        )
        found = defaultdict(Decimal)
        for line in lines:
            found[self._what(line)] += Decimal(str(line.balance))
        return {what: float(amount) for what, amount in found.items() if amount}

    def _what(self, line):
        code = line.account_id.code
        if line.account_id.account_type == "asset_receivable":
            return "customer"
        if code.startswith(("51", "53")):
            return "bank"
        if line.tax_line_id:
            self.assertTrue(code.startswith("4457"), code)
            return f"vat {line.tax_line_id.amount:.0f}"
        self.assertTrue(code.startswith("70"), code)
        return f"sales {line.tax_ids.amount:.0f}"

    def assertBooks(self, **expected):
        """Compare the books; `sales20=-10` stands for `sales 20`."""
        self.env.flush_all()
        self.env.invalidate_all()
        spaced = {what.replace("20", " 20").replace("10", " 10"): amount for what, amount in expected.items()}
        self.assertEqual(self.books(), spaced)
        self.assertClean()

    def assertLots(self, *balances):
        lots = self.lots.search([("partner_id", "=", self.alice.id)], order="id")
        self.assertEqual(lots.mapped("balance"), list(balances))
        for lot in lots:
            self.assertEqual(lot.balance, round(sum(lot.move_ids.mapped("amount")), 2))

    # -- What people do

    def room_on(self, day=3, hours=2):
        return self.reserve(self.room, self.at(day, 10), hours)

    def a_day_of_desk(self, day=3):
        return self.reserve(self.desks, self.at(day, 9), 9)

    def at_the_till(self, *bookings):
        """Take at the desk what is left to pay."""
        till = self.env["tierslieu.collect"].with_user(self.host).create(
            {"booking_ids": [Command.set([booking.id for booking in bookings])], "journal": str(self.bank.id)}
        )
        till.action_collect()

    def cancel(self, booking, hours_before):
        with self.late(booking, hours_before):
            booking.action_cancel()
        self.send_refunds(booking)

    def grant(self, amount=10, **values):
        return self.lots._grant(self.tickets, self.alice, amount, **values)


@tagged("post_install", "-at_install")
class TestStories(StoryCase):
    """Twelve of them: paid each way, called off in time, late, twice, moved, nobody came."""

    def test_01_by_card_called_off_in_time(self):
        booking = self.room_on()
        self.paid(booking)
        self.assertBooks(bank=16, sales20=-13.33, vat20=-2.67)
        self.cancel(booking, 30)
        self.assertBooks()

    def test_02_by_card_called_off_late(self):
        booking = self.room_on()
        self.paid(booking)
        self.cancel(booking, 3)
        self.assertBooks(bank=8, sales20=-6.67, vat20=-1.33)

    def test_03_at_the_till_called_off_at_the_last_minute(self):
        booking = self.room_on()
        booking.action_confirm()
        self.at_the_till(booking)
        self.assertBooks(bank=16, sales20=-13.33, vat20=-2.67)
        self.cancel(booking, 1)
        self.assertBooks(bank=16, sales20=-13.33, vat20=-2.67)
        self.assertFalse(booking.refund_ids)

    def test_04_billed_called_off_in_time(self):
        booking = self.room_on()
        self.billed(booking)
        self.assertBooks(customer=16, sales20=-13.33, vat20=-2.67)
        self.cancel(booking, 30)
        self.assertBooks()
        self.assertEqual(booking.payment_status, "credited")

    def test_05_billed_called_off_late_then_paid(self):
        booking = self.room_on()
        self.billed(booking)
        self.cancel(booking, 3)
        self.assertBooks(customer=8, sales20=-6.67, vat20=-1.33)
        self.at_the_till(booking)
        self.assertBooks(bank=8, sales20=-6.67, vat20=-1.33)

    def test_06_nothing_billed_called_off_late(self):
        booking = self.room_on()
        booking.action_confirm()
        self.cancel(booking, 3)
        self.assertBooks()
        self.assertEqual(booking.payment_status, "to_invoice")
        self.at_the_till(booking)
        self.assertBooks(bank=8, sales20=-6.67, vat20=-1.33)

    def test_07_with_tickets_in_time_and_late(self):
        self.grant()
        in_time, late = self.a_day_of_desk(3), self.a_day_of_desk(4)
        (in_time | late).action_confirm()
        self.assertLots(6)
        self.cancel(in_time, 30)
        self.assertLots(8)
        self.cancel(late, 3)
        self.assertLots(9)
        self.assertBooks()
        self.assertEqual(self.moves(late)[-1], ("fee", -1))

    def test_08_tickets_and_card_called_off_late(self):
        self.grant(1)
        booking = self.reserve(self.desks, self.at(3, 9), 3)
        self.assertEqual(booking.amount_total, 3)
        self.paid(booking)
        self.assertLots(0)
        self.assertBooks(bank=3, sales10=-2.73, vat10=-0.27)
        self.cancel(booking, 3)
        self.assertLots(0.5)
        self.assertBooks(bank=1.5, sales10=-1.36, vat10=-0.14)

    def test_09_two_rates_one_payment_one_called_off(self):
        room, desk = self.room_on(), self.reserve(self.desks, self.at(3, 9), 4)
        self.paid(room, desk)
        self.assertBooks(bank=28, sales20=-13.33, vat20=-2.67, sales10=-10.91, vat10=-1.09)
        self.cancel(desk, 30)
        self.assertBooks(bank=16, sales20=-13.33, vat20=-2.67)
        self.cancel(room, 3)
        self.assertBooks(bank=8, sales20=-6.67, vat20=-1.33)

    def test_10_a_pack_used_a_little_then_taken_back(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.alice.id, "order_line": [Command.create({"product_id": self.pack.id})]}
        )
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertLots(10)
        self.assertBooks(customer=60, sales20=-50, vat20=-10)
        booking = self.a_day_of_desk()
        booking.action_confirm()
        self.assertLots(8)
        note = invoice._reverse_moves([{"invoice_date": date(2027, 1, 11)}])
        note.invoice_line_ids.quantity = 0.8
        note.action_post()
        (invoice | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertLots(0)
        self.assertBooks(customer=12, sales20=-10, vat20=-2)
        self.cancel(booking, 30)
        self.assertLots(2)
        self.assertBooks(customer=12, sales20=-10, vat20=-2)

    def test_11_moved_to_a_longer_time_then_called_off_late(self):
        booking = self.room_on()
        self.paid(booking)
        booking.with_user(self.host).action_move(self.at(4, 10), self.at(4, 13))
        self.assertBooks(customer=8, bank=16, sales20=-20, vat20=-4)
        self.at_the_till(booking)
        self.assertBooks(bank=24, sales20=-20, vat20=-4)
        self.cancel(booking, 3)
        # Twelve come back: by card what can be, the rest from the till, by hand.
        self.assertEqual(sum(booking.refund_ids.mapped("amount")), 12)
        by_hand = sum(booking.refund_ids.filtered(lambda refund: refund.state == "manual").mapped("amount"))
        expected = {"bank": 12 + by_hand, "sales20": -10, "vat20": -2}
        self.assertBooks(**expected | ({"customer": -by_hand} if by_hand else {}))

    def test_12_nobody_came_then_somebody_did(self):
        self.room.cancellation_policy_id = self.a_policy([], no_show=50)
        self.grant(2, valid_until=date(2027, 1, 14))
        room, desk = self.room_on(), self.a_day_of_desk()
        desk.action_confirm()
        self.paid(room)
        self.assertLots(0)
        with freeze_time(room.stop + timedelta(minutes=10)):
            room.with_user(self.host).action_no_show()
        self.assertBooks(bank=16, customer=-8, sales20=-6.67, vat20=-1.33)
        with freeze_time(room.stop + timedelta(minutes=12)):
            room.with_user(self.host).action_step_back()
        self.assertBooks(bank=16, sales20=-13.33, vat20=-2.67)
        with freeze_time(room.stop + timedelta(hours=7)):
            room.with_user(self.host).action_no_show()
        self.send_refunds(room)
        self.assertBooks(bank=8, sales20=-6.67, vat20=-1.33)
        # The pack was over that day: what comes back of the desk opens it for thirty days.
        with freeze_time(desk.start - timedelta(hours=3)):
            desk.action_cancel()
        self.assertLots(1)
