from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.registration_cancel import WAIVED


class SeatCancel(models.TransientModel):
    """What the team decides about seats that are given up: as the policy says, or all of it back."""

    _name = "tierslieu.seat.cancel"
    _description = "Seats that are given up"

    registration_ids = fields.Many2many("event.registration", string="Seats", required=True)
    decision = fields.Selection(
        [("apply", "As its policy says"), ("waive", "Give back everything")], default="apply", required=True
    )
    reason = fields.Char(string="Because")
    said = fields.Text(compute="_compute_said")

    @api.depends("registration_ids")
    def _compute_said(self):
        for wizard in self:
            wizard.said = "\n".join(
                self.env._(
                    "%(who)s reads: “%(said)s”", who=seat.display_name, said=" ".join(seat._tierslieu_cancelling_said())
                )
                for seat in wizard.registration_ids
            )

    def action_cancel(self):
        """Give up the seats, for once."""
        self.ensure_one()
        seats = self.registration_ids.filtered(lambda seat: seat.state != "cancel")
        if not seats:
            raise UserError(self.env._("There is no seat left to give up."))
        seats.check_access("write")
        if self.decision == "waive":
            overrides = self.env["tierslieu.override"]
            reason = overrides._checked_reason(self.reason or "")
            for seat in seats:
                overrides._log(seat, [" ".join(seat._tierslieu_cancelling_said())], reason)
            seats = seats.sudo().with_context(**{WAIVED: True})
        seats.write({"state": "cancel"})
        return {"type": "ir.actions.act_window_close"}
