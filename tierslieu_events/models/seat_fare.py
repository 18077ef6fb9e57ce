from odoo import api, models


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

    def _tierslieu_seat_fare(self):
        """Return the pricelist of the fare of a line of seats; empty: that of the order."""
        self.ensure_one()
        ticket = self.event_ticket_id
        if not ticket or ticket.tierslieu_free_price:
            return self.env["product.pricelist"]
        return ticket.event_id._tierslieu_fare(self.order_id.partner_id, self.event_slot_id).with_env(self.env)

    @api.depends("event_ticket_id", "event_slot_id")
    def _compute_pricelist_item_id(self):
        """Show the discount of the fare where it is to be shown."""
        result = super()._compute_pricelist_item_id()
        for line in self.filtered("event_ticket_id"):
            if fare := line._tierslieu_seat_fare():
                line.pricelist_item_id = fare.sudo()._get_product_rule(
                    product=line.product_id, **line._get_pricelist_kwargs()
                )
        return result

    def _get_pricelist_price_context(self):
        """Ask the fare for the price of a seat."""
        values = super()._get_pricelist_price_context()
        fare = self._tierslieu_seat_fare()
        return values | {"pricelist": fare.id} if fare else values
