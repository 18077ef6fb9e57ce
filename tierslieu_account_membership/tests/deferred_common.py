import random
from datetime import timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tests.common import UNINVITED


class DeferredDocuments:
    """What tests of sources share: an accountant, accounts, what a source says, and the closing of a year.

    A mixin of a case with `env` and `place`.
    """

    @classmethod
    def make_accountant(cls):
        cls.company = cls.place.company_id
        cls.accountant = new_test_user(
            cls.env, "comptable", groups="account.group_account_user", context=UNINVITED,
            email="comptable@lequai.example", lang="en_US",
        ).with_env(cls.env)

    def account(self, code):
        accounts = self.env["account.account"].with_company(self.company)
        return accounts.search([*accounts._check_company_domain(self.company), ("code", "=", code)], limit=1)

    def told(self, source, closing, company=None):
        """Return {id of a line: Decimal deferred} that a source says; the rest of what it says holds together."""
        company = company or self.company
        sources = self.env["tierslieu.deferred.source"].sudo().with_company(company)
        found = {}
        for row in getattr(sources, sources._sources()[source][1])(company, closing):
            line = self.env["account.move.line"].browse(row["line_id"])
            self.assertNotIn(line.id, found, "A line is told once.")
            self.assertEqual((row["account_id"], row["amount"]), (line.account_id.id, -line.balance))
            self.assertTrue(row["label"] and row["explanation"])
            found[line.id] = Decimal(str(row["deferred"]))
        return found

    def assertSame(self, found, expected, words):
        """Compare what a source says with the oracle; show the first lines that differ."""
        wrong = [
            (key, found.get(key), expected.get(key))
            for key in sorted(found | expected) if found.get(key) != expected.get(key)
        ]
        self.assertFalse(wrong, f"{words}: {len(wrong)} of {len(expected)}; line, found, expected: {wrong[:5]}")

    def close(self, closing):
        """Prepare and post the deferred income of a closing, some weeks after it."""
        with freeze_time(closing + timedelta(days=45)):
            run = self.env["tierslieu.deferred.income"].with_user(self.accountant).create(
                {"closing": closing, "company_id": self.company.id}
            )
            run.action_prepare()
            if run.state == "draft":
                run.action_post()
            return run

    def balance(self, account, last, first=None):
        """Return what an account holds at the end of a day, or of some days, as a Decimal; credit above zero."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT COALESCE(-SUM(balance), 0)::text FROM account_move_line WHERE account_id = %s AND date <= %s"
                " AND date >= %s AND parent_state = 'posted'", account.id, last, first or "1900-01-01")
        )
        return Decimal(self.env.cr.fetchone()[0])


def some_amount(rng):
    """Return cents: round sums, odd ones, and very small ones."""
    return rng.choice((1, 5, 1000, 9999, 24000, rng.randrange(1, 60000), rng.randrange(1, 60000)))


def dice(seed):
    return random.Random(seed)
