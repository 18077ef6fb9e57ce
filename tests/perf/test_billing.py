"""Our billing run beside OCA's, on the same contracts, invoices posted by both: ./setup/test --full."""

import time
from datetime import date, datetime
from unittest.mock import patch

from figures import figure

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data
from odoo.addons.tierslieu_membership.tests.plan_common import create_plan_data

NOW, FIRST = datetime(2030, 1, 7, 7), date(2030, 1, 1)
NUMBER, ROUNDS = 150, 3
AT_MOST = 1.3


class TestBilling(RaceCase):
    """Groups of the same subscriptions, one billed by us and one by OCA in turn."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        cls.plan = create_plan_data(env, data)["quarter"].id
        cls.company = env.company.id

    def setUp(self):
        super().setUp()
        clock = patch("odoo.fields.Datetime.now", lambda: NOW)
        clock.start()
        self.addCleanup(clock.stop)

    def contracts(self, plain):
        """Commit a group of subscriptions; as OCA would have made them when plain."""
        with self.committed() as env:
            people = env["res.partner"].create([{"name": f"Abonnée {nth}"} for nth in range(NUMBER)])
            contracts = env["contract.contract"].union(
                *(env["tierslieu.plan"].subscribe(self.plan, who, FIRST) for who in people)
            )
            if plain:
                contracts.contract_line_ids.tierslieu_cycle = False
                contracts.tierslieu_plan_id = False
            return contracts.ids

    def seconds(self, bill):
        with db_connect(self.database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            begun = time.perf_counter()
            bill(env)
            env.flush_all()
            cr.commit()  # pylint: disable=invalid-commit
            return time.perf_counter() - begun

    def ours(self):
        ids = self.contracts(plain=False)
        took = self.seconds(lambda env: env["tierslieu.billing.run"]._bill_company(env.company))
        return ids, took

    def theirs(self):
        ids = self.contracts(plain=True)

        def bill(env):
            env["contract.contract"]._cron_recurring_create(date_ref=FIRST)
            env["account.move.line"].search([("contract_line_id.contract_id", "in", ids)]).move_id.action_post()

        return ids, self.seconds(bill)

    @heavy
    def test_our_run_beside_oca_s(self):
        self.theirs()  # what a first run loads is nobody's cost
        pairs = []
        for _round in range(ROUNDS):
            (their_ids, their_time), (our_ids, our_time) = self.theirs(), self.ours()
            pairs.append((our_time, their_time))
            with self.committed() as env:
                for ids in (their_ids, our_ids):
                    lines = env["account.move.line"].search([("contract_line_id.contract_id", "in", ids)])
                    self.assertEqual(len(lines.move_id), NUMBER)
                    self.assertEqual(set(lines.move_id.mapped("state")), {"posted"})
                    self.assertEqual(set(lines.move_id.mapped("amount_total")), {900.0})
        ours, theirs = (sum(times) / ROUNDS / NUMBER * 1000 for times in zip(*pairs, strict=True))
        ratio = min(our / their for our, their in pairs)
        figure(
            f"Billing {NUMBER} subscriptions, posting included: {ours:.1f} ms each by our run, {theirs:.1f} ms by"
            f" OCA's and posting: {ours / theirs:.2f} times."
        )
        self.assertLessEqual(ratio, AT_MOST)
