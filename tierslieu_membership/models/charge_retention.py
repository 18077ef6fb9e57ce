from odoo import api, models

from odoo.addons.tierslieu_base.models.retention import Rule


class Retention(models.AbstractModel):
    """What charges to cards keep about people."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        _ = self.env._
        return [
            *super()._rules(),
            Rule(
                key="membership.charge",
                model="tierslieu.charge",
                label=_("Charges to a card"),
                purpose=_("Charging what you subscribed to, once"),
                legal=_("As the invoices that they pay (Code de commerce, article L123-22)"),
                keep=120,
                person=lambda partners: [("partner_id", "in", partners.ids)],
                chatter=True,
                fields=("move_id", "state", "next_on", "tries", "message"),
            ),
        ]
