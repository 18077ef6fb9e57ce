from odoo import models
from odoo.tools import SQL

# Lines that are entries, and no headings of an invoice.
REAL = SQL("l.display_type NOT IN ('line_section', 'line_subsection', 'line_note')")
THIRD_PARTIES = ("asset_receivable", "liability_payable")


class FecCheck(models.AbstractModel):
    """What is wrong with lines: their accounts, their partners, their texts."""

    _inherit = "tierslieu.fec.check"

    def _entries_of_lines(self, period, condition, *joins):
        """Return (number of lines, rows) of the entries with lines of a kind: (move, number, date, lines, accounts)."""
        found = self._rows(
            SQL(
                "SELECT m.id, m.name, m.date, count(*), string_agg(DISTINCT %s, ', ' ORDER BY %s),"
                "       sum(count(*)) OVER ()"
                "  FROM (account_account a JOIN account_move_line l ON l.account_id = a.id)"
                "  JOIN account_move m ON m.id = l.move_id WHERE %s AND %s GROUP BY m.id ORDER BY m.date, m.id",
                self._code(period), self._code(period), self._posted(period), condition,
            )
        )
        return int(found[0]), found[1]

    def _say_lines(self, name, date, lines, accounts, what):
        """Say which entry, what is wrong with its lines, and on which accounts."""
        return self.env._("%(entry)s of %(date)s: %(what)s (%(accounts)s).",
                          entry=name, date=self._say_date(date), what=what, accounts=accounts)

    def _find_no_label(self, period):
        _ = self.env._
        count, rows = self._entries_of_lines(
            period,
            SQL("btrim(coalesce(l.name, '')) IN ('', '/') AND l.balance <> 0 AND %s", REAL),
        )
        return count, [
            {
                "move_id": move,
                "sentence": self._say_lines(
                    name, date, lines, accounts,
                    _("one line without a label") if lines == 1 else _("%(count)s lines without a label", count=lines),
                ),
            }
            for move, name, date, lines, accounts in rows
        ]

    def _find_no_partner(self, period):
        _ = self.env._
        count, rows = self._entries_of_lines(
            period,
            SQL("l.partner_id IS NULL AND a.account_type IN %s AND l.balance <> 0", THIRD_PARTIES),
        )
        return count, [
            {
                "move_id": move,
                "sentence": self._say_lines(
                    name, date, lines, accounts,
                    _("one line without a partner") if lines == 1
                    else _("%(count)s lines without a partner", count=lines),
                ),
            }
            for move, name, date, lines, accounts in rows
        ]

    def _find_zero(self, period):
        _ = self.env._
        count, rows = self._entries_of_lines(period, SQL("l.balance = 0 AND %s", REAL))
        return count, [
            {
                "move_id": move,
                "sentence": self._say_lines(
                    name, date, lines, accounts,
                    _("one line of zero") if lines == 1 else _("%(count)s lines of zero", count=lines),
                ),
            }
            for move, name, date, lines, accounts in rows
        ]

    def _find_no_ref(self, period):
        count, rows = self._rows(
            SQL(
                "SELECT m.id, m.name, m.date, coalesce(p.name, ''), count(*) OVER () FROM account_move m"
                "  LEFT JOIN res_partner p ON p.id = m.partner_id"
                " WHERE %s AND m.move_type IN ('in_invoice', 'in_refund') AND btrim(coalesce(m.ref, '')) = ''"
                " ORDER BY m.date, m.id",
                self._posted(period),
            )
        )
        return count, [
            {
                "move_id": move,
                "sentence": " · ".join(filter(None, (name, self._say_date(date), partner))),
            }
            for move, name, date, partner in rows
        ]

    def _find_short_account(self, period):
        """Find accounts in use, in the period or in its opening balances, that the general chart does not know."""
        count, rows = self._rows(
            SQL(
                "SELECT a.id, coalesce(%(code)s, ''), %(name)s, used.lines, count(*) OVER ()"
                "  FROM (SELECT l.account_id, count(*) AS lines FROM %(lines)s GROUP BY l.account_id) used"
                "  JOIN account_account a ON a.id = used.account_id"
                " WHERE coalesce(%(code)s, '') !~ '^[0-9]{3}' ORDER BY 2, a.id",
                code=self._code(period), name=self._said_in_french(SQL("a.name")),
                lines=self._lines(period, until=True),
            )
        )
        return count, [
            {
                "account_id": account,
                "sentence": self.env._("%(account)s: lines: %(count)s",
                                       account=f"{code} {name}".strip(), count=lines),
            }
            for account, code, name, lines in rows
        ]

    def _find_aux_twice(self, period):
        if period.auxiliary != "ref":
            return 0, []
        count, rows = self._rows(
            SQL(
                """
                SELECT min(p.id), btrim(p.ref), string_agg(p.name, ', ' ORDER BY p.id), count(*) OVER ()
                  FROM res_partner p
                 WHERE btrim(p.ref) <> '' AND p.id IN (
                       SELECT l.partner_id FROM account_account a JOIN account_move_line l ON l.account_id = a.id
                         JOIN account_move m ON m.id = l.move_id
                        WHERE a.account_type IN %s AND %s
                 ) GROUP BY btrim(p.ref) HAVING count(*) > 1 ORDER BY 2
                """,
                THIRD_PARTIES, self._posted(period, until=True),
            )
        )
        return count, [
            {"partner_id": partner, "sentence": self.env._("%(ref)s: %(names)s", ref=ref, names=names)}
            for partner, ref, names in rows
        ]
