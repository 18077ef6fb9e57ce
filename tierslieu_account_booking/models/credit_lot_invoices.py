from odoo import models


class CreditLot(models.Model):
    _inherit = "tierslieu.credit.lot"

    def action_view_invoices(self):
        """Open the invoices and credit notes of these credits."""
        self.check_access("read")
        lots = self.sudo()
        moves = lots.sale_line_id.invoice_lines.move_id | lots.invoice_line_id.move_id
        moves |= lots.move_ids.invoice_line_id.move_id
        return moves.with_env(self.env)._get_records_action(name=self.env._("Invoices"))
