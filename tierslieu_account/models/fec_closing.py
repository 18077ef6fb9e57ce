from odoo import api, models
from odoo.tools import SQL

from .fec_check import MOST, Period

# What an accountant is not told at each closing: it is about the file that is asked for, or deals with itself.
ABOUT_THE_FILE = {"not_over", "partial", "charset", "delimiter", "zero", "aux_twice"}


class Books(models.AbstractModel):
    """What the checks of the FEC say is to be looked at before closing."""

    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        return super()._closing_checks(company, first, last) + self._fec_checks(company, first, last)

    @api.model
    def _fec_checks(self, company, first, last):
        checks = [
            {
                "key": f"fec_{finding['key']}", "title": finding["title"], "count": finding["count"],
                "blocking": finding["blocking"], "action": self._fec_action(finding), "advice": finding["advice"],
            }
            for finding in self.env["tierslieu.fec.check"]._findings(Period(company, first, last))
            if finding["key"] not in ABOUT_THE_FILE
        ]
        return [*checks, self._fec_changed(company, first, last)]

    def _fec_action(self, finding):
        """Return the list of what a finding is about, or None."""
        for name, model in (("move_id", "account.move"), ("account_id", "account.account"),
                            ("partner_id", "res.partner")):
            ids = [problem[name] for problem in finding["problems"] if problem.get(name)]
            if ids:
                records = self.env[model].browse(list(dict.fromkeys(ids)))
                return self.env["tierslieu.fec.finding"]._open(records, finding["title"])
        return None

    def _fec_changed(self, company, first, last):
        """Find the entries that an official file of their period does not have."""
        _ = self.env._
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id, count(*) OVER () FROM account_move m
                 WHERE m.company_id IN %s AND m.date BETWEEN %s AND %s AND m.state = 'posted'
                   AND m.tierslieu_validated_on > (
                       SELECT max(e.done_at) FROM tierslieu_fec_export e
                        WHERE e.company_id = %s AND e.mode = 'official' AND e.state = 'done'
                          AND m.date BETWEEN e.first AND e.last)
                 ORDER BY m.date, m.id LIMIT %s
                """,
                self.env["tierslieu.fec.check"]._companies(company), first, last, company.id, MOST,
            )
        )
        title = _("Entries posted after the official FEC of their year")
        moves = self.env["account.move"].browse([move for move, _count in rows])
        return {
            "key": "fec_changed", "title": title, "count": rows[0][1] if rows else 0, "blocking": False,
            "action": self.env["tierslieu.fec.finding"]._open(moves, title) if moves else None,
            "advice": _("Write a new official file: the one before lacks them, and is kept beside it."),
        }
