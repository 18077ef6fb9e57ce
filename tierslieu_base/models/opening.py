from datetime import datetime, time, timedelta

from odoo import fields, models


class Opening(models.Model):
    """Hours when a place opens though its week or its closed days say otherwise."""

    _name = "tierslieu.opening"
    _description = "Extra opening"
    _order = "date desc, hour_from"
    _rec_name = "name"

    place_id = fields.Many2one(
        "tierslieu.place", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Occasion")
    date = fields.Date(required=True)
    hour_from = fields.Float(string="From", required=True, default=9)
    hour_to = fields.Float(string="To", required=True, default=18)

    _hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "An opening ends after it starts, within the day.",
    )

    def _bounds(self):
        """Return (start, stop) of the opening, naive UTC."""
        self.ensure_one()
        midnight = datetime.combine(self.date, time.min)
        return tuple(
            self.place_id.to_utc(midnight + timedelta(minutes=round(hour * 60)))
            for hour in (self.hour_from, self.hour_to)
        )
