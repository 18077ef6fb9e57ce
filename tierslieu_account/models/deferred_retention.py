from odoo import api, models

from odoo.addons.tierslieu_base.models.retention import Rule


class Retention(models.AbstractModel):
    """What the books keep about people."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        _ = self.env._
        return [
            *super()._rules(),
            Rule(
                key="account.deferred",
                model="tierslieu.deferred.income.line",
                label=_("Deferred income"),
                purpose=_("Counting what was paid in advance in the year it belongs to"),
                legal=_("As the invoices that it is about (Code de commerce, article L123-22)"),
                keep=120,
                person=lambda partners: [("partner_id", "in", partners.ids)],
                fields=("document", "closing", "amount", "deferred", "explanation"),
                team_only=True,
            ),
        ]
