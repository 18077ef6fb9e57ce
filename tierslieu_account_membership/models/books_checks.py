from odoo import api, fields, models
from odoo.fields import Domain

# How long a caution may be left undecided after the end.
LATE_DAYS = 60


class Books(models.AbstractModel):
    """What cautions say before a closing."""

    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        return [*super()._closing_checks(company, first, last), *self._caution_checks(company, last)]

    @api.model
    def _caution_checks(self, company, last):
        """Ask whether 165100 is the sum of the cautions held, and which ones wait too long."""
        _ = self.env._
        strangers = self._caution_strangers(company, last)
        title = _("Lines on 165100 that no subscription explains")
        contracts = self.env["contract.contract"].sudo()
        late = contracts.search(
            [
                ("company_id", "=", company.id), ("tierslieu_plan_id", "!=", False),
                ("date_end", "<", fields.Date.subtract(last, days=LATE_DAYS)),
                ("tierslieu_caution_move_id", "!=", False), ("tierslieu_caution_back_id", "=", False),
                ("tierslieu_caution_kept_ids", "=", False),
            ]
        )
        late_title = _("Cautions neither given back nor kept, long after the end")
        return [
            {
                "key": "cautions", "title": title, "blocking": False,
                "count": self.env["account.move.line"].search_count(strangers),
                "advice": _("Cautions held are the balance of 165100: find which subscription it is about."),
                "action": self._books_list(title, "account.move.line", strangers),
            },
            {
                "key": "cautions_late", "title": late_title, "blocking": False, "count": len(late),
                "advice": _("Ask a manager to give them back, or to keep them and say why."),
                "action": self._books_list(
                    late_title, late._name, Domain("id", "in", late.ids),
                    action="tierslieu_account_membership.action_subscription",
                ),
            },
        ]

    @api.model
    def _caution_strangers(self, company, last):
        """Return the domain of the lines of 165100 that are of no caution of a subscription."""
        accounts = self._waiting_accounts(company, ["165100"])["165100"]
        return (
            Domain("company_id", "=", company.id) & Domain("parent_state", "=", "posted") & Domain("date", "<=", last)
            & Domain("account_id", "in", accounts.ids) & Domain("move_id.tierslieu_caution_contract_ids", "=", False)
        )
