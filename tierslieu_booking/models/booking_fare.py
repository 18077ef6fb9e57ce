from odoo import models


class Booking(models.Model):
    """What a slot on hold costs to who has logged in since."""

    _inherit = "tierslieu.booking"

    def _own_fare_quotes(self, partner, passer_by):
        """Return {booking: quote} of the slots on hold that another pricelist, or credits, would pay.

        The rules of a space were judged when the slot was held. What can be
        priced no more, because its space has closed since, keeps its price.

        :param partner: the customer
        :param passer_by: the partner of every visitor without an account
        """
        quotes = {}
        days = {booking: booking.space_id._local_date(booking.start) for booking in self}
        known = partner.with_company(self.company_id)._tierslieu_fare_sources(
            min(days.values()), max(days.values())
        )
        for booking, day in days.items():
            space = booking.space_id
            wallet = booking._wallet()
            shown = space._pricelist_of(booking.profile_id, passer_by)
            same = space._pricelist(partner, day, known) == shown
            if same and not space._usable_credits(partner, day, wallet):
                continue
            quote = space._quote(
                partner, booking.start, booking.stop, booking.people, beyond_rules=True, wallet=wallet,
                chosen=booking._chosen_extras(),
            )
            if not quote["errors"]:
                quotes[booking] = quote
        return quotes
