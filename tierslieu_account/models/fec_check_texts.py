from odoo import models
from odoo.tools import SQL

from .fec_check_lines import THIRD_PARTIES
from .fec_text import LATIN9, SPACES

# What each kind of file loses, and a reader would miss; tabs, bars and new lines are looked for apart.
LOST = {
    "ISO-8859-15": rf"[^{LATIN9}\u0009\u000A\u000D\u007C{SPACES}]",
    "UTF-8": r"[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]",
}
# Neither kind of file keeps the separator of the other.
SEPARATORS = r"[\u0009\u000A\u000D\u007C]"


class FecCheck(models.AbstractModel):
    """What is wrong with the texts that go into the file, and with the period as a whole."""

    _inherit = "tierslieu.fec.check"

    def _texts(self, period, pattern):
        """Return (count, rows) of the texts that match a pattern: (move, partner, account, where, text).

        Names of partners, accounts and journals count once, however many lines have them.
        """
        line_entry = SQL("%s AND l.name ~ %s", self._lines(period), pattern)
        used = self._lines(period, until=True)
        return self._rows(
            SQL(
                """
                SELECT move, partner, account, place, said, count(*) OVER () FROM (
                    SELECT m.id AS move, NULL::int AS partner, NULL::int AS account, 'label' AS place,
                           l.name AS said, m.date AS day, l.id AS rank FROM %(line_entry)s
                    UNION ALL
                    SELECT m.id, NULL, NULL, 'ref', m.ref, m.date, m.id FROM account_move m
                     WHERE %(posted)s AND m.ref ~ %(pattern)s
                    UNION ALL
                    SELECT NULL, p.id, NULL, 'partner', p.name, NULL, p.id FROM res_partner p
                     WHERE (p.name ~ %(pattern)s OR p.ref ~ %(pattern)s) AND p.id IN (
                           SELECT l.partner_id FROM account_account a JOIN account_move_line l ON l.account_id = a.id
                             JOIN account_move m ON m.id = l.move_id WHERE a.account_type IN %(third)s AND %(until)s)
                    UNION ALL
                    SELECT NULL, NULL, a.id, 'account', %(account_name)s, NULL, a.id FROM account_account a
                     WHERE %(account_name)s ~ %(pattern)s AND a.id IN (SELECT l.account_id FROM %(used)s)
                    UNION ALL
                    SELECT NULL, NULL, NULL, 'journal', %(journal_name)s, NULL, j.id FROM account_journal j
                     WHERE (%(journal_name)s ~ %(pattern)s OR j.code ~ %(pattern)s)
                       AND j.id IN (SELECT m.journal_id FROM account_move m WHERE %(posted)s)
                ) texts ORDER BY day NULLS FIRST, place, rank
                """,
                line_entry=line_entry, posted=self._posted(period), until=self._posted(period, until=True),
                pattern=pattern, third=THIRD_PARTIES, used=used,
                account_name=self._said_in_french(SQL("a.name")), journal_name=self._said_in_french(SQL("j.name")),
            )
        )

    def _say_texts(self, rows, show):
        _ = self.env._
        places = {
            "label": _("Label"), "ref": _("Reference"), "partner": _("Partner"), "account": _("Account"),
            "journal": _("Journal"),
        }
        return [
            {
                "move_id": move, "partner_id": partner, "account_id": account,
                "sentence": _("%(place)s “%(text)s”", place=places[place], text=show(said or "")),
            }
            for move, partner, account, place, said in rows
        ]

    def _find_charset(self, period):
        count, rows = self._texts(period, LOST[period.charset])
        return count, self._say_texts(rows, lambda said: "".join(c if c.isprintable() else "�" for c in said)[:200])

    def _find_delimiter(self, period):
        count, rows = self._texts(period, SEPARATORS)
        signs = str.maketrans({"\t": "⇥", "\r": "", "\n": "⏎"})
        return count, self._say_texts(rows, lambda said: said.translate(signs)[:200])

    # -- The period as a whole

    def _find_siren(self, period):
        if self.env["tierslieu.fec.writer"]._siren(period.company):
            return 0, []
        registry = period.company.company_registry
        sentence = (
            self.env._("%(company)s has “%(registry)s” as its SIRET: no SIREN begins it.",
                       company=period.company.name, registry=registry)
            if registry else self.env._("%(company)s has no SIRET.", company=period.company.name)
        )
        return 1, [{"partner_id": period.company.partner_id.id, "sentence": sentence}]

    def _find_not_over(self, period):
        return self._of_the_period(
            period.last >= self.env["tierslieu.fec.export"]._today(),
            self.env._("Its last day is %(date)s.", date=self._say_date(period.last)),
        )

    def _find_partial(self, period):
        year = period.company.compute_fiscalyear_dates(period.last)
        return self._of_the_period(
            period.first > year["date_from"] or period.last < year["date_to"],
            self.env._("The fiscal year goes from %(first)s to %(last)s.",
                       first=self._say_date(year["date_from"]), last=self._say_date(year["date_to"])),
        )

    def _of_the_period(self, wrong, sentence):
        return (1, [{"sentence": sentence}]) if wrong else (0, [])

    def _find_result(self, period):
        """Find the result of earlier years that no entry has allocated by the end of the period.

        Odoo keeps it nowhere: it is what income and expense accounts sum to
        before the period, less what was taken from the account of type
        “current year earnings” (999999 in the French chart).
        """
        [[earlier, taken]] = self.env.execute_query(
            SQL(
                "SELECT coalesce(sum(l.balance) FILTER (WHERE a.account_type <> 'equity_unaffected'), 0),"
                "       coalesce(sum(l.balance) FILTER (WHERE a.account_type = 'equity_unaffected'), 0)"
                "  FROM (account_account a JOIN account_move_line l ON l.account_id = a.id)"
                "  JOIN account_move m ON m.id = l.move_id"
                " WHERE %s AND (a.account_type = 'equity_unaffected'"
                "               OR m.date < %s AND a.account_type ~ '^(income|expense)')",
                self._posted(period, until=True), period.first,
            )
        )
        _ = self.env._
        zero, left = period.company.currency_id.is_zero, -(earlier + taken)
        found = []
        if not zero(left):
            amount = self._say_amount(period, abs(left))
            found.append(
                _("A profit of %(amount)s of earlier years is not allocated: it waits on 120.", amount=amount)
                if left > 0
                else _("A loss of %(amount)s of earlier years is not allocated: it waits on 129.", amount=amount)
            )
        account = self.env["account.account"].search(
            [("account_type", "=", "equity_unaffected"), ("company_ids", "in", period.company.root_id.ids)], limit=1
        )
        if not zero(taken):
            found.append(
                _("Account %(code)s has a balance of %(amount)s and is not of the general chart: use 120 or 129.",
                  code=account.code, amount=self._say_amount(period, abs(taken)))
            )
        return len(found), [{"account_id": account.id, "sentence": sentence} for sentence in found]
