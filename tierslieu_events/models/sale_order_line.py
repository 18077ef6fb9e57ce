from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SaleOrderLine(models.Model):
    """Seats in an order: at the price that was chosen, or that a voucher gives."""

    _inherit = "sale.order.line"

    tierslieu_voucher_id = fields.Many2one(
        "tierslieu.event.voucher", string="Voucher", copy=False, index="btree_not_null", ondelete="restrict"
    )
    tierslieu_seat_price = fields.Float(
        string="Price chosen", digits="Product Price", readonly=True, copy=False, help="Tax included, of one seat."
    )
    tierslieu_seat_fee_of_id = fields.Many2one(
        "sale.order.line", string="Fee for", readonly=True, copy=False, index="btree_not_null", ondelete="set null",
        help="The seats of which one was given up late: it is booked as they are.",
    )
    tierslieu_seat_chosen = fields.Boolean(readonly=True, copy=False)

    @api.constrains("event_ticket_id", "tierslieu_seat_price", "tierslieu_seat_chosen")
    def _check_tierslieu_price(self):
        for line in self.sudo().filtered("tierslieu_seat_chosen"):
            try:
                line.event_ticket_id._tierslieu_checked_price(line.tierslieu_seat_price)
            except UserError as refusal:
                raise ValidationError(str(refusal)) from None

    @api.constrains("event_ticket_id", "event_slot_id", "tierslieu_voucher_id")
    def _check_tierslieu_voucher(self):
        for line in self.sudo().filtered("tierslieu_voucher_id"):
            voucher = line.tierslieu_voucher_id
            if voucher.event_id != line.event_id or not voucher._fits(line.event_ticket_id, line.event_slot_id):
                raise ValidationError(self.env._("The voucher %(code)s is not for this ticket.", code=voucher.code))

    @api.depends("tierslieu_voucher_id", "tierslieu_seat_price", "tierslieu_seat_chosen")
    def _compute_price_unit(self):
        return super()._compute_price_unit()

    def _get_display_price(self):
        """Return what a seat costs: what was chosen of a free price, or what fares and vouchers make of its price."""
        return self._tierslieu_seat_price_now() if self.event_ticket_id else super()._get_display_price()

    def _prepare_invoice_line(self, **optional_values):
        """Book what stays due of a seat where the seat is booked."""
        values = super()._prepare_invoice_line(**optional_values)
        sold = self.tierslieu_seat_fee_of_id
        if sold and "account_id" not in optional_values:
            template = sold.product_id.product_tmpl_id.with_company(self.company_id)
            accounts = template.get_product_accounts(self.order_id.fiscal_position_id)
            if accounts["income"]:
                values["account_id"] = accounts["income"].id
        return values
