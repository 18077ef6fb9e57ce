from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Where no place says it.
HOLD_MINUTES = 15
# A cart may push its seats forward while someone pays, not for ever.
LONGEST_HOLD = timedelta(hours=2)


class SaleOrder(models.Model):
    """The seats of an order: held while its cart lives, sold with it, let go with it."""

    _inherit = "sale.order"

    def _tierslieu_seats(self):
        """Return the registrations of these orders that are not cancelled."""
        registrations = self.env["event.registration"].sudo()
        return registrations.search([("sale_order_id", "in", self.ids), ("state", "!=", "cancel")], order="id")

    def _tierslieu_has_seats(self):
        return bool(self.sudo().order_line.event_ticket_id)

    def _tierslieu_hold_seats_until(self, place):
        """Return until when a cart holds the seats that are put in it now, naive UTC.

        :param place: what `_tierslieu_seats_place` returned
        """
        minutes = place.hold_minutes or HOLD_MINUTES
        return fields.Datetime.now() + timedelta(minutes=minutes)

    def _tierslieu_seats_place(self):
        """Return the place whose rules its seats obey; empty where there is no place: Odoo's own do."""
        self.ensure_one()
        return self.env["tierslieu.place"].sudo().search([("company_id", "=", self.company_id.id)], limit=1)

    def _tierslieu_light_address(self):
        """Ask a newcomer who buys seats for no more than who buys time."""
        light = super()._tierslieu_light_address()
        return light or bool(self._tierslieu_has_seats() and self.only_services and self._is_anonymous_cart())

    def _get_prepayment_required_amount(self):
        """Ask for the whole price of an order with seats, whatever the company's setting."""
        if self._tierslieu_has_seats():
            return self.amount_total
        return super()._get_prepayment_required_amount()

    # -- In the cart

    def _cart_find_product_line(self, *args, tierslieu_voucher_id=False, tierslieu_seat_price=None, **kwargs):
        """Leave apart the seats that have another price: chosen, or of a voucher."""
        lines = super()._cart_find_product_line(*args, **kwargs)
        return lines.filtered(
            lambda line: not line.event_ticket_id
            or (
                line.tierslieu_voucher_id.id == tierslieu_voucher_id
                and (line.tierslieu_seat_price if line.tierslieu_seat_chosen else None) == tierslieu_seat_price
            )
        )

    def _prepare_order_line_values(
        self, product_id, *args, tierslieu_voucher_id=False, tierslieu_seat_price=None, **kwargs
    ):
        values = super()._prepare_order_line_values(product_id, *args, **kwargs)
        if tierslieu_voucher_id:
            values["tierslieu_voucher_id"] = tierslieu_voucher_id
        if tierslieu_seat_price is not None:
            values |= {"tierslieu_seat_price": tierslieu_seat_price, "tierslieu_seat_chosen": True}
        return values

    def _verify_updated_quantity(
        self, order_line, product_id, new_qty, uom_id, *, event_slot_id=False, event_ticket_id=False, **kwargs
    ):
        """Put in a cart no more seats than are left: held ones and quotas count.

        Odoo's own sentence for a slot that has some seats left names a field that slots have not.
        """
        ticket = self.env["event.event.ticket"].sudo().browse(event_ticket_id or 0).exists()
        if ticket and not ticket.event_id._tierslieu_is_on():
            had = order_line.product_uom_qty if order_line else 0
            return had, self.env._("%(event)s does not take place.", event=ticket.event_id.name)
        if ticket:
            slot = self.env["event.slot"].sudo().browse(event_slot_id or 0).exists()
            had = order_line.product_uom_qty if order_line else 0
            voucher = self.env["tierslieu.event.voucher"].sudo().browse(kwargs.get("tierslieu_voucher_id") or 0)
            [(left, _held)] = ticket.event_id._tierslieu_left([(slot, ticket)], voucher=voucher)
            if left is not None and new_qty - had > left:
                said = self.env._("%(ticket)s: there is no seat left.", ticket=ticket.name)
                if left:
                    said = self.env._("%(ticket)s: only %(left)s seats are left.", ticket=ticket.name, left=left)
                return had + left, said
        return super()._verify_updated_quantity(
            order_line, product_id, new_qty, uom_id, event_slot_id=event_slot_id, event_ticket_id=event_ticket_id,
            **kwargs,
        )

    def _tierslieu_drop_lapsed(self):
        """Take out of this cart the seats that it has held long enough."""
        result = super()._tierslieu_drop_lapsed()
        for order in self.filtered(lambda one: one.state == "draft" and one._tierslieu_has_seats()):
            now, ours = fields.Datetime.now(), bool(order._tierslieu_seats_place())
            lapsed = order._tierslieu_seats().filtered(
                lambda seat, now=now, ours=ours: seat.tierslieu_hold_until <= now if seat.tierslieu_hold_until else ours
            )
            if lapsed and not order._has_live_payment():
                order._tierslieu_drop_seats(lapsed)
        return result

    def _tierslieu_drop_seats(self, registrations):
        """Take seats out of a cart, and the lines that they were all of."""
        self.ensure_one()
        for line, seats in registrations.grouped("sale_order_line_id").items():
            left = line.registration_ids.filtered(lambda seat: seat.state != "cancel") - seats
            seats.unlink()
            if left:
                line.product_uom_qty = len(left)
            else:
                line.unlink()

    def _tierslieu_kept_until(self):
        """Count the seats: all is kept until the first of them is let go."""
        kept = super()._tierslieu_kept_until()
        holds = self._tierslieu_seats().filtered("tierslieu_hold_until").mapped("tierslieu_hold_until")
        until = min(holds, default=None)
        place = self._tierslieu_seats_place()
        if not until or not place:
            return kept
        own = place.format_time(until), int(place.to_local(until).timestamp())
        return min((own, kept), key=lambda pair: pair[1]) if kept else own

    # -- Before the payment

    def _tierslieu_renew_holds(self):
        """Keep the seats of this cart for the time of a payment, within limits."""
        result = super()._tierslieu_renew_holds()
        seats = self._tierslieu_seats().filtered(lambda seat: seat.state == "draft")
        if not seats:
            return result
        place = self._tierslieu_seats_place()
        now, until, ours = fields.Datetime.now(), self._tierslieu_hold_seats_until(place), bool(place)
        for seat in seats:
            seat._tierslieu_require_event()
            held = seat.tierslieu_hold_until and seat.tierslieu_hold_until > now
            if ours and seat.create_date + LONGEST_HOLD < now:
                if held:
                    continue
                raise UserError(
                    self.env._(
                        "%(event)s waited too long: take it out of your cart and choose again.",
                        event=seat.event_id.name,
                    )
                )
            seat.tierslieu_hold_until = max(until, seat.tierslieu_hold_until or until)
        return result

    # -- When the payment is here

    def _tierslieu_settle_seats(self):
        """Leave in an order that is about to be confirmed the seats that it still finds.

        :return: [what is lost, said]
        """
        self.ensure_one()
        lost = []
        far = fields.Datetime.now() + LONGEST_HOLD
        for seat in self._tierslieu_seats().filtered(lambda one: one.state == "draft"):
            try:
                with self.env.cr.savepoint():
                    seat._tierslieu_require_event()
                    seat.tierslieu_hold_until = far
            except (UserError, ValidationError) as refusal:
                lost.append(str(refusal))
                self._tierslieu_drop_seats(seat)
        for said in dict.fromkeys(lost):
            self.sudo().message_post(body=said)
        return list(dict.fromkeys(lost))

    def _tierslieu_tell_seats_lost(self, lost):
        """Write to the buyer which seats went to someone else before they paid."""
        self.ensure_one()
        if not lost:
            return
        order = self.sudo().with_context(lang=self._get_lang())
        order.message_post(
            body=order.env._(
                "%(why)s Your payment came too late: what you paid for it comes back to you, without anything to do.",
                why=" ".join(lost),
            ),
            subject=order.env._("Your seats were no longer free"),
            author_id=order.company_id.partner_id.id,
            partner_ids=order.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
            force_send=False,
        )

    # -- Called off

    def _action_cancel(self):
        """Take back what was invoiced of the seats of confirmed orders, and give back what was paid."""
        sold = self.filtered(lambda order: order.state == "sale" and order._tierslieu_has_seats())
        result = super()._action_cancel()
        for order in sold:
            order.sudo()._tierslieu_settle_all_seats()
        return result

    def _tierslieu_settle_all_seats(self):
        """Undo in the books the seats, and the fees of seats, of an order that was cancelled."""
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line.event_ticket_id or line.tierslieu_seat_fee_of_id)
        invoiced = {line: line.qty_invoiced for line in lines if line.qty_invoiced > 0}
        if invoiced:
            order = self.with_context(lang=self._get_lang())
            said = order.env._("Cancellation of %(order)s", order=self.name)
            move = lines.browse()._tierslieu_post_difference(invoiced, said)
            self._tierslieu_settle_document(move)
        self._tierslieu_give_back_excess()

    def _tierslieu_settle_document(self, move, kept=False):
        """Set a credit note against what is open of this order; queue the refund of the rest.

        :param kept: the rest stays on account
        :return: the refunds
        """
        self.ensure_one()
        refund = self.env["tierslieu.refund"].sudo()
        if move.move_type != "out_refund":
            return refund
        ours = move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        others = self.invoice_ids.filtered(
            lambda other: other.move_type == "out_invoice" and other.state == "posted"
        )
        theirs = others.line_ids.filtered(
            lambda line: line.account_id == ours.account_id and not line.reconciled
        )
        if theirs:
            (ours | theirs).reconcile()
        if not move.amount_residual:
            return refund
        return refund._queue(move.amount_residual, self.transaction_ids, None, move, "cancel", kept=kept)

    @api.model
    def _cron_drop_seats(self):
        """Take out of the carts that were left the seats that they no longer hold."""
        now = fields.Datetime.now()
        lapsed = self.env["event.registration"].sudo().search(
            [("state", "=", "draft"), ("tierslieu_hold_until", "<=", now), ("sale_order_id.state", "=", "draft")]
        )
        for order in lapsed.sale_order_id:
            order = order.try_lock_for_update()
            if order:
                order._tierslieu_drop_lapsed()
            self.env["ir.cron"]._commit_progress(1)
