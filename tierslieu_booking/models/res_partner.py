from odoo import fields, models


class Partner(models.Model):
    _inherit = "res.partner"

    tierslieu_booking_ids = fields.One2many(
        "tierslieu.booking", "partner_id", string="Bookings",
        groups="tierslieu_base.group_host",
    )
    tierslieu_booking_count = fields.Integer(
        compute="_compute_tierslieu_booking_count", groups="tierslieu_base.group_host"
    )

    def _compute_tierslieu_booking_count(self):
        counts = dict(
            self.env["tierslieu.booking"]._read_group(
                [
                    ("partner_id", "in", self.ids),
                    ("state", "in", ("confirmed", "in_use", "done")),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.tierslieu_booking_count = counts.get(partner, 0)

    def action_view_tierslieu_bookings(self):
        """Open the bookings of this person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieu_booking.action_booking"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
