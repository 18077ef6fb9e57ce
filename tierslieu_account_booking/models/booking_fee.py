from datetime import timedelta

from odoo import models


class Booking(models.Model):
    """What stays due of a booking that did not take place, on the account that the company chose for it."""

    _inherit = "tierslieu.booking"

    def _tierslieu_fee_product(self):
        """Return the article that carries what is owed; empty when it is the price of the service."""
        self.ensure_one()
        booking = self.sudo()
        if not booking.fee_at or not booking.amount_owed:
            return self.env["product.product"]
        return booking.company_id._tierslieu_fee_product(booking.state)

    def _order_line_values(self, order):
        values = super()._order_line_values(order)
        product = self._tierslieu_fee_product()
        return [line | {"product_id": product.id} for line in values] if product else values

    def _bring_books(self, said, wait=timedelta(0)):
        """Bring the articles in line too: a fee of the whole price changes no amount, and its account all the same."""
        result = super()._bring_books(said, wait)
        lines = self._current_order_lines().filtered(
            lambda line: line.product_uom_qty and line.order_id.state not in ("draft", "sent")
        )
        if not self.amount_owed or not lines:
            return result
        wanted = [line["product_id"] for line in self._order_line_values(lines.order_id[:1])]
        if [line.product_id.id for line in lines] != wanted:
            if any(lines.mapped("qty_invoiced")):
                self._replace(lines, said, wait, "cancel")
            else:
                self._follow(lines)
        return result
