from odoo import models


def computation_key(source):
    """Return what a line of ours says of the document whose tax it takes back."""
    return f"tierslieu,{source.id}"


class AccountMove(models.Model):
    _inherit = "account.move"

    def _tierslieu_is_by_hand(self):
        """Whether this is a credit note that an accountant made.

        A line of each of ours says of which document it takes the tax: of the one that it
        corrects. The copy of a document of ours has those words too, and corrects another.
        """
        self.ensure_one()
        if self.move_type != "out_refund":
            return False
        ours = computation_key(self.reversed_entry_id)
        return all((line.extra_tax_data or {}).get("computation_key") != ours for line in self.invoice_line_ids)

    def _tierslieu_open_invoices(self):
        """Return those that are posted invoices of customers and not fully paid."""
        return self.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted" and move.amount_residual
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _tierslieu_net(self):
        """Return what these lines charge, tax included: credit notes count against invoices."""
        return sum(line.price_total * (-1 if line.move_id.move_type == "out_refund" else 1) for line in self)
