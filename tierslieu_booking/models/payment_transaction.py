from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Confirm what is paid and still free; give back at once what is not owed.

        Without this a slot lost while its payment was on the way would raise
        here, with the money taken and nobody told; and a cart changed in
        another tab would keep money that nothing is sold for.
        """
        ours, lost = self.env["sale.order"], {}
        for tx in self:
            for order in tx.sale_order_ids:
                if order.order_line and not order.sudo().tierslieu_booking_ids:
                    continue
                ours |= order
                if order.state in ("draft", "sent"):
                    lost[order] = tx._tierslieu_settle(order)
        confirmed = super()._check_amount_and_confirm_order()
        nothing = self.env["tierslieu.booking"], self.env["tierslieu.booking.change"]
        for order in ours:
            bookings, changes = lost.get(order, nothing)
            refunds = self.env["tierslieu.refund"]
            if order.state in ("sale", "cancel"):
                refunds = order._tierslieu_give_back_excess((bookings | changes.booking_id)[:1])
            order._tierslieu_tell_lost(bookings, changes, refunds)
        return confirmed

    def _tierslieu_settle(self, order):
        """Leave in an order only what its payment still finds, before it is confirmed.

        :return: the bookings and the moves that it no longer finds
        """
        self.ensure_one()
        lost = order._tierslieu_drop_lost()
        if not order.order_line:
            order._action_cancel()
            if self.state == "authorized":
                self._void()
        elif not order._is_confirmation_amount_reached():
            order._tierslieu_tell_underpaid()
        return lost
