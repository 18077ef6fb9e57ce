from collections import defaultdict
from datetime import timedelta

from odoo import models
from odoo.fields import Command

# A host undoes a mistake on the planning within that time: no money has left yet.
UNDO_TIME = timedelta(minutes=5)


class Booking(models.Model):
    """What a booking that moves, or is cancelled, corrects in orders and invoices.

    A document that is posted stays as it is: what it said too much is taken
    back, and what takes its place invoiced, by one document of the difference,
    a credit note or a complement. Each side's taxes are computed apart, as
    they were or would be on an invoice of its own, so that the VAT of all
    the documents together is that of the price.
    """

    _inherit = "tierslieu.booking"

    # -- Cancelled

    def _settle_cancelled(self, was_firm):
        """Undo in the books what a cancelled booking had put there, once."""
        for booking in self:
            in_carts = booking.sale_line_ids.filtered(
                lambda line: line.order_id.state in ("draft", "sent")
            )
            lines = booking.sale_line_ids - in_carts
            in_carts.filtered(lambda line: not line.tierslieu_change_id).unlink()
            if lines:
                booking._bring_books(
                    booking._to_customer().env._("Cancellation of %(name)s", name=booking.name)
                )
            if was_firm:
                booking._send_mail("tierslieu_booking.mail_template_cancelled")

    def _bring_books(self, said, wait=timedelta(0)):
        """Bring orders and invoices to what is owed of a booking: all, a fee, nothing.

        :param said: what a document of the difference says it is
        :param wait: time before a refund leaves
        """
        self.ensure_one()
        lines = self.sale_line_ids.filtered(lambda line: line.order_id.state not in ("draft", "sent"))
        if not self.amount_owed:
            self._correct(lines, lines.browse(), said, wait=wait, reason="cancel")
            ordered = lines.filtered(lambda line: line.order_id.state == "sale")
            ordered._tierslieu_write_unlocked({"product_uom_qty": 0})
            self._give_back_prepaid(ordered.order_id, wait)
            return
        before = self._current_order_lines() & lines
        carried = sum(line.tierslieu_amount * line.product_uom_qty for line in before)
        if not before or not self.currency_id.compare_amounts(carried, self.amount_owed):
            return
        if any(before.mapped("qty_invoiced")):
            self._replace(before, said, wait, "cancel")
        else:
            self._follow(before)
            self._give_back_prepaid(before.order_id, wait)

    def _to_customer(self):
        """Return this booking in the language of its customer's papers."""
        return self.with_context(lang=self.sudo().partner_id.lang or self.env.lang)

    def _give_back_prepaid(self, orders, wait=timedelta(0)):
        """Give back what was paid beyond the price of confirmed orders, invoiced or not.

        :param wait: time before it leaves
        """
        refunds = self.env["tierslieu.refund"].sudo()
        for order in orders.filtered(lambda order: order.state == "sale"):
            refunds |= order._tierslieu_give_back_excess(self, wait)
        return refunds

    # -- Moved

    def _reprice(self, quote):
        """Freeze the price of the new slot; bring order and invoices to it.

        :return: (refunds, complement): what goes back, the posted invoice to pay; either may
            be empty
        """
        self.ensure_one()
        before = self._current_order_lines()
        orders = before.order_id
        invoiced = any(before.mapped("qty_invoiced"))
        same = [(line.product_id.id, line.amount) for line in self.line_ids] == [
            (line["product_id"], line["amount"]) for line in quote["lines"]
        ]
        self._freeze(quote)
        self._redraw_credits(quote["credits"])
        refunds = self.env["tierslieu.refund"].sudo()
        complement = self.env["account.move"].sudo()
        if before and (same or not invoiced):
            self._follow(before)
            refunds = self._give_back_prepaid(orders)
        elif before:
            said = self._to_customer().env._("Move of %(name)s", name=self.name)
            refunds, complement = self._replace(before, said, UNDO_TIME, "move")
        return refunds, complement

    def _follow(self, lines):
        """Bring order lines that no invoice fixed yet to the frozen price, one to one."""
        order = lines.order_id[:1]
        values = self._order_line_values(order)
        with lines.order_id._tierslieu_unlocked():
            for line, vals in zip(lines, values, strict=False):
                if line.qty_invoiced:
                    # The same price: only what it stands for is new.
                    vals = {"tierslieu_booking_line_id": vals["tierslieu_booking_line_id"]}
                    line.write(vals)
                    continue
                del vals["order_id"]
                if line.product_id.id == vals["product_id"]:
                    del vals["product_id"]
                line.write(vals)
                line._reset_price_unit()
            if lines.browse().create(values[len(lines):]):
                order._tierslieu_keep_together()
            self._put_aside(lines[len(values):])

    def _put_aside(self, lines):
        """Let order lines go without the booking going with them."""
        in_carts = lines.filtered(lambda line: line.order_id.state in ("draft", "sent"))
        (lines - in_carts).write({"product_uom_qty": 0})
        in_carts.write({"tierslieu_booking_id": False})
        in_carts.unlink()

    def _put_aside_free_lines(self):
        """Let go of the order lines that cost nothing: no invoice will ever ask for them.

        An order of nothing is never invoiced by itself: once the booking has a
        price, its lines would say for ever that they are to be.
        """
        free = self._current_order_lines().filtered(
            lambda line: not line.tierslieu_amount and not line.qty_invoiced
        )
        with free.order_id._tierslieu_unlocked():
            self._put_aside(free)

    def _replace(self, before, said, wait, reason):
        """Put what is owed now in the place of invoiced order lines.

        :param said, wait, reason: as `_correct`
        :return: as `_reprice`
        """
        order = before.order_id[:1]
        with before.order_id._tierslieu_unlocked():
            after = before.browse().create(self._order_line_values(order))
            order._tierslieu_keep_together()
            before.write({"product_uom_qty": 0})
        return self._correct(before, after, said, wait, reason)

    # -- The document of a difference

    def _correct(self, before, after, ref, wait=timedelta(0), reason="move"):
        """Take back what invoices say of order lines; invoice others in their place.

        What the accountant has credited by hand is left alone.

        :param before: order lines that are sold no more
        :param after: order lines that take their place, all of one order
        :param ref: what the document says it is
        :param wait: time before a refund leaves
        :param reason: why it goes back: `move`, `cancel`
        :return: (refunds, complement), as `_reprice`
        """
        self.ensure_one()
        invoiced = {line: line.qty_invoiced for line in before}
        for line, quantity in self._take_from_drafts(before, after).items():
            invoiced[line] -= quantity
        groups = defaultdict(dict)
        for line, quantity in invoiced.items():
            if quantity:
                source = line._tierslieu_charged_by()
                groups[source.partner_id, source.currency_id, source.fiscal_position_id][
                    line
                ] = quantity
        refunds = self.env["tierslieu.refund"].sudo()
        complement = self.env["account.move"].sudo()
        for quantities in groups.values():
            mine = after.filtered(
                lambda line, lines=quantities: not line.qty_invoiced
                and line.order_id in [each.order_id for each in lines]
            )
            move = mine._tierslieu_post_difference(quantities, ref)
            found = self._balance(move, reason, wait)
            refunds |= found
            if move.amount_residual and move.move_type == "out_invoice":
                complement |= move
        return refunds, complement

    def _take_from_drafts(self, before, after):
        """Take order lines out of draft invoices, putting those that replace them in.

        :return: {order line: quantity taken out}
        """
        drafts = before.invoice_lines.filtered(
            lambda line: line.parent_state == "draft" and line.move_id.move_type == "out_invoice"
        )
        taken = defaultdict(float)
        for invoice, ours in drafts.grouped("move_id").items():
            for line in ours:
                taken[(line.sale_line_ids & before)[:1]] += line.quantity
            new = after.filtered(lambda line: not line.qty_invoiced)
            if new:
                invoice.invoice_line_ids = [
                    Command.create(line._prepare_invoice_line(quantity=1)) for line in new
                ]
            if ours == invoice.invoice_line_ids:
                invoice.button_cancel()
            else:
                ours.unlink()
        return taken

    def _balance(self, move, reason, wait):
        """Set a difference against what is open of this booking; queue what goes back.

        :return: the refunds
        """
        refund = self.env["tierslieu.refund"].sudo()
        if move.move_type == "out_invoice":
            if move.amount_residual:
                refund._offset(move, self.sudo().refund_ids)
            return refund
        others = self.sudo().invoice_ids.filtered(
            lambda other: other.move_type == "out_invoice" and other.state == "posted"
        )
        ours = move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        theirs = others.line_ids.filtered(
            lambda line: line.account_id == ours.account_id and not line.reconciled
        )
        if theirs:
            (ours | theirs).reconcile()
        if not move.amount_residual:
            return refund
        transactions = self.sudo().sale_line_ids.order_id.transaction_ids
        kept = reason == "cancel" and self._keeps_on_account()
        return refund._queue(move.amount_residual, transactions, self, move, reason, wait, kept)
