from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# A stretch longer than this, or further away, is a mistake or an attack.
MAX_LENGTH = timedelta(days=366)
MAX_AHEAD = timedelta(days=730)
# More people than any place takes: a mistake or an attack.
MAX_PEOPLE = 10_000


class Space(models.Model):
    _inherit = "tierslieu.space"

    rate_ids = fields.One2many("tierslieu.rate", "space_id", string="Rates", copy=True)
    booking_ids = fields.One2many("tierslieu.booking", "space_id", string="Bookings")
    booking_count = fields.Integer(compute="_compute_booking_count")

    def _compute_booking_count(self):
        counts = dict(
            self.env["tierslieu.booking"]._read_group(
                [
                    ("space_id", "in", self.ids),
                    ("state", "in", ("hold", "confirmed", "in_use")),
                    ("stop", ">", fields.Datetime.now()),
                ],
                ["space_id"],
                ["__count"],
            )
        )
        for space in self:
            space.booking_count = counts.get(space, 0)

    def action_view_bookings(self):
        """Open the bookings of this space."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieu_booking.action_booking"
        )
        action["domain"] = [("space_id", "=", self.id)]
        action["context"] = {"default_space_id": self.id}
        return action

    # -- Archiving

    @api.ondelete(at_uninstall=False)
    def _unlink_keeps_history(self):
        if self.env["tierslieu.booking"].sudo().search_count(
            [("space_id", "in", self.ids)], limit=1
        ):
            raise UserError(
                self.env._("This space has bookings: archive it, its history stays.")
            )
