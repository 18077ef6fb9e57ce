from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_place_count = fields.Integer(compute="_compute_tierslieu_place_count")

    def _compute_tierslieu_place_count(self):
        count = self.env["tierslieu.place"].search_count(
            [("company_id", "=", self.env.company.id)]
        )
        self.tierslieu_place_count = count

    def action_tierslieu_places(self):
        """Open the places, where hours, steps and holds are set."""
        return self.env["ir.actions.act_window"]._for_xml_id("tierslieu_base.action_place")
