from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EventCase, create_event


@tagged("post_install", "-at_install")
class TestCallOff(EventCase):
    """The place calls an event off: everyone is told and has their money back, once, whatever breaks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = create_event(
            cls.env, seats=6, tickets=[("Plein", 0, 12.0), ("Gratuit", 0, 0.0)],
            tierslieu_space_ids=[Command.set(cls.room.ids)],
            tierslieu_policy_id=cls.env["tierslieu.cancellation.policy"].create({"name": "Rien", "back": "nothing"}).id,
        )
        cls.full, cls.free = cls.event.event_ticket_ids

    def settle(self):
        self.env.flush_all()
        self.env.ref("tierslieu_events.cron_call_off").method_direct_trigger()
        self.env.invalidate_all()

    def mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", "event.registration"), ("subject", "ilike", "not take place")]
        )

    def populate(self):
        self.order = self.cart_of(self.alice, self.full, 2)
        self.pay(self.order)
        self.alone = self.register(self.free, name="Zoé", email="zoe@example.org")
        self.nobody = self.register(self.free, name="Sans adresse")
        self.pending = self.cart_of(self.bob, self.full)

    def test_everyone_once(self):
        self.populate()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.event.tierslieu_call_off(" ")
        self.event.tierslieu_call_off("Notre invitée est malade.")
        self.assertFalse(self.event.tierslieu_occupancy_ids.filtered(lambda row: row.state != "released"))
        self.assertEqual(self.event.tierslieu_to_settle, 5)
        with self.assertRaisesRegex(ValidationError, "does not take place"), self.cr.savepoint():
            self.register(self.free)
        for _nth in range(2):
            self.settle()
            self.assertEqual(set(self.event.registration_ids.mapped("state")), {"cancel"})
            refunds = self.env["tierslieu.refund"].search([("transaction_id", "in", self.order.transaction_ids.ids)])
            self.assertEqual(sum(refunds.mapped("amount")), 24.0)
            mails = self.mails()
            self.assertEqual(
                sorted(mails.mapped("email_to")), ["alice@lequai.example", "bob@example.org", "zoe@example.org"]
            )
        told = {mail.email_to: mail.body_html for mail in mails}
        self.assertIn("24,00", told["alice@lequai.example"])
        self.assertIn("Notre invitée est malade.", told["zoe@example.org"])
        self.assertNotIn("go back", told["zoe@example.org"])
        self.assertFalse(self.pending.order_line)
        self.assertEqual(self.event.tierslieu_to_settle, 0)
        self.assertClean()

    def test_killed_and_run_again(self):
        self.populate()
        self.event.tierslieu_call_off("La salle est inondée.")
        send = type(self.registrations)._tierslieu_write_to_all
        calls = []

        def dies(seats, *args, **kwargs):
            calls.append(seats)
            if len(calls) == 2:
                raise RuntimeError("killed")
            return send(seats, *args, **kwargs)

        with patch.object(type(self.registrations), "_tierslieu_write_to_all", dies), mute_logger(
            "odoo.addons.tierslieu_events.models.event_call_off"
        ):
            self.settle()
        left = self.event.registration_ids.filtered(lambda seat: seat.state != "cancel")
        self.assertTrue(left)
        self.assertTrue(self.event.activity_ids)
        self.settle()
        self.assertEqual(set(self.event.registration_ids.mapped("state")), {"cancel"})
        self.assertEqual(len(self.mails()), 3)
        refunds = self.env["tierslieu.refund"].search([("transaction_id", "in", self.order.transaction_ids.ids)])
        self.assertEqual(sum(refunds.mapped("amount")), 24.0)
        self.assertClean()

    def test_a_payment_that_comes_afterwards(self):
        order = self.cart_of(self.bob, self.full, 2)
        self.event.tierslieu_call_off("Annulé.")
        tx = self.pay(order)
        refund = self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)])
        self.assertEqual((order.state, refund.amount), ("cancel", 24.0))
        self.settle()
        self.assertEqual(self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)]), refund)
        self.assertClean()

    def test_it_takes_place_after_all(self):
        self.populate()
        self.event.tierslieu_call_off("Erreur.")
        self.event.kanban_state = "normal"
        self.assertFalse(self.event.tierslieu_called_off_at)
        self.settle()
        self.assertEqual(self.alone.state, "open")
        self.assertTrue(self.event.tierslieu_occupancy_ids.filtered(lambda row: row.state != "released"))
        self.assertFalse(self.mails())

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.event.with_user(self.host).tierslieu_call_off("Sans droit")
        wizard = self.env["tierslieu.event.call.off"].with_user(self.manager).create(
            {"event_id": self.event.id, "why": "Grève"}
        )
        wizard.action_call_off()
        self.assertEqual(self.event.tierslieu_called_off_why, "Grève")
