from itertools import combinations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# The grid on which a manager places spaces.
PLAN_COLUMNS, PLAN_ROWS = 12, 24


class Space(models.Model):
    """Where a space is drawn on the plan of its place."""

    _inherit = "tierslieu.space"

    plan_x = fields.Integer(string="Columns from the left", copy=False)
    plan_y = fields.Integer(string="Rows from the top", copy=False)
    plan_w = fields.Integer(
        string="Columns wide", copy=False,
        help="The plan is a grid of 12 columns. 0: the plan finds it a room by itself.",
    )
    plan_h = fields.Integer(string="Rows high", copy=False)

    _plan_cell = models.Constraint(
        f"CHECK (COALESCE(plan_x, 0) >= 0 AND COALESCE(plan_y, 0) >= 0"
        f" AND COALESCE(plan_w, 0) >= 0 AND COALESCE(plan_h, 0) >= 0"
        f" AND COALESCE(plan_x, 0) + COALESCE(plan_w, 0) <= {PLAN_COLUMNS}"
        f" AND COALESCE(plan_y, 0) + COALESCE(plan_h, 0) <= {PLAN_ROWS}"
        " AND (COALESCE(plan_w, 0) = 0) = (COALESCE(plan_h, 0) = 0))",
        "A plan has 12 columns and 24 rows: a space drawn on it is at least one of each, and fits in.",
    )

    def _plan_cell_on_grid(self):
        """Return (x, y, w, h) on the grid of the plan, or None: wherever there is room."""
        if not self.plan_w:
            return None
        return self.plan_x, self.plan_y, self.plan_w, self.plan_h

    @api.constrains("plan_x", "plan_y", "plan_w", "plan_h", "place_id", "active")
    def _check_plan(self):
        """Refuse two rooms in the same spot of a plan."""
        for place in self.place_id:
            drawn = place.space_ids.filtered("plan_w")
            for one, other in combinations(drawn, 2):
                if (one in self or other in self) and one._plan_meets(other):
                    raise ValidationError(
                        self.env._(
                            "%(one)s and %(other)s are on the same spot of the plan.",
                            one=one.name,
                            other=other.name,
                        )
                    )

    def _plan_meets(self, other):
        return (
            self.plan_x < other.plan_x + other.plan_w
            and other.plan_x < self.plan_x + self.plan_w
            and self.plan_y < other.plan_y + other.plan_h
            and other.plan_y < self.plan_y + self.plan_h
        )
