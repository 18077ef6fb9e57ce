from datetime import datetime

from .fec_common import FecCase

LINES = [("706000", "Bureau", -10), ("471000", "Bureau", 10)]


class TestValidated(FecCase):
    """An entry knows when it was posted, those from before this addon as well as can be."""

    def test_posting(self):
        move = self.entry("2026-03-01", LINES, moment="2026-03-05 08:30")
        self.assertEqual(move.tierslieu_validated_on, datetime(2026, 3, 5, 8, 30))
        self.assertFalse(move.copy().tierslieu_validated_on)
        # What is changed later changes nothing of it.
        with self.at("2026-04-01 08:00"):
            move.ref = "Don"
        self.assertEqual(move.tierslieu_validated_on, datetime(2026, 3, 5, 8, 30))

    def test_posting_again(self):
        move = self.entry("2026-03-01", LINES, moment="2026-03-05 08:30")
        move.button_draft()
        self.assertFalse(move.tierslieu_validated_on)
        self.post(move, "2026-03-07 09:00")
        self.assertEqual(move.tierslieu_validated_on, datetime(2026, 3, 7, 9))
        move.button_draft()
        move.button_cancel()
        self.assertFalse(move.tierslieu_validated_on)

    def test_a_payment_is_validated_too(self):
        invoice = self.invoice(self.alix, "2026-03-01", [("Bureau", 100, self.on_receipt)])
        payment = self.pay(invoice, "2026-03-20")
        self.assertEqual(payment.tierslieu_validated_on, datetime(2026, 3, 20, 11))
        due = self.env["account.move"].search([("tax_cash_basis_origin_move_id", "=", invoice.id)])
        self.assertTrue(due)
        self.assertEqual(due.mapped("tierslieu_validated_on"), [datetime(2026, 3, 20, 11)] * len(due))

    def test_entries_from_before(self):
        """The last change of state that the chatter kept, else the day of the entry; drafts have none."""
        tracked = self.env(context={})
        move = tracked["account.move"].create({
            "journal_id": self.other.id, "date": "2026-03-01",
            "line_ids": [(0, 0, {"account_id": self.account(code).id, "balance": balance})
                         for code, _label, balance in LINES],
        })  # fmt: skip
        self.flush_tracking()
        for moment in ("2026-03-05 08:30", "2026-03-09 08:30"):
            if move.state == "posted":
                move.button_draft()
                self.flush_tracking()
            self.post(move, moment)
            self.flush_tracking()
        messages = move.message_ids.filtered("tracking_value_ids").sorted("id")
        self.assertEqual(len(messages), 3)
        for message, day in zip(messages, (5, 6, 9), strict=True):
            message.date = datetime(2026, 3, day, 8, 30)
        other = self.entry("2026-04-01", LINES, moment="2026-05-01 08:00")
        draft = other.copy()
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET tierslieu_validated_on = NULL")
        for _again in range(2):
            self.env["account.move"].init()
            self.env.invalidate_all()
            self.assertEqual(move.tierslieu_validated_on, datetime(2026, 3, 9, 8, 30))
            self.assertEqual(other.tierslieu_validated_on, datetime(2026, 4, 1, 11))
            self.assertFalse(draft.tierslieu_validated_on)

    def test_a_known_moment_is_not_filled_in_again(self):
        move = self.entry("2026-03-01", LINES, moment="2026-03-05 08:30")
        self.env.flush_all()
        self.env["account.move"].init()
        self.env.invalidate_all()
        self.assertEqual(move.tierslieu_validated_on, datetime(2026, 3, 5, 8, 30))

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.flush()
        self.cr.precommit.run()
