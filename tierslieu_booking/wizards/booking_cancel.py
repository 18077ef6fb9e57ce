from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.booking_terms_words import OVER


class BookingCancel(models.TransientModel):
    """What the team decides when a policy asks a fee: as it says, or set aside with a reason."""

    _name = "tierslieu.booking.cancel"
    _description = "Cancel a booking"

    booking_id = fields.Many2one("tierslieu.booking", required=True, readonly=True)
    is_over = fields.Boolean(compute="_compute_said")
    terms_said = fields.Char(compute="_compute_said", string="The policy")
    said = fields.Char(compute="_compute_said", string="As the policy says")
    decision = fields.Selection(
        [("apply", "As the policy says"), ("waive", "Give everything back")],
        required=True, default="apply",
    )
    reason = fields.Char(
        string="Why the policy is set aside", help="Listed under “Rules set aside”, with your name."
    )

    @api.depends("booking_id")
    def _compute_said(self):
        for wizard in self:
            booking, said = wizard.booking_id, []
            wizard.is_over = booking.state in OVER
            wizard.terms_said = booking.terms_said
            if booking:
                said = booking._over_said() if wizard.is_over else booking._cancelling_said()
            wizard.said = " ".join(said)

    def action_cancel_booking(self):
        """Cancel as decided, or give back the fee of what is over."""
        self.ensure_one()
        booking = self.booking_id
        booking._require_staff()
        if self.decision == "waive" and not (self.reason or "").strip():
            raise UserError(self.env._("Say why the rule is set aside."))
        if self.is_over:
            booking.action_waive_fee(self.reason)
        else:
            booking.action_cancel(waive=self.reason if self.decision == "waive" else None)
        return {"type": "ir.actions.act_window_close"}
