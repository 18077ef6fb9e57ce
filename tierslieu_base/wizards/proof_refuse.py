from odoo import api, fields, models


class ProofRefuse(models.TransientModel):
    """Why a proof is refused: the member reads it."""

    _name = "tierslieu.proof.refuse"
    _description = "Refuse a proof"

    proof_ids = fields.Many2many("tierslieu.proof", required=True)
    usual = fields.Selection(
        [
            ("unreadable", "It cannot be read"),
            ("old", "Its date has passed"),
            ("other", "It is for something else"),
            ("nobody", "It is in another name"),
        ],
        string="Usual reasons",
    )
    reason = fields.Char(required=True)

    @api.onchange("usual")
    def _onchange_usual(self):
        """Write a usual reason in the language of the member, to be completed."""
        if self.usual:
            env = self.with_context(lang=self.proof_ids[:1].partner_id.lang or self.env.lang).env
            self.reason = {
                "unreadable": env._("It cannot be read: send a sharper picture, or a PDF."),
                "old": env._("Its date has passed: send one that holds today."),
                "other": env._("It is not the document that this fare asks for."),
                "nobody": env._("It is in another name than your account."),
            }[self.usual]

    def action_refuse(self):
        """Refuse with the reason written here."""
        self.ensure_one()
        self.proof_ids.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
