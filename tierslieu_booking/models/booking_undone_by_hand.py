from datetime import timedelta

from odoo import models

from ..kernels import cancellation


class Booking(models.Model):
    """A booking whose invoice an accountant has credited by hand: its money is in their hands."""

    _inherit = "tierslieu.booking"

    def _fee_now(self, at=None):
        """Ask nothing more of who was credited all of it: the fee was given up with the price."""
        percent = super()._fee_now(at)
        if percent and self._credited_by_hand() == "all":
            return cancellation.NOTHING
        return percent

    def _credited_by_hand(self):
        """Return how much of what is charged was credited: "all", "part", or None while it counts as invoiced."""
        self.ensure_one()
        booking = self.sudo()
        if booking.payment_status != "credited":
            return None
        lines = booking.sale_line_ids.invoice_lines.filtered(lambda line: line.parent_state == "posted")
        left = sum(line.price_total * (-1 if line.move_id.move_type == "out_refund" else 1) for line in lines)
        return "all" if booking.currency_id.is_zero(left) else "part"

    def _bring_books(self, said, wait=timedelta(0)):
        """Ask the team where a credit note of theirs leaves a part: it is not to be guessed what was meant."""
        in_part = self._credited_by_hand() == "part"
        result = super()._bring_books(said, wait)
        if in_part and not self.activity_ids:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Called off, and credited in part by hand: bring its invoice to what is owed"),
                user_id=self.env["tierslieu.integrity.result"]._responsible().id,
            )
        return result


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _tierslieu_credited_by_hand(self):
        """Return what accountants have credited by notes of their own, of bookings that are sold no more.

        They give it back by their own means too: nothing of it leaves by itself.
        """
        lines = self.order_line.filtered(lambda line: line.tierslieu_booking_id and not line.product_uom_qty)
        return sum(
            line.price_total
            for line in lines.invoice_lines
            # Ours say of which document they take the tax.
            if line.parent_state == "posted" and line.move_id.move_type == "out_refund" and not line.extra_tax_data
        )
