from odoo import api, fields, models
from odoo.tools import SQL


class BookingFigures(models.Model):
    """Bookings and the people who come, one row per booking, on the day it begins.

    - Bookings: those that are confirmed, in use or done.
    - No-shows, out of the bookings whose outcome is known: came, or did not.
    - Cancelled: what had been confirmed; what only left a cart is not told.
    - People: who came (in use or done), each counted once over what is looked at.
    - New faces: people whose first visit ever, in this company, is in what is
      looked at. A person who was erased stays one person, without a name.
    """

    _name = "tierslieu.figures.booking"
    _description = "Booking and people figures"
    _inherit = "tierslieu.figures"
    _auto = False
    _rec_name = "booking_id"
    _depends = {
        "tierslieu.booking": [
            "space_id", "place_id", "company_id", "start", "stop", "state", "partner_id",
            "profile_id", "people", "hold_source",
        ],
        "tierslieu.space": ["kind"],
        "tierslieu.place": ["tz"],
    }

    booking_id = fields.Many2one("tierslieu.booking", readonly=True)
    partner_id = fields.Many2one("res.partner", string="For", readonly=True, aggregator=None)
    profile_id = fields.Many2one("tierslieu.profile", string="Fare", readonly=True)
    state = fields.Selection(
        lambda self: self.env["tierslieu.booking"]._fields["state"]._description_selection(self.env),
        readonly=True,
    )
    bookings = fields.Integer(readonly=True, help="Confirmed, in use or done.")
    hours = fields.Float(
        string="Hours booked", readonly=True, help="From the start to the end of these bookings."
    )
    person_id = fields.Many2one(
        "res.partner", string="People who came", readonly=True, aggregator="count_distinct",
        help="Different people with a booking in use or done.",
    )
    new_faces = fields.Integer(
        string="New faces", readonly=True,
        help="People who come for the first time: their first booking in use or done."
    )
    no_shows = fields.Integer(string="No-shows", readonly=True)
    known = fields.Integer(
        string="Outcome known", readonly=True, help="Bookings of people who came, or did not."
    )
    no_show_rate = fields.Float(
        string="Share of no-shows", aggregator="avg", readonly=True,
        help="No-shows out of the bookings whose outcome is known.",
    )
    cancelled = fields.Integer(
        readonly=True, help="Cancelled once confirmed, counted on the day they were for."
    )

    @api.model
    def _shares(self):
        return {**super()._shares(), "no_show_rate": ("no_shows", "known")}

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT b.id, %(date)s AS date, EXTRACT(ISODOW FROM %(date)s)::text AS weekday,
                   b.place_id, b.company_id, b.space_id, s.kind, b.id AS booking_id,
                   b.partner_id, b.profile_id, b.state,
                   (b.state IN ('confirmed', 'in_use', 'done'))::int AS bookings,
                   CASE WHEN b.state IN ('confirmed', 'in_use', 'done')
                        THEN (EXTRACT(EPOCH FROM b.stop - b.start) / 3600)::float8
                        ELSE 0 END AS hours,
                   CASE WHEN b.state IN ('in_use', 'done') THEN b.partner_id END AS person_id,
                   (first.id IS NOT NULL)::int AS new_faces,
                   (b.state = 'no_show')::int AS no_shows,
                   (b.state IN ('in_use', 'done', 'no_show'))::int AS known,
                   NULL::float8 AS no_show_rate,
                   (b.state = 'cancelled')::int AS cancelled
              FROM tierslieu_booking b
              JOIN tierslieu_space s ON s.id = b.space_id
              JOIN tierslieu_place p ON p.id = b.place_id
              LEFT JOIN (
                SELECT DISTINCT ON (company_id, partner_id) id FROM tierslieu_booking
                 WHERE state IN ('in_use', 'done')
                 ORDER BY company_id, partner_id, start, id) first ON first.id = b.id
             WHERE b.state IN ('confirmed', 'in_use', 'done', 'no_show')
                OR b.state = 'cancelled' AND b.hold_source IS NULL
            """,
            date=self._local_date(SQL("b.start"), SQL("p.tz")),
        )
