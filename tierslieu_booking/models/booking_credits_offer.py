from odoo import api, fields, models

from .credit_lot import Wallet
from .credit_type import exact

# What nobody has invoiced yet can still be paid otherwise.
OPEN_STATES = ("confirmed", "in_use", "done")


class Booking(models.Model):
    """What credits can pay, said before they do: while a booking is filled in, and at the till."""

    _inherit = "tierslieu.booking"

    may_use_credits = fields.Boolean(
        compute="_compute_may_use_credits", help="Whether credits of the customer are good for this slot."
    )

    @api.depends("space_id", "partner_id", "start", "state")
    def _compute_may_use_credits(self):
        for booking in self:
            asked = booking.state == "draft" and booking.partner_id and booking.space_id and booking.start
            booking.may_use_credits = bool(asked) and bool(booking._credits_at_hand())

    def _credits_at_hand(self):
        """Return [(lot, credits)] of the customer that are good for this slot."""
        space = self.space_id._origin or self.space_id
        partner = self.partner_id._origin or self.partner_id
        return space._usable_credits(
            partner, space._local_date(self.start), Wallet(own=self._drawn_credits())
        )

    def _say_left(self, quote):
        """Say what is left of the credits that a quote draws: “Left: 7 × Ticket.”; None when it draws none."""
        draws = quote["credits"]
        if not draws:
            return None
        drawn = {}
        for draw in draws:
            drawn[draw["type_id"]] = drawn.get(draw["type_id"], 0) + exact(draw["amount"])
        left = dict.fromkeys(drawn, 0)
        for lot, amount in self._credits_at_hand():
            if lot.type_id.id in left:
                left[lot.type_id.id] += amount
        types = self.env["tierslieu.credit.type"].browse(left)
        said = ", ".join(each.say(float(left[each.id] - drawn[each.id])) for each in types)
        return self.env._("Left: %(credits)s.", credits=said)

    # -- At the till

    def _credit_quotes(self):
        """Return {booking: quote} of what credits can pay of bookings that are due, in the order of their starts.

        Of those that no invoice carries yet and nobody has paid. Each as if it
        were alone: what one draws is not there any more for the next.
        """
        quotes = {}
        due = self.filtered(lambda b: b.state in OPEN_STATES and b.payment_status == "to_invoice")
        for booking in due.sorted("start"):
            if any(booking.sudo().sale_line_ids.mapped("qty_invoiced")) or booking._paid_amount():
                continue
            quote = booking._credit_quote(self._reserved(quotes))
            if quote:
                quotes[booking] = quote
        return quotes

    @api.model
    def _reserved(self, quotes):
        """Return {lot id: credits} that quotes count on."""
        reserved = {}
        for quote in quotes.values():
            for draw in quote["credits"]:
                reserved[draw["lot_id"]] = reserved.get(draw["lot_id"], 0) + exact(draw["amount"])
        return reserved

    def _credit_quote(self, reserved):
        """Return the quote of a booking that was made already, paid with credits; None when they pay nothing.

        Its slot and its fare are those that it has: nothing of the rules is judged again.

        :param reserved: {lot id: credits} that are no longer to be had
        """
        self.ensure_one()
        booking = self.sudo()
        space, partner = booking.space_id, booking.partner_id
        usable = [(lot, amount - reserved.get(lot.id, 0)) for lot, amount in booking._credits_at_hand()]
        usable = [(lot, amount) for lot, amount in usable if amount > 0]
        if not usable:
            return None
        date = space._local_date(booking.start)
        tiers = space.rate_ids._tiers(space._pricelist_of(booking.profile_id, partner), date)
        sheet = space._sheet_over(booking.start, booking.stop, tiers)
        quote = space.with_env(self.env).sudo()._priced_by(sheet, booking.start, booking.stop, usable)
        extras = [line for line in booking._frozen_lines() if line["extra_id"]]
        quote = space._with_extras(quote, extras) if not quote["errors"] else quote
        cheaper = self.currency_id.compare_amounts(quote["total"], self.amount_total) < 0
        if quote["errors"] or not quote["credits"] or not cheaper:
            return None
        return quote | {"profile_id": booking.profile_id.id}

    @api.model
    def _say_credit_offers(self, quotes):
        """Say what credits would pay: “Coworking: 1 day for 2 × Ticket. Left: 7 × Ticket.”."""
        said = [
            self.env._(
                "%(space)s: %(lines)s.", space=booking.sudo().space_id.name, lines=", ".join(quote["explanation"])
            )
            for booking, quote in quotes.items()
        ]
        if len(quotes) == 1:
            said += [booking._say_left(quote) for booking, quote in quotes.items()]
        return " ".join(said)

    def _pay_with_credits(self):
        """Pay with credits what they can of bookings that are due; return those that they did.

        Order and price follow, as after a move.
        """
        quotes = self._credit_quotes()
        for booking, quote in quotes.items():
            booking.sudo().use_credits = True
            booking.sudo()._reprice(quote)
        return self.browse().union(*quotes)
