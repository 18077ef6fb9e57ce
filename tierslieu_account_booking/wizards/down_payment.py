from odoo import models

# Down payments received on orders, in the French chart.
DOWN_PAYMENTS = "419100"


class SaleAdvancePayment(models.TransientModel):
    """A down payment waits on 419100 until the final invoice, even where nobody chose the account.

    Odoo takes the account of the chart as it is loaded; where sales came after the
    chart, it books the down payment as income, before anything was sold.
    """

    _inherit = "sale.advance.payment.inv"

    def _prepare_down_payment_invoice_line_values(self, order, so_line, account):
        company = order.company_id
        if not company.downpayment_account_id and company.account_fiscal_country_id.code == "FR":
            account = company._tierslieu_books_account(
                DOWN_PAYMENTS, self.env._("Down payments received"), "liability_current"
            )
        return super()._prepare_down_payment_invoice_line_values(order, so_line, account)
