from odoo.tests import tagged

from .test_attacks import AttackCase
from .test_stories import StoryCase


class HandCase(StoryCase, AttackCase):
    """An accountant credits the invoice of a booking by hand, and may give the money back."""

    def draft_note(self, booking):
        invoices = booking.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create({"reason": "Geste", "journal_id": invoices.journal_id.id})
        return self.env["account.move"].browse(wizard.refund_moves()["res_id"])

    def credit_by_hand(self, booking, amount=None):
        """Return the credit note of an accountant, of all that a booking was invoiced or of an amount."""
        note = self.draft_note(booking)
        if amount is not None:
            note.invoice_line_ids.price_unit = amount
        note.action_post()
        (note | booking.invoice_ids).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()
        self.env.invalidate_all()
        return note

    def give_back(self, note):
        """Pay a credit note from the bank."""
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=note.ids
        ).create({"journal_id": self.bank.id}).action_create_payments()
        self.env.invalidate_all()

    def given_back(self, booking, amount=None):
        """Pay a booking by card, credit it by hand and give that back from the bank."""
        self.paid(booking)
        self.give_back(self.credit_by_hand(booking, amount))

    def no_show(self, booking):
        with self.late(booking, -0.5):
            booking.with_user(self.host).action_no_show()
        self.send_refunds(booking)

    def said_now(self, booking, hours=3):
        with self.late(booking, hours):
            return self.say(booking.cancelling_now()["sentence"])

    def said_after(self, booking):
        self.env.invalidate_all()
        return self.say(" ".join(booking._over_said()))


