from odoo import api, fields, models
from odoo.fields import Domain


class Booking(models.Model):
    """What members see of their bookings, and what cancelling would bring them."""

    _inherit = "tierslieu.booking"

    @api.model
    def _owned_domain(self, partner):
        """Domain of the bookings of a person and of those who book under the same name."""
        return Domain(
            "partner_id.commercial_partner_id", "=", partner.commercial_partner_id.id
        ) & Domain("state", "!=", "draft")

    @api.model
    def _portal_tabs(self):
        """Return {key: (domain, order)} of the lists of a member's bookings.

        What left a cart was never a booking to anyone: a source still on it
        says that it was never confirmed.
        """
        now = fields.Datetime.now()
        held = Domain("state", "=", "hold") & (
            Domain("hold_until", "=", False) | Domain("hold_until", ">", now)
        )
        firm = Domain("state", "in", ("confirmed", "in_use"))
        return {
            "coming": ((firm | held) & Domain("stop", ">", now), "start, id"),
            "past": (
                Domain("state", "in", ("done", "no_show"))
                | firm & Domain("stop", "<=", now),
                "start desc, id desc",
            ),
            "cancelled": (
                Domain("state", "=", "cancelled")
                & (Domain("hold_source", "=", False) | Domain("approval", "!=", False))
                # What the team had agreed to, or had to, and was no longer kept.
                | Domain("state", "=", "expired") & Domain("approval", "!=", False),
                "start desc, id desc",
            ),
        }

    def _is_owned_by(self, partner):
        """Whether a person may see this booking: same commercial partner."""
        self.ensure_one()
        owner = self.sudo().partner_id.commercial_partner_id
        return bool(owner) and owner == partner.sudo().commercial_partner_id

    def _is_cancellable(self):
        """Whether its owner may still cancel."""
        self.ensure_one()
        return self.state == "hold" or (
            self.state == "confirmed" and self.start > fields.Datetime.now()
        )

    def _give_back_plan(self, amount):
        """Return (sent back by the provider, given back by the team) of an amount paid."""
        self.ensure_one()
        booking = self.sudo()
        refund = self.env["tierslieu.refund"]
        orders = booking.sale_line_ids.order_id
        if amount <= 0 or not orders:
            return 0.0, 0.0
        plan = refund._plan(orders[0].currency_id, amount, orders.transaction_ids)
        sent = sum(part for tx, part in plan if refund._is_automatic(tx, part))
        return sent, booking.currency_id.round(amount - sent)

    def _money_back(self):
        """Return (amount sent back by the provider, amount the team gives back), once cancelled."""
        self.ensure_one()
        refunds = self.sudo().refund_ids.filtered(lambda refund: refund.reason != "move")
        refunds = refunds.filtered(lambda refund: refund.state != "kept")
        by_hand = refunds.filtered(lambda refund: refund.state in ("manual", "failed"))
        return sum((refunds - by_hand).mapped("amount")), sum(by_hand.mapped("amount"))
