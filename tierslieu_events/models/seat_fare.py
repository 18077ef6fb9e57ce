from odoo import api, fields, models

# Told to Odoo's pricelists: the price of a ticket, which their rules begin with instead of that of its product.
BEGINS_WITH = "tierslieu_begins_with"
# Told with it: whether it is asked for the fare of a profile, rather than for a pricelist of Odoo's as any other.
IS_FARE = "tierslieu_is_fare"


class PricelistItem(models.Model):
    """A rule that is asked what it makes of a ticket: tickets of one product have each their price."""

    _inherit = "product.pricelist.item"

    def _compute_base_price(self, product, quantity, uom, date, currency, **kwargs):
        """Begin with the price that was told, in the currency of the product."""
        told = kwargs.get(BEGINS_WITH)
        if told is None or (self.base == "pricelist" and self.base_pricelist_id):
            return super()._compute_base_price(product, quantity, uom, date, currency, **kwargs)
        theirs = product.currency_id
        return told if theirs == currency else theirs._convert(told, currency, self.env.company, date, round=False)

    def _compute_price(self, product, quantity, uom, date, currency=None, **kwargs):
        """Of a ticket: a cost says nothing of it, none is below zero, and a fixed price of a fare makes none dearer.

        Elsewhere a fixed price is to a ticket what it is to its product, as in Odoo: of 6 for a product of 10, 60 %.
        """
        price = super()._compute_price(product, quantity, uom, date, currency=currency, **kwargs)
        if kwargs.get(BEGINS_WITH) is None:
            return price
        if self.compute_price == "fixed" or self.base == "standard_price":
            currency = currency or self.currency_id or self.env.company.currency_id
            usual = self._compute_base_price(product, quantity, uom, date, currency, **kwargs)
            if self.compute_price != "fixed":
                price = usual
            elif kwargs.get(IS_FARE):
                price = min(price, usual)
            else:
                listed = product.currency_id._convert(product.lst_price, currency, self.env.company, date, round=False)
                price = usual * price / listed if listed else usual
        return max(price, 0.0)


class EventTicket(models.Model):
    """What a seat costs: one rule for the pages, the carts and the door."""

    _inherit = "event.event.ticket"

    tierslieu_own_price = fields.Boolean(
        string="Its own price", help="The same for everybody: no fare makes it lower or higher."
    )

    def _tierslieu_keeps_price(self):
        """Whether no fare changes its price: it is set so, chosen by each, or made for some people already.

        What members have first is everybody's ticket: it keeps its price no more than the others.
        """
        self.ensure_one()
        return bool(
            self.tierslieu_own_price or self.tierslieu_free_price or self.tierslieu_public == "members"
            or self.tierslieu_profile_ids
        )

    def _tierslieu_price_by(self, pricelist, voucher=None, quantity=1.0, date=None):
        """Return what one seat costs, in the currency of the ticket, as its product is priced: with its taxes or not.

        :param pricelist: of the fare of the buyer, or else their own; may be empty
        :param voucher: one that fits
        :param quantity: how many are bought together
        :param date: of the order; None: now
        """
        self.ensure_one()
        ticket = self.sudo()
        price = ticket.price
        company = ticket.event_id.company_id or self.env.company
        if pricelist and price and not ticket._tierslieu_keeps_price():
            date, product = date or fields.Datetime.now(), ticket.product_id.with_company(company)
            prices, theirs = pricelist.sudo().with_company(company), ticket.currency_id
            # Asked in its own currency: Odoo takes a fixed price for an amount of whatever currency it is asked in.
            own = prices.currency_id or theirs
            price = prices._get_product_price(
                product, quantity or 1.0, currency=own, uom=product.uom_id, date=date,
                **{BEGINS_WITH: price, IS_FARE: bool(prices.tierslieu_profile_ids)},
            )
            if own != theirs:
                price = own._convert(price, theirs, company, date, round=False)
        if voucher:
            price = voucher._price_of(price)
        if all(tax.price_include for tax in ticket.product_id.taxes_id._filter_taxes_by_company(company)):
            price = ticket.currency_id.round(price)
        return price

    @api.depends("tierslieu_own_price", "tierslieu_free_price", "tierslieu_public", "tierslieu_profile_ids")
    def _compute_price_reduce(self):
        """Say on Odoo's own pages what is asked: the price of the ticket is reduced, where a fare reduces it."""
        sold = self.filtered("product_id")
        for ticket in sold:
            pricelist = ticket.product_id.product_tmpl_id._get_contextual_pricelist()
            ticket.price_reduce = ticket._tierslieu_price_by(
                pricelist, quantity=self.env.context.get("quantity"), date=self.env.context.get("date")
            )
        return super(EventTicket, self - sold)._compute_price_reduce()


class Event(models.Model):
    _inherit = "event.event"

    def _tierslieu_fare(self, partner, slot=None):
        """Return the pricelist of the fare that somebody has on the day of the event; empty: their own, as Odoo says.

        :param partner: who buys; empty: nobody knows
        """
        self.ensure_one()
        company = self.sudo().company_id or self.env.company
        profiles = self.env["tierslieu.profile"].sudo()
        if not profiles.search_count([("company_id", "=", company.id), ("pricelist_id", "!=", False)], limit=1):
            return self.env["product.pricelist"].sudo()
        profile = partner.sudo().with_company(company).tierslieu_profile_on(self._tierslieu_date(slot))
        return profile.sudo().pricelist_id


class SaleOrderLine(models.Model):
    """Seats in an order: at the fare that the buyer has on the day of the event."""

    _inherit = "sale.order.line"

    @api.depends("event_ticket_id")
    def _compute_pricelist_item_id(self):
        """Show no reduction apart: that of a seat is in its price."""
        seats = self.filtered("event_ticket_id")
        seats.pricelist_item_id = False
        return super(SaleOrderLine, self - seats)._compute_pricelist_item_id()

    def _tierslieu_seat_price_now(self):
        """Return what one of these seats costs whoever has the order now, in the currency of the order."""
        self.ensure_one()
        ticket, order = self.event_ticket_id, self.order_id
        if ticket.tierslieu_free_price:
            price = self.tierslieu_seat_price if self.tierslieu_seat_chosen else ticket._tierslieu_checked_price(None)
        else:
            fare = ticket.event_id._tierslieu_fare(order.partner_id, self.event_slot_id)
            price = ticket._tierslieu_price_by(
                fare or order.pricelist_id, self.sudo().tierslieu_voucher_id, self.product_uom_qty,
                self._get_order_date(),
            )
        return self._convert_to_sol_currency(price, ticket.currency_id)
