from odoo import api, fields, models


class WalkIn(models.TransientModel):
    """What a walk-in takes besides: one of each."""

    _inherit = "tierslieu.walk.in"

    place_id = fields.Many2one(related="space_id.place_id")
    extra_ids = fields.Many2many("tierslieu.extra", string="With")

    @api.model
    def default_get(self, fields):
        """Book no space for who only clicked on the row of a projector."""
        values = super().default_get(fields)
        if values.get("unit_id") and self.env["tierslieu.unit"].browse(values["unit_id"]).extra_id:
            values["extra_ids"] = [(6, 0, self.env["tierslieu.unit"].browse(values.pop("unit_id")).extra_id.ids)]
        return values

    @api.onchange("space_id")
    def _onchange_extras(self):
        """Forget what is not offered with this space."""
        self.extra_ids = self.extra_ids.filtered(lambda extra: extra._origin._is_offered(self.space_id))

    def _extras(self):
        """Return the extras of the booking, as `reserve` takes them."""
        return self.extra_ids._origin.ids
