from unittest.mock import patch

from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tools import try_turn

from .test_money import MoneyCase

TURN = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"


@tagged("post_install", "-at_install")
class TestRefundTurn(MoneyCase):
    """Each refund is seen to by one worker at a time, and none holds up the others."""

    def cancelled(self, hour):
        booking = self.reserve(self.room, self.at(1, hour), 2)
        self.pay(self.cart(booking))
        booking.action_cancel()
        self.assertEqual(booking.refund_ids.state, "pending")
        return booking.refund_ids

    def test_one_that_another_worker_sends_is_left_to_it(self):
        refund, other = self.cancelled(9), self.cancelled(14)
        refund.state = "sent"
        # A connection of its own: the test's cursors share one, whose turns are its own.
        with db_connect(self.env.cr.dbname).cursor() as theirs:
            theirs.execute(TURN, [f"tierslieu refund {refund.id}"])
            self.assertEqual(theirs.fetchone(), (True,))
            self.run_cron("cron_send_refunds")
            self.assertEqual((refund.state, other.state), ("sent", "done"), "Not called interrupted.")
            theirs.execute("SELECT pg_advisory_unlock_all()")
        self.run_cron("cron_send_refunds")
        self.assertEqual(refund.state, "failed", "Whoever sent it is no more.")

    def test_a_turn_ends_with_its_block(self):
        for _time in range(2):
            with try_turn(self.env, "refund 0") as mine:
                self.assertTrue(mine)

    def test_what_goes_wrong_stops_no_other_and_is_told(self):
        refund, other = self.cancelled(9), self.cancelled(14)
        ask = type(self.env["payment.transaction"])._refund

        def broken(tx, amount_to_refund=None):
            if tx == refund.transaction_id:
                raise ValueError("The provider has changed its mind about the world")
            return ask(tx, amount_to_refund)

        with (
            patch.object(type(self.env["payment.transaction"]), "_refund", broken),
            self.assertLogs("odoo.addons.tierslieu_booking.models.refund", "ERROR") as logs,
        ):
            self.run_cron("cron_send_refunds")
        self.assertEqual(len(logs.records), 1)
        self.assertEqual((refund.state, other.state), ("failed", "done"))
        self.assertTrue(refund.message)
        self.assertTrue(refund.activity_id)
