from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_gift_account_id = fields.Many2one(related="company_id.tierslieu_gift_account_id", readonly=False)
