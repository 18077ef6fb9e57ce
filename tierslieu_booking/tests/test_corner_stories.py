from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .extras_common import create_extras
from .test_approval import ApprovalCase
from .test_attacks import AttackCase
from .test_late_payment import LATE


@tagged("post_install", "-at_install")
class TestApprovedInsideAStep(ApprovalCase):
    """The team agrees so late that cancelling has its price already: nobody owes it who never had a choice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lounge.cancellation_policy_id = cls.env["tierslieu.cancellation.policy"].create(
            {"name": "A day before", "no_show_fee": 100, "step_ids": [Command.create({"hours": 24, "fee": 50})]}
        )

    def agreed_late(self, **options):
        """Return a request made two days ahead and agreed to ten hours before it begins."""
        booking = self.ask(self.at(2, 14), **options)
        with freeze_time(self.at(2, 4)):
            self.as_host(booking).action_approve()
        return booking

    def test_withdrawn_inside_the_step_before_the_answer(self):
        booking = self.ask(self.at(2, 14))
        with freeze_time(self.at(2, 4)):
            self.assertEqual(booking.cancelling_now()["percent"], 0)
            booking.with_user(self.zoe_user).sudo().action_cancel()
        self.assertEqual((booking.state, booking.fee_amount, booking.amount_owed), ("cancelled", 0, 0))
        self.assertClean()

    def test_agreed_inside_the_step_it_says_its_price_before_it_is_paid(self):
        booking = self.agreed_late()
        mail = self.mails()[-1]
        self.assertIn("agreed", mail.subject)
        self.assertRegex(mail.body_html, "50.%")
        with freeze_time(self.at(2, 5)):
            booking.with_user(self.zoe_user).sudo().action_cancel()
        self.assertEqual((booking.state, booking.fee_amount, booking.amount_owed), ("cancelled", 0, 0))
        self.assertClean()

    def test_agreed_inside_the_step_then_confirmed_it_costs_the_step(self):
        booking = self.agreed_late()
        with freeze_time(self.at(2, 5)):
            booking.action_confirm()
            self.assertEqual(booking.cancelling_now()["fee"], 8)
            booking.with_user(self.zoe_user).sudo().action_cancel()
        self.assertEqual((booking.fee_percent, booking.fee_amount, booking.amount_owed), (50, 8, 8))
        self.assertClean()


@tagged("post_install", "-at_install")
class TestLateProjector(AttackCase):
    """Paid after the hold lapsed, when the room is free still and its projector is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.projector = create_extras(cls.env, cls.place, cls.taxes, cls.env.company)["projector"]
        cls.projector.unit_count = 1

    def mails(self):
        self.env.flush_all()
        return self.env["mail.mail"].search(
            [("recipient_ids", "in", self.alice.ids), ("model", "!=", "account.move")], order="id"
        )

    def late(self, taken):
        """Pay a room with a projector too late; someone else may have taken the projector meanwhile."""
        booking = self.reserve(self.room, self.at(1, 10), 2, extras=[self.projector.id])
        order = self.cart(booking)
        self.assertEqual((booking.amount_total, order.amount_total), (26.0, 26.0))
        tx = self.draft_payment(order)
        with freeze_time(LATE):
            if taken:
                other = self.Booking.reserve(
                    self.lounge, self.bruno, self.at(1, 11), self.at(1, 12), extras=[self.projector.id]
                )
                other.action_confirm()
            before = self.mails()
            self.done(tx)
            self.done(tx)
        return booking, order, tx, self.mails() - before

    def test_the_projector_is_free_still(self):
        booking, order, tx, _mails = self.late(taken=False)
        self.assertEqual((booking.state, order.state), ("confirmed", "sale"))
        self.assertEqual(booking._own_equipment().mapped("state"), ["firm"])
        self.assertFalse(self.refunds(tx))
        self.assertClean()

    def test_the_projector_is_gone_so_is_the_room_and_all_of_it_comes_back(self):
        """A room without what was asked with it is not what was paid for: it is given back, and told."""
        booking, order, tx, mails = self.late(taken=True)
        self.assertEqual((booking.state, order.state), ("expired", "cancel"))
        self.assertFalse(booking._own_equipment())
        self.assertEqual(self.refunds(tx).mapped(lambda one: (one.amount, one.state)), [(26.0, "pending")])
        [mail] = mails
        self.assertIn("no longer free", mail.subject)
        self.assertIn("Petit salon", mail.body_html)
        self.assertEqual(self.room.free_count(self.at(1, 10), self.at(1, 12)), 1, "The room is for others.")
        self.assertClean()
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.run_cron("cron_send_refunds")
        self.assertEqual(self.refunds(tx).state, "done")
        self.assertClean()
