from odoo import fields, models
from odoo.exceptions import UserError


class Occupancy(models.Model):
    _inherit = "tierslieu.occupancy"

    change_id = fields.Many2one(
        "tierslieu.booking.change", string="Move to pay", readonly=True,
        index="btree_not_null", ondelete="cascade",
    )

    def _move_booking(self, vals):
        """Refuse to drag what only waits for a payment."""
        if self.change_id:
            raise UserError(
                self.env._("%(who)s is paying for a move to this slot: drag the booking itself.",
                           who=self.partner_id.name or self.booking_id.partner_id.name)
            )
        return super()._move_booking(vals)
