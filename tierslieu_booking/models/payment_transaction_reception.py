from odoo import api, models
from odoo.exceptions import ValidationError

from .payment_provider import RECEPTION


class PaymentTransaction(models.Model):
    """A payment at the reception confirms at once what it is for, and is collected there."""

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        for transaction in transactions._tierslieu_at_reception():
            transaction._tierslieu_check_reception()
        return transactions

    def _tierslieu_at_reception(self):
        return self.filtered(lambda tx: tx.provider_id.custom_mode == RECEPTION)

    def _tierslieu_check_reception(self):
        """Refuse what is not time, and who has as much to pay as one may without paying.

        The provider's page offers it for nothing else; a script may ask all the same.
        """
        orders = self.sudo().sale_order_ids
        if not orders or not all(order._tierslieu_is_time() for order in orders):
            raise ValidationError(self.env._("Only bookings are paid at the reception."))
        bookings = self.env["tierslieu.booking"].sudo()
        if bookings._is_staff():
            return
        most = bookings._max_live_holds()
        mine = bookings._to_pay_at_reception(self.partner_id)
        if len(mine | orders.tierslieu_booking_ids) > most:
            raise ValidationError(
                self.env._(
                    "%(most)s bookings to come can be paid at the reception, no more: pay for some"
                    " of yours first, or cancel them.",
                    most=most,
                )
            )

    def _post_process(self):
        """Confirm the orders that are to be paid at the reception, with what is still free of them."""
        waiting = self._tierslieu_at_reception().filtered(lambda tx: tx.state == "pending")
        for order in waiting.sale_order_ids:
            # What was put in the cart meanwhile and is no time is not given before it is paid.
            if order.state not in ("draft", "sent") or not order._tierslieu_is_time():
                continue
            lost, given_up = order._tierslieu_drop_lost()
            if order.order_line:
                order.with_context(send_email=True).action_confirm()
            else:
                order._action_cancel()
            order._tierslieu_tell_lost(lost, given_up, self.env["tierslieu.refund"])
        return super()._post_process()
