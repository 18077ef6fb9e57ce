from odoo import models
from odoo.exceptions import UserError


class Booking(models.Model):
    """A hold whose customer becomes known, or another: the rules that look at people are judged then.

    A visitor books, then logs in or says who they are at the checkout. What asks for
    a habilitation, a fare, an adhesion or a quota is asked of that person, as it
    would have been had they said so first.
    """

    _inherit = "tierslieu.booking"

    def write(self, vals):
        was = {booking: booking.partner_id for booking in self} if "partner_id" in vals else {}
        result = super().write(vals)
        for booking, before in was.items():
            if booking.state == "hold" and booking.partner_id != before:
                booking._judge_customer()
        return result

    def _judge_customer(self):
        """Refuse a customer whom a rule of the space does not let book this.

        :raises UserError: the sentence of the first rule
        """
        self.ensure_one()
        booking = self.sudo()
        space, partner = booking.space_id, booking.partner_id
        if booking.override_reason:
            # The team has set its rules aside already.
            return
        date = space._local_date(booking.start)
        profile = space._profile_of(partner, date)
        sheet = space._sheet_over(booking.start, booking.stop)
        errors = space._person_errors(partner, profile, booking.start, booking.stop, sheet, moving=booking)
        if errors:
            raise UserError(errors[0])
        quotas = space._quotas(partner, profile)
        quotas._take_turn(quotas, partner)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _tierslieu_give_holds(self):
        """Make the holds of a cart those of its customer; what they may not book leaves it with a word."""
        self.ensure_one()
        holds = self.tierslieu_booking_ids.filtered(
            lambda booking: booking.state == "hold" and booking.partner_id != self.partner_id
        )
        refused = {}
        for hold in holds.sorted("id"):
            try:
                with self.env.cr.savepoint():
                    hold.partner_id = self.partner_id
            except UserError as refusal:
                refused[hold] = str(refusal)
        if not refused:
            return
        self.shop_warning = "\n".join(
            self.env._("%(space)s has left your cart. %(why)s", space=hold.space_id.name, why=why)
            for hold, why in refused.items()
        )
        bookings = holds.browse(hold.id for hold in refused)
        bookings.sale_line_ids.filtered(lambda line: line.order_id == self).unlink()
