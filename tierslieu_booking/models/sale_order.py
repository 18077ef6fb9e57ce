from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import str2bool

LIVE_PAYMENT = ("draft", "pending", "authorized", "done")
# A cart may push its holds forward while someone pays, not for ever.
LONGEST_HOLD = timedelta(hours=2)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    tierslieu_booking_ids = fields.One2many(
        "tierslieu.booking", compute="_compute_tierslieu_booking_ids", string="Bookings"
    )

    @api.depends("order_line.tierslieu_booking_id")
    def _compute_tierslieu_booking_ids(self):
        for order in self:
            order.tierslieu_booking_ids = order.order_line.tierslieu_booking_id

    # -- A booking in the cart

    def _tierslieu_add(self, booking):
        """Put a held booking in this cart, at its frozen price."""
        self.ensure_one()
        booking._check_cart_limit(self)
        self.env["sale.order.line"].create(booking._order_line_values(self))
        self._verify_cart_after_update()

    @api.depends("order_line.product_uom_qty", "order_line.product_id")
    def _compute_cart_info(self):
        """Count a booking as one article, however many price lines it has."""
        super()._compute_cart_info()
        for order in self:
            lines = order.website_order_line.filtered("tierslieu_booking_id")
            order.cart_quantity += len(lines.tierslieu_booking_id) - len(lines)

    def _cart_find_product_line(self, *args, **kwargs):
        """Never merge an article into the line of a booking."""
        lines = super()._cart_find_product_line(*args, **kwargs)
        return lines.filtered(lambda line: not line.tierslieu_booking_id)

    def _verify_updated_quantity(self, order_line, product_id, new_qty, uom_id, **kwargs):
        if order_line.tierslieu_booking_id:
            return order_line.product_uom_qty, self.env._(
                "A booking's length cannot be changed here: remove it and choose again."
            )
        return super()._verify_updated_quantity(
            order_line, product_id, new_qty, uom_id, **kwargs
        )

    def _prepare_order_line_update_values(self, order_line, quantity, **kwargs):
        if order_line.tierslieu_booking_id:
            return {}
        return super()._prepare_order_line_update_values(order_line, quantity, **kwargs)

    def _get_update_prices_lines(self):
        """Leave bookings out of every re-pricing: their price is frozen."""
        lines = super()._get_update_prices_lines()
        return lines.filtered(lambda line: not line.tierslieu_booking_id)

    def _is_reorder_allowed(self):
        if self.tierslieu_booking_ids:
            return False
        return super()._is_reorder_allowed()

    def _verify_cart(self):
        super()._verify_cart()
        self._tierslieu_drop_lapsed()

    def _tierslieu_drop_lapsed(self):
        """Expire the lapsed holds of this cart and take them out of it."""
        now = fields.Datetime.now()
        bookings = self.sudo().tierslieu_booking_ids
        lapsed = bookings.filtered(
            lambda b: b.state in ("expired", "cancelled")
            or (b.state == "hold" and b.hold_until and b.hold_until <= now)
        )
        if lapsed and not self._has_live_payment():
            lapsed._expire()
            lapsed._drop_from_carts()

    def _has_live_payment(self):
        return any(tx.state in LIVE_PAYMENT for tx in self.sudo().transaction_ids)

    def write(self, vals):
        """Keep a booking on hold with the customer of its cart."""
        result = super().write(vals)
        if "partner_id" in vals:
            for order in self.sudo().filtered(lambda o: o.state in ("draft", "sent")):
                holds = order.tierslieu_booking_ids.filtered(lambda b: b.state == "hold")
                holds.partner_id = order.partner_id
        return result

    # -- Paying

    def _check_cart_is_ready_to_be_paid(self):
        """Refuse to take money for a slot that went to someone else meanwhile.

        Holds about to lapse while their owner pays are pushed forward; lapsed
        ones are claimed again.
        """
        self._tierslieu_renew_holds()
        return super()._check_cart_is_ready_to_be_paid()

    def _tierslieu_renew_holds(self):
        now = fields.Datetime.now()
        for booking in self.sudo().tierslieu_booking_ids:
            if booking.held_at + LONGEST_HOLD < now and booking.state == "hold":
                until = booking.hold_until
            else:
                until = now + timedelta(minutes=booking.place_id.hold_minutes)
            if booking.state == "hold" and booking.hold_until:
                until = max(until, booking.hold_until)
                booking.occupancy_ids.filtered(lambda row: row.state == "hold").write(
                    {"hold_until": until}
                )
                booking.hold_until = until
            elif booking.state == "expired":
                try:
                    with self.env.cr.savepoint():
                        booking._occupy("hold", hold_until=until)
                        booking._transition("hold", hold_until=until)
                except UserError as error:
                    raise ValidationError(str(error)) from error
            elif booking.state not in ("hold", "confirmed"):
                raise ValidationError(
                    self.env._("A booking has left your cart: refresh the page.")
                )

    def _tierslieu_drop_lost(self):
        """Take out of an order being paid the slots that went to someone else.

        :return: (lost bookings, amount of their lines)
        """
        self.ensure_one()
        lost = self.env["tierslieu.booking"].sudo()
        for booking in self.sudo().tierslieu_booking_ids:
            try:
                with self.env.cr.savepoint():
                    booking.action_confirm()
            except UserError:
                lost |= booking
        lines = self.sudo().order_line.filtered(lambda l: l.tierslieu_booking_id in lost)
        amount = sum(lines.mapped("price_total"))
        for booking in lost:
            self.message_post(
                body=self.env._(
                    "%(booking)s was no longer free when its payment arrived.",
                    booking=booking.display_name,
                )
            )
        lines.unlink()
        if lost and not self.order_line:
            self._action_cancel()
        return lost, amount

    def _action_confirm(self):
        """Make the bookings firm with the order, or refuse the order with a sentence."""
        bookings = self.sudo().tierslieu_booking_ids.filtered(
            lambda b: b.state in ("draft", "hold", "expired")
        )
        bookings.action_confirm()
        return super()._action_confirm()

    def _action_cancel(self):
        result = super()._action_cancel()
        bookings = self.sudo().tierslieu_booking_ids.filtered(
            lambda b: b.state in ("hold", "confirmed")
        )
        for booking in bookings:
            firm = booking.state == "confirmed"
            booking._release()
            booking._transition("cancelled", hold_until=False)
            if firm:
                booking._credit(booking.sale_line_ids)
                booking._send_mail("tierslieu_booking.mail_template_cancelled")
        return result

    def _validate_order(self):
        """Settle at once an order with nothing to pay: no invoice will come from a payment."""
        result = super()._validate_order()
        for order in self.filtered(lambda o: o.tierslieu_booking_ids and not o.amount_total):
            order.order_line.qty_to_invoice = 0
        return result

    @api.ondelete(at_uninstall=False)
    def _tierslieu_release_on_unlink(self):
        """Free the slots of a deleted cart: its lines go by cascade, without Python."""
        self.order_line._tierslieu_release()

    # -- Mails

    def _send_order_notification_mail(self, mail_template, allow_deferred_sending=True):
        """Send our own confirmation, with calendar file and account, once it is time."""
        self.ensure_one()
        bookings = self.sudo().tierslieu_booking_ids.filtered(
            lambda b: b.state == "confirmed"
        )
        is_confirmation = mail_template == self._get_confirmation_template()
        if not bookings or not is_confirmation or (
            allow_deferred_sending and self._tierslieu_mails_wait()
        ):
            return super()._send_order_notification_mail(
                mail_template, allow_deferred_sending=allow_deferred_sending
            )
        lead = bookings.sorted("start")[0]
        lead._send_mail("tierslieu_booking.mail_template_confirmed", **lead._invite_guest())

    @api.model
    def _tierslieu_mails_wait(self):
        """Whether Odoo leaves order mails to its scheduler: a setting and an active cron."""
        setting = self.env["ir.config_parameter"].sudo().get_param("sale.async_emails")
        cron = self.env.ref("sale.send_pending_emails_cron", raise_if_not_found=False)
        return str2bool(setting or False) and bool(cron and cron.sudo().active)

    def _send_payment_succeeded_for_order_mail(self):
        """Stay silent about a payment whose confirmation says it all."""
        others = self.filtered(lambda order: not order.tierslieu_booking_ids)
        return super(SaleOrder, others)._send_payment_succeeded_for_order_mail()
