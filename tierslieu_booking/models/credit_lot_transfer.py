from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.models.override import SHORTEST_REASON

from .credit_type import exact


class CreditLot(models.Model):
    """Credits that the team hands over."""

    _inherit = "tierslieu.credit.lot"

    source_id = fields.Many2one(
        "tierslieu.credit.lot", string="Came from", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    @api.model
    def _require_staff(self, reason):
        """Refuse whoever is not of the team, and a reason that says nothing."""
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_host")):
            raise UserError(self.env._("Ask the team: this is done at the reception."))
        if len((reason or "").strip()) < SHORTEST_REASON:
            raise UserError(self.env._("Say why, in a few words."))

    def _transfer(self, partner, amount, reason):
        """Hand credits over to someone else; return their lot.

        :raises UserError: when they are not there, or are over
        """
        self.ensure_one()
        self.check_access("read")
        self._require_staff(reason)
        if exact(amount) <= 0:
            raise UserError(self.env._("Give at least some credit."))
        if self.state == "expired":
            raise UserError(self.env._("These credits are over: give others instead."))
        if partner == self.partner_id and not self.is_shared:
            raise UserError(self.env._("They are theirs already."))
        lot = self.sudo()
        # Two rows: always in the order of their ids, and the new one is the last.
        lot._post("transfer", -exact(amount), reason=reason)
        return self._grant(
            lot.type_id, partner, amount, valid_from=lot.valid_from, valid_until=lot.last_day,
            origin="transfer", reason=reason, source_id=lot.id,
        )

    def action_transfer(self):
        """Ask to whom, how many and why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand over credits"),
            "res_model": "tierslieu.credit.transfer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lot_id": self.id, "default_amount": self.balance},
        }
