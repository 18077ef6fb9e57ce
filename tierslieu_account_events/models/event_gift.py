from odoo import api, fields, models
from odoo.fields import Command


class EventTicket(models.Model):
    """A free price of which what is above the least is given, for nothing in return."""

    _inherit = "event.event.ticket"

    tierslieu_gift_above = fields.Boolean(
        string="Above the least: a gift",
        help="What somebody gives above the least is income without VAT, on the account of gifts."
        " To be confirmed by an accountant.",
    )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _tierslieu_gift_floor(self):
        """Return the price of a seat, tax included, above which it is a gift; None where none of it is."""
        self.ensure_one()
        ticket = self.sudo().event_ticket_id
        if not ticket.tierslieu_free_price or not ticket.tierslieu_gift_above or not self.tierslieu_seat_chosen:
            return None
        return ticket.tierslieu_floor

    def _get_invoice_lines(self):
        """Count each seat once: the gift beside it is no other one."""
        return super()._get_invoice_lines().filtered(lambda line: not line.tierslieu_is_gift)

    def _tierslieu_charged_again(self, quantity):
        """Say again the price and the gift as one: the document parts them as the first one did."""
        values = super()._tierslieu_charged_again(quantity)
        lines = self.invoice_lines & self._tierslieu_charged_by().invoice_line_ids
        gifts = lines.filtered("tierslieu_is_gift")
        sold = (lines - gifts)[-1:]
        if not gifts or not sold.quantity:
            return values
        chosen = (sold.price_total + sum(gifts.mapped("price_total"))) / sold.quantity
        return values | {
            "price_unit": self._tierslieu_unit_of(chosen),
            "tax_ids": [Command.set(sold.tax_ids.ids)],
            "account_id": sold.account_id.id,
        }


class AccountMove(models.Model):
    """Invoices and credit notes of seats part what is a price from what is a gift."""

    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._tierslieu_part_gifts()
        return moves

    def _tierslieu_part_gifts(self):
        """Put what is above the least price of a seat on a line of its own: the account of gifts, no VAT."""
        for line in self.filtered(lambda move: move.is_sale_document() and move.state == "draft").invoice_line_ids:
            sold = line.sale_line_ids[:1]
            floor = sold._tierslieu_gift_floor() if sold and not line.tierslieu_is_gift else None
            if floor is None or not line.quantity:
                continue
            currency = line.currency_id
            gift = currency.round(line.price_total / line.quantity - floor)
            if gift <= 0:
                continue
            company = line.company_id
            account = company._tierslieu_gift_account()
            given = {
                "price_unit": gift, "tax_ids": [Command.clear()], "account_id": account.id, "discount": 0.0,
                "name": self.env._("Gift: %(what)s", what=line.name),
            }
            if not floor:
                # All of it: the seat itself is counted on this line.
                line.write(given)
                continue
            line.write({"price_unit": sold._tierslieu_unit_of(floor), "discount": 0.0})
            line.move_id.write(
                {
                    "invoice_line_ids": [
                        Command.create(
                            given | {
                                "quantity": line.quantity, "product_id": line.product_id.id, "sequence": line.sequence,
                                "product_uom_id": line.product_uom_id.id, "tierslieu_is_gift": True,
                                "sale_line_ids": [Command.set(line.sale_line_ids.ids)],
                            }
                        )
                    ]
                }
            )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    tierslieu_is_gift = fields.Boolean(
        string="Gift beside a price", readonly=True, help="Given above the price of the line before it."
    )
