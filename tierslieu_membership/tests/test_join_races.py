from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_booking.tests.common import demo_payment

from .test_plan_races import PlanRaceCase

PAYERS = 3


@tagged("post_install", "-at_install", "race")
class TestJoinRaces(PlanRaceCase):
    """The last desk paid for on line by several at the same instant."""

    @classmethod
    def prepare(cls, env):
        result = super().prepare(env)
        env["tierslieu.plan"].browse(cls.plans["resident"]).write({"is_published": True, "caution_amount": 150.0})
        env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        cls.provider, cls.method, cls.website = (record.id for record in demo_payment(env))
        return result

    def paid(self, who):
        """Commit a cart with the plan, and a payment of the whole of it whose money is here; return its id."""
        with self.committed() as env:
            order = env["sale.order"].create({"partner_id": who, "website_id": self.website})
            order._tierslieu_add_plan(env["tierslieu.plan"].browse(self.plans["resident"]), date(2030, 1, 7))
            tx = env["payment.transaction"].create(
                {
                    "provider_id": self.provider,
                    "payment_method_id": self.method,
                    "reference": f"{order.name}-last-desk",
                    "amount": order.amount_total,
                    "currency_id": order.currency_id.id,
                    "partner_id": who,
                    "operation": "online_direct",
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
            tx._set_done()
            return tx.id

    def last_desk(self):
        """One desk is left; three have paid for it and their payments are settled at once."""
        people = self.people(PAYERS + 1)
        with self.committed() as env:
            self.subscribe(people.pop())(env)
        payments = [self.paid(who) for who in people]
        self.at_once(
            *(lambda env, tx=tx: env["payment.transaction"].browse(tx)._post_process() for tx in payments)
        )
        # What met another at the same instant is polled again, as the page of the payment and the nights do.
        for tx in payments:
            with self.committed() as env:
                transaction = env["payment.transaction"].browse(tx)
                if not transaction.is_post_processed:
                    transaction._post_process()
        with self.committed() as env:
            transactions = env["payment.transaction"].browse(payments)
            contracts = transactions.sale_order_ids.order_line.tierslieu_contract_id
            refunds = env["tierslieu.refund"].search([("transaction_id", "in", payments)])
            back = {tx: sum(refunds.filtered(lambda one, tx=tx: one.transaction_id == tx).mapped("amount"))
                    for tx in transactions}
            return [
                (bool(tx.sale_order_ids.order_line.tierslieu_contract_id), back[tx], tx.amount) for tx in transactions
            ], len(contracts)

    def test_one_has_it_and_the_others_their_money(self):
        outcomes, subscriptions = self.last_desk()
        self.assertEqual(subscriptions, 1, outcomes)
        for has_it, back, paid in outcomes:
            self.assertEqual(back, 0.0 if has_it else paid, outcomes)
        self.assertEqual(self.live(), 2)
        self.assertIntegrity()

    @heavy
    def test_control_two_have_the_same_desk(self):
        with self.without_constraint("tierslieu_occupancy", "tierslieu_occupancy_no_overlap"):

            def blind(occupancy, units, ranges, vals, together, space=None):
                free = units - occupancy._live(units, ranges).unit_id
                return occupancy._insert(free[:1], ranges, vals) if free else occupancy.browse()

            with patch.object(self.registry["tierslieu.occupancy"], "_claim", blind):
                _outcomes, subscriptions = self.last_desk()
        self.assertGreater(subscriptions, 1, "The control run shows no race")
