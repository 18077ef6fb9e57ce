import time
from contextlib import contextmanager
from datetime import date, datetime
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data

from .charge_common import create_card, create_provider
from .plan_common import create_plan_data

NOW = datetime(2030, 1, 7, 7)
NOISE = ("odoo.sql_db", "odoo.service.model")
WORKERS, INVOICES = 3, 4


@tagged("post_install", "-at_install", "race")
class TestChargeRaces(RaceCase):
    """A card is charged once, whoever works on it at once and whoever dies."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        plan = create_plan_data(env, data)["quarter"]
        cls.provider = create_provider(env, env.company).id
        cls.plan, cls.nobody = plan.id, 0

    def setUp(self):
        super().setUp()
        clock = patch("odoo.fields.Datetime.now", lambda: NOW)
        clock.start()
        self.addCleanup(clock.stop)
        with self.committed() as env:
            env["tierslieu.charge"].search([("state", "in", ("due", "asking", "check"))]).state = "stopped"
            self.contracts = [self.with_card(env).id for _nth in range(INVOICES)]

    def with_card(self, env):
        type(self).nobody += 1
        who = env["res.partner"].create({"name": f"Abonnée {self.nobody}"})
        contract = env["tierslieu.plan"].subscribe(self.plan, who, date(2030, 1, 7))
        contract._tierslieu_bill()
        contract._tierslieu_keep_card(create_card(env, env["payment.provider"].browse(self.provider), who), who)
        return contract

    @contextmanager
    def slow_bank(self, seconds=0.3):
        """Let the bank take its time, and count what it is asked."""
        transactions = self.registry["payment.transaction"]
        real, asked = transactions._send_payment_request, []

        def slow(tx):
            asked.append(tx.invoice_ids.id)
            time.sleep(seconds)
            return real(tx)

        with patch.object(transactions, "_send_payment_request", slow):
            yield asked

    def work(self):
        with self.expected_logs(*NOISE):
            return self.race(WORKERS, lambda env, nth: env["tierslieu.charge"]._cron_charge())

    def payments(self):
        """Return {contract: number of payments that are done or under way}."""
        with self.committed() as env:
            charges = env["tierslieu.charge"].search([("contract_id", "in", self.contracts)])
            return {
                charge.contract_id.id: len(charge.move_id.transaction_ids.filtered(
                    lambda tx: tx.state in ("draft", "pending", "authorized", "done")
                )) for charge in charges
            }

    def test_a_token_charged_by_several_workers(self):
        with self.slow_bank() as asked:
            outcomes = self.work()
        self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
        # Who lost a turn leaves it for the next run.
        with self.slow_bank(0) as later:
            self.work()
        self.assertEqual(len(asked + later), INVOICES)
        self.assertEqual(len(set(asked + later)), INVOICES)
        self.assertEqual(self.payments(), dict.fromkeys(self.contracts, 1))
        self.assertIntegrity()

    @heavy
    def test_control_a_token_charged_by_several_workers(self):
        charges = self.registry["tierslieu.charge"]

        @contextmanager
        def nobody_waits(_env, _key):
            yield True

        def blind(charge):
            """Check, then insert: what anybody would write first."""
            transactions = charge.env["payment.transaction"]
            if charge.transaction_ids or not charge._may_ask():
                return transactions
            token = charge.contract_id.tierslieu_token_id
            time.sleep(0.5)
            return transactions.create(
                {
                    "provider_id": token.provider_id.id, "payment_method_id": token.payment_method_id.id,
                    "amount": charge.residual, "currency_id": charge.currency_id.id,
                    "partner_id": token.partner_id.id, "token_id": token.id, "operation": "offline",
                    "reference": f"{charge.move_id.name}-{time.monotonic_ns()}",
                    "invoice_ids": [Command.set(charge.move_id.ids)],
                }
            )

        with self.committed() as env:
            env["tierslieu.charge"]._find_due()
        with (
            patch("odoo.addons.tierslieu_base.tools.try_turn", nobody_waits),
            patch.object(charges, "_claim", blind),
            patch.object(self.registry["payment.transaction"], "_tierslieu_check_not_charged", lambda tx: None),
            patch.object(charges, "_conclude", lambda charge, died=False: None), self.slow_bank() as asked,
        ):
            self.work()
        self.assertGreater(len(asked), len(set(asked)), "The control run shows no race")

    def test_by_hand_and_by_card_at_once(self):
        """A member pays an invoice while its card is charged: one of the two is asked."""
        contract = self.contracts[0]
        with self.committed() as env:
            env["tierslieu.charge"]._find_due()
            charge = env["tierslieu.charge"].search([("contract_id", "=", contract)]).id

        def by_hand(env):
            token = env["contract.contract"].browse(contract).tierslieu_token_id
            move = env["tierslieu.charge"].browse(charge).move_id
            if move.transaction_ids.filtered(lambda tx: tx.state in ("draft", "pending", "authorized", "done")):
                return None
            return env["payment.transaction"].create(
                {
                    "provider_id": token.provider_id.id, "payment_method_id": token.payment_method_id.id,
                    "amount": move.amount_residual, "currency_id": move.currency_id.id,
                    "partner_id": token.partner_id.id, "operation": "online_direct",
                    "invoice_ids": [Command.set(move.ids)],
                }
            ).id

        def by_card(env):
            return env["tierslieu.charge"].browse(charge)._claim().id

        with self.expected_logs(*NOISE):
            self.race(2, lambda env, nth: (by_hand, by_card)[nth](env), work=0.3)
        self.assertEqual(self.payments()[contract], 1)

    # -- Killed

    def run_once(self):
        with db_connect(self.database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["tierslieu.charge"]._cron_charge()
            cr.commit()  # pylint: disable=invalid-commit

    def killed_while_asking(self):
        """Run in a process of its own, killed while the bank has the first question."""

        def ask_slowly():
            with self.slow_bank(300):
                self.run_once()

        child = self.fork(ask_slowly)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with self.committed() as env:
                if env["tierslieu.charge"].search_count(
                    [("contract_id", "in", self.contracts), ("state", "=", "asking")]
                ):
                    break
            time.sleep(0.05)
        time.sleep(0.5)
        return self.kill(child)

    def test_killed_between_asking_and_answering(self):
        self.assertTrue(self.killed_while_asking(), "It ended before it could be killed.")
        with self.committed() as env:
            stuck = env["tierslieu.charge"].search(
                [("contract_id", "in", self.contracts), ("state", "=", "asking")]
            )
            self.assertEqual(len(stuck), 1)
            invoice, stuck = stuck.move_id.id, stuck.id
        with self.slow_bank(0) as asked:
            for _nth in range(3):
                self.run_once()
        self.assertNotIn(invoice, asked, "Nobody knows whether the bank heard: it is not asked again.")
        self.assertEqual(len(asked), INVOICES - 1)
        with self.committed() as env:
            charge = env["tierslieu.charge"].browse(stuck)
            self.assertEqual((charge.state, charge.transaction_ids.state), ("check", "draft"))
            self.assertEqual(len(charge.activity_ids), 1)
        self.assertIntegrity()
