from odoo import api, models

from odoo.addons.tierslieu_base.models.retention import Rule


class Retention(models.AbstractModel):
    """What subscriptions keep about people."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        _ = self.env._
        return [
            *super()._rules(),
            Rule(
                key="membership.subscription",
                model="contract.contract",
                label=_("Subscriptions"),
                purpose=_("Giving what you subscribed to, and invoicing it"),
                legal=_("As the invoices that they made (Code de commerce, article L123-22)"),
                keep=120,
                date_field="date_end",
                domain=[("tierslieu_plan_id", "!=", False)],
                person=lambda partners: [
                    ("partner_id", "in", partners.ids), ("tierslieu_plan_id", "!=", False),
                ],
                chatter=True,
                fields=("code", "tierslieu_plan_id", "tierslieu_start", "date_end", "tierslieu_committed_until"),
                team_fields=("note",),
            ),
        ]
