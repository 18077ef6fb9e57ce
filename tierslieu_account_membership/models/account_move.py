from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    tierslieu_caution_contract_ids = fields.Many2many(
        "contract.contract", "tierslieu_contract_caution", "account_move_id", "contract_contract_id",
        string="Caution of", readonly=True, copy=False,
    )
