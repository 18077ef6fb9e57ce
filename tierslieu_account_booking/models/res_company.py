from odoo import fields, models
from odoo.fields import Command

# Forfeits and penalties received on sales, in the French chart.
FEE_ACCOUNT = "758100"
FEE_KINDS = ("cancelled", "no_show")


class Company(models.Model):
    """On which account, and with which VAT, what stays due of a booking that did not take place goes.

    The price of a service that one could have had bears its VAT as the service
    does (Court of Justice, Air France-KLM, 2015); a sum that only makes up for a
    loss bears none (Eugénie-les-Bains, 2007). So the service is the default, and
    an account apart is a choice to be made with the accountant.
    """

    _inherit = "res.company"

    tierslieu_fee_mode = fields.Selection(
        [("service", "As the service: same account, same VAT"), ("apart", "On an account of their own")],
        string="Cancellation and no-show fees", default="service", required=True,
    )
    tierslieu_fee_account_id = fields.Many2one(
        "account.account", string="Account of fees", check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]", help="Empty: 758100.",
    )
    tierslieu_fee_tax_id = fields.Many2one(
        "account.tax", string="VAT of fees", check_company=True, domain="[('type_tax_use', '=', 'sale')]",
        help="Empty: none. To be confirmed by an accountant.",
    )
    tierslieu_cancel_fee_product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    tierslieu_no_show_fee_product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")

    def _tierslieu_fee_account(self):
        """Return the account of fees, 758100 when none is chosen; made when the chart has none."""
        self.ensure_one()
        return self.tierslieu_fee_account_id or self._tierslieu_books_account(
            FEE_ACCOUNT, self.env._("Forfeits received on sales")
        )

    def _tierslieu_fee_product(self, kind):
        """Return the article of a fee, made when there is none, with the account and the VAT of today.

        :param kind: `cancelled` or `no_show`
        :return: an empty record where fees follow the service
        """
        self.ensure_one()
        company = self.sudo()
        products = self.env["product.product"].sudo().with_company(self)
        if company.tierslieu_fee_mode != "apart":
            return products
        name = "tierslieu_no_show_fee_product_id" if kind == "no_show" else "tierslieu_cancel_fee_product_id"
        product = company[name].with_company(self)
        account, tax = company._tierslieu_fee_account(), company.tierslieu_fee_tax_id
        wanted = {"property_account_income_id": account.id, "taxes_id": [Command.set(tax.ids)]}
        if not product:
            title = self.env._("No-show") if kind == "no_show" else self.env._("Late cancellation")
            product = company[name] = products.create(
                {
                    "name": title, "type": "service", "invoice_policy": "order", "list_price": 0.0,
                    "sale_ok": False, "purchase_ok": False, "company_id": company.id, **wanted,
                }
            )
        elif (product.property_account_income_id, product.taxes_id) != (account, tax):
            product.write(wanted)
        return product
