from odoo import Command
from odoo.tests import tagged

from .test_seat_cancel import SeatCancelCase


@tagged("post_install", "-at_install")
class TestSeatCreditedByHand(SeatCancelCase):
    """An accountant credits seats by hand and gives the money back: nothing leaves a second time."""

    def give_back(self, note):
        note.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=note.ids
        ).create({"journal_id": self.bank.id}).action_create_payments()
        self.env.invalidate_all()
        return note

    def bought(self, number=1, credited=None, amount=None):
        """Buy seats by card; credit all of them, or so many, or at another price, and give that back by hand."""
        order, seats = self.buy(number)
        invoice = order.invoice_ids
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"reason": "Geste", "journal_id": invoice.journal_id.id})
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if credited:
            note.invoice_line_ids.quantity = credited
        if amount:
            note.invoice_line_ids.price_unit = amount
        self.give_back(note)
        return order, seats

    def refunded(self, order):
        self.run_cron("cron_send_refunds")
        refunds = self.env["tierslieu.refund"].search([("transaction_id", "in", order.transaction_ids.ids)])
        return round(sum(refunds.mapped("amount")), 2)

    def owed(self, order):
        """Return what the buyer owes by the ledger, payments of any kind counted."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", order.partner_id.id), ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def said(self, seat):
        said = " ".join(seat._tierslieu_cancelling_said())
        return said.replace("\xa0", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").replace(",", ".")

    def test_all_then_given_up_in_time(self):
        order, seat = self.bought()
        self.assertEqual(self.said(seat), "You will owe nothing.")
        seat.tierslieu_give_up()
        self.assertEqual((self.refunded(order), self.owed(order), seat.state), (0, 0, "cancel"))
        self.assertFalse(order.activity_ids)
        self.assertClean()

    def test_all_then_given_up_late(self):
        order, seat = self.bought()
        with self.late():
            self.assertEqual(self.said(seat), "You will owe nothing.")
            seat.tierslieu_give_up()
            self.assertEqual((seat.tierslieu_fee_percent, seat.tierslieu_fee_line_id.id), (0.0, False))
            self.assertEqual((self.refunded(order), self.owed(order)), (0, 0))
        self.assertClean()

    def test_all_then_the_event_is_called_off(self):
        order, seats = self.bought(2)
        self.event.tierslieu_call_off("La salle est inondée.")
        wizard = self.env["tierslieu.event.call.off"].create({"event_id": self.event.id, "why": "Inondée"})
        self.assertEqual((wizard.seats, wizard.amount), (2, 0))
        self.env.ref("tierslieu_events.cron_call_off").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(set(seats.mapped("state")), {"cancel"})
        self.assertEqual((self.refunded(order), self.owed(order)), (0, 0))

    def test_all_then_the_order_is_cancelled(self):
        order, _seats = self.bought(2)
        order._action_cancel()
        self.assertEqual((self.refunded(order), self.owed(order)), (0, 0))

    def test_one_of_two(self):
        """The first that is given up is the one that was credited; the other goes back by card."""
        order, seats = self.bought(2, credited=1)
        self.assertEqual(self.said(seats[0]), "You will owe nothing.")
        seats[0].tierslieu_give_up()
        self.assertEqual((self.refunded(order), self.owed(order)), (0, 0))
        self.assertFalse(order.activity_ids)
        seats[1].tierslieu_give_up()
        self.assertEqual((self.refunded(order), self.owed(order)), (12, 0))
        self.assertFalse(order.activity_ids)

    def test_a_part_then_given_up_late_is_for_the_team(self):
        order, seat = self.bought(amount=4)
        with self.late():
            said = self.said(seat)
            self.assertRegex(said, r"Cancelling now costs you .*6\.00.*The team gives you back .*2\.00.* next visit\.")
            seat.tierslieu_give_up()
            self.assertEqual((self.refunded(order), self.owed(order)), (0, 0))
            self.assertEqual(order.amount_total, 6.0)
            self.assertIn("Seat given up, and credited in part by hand", order.activity_ids.summary)

    def test_a_gesture_does_not_lower_what_another_gives_back(self):
        """One of three is credited of 4 by hand: what our note takes back is the price that was paid."""
        order, seats = self.bought(3, credited=1, amount=4)
        seats[0].tierslieu_give_up()
        self.assertEqual(self.refunded(order), 0)
        seats[1].tierslieu_give_up()
        self.assertEqual((self.refunded(order), self.owed(order)), (12, 0))
        self.assertEqual(len(order.activity_ids), 1)

    def test_a_fee_then_the_order_is_cancelled(self):
        order, seat = self.buy()
        with self.late():
            seat.tierslieu_give_up()
            fee = seat.tierslieu_fee_line_id
            self.assertEqual(self.refunded(order), 6)
            self.give_back(self.env["account.move"].create(
                {
                    "move_type": "out_refund", "partner_id": order.partner_id.id,
                    "invoice_line_ids": [Command.create(fee._prepare_invoice_line(quantity=1))],
                }
            ))
            self.assertEqual(self.owed(order), 0)
            order._action_cancel()
            self.assertEqual((self.refunded(order), self.owed(order)), (6, 0))
