from odoo import models

# Whoever is expected or here can be asked; the others have left.
THERE = ("soon", "awaited", "late", "here", "overdue")


class Place(models.Model):
    """The day of the host: who is to be asked about their adhesion."""

    _inherit = "tierslieu.place"

    def _today_row(self, booking, dues):
        row = super()._today_row(booking, dues)
        if row["status"] in THERE:
            person = booking.sudo().partner_id.with_company(booking.sudo().company_id)
            said = {"lapsed": self.env._("Adhesion lapsed"), "unpaid": self.env._("Adhesion to pay")}
            row["warning"] = said.get(person.tierslieu_adhesion_state, "")
        return row
