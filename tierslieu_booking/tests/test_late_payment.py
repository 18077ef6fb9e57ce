from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .common import NOW
from .test_attacks import AttackCase

LATE = NOW + timedelta(minutes=20)


@tagged("post_install", "-at_install")
class TestLatePayment(AttackCase):
    """Paid after the hold lapsed: confirmed when free, else given back, once, and told."""

    def late(self, *bookings, amount=None, lost=None):
        """Return the order and payment of bookings that lapsed; some went to someone else."""
        order = self.cart(*bookings)
        tx = self.draft_payment(order, amount=amount)
        with freeze_time(LATE):
            for booking in lost or ():
                self.Booking.reserve(
                    booking.space_id, self.bruno, booking.start, booking.stop
                ).action_confirm()
            before = self.mails()
            self.done(tx)
            # The page polls again, and the scheduler comes by.
            self.done(tx)
            self.env.flush_all()
        return order, tx, self.mails() - before

    def mails(self):
        self.env.flush_all()
        return self.env["mail.mail"].search(
            [("recipient_ids", "in", self.alice.ids), ("model", "!=", "account.move")], order="id"
        )

    def provider_refunds(self, how):
        """Let the provider give back only so: partial, full_only, none."""
        field = patch.object(
            type(self.provider), "support_refund", property(lambda provider: how)
        )
        field.start()
        self.addCleanup(field.stop)

    def room_hold(self):
        return self.reserve(self.room, self.at(1, 10), 2)

    def test_free_confirms_and_tells_once(self):
        room = self.room_hold()
        order, tx, mails = self.late(room)
        self.assertEqual((order.state, room.state), ("sale", "confirmed"))
        self.assertFalse(self.refunds(tx))
        self.assertNotIn("no longer free", "".join(mails.mapped("subject")))

    def test_lost_is_refunded_and_told(self):
        room = self.room_hold()
        order, tx, mails = self.late(room, lost=[room])
        self.assertEqual((order.state, room.state), ("cancel", "expired"))
        self.assertEqual(self.refunds(tx).mapped("state"), ["pending"])
        [mail] = mails
        self.assertIn("no longer free", mail.subject)
        self.assertIn("Petit salon", mail.body_html)
        self.assertRegex(mail.body_html, "16[.,]00.*go back to your means of payment")
        self.assertFalse(mail.attachment_ids, "It was never in their calendar")

    def test_the_provider_gives_nothing_back(self):
        """The money stays as the customer's credit; the team is asked; the mail says so."""
        self.provider_refunds("none")
        room = self.room_hold()
        _order, tx, mails = self.late(room, lost=[room])
        refund = self.refunds(tx)
        self.assertEqual((refund.state, refund.amount), ("manual", 16.0))
        self.assertRegex(room.activity_ids.summary, "16[.,]00")
        [mail] = mails
        self.assertRegex(mail.body_html, "The team gives you back.*16[.,]00")
        self.assertNotIn("go back to your means of payment", mail.body_html)
        receivable = tx.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(receivable.amount_residual, -16.0)
        with freeze_time(LATE):
            self.run_cron("cron_send_refunds")
        self.assertFalse(tx.child_transaction_ids)
        self.assertClean()

    def test_a_provider_that_gives_back_all_or_nothing(self):
        self.provider_refunds("full_only")
        room, desk = self.two()
        _order, tx, mails = self.late(room, desk, lost=[room])
        self.assertEqual(self.refunds(tx).mapped("state"), ["manual"])
        self.assertRegex(mails[0].body_html, "The team gives you back.*16[.,]00")
        other = self.reserve(self.lounge, self.at(1, 10), 2)
        _order, tx, _mails = self.late(other, lost=[other])
        self.assertEqual(self.refunds(tx).mapped("state"), ["pending"])

    def test_a_provider_switched_off_since(self):
        room = self.room_hold()
        self.pay(self.cart(room))
        self.provider.state = "disabled"
        room.action_cancel()
        self.assertEqual(room.refund_ids.state, "manual")

    def test_one_of_two_lost(self):
        room, desk = self.two()
        order, tx, mails = self.late(room, desk, lost=[room])
        self.assertEqual((order.state, desk.state, room.state), ("sale", "confirmed", "expired"))
        self.assertEqual(self.refunds(tx).mapped("amount"), [16.0])
        self.assertEqual(sum("no longer free" in mail.subject for mail in mails), 1)
        self.assertClean()

    def test_all_lost_is_one_mail(self):
        room, desk = self.two()
        lounge = self.reserve(self.lounge, self.at(1, 10), 2)
        _order, tx, mails = self.late(room, lounge, lost=[room, lounge])
        [mail] = mails
        self.assertIn("Petit salon", mail.body_html)
        self.assertIn("Salle créative", mail.body_html)
        self.assertRegex(mail.body_html, "32[.,]00")
        self.assertEqual(sum(self.refunds(tx).mapped("amount")), 32.0)
        self.assertEqual(desk.state, "hold")

    def test_what_was_paid_is_what_is_told(self):
        room = self.room_hold()
        _order, tx, [mail] = self.late(room, amount=1.0, lost=[room])
        self.assertEqual(self.refunds(tx).mapped("amount"), [1.0])
        self.assertRegex(mail.body_html, r"[^\d]1[.,]00")
        self.assertNotRegex(mail.body_html, "16[.,]00")

    def test_an_authorized_payment_is_let_go(self):
        self.provider.capture_manually = True
        room = self.room_hold()
        order = self.cart(room)
        tx = self.draft_payment(order)
        with freeze_time(LATE):
            self.reserve(self.room, self.at(1, 10), 2, partner=self.bruno)
            before = self.mails()
            tx._set_authorized()
            tx._post_process()
            self.env.flush_all()
        self.assertEqual((order.state, tx.state), ("cancel", "cancel"))
        self.assertFalse(self.refunds(tx))
        [mail] = self.mails() - before
        self.assertIn("Nothing was taken", mail.body_html)

    def test_paid_twice(self):
        """Two windows, two payments: one buys, the other comes back, and they are told."""
        room = self.room_hold()
        order = self.cart(room)
        first, second = self.draft_payment(order), self.draft_payment(order)
        second.reference += "-bis"
        self.done(first)
        before = order.message_ids
        self.done(second)
        self.done(second)
        self.assertEqual(room.state, "confirmed")
        refunds = self.refunds(first) | self.refunds(second)
        self.assertEqual(refunds.mapped("amount"), [16.0])
        told = (order.message_ids - before).filtered(lambda m: self.alice in m.partner_ids)
        self.assertEqual(len(told), 1)
        self.assertRegex(told.subject, "16[.,]00")

    def test_a_refund_that_failed_is_the_team_s(self):
        """Polling again does not queue again what a person may have settled."""
        room = self.room_hold()
        _order, tx, _mails = self.late(room, lost=[room])
        self.refunds(tx)._fail("No")
        with freeze_time(LATE):
            self.done(tx)
        self.assertEqual(self.refunds(tx).mapped("state"), ["failed"])
