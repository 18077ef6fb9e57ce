from odoo import fields, models


class Company(models.Model):
    """How the books of a company are kept: beside its legal form and its VAT regime, when the VAT is due."""

    _inherit = "res.company"

    tierslieu_vat_due = fields.Selection(
        [("receipts", "When it is paid (on receipts)"), ("debits", "When it is invoiced (on debits)")],
        string="VAT of services is due",
        help="On receipts is the rule for services; on debits is an option, which invoices say.",
    )

    def _tierslieu_expected_due(self):
        """Return when the VAT is due: as was said, else as the usual tax of services has it."""
        self.ensure_one()
        usual = self.sudo().account_sale_tax_id
        by_tax = usual.tax_scope == "service" and usual.tax_exigibility == "on_invoice"
        return self.tierslieu_vat_due or ("debits" if by_tax else "receipts")

    def _tierslieu_points(self):
        """Return what an accountant has to confirm for this company, as rows of the plan."""
        self.ensure_one()
        return self.env["tierslieu.books.confirmation"]._points(
            self.tierslieu_legal_form, self.tierslieu_vat_regime, self._tierslieu_expected_due()
        )
