"""Invoices and credit notes by the thousand, written as rows: what the books hold, without the time it takes."""

import json
from datetime import date, timedelta

MOVE = (
    "id int, company_id int, journal_id int, currency_id int, partner_id int, name text, state text, move_type text,"
    " auto_post text, date date, invoice_date date, reversed_entry_id int"
)
LINE = (
    "id int, move_id int, company_id int, journal_id int, currency_id int, company_currency_id int, partner_id int,"
    " account_id int, display_type text, parent_state text, date date, name text, move_name text, quantity numeric,"
    " balance numeric, amount_currency numeric, debit numeric, credit numeric, product_id int, contract_line_id int,"
    " tierslieu_first date, tierslieu_last date"
)
ADHESION = (
    "id int, membership_id int, partner_id int, company_id int, account_invoice_line_id int, date_from date,"
    " date_to date, tierslieu_scope text, state text, member_price numeric"
)


class Documents:
    """Rows of documents that wait to be written.

    :param case: a test with `env`, `company` and `account(code)`
    """

    def __init__(self, case, company=None, income=None):
        self.env = case.env
        self.company = company or case.company
        sale = [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        self.journal = self.env["account.journal"].search(sale, limit=1)
        self.income = income or case.account("706000")
        self.vat, self.receivable = case.account("445710"), case.account("411100")
        self.partner = self.env["res.partner"].create({"name": "Alice Mille-Factures"})
        self.rows = {"account_move": [], "account_move_line": [], "membership_membership_line": []}
        self.ids = {table: iter(()) for table in self.rows}

    def next_id(self, table):
        found = next(self.ids[table], None)
        if found is None:
            self.env.cr.execute(f"SELECT nextval('{table}_id_seq') FROM generate_series(1, 2000)")
            self.ids[table] = iter([row[0] for row in self.env.cr.fetchall()])
            found = next(self.ids[table])
        return found

    def add(self, kind, day, lines, state="posted", reverses=None):
        """Add an invoice, or a credit note, with its VAT at 20 % and what is to be paid.

        :param kind: "out_invoice", "out_refund"
        :param lines: dicts of `cents` without tax, above zero, and of columns of a line
        :return: (id, [ids of its lines, in their order])
        """
        move = self.next_id("account_move")
        sign = -1 if kind == "out_invoice" else 1
        currency, company = self.company.currency_id.id, self.company.id
        name = f"{'FAC' if sign < 0 else 'AV'}/ALEA/{move}"
        self.rows["account_move"].append(
            {
                "id": move, "company_id": company, "journal_id": self.journal.id, "currency_id": currency,
                "partner_id": self.partner.id, "name": name, "state": state, "move_type": kind, "auto_post": "no",
                "date": day, "invoice_date": day, "reversed_entry_id": reverses,
            }
        )
        base = {
            "move_id": move, "company_id": company, "journal_id": self.journal.id, "currency_id": currency,
            "company_currency_id": currency, "partner_id": self.partner.id, "parent_state": state, "date": day,
            "move_name": name,
        }
        ids, total = [], 0
        for line in lines:
            cents, columns = line["cents"], {key: value for key, value in line.items() if key != "cents"}
            total += cents
            usual = {"account_id": self.income.id, "display_type": "product"}
            ids.append(self._line(base, sign * cents, usual | columns))
        vat = (total + 2) // 5
        self._line(base, sign * vat, {"account_id": self.vat.id, "display_type": "tax"})
        self._line(base, -sign * (total + vat), {"account_id": self.receivable.id, "display_type": "payment_term"})
        return move, ids

    def _line(self, base, cents, columns):
        key, balance = self.next_id("account_move_line"), cents / 100
        self.rows["account_move_line"].append(
            base | columns | {
                "id": key, "name": "Au hasard", "quantity": 1, "balance": balance, "amount_currency": balance,
                "debit": max(balance, 0), "credit": max(-balance, 0),
            }
        )
        return key

    def add_adhesion(self, line, product, first, last):
        """Add the adhesion that a line of an invoice charges."""
        self.rows["membership_membership_line"].append(
            {
                "id": self.next_id("membership_membership_line"), "membership_id": product.id,
                "partner_id": self.partner.id, "company_id": self.company.id, "account_invoice_line_id": line,
                "date_from": first, "date_to": last, "tierslieu_scope": "person", "state": "paid", "member_price": 0,
            }
        )

    def write(self):
        """Write the rows, and let Odoo read them."""
        self.env.flush_all()
        columns = {"account_move": MOVE, "account_move_line": LINE, "membership_membership_line": ADHESION}
        for table, rows in self.rows.items():
            names = [column.split()[0] for column in columns[table].split(", ")]
            self.env.cr.execute(
                f"INSERT INTO {table} ({', '.join(names)})"
                f" SELECT {', '.join(names)} FROM jsonb_to_recordset(%s) AS r({columns[table]})",
                [json.dumps(rows, default=str)],
            )
            rows.clear()
        self.env.invalidate_all()


def some_day(rng):
    """Return a day of 2026 or 2027, months' ends more often than their share."""
    day = date(2026, 1, 1) + timedelta(days=rng.randrange(730))
    return day.replace(day=1) if rng.random() < 0.2 else day
