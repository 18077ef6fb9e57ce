from odoo import api, fields, models

from ..models.pack_voucher import PURPOSES


class CreditPack(models.TransientModel):
    """When the VAT of a pack to sell is due."""

    _inherit = "tierslieu.credit.pack"

    voucher_vat = fields.Selection(PURPOSES, string="VAT", required=True, default="sale")

    @api.model
    def default_get(self, fields):
        """Begin with what a pack that is there says."""
        values = super().default_get(fields)
        pack = self.env["product.template"].browse(values.get("product_tmpl_id"))
        return values | {"voucher_vat": pack.tierslieu_voucher_vat} if pack else values

    def action_save(self):
        """Write when the VAT is due with the rest."""
        result = super(
            CreditPack, self.with_context(default_tierslieu_voucher_vat=self.voucher_vat)
        ).action_save()
        if self.product_tmpl_id.tierslieu_voucher_vat != self.voucher_vat and self.product_tmpl_id:
            self.product_tmpl_id.sudo().tierslieu_voucher_vat = self.voucher_vat
        return result