@tagged("post_install", "-at_install")
class TestCreditedByHand(HandCase):
    """The accountant credits an invoice by hand; then the booking is called off late."""

    def test_all_of_it_is_credited_then_called_off_late(self):
        booking = self.room_on()
        self.billed(booking)
        self.credit_by_hand(booking)
        self.assertBooks()
        self.cancel(booking, 3)
        self.assertBooks()
        self.assertEqual(booking.payment_status, "credited")

    def test_all_of_it_is_credited_after_it_was_paid_then_called_off_late(self):
        """It waits for them on their account, as the accountant left it; no part of it leaves by card."""
        booking = self.room_on()
        self.paid(booking)
        self.credit_by_hand(booking)
        self.assertBooks(bank=16, customer=-16)
        with self.late(booking):
            self.assertEqual(booking.cancelling_now()["sentence"], "You will owe nothing.")
        self.cancel(booking, 3)
        self.assertBooks(bank=16, customer=-16)
        self.assertEqual((booking.fee_amount, booking.payment_status), (0, "credited"))
        self.assertFalse(booking.refund_ids)

    def test_given_back_by_hand_then_called_off_in_time_is_given_back_once(self):
        for hours in (30, 3):
            booking = self.room_on(day=3 if hours == 30 else 4)
            self.paid(booking)
            self.give_back(self.credit_by_hand(booking))
            self.assertBooks()
            self.cancel(booking, hours)
            self.assertBooks()

    def test_one_of_two_is_credited_by_hand_and_the_other_called_off(self):
        """The one credited by hand is left alone; the refund of the other is its own, to the cent."""
        one, other = self.room_on(day=3, hours=3), self.room_on(day=4, hours=3)
        self.paid(one, other)
        note = self.credit_by_hand(one)
        note.button_draft()
        note.invoice_line_ids.filtered(lambda line: other in line.sale_line_ids.tierslieu_booking_id).unlink()
        note.action_post()
        self.assertBooks(bank=48, customer=-24, sales20=-20, vat20=-4)
        self.cancel(one, 3)
        self.cancel(other, 30)
        self.assertBooks(bank=24, customer=-24)
        self.assertEqual(sum((one | other).refund_ids.mapped("amount")), 24.0)

    def test_part_of_it_is_credited_then_called_off_late_is_for_the_team(self):
        booking = self.room_on()
        self.billed(booking)
        self.credit_by_hand(booking, 4)
        self.assertBooks(customer=12, sales20=-10, vat20=-2)
        self.cancel(booking, 3)
        self.assertBooks(customer=12, sales20=-10, vat20=-2)
        self.assertFalse(booking.refund_ids)
        self.assertIn("credited in part by hand", booking.activity_ids.summary)

    def test_given_back_by_hand_then_its_order_is_cancelled(self):
        for day, hours in ((3, 30), (4, 3)):
            booking = self.room_on(day)
            self.given_back(booking)
            with self.late(booking, hours):
                booking.sale_order_id._action_cancel()
            self.send_refunds(booking)
            self.assertEqual(booking.state, "cancelled")
            self.assertFalse(booking.refund_ids)
            self.assertBooks()

    def test_given_back_by_hand_then_nobody_came(self):
        self.room.cancellation_policy_id = self.a_policy([], no_show=50)
        booking = self.room_on()
        self.given_back(booking)
        self.no_show(booking)
        self.assertEqual((booking.state, booking.fee_amount, booking.amount_owed), ("no_show", 0, 0))
        self.assertFalse(booking.refund_ids)
        self.assertBooks()
        with self.late(booking, -0.6):
            booking.with_user(self.host).action_step_back()
        self.send_refunds(booking)
        self.assertEqual((booking.state, booking.payment_status), ("confirmed", "credited"))
        self.assertBooks()

    def test_given_back_by_hand_then_moved_cheaper(self):
        booking = self.room_on(hours=3)
        self.given_back(booking)
        booking.with_user(self.host).action_move(self.at(4, 10), self.at(4, 12))
        self.send_refunds(booking)
        self.assertFalse(booking.refund_ids)
        self.assertBooks()

    def test_a_second_payment_comes_back_whole(self):
        """What was given back by hand is not held against what was paid twice."""
        booking = self.room_on()
        order = self.cart(booking)
        second = self.draft_payment(order)
        self.pay(order)
        self.give_back(self.credit_by_hand(booking))
        self.cancel(booking, 30)
        self.done(second)
        self.assertEqual(self.refunded(order), 16.0)

    def refunded(self, order):
        refunds = self.env["tierslieu.refund"].search([("transaction_id", "in", order.transaction_ids.ids)])
        return round(sum(refunds.mapped("amount")), 2)

    def test_our_own_notes_are_not_an_accountants(self):
        """One moved to a cheaper time and called off, the other stands, all of it paid twice."""
        one, other = self.room_on(hours=3), self.room_on(day=2)
        order = self.cart(one, other)
        second = self.draft_payment(order)
        self.pay(order)
        one.with_user(self.host).action_move(self.at(4, 10), self.at(4, 12))
        self.cancel(one, 30)
        self.assertEqual(self.refunded(order), 24.0)
        self.assertFalse([note for note in one.invoice_ids if note._tierslieu_is_by_hand()])
        self.done(second)
        self.assertEqual((other.state, other.amount_owed), ("confirmed", 16.0))
        self.assertEqual(self.refunded(order), 64.0)

    def test_what_reverses_a_document_of_ours_is_an_accountants(self):
        booking = self.room_on()
        self.paid(booking)
        booking.with_user(self.host).action_move(self.at(4, 10), self.at(4, 13))
        complement = booking.invoice_ids.sorted("id")[-1]
        self.assertEqual((complement.move_type, complement.amount_total), ("out_invoice", 8.0))
        note = complement._reverse_moves([{"invoice_date": complement.invoice_date}])
        self.assertTrue(note._tierslieu_is_by_hand())
        self.assertFalse(complement._tierslieu_is_by_hand())


