from odoo import fields, models

# Gifts by hand (ANC 2018-06); 754000 of the French chart is something else.
GIFT_ACCOUNT = "754100"


class Company(models.Model):
    """Where gifts go: no price of anything, and no VAT."""

    _inherit = "res.company"

    tierslieu_gift_account_id = fields.Many2one(
        "account.account", string="Account of gifts", check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]", help="Empty: 754100.",
    )

    def _tierslieu_gift_account(self):
        """Return the account of gifts, 754100 when none is chosen; made when the chart has none."""
        self.ensure_one()
        return self.tierslieu_gift_account_id or self._tierslieu_books_account(
            GIFT_ACCOUNT, self.env._("Gifts by hand"), "income_other"
        )
