from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Confirm what is still free; give back at once what went to someone else.

        Without this a slot lost while its payment was on the way would raise
        here, with the money taken and nobody told.
        """
        for tx in self:
            for order in tx.sale_order_ids.filtered(lambda o: o.state in ("draft", "sent")):
                lost, amount = order._tierslieu_drop_lost()
                if not lost:
                    continue
                if tx.state == "authorized" and order.state == "cancel":
                    tx._void()
                elif tx.state == "done":
                    self.env["tierslieu.refund"]._queue(lost[0], amount, tx)
                for booking in lost:
                    booking._send_mail("tierslieu_booking.mail_template_lost")
        return super()._check_amount_and_confirm_order()
