from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

# A cart may push its holds forward while someone pays, not for ever.
LONGEST_HOLD = timedelta(hours=2)


class SaleOrder(models.Model):
    """What stands between a payment and the bookings it pays for."""

    _inherit = "sale.order"

    def _get_prepayment_required_amount(self):
        """Ask for the whole price of an order with bookings, whatever the company's setting."""
        if self.tierslieu_booking_ids:
            return self.amount_total
        return super()._get_prepayment_required_amount()

    # -- Before the payment

    def _check_cart_is_ready_to_be_paid(self):
        """Refuse to take money for a slot that went to someone else meanwhile.

        Holds about to lapse while their owner pays are pushed forward; lapsed
        ones are claimed again.
        """
        try:
            with self.env.cr.savepoint():
                self._tierslieu_renew_holds()
        except UserError as error:
            raise ValidationError(str(error)) from error
        return super()._check_cart_is_ready_to_be_paid()

    def _tierslieu_renew_holds(self):
        """Keep the slots of this cart for the time of a payment, within limits."""
        now = fields.Datetime.now()
        for booking in self.sudo().tierslieu_booking_ids:
            if booking.state == "expired":
                booking._check_hold_limit(booking.hold_source)
                booking._check_cart_limit(self)
            if booking.state in ("hold", "expired") and booking.held_at + LONGEST_HOLD < now:
                if booking.state == "expired" or booking.hold_until <= now:
                    raise UserError(
                        self.env._(
                            "%(space)s waited too long: take it out of your cart and choose"
                            " again.",
                            space=booking.space_id.name,
                        )
                    )
                continue
            booking._renew_hold()

    # -- When the payment is here

    def _tierslieu_drop_lost(self):
        """Keep what is still free for this paid order; take out what went to someone else.

        :return: the lost bookings
        """
        self.ensure_one()
        lost = self.env["tierslieu.booking"].sudo()
        for booking in self.sudo().tierslieu_booking_ids:
            try:
                with self.env.cr.savepoint():
                    booking._renew_hold()
            except UserError:
                lost |= booking
        lines = self.sudo().order_line.filtered(lambda line: line.tierslieu_booking_id in lost)
        for booking in lost:
            self.message_post(
                body=self.env._(
                    "%(booking)s was no longer free when its payment arrived.",
                    booking=booking.display_name,
                )
            )
        lines.unlink()
        return lost

    def _tierslieu_give_back_excess(self, lost=None):
        """Queue the refund of what was paid beyond the price of this order, once.

        :param lost: bookings that left the order, to name one on the refund
        """
        self.ensure_one()
        order = self.sudo()
        paid = order.transaction_ids.filtered(
            lambda tx: tx.state == "done" and tx.operation not in ("refund", "validation")
        )
        refunds = self.env["tierslieu.refund"].sudo().search(
            [("transaction_id", "in", paid.ids), ("state", "!=", "failed")]
        )
        due = 0.0 if order.state == "cancel" else order.amount_total
        excess = order.currency_id.round(
            sum(paid.mapped("amount")) - sum(refunds.mapped("amount")) - due
        )
        if excess > 0:
            self.env["tierslieu.refund"]._queue(excess, paid, lost and lost[0])

    def _tierslieu_tell_underpaid(self):
        """Ask the team to look at an order that was paid in part and is not confirmed."""
        self.ensure_one()
        order = self.sudo()
        if order.activity_ids:
            return
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._(
                "Paid %(paid)s of %(total)s: not confirmed",
                paid=order.currency_id.format(order.amount_paid),
                total=order.currency_id.format(order.amount_total),
            ),
            user_id=self.env["tierslieu.integrity.result"]._responsible().id,
        )
