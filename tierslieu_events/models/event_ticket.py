from odoo import api, models


class EventTicket(models.Model):
    _inherit = "event.event.ticket"

    @api.depends("registration_ids.tierslieu_hold_until", "event_id.tierslieu_quota_ids.size")
    def _compute_seats(self):
        """Leave out of what is available the seats that are only held, and what no quota has any more."""
        super()._compute_seats()
        for ticket in self.filtered(lambda one: one._origin.id and one.seats_max and not one.event_id.is_multi_slots):
            [(ticket.seats_available, _held)] = ticket.event_id._origin._tierslieu_left([(None, ticket._origin)])

    @api.depends("registration_ids.tierslieu_hold_until", "event_id.tierslieu_quota_ids.size")
    def _compute_is_sold_out(self):
        """Call sold out a ticket that a quota has no seat for."""
        super()._compute_is_sold_out()
        for ticket in self.filtered(lambda one: one._origin.id and not one.is_sold_out):
            event = ticket.event_id._origin
            if event.tierslieu_quota_ids and not event.is_multi_slots:
                [(left, _held)] = event._tierslieu_left([(None, ticket._origin)])
                ticket.is_sold_out = left == 0

    def write(self, vals):
        result = super().write(vals)
        if "seats_max" in vals:
            self.event_id._tierslieu_count_again()
        return result
