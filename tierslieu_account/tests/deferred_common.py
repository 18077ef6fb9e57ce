from contextlib import ExitStack
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tests.common import UNINVITED, TierslieuCase

CLOSING = date(2026, 12, 31)


class DeferredCase(TierslieuCase):
    """An accountant, on 20 January 2027, who closes 2026; documents are those that a test says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.env["res.lang"]._activate_lang("en_US")
        freezer = freeze_time("2027-01-20 09:00:00")
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.company = cls.env.company

        def user(login, groups):
            return new_test_user(
                cls.env, login, groups=groups, context=UNINVITED, email=f"{login}@lequai.example", lang="en_US",
                name=login.capitalize(),
            ).with_env(cls.env)

        cls.accountant = user("comptable", "account.group_account_user")
        cls.reader = user("lectrice", "account.group_account_readonly")
        cls.Run = cls.env["tierslieu.deferred.income"]
        cls.income = cls.account("706000")
        cls.other_income = cls.account("708300")
        cls.waiting = cls.account("487000")

    @classmethod
    def account(cls, code):
        accounts = cls.env["account.account"].with_company(cls.company)
        return accounts.search([*accounts._check_company_domain(cls.company), ("code", "=", code)], limit=1)

    def setUp(self):
        super().setUp()
        # What the only source says: {closing: rows}, or rows at any of them.
        self.rows = []
        sources = self.registry["tierslieu.deferred.source"]

        def told(_source, company, closing):
            rows = self.rows.get(closing, []) if isinstance(self.rows, dict) else self.rows
            return [row for row in rows if row.get("company", self.company) == company]

        self.patch(sources, "_sources", lambda source: {"test": ("Paid in advance", "_told_by_test")})
        patcher = patch.object(sources, "_told_by_test", told, create=True)
        patcher.start()
        self.addCleanup(patcher.stop)

    def row(self, amount, deferred, nth=1, **values):
        """Return what a source says of a document: the partner of the company stands for it."""
        return {
            "account_id": self.income.id, "amount": amount, "deferred": deferred, "line_id": False,
            "record": ("res.partner", nth), "partner_id": self.company.partner_id.id,
            "analytic_distribution": False, "label": f"Document {nth}", "explanation": "Because.",
        } | values

    def run_of(self, closing=CLOSING, user=None, company=None):
        """Return the run of a closing, prepared by an accountant."""
        run = self.Run.with_user(user or self.accountant).create(
            {"closing": closing, "company_id": (company or self.company).id}
        )
        run.action_prepare()
        return run

    def said(self, move):
        """Return {account: debit less credit} of an entry."""
        found = {}
        for line in move.line_ids:
            found[line.account_id.code] = round(found.get(line.account_id.code, 0) + line.balance, 2)
        return found

    def assertWritesNothing(self, run):
        """Prepare once more: no entry, no line and no statement is created, written or deleted."""
        done = []

        def noted(name, method):
            def call(records, *args, **kwargs):
                if records or (name == "create" and args != ([],)):
                    done.append((records._name, name, args))
                return method(records, *args, **kwargs)
            return call

        with ExitStack() as stack:
            for model in ("account.move", "account.move.line", "tierslieu.deferred.income.line"):
                cls = self.registry[model]
                for name in ("create", "write", "unlink"):
                    stack.enter_context(patch.object(cls, name, noted(name, getattr(cls, name))))
            run.action_prepare()
        self.assertFalse(done)

    def all_of(self, run):
        """Return everything that a run has written, to compare it with what it was."""
        run.env.flush_all()
        run.env.cr.execute(
            SQL(
                "SELECT m.id, m.name, m.state, m.date, m.ref, l.id, l.account_id, l.balance, l.name, l.partner_id,"
                " l.analytic_distribution::text, l.tierslieu_deferred_key"
                " FROM account_move m JOIN account_move_line l ON l.move_id = m.id"
                " WHERE m.tierslieu_deferred_id = %s ORDER BY m.id, l.id", run.id,
            )
        )
        entries = run.env.cr.fetchall()
        run.env.cr.execute(
            SQL("SELECT id, key, amount, deferred, explanation FROM tierslieu_deferred_income_line"
                " WHERE run_id = %s ORDER BY id", run.id)
        )
        return entries, run.env.cr.fetchall()

    def balance(self, account, day, states=("posted",)):
        """Return what an account holds at the end of a day, debit less credit."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT COALESCE(SUM(balance), 0) FROM account_move_line WHERE account_id = %s AND date <= %s"
                " AND parent_state IN %s", account.id, day, tuple(states))
        )
        return float(self.env.cr.fetchone()[0])

    def analytic(self, name):
        plan = self.env["account.analytic.plan"].create({"name": f"Plan {name}"})
        return self.env["account.analytic.account"].create({"name": name, "plan_id": plan.id})

    def other_company(self):
        """Return a second company with a French chart, which the accountant keeps too."""
        company = self.env["res.company"].create({"name": "Le Phare", "country_id": self.env.ref("base.fr").id})
        self.env["account.chart.template"].try_loading("fr", company, install_demo=False)
        self.accountant.company_ids = [Command.link(company.id)]
        return company
