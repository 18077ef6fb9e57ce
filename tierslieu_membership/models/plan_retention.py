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


class Partner(models.Model):
    _inherit = "res.partner"

    def _tierslieu_erasure_obstacles(self):
        """Nobody is erased while they subscribe, or while their caution is held."""
        return super()._tierslieu_erasure_obstacles() or self._tierslieu_subscriptions_left()

    def _tierslieu_subscriptions_left(self):
        today = self.env.company._tierslieu_today()
        contracts = self.env["contract.contract"].sudo().search(
            [("partner_id", "in", self._tierslieu_with_addresses().ids), ("tierslieu_plan_id", "!=", False)]
        )
        return [
            self.env._("They subscribe to %(plan)s: end the subscription first.", plan=contract.tierslieu_plan_id.name)
            for contract in contracts if not contract.date_end or contract.date_end >= today
        ] + [
            self.env._("The caution of %(plan)s is still held.", plan=contract.tierslieu_plan_id.name)
            for contract in contracts if contract.tierslieu_caution_held
        ]
