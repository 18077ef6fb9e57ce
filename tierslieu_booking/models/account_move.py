from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _tierslieu_open_invoices(self):
        """Return those that are posted invoices of customers and not fully paid."""
        return self.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted" and move.amount_residual
        )
