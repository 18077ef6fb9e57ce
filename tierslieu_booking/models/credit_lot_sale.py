from odoo import api, fields, models


class CreditLot(models.Model):
    """What a pack was sold for, and whether it is paid."""

    _inherit = "tierslieu.credit.lot"

    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_due = fields.Monetary(
        compute="_compute_amount_due", compute_sudo=True, string="Still to pay",
        help="What is open of the invoice of this pack.",
    )

    @api.depends(
        "sale_line_id.invoice_lines.move_id.amount_residual", "sale_line_id.invoice_lines.move_id.state",
        "invoice_line_id.move_id.amount_residual", "invoice_line_id.move_id.state",
    )
    def _compute_amount_due(self):
        for lot in self:
            lot.amount_due = sum(lot._open_invoices().mapped("amount_residual"))

    def _open_invoices(self):
        """Return the posted invoices of these packs that are not fully paid, with the rights of the system."""
        lots = self.sudo()
        moves = lots.sale_line_id.invoice_lines.move_id | lots.invoice_line_id.move_id
        return moves._tierslieu_open_invoices()

    def action_collect(self):
        """Open the till for a pack that was sold on account."""
        self.check_access("read")
        return self.env["tierslieu.collect"]._open_till(default_lot_ids=self.ids)

    def action_show(self):
        """Show these credits beside what one was doing."""
        action = self._get_records_action(name=self.env._("Credits"))
        return {**action, "target": "new", "context": {"dialog_size": "extra-large"}}
