from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Confirm the seats that a payment still finds, give the rest back at once, and tell."""
        orders = self.sale_order_ids.filtered(
            lambda one: one.state in ("draft", "sent") and one._tierslieu_has_seats()
        )
        lost = {}
        for order in orders:
            if order._is_confirmation_amount_reached():
                lost[order] = order._tierslieu_settle_seats()
                if not order.order_line:
                    order._action_cancel()
        confirmed = super()._check_amount_and_confirm_order()
        for order in orders:
            if order.state in ("sale", "cancel"):
                order._tierslieu_give_back_excess()
                order._tierslieu_tell_seats_lost(lost.get(order))
        return confirmed
