from odoo import api, fields, models
from odoo.exceptions import UserError

# Paid by the customer, whatever the bank says yet.
PAID = ("paid", "in_payment", "reversed")
# What somebody had, or has promised to come to.
OWING_STATES = ("confirmed", "in_use", "done", "no_show")
# With those that were cancelled too late to owe nothing: `amount_owed` says what.
BILLED_STATES = (*OWING_STATES, "cancelled")


class Booking(models.Model):
    """How a booking meets the books: order, invoice, credit note, refund.

    A line of the order is quantity 1 at the amount of a line of the booking's
    frozen price: quantities are rounded to two decimals by Odoo, and a
    rounded number of hours times a price is not what the page showed.
    """

    _inherit = "tierslieu.booking"

    sale_line_ids = fields.One2many(
        "sale.order.line", "tierslieu_booking_id", string="Order lines", readonly=True, copy=False
    )
    sale_order_id = fields.Many2one(
        "sale.order", compute="_compute_sale_order_id", compute_sudo=True, string="Order"
    )
    invoice_ids = fields.Many2many(
        "account.move",
        compute="_compute_invoice_ids",
        compute_sudo=True,
        string="Invoices and credit notes",
    )
    invoice_count = fields.Integer(compute="_compute_invoice_ids", compute_sudo=True)
    payment_status = fields.Selection(
        [
            ("none", "Nothing to pay"),
            ("to_invoice", "To invoice"),
            ("to_pay", "To pay"),
            ("paid", "Paid"),
            ("credited", "Credited"),
        ],
        compute="_compute_payment_status",
        search="_search_payment_status",
        compute_sudo=True,
        string="Payment",
    )

    @api.depends("sale_line_ids.order_id", "sale_line_ids.tierslieu_booking_line_id")
    def _compute_sale_order_id(self):
        for booking in self:
            lines = booking._current_order_lines() or booking.sale_line_ids
            booking.sale_order_id = lines.order_id[:1]

    @api.depends("sale_line_ids.invoice_lines.move_id")
    def _compute_invoice_ids(self):
        for booking in self:
            booking.invoice_ids = booking.sale_line_ids.invoice_lines.move_id
            booking.invoice_count = len(booking.invoice_ids)

    @api.depends(
        "state", "amount_owed", "sale_line_ids.qty_to_invoice", "sale_line_ids.qty_invoiced",
        "sale_line_ids.invoice_lines.move_id.payment_state",
    )
    def _compute_payment_status(self):
        for booking in self:
            booking.payment_status = booking._payment_status()

    def _payment_status(self):
        moves = self.invoice_ids.filtered(lambda move: move.state != "cancel")
        lines = self.sale_line_ids
        credited = any(move.move_type == "out_refund" for move in moves)
        if credited and not any(lines.mapped("qty_invoiced")):
            return "credited"
        if not self.amount_owed:
            return "none"
        posted = moves.filtered(lambda move: move.state == "posted")
        if not posted or any(lines.mapped("qty_to_invoice")):
            # A hold is paid through its cart; a cancelled booking owes its fee.
            return "to_invoice" if self.state in BILLED_STATES else "none"
        owed = moves.filtered(lambda move: move.move_type == "out_invoice")
        return "paid" if all(move.payment_state in PAID for move in owed) else "to_pay"

    def _search_payment_status(self, operator, value):
        """Find by the status above, past the rights of hosts on orders and invoices."""
        if operator != "in":
            return NotImplemented

        def has_line(condition):
            return fields.Domain("sale_line_ids", "any!", condition)

        def has_move(condition):
            domain = fields.Domain("state", "!=", "cancel") & condition
            return has_line(
                fields.Domain("invoice_lines", "any!", fields.Domain("move_id", "any!", domain))
            )

        credited = has_move(fields.Domain("move_type", "=", "out_refund")) & ~has_line(
            fields.Domain("qty_invoiced", "!=", 0)
        )
        invoiced = has_move(fields.Domain("state", "=", "posted")) & ~has_line(
            fields.Domain("qty_to_invoice", "!=", 0)
        )
        unpaid = has_move(
            fields.Domain("move_type", "=", "out_invoice")
            & fields.Domain("payment_state", "not in", PAID)
        )
        costs = fields.Domain("amount_owed", "!=", 0)
        owing = fields.Domain("state", "in", BILLED_STATES)
        status = {
            "credited": credited,
            "none": ~credited & (~costs | ~invoiced & ~owing),
            "to_invoice": ~credited & costs & ~invoiced & owing,
            "to_pay": ~credited & costs & invoiced & unpaid,
            "paid": ~credited & costs & invoiced & ~unpaid,
        }
        return fields.Domain.OR(status[key] for key in value if key in status)

    def _to_settle(self):
        """Return these bookings with those that share their orders: invoiced together."""
        orders = self.sudo().sale_line_ids.order_id.filtered(lambda o: o.state == "sale")
        shared = orders.order_line.tierslieu_booking_id.filtered(
            lambda booking: booking.state in OWING_STATES or booking._is_owed_fee()
        )
        return self | shared.with_env(self.env)

    def _open_invoices(self):
        """Return the posted invoices of these bookings that are not fully paid."""
        return self.sudo().invoice_ids._tierslieu_open_invoices()

    def _amount_due(self):
        """Return what the till will take for these bookings, tax included."""
        to_invoice = self.filtered(lambda booking: booking.payment_status == "to_invoice")
        return sum(booking._amount_to_invoice() for booking in to_invoice) + sum(
            self._open_invoices().mapped("amount_residual")
        )

    def _amount_to_invoice(self):
        """Return what no invoice carries yet of the price, tax included."""
        self.ensure_one()
        lines = self.sudo().sale_line_ids.filtered(lambda line: line.order_id.state == "sale")
        if not lines:
            return self.amount_owed
        return sum(line.qty_to_invoice * line.tierslieu_amount for line in lines)

    def _paid_amount(self):
        """Return what the customer has paid of this booking, as far as its invoices tell."""
        self.ensure_one()
        booking = self.sudo()
        if booking.payment_status == "to_invoice":
            orders = booking._current_order_lines().order_id
            if not orders.transaction_ids:
                return 0.0
            # What was added since the payment is what is open.
            open_amount = sum(
                order.currency_id._convert(
                    max(0.0, order.amount_total - order.amount_paid), booking.currency_id, order.company_id,
                    fields.Date.context_today(order),
                )
                for order in orders
            )
            return max(0.0, booking.currency_id.round(booking.amount_owed - open_amount))
        if booking.payment_status not in ("paid", "to_pay", "credited"):
            return 0.0
        owed = booking.amount_owed
        if booking.payment_status == "credited":
            # What a credit note of an accountant leaves.
            owed = booking.sale_line_ids._tierslieu_invoiced_net()
        open_amount = sum(booking._open_invoices().mapped("amount_residual"))
        return max(0.0, booking.currency_id.round(owed - open_amount))

    # -- Order and invoice

    def _is_ordered(self):
        """Whether an order already carries the price of this booking."""
        return bool(self._current_order_lines())

    def _order_line_values(self, order):
        """Return the values of the order lines of a booking, one a price line."""
        self.ensure_one()
        booking = self.with_context(lang=order._get_lang() or self.env.lang).sudo()
        return [
            {
                "order_id": order.id,
                "product_id": line.product_id.id,
                "product_uom_qty": 1,
                "tierslieu_booking_id": booking.id,
                "tierslieu_booking_line_id": line.id,
                "tierslieu_amount": line._amount_owed(),
                "tierslieu_paid_in": line._owed_said() if line.credit_type_id else False,
                "name": booking._order_line_name(line),
            }
            for line in booking.line_ids
        ]

    def _order_line_name(self, line):
        how = line.description
        if line.credit_type_id:
            how = self.env._("%(line)s, paid with credits", line=how)
        if self.fee_at:
            how = self._fee_line_said(how)
        return f"{self.space_id.name}\n{self._when_with_year()}\n{how}"

    def _current_order_lines(self):
        """Return the order lines that carry the frozen price, in its order.

        The others of a booking that moved come to nothing, or wait for a payment.
        """
        lines = self.sudo().sale_line_ids.filtered("tierslieu_booking_line_id")
        return lines.sorted(lambda line: (line.tierslieu_booking_line_id.sequence, line.id))

    def _when_with_year(self):
        self.ensure_one()
        return self.sudo().place_id.format_range(self.start, self.stop, year=True)

    def _create_order(self):
        """Return a confirmed order for confirmed bookings of one customer."""
        bookings = self.sudo()
        order = self.env["sale.order"].sudo().create(
            {"partner_id": bookings.partner_id.id, "company_id": bookings.company_id.id}
        )
        self.env["sale.order.line"].sudo().create(
            [values for booking in bookings for values in booking._order_line_values(order)]
        )
        order.with_context(send_email=False).action_confirm()
        return order

    def _invoice(self):
        """Invoice confirmed bookings of one customer and post it.

        :return: the posted invoices, with the rights of the system
        """
        if len(self.partner_id) > 1:
            raise UserError(self.env._("Invoice one customer at a time."))
        return self._invoice_each()

    def _invoice_each(self):
        """Invoice confirmed bookings, one invoice a customer, and post them.

        :return: the posted invoices, with the rights of the system
        """
        self._require_staff()
        self._check_state(
            BILLED_STATES, self.env._("Confirm the booking before invoicing it."),
        )
        if len(self.company_id) > 1:
            raise UserError(self.env._("Invoice one customer at a time."))
        todo = self.filtered(lambda booking: booking.payment_status == "to_invoice")
        if not todo:
            raise UserError(self.env._("There is nothing left to invoice."))
        todo = todo.sudo()
        orders = todo.sale_line_ids.order_id.filtered(lambda order: order.state == "sale")
        fresh = todo - orders.order_line.tierslieu_booking_id
        for bookings in fresh.grouped("partner_id").values():
            orders |= bookings._create_order()
        invoices = todo.invoice_ids.filtered(lambda move: move.state == "draft")
        orders = orders.filtered(lambda order: order.invoice_status == "to invoice")
        if orders:
            invoices |= orders._create_invoices()
        invoices.action_post()
        self.env["tierslieu.refund"]._use_kept(invoices)
        return invoices

    def action_invoice(self):
        """Invoice the bookings and show what was made."""
        invoices = self._invoice()
        if self.env["account.move"].has_access("read"):
            return invoices.with_env(self.env)._get_records_action()
        return True

    def action_invoice_each(self):
        """Invoice the bookings of a month at once: one invoice for each customer."""
        self._invoice_each()
        return True

    def action_collect(self):
        """Open the till: how is it paid?"""
        return self.env["tierslieu.collect"]._open_till(default_booking_ids=self.ids)

    def action_view_order(self):
        """Open the order of the booking."""
        self.ensure_one()
        self.check_access("read")
        return self.sale_order_id._get_records_action()

    def action_view_invoices(self):
        """Open the invoices and credit notes of the booking."""
        self.ensure_one()
        self.check_access("read")
        return self.invoice_ids._get_records_action(name=self.env._("Invoices"))

    # -- Cart

    def _drop_from_carts(self):
        """Take bookings that lapsed out of the carts they were in.

        An order whose payment is under way keeps its lines: it must not
        shrink under the payment.
        """
        lines = self.sudo().sale_line_ids.filtered(
            lambda line: line.order_id.state in ("draft", "sent")
            and not line.order_id._has_live_payment()
        )
        for order, group in lines.grouped("order_id").items():
            names = ", ".join(
                f"{booking.space_id.name} ({booking.when})"
                for booking in group.tierslieu_booking_id
            )
            order.shop_warning = self.env._(
                "Too much time went by: %(bookings)s is free again and has left your cart.",
                bookings=names,
            )
            group.unlink()
