from odoo import fields, models

# Indemnities and other income, in the French chart.
KEPT_ACCOUNT = "758000"


class Company(models.Model):
    """Where a caution goes that is not given back: income without VAT, unless the accountant says otherwise."""

    _inherit = "res.company"

    tierslieu_caution_kept_account_id = fields.Many2one(
        "account.account", string="Account of cautions kept", check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]", help="Empty: 758000.",
    )
    tierslieu_caution_kept_tax_id = fields.Many2one(
        "account.tax", string="VAT of cautions kept", check_company=True,
        domain="[('type_tax_use', '=', 'sale')]", help="Empty: none. To be confirmed by an accountant.",
    )

    def _tierslieu_caution_kept_account(self):
        """Return the account of what is kept of cautions, 758000 when none is chosen."""
        self.ensure_one()
        return self.tierslieu_caution_kept_account_id or self._tierslieu_books_account(
            KEPT_ACCOUNT, self.env._("Indemnities and other income"), "income_other"
        )
