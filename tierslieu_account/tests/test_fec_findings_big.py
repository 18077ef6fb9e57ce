import time
from datetime import date

from odoo.tests import TransactionCase, tagged

from odoo.addons.tierslieu_account.models.fec_check import Period
from odoo.addons.tierslieu_base.tests.heavy import heavy

from .fec_big import fill
from .fec_common import SIRET

YEAR = 2030
MOST_SECONDS = 20


@tagged("post_install", "-at_install")
class TestFecFindingsBig(TransactionCase):
    """Checks are as many queries whatever the year holds, and a large year takes seconds."""

    def look(self, years=1):
        """Return the findings of a year or two and how many queries they take."""
        period = Period(self.env.company, date(YEAR, 1, 1), date(YEAR + years - 1, 12, 31))
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        findings = self.env["tierslieu.fec.check"]._findings(period)
        return {finding["key"]: finding["count"] for finding in findings}, self.env.cr.sql_log_count - before

    def test_as_many_queries_for_a_thousand_lines(self):
        self.env.company.company_registry = SIRET
        fill(self.env, 100, YEAR)
        self.look()
        _found, few = self.look()
        self.env.cr.execute("DROP TABLE fec_unit")
        fill(self.env, 1000, YEAR + 1)
        self.look(years=2)
        _found, many = self.look(years=2)
        self.assertEqual(many, few)

    @heavy
    def test_a_large_year_takes_seconds(self):
        self.env.company.company_registry = SIRET
        fill(self.env, 200_000, YEAR)
        begun = time.monotonic()
        found, _queries = self.look()
        took = time.monotonic() - begun
        self.assertEqual((found["unbalanced"], found["no_number"], found["short_account"]), (0, 0, 0))
        self.assertLess(took, MOST_SECONDS)
