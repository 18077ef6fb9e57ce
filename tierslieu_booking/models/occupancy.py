from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.tools import lock_rows

LIVE_STATES = ("hold", "firm")


class Occupancy(models.Model):
    """A claim on one unit for one stretch of time.

    Bookings, resident desks and, from other addons, event rooms and closures
    are all rows of this table; PostgreSQL itself keeps two live rows of a unit
    from overlapping. `start` and `stop` are naive UTC, half-open; no `stop`
    means until further notice.
    """

    _name = "tierslieu.occupancy"
    _description = "Occupancy"
    _order = "start, id"
    _rec_name = "display_name"

    unit_id = fields.Many2one(
        "tierslieu.unit", required=True, ondelete="restrict"
    )
    place_id = fields.Many2one(related="unit_id.place_id")
    place_tz = fields.Selection(related="unit_id.place_id.tz", string="Zone of the place")
    company_id = fields.Many2one(related="unit_id.company_id")
    start = fields.Datetime(required=True)
    stop = fields.Datetime(index=True, help="Empty: until further notice.")
    kind = fields.Selection(
        [("booking", "Booking"), ("assignment", "Resident")],
        required=True,
        default="assignment",
    )
    state = fields.Selection(
        [("hold", "On hold"), ("firm", "Firm"), ("released", "Released")],
        required=True,
        default="firm",
        index=True,
    )
    hold_until = fields.Datetime(
        help="When this hold lapses by itself. Empty: it does not."
    )
    booking_id = fields.Many2one(
        "tierslieu.booking", index="btree_not_null", ondelete="cascade"
    )
    booking_state = fields.Selection(related="booking_id.state", string="Booking state")
    partner_id = fields.Many2one(
        "res.partner", string="Held by", index="btree_not_null", ondelete="restrict"
    )
    note = fields.Char()

    # int4range makes the equality of units a range overlap, so that no
    # PostgreSQL extension is needed. The bounds of tsrange are half-open:
    # 9-10 and 10-11 are neighbours, not rivals.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(unit_id, unit_id, '[]') WITH &&,"
        " tsrange(start, stop) WITH &&) WHERE (state IN ('hold', 'firm'))",
        "This unit is already taken at that time.",
    )
    # By unit, the future without the past: an index of units alone would be
    # preferred by the planner, and reads years of what is over.
    _by_unit = models.Index("(unit_id, stop)")
    # Runs before the range above is built: a reversed range is a clean refusal.
    _start_before_stop = models.Constraint(
        "CHECK (start < stop)", "An occupancy must end after it starts."
    )
    _booking_has_booking = models.Constraint(
        "CHECK (kind != 'booking' OR booking_id IS NOT NULL)",
        "An occupancy of kind booking needs its booking.",
    )

    @api.depends("kind", "booking_id.name", "partner_id.name", "note")
    def _compute_display_name(self):
        for row in self:
            who = row.booking_id.partner_id.name or row.partner_id.name
            what = dict(self._fields["kind"]._description_selection(self.env))
            row.display_name = who or row.note or what.get(row.kind)

    def _sentence(self):
        """Say this claim to the team: unit, who, when."""
        self.ensure_one()
        place = self.unit_id.place_id
        if self.stop:
            when = place.format_range(self.start, self.stop, year=True)
        else:
            when = self.env._(
                "since %(day)s",
                day=place.format_date(place.to_local(self.start).date(), year=True),
            )
        return f"{self.unit_id.name} ({self.display_name}, {when})"

    # -- CRUD: every path takes the unit's lock before the constraint decides

    @api.model_create_multi
    def create(self, vals_list):
        self._lock_units([vals["unit_id"] for vals in vals_list if vals.get("unit_id")])
        rows = super().create(vals_list)
        # Looked at afterwards: a default in the context counts too.
        if not self.env.su and any(
            row.booking_id or row.kind == "booking" or row.change_id or row.extra_id for row in rows
        ):
            raise UserError(self.env._("Book instead: the planning follows."))
        return rows

    def write(self, vals):
        """Write, sending a change of time or unit of a booking to its own rule.

        The planning drags rows: for a booking that is a move, with its
        price and its rules, never a bare write.
        """
        moved = {"start", "stop", "unit_id"} & vals.keys()
        if moved and not self.env.su:
            bookings = self.filtered("booking_id")
            for row in bookings:
                row._move_booking(vals)
            self = self - bookings
            if not self:
                return True
        adopting = (
            vals.get("booking_id") or vals.get("kind") == "booking" or vals.get("change_id")
            or vals.get("extra_id")
        )
        tied = {"state", "hold_until", "booking_id", "kind", "change_id", "extra_id"}
        held = tied & vals.keys() and self.booking_id
        if not self.env.su and (adopting or held):
            raise UserError(
                self.env._("Confirm, move or cancel the booking instead: its place on"
                           " the planning follows.")
            )
        if moved or vals.get("state") in LIVE_STATES:
            # Equipment after rooms, as whoever books them does.
            rooms = self.filtered(lambda row: not row.extra_id)
            self._lock_units([*rooms.unit_id.ids, vals.get("unit_id")])
            self._lock_units((self - rooms).unit_id.ids)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_keeps_bookings(self):
        if not self.env.su and self.booking_id:
            raise UserError(
                self.env._("Cancel the booking: its trace must stay.")
            )

    def _move_booking(self, vals):
        """Turn a drag of one row into a move of its booking by the same amount."""
        self.ensure_one()
        booking = self.booking_id
        start = fields.Datetime.to_datetime(vals.get("start")) or self.start
        stop = fields.Datetime.to_datetime(vals.get("stop")) or self.stop
        if len(set(booking._own_rows().mapped("start"))) > 1:
            raise UserError(
                self.env._("This booking spans several days: move it from its form.")
            )
        if self.extra_id:
            shift = start - self.start
            booking.action_move(booking.start + shift, booking.stop + shift)
            return
        unit = self.env["tierslieu.unit"].browse(vals.get("unit_id", self.unit_id.id))
        space = booking.space_id
        if unit not in space.unit_ids:
            # Dropped on the row of another space: that one is meant.
            space = unit.space_ids.sorted(lambda s: (s.kind != space.kind, len(s.unit_ids)))[:1]
        booking.action_move(
            booking.start + (start - self.start),
            booking.stop + (stop - self.stop),
            space=space,
            unit=unit if space.allocation == "any" else None,
        )

    def action_end(self):
        """End assignments now; one that has not begun is let go entirely."""
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        for row in self:
            if row.booking_id:
                raise UserError(self.env._("Cancel the booking: its trace must stay."))
            if row.start >= now:
                row.state = "released"
            elif not row.stop or row.stop > now:
                row.stop = now
        return True

    @api.model
    def _lock_units(self, unit_ids):
        """Take the row locks of units, in the order of their ids.

        Two simultaneous conflicting inserts wait for each other inside the
        EXCLUDE constraint and deadlock; the lock makes them queue instead.
        It is taken inside the caller's savepoint, just before the write.
        """
        lock_rows(self.env["tierslieu.unit"].browse({unit_id for unit_id in unit_ids if unit_id}))
