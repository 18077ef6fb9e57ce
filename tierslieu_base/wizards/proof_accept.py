from odoo import api, fields, models
from odoo.exceptions import UserError


class ProofAccept(models.TransientModel):
    """Until when a proof holds: sent by a member, shown at the desk, or to correct."""

    _name = "tierslieu.proof.accept"
    _description = "Accept a proof"

    proof_id = fields.Many2one("tierslieu.proof", ondelete="cascade")
    state = fields.Selection(related="proof_id.state")
    partner_id = fields.Many2one("res.partner", string="Person", required=True)
    profile_id = fields.Many2one(
        "tierslieu.profile", string="Fare", required=True,
        domain="[('needs_proof', '=', True), ('company_id', '=', current_company_id)]",
    )
    valid_from = fields.Date(string="From", required=True)
    valid_until = fields.Date(string="Until", required=True)

    @api.model
    def default_get(self, fields):
        """Propose the validity of the fare, or what an accepted proof has."""
        values = super().default_get(fields)
        proof = self.env["tierslieu.proof"].browse(values.get("proof_id"))
        if proof:
            profile = proof.profile_id
            values |= {"partner_id": proof.partner_id.id, "profile_id": profile.id}
            first, last = proof._proposed_dates(profile)
            values["valid_from"] = proof.valid_from or first
            values["valid_until"] = proof.valid_until or last
        return values

    @api.onchange("profile_id")
    def _onchange_profile_id(self):
        if self.profile_id and not self.proof_id:
            dates = self.env["tierslieu.proof"]._proposed_dates(self.profile_id)
            self.valid_from, self.valid_until = dates

    def action_accept(self):
        """Accept the proof, correct its dates, or note what was shown at the desk."""
        self.ensure_one()
        dates = (self.valid_from, self.valid_until)
        if not self.proof_id:
            self.env["tierslieu.proof"].accept_seen(self.partner_id, self.profile_id, *dates)
        elif self.state == "accepted":
            self.proof_id.action_set_dates(*dates)
        elif self.state == "pending":
            self.proof_id.action_accept(*dates)
        else:
            raise UserError(self.env._("This document was refused or withdrawn meanwhile."))
        return {"type": "ir.actions.act_window_close"}
