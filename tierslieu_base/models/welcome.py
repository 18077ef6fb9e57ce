from odoo import api, fields, models


class Welcome(models.Model):
    """Who welcomes people at a place, on a day of the week or on one date.

    The screen at the entrance shows a first name and, when there is one, a
    photo: only who is put here, and nothing more of them. The contact says
    who is meant, so that what is kept about a person can be found and erased;
    it is shown to nobody.
    """

    _name = "tierslieu.welcome"
    _description = "Who welcomes"
    _inherit = ["image.mixin"]
    _order = "place_id, date desc, weekday, hour_from, id"
    _rec_name = "first_name"

    place_id = fields.Many2one("tierslieu.place", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="set null",
        help="Who it is, for the team only: the screen shows the first name.",
    )
    first_name = fields.Char(
        required=True, compute="_compute_first_name", store=True, readonly=False, precompute=True
    )
    role = fields.Char(
        string="What they do", translate=True, help="At the bar, repair workshop… Empty: the welcome itself."
    )
    weekday = fields.Selection(
        [
            ("0", "Every Monday"),
            ("1", "Every Tuesday"),
            ("2", "Every Wednesday"),
            ("3", "Every Thursday"),
            ("4", "Every Friday"),
            ("5", "Every Saturday"),
            ("6", "Every Sunday"),
        ],
        string="Day",
    )
    date = fields.Date(
        string="Or only on", help="Who is put on a date takes the place of those of that day of the week."
    )
    hour_from = fields.Float(string="From", required=True, default=9)
    hour_to = fields.Float(string="To", required=True, default=18)

    _day = models.Constraint(
        "CHECK ((weekday IS NULL) != (date IS NULL))",
        "Choose a day of the week, or one date: not both.",
    )
    _hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "Whoever welcomes leaves after they come, within the day.",
    )

    @api.depends("partner_id")
    def _compute_first_name(self):
        for row in self:
            words = (row.partner_id.name or "").split()
            row.first_name = row.first_name or (words[0] if words else False)

    @api.onchange("weekday")
    def _onchange_weekday(self):
        self.date = False if self.weekday else self.date

    @api.onchange("date")
    def _onchange_date(self):
        self.weekday = False if self.date else self.weekday

    @api.model
    def _on(self, place, date):
        """Return who welcomes at a place on a local date, the first to come first."""
        rows = self.sudo().search(
            fields.Domain("place_id", "=", place.id)
            & (fields.Domain("date", "=", date) | fields.Domain("weekday", "=", str(date.weekday())))
        )
        return (rows.filtered("date") or rows).sorted("hour_from")
