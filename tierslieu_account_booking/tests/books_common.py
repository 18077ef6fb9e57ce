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

    charged_before = 0

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
        """Return {column: its type} of a table."""
        self.env.cr.execute(
            SQL("SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass"
                " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname != 'id'", table)
        )
        return dict(self.env.cr.fetchall())

    def clone(self, record, many):
        """Copy a record of the database, as it is but for the values of each copy; return their ids, in order.

        Far from the rules of its model: for thousands of what one right record stands for. All have the same keys.
        """
        if not many:
            return []
        self.env.flush_all()
        table, types, other = SQL.identifier(record._table), self.columns(record._table), list(many[0])
        picked = [
            SQL("v.%s::" + types[name], SQL.identifier(name)) if name in other
            else SQL("t.%s", SQL.identifier(name))
            for name in types
        ]
        values = [[None if one[name] is None else str(one[name]) for one in many] for name in other]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s t, unnest(%s) WITH ORDINALITY AS v(%s)"
                " WHERE t.id = %s ORDER BY v.nth_of_all RETURNING id",
                table, SQL(", ").join(map(SQL.identifier, types)), SQL(", ").join(picked), table,
                SQL(", ").join(SQL("%s::text[]", column) for column in values),
                SQL(", ").join(map(SQL.identifier, [*other, "nth_of_all"])), record.id,
            )
        )
        ids = [key for (key,) in self.env.cr.fetchall()]
        self.env.invalidate_all()
        return ids

    def charge(self, documents):
        """Post documents of one line each: above zero an invoice, below a credit note; return the ids of the lines.

        :param documents: [(id of the line of an order, date, cents, quantity)]
        """
        moves = self.clone(
            self.template,
            [
                {"date": day, "invoice_date": day, "name": f"T/{nth:06}",
                 "move_type": "out_invoice" if cents > 0 else "out_refund"}
                for nth, (_sold, day, cents, _quantity) in enumerate(documents, self.charged_before)
            ],
        )
        self.charged_before += len(moves)
        lines = self.clone(
            self.template.invoice_line_ids,
            [
                {"move_id": move, "date": day, "quantity": quantity, "balance": Decimal(-cents) / 100,
                 "amount_currency": Decimal(-cents) / 100, "debit": Decimal(max(-cents, 0)) / 100,
                 "credit": Decimal(max(cents, 0)) / 100}
                for move, (_sold, day, cents, quantity) in zip(moves, documents, strict=True)
            ],
        )
        self.env.cr.execute(
            SQL("INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)"
                " SELECT * FROM unnest(%s::int[], %s::int[])", [document[0] for document in documents], lines)
        )
        self.env.invalidate_all()
        return lines
