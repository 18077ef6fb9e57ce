from odoo import fields, models

from ..models.card import REASONS


class CardRevoke(models.TransientModel):
    """Revoke a card, say why, and give another one or not."""

    _name = "tierslieu.card.revoke"
    _description = "Revoke a card"

    card_id = fields.Many2one("tierslieu.card", required=True, readonly=True)
    partner_id = fields.Many2one(related="card_id.partner_id")
    reason = fields.Selection(REASONS, required=True, default="lost")
    issue_new = fields.Boolean(
        string="Issue a new card", default=True,
        help="Without a new card, the member shows none until the team issues one.",
    )

    def action_revoke(self):
        """Revoke, and open the card that follows."""
        self.ensure_one()
        card = self.card_id
        card.action_revoke(self.reason)
        if self.issue_new:
            return card.action_issue_new()
        return {"type": "ir.actions.act_window_close"}
