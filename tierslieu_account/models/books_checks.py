from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# A draft of last week is work under way; after a month it is forgotten.
OLD = timedelta(days=30)
# Models with lists for several trades: those of accountants, and how they are searched.
LISTS = {
    "account.move": ("account.view_move_tree", "account.view_account_move_filter"),
    "account.move.line": ("account.view_move_line_tree", "account.view_account_move_line_filter"),
}


class Books(models.AbstractModel):
    """What the entries themselves say before a closing: each question is one count, however many there are.

    Gaps in the numbers, drafts of the period and what lacks a label or a partner
    are asked by the checks of the FEC.
    """

    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        return [*super()._closing_checks(company, first, last), *self._entry_checks(company, first, last)]

    @api.model
    def _entry_checks(self, company, first, last):
        """Return the questions about documents, payments and the bank; see `_closing_checks`."""
        _ = self.env._
        ours, until = Domain("company_id", "=", company.id), Domain("date", "<=", last)
        today = company._tierslieu_today()
        posted = Domain("parent_state", "=", "posted")
        return [
            self._books_check(
                "drafts_old", _("Drafts left for more than a month"), "account.move",
                ours & until & Domain("state", "=", "draft") & Domain("date", "<", today - OLD),
                _("Post them, or delete what is no longer wanted."), context={"create": False},
            ),
            self._books_check(
                "bank_lines", _("Bank lines that are not reconciled"), "account.bank.statement.line",
                ours & until & Domain("is_reconciled", "=", False) & Domain("state", "=", "posted"),
                _("Say what each is for: open its entry, and put the right account in the place of 471000."),
                action="tierslieu_account.action_bank_line",
            ),
            self._books_check(
                "credits_open", _("Money of customers that pays no invoice"), "account.move.line",
                ours & until & posted & Domain("account_id.account_type", "=", "asset_receivable")
                & Domain("reconciled", "=", False) & Domain("balance", "<", 0),
                _("Match it with an invoice, or give it back."),
                context={"search_default_group_by_partner": 1},
            ),
            self._books_check(
                "no_due_date", _("Invoices without a due date"), "account.move.line",
                ours & until & posted & Domain("date", ">=", first) & Domain("reconciled", "=", False)
                & Domain("account_id.account_type", "in", ("asset_receivable", "liability_payable"))
                & Domain("move_id.move_type", "in", ("out_invoice", "in_invoice"))
                & Domain("date_maturity", "=", False),
                _("Enter the date: without it nobody is reminded to pay."),
            ),
        ]

    @api.model
    def _books_check(self, key, title, model, domain, advice, *, blocking=False, context=None, action=None):
        """Count the records of a domain, and say how they are listed.

        :param action: external id of an action that has the right views; none: those of the model
        :return: a check, as `_closing_checks` describes it
        """
        records = self.env[model]
        return {
            "key": key, "title": title, "blocking": blocking, "advice": advice,
            "count": records.search_count(domain),
            "action": self._books_list(title, model, domain, context, action),
        }

    @api.model
    def _books_list(self, title, model, domain, context=None, action=None):
        """Return the action that lists some records: as cards on a phone."""
        said = {"name": title, "domain": list(Domain(domain)), "context": context or {}, "target": "current"}
        if action:
            return self.env["ir.actions.act_window"]._for_xml_id(action) | said
        rows, search = (self.env.ref(name).id for name in LISTS[model]) if model in LISTS else (False, False)
        return said | {
            "type": "ir.actions.act_window", "res_model": model, "view_mode": "list,kanban,form",
            "views": [(rows, "list"), (False, "kanban"), (False, "form")],
            "search_view_id": [search] if search else False,
        }

    @api.model
    def _books_period(self, company):
        """Return (first, last) of what is still open: from the day after the last closing until today.

        Where nothing was ever closed, the last fiscal year and the one that runs.
        """
        company = company.sudo()
        today = company._tierslieu_today()
        year = company.compute_fiscalyear_dates(today)
        before = company.compute_fiscalyear_dates(fields.Date.subtract(year["date_from"], days=1))
        locked = company.fiscalyear_lock_date
        first = fields.Date.add(locked, days=1) if locked else before["date_from"]
        return min(max(first, before["date_from"]), today), today
