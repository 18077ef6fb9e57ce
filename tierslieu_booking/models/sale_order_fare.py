from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.tools import lock_rows


class SaleOrder(models.Model):
    """The own fare of who logs in with slots that they held as a visitor.

    Logging in changes no price that was shown. Who wants their fare asks for
    it: what the cart holds is priced again, together or not at all.
    """

    _inherit = "sale.order"

    def _tierslieu_held(self):
        """Return the bookings that this cart keeps now, and that nobody has paid."""
        return self._tierslieu_bought().filtered_domain(
            self.env["tierslieu.booking"]._live_hold_domain()
        )

    def _tierslieu_held_besides(self):
        """Return the order lines of what this cart keeps now besides bookings, at fares too; addons add theirs."""
        return self.env["sale.order.line"]

    def _tierslieu_own_fares_besides(self, partner, lines):
        """Return {line: (price of one, id of the profile)} of those that the own fare of somebody prices otherwise.

        :param lines: what `_tierslieu_held_besides` returned
        """
        return {}

    def _tierslieu_fare_offer(self, partner):
        """Return what the own fare of this cart's customer makes of what is held in it.

        :param partner: who is logged in
        :return: None when nothing differs; else a dict: `quotes` ({booking: quote}),
            `besides` ({order line: (price of one, id of the profile)}),
            `lower` (whether it may be asked for), `sentence`, `done` (that it is applied)
        """
        self.ensure_one()
        order, partner = self.sudo(), partner.sudo()
        if order.state != "draft" or not partner or order.partner_id != partner:
            return None
        held, besides = order._tierslieu_held(), order._tierslieu_held_besides()
        if not (held or besides) or held._is_anonymous(partner) or order._has_live_payment():
            return None
        fares = order._tierslieu_own_fares_besides(partner, besides)
        quotes = held._own_fare_quotes(partner, order.website_id.user_id.partner_id) if held else {}
        before = sum(order._tierslieu_said_amount(each, each.line_ids) for each in held)
        before += sum(besides.mapped("price_total"))
        after = sum(
            order._tierslieu_said_amount(
                each, quotes[each]["lines"] if each in quotes else each.line_ids
            )
            for each in held
        )
        after += sum(
            line._tierslieu_total_at(fares[line][0]) if line in fares else line.price_total for line in besides
        )
        compared = order.currency_id.compare_amounts(after, before)
        if not compared:
            return None
        amounts = {
            "after": order.currency_id.format(after), "before": order.currency_id.format(before),
        }
        profiles = {quote["profile_id"] for quote in quotes.values()} | {profile for _price, profile in fares.values()}
        sentence = order._tierslieu_fare_sentence(quotes, profiles, amounts)
        if compared > 0:
            sentence += " " + self.env._("You keep the price that you were shown.")
        return {
            "quotes": quotes,
            "besides": fares,
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

    def _tierslieu_fare_sentence(self, quotes, profile_ids, amounts):
        """Say what the fare changes; name it when it is one and the same."""
        if any(quote["credits"] for quote in quotes.values()):
            return self.env._("With your own fare and credits: %(after)s instead of %(before)s.", **amounts)
        profiles = self.env["tierslieu.profile"].browse(profile_ids)
        if len(profiles) == 1 and profiles.id:
            return self.env._(
                "With your fare “%(fare)s”: %(after)s instead of %(before)s.",
                fare=profiles.name, **amounts,
            )
        return self.env._("With your fare: %(after)s instead of %(before)s.", **amounts)

    def _tierslieu_take_fare(self, partner):
        """Price what is held in this cart at the own fare of its customer.

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
        held = order._tierslieu_held()
        if not held and not order._tierslieu_held_besides():
            raise UserError(
                self.env._("Your cart keeps no slot any more: choose a time again.")
            )
        offer = order._tierslieu_fare_offer(partner)
        if not offer and not held:
            return self.env._("Your seats are at your own fare.")
        if not offer:
            return self.env._("Your slots are at your own fare.")
        if not offer["lower"]:
            raise UserError(offer["sentence"])
        with self.env.cr.savepoint():
            for booking, quote in offer["quotes"].items():
                booking._reprice(quote)
            for line, (price, _profile) in offer["besides"].items():
                line._tierslieu_reprice(price)
            order._verify_cart_after_update()
        return offer["done"]

    def _tierslieu_lock_held(self):
        """Take the row locks of the bookings of this cart.

        What lets them lapse, pays for them or prices them at the same moment
        writes on them: one of the two begins again, and sees the other's work.
        """
        lock_rows(self._tierslieu_bought())


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _tierslieu_total_at(self, price):
        """Return what this line would come to at another price of one, tax included, to the cent."""
        self.ensure_one()
        line = self._prepare_base_line_for_taxes_computation(price_unit=price, discount=0.0)
        taxes, company = self.env["account.tax"], self.company_id or self.env.company
        taxes._add_tax_details_in_base_line(line, company)
        taxes._round_base_lines_tax_details([line], company)
        return line["tax_details"]["total_included_currency"]

    def _tierslieu_reprice(self, price):
        """Ask another price of one, as if it had been computed."""
        self.write({"price_unit": price, "technical_price_unit": price, "discount": 0.0})
