from odoo import fields, models

from odoo.addons.tierslieu_base.tools import lock_rows


class SaleOrder(models.Model):
    """The own fare of who logs in with seats that they put in their cart as a visitor: asked for, with slots."""

    _inherit = "sale.order"

    def _tierslieu_held_besides(self):
        """Add the seats that this cart holds now: lines of which one has lapsed are left as they are."""
        lines = super()._tierslieu_held_besides()
        ours = self.order_line.filtered("event_ticket_id")
        if not ours:
            return lines
        # Where there is no place, carts hold none before they are paid.
        now, held = fields.Datetime.now(), bool(self._tierslieu_seats_place())
        for line in ours:
            seats = line.sudo().registration_ids.filtered(lambda seat: seat.state == "draft")
            ends = seats.mapped("tierslieu_hold_until")
            if seats and (not held or all(until and until > now for until in ends)):
                lines |= line
        return lines

    def _tierslieu_own_fares_besides(self, partner, lines):
        """Add the seats that cost something else now: a price that was chosen is as it was."""
        fares = super()._tierslieu_own_fares_besides(partner, lines)
        for line in lines.filtered("event_ticket_id"):
            if line._tierslieu_is_at_this_fare():
                continue
            event = line.event_id
            known = partner.sudo().with_company(event.company_id or self.company_id)
            profile = known.tierslieu_profile_on(event._tierslieu_date(line.event_slot_id))
            fares[line] = line._tierslieu_seat_unit_now(), profile.id
        return fares

    def _tierslieu_lock_held(self):
        """Take the row locks of the seats too."""
        result = super()._tierslieu_lock_held()
        lock_rows(self._tierslieu_seats())
        return result

    def _cart_find_product_line(self, *args, **kwargs):
        """Leave apart the seats that have the fare of somebody else: more of them change no price that was shown."""
        lines = super()._cart_find_product_line(*args, **kwargs)
        return lines.filtered(lambda line: not line.event_ticket_id or line._tierslieu_is_at_this_fare())


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _tierslieu_seat_unit_now(self):
        """Return the unit price that Odoo would write on this line now, with the taxes of its customer."""
        self.ensure_one()
        line = self.with_company(self.company_id)
        return line.product_id._get_tax_included_unit_price_from_price(
            line._tierslieu_seat_price_now(),
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(line.company_id),
            fiscal_position=line.order_id.fiscal_position_id,
        )

    def _tierslieu_is_at_this_fare(self):
        """Whether these seats cost what they would cost if they were put in the cart now."""
        self.ensure_one()
        if self.event_ticket_id.tierslieu_free_price:
            return True
        total = self._tierslieu_total_at(self._tierslieu_seat_unit_now())
        return not self.currency_id.compare_amounts(total, self.price_total)
