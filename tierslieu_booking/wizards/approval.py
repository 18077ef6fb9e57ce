from odoo import fields, models


class ApprovalRefusal(models.TransientModel):
    """Why the team does not agree to some requests."""

    _name = "tierslieu.approval.refusal"
    _description = "Refusal of a request"

    booking_ids = fields.Many2many("tierslieu.booking", string="Requests", required=True, readonly=True)
    reason = fields.Char(required=True, help="Whoever asked reads it.")

    def action_refuse(self):
        """Refuse the requests, with this reason."""
        self.ensure_one()
        return self.booking_ids.action_refuse(self.reason)
