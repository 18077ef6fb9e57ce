from odoo import models


class EventRegistration(models.Model):
    _name = "event.registration"
    _inherit = ["event.registration", "tierslieu.private.notes"]

    def action_tierslieu_view_moves(self):
        """Open the invoices and credit notes of a seat."""
        self.ensure_one()
        self.check_access("read")
        moves = self.sudo().sale_order_line_id.invoice_lines.move_id
        return moves.with_env(self.env)._get_records_action(name=self.env._("Invoices"))
