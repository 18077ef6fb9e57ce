from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_fee_mode = fields.Selection(related="company_id.tierslieu_fee_mode", readonly=False)
    tierslieu_fee_account_id = fields.Many2one(related="company_id.tierslieu_fee_account_id", readonly=False)
    tierslieu_fee_tax_id = fields.Many2one(related="company_id.tierslieu_fee_tax_id", readonly=False)
