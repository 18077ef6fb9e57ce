from odoo import api, models

from odoo.addons.tierslieu_base.models.retention import Rule
from odoo.addons.tierslieu_base.tools import figures


class Retention(models.AbstractModel):
    """What is kept about people who have credits, a training, or a quota."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        return [*super()._rules(), *self._credit_rules(), *self._person_rules()]

    @api.model
    def _credit_rules(self):
        _ = self.env._

        def belongs(partners):
            return [("partner_id", "in", partners.ids)]

        ten_years = _("As accounts (Code de commerce, article L123-22)")
        return [
            Rule(
                key="booking.credits",
                model="tierslieu.credit.lot",
                label=_("Credits"),
                purpose=_("Booking with what was paid in advance or given"),
                legal=ten_years,
                keep=120,
                person=belongs,
                chatter=True,
                fields=("name", "type_id", "origin", "granted", "balance", "valid_from", "valid_until"),
            ),
            Rule(
                key="booking.credit_move",
                model="tierslieu.credit.move",
                label=_("What credits were used for"),
                purpose=_("Knowing how many are left, and why"),
                legal=ten_years,
                keep=120,
                person=belongs,
                fields=("date", "kind", "amount", "lot_id", "booking_id"),
            ),
        ]

    @api.model
    def _person_rules(self):
        _ = self.env._

        def belongs(partners):
            return [("partner_id", "in", partners.ids)]

        return [
            Rule(
                key="booking.habilitation",
                model="tierslieu.habilitation",
                label=_("Habilitations"),
                purpose=_("Knowing who was trained on a machine"),
                legal=_("After its end, the time of a claim for an accident (Code civil, article 2226)"),
                action="pseudonymise",
                keep=120,
                date_field="valid_until",
                domain=["|", ("note", "!=", False), ("revoked_reason", "!=", False)],
                person=belongs,
                erasure="pseudonymise",
                pseudonymise=lambda given: given.write({"note": False, "revoked_reason": False}),
                chatter=True,
                fields=("kind_id", "valid_from", "valid_until", "revoked_on"),
                team_fields=("note", "revoked_reason"),
            ),
            Rule(
                key="booking.quota_turn",
                model="tierslieu.quota.turn",
                label=_("That your bookings were counted"),
                purpose=_("Counting one booking after the other"),
                legal=_("As long as the quota"),
                person=belongs,
                erasure="delete",
                fields=("quota_id",),
            ),
        ]


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _tierslieu_erasure_obstacles(self):
        """Say that credits are left: they are money that the place has had."""
        lots = self.env["tierslieu.credit.lot"].sudo().search(
            [("partner_id", "in", self.ids), ("balance", ">", 0)]
        )
        left = lots.filtered(lambda lot: lot.state != "expired")
        return [
            *super()._tierslieu_erasure_obstacles(),
            *(
                self.env._(
                    "Credits are left, %(lot)s (%(count)s): hand them over, or take them back with their order.",
                    lot=lot.name, count=figures(self.env, lot.balance),
                )
                for lot in left
            ),
        ]
