from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from .refund import NO_WAIT, UNSENT

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
        for change in self.sudo().tierslieu_change_ids:
            change._renew_to_pay(LONGEST_HOLD)
        for booking in self._tierslieu_bought():
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

        :return: the lost bookings, and the moves that can no longer be made
        """
        self.ensure_one()
        lost = self.env["tierslieu.booking"].sudo()
        for booking in self._tierslieu_bought():
            try:
                with self.env.cr.savepoint():
                    booking._renew_hold()
            except UserError:
                lost |= booking
        given_up = self.env["tierslieu.booking.change"].sudo()
        for change in self.sudo().tierslieu_change_ids:
            try:
                with self.env.cr.savepoint():
                    change._renew()
            except UserError:
                given_up |= change
        lines = self.sudo().order_line.filtered(
            lambda line: line.tierslieu_change_id in given_up
            or (not line.tierslieu_change_id and line.tierslieu_booking_id in lost)
        )
        for name in [booking.display_name for booking in lost] + [
            change.display_name for change in given_up
        ]:
            self.message_post(
                body=self.env._(
                    "%(booking)s was no longer free when its payment arrived.", booking=name
                )
            )
        lines.unlink()
        return lost, given_up

    def _tierslieu_give_back_excess(self, booking=None, wait=NO_WAIT, kept=None):
        """Queue the refund of what was paid beyond the price of these orders, once.

        A move may carry part of the price of a booking to another order: what
        was paid and what is owed are those of all the orders that share it. What a
        provider refused to send back is the team's already.

        What was to go back and has not left yet is kept once it is owed again. What an
        accountant has credited by hand stays in their hands.

        :param booking: what is given back, to name it on the refund
        :param wait: time before it leaves
        :param kept: whether it stays on account; None: as the policy of the booking says
        :return: the refunds
        """
        self.ensure_one()
        order = self.sudo()
        orders = order._tierslieu_linked()
        paid = orders.transaction_ids.filtered(
            lambda tx: tx.state == "done" and tx.operation not in ("refund", "validation")
        )
        refund = self.env["tierslieu.refund"].sudo()
        refund._take_turn(paid)
        refunds = refund.search([("transaction_id", "in", paid.ids)])
        due = sum(orders.filtered(lambda o: o.state != "cancel").mapped("amount_total"))
        excess = order.currency_id.round(
            sum(paid.mapped("amount")) - sum(refunds.mapped("amount")) - due
        )
        if excess < 0 and booking:
            waiting = refunds.filtered(
                lambda each: each.booking_id == booking and not each.move_id and each.state in UNSENT
            )
            waiting._keep(max(0.0, sum(waiting.mapped("amount")) + excess))
        if excess > 0:
            excess = order.currency_id.round(excess - orders._tierslieu_in_hand())
        if excess <= 0:
            return refund
        if kept is None:
            over = booking and booking.state in ("cancelled", "no_show")
            kept = bool(over and booking._keeps_on_account())
        return refund._queue(excess, paid, booking, wait=wait, kept=kept)

    def _tierslieu_linked(self):
        """Return this order with the confirmed ones that carry prices of the same bookings."""
        self.ensure_one()
        orders = self
        while True:
            more = orders.order_line.tierslieu_booking_id.sale_line_ids.order_id.filtered(
                lambda order: order.state in ("sale", "cancel")
                and order.currency_id == self.currency_id
            )
            if more <= orders:
                return orders
            orders |= more

    # -- Telling

    def _tierslieu_tell_lost(self, bookings, changes, refunds):
        """Tell who paid too late, or too much, what became of their slot and their money.

        :param bookings: slots that went to someone else
        :param changes: moves that can no longer be made
        :param refunds: what goes back
        """
        self.ensure_one()
        by_hand = refunds.filtered(lambda refund: refund.state == "manual")
        money = {
            "back": sum((refunds - by_hand).mapped("amount")),
            "back_by_hand": sum(by_hand.mapped("amount")),
            "paid": any(tx.state == "done" for tx in self.sudo().transaction_ids),
        }
        if bookings:
            said = [booking._to_customer()._said() for booking in bookings]
            bookings[0]._send_mail(
                "tierslieu_booking.mail_template_lost", calendar=bookings.browse(),
                lost=said, **money,
            )
            money = {"told": True}
        for change in changes:
            change.booking_id._send_mail(
                "tierslieu_booking.mail_template_move_lost", calendar=bookings.browse(),
                wanted=change.with_context(lang=change.partner_id.lang)._said(), **money,
            )
            money = {"told": True}
        if refunds and not (bookings or changes):
            self._tierslieu_tell_given_back(refunds)

    def _tierslieu_tell_given_back(self, refunds):
        """Write to the customer that what they paid too much comes back."""
        order = self.sudo().with_context(lang=self._get_lang())
        amount = order.currency_id.format(sum(refunds.mapped("amount")))
        order.message_post(
            body=order.env._(
                "You paid more than %(order)s costs: %(amount)s come back to you, without anything"
                " to do.",
                order=order.name,
                amount=amount,
            ),
            subject=order.env._("%(amount)s come back to you", amount=amount),
            author_id=order.company_id.partner_id.id,
            partner_ids=order.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
            force_send=False,
        )

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
