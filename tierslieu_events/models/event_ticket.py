from odoo import models


class EventTicket(models.Model):
    _inherit = "event.event.ticket"

    def write(self, vals):
        result = super().write(vals)
        if "seats_max" in vals:
            self.event_id._tierslieu_count_again()
        return result
