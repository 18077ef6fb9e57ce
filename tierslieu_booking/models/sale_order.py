from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import str2bool

from .booking_money import OWING_STATES

LIVE_PAYMENT = ("pending", "authorized", "done")
STALE_DRAFT = timedelta(minutes=30)
# The sequence of a line that nobody has put anywhere.
LAST = 10


class SaleOrder(models.Model):
    _inherit = "sale.order"

    tierslieu_booking_ids = fields.One2many(
        "tierslieu.booking", compute="_compute_tierslieu_booking_ids", string="Bookings"
    )

    tierslieu_change_ids = fields.One2many(
        "tierslieu.booking.change", compute="_compute_tierslieu_booking_ids", string="Moves"
    )

    @api.depends("order_line.tierslieu_booking_id", "order_line.tierslieu_change_id")
    def _compute_tierslieu_booking_ids(self):
        for order in self:
            order.tierslieu_booking_ids = order.order_line.tierslieu_booking_id
            order.tierslieu_change_ids = order.order_line.tierslieu_change_id

    def _tierslieu_bought(self):
        """Return the bookings that these orders buy: not those they only move."""
        lines = self.sudo().order_line.filtered(lambda line: not line.tierslieu_change_id)
        return lines.tierslieu_booking_id

    def _tierslieu_is_time(self):
        """Whether this order holds bookings and nothing else."""
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: not line.display_type)
        return bool(lines) and all(line.tierslieu_booking_id for line in lines)

    @contextmanager
    def _tierslieu_unlocked(self):
        """Let orders that may be locked be written, and leave them as they were."""
        locked = self.filtered("locked")
        locked.action_unlock()
        yield
        locked.action_lock()

    # -- A booking in the cart

    def _tierslieu_add(self, booking):
        """Put a held booking in this cart, at its frozen price."""
        self.ensure_one()
        booking._check_cart_limit(self)
        self.env["sale.order.line"].create(booking._order_line_values(self))
        self._verify_cart_after_update()

    def _tierslieu_add_change(self, change):
        """Put a move in this cart: the new price, less the price it replaces."""
        self.ensure_one()
        change.booking_id._check_cart_limit(self)
        self.env["sale.order.line"].create(change._order_line_values(self))
        self._tierslieu_keep_together()
        self._verify_cart_after_update()

    def _tierslieu_keep_together(self):
        """Put what goes with a booking below it, wherever it was added.

        The last line has the sequence that Odoo gives to a new one: what is added next comes after.
        """
        self.ensure_one()
        first, lines = {}, self.order_line.sorted(lambda line: (line.sequence, line.id))
        for place, line in enumerate(lines):
            first.setdefault(line.tierslieu_booking_id or line, place)
        together = lines.sorted(lambda line: first[line.tierslieu_booking_id or line])
        for line, sequence in zip(together, range(LAST - len(lines) + 1, LAST + 1), strict=True):
            if line.sequence != sequence:
                line.sequence = sequence

    @api.depends("order_line.product_uom_qty", "order_line.product_id")
    def _compute_cart_info(self):
        """Count a booking as one article, however many price lines it has."""
        result = super()._compute_cart_info()
        for order in self:
            lines = order.website_order_line.filtered("tierslieu_booking_id")
            order.cart_quantity += len(lines.tierslieu_booking_id) - len(lines)
        return result

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

    def _is_reorder_allowed(self):
        if self.tierslieu_booking_ids:
            return False
        return super()._is_reorder_allowed()

    def _verify_cart(self):
        result = super()._verify_cart()
        self._tierslieu_drop_lapsed()
        return result

    def _tierslieu_drop_lapsed(self):
        """Expire the lapsed holds of this cart and take them out of it."""
        now = fields.Datetime.now()
        lapsed = self._tierslieu_bought().filtered(
            lambda b: b.state in ("expired", "cancelled")
            or (b.state == "hold" and b.hold_until and b.hold_until <= now)
        )
        over = self.sudo().tierslieu_change_ids.filtered(lambda change: change._is_over())
        if (lapsed or over) and not self._has_live_payment():
            lapsed._expire()
            lapsed._drop_from_carts()
            over._lapse()
            over._drop_from_carts()

    def _has_live_payment(self):
        """Whether a payment may still arrive: a draft one that nobody sent grows stale."""
        stale = fields.Datetime.now() - STALE_DRAFT
        return any(
            tx.state in LIVE_PAYMENT or (tx.state == "draft" and tx.last_state_change > stale)
            for tx in self.sudo().transaction_ids
        )

    def _get_copiable_order_lines(self):
        """Leave bookings out of a copy: it would sell time without its slot."""
        return super()._get_copiable_order_lines().filtered(
            lambda line: not line.tierslieu_booking_id
        )

    def write(self, vals):
        """Keep a booking on hold with the customer of its cart."""
        result = super().write(vals)
        if "partner_id" in vals:
            for order in self.sudo().filtered(lambda o: o.state in ("draft", "sent")):
                order._tierslieu_give_holds()
        return result

    # -- State

    def _action_confirm(self):
        """Make the bookings firm with the order, or refuse the order with a sentence."""
        self.sudo().tierslieu_change_ids._apply()
        bookings = self._tierslieu_bought()
        bookings.filtered(lambda b: b.state in ("draft", "hold", "expired")).action_confirm()
        # One that was cancelled late still owes its fee.
        if any(booking.state not in OWING_STATES and not booking._is_owed_fee() for booking in bookings):
            raise UserError(
                self.env._("A booking of this order was cancelled: book again instead.")
            )
        return super()._action_confirm()

    def _action_cancel(self):
        """Cancel the bookings with their order, unless people are already in."""
        changes = self.sudo().tierslieu_change_ids
        bookings = self._tierslieu_bought() | changes.filtered(
            lambda change: change.state == "done"
        ).booking_id
        if any(booking.state in ("in_use", "done") for booking in bookings):
            raise UserError(
                self.env._("This booking has begun: it can no longer be cancelled.")
            )
        result = super()._action_cancel()
        changes._withdraw()
        for booking in bookings.filtered(lambda b: b.state in ("hold", "confirmed")):
            firm = booking.state == "confirmed"
            booking._decide_fee(self._tierslieu_cancelled_said())
            booking._release()
            booking._transition("cancelled", hold_until=False)
            booking._settle_cancelled(firm)
        late = bookings.filtered(lambda b: b.state == "cancelled")
        late._waive_fee(self._tierslieu_cancelled_said())
        for order in self.filtered("order_line"):
            if bookings := order.sudo().tierslieu_booking_ids:
                order._tierslieu_give_back_excess(bookings[0])
        return result

    def _tierslieu_cancelled_said(self):
        """Say why no fee is asked of the bookings of these orders: with them, all is undone."""
        return self.env._("Order cancelled: %(orders)s", orders=", ".join(self.mapped("name")))

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
        bookings = self._tierslieu_bought().filtered(lambda b: b.state == "confirmed")
        moved = self.sudo().tierslieu_change_ids.filtered(lambda change: change.state == "done")
        is_confirmation = mail_template == self._get_confirmation_template()
        if not (bookings or moved) or not is_confirmation or (
            allow_deferred_sending and self._tierslieu_mails_wait()
        ):
            return super()._send_order_notification_mail(
                mail_template, allow_deferred_sending=allow_deferred_sending
            )
        # What was only moved has been told when it moved.
        for lead in bookings.sorted("start")[:1]:
            lead._send_mail("tierslieu_booking.mail_template_confirmed", **lead._invite_guest())
        return None

    @api.model
    def _tierslieu_mails_wait(self):
        """Whether Odoo leaves order mails to its scheduler: a setting and an active cron."""
        setting = self.env["ir.config_parameter"].sudo().get_param("sale.async_emails")
        cron = self.env.ref("sale.send_pending_emails_cron", raise_if_not_found=False)
        return str2bool(setting or False) and bool(cron and cron.sudo().active)

    def _send_payment_succeeded_for_order_mail(self):
        """Stay silent about a payment whose confirmation says it all."""
        others = self.filtered(
            lambda order: not order.tierslieu_booking_ids and not order._tierslieu_is_packs()
        )
        return super(SaleOrder, others)._send_payment_succeeded_for_order_mail()
