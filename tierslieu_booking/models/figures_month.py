from datetime import timedelta

from babel.dates import format_date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.date_utils import end_of

# A month is told apart from another of the same place by its number since year 0.
MONTHS = 100000


class Month(models.Model):
    """One month of a place: its figures on a screen and on one page.

    There is one for each month that has counted days (see
    `tierslieu.day.hours`), up to the running one. Nothing is kept: the figures
    are those of the bookings and the books at the moment of looking.
    """

    _name = "tierslieu.month"
    _description = "Month of a place"
    _auto = False
    _order = "date desc, place_id"
    _depends = {"tierslieu.day.hours": ["place_id", "date"], "tierslieu.place": ["company_id"]}

    name = fields.Char(compute="_compute_name")
    date = fields.Date(string="Month", readonly=True)
    place_id = fields.Many2one("tierslieu.place", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    rate = fields.Float(string="Occupancy", compute="_compute_figures")
    revenue = fields.Monetary(string="Revenue excl. VAT", compute="_compute_figures")
    bookings = fields.Integer(compute="_compute_figures")
    people = fields.Integer(string="People who came", compute="_compute_figures")
    new_faces = fields.Integer(string="New faces", compute="_compute_figures")
    no_shows = fields.Integer(string="No-shows", compute="_compute_figures")
    no_show_rate = fields.Float(string="Share of no-shows", compute="_compute_figures")
    page = fields.Html(string="Figures", compute="_compute_page", sanitize=False)
    is_first = fields.Boolean(compute="_compute_neighbours")
    is_last = fields.Boolean(compute="_compute_neighbours")

    @property
    def _table_query(self):
        # Days to come are counted too; their months are not told yet.
        return SQL(
            """
            SELECT d.place_id::bigint * %(base)s + EXTRACT(YEAR FROM d.date)::int * 12
                   + EXTRACT(MONTH FROM d.date)::int AS id,
                   DATE_TRUNC('month', d.date)::date AS date, d.place_id, p.company_id
              FROM tierslieu_day_hours d JOIN tierslieu_place p ON p.id = d.place_id
             WHERE d.date <= %(today)s
             GROUP BY 1, 2, 3, 4
            """,
            base=MONTHS,
            today=fields.Date.today() + timedelta(days=1),
        )

    @api.model
    def _id_of(self, place, date):
        """Return the id that the month of a date has, if it is there."""
        return place.id * MONTHS + date.year * 12 + date.month

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_name(self):
        for month in self:
            month.name = month._say_month(month.date) if month.date else False

    @api.depends("name", "place_id.name")
    def _compute_display_name(self):
        for month in self:
            month.display_name = f"{month.place_id.name} · {month.name}"

    @api.depends("date", "place_id")
    def _compute_figures(self):
        totals = self._totals([(month.place_id, month.date) for month in self])
        for month in self:
            told = totals[month.place_id, month.date]
            for name in ("rate", "revenue", "bookings", "people", "new_faces", "no_shows",
                         "no_show_rate"):
                month[name] = told[name]

    @api.depends("date", "place_id")
    @api.depends_context("lang")
    def _compute_page(self):
        for month in self:
            month.page = self.env["ir.qweb"]._render(
                "tierslieu_booking.month_page", {"month": month, "sheet": month._sheet()}
            )

    @api.depends("date", "place_id")
    def _compute_neighbours(self):
        for month in self:
            month.is_first = not month._neighbour(-1)
            month.is_last = not month._neighbour(1)

    def _last_day(self):
        self.ensure_one()
        return end_of(self.date, "month")

    def _neighbour(self, months):
        """Return the month of the same place so many months later; maybe none."""
        self.ensure_one()
        found = self.browse(self._id_of(self.place_id, fields.Date.add(self.date, months=months)))
        return found.exists()

    def _say_month(self, date):
        """Say the month of a date: “novembre 2026”."""
        return format_date(date, "LLLL y", locale=self.place_id._babel_locale())

    # -- Screens

    @api.model
    def _require_manager(self):
        if not self.env.user.has_group("tierslieu_base.group_manager"):
            raise UserError(self.env._("The figures are for the managers of the place."))

    @api.model
    def action_open_current(self):
        """Open the running month of the first place, its days counted."""
        self._require_manager()
        self.env["tierslieu.day.hours"].sudo()._bring_up()
        place = self.env["tierslieu.place"].search(
            [("company_id", "in", self.env.companies.ids)], limit=1
        )
        month = place and self.search(
            [("place_id", "=", place.id), ("date", "<=", place.now_local().date())], limit=1
        )
        return month._action_here() if month else self.action_open_all()

    @api.model
    def action_open_all(self):
        """Open the list of the months, their days counted."""
        self._require_manager()
        self.env["tierslieu.day.hours"].sudo()._bring_up()
        return self.env["ir.actions.act_window"]._for_xml_id("tierslieu_booking.action_month")

    @api.model
    def action_open_occupancy(self):
        """Open the occupancy figures, their days counted."""
        self._require_manager()
        self.env["tierslieu.day.hours"].sudo()._bring_up()
        return self._action("figures_occupancy")

    def action_before(self):
        """Look at the month before."""
        return self._neighbour(-1)._action_here()

    def action_after(self):
        """Look at the month after."""
        return self._neighbour(1)._action_here()

    def _action_here(self):
        """Show this month in the place of what is on screen."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The month"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "main",
        }

    def action_count_again(self):
        """Read the opening hours of these months again, however old they are."""
        self._require_manager()
        for month in self:
            self.env["tierslieu.day.hours"].sudo()._count(
                month.place_id, month.date, month._last_day()
            )
        return True

    def action_view_occupancy(self):
        """Open the occupancy of this month, by space."""
        return self._action("figures_occupancy", groupby=["space_id"])

    def action_view_revenue(self):
        """Open the revenue of this month, by activity."""
        return self._action("figures_revenue", groupby=["kind"])

    def action_view_bookings(self):
        """Open the bookings and people of this month, by space."""
        return self._action("figures_booking", groupby=["space_id"])

    def action_view_to_invoice(self):
        """Open the bookings of this month that are to be invoiced."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_booking.action_booking")
        bookings = self._uninvoiced(self.date, self._last_day())
        return {
            **action,
            "domain": [("id", "in", bookings.ids)],
            "context": {},
            "display_name": self.env._("Done, not invoiced yet: %(month)s", month=self.name),
        }

    def _action(self, name, groupby=()):
        """Return one of the figures' actions, on this month when there is one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"tierslieu_booking.action_{name}")
        if self:
            self.ensure_one()
            action["domain"] = [
                ("place_id", "=", self.place_id.id),
                ("date", ">=", self.date),
                ("date", "<=", self._last_day()),
            ]
            action["display_name"] = f"{action['name']} · {self.name}"
            action["context"] = {"graph_groupbys": groupby, "pivot_row_groupby": groupby}
        return action
