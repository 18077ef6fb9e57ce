from odoo import api, models

from odoo.addons.tierslieu_base.models.retention import Rule


class Retention(models.AbstractModel):
    """What the checks of the FEC keep about people: whose entry or reference was to be mended."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        _ = self.env._

        def belongs(partners):
            return ["|", ("partner_id", "in", partners.ids), ("move_id.partner_id", "in", partners.ids)]

        return [
            *super()._rules(),
            Rule(
                key="account.fec.problem",
                model="tierslieu.fec.problem",
                label=_("What was to be mended before an FEC"),
                purpose=_("Mending the accounts before they are closed"),
                legal=_("Once the year is closed nobody needs it; the file itself is kept as accounts are"),
                action="delete",
                keep=12,
                person=belongs,
                erasure="delete",
                fields=("create_date", "title", "sentence"),
            ),
        ]
