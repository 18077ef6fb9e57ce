from odoo import api, fields, models
from odoo.tools import SQL


class OccupancyFigures(models.Model):
    """Hours open and hours taken, per unit and local day.

    - Open: the opening hours of a day, for each unit: a floor of 20 desks open 9
      hours has 180. A unit counts from its creation, or its first claim when that
      is earlier; one that was put away counts until its last claim.
    - Taken: what bookings (confirmed, in use, done) and residents have of these
      hours. What is on hold, cancelled or a no-show is not taken. The minutes kept
      free before and after a booking are not either: nobody has them.
    - Outside: what bookings have beside the opening hours (evenings, Sundays). It
      counts apart, and makes no occupancy.
    - Equipment that is added to bookings, a projector, is no unit of a space: it does
      not count.
    - A unit that serves several spaces counts once, in the smallest of them, where
      the planning shows it: a hire of the whole floor takes each of its rooms.

    Days to come count what is booked so far.
    """

    _name = "tierslieu.figures.occupancy"
    _description = "Occupancy figures"
    _inherit = "tierslieu.figures"
    _auto = False
    _rec_name = "date"
    _depends = {
        "tierslieu.day.hours": ["place_id", "date", "start", "stop", "is_open"],
        "tierslieu.occupancy": ["unit_id", "start", "stop", "kind", "state", "booking_id"],
        "tierslieu.booking": ["start", "stop"],
        "tierslieu.unit": ["place_id", "company_id", "active", "create_date", "space_ids", "extra_id"],
        "tierslieu.space": ["kind", "sequence", "active", "unit_ids"],
        "tierslieu.place": ["tz"],
    }

    unit_id = fields.Many2one("tierslieu.unit", readonly=True)
    booking_id = fields.Many2one("tierslieu.booking", readonly=True)
    open_hours = fields.Float(
        string="Open hours", readonly=True,
        help="Opening hours times units: what could be taken.",
    )
    taken_hours = fields.Float(
        string="Taken hours", readonly=True,
        help="Opening hours that bookings and residents have.",
    )
    booked_hours = fields.Float(
        string="of which bookings", readonly=True,
        help="Opening hours of bookings that are confirmed, in use or done.",
    )
    resident_hours = fields.Float(
        string="of which residents", readonly=True,
        help="Opening hours of the units that residents have to themselves.",
    )
    outside_hours = fields.Float(
        string="Outside opening hours", readonly=True,
        help="Hours of bookings when the place is not open, evenings for instance:"
        " counted apart, not in the occupancy.",
    )
    rate = fields.Float(
        string="Occupancy", aggregator="avg", readonly=True,
        help="Taken hours out of the open hours of all the units.",
    )

    @api.model
    def _shares(self):
        return {**super()._shares(), "rate": ("taken_hours", "open_hours")}

    @api.model
    def _taken_by(self):
        """Return {kind of occupancy: measure of its hours}; kinds that are not there take nothing."""
        return {"booking": "booked_hours", "assignment": "resident_hours"}

    @property
    def _table_query(self):
        return SQL(
            "WITH home AS (%s), counted AS (%s), claim AS MATERIALIZED (%s) %s UNION ALL %s",
            self._homes(), self._counted(), self._claims(), self._capacity(), self._taken(),
        )

    def _homes(self):
        """Say in SQL in which space each unit counts."""
        return SQL(
            """
            SELECT DISTINCT ON (r.tierslieu_unit_id)
                   r.tierslieu_unit_id AS unit_id, s.id AS space_id, s.kind
              FROM tierslieu_space_tierslieu_unit_rel r
              JOIN tierslieu_space s ON s.id = r.tierslieu_space_id
              JOIN (SELECT tierslieu_space_id AS id, COUNT(*) AS units
                      FROM tierslieu_space_tierslieu_unit_rel GROUP BY 1) size ON size.id = s.id
             ORDER BY r.tierslieu_unit_id, s.active DESC, size.units, s.sequence, s.id
            """
        )

    def _counted(self):
        """Say in SQL from which local day to which each unit counts."""
        zone = SQL("p.tz")
        return SQL(
            """
            SELECT u.id, u.place_id, u.company_id, p.tz, home.space_id, home.kind,
                   %(since)s AS since,
                   CASE WHEN u.active THEN 'infinity'::date ELSE %(until)s END AS until
              FROM tierslieu_unit u
              JOIN tierslieu_place p ON p.id = u.place_id
              LEFT JOIN home ON home.unit_id = u.id
              LEFT JOIN tierslieu_occupancy o ON o.unit_id = u.id AND o.state = 'firm'
             WHERE u.extra_id IS NULL
             GROUP BY u.id, p.id, home.space_id, home.kind
            """,
            since=self._local_date(SQL("LEAST(u.create_date, MIN(o.start))"), zone),
            until=self._local_date(SQL("MAX(COALESCE(o.stop, 'infinity'))"), zone),
        )

    def _capacity(self):
        """Say in SQL what is open."""
        return SQL(
            """
            SELECT (d.id::bigint * 1000000 + u.id) * 2 AS id, d.date,
                   EXTRACT(ISODOW FROM d.date)::text AS weekday,
                   u.place_id, u.company_id, u.space_id, u.kind, u.id AS unit_id,
                   NULL::integer AS booking_id,
                   %s AS open_hours, 0::float8 AS taken_hours, 0::float8 AS booked_hours,
                   0::float8 AS resident_hours, 0::float8 AS outside_hours, NULL::float8 AS rate
              FROM counted u
              JOIN tierslieu_day_hours d ON d.place_id = u.place_id AND d.is_open
               AND d.date BETWEEN u.since AND u.until
            """,
            _hours(SQL("d.stop - d.start")),
        )

    def _claims(self):
        """Say in SQL the claims, clipped to the time of their bookings, once for each local day."""
        return SQL(
            """
            SELECT o.*, u.place_id, u.company_id, u.space_id, u.kind AS space_kind,
                   o.first + GENERATE_SERIES(0, LEAST(o.last, counted_days.last) - o.first) AS date
              FROM (SELECT o.*, %(first)s AS first, %(last)s AS last
                      FROM (SELECT o.id, o.unit_id, o.kind, o.booking_id,
                                   GREATEST(o.start, b.start) AS start,
                                   LEAST(COALESCE(o.stop, 'infinity'), b.stop) AS stop
                              FROM tierslieu_occupancy o
                              LEFT JOIN tierslieu_booking b ON b.id = o.booking_id
                             WHERE o.state = 'firm' AND o.kind IN %(kinds)s) o
                      JOIN tierslieu_unit u ON u.id = o.unit_id
                      JOIN tierslieu_place p ON p.id = u.place_id) o
              JOIN counted u ON u.id = o.unit_id
              JOIN (SELECT place_id, MAX(date) AS last FROM tierslieu_day_hours GROUP BY 1)
                   counted_days ON counted_days.place_id = u.place_id
            """,
            first=self._local_date(SQL("o.start"), SQL("p.tz")),
            last=self._local_date(SQL("o.stop"), SQL("p.tz")),
            kinds=tuple(self._taken_by()),
        )

    def _taken(self):
        """Say in SQL what is taken of the hours of each day.

        A day of a claim meets those of the place by equality: whatever the planner
        knows of the tables, it has no reason to try every day with every claim.
        """
        measures = self._taken_by()
        hours = _hours(SQL("LEAST(o.stop, d.stop) - GREATEST(o.start, d.start)"))
        inside = {
            name: SQL(
                "CASE WHEN d.is_open AND o.kind IN %s THEN %s ELSE 0 END",
                tuple(kind for kind, measure in measures.items() if measure == name), hours,
            )
            for name in ("booked_hours", "resident_hours")
        }
        return SQL(
            """
            SELECT (d.id::bigint * 10000000 + o.id) * 2 + 1, d.date,
                   EXTRACT(ISODOW FROM d.date)::text,
                   o.place_id, o.company_id, o.space_id, o.space_kind, o.unit_id,
                   o.booking_id, 0::float8,
                   CASE WHEN d.is_open THEN %(hours)s ELSE 0 END, %(booked)s, %(resident)s,
                   CASE WHEN NOT d.is_open AND o.kind = 'booking' THEN %(hours)s ELSE 0 END,
                   NULL::float8
              FROM claim o
              JOIN tierslieu_day_hours d ON d.place_id = o.place_id AND d.date = o.date
               AND d.start < o.stop AND d.stop > o.start
               AND (d.is_open OR o.kind = 'booking')
            """,
            hours=hours,
            booked=inside["booked_hours"],
            resident=inside["resident_hours"],
        )


def _hours(interval):
    """Return the SQL of the hours of an interval."""
    return SQL("(EXTRACT(EPOCH FROM %s) / 3600)::float8", interval)
