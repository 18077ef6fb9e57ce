from odoo import models


class SaleOrder(models.Model):
    """What the pages of the checkout say of the bookings of an order."""

    _inherit = "sale.order"

    def _tierslieu_kept_until(self):
        """Return (hour as people say it, seconds since 1970) until when all is kept, or None."""
        self.ensure_one()
        holds = self._tierslieu_bought().filtered(
            lambda booking: booking.state == "hold" and booking.hold_until
        )
        changes = self.sudo().tierslieu_change_ids.filtered(
            lambda change: change.state == "pending"
        )
        kept = [(hold.hold_until, hold.place_id) for hold in holds] + [
            (change.hold_until, change.space_id.place_id) for change in changes
        ]
        if not kept:
            return None
        until, place = min(kept, key=lambda pair: pair[0])
        return place.format_time(until), int(place.to_local(until).timestamp())

    def _tierslieu_terms(self):
        """Return [(what is booked, what cancelling it costs)] of the holds of this cart, each said once."""
        self.ensure_one()
        holds = self._tierslieu_bought().filtered(lambda b: b.state == "hold" and b._has_policy())
        return [(hold._said(), hold._terms_said()) for hold in holds.with_env(self.env).sudo()]

    def _tierslieu_given_back(self):
        """Return the amount given back because a slot was lost before its payment came."""
        self.ensure_one()
        refunds = self.env["tierslieu.refund"].sudo().search(
            [("transaction_id", "in", self.sudo().transaction_ids.ids), ("move_id", "=", False)]
        )
        return sum(refunds.mapped("amount"))

    def _tierslieu_light_address(self):
        """Whether a name and an e-mail are all that this cart asks of a newcomer."""
        self.ensure_one()
        return bool(
            (self.tierslieu_booking_ids or self._tierslieu_holds_packs())
            and self.only_services
            and self._is_anonymous_cart()
        )
