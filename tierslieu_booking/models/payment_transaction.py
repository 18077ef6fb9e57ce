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
        for order in ours.filtered(lambda o: o.state in ("sale", "cancel")):
            order._tierslieu_give_back_excess(lost.get(order))
        return confirmed

    def _tierslieu_settle(self, order):
        """Leave in an order only what its payment still finds, before it is confirmed.

        :return: the bookings that it no longer finds
        """
        self.ensure_one()
        lost = order._tierslieu_drop_lost()
        if not order.order_line:
            order._action_cancel()
            if self.state == "authorized":
                self._void()
        elif not order._is_confirmation_amount_reached():
            order._tierslieu_tell_underpaid()
        for booking in lost:
            booking._send_mail("tierslieu_booking.mail_template_lost")
        return lost
