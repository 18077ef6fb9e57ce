from odoo import fields, models


class Unit(models.Model):
    _inherit = "tierslieu.unit"

    occupancy_ids = fields.One2many("tierslieu.occupancy", "unit_id", string="Occupancies")

    def _future_claims(self, limit=5):
        """Name the live claims that end in the future on these units."""
        claims = super()._future_claims(limit=limit)
        rows = self.env["tierslieu.occupancy"].sudo().search(
            fields.Domain("unit_id", "in", self.ids)
            & self.env["tierslieu.occupancy"]._live_domain()
            & (
                fields.Domain("stop", "=", False)
                | fields.Domain("stop", ">", fields.Datetime.now())
            ),
            limit=limit,
        )
        return claims + [row._sentence() for row in rows]
