from odoo import api, models

from odoo.addons.tierslieu_base.models.retention import Rule


class Retention(models.AbstractModel):
    """What is kept about members: their adhesions, as long as accounts."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        return [*super()._rules(), *self._adhesion_rules()]

    @api.model
    def _adhesion_rules(self):
        _ = self.env._

        def belongs(partners):
            return ["|", ("partner_id", "in", partners.ids), ("tierslieu_covered_ids", "in", partners.ids)]

        return [
            Rule(
                key="membership.adhesion",
                model="membership.membership_line",
                label=_("Adhesions"),
                purpose=_("Knowing who is a member, and since when"),
                legal=_("As accounts (Code de commerce, article L123-22)"),
                keep=120,
                person=belongs,
                fields=("membership_id", "date_from", "date_to", "state", "member_price", "tierslieu_paid_on"),
                team_fields=("tierslieu_free_reason",),
            ),
        ]
