from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .cancel_common import CancelCase


@tagged("post_install", "-at_install")
class TestCancelCredits(CancelCase):
    """A fee in credits: what was drawn goes back, then the fee is taken, lot by lot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desks.cancellation_policy_id = cls.policy

    def grant(self, amount=10, partner=None, **values):
        return self.lots._grant(self.tickets, partner or self.alice, amount, **values)

    def book(self, first, last, day=3, **options):
        booking = self.Booking.reserve(self.desks, self.alice, self.at(day, first), self.at(day, last), **options)
        booking.action_confirm()
        return booking

    def test_half_of_a_ticket(self):
        lot = self.grant()
        booking = self.book(9, 11)
        self.assertEqual(lot.balance, 9)
        with self.late(booking):
            self.assertEqual(self.say(booking.cancelling_now()["credits"]), "0.5 × Ticket")
            said = self.say(booking.cancelling_now()["sentence"])
            self.assertIn("costs you 0.5 × Ticket", said)
            self.assertIn("You get 0.5 × Ticket back", said)
            booking.action_cancel()
            booking.action_cancel()
        self.assertEqual(lot.balance, 9.5)
        self.assertEqual(
            self.moves(booking), [("consume", -1), ("return", 0.5), ("return", 0.5), ("fee", -0.5)]
        )
        self.assertEqual(booking.line_ids.fee_credits, 0.5)
        self.assertEqual((booking.amount_owed, booking.payment_status), (0, "none"))
        self.assertIn("it costs 0.5 × Ticket", self.say(" ".join(booking._over_said())))
        self.assertClean()

    def test_a_third_is_rounded_to_a_half(self):
        self.desks.cancellation_policy_id = self.a_policy([(24, 33)])
        lot = self.grant()
        booking = self.book(9, 11)
        with self.late(booking):
            booking.action_cancel()
        self.assertEqual(lot.balance, 9.5)
        self.assertClean()

    def test_all_of_it_and_nothing_of_it(self):
        lot = self.grant()
        for hours, left in ((24, 10), (1, 9)):
            booking = self.book(9, 11, day=3 if hours == 24 else 4)
            with self.late(booking, hours):
                booking.action_cancel()
            self.assertEqual(lot.balance, left)
        self.assertEqual(self.moves(booking), [("consume", -1), ("return", 1), ("fee", -1)])
        self.assertClean()

    def test_the_fee_is_taken_from_what_expires_first(self):
        soon = self.grant(1, valid_until=date(2027, 1, 31))
        later = self.grant(5, valid_until=date(2027, 6, 30))
        booking = self.book(9, 13)  # four hours: two tickets
        self.assertEqual((soon.balance, later.balance), (0, 4))
        with self.late(booking):
            booking.action_cancel()
        self.assertEqual((soon.balance, later.balance), (0, 5))
        self.assertClean()

    def test_a_lot_that_is_over_opens_for_what_comes_back_alone(self):
        lot = self.grant(3, valid_until=date(2027, 1, 14))
        whole = self.book(9, 11)
        half = self.book(14, 16)
        with freeze_time(self.at(5, 9)):
            whole.with_user(self.host).action_cancel()
            self.assertEqual((lot.balance, lot.reopened_until), (1, False))
            self.policy.step_ids.unlink()
            half.sudo().terms = half.terms | {"steps": [["24.00", "50.00"]]}
            half.with_user(self.host).action_cancel()
        # What was left of it is written off; half a ticket comes back.
        self.assertEqual((lot.balance, lot.reopened_until), (0.5, date(2027, 1, 16) + timedelta(days=30)))
        self.assertClean()

    def test_credits_and_money_together(self):
        lot = self.grant(1)
        booking = self.Booking.reserve(self.desks, self.alice, self.at(3, 9), self.at(3, 12))
        self.assertEqual((lot.balance, booking.amount_total), (0, 3.0))
        self.paid(booking)
        with self.late(booking):
            self.assertIn("0.5 × Ticket + 1.50 €", self.say(booking.cancelling_now()["sentence"]))
            booking.action_cancel()
        self.assertEqual((lot.balance, booking.fee_amount), (0.5, 1.5))
        self.assertEqual(self.charged(booking), {10: self.split_vat(1.5, 10)})
        self.assertEqual(booking.refund_ids.amount, 1.5)
        self.assertClean()

    def test_the_fee_of_credits_is_waived(self):
        lot = self.grant()
        booking = self.book(9, 11)
        with self.late(booking, 1):
            booking.action_cancel()
        self.assertEqual(lot.balance, 9)
        with self.assertRaises(UserError):
            booking.with_user(self.host).action_waive_fee("")
        booking.with_user(self.host).action_waive_fee("She helped at the repair café")
        self.assertEqual((lot.balance, booking._drawn_credits()), (10, {}))
        self.assertClean()

    def test_nothing_comes_back_of_credits_either(self):
        self.desks.cancellation_policy_id = self.a_policy([], back="nothing")
        lot = self.grant()
        booking = self.book(9, 11)
        booking.action_cancel()
        self.assertEqual(lot.balance, 9)
        self.assertClean()

    def test_a_member_reads_the_fee(self):
        self.grant()
        booking = self.book(9, 11)
        with self.late(booking):
            booking.action_cancel()
        fee = booking.credit_move_ids.filtered(lambda move: move.kind == "fee")
        self.assertIn("Fee: Coworking", fee._told(self.alice)[0]["said"])
