from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DayPart(models.Model):
    """A named part of the day that half-day and evening prices refer to."""

    _name = "tierslieu.day.part"
    _description = "Part of the day"
    _order = "place_id, hour_from"

    place_id = fields.Many2one(
        "tierslieu.place", required=True, index=True, ondelete="cascade"
    )
    code = fields.Selection(
        [("morning", "Morning"), ("afternoon", "Afternoon"), ("evening", "Evening")],
        required=True,
    )
    hour_from = fields.Float(string="From", required=True)
    hour_to = fields.Float(string="To", required=True)

    _hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "A part of the day ends after it starts, within the day.",
    )
    _once = models.Constraint(
        "UNIQUE (place_id, code)", "A place has one morning, one afternoon, one evening."
    )

    @api.depends("code")
    def _compute_display_name(self):
        codes = dict(self._fields["code"]._description_selection(self.env))
        for part in self:
            part.display_name = codes.get(part.code)

    @api.constrains("hour_from", "hour_to", "place_id")
    def _check_overlap(self):
        for place in self.place_id:
            parts = place.day_part_ids.sorted("hour_from")
            for earlier, later in pairwise(parts):
                if earlier.hour_to > later.hour_from:
                    raise ValidationError(
                        self.env._(
                            "%(earlier)s and %(later)s overlap.",
                            earlier=earlier.display_name,
                            later=later.display_name,
                        )
                    )
