from odoo import models


class AccountMoveLine(models.Model):
    """Tickets are of the place of their event, and so is what stays due of a seat given up."""

    _inherit = "account.move.line"

    def _tierslieu_analytic(self):
        told = super()._tierslieu_analytic()
        for line in self.sudo():
            sold = line.sale_line_ids[:1]
            event = (sold.tierslieu_seat_fee_of_id or sold).event_id
            if event:
                told[line] = (event.tierslieu_place_id, ("ticket",))
        return told
