from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_place_count = fields.Integer(compute="_compute_tierslieu_place_count")

    tierslieu_proof_max_mb = fields.Integer(
        string="Largest document", default=5, config_parameter="tierslieu_base.proof_max_mb"
    )
    tierslieu_proof_keep_months = fields.Integer(
        string="Documents left unchecked", default=3,
        config_parameter="tierslieu_base.proof_keep_months",
    )

    def _compute_tierslieu_place_count(self):
        count = self.env["tierslieu.place"].search_count(
            [("company_id", "=", self.env.company.id)]
        )
        self.tierslieu_place_count = count

    def action_tierslieu_places(self):
        """Open the places, where hours, steps and holds are set."""
        return self.env["ir.actions.act_window"]._for_xml_id("tierslieu_base.action_place")
