from odoo import api, fields, models
from odoo.exceptions import UserError

OURS = "tierslieu_booking_id"
# What a booking decides on its lines.
FROZEN = {
    "price_unit", "technical_price_unit", "product_uom_qty", "product_uom_id",
    "discount", "product_id", "tax_ids", "order_id", "extra_tax_data",
}
# What ties a line to a booking.
TIES = {
    OURS, "tierslieu_booking_line_id", "tierslieu_change_id", "tierslieu_amount", "tierslieu_paid_in",
}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    tierslieu_booking_id = fields.Many2one(
        "tierslieu.booking", string="Booking", index="btree_not_null",
        copy=False, ondelete="restrict", readonly=True,
    )
    tierslieu_booking_line_id = fields.Many2one(
        "tierslieu.booking.line", copy=False, ondelete="set null", readonly=True,
        help="Line of the booking's price that this line carries; empty once a move replaced it.",
    )
    tierslieu_change_id = fields.Many2one(
        "tierslieu.booking.change", string="Move to pay", index="btree_not_null",
        copy=False, ondelete="set null", readonly=True,
    )
    tierslieu_amount = fields.Float(
        string="Frozen amount", copy=False, readonly=True,
        help="Tax included, in the currency of the booking; negative when a move takes it back.",
    )
    tierslieu_paid_in = fields.Char(
        string="Paid in credits", copy=False, readonly=True,
        help="The credits that pay this line, whose amount is zero: as the customer reads them.",
    )

    def _reset_price_unit(self):
        """Read the price of a booking from the booking, never from a pricelist."""
        self.ensure_one()
        if not self.tierslieu_booking_id:
            return super()._reset_price_unit()
        price = self._tierslieu_price_unit()
        return self.update({"price_unit": price, "technical_price_unit": price})

    def _tierslieu_price_unit(self):
        """Return the unit price whose total, tax included, is the booking's.

        The order may be in another currency (the visitor chose a pricelist),
        and its fiscal position may replace our tax by one that comes on top.
        """
        return self._tierslieu_unit_of(self._tierslieu_order_amount())

    def _tierslieu_unit_of(self, amount):
        """Return the unit price with which one of this line costs an amount, tax included."""
        if all(tax.price_include for tax in self.tax_ids):
            return amount
        details = self.tax_ids._get_tax_details(
            amount, 1.0, self.order_id.currency_id.rounding, special_mode="total_included"
        )
        return details["total_excluded"]

    def _tierslieu_order_amount(self):
        """Return the frozen amount of a line, tax included, in the currency of its order."""
        return self.tierslieu_booking_id.currency_id._convert(
            self.tierslieu_amount,
            self.order_id.currency_id,
            self.order_id.company_id,
            fields.Date.context_today(self.order_id),
        )

    def _tierslieu_write_unlocked(self, vals):
        """Write on lines of an order that may be locked, and leave it as it was."""
        with self.order_id._tierslieu_unlocked():
            self.write(vals)

    @api.depends("product_id", "product_uom_id", "product_uom_qty")
    def _compute_discount(self):
        ours = self.filtered(OURS)
        ours.discount = 0.0
        return super(SaleOrderLine, self - ours)._compute_discount()

    def _compute_qty_to_invoice(self):
        """Invoice what is booked, even where a product says that it is invoiced once delivered."""
        result = super()._compute_qty_to_invoice()
        for line in self.filtered(lambda line: line[OURS] and line.state == "sale"):
            if line.product_id.invoice_policy == "delivery":
                line.qty_to_invoice = line.product_uom_qty - line.qty_invoiced
        return result

    def _compute_name(self):
        return super(SaleOrderLine, self.filtered(lambda line: not line[OURS]))._compute_name()

    def _is_sellable(self):
        return not self.tierslieu_booking_id and super()._is_sellable()

    def _is_reorder_allowed(self):
        return not self.tierslieu_booking_id and super()._is_reorder_allowed()

    def _get_line_header(self):
        if self.tierslieu_booking_id:
            return self.name.splitlines()[0]
        return super()._get_line_header()

    def _get_cart_display_price(self):
        """Show the price that the page of the space showed: tax included, always.

        The total of a line is a cent away where Odoo rounds its net and its
        tax apart; the total of the order is not.
        """
        if self.tierslieu_booking_id:
            return self._tierslieu_order_amount() * self.product_uom_qty
        return super()._get_cart_display_price()

    def _tierslieu_picture_url(self):
        """Return the picture of the space that a line sells; none of what a move takes back."""
        self.ensure_one()
        line = self.sudo()
        if line.tierslieu_amount < 0:
            return False
        return (line.tierslieu_change_id or line.tierslieu_booking_id).space_id.drawing_url()

    def _prepare_invoice_line(self, **optional_values):
        """Say on the invoice what the order says: space, days and hours, count and price."""
        values = super()._prepare_invoice_line(**optional_values)
        if self.tierslieu_booking_id:
            values["name"] = self.name
        return values

    def get_description_following_lines(self):
        """Say when before how much: Odoo reads the lines from the last."""
        if self.tierslieu_booking_id:
            return self.name.splitlines()[1:]
        return super().get_description_following_lines()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # Looked at afterwards: a default in the context counts too.
        if not self.env.su and any(line[OURS] for line in lines.sudo()):
            raise UserError(self.env._("Bookings enter an order by being booked."))
        lines.sudo().tierslieu_booking_id._require_decided()
        return lines

    def write(self, vals):
        """Keep the price and quantity of a booking's line out of hand."""
        adopting = TIES & vals.keys()
        frozen = FROZEN & vals.keys() and any(line[OURS] for line in self.sudo())
        if not self.env.su and (adopting or frozen):
            raise UserError(
                self.env._("This line belongs to a booking: move or cancel the booking instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _tierslieu_release(self):
        """Free the slot of a line that leaves its cart; a move to pay is given up."""
        self.sudo().tierslieu_change_id._withdraw()
        # What the team has agreed to waits for its payment until then, in a cart or not.
        bookings = self.sudo().tierslieu_booking_id.filtered(lambda b: b.state == "hold" and not b.approval)
        bookings._release()
        bookings._transition("cancelled", hold_until=False)

    def unlink(self):
        """Take the other price lines of a booking along: it is in a cart whole or not."""
        lines = self.sudo()
        whole = lines.tierslieu_change_id.sale_line_ids | lines.filtered(
            lambda line: not line.tierslieu_change_id
        ).tierslieu_booking_id.sale_line_ids.filtered(
            lambda line: not line.tierslieu_change_id
        )
        in_carts = whole.filtered(lambda line: line.order_id.state in ("draft", "sent"))
        return super(SaleOrderLine, self | in_carts.with_env(self.env)).unlink()
