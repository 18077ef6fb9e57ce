from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.tools import lock_rows


class SaleOrder(models.Model):
    """The own fare of who logs in with slots that they held as a visitor.

    Logging in changes no price that was shown. Who wants their fare asks for
    it: the slots that the cart holds are priced again, together or not at all.
    """

    _inherit = "sale.order"

    def _tierslieu_held(self):
        """Return the bookings that this cart keeps now, and that nobody has paid."""
        return self._tierslieu_bought().filtered_domain(
            self.env["tierslieu.booking"]._live_hold_domain()
        )

    def _tierslieu_fare_offer(self, partner):
        """Return what the own fare of this cart's customer makes of the slots held in it.

        :param partner: who is logged in
        :return: None when nothing differs; else a dict: `quotes` ({booking: quote}),
            `lower` (whether it may be asked for), `sentence`, `done` (that it is applied)
        """
        self.ensure_one()
        order, partner = self.sudo(), partner.sudo()
        if order.state != "draft" or not partner or order.partner_id != partner:
            return None
        held = order._tierslieu_held()
        if not held or held._is_anonymous(partner) or order._has_live_payment():
            return None
        quotes = held._own_fare_quotes(partner, order.website_id.user_id.partner_id)
        before = sum(order._tierslieu_said_amount(each, each.line_ids) for each in held)
        after = sum(
            order._tierslieu_said_amount(
                each, quotes[each]["lines"] if each in quotes else each.line_ids
            )
            for each in held
        )
        compared = order.currency_id.compare_amounts(after, before)
        if not compared:
            return None
        amounts = {
            "after": order.currency_id.format(after), "before": order.currency_id.format(before),
        }
        sentence = order._tierslieu_fare_sentence(quotes, amounts)
        if compared > 0:
            sentence += " " + self.env._("You keep the price that you were shown.")
        return {
            "quotes": quotes,
            "lower": compared < 0,
            "sentence": sentence,
            "done": self.env._("Your fare is applied: %(after)s instead of %(before)s.", **amounts),
        }

    def _tierslieu_said_amount(self, booking, lines):
        """Return the sum of price lines, tax included, as the lines of this order would say it."""
        today = fields.Date.context_today(self)
        return sum(
            booking.currency_id._convert(
                line["amount"], self.currency_id, self.company_id, today
            )
            for line in lines
        )

    def _tierslieu_fare_sentence(self, quotes, amounts):
        """Say what the fare changes; name it when it is one and the same."""
        if any(quote["credits"] for quote in quotes.values()):
            return self.env._("With your own fare and credits: %(after)s instead of %(before)s.", **amounts)
        profiles = self.env["tierslieu.profile"].browse(
            {quote["profile_id"] for quote in quotes.values()}
        )
        if len(profiles) == 1 and profiles.id:
            return self.env._(
                "With your fare “%(fare)s”: %(after)s instead of %(before)s.",
                fare=profiles.name, **amounts,
            )
        return self.env._("With your fare: %(after)s instead of %(before)s.", **amounts)

    def _tierslieu_take_fare(self, partner):
        """Price the slots held in this cart at the own fare of its customer.

        :param partner: who asks, logged in
        :return: a sentence that says what it changed
        :raises UserError: when it would cost more, or when nothing may change any more
        """
        self.ensure_one()
        order = self.sudo()
        if order.partner_id != partner.sudo():
            raise UserError(self.env._("This cart is somebody else's."))
        order._tierslieu_lock_held()
        if order._has_live_payment():
            raise UserError(
                self.env._("A payment of this cart is on its way: its price no longer changes.")
            )
        order._tierslieu_drop_lapsed()
        if not order._tierslieu_held():
            raise UserError(
                self.env._("Your cart keeps no slot any more: choose a time again.")
            )
        offer = order._tierslieu_fare_offer(partner)
        if not offer:
            return self.env._("Your slots are at your own fare.")
        if not offer["lower"]:
            raise UserError(offer["sentence"])
        with self.env.cr.savepoint():
            for booking, quote in offer["quotes"].items():
                booking._reprice(quote)
            order._verify_cart_after_update()
        return offer["done"]

    def _tierslieu_lock_held(self):
        """Take the row locks of the bookings of this cart.

        What lets them lapse, pays for them or prices them at the same moment
        writes on them: one of the two begins again, and sees the other's work.
        """
        lock_rows(self._tierslieu_bought())