@tagged("post_install", "-at_install")
class TestCreditedInPart(HandCase):
    """A part was credited and given back: the rest is for the team, nothing leaves by itself."""

    PAID = {"bank": 12, "sales20": -10, "vat20": -2}

    def assertForTheTeam(self, booking, words, **books):
        """Nothing has left, and the team knows."""
        self.env.flush_all()
        self.env.invalidate_all()
        spaced = {what.replace("20", " 20"): amount for what, amount in (books or self.PAID).items()}
        self.assertEqual(self.books(), spaced)
        self.assertFalse(booking.refund_ids)
        self.assertEqual(len([said for said in booking.activity_ids.mapped("summary") if words in said]), 1)

    def test_paid_by_card_then_called_off_late(self):
        booking = self.room_on()
        self.given_back(booking, 4)
        self.assertBooks(**self.PAID)
        back = "The team gives you back 4.00 € on your next visit."
        self.assertEqual(self.said_now(booking), f"Cancelling now costs you 8.00 €. {back}")
        self.cancel(booking, 3)
        self.assertForTheTeam(booking, "Called off, and credited in part")
        self.assertEqual(self.said_after(booking), f"Cancelled late: it costs 8.00 €. {back}")
        # The team does what it was asked.
        self.give_back(self.credit_by_hand(booking, 4))
        self.assertEqual(self.said_after(booking), "Cancelled late: it costs 8.00 €.")
        self.assertForTheTeam(booking, "Called off, and credited in part", bank=8, sales20=-6.67, vat20=-1.33)

    def test_paid_by_card_then_called_off_in_time(self):
        booking = self.room_on()
        self.given_back(booking, 4)
        back = "The team gives you back 12.00 € on your next visit."
        self.assertEqual(self.said_now(booking, 30), back)
        self.cancel(booking, 30)
        self.assertForTheTeam(booking, "Called off, and credited in part")
        self.assertEqual(self.said_after(booking), back)

    def test_kept_on_account_by_its_policy(self):
        self.room.cancellation_policy_id = self.a_policy([(24, 50)], back="credit")
        booking = self.room_on()
        self.given_back(booking, 4)
        self.assertIn("The team gives you back 4.00 €", self.said_now(booking))
        self.cancel(booking, 3)
        self.assertForTheTeam(booking, "Called off, and credited in part")

    def test_not_paid_then_called_off_late(self):
        booking = self.room_on()
        self.billed(booking)
        self.credit_by_hand(booking, 4)
        left = "8.00 € are left to pay."
        self.assertEqual(self.said_now(booking), f"Cancelling now costs you 8.00 €. {left}")
        self.cancel(booking, 3)
        self.assertForTheTeam(booking, "Called off", customer=12, sales20=-10, vat20=-2)
        self.assertEqual(self.said_after(booking), f"Cancelled late: it costs 8.00 €. {left}")

    def test_nobody_came(self):
        self.room.cancellation_policy_id = self.a_policy([], no_show=50)
        booking = self.room_on()
        self.given_back(booking, 4)
        self.no_show(booking)
        self.assertForTheTeam(booking, "Nobody came, and credited in part")
        self.assertEqual(
            self.said_after(booking),
            "Nobody came: it costs 8.00 €. The team gives you back 4.00 € on your next visit.",
        )

    def test_its_order_is_cancelled(self):
        booking = self.room_on()
        self.given_back(booking, 4)
        with self.late(booking, 3):
            booking.sale_order_id._action_cancel()
        self.send_refunds(booking)
        self.assertForTheTeam(booking, "Called off, and credited in part")

    def test_moved_to_a_cheaper_time(self):
        booking = self.room_on(hours=3)
        self.given_back(booking, 4)
        booking.with_user(self.host).action_move(self.at(4, 10), self.at(4, 12))
        self.send_refunds(booking)
        self.assertForTheTeam(booking, "Changed, and credited in part", bank=20, sales20=-16.67, vat20=-3.33)

    def test_the_note_is_a_draft_still(self):
        booking = self.room_on()
        self.paid(booking)
        note = self.draft_note(booking)
        self.assertEqual(booking.payment_status, "credited")
        self.cancel(booking, 3)
        self.assertForTheTeam(
            booking, "Called off, and credited in part", bank=16, sales20=-13.33, vat20=-2.67
        )
        self.assertEqual(note.state, "draft")

    def test_an_unrelated_activity_hides_nothing(self):
        booking = self.room_on()
        self.billed(booking)
        self.credit_by_hand(booking, 4)
        booking.activity_schedule("mail.mail_activity_data_todo", summary="Call Alice")
        self.cancel(booking, 3)
        booking.with_user(self.host).action_waive_fee("Hospitalised")
        self.assertForTheTeam(booking, "Called off", customer=12, sales20=-10, vat20=-2)
        self.assertIn("Call Alice", booking.activity_ids.mapped("summary"))
