from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_account.tests.analytic_common import activity_of
from odoo.addons.tierslieu_events.tests.common import EventCase


@tagged("post_install", "-at_install")
class TestAnalyticEvents(EventCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["tierslieu.place"].create({"name": "La Halle", "company_id": cls.env.company.id})
        cls.event.tierslieu_place_id = cls.second
        events = activity_of(cls.env, cls.env.company, "ticket")
        cls.bears = {f"{cls.second.analytic_account_id.id},{events.id}": 100.0}

    def test_tickets_are_of_the_place_of_their_event(self):
        order = self.cart_of(self.alice, self.full, 2)
        self.pay(order)
        self.assertEqual(order.invoice_ids.invoice_line_ids.mapped("analytic_distribution"), [self.bears])

    def test_so_is_what_stays_due_of_a_seat_given_up(self):
        self.event.tierslieu_policy_id = self.env["tierslieu.cancellation.policy"].create(
            {"name": "Billets", "step_ids": [Command.create({"hours": 48, "fee": 50})]}
        )
        order = self.cart_of(self.alice, self.full, 2)
        self.pay(order)
        with self.later(days=48):
            order._tierslieu_seats()[:1].action_cancel()
            self.env.flush_all()
        lines = order.invoice_ids.invoice_line_ids
        self.assertGreater(len(lines.move_id), 1)
        self.assertEqual(lines.mapped("analytic_distribution"), [self.bears] * len(lines))
