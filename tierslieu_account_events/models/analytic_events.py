from odoo import models


class AccountMoveLine(models.Model):
    """Tickets are of the place of their event, and so is what stays due of a seat given up."""

    _inherit = "account.move.line"

    def _tierslieu_analytic(self):
        told = super()._tierslieu_analytic()
        sold = self.sudo()
        # Read at once what the lines then ask for one by one.
        (sold.sale_line_ids | sold.sale_line_ids.tierslieu_seat_fee_of_id).event_id.mapped("tierslieu_place_id.name")
        for line in sold:
            orders = line.sale_line_ids
            event = (orders.tierslieu_seat_fee_of_id.event_id or orders.event_id)[:1]
            if event:
                told[line] = (event.tierslieu_place_id, ("ticket",))
        return told
