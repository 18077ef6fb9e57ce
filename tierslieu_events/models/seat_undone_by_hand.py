from decimal import Decimal

from odoo import models

from odoo.addons.tierslieu_booking.kernels import cancellation
from odoo.addons.tierslieu_booking.models.booking_undone_by_hand import ask_team_once


class Registration(models.Model):
    """A seat whose invoice an accountant has credited by hand: its money is in their hands."""

    _inherit = "event.registration"

    def _tierslieu_credited_by_hand(self):
        """Return how much of what is charged of its line an accountant has credited: "all", "part", or None."""
        self.ensure_one()
        return self.sudo().sale_order_line_id._tierslieu_credited_by_hand()

    def _tierslieu_fee_now(self):
        """Ask nothing more of who was credited all of it: the fee was given up with the price."""
        percent = super()._tierslieu_fee_now()
        if percent and self._tierslieu_credited_by_hand() == "all":
            return cancellation.NOTHING
        return percent

    def _tierslieu_paid_of_it(self):
        """Count no more of a line credited by hand than what its invoices leave for this seat."""
        paid = super()._tierslieu_paid_of_it()
        if not self._tierslieu_credited_by_hand():
            return paid
        line, (price, _credit) = self.sudo().sale_order_line_id, self._tierslieu_price()
        left = Decimal(str(line.currency_id.round(line._tierslieu_invoiced_net())))
        return max(Decimal(0), min(paid, left - price * (int(line.product_uom_qty) - 1)))

    def _tierslieu_ask_about_part(self):
        """Leave the team an activity, once, where invoices credited by hand say another price than the order."""
        line, order = self.sale_order_line_id, self.sale_order_id
        if not self._tierslieu_credited_by_hand():
            return
        if not line.currency_id.compare_amounts(line._tierslieu_invoiced_net(), line.price_total):
            return
        summary = self.env._("Seat given up, and credited in part by hand: bring its invoice to what is owed")
        ask_team_once(order, summary)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _tierslieu_is_settled(self):
        """Seats that are given up are paid back by themselves, and the fees of some when an order is cancelled."""
        return super()._tierslieu_is_settled() or bool(self.event_ticket_id or self.tierslieu_seat_fee_of_id)
