from odoo import api, fields, models
from odoo.exceptions import UserError


class Collect(models.TransientModel):
    """The payment of adhesions that were invoiced and left open."""

    _inherit = "tierslieu.collect"

    adhesion_ids = fields.Many2many("membership.membership_line", string="Adhesions")

    @api.depends("adhesion_ids")
    def _compute_amount(self):
        result = super()._compute_amount()
        for wizard in self:
            wizard.amount += sum(wizard.adhesion_ids._tierslieu_open_invoices().mapped("amount_residual"))
        return result

    def action_collect(self):
        """Register the payment of the whole of the invoices of adhesions; leave other things to their own."""
        self.ensure_one()
        if not self.adhesion_ids:
            return super().action_collect()
        self._require_host()
        self.adhesion_ids.check_access("read")
        invoices = self.adhesion_ids._tierslieu_open_invoices()
        if not invoices:
            raise UserError(self.env._("There is nothing left to pay."))
        self._take(invoices)
        return {"type": "ir.actions.act_window_close"}
