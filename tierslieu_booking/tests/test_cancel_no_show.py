from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .cancel_common import CancelCase


@tagged("post_install", "-at_install")
class TestCancelNoShow(CancelCase):
    """Nobody came: what the policy says stays due, the rest comes back, and a mistake is taken back."""

    def missed(self, percent, how="card", back="payment"):
        """Return a booking of the room that nobody came to."""
        self.room.cancellation_policy_id = self.a_policy([(24, 50)], back, no_show=percent)
        booking = self.reserve(self.room, self.at(1, 10), 2)
        if how == "card":
            self.paid(booking)
        elif how == "billed":
            self.billed(booking)
        else:
            booking.action_confirm()
        with self.late(booking, -0.5):
            booking.with_user(self.host).action_no_show()
        return booking

    def take_back(self, booking, minutes=3):
        with freeze_time(booking.start + timedelta(minutes=30 + minutes)):
            booking.with_user(self.host).action_step_back()

    def test_without_a_policy_all_stays_due(self):
        self.room.cancellation_policy_id = False
        booking = self.reserve(self.room, self.at(1, 10), 2)
        self.paid(booking)
        with self.late(booking, -0.5):
            booking.with_user(self.host).action_no_show()
        self.assertFalse(booking.fee_at)
        self.assertEqual((booking.amount_owed, booking.payment_status), (16, "paid"))
        self.assertFalse(booking.refund_ids)
        self.assertClean()

    def test_without_a_policy_the_team_may_give_it_back(self):
        self.room.cancellation_policy_id = False
        booking = self.reserve(self.room, self.at(1, 10), 2)
        self.paid(booking)
        self.assertFalse(booking.fee_can_be_waived)
        with self.assertRaisesRegex(UserError, "nothing to give back"):
            booking.with_user(self.host).action_waive_fee("The door was locked")
        with self.late(booking, -0.5):
            booking.with_user(self.host).action_no_show()
        self.assertTrue(booking.fee_can_be_waived)
        for _time in range(2):
            booking.with_user(self.host).action_waive_fee("The door was locked")
            self.assertEqual((booking.amount_owed, booking.state, booking.is_waived), (0, "no_show", True))
            self.assertEqual(sum(booking.refund_ids.mapped("amount")), 16.0)
            self.assertEqual(self.charged(booking), {})
        listed = self.env["tierslieu.override"].search(
            [("res_model", "=", booking._name), ("res_id", "=", booking.id)]
        )
        self.assertEqual((len(listed), listed.reason), (1, "The door was locked"))
        self.assertFalse(booking.fee_can_be_waived)
        self.assertClean()
        self.take_back(booking)
        self.assertEqual((booking.amount_owed, booking.is_waived), (16, False))
        self.assertClean()

    def test_all_of_it_by_default(self):
        booking = self.missed(100)
        self.assertEqual((booking.fee_amount, len(booking.invoice_ids)), (16, 1))
        self.assertFalse(booking.refund_ids)
        self.assertClean()
        self.take_back(booking)
        self.assertEqual((booking.state, booking.fee_amount, booking.amount_owed), ("confirmed", 0, 16))
        self.assertClean()

    def test_half_of_it(self):
        booking = self.missed(50)
        self.assertEqual((booking.amount_owed, booking.refund_ids.amount), (8, 8.0))
        self.assertEqual(self.charged(booking), {20: self.split_vat(8, 20)})
        self.assertIn("Nobody came: it costs 8.00 €", self.say(" ".join(booking._over_said())))
        self.send_refunds(booking)
        self.assertEqual(self.owed(self.alice), 0)
        self.assertClean()

    def test_taken_back_before_any_money_has_left(self):
        for percent in (50, 0):
            for how in ("card", "billed", "nothing"):
                with self.subTest(percent=percent, how=how):
                    booking = self.missed(percent, how)
                    self.take_back(booking)
                    self.assertEqual((booking.state, booking.amount_owed), ("confirmed", 16))
                    self.assertFalse(booking.fee_at)
                    if how != "nothing":
                        self.assertEqual(self.charged(booking), {20: self.split_vat(16, 20)})
                    self.assertFalse(booking.refund_ids)
                    self.assertEqual(
                        booking.payment_status, {"card": "paid", "billed": "to_pay", "nothing": "to_invoice"}[how]
                    )
                    self.assertEqual(self.owed(self.alice), 16 if how == "billed" else 0)
                    self.assertClean()
                    booking.with_user(self.host).action_cancel(waive="Another story")
                    self.send_refunds(booking)

    def test_taken_back_once_the_money_has_left(self):
        booking = self.missed(50)
        self.send_refunds(booking)
        self.assertEqual(booking.refund_ids.state, "done")
        self.take_back(booking, 60)
        self.assertEqual((booking.amount_owed, booking.payment_status), (16, "to_pay"))
        self.assertEqual(self.owed(self.alice), 8)
        self.assertClean()

    def test_kept_on_account_and_taken_back(self):
        booking = self.missed(50, back="credit")
        self.assertEqual(booking.refund_ids.state, "kept")
        self.take_back(booking)
        self.assertFalse(booking.refund_ids)
        self.assertEqual((booking.payment_status, self.owed(self.alice)), ("paid", 0))
        self.assertClean()

    def test_credits(self):
        self.desks.cancellation_policy_id = self.a_policy([], no_show=50)
        lot = self.lots._grant(self.tickets, self.alice, 10)
        booking = self.reserve(self.desks, self.at(1, 10), 2)
        booking.action_confirm()
        for nth in range(2):
            with self.late(booking, -0.5 - nth / 10):
                booking.with_user(self.host).action_no_show()
            self.assertEqual(lot.balance, 9.5)
            self.assertClean()
            self.take_back(booking, 10 * nth + 5)
            self.assertEqual((lot.balance, booking._drawn_credits()), (9, {lot: 1}))
            self.assertClean()

    def test_credits_used_meanwhile(self):
        """What came back went into another booking: other lots serve, or it stays a no-show."""
        self.desks.cancellation_policy_id = self.a_policy([], no_show=0)
        lot = self.lots._grant(self.tickets, self.alice, 1)
        booking = self.reserve(self.desks, self.at(1, 10), 2)
        booking.action_confirm()
        with self.late(booking, -0.5):
            booking.with_user(self.host).action_no_show()
            self.reserve(self.desks, self.at(2, 10), 2)
            self.assertEqual(lot.balance, 0)
            with self.assertRaisesRegex(UserError, "used meanwhile"), self.cr.savepoint():
                booking.with_user(self.host).action_step_back()
            self.env.invalidate_all()
            self.assertEqual((booking.state, booking.fee_at is False), ("no_show", False))
            other = self.lots._grant(self.tickets, self.alice, 1)
            booking.with_user(self.host).action_step_back()
        self.assertEqual((lot.balance, other.balance, booking.state), (0, 0, "confirmed"))
        self.assertClean()

    def test_the_team_gives_the_fee_back(self):
        booking = self.missed(50)
        booking.with_user(self.host).action_waive_fee("They had called")
        self.assertEqual((booking.amount_owed, booking.state), (0, "no_show"))
        self.assertEqual(sum(booking.refund_ids.mapped("amount")), 16.0)
        self.assertEqual(self.charged(booking), {})
        self.assertClean()
