import re
import time
from datetime import date, datetime
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import FULL
from odoo.addons.tierslieu_base.tests.race import RaceCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data

from .plan_common import create_plan_data

NOW = datetime(2030, 1, 7, 7)
NUMBER, CHUNK = (500, 50) if FULL else (40, 4)


@tagged("post_install", "-at_install", "race")
class TestKilled(RaceCase):
    """A billing run that is killed, and run again."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        plan = create_plan_data(env, data)["quarter"]
        people = env["res.partner"].create([{"name": f"Abonnée {nth}"} for nth in range(NUMBER)])
        cls.company = env.company.id
        with patch("odoo.fields.Datetime.now", lambda: NOW):
            cls.contracts = [env["tierslieu.plan"].subscribe(plan, who, date(2030, 1, 7)).id for who in people]

    def setUp(self):
        super().setUp()
        clock = patch("odoo.fields.Datetime.now", lambda: NOW)
        clock.start()
        self.addCleanup(clock.stop)

    def run_billing(self):
        with db_connect(self.database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["tierslieu.billing.run"]._bill_company(env["res.company"].browse(self.company), size=CHUNK)
            cr.commit()  # pylint: disable=invalid-commit

    def numbers(self):
        """Return the numbers of the invoices made for the subscriptions."""
        with self.committed() as env:
            lines = env["account.move.line"].search([("contract_line_id.contract_id", "in", self.contracts)])
            return lines.move_id.mapped("name")

    def killed_run(self):
        """Run the billing in a process of its own, killed when a third is done."""
        child = self.fork(self.run_billing)
        deadline = time.monotonic() + 300
        while len(self.numbers()) < NUMBER // 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.kill(child)

    def test_each_invoice_once_and_no_gap(self):
        self.assertTrue(self.killed_run(), "It ended before it could be killed.")
        done = len(self.numbers())
        self.assertTrue(0 < done < NUMBER, done)
        self.run_billing()
        self.run_billing()
        names = self.numbers()
        self.assertEqual((len(names), len(set(names))), (NUMBER, NUMBER))
        last = sorted(int(re.search(r"(\d+)$", name)[1]) for name in names)
        self.assertEqual(last, list(range(last[0], last[0] + NUMBER)), "A number is missing.")
        self.assertIntegrity()
