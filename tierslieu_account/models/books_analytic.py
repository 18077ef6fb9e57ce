from odoo import api, models
from odoo.fields import Domain


class Books(models.AbstractModel):
    """Before closing: which income nobody knows the activity of."""

    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        checks = super()._closing_checks(company, first, last)
        domain = Domain(
            [
                ("company_id", "=", company.id), ("date", ">=", first), ("date", "<=", last),
                ("activity_id", "=", False), ("turnover", "!=", 0),
            ]
        )
        figures = self.env["tierslieu.figures.activity"].sudo()
        checks.append(
            {
                "key": "activity",
                "title": self.env._("Sales of no activity"),
                "count": figures.search_count(domain),
                "blocking": False,
                "action": {
                    "type": "ir.actions.act_window",
                    "name": self.env._("Sales of no activity"),
                    "res_model": "tierslieu.figures.activity",
                    "view_mode": "list",
                    "views": [(False, "list")],
                    "domain": list(domain),
                },
                "advice": self.env._(
                    "Say in Activities where these products belong, then spread places and activities on the past."
                ),
            }
        )
        return checks
