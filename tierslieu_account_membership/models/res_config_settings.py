from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_caution_kept_account_id = fields.Many2one(
        related="company_id.tierslieu_caution_kept_account_id", readonly=False
    )
    tierslieu_caution_kept_tax_id = fields.Many2one(
        related="company_id.tierslieu_caution_kept_tax_id", readonly=False
    )
