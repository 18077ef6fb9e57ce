"""What each document defers at a closing, worked out from rows of the database by rules written apart.

It knows nothing of the sources of `models`, and shares the days of a document
out one by one. One rule a function: subscriptions, adhesions.
"""

from collections import defaultdict
from decimal import Decimal

from odoo.addons.tierslieu_account.tests.deferral_oracle import deferred_of

LINES = """
    SELECT l.id, l.balance::text, l.date, m.move_type, m.id, m.reversed_entry_id, l.product_id, l.contract_line_id,
           l.tierslieu_first, l.tierslieu_last, a.account_type, a.code_store->>%(company)s
      FROM account_move_line l
      JOIN account_move m ON m.id = l.move_id
      JOIN account_account a ON a.id = l.account_id
     WHERE m.company_id = %(id)s AND m.state = 'posted' AND l.display_type = 'product'
     ORDER BY l.date, l.id
"""
ADHESIONS = """
    SELECT o.account_invoice_line_id, o.date_from, o.date_to, COALESCE(t.tierslieu_untaxed, FALSE)
      FROM membership_membership_line o
      JOIN product_product p ON p.id = o.membership_id
      JOIN product_template t ON t.id = p.product_tmpl_id
     WHERE o.company_id = %(id)s AND o.tierslieu_scope IS NOT NULL
"""


class Line:
    """A row of LINES, with names."""

    def __init__(self, row):
        (self.id, balance, self.date, self.kind, self.move, self.reverses, self.product, self.contract_line,
         self.first, self.last, kind, self.code) = row
        self.amount = -Decimal(balance)
        self.is_income = kind in ("income", "income_other")


def read(env, company, query):
    env.flush_all()
    env.cr.execute(query, {"id": company.id, "company": str(company.root_id.id)})
    return env.cr.fetchall()


def recorded(env, company, closing):
    """Return the lines of income that were in the books at the end of a day."""
    lines = [Line(row) for row in read(env, company, LINES)]
    return [line for line in lines if line.date <= closing and line.is_income]


def of_subscriptions(env, company, closing, method, lengths):
    """Return {id of a line: Decimal deferred}."""
    lines = [line for line in recorded(env, company, closing) if line.contract_line]
    billed = defaultdict(list)
    for line in lines:
        if line.last:
            billed[line.move, line.contract_line].append(line)
    found = {}
    for line in lines:
        first, last = line.first, line.last
        if not last and line.kind == "out_refund" and line.reverses:
            days = billed[line.reverses, line.contract_line]
            first = min((one.first for one in days), default=None)
            last = max((one.last for one in days), default=None)
        if last and last > closing:
            found[line.id] = deferred_of(line.amount, first, last, closing, method, lengths)
    return {key: value for key, value in found.items() if value}


def of_adhesions(env, company, closing, method, lengths, fees=False):
    """Return {id of a line: Decimal deferred}; what is given back goes to adhesions in the order of their lines.

    :param fees: whether what has no counterpart is deferred too
    """
    lines = {line.id: line for line in recorded(env, company, closing)}
    rows = read(env, company, ADHESIONS)
    adhesions = {row[0]: row[1:] for row in sorted(rows, key=lambda row: row[0])}
    found, left = defaultdict(Decimal), {}
    for key, (first, last, untaxed) in adhesions.items():
        line = lines.get(key)
        if not line:
            continue
        fee = untaxed or (line.code or "").startswith("7561")
        left[key] = line.amount
        if last > closing and (fees or not fee):
            found[key] = deferred_of(line.amount, first, last, closing, method, lengths)
    charged = dict(found)
    for credit in lines.values():
        if credit.kind != "out_refund" or not credit.reverses:
            continue
        rest = -credit.amount
        for key in left:
            line = lines[key]
            if line.move == credit.reverses and line.product == credit.product and rest > 0:
                given = min(rest, left[key])
                rest, left[key] = rest - given, left[key] - given
                if key in charged and given:
                    first, last, _untaxed = adhesions[key]
                    found[credit.id] += deferred_of(-given, first, last, closing, method, lengths)
    return {key: value for key, value in found.items() if value}
