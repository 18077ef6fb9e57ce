from odoo import api, fields, models
from odoo.tools import SQL

WEEKDAYS = [
    ("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday"), ("4", "Thursday"),
    ("5", "Friday"), ("6", "Saturday"), ("7", "Sunday"),
]


class Figures(models.AbstractModel):
    """What the figures of a place have in common: when, where, and shares that add up.

    A share (occupancy, no-shows) of several rows is the sum of one measure
    over the sum of another, never the mean of shares: an hour of one desk does
    not weigh as much as a day of twenty.
    """

    _name = "tierslieu.figures"
    _description = "Figures of a place"
    _auto = False
    _order = "date desc, id desc"

    date = fields.Date(readonly=True, help="On the calendar of the place.")
    weekday = fields.Selection(WEEKDAYS, string="Day of the week", readonly=True)
    place_id = fields.Many2one("tierslieu.place", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    space_id = fields.Many2one("tierslieu.space", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["tierslieu.space"]._fields["kind"]._description_selection(self.env),
        string="Activity", readonly=True, help="The kind of the space.",
    )

    @api.model
    def _shares(self):
        """Return {share: (measure above, measure below)} of the fields that are shares."""
        return {}

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, aggregate = aggregate_spec.partition(":")
        if name not in self._shares() or aggregate != "avg":
            return super()._read_group_select(aggregate_spec, query)
        above, below = (
            self._field_to_sql(self._table, measure, query) for measure in self._shares()[name]
        )
        return SQL("SUM(%s)::float8 / NULLIF(SUM(%s), 0)::float8", above, below)

    @api.model
    def _local_date(self, moment, zone):
        """Return the SQL of the day that a wall clock shows at a moment, naive UTC."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)
