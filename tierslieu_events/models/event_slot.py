from odoo import api, models


class EventSlot(models.Model):
    _inherit = "event.slot"

    @api.depends("registration_ids.tierslieu_hold_until")
    def _compute_seats(self):
        """Leave out of what is available the seats that are only held."""
        result = super()._compute_seats()
        for slot in self.filtered(lambda one: one._origin.id and one.event_id.seats_limited and one.event_id.seats_max):
            [(slot.seats_available, _held)] = slot.event_id._origin._tierslieu_left([(slot._origin, None)])
        return result
