from datetime import timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tests.common import UNINVITED


class SourcesBase:
    """What tests of sources share: what a source says, the closing of a year, documents by the thousand.

    A mixin of a case with `env` and `place`.
    """

    @classmethod
    def make_accountant(cls):
        # Sums and days are said as in English.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.company = cls.place.company_id
        cls.accountant = new_test_user(
            cls.env, "comptable_sources", groups="account.group_account_user", context=UNINVITED,
            email="comptable_sources@lequai.example", lang="en_US",
        ).with_env(cls.env)

    def rows(self, source, closing, company=None):
        """Return what a source says, once it holds together: signs, lines told once, words."""
        self.env.flush_all()
        self.env.invalidate_all()
        company = company or self.place.company_id
        sources = self.env["tierslieu.deferred.source"].sudo().with_company(company)
        found = getattr(sources, sources._sources()[source][1])(company, closing)
        for row in found:
            line = self.env["account.move.line"].browse(row["line_id"])
            self.assertEqual((row["account_id"], row["amount"]), (line.account_id.id, -line.balance))
            self.assertLessEqual(line.date, closing)
            self.assertTrue(0 < row["deferred"] / row["amount"] <= 1, row)
            self.assertTrue(row["label"] and row["explanation"])
        self.assertEqual(len(found), len({row["line_id"] for row in found}), "A line is told once.")
        return found

    def total(self, source, closing, company=None):
        """Return what a source defers, exact."""
        return sum((Decimal(str(row["deferred"])) for row in self.rows(source, closing, company)), Decimal(0))

    def by_record(self, source, closing):
        """Return {id of a record: Decimal deferred}."""
        found = {}
        for row in self.rows(source, closing):
            key = row["record"][1]
            found[key] = found.get(key, Decimal(0)) + Decimal(str(row["deferred"]))
        return {key: value for key, value in found.items() if value}

    def close(self, closing):
        """Prepare and post the deferred income of a closing, some weeks after it; return the run."""
        with freeze_time(closing + timedelta(days=45)):
            run = self.env["tierslieu.deferred.income"].with_user(self.accountant).create(
                {"closing": closing, "company_id": self.company.id}
            )
            run.action_prepare()
            if run.state == "draft":
                run.action_post()
            return run

    def balance(self, code, last):
        """Return what an account holds at the end of a day, exact; a credit above zero."""
        self.env.flush_all()
        account = self.env["account.account"].with_company(self.company).search(
            [*self.env["account.account"]._check_company_domain(self.company), ("code", "=", code)], limit=1
        )
        self.env.cr.execute(
            SQL("SELECT COALESCE(-SUM(balance), 0) FROM account_move_line"
                " WHERE account_id = %s AND date <= %s AND parent_state = 'posted'", account.id, last)
        )
        return Decimal(str(self.env.cr.fetchone()[0])).quantize(Decimal("0.01"))

    # -- Documents by the thousand

    def columns(self, table):
        self.env.cr.execute(
            SQL("SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                " AND is_generated = 'NEVER'", table)
        )
        return [name for (name,) in self.env.cr.fetchall() if name != "id"]

    def clone(self, record, many):
        """Copy a record of the database, as it is but for the values of each copy; return their ids.

        Far from the rules of its model: for thousands of what one right record stands for.
        """
        self.env.flush_all()
        table, ids = record._table, []
        names = self.columns(table)
        for values in many:
            picked = [SQL("%s", values[name]) if name in values else SQL.identifier(name) for name in names]
            self.env.cr.execute(
                SQL("INSERT INTO %s (%s) SELECT %s FROM %s WHERE id = %s RETURNING id", SQL.identifier(table),
                    SQL(", ").join(map(SQL.identifier, names)), SQL(", ").join(picked), SQL.identifier(table),
                    record.id)
            )
            ids.append(self.env.cr.fetchone()[0])
        self.env.invalidate_all()
        return ids

    def charge(self, sale_line, day, cents, quantity=1):
        """Post a document of one line of an order far from Odoo: above zero an invoice, below a credit note.

        :return: the id of its line
        """
        template = self.template
        line = template.invoice_line_ids
        kind = "out_invoice" if cents > 0 else "out_refund"
        self.charged = getattr(self, "charged", 0) + 1
        [move] = self.clone(template, [{"date": day, "invoice_date": day, "move_type": kind,
                                        "name": f"T/{self.charged:06}"}])
        balance = Decimal(-cents) / 100
        [copy] = self.clone(
            line, [{"move_id": move, "date": day, "balance": balance, "amount_currency": balance,
                    "debit": max(balance, 0), "credit": max(-balance, 0), "quantity": quantity}]
        )
        if sale_line:
            self.env.cr.execute(
                SQL("INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id) VALUES (%s, %s)",
                    sale_line, copy)
            )
        return copy
