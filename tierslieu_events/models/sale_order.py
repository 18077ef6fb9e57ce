from datetime import timedelta

from odoo import fields, models

# Where no place says it.
HOLD_MINUTES = 15


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _tierslieu_hold_seats_until(self):
        """Return until when a cart holds the seats that are put in it now, naive UTC."""
        self.ensure_one()
        place = self.env["tierslieu.place"].sudo().search([("company_id", "=", self.company_id.id)], limit=1)
        return fields.Datetime.now() + timedelta(minutes=place.hold_minutes or HOLD_MINUTES)
