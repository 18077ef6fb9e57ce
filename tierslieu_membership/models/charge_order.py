from odoo import models


class SaleOrder(models.Model):
    """Orders that open a subscription: hooks for whoever sells plans on line."""

    _inherit = "sale.order"

    def _tierslieu_plan_contracts(self):
        """Return the subscriptions that these orders opened."""
        return self.env["contract.contract"]

    def _tierslieu_sells_plan(self):
        """Return whether these orders will open one: said beside the box that keeps a card."""
        return False


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _tierslieu_subscriptions(self):
        return super()._tierslieu_subscriptions() | self.sale_order_ids._tierslieu_plan_contracts()
