from datetime import datetime, time, timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.intervals import Intervals

from odoo.addons.base.models.res_partner import _tz_get


class Place(models.Model):
    """A site: its address, its clock and its opening hours."""

    _name = "tierslieu.place"
    _description = "Place"
    _inherit = ["mail.thread", "mail.activity.mixin", "image.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Address", required=True, ondelete="restrict",
        compute="_compute_partner_id", store=True, readonly=False, precompute=True,
    )
    tz = fields.Selection(
        _tz_get, string="Time zone", required=True,
        default=lambda self: self.env.user.tz or "Europe/Paris",
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar", string="Opening hours", required=True, ondelete="restrict",
        check_company=True, copy=False,
    )
    attendance_ids = fields.One2many(
        related="resource_calendar_id.attendance_ids", readonly=False, string="Weekly hours"
    )
    closed_day_ids = fields.One2many(
        related="resource_calendar_id.global_leave_ids", readonly=False, string="Closed days"
    )
    opening_ids = fields.One2many("tierslieu.opening", "place_id", string="Extra openings")
    day_part_ids = fields.One2many("tierslieu.day.part", "place_id", string="Parts of the day")
    step = fields.Integer(
        string="Booking step", default=30, required=True,
        help="Bookings start and stop on multiples of this number of minutes.",
    )
    hold_minutes = fields.Integer(
        string="Hold", default=15, required=True,
        help="How long a slot waits, in minutes, while it is being paid for.",
    )
    people_max = fields.Integer(
        string="Most people at once", help="Fire safety. 0: no limit is kept."
    )
    welcome_ids = fields.One2many("tierslieu.welcome", "place_id", string="Who welcomes")
    space_ids = fields.One2many("tierslieu.space", "place_id", string="Spaces")
    unit_ids = fields.One2many("tierslieu.unit", "place_id", string="Units")
    space_count = fields.Integer(compute="_compute_counts")
    unit_count = fields.Integer(compute="_compute_counts")

    _hold_minutes = models.Constraint(
        "CHECK (hold_minutes BETWEEN 1 AND 1440)",
        "A hold lasts from one minute to one day.",
    )
    _people_max = models.Constraint(
        "CHECK (people_max >= 0)", "The most people at once cannot be negative."
    )
    _step = models.Constraint(
        "CHECK (step IN (5, 10, 15, 20, 30, 60))",
        "The booking step is 5, 10, 15, 20, 30 or 60 minutes.",
    )

    @api.depends("company_id")
    def _compute_partner_id(self):
        for place in self:
            place.partner_id = place.partner_id or place.company_id.partner_id

    def _compute_counts(self):
        for place in self:
            place.space_count = len(place.space_ids)
            place.unit_count = len(place.unit_ids)

    @api.constrains("resource_calendar_id", "tz")
    def _check_calendar(self):
        """Keep the calendar one that a wall clock can read."""
        for place in self:
            calendar = place.sudo().resource_calendar_id
            if calendar.flexible_hours:
                raise ValidationError(
                    self.env._("Opening hours need fixed hours, not a flexible schedule.")
                )
            if calendar.tz != place.tz:
                raise ValidationError(
                    self.env._(
                        "The opening hours of %(place)s are kept in %(zone)s: choose hours"
                        " in its own time zone.",
                        place=place.name,
                        zone=calendar.tz,
                    )
                )

    def _close_on(self, days):
        """Close a place for whole days: {date of its calendar: the name of the closure}."""
        self.ensure_one()
        self.closed_day_ids = [
            Command.create(
                {
                    "name": name,
                    "calendar_id": self.resource_calendar_id.id,
                    "tierslieu_first_day": day,
                    "tierslieu_last_day": day,
                }
            )
            for day, name in sorted(days.items())
        ]

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [
            vals if vals.get("resource_calendar_id") else self._with_calendar(vals)
            for vals in vals_list
        ]
        places = super().create(vals_list)
        for place in places:
            if not place.day_part_ids:
                place.day_part_ids = place._default_day_parts()
        return places

    def write(self, vals):
        """Take the hours along when the place changes zone; keep it while someone counts on it."""
        if vals.get("active") is False:
            self.unit_ids._require_unclaimed()
        if not vals.get("tz") or "resource_calendar_id" in vals:
            return super().write(vals)
        calendars = self.resource_calendar_id
        closures = [
            (place, leave, place._wall(leave.date_from), place._wall(leave.date_to))
            for place in self
            for leave in place.closed_day_ids
        ]
        calendars.with_context(tierslieu_place_moves=True).tz = vals["tz"]
        result = super().write(vals)
        for place, leave, date_from, date_to in closures:
            leave.write(
                {"date_from": place.to_utc(date_from), "date_to": place.to_utc(date_to)}
            )
        self._of_calendars(calendars)._check_calendar()
        return result

    @api.model
    def _of_calendars(self, calendars):
        """Return the places, archived ones too, that open by these calendars."""
        return self.sudo().with_context(active_test=False).search(
            [("resource_calendar_id", "in", calendars.ids)]
        )

    @api.model
    def _with_calendar(self, vals):
        """Return the values of a new place with hours of its own: those given, or nine to six.

        A single stretch a day, without a lunch break: places stay open at noon.
        """
        vals = dict(vals)
        weekly = vals.pop("attendance_ids", None) or [
            Command.create(
                {
                    "name": self.env._("Open"),
                    "dayofweek": str(day),
                    "hour_from": 9,
                    "hour_to": 18,
                    "day_period": "morning",
                }
            )
            for day in range(5)
        ]
        calendar = self.env["resource.calendar"].create(
            {
                "name": vals.get("name") or self.env._("Opening hours"),
                "tz": vals.get("tz") or self.env.user.tz or "Europe/Paris",
                "company_id": vals.get("company_id") or self.env.company.id,
                "attendance_ids": [Command.clear(), *weekly],
                "global_leave_ids": [Command.clear(), *(vals.pop("closed_day_ids", None) or [])],
            }
        )
        return {**vals, "resource_calendar_id": calendar.id, "tz": calendar.tz}

    def _default_day_parts(self):
        return [
            Command.create({"code": code, "hour_from": start, "hour_to": stop})
            for code, start, stop in (
                ("morning", 9, 13),
                ("afternoon", 14, 18),
                ("evening", 18, 23),
            )
        ]

    # -- Clock

    def _zone(self):
        self.ensure_one()
        return pytz.timezone(self.tz)

    def now_local(self):
        """Return the aware datetime that the clock on the wall shows now."""
        return self.to_local(fields.Datetime.now())

    def to_local(self, moment):
        """Turn a naive UTC datetime into an aware one in the place's zone."""
        return pytz.utc.localize(moment).astimezone(self._zone())

    def _wall(self, moment):
        """Turn a naive UTC datetime into the naive one that the wall clock shows."""
        return self.to_local(moment).replace(tzinfo=None)

    def to_utc(self, local):
        """Turn a naive datetime of the place's wall clock into naive UTC.

        When clocks go back an hour comes twice: the first is meant. When they
        go forward an hour is missing: a time in it is moved after the gap.
        """
        zone = self._zone()
        try:
            aware = zone.localize(local, is_dst=None)
        except pytz.AmbiguousTimeError:
            aware = zone.localize(local, is_dst=True)
        except pytz.NonExistentTimeError:
            aware = zone.normalize(zone.localize(local, is_dst=False))
        return aware.astimezone(pytz.utc).replace(tzinfo=None)

    def day_bounds(self, date):
        """Return (start, stop), naive UTC, of a local day: 23, 24 or 25 hours."""
        return (
            self.to_utc(datetime.combine(date, time.min)),
            self.to_utc(datetime.combine(date + timedelta(days=1), time.min)),
        )

    # -- Opening hours

    def open_intervals(self, start, stop):
        """Return when the place is open over a range.

        The weekly hours, without the closed days, and with the extra openings,
        which win over both.

        :param start, stop: naive UTC
        :return: sorted, merged list of (start, stop), naive UTC, half-open,
            clipped to the range; in a constant number of queries
        """
        self.ensure_one()
        if start >= stop:
            return []
        place = self.sudo()
        weekly = place.resource_calendar_id._work_intervals_batch(
            pytz.utc.localize(start),
            pytz.utc.localize(stop),
            # A day off of another company closes nothing here.
            domain=[
                ("time_type", "=", "leave"),
                ("company_id", "in", [False, place.company_id.id]),
            ],
            tz=place._zone(),
        )[False]
        pairs = [(_naive(begin), _naive(end)) for begin, end, _meta in weekly]
        pairs += place._extra_openings(start, stop)
        clip = Intervals([(start, stop, self)])
        merged = Intervals((begin, end, self) for begin, end in pairs if begin < end) & clip
        return [(begin, end) for begin, end, _record in merged]

    def _extra_openings(self, start, stop):
        first = self.to_local(start).date()
        last = self.to_local(stop).date()
        openings = self.env["tierslieu.opening"].search_fetch(
            [("place_id", "=", self.id), ("date", ">=", first), ("date", "<=", last)],
            ["place_id", "date", "hour_from", "hour_to"],
        )
        return [opening._bounds() for opening in openings]


def _naive(moment):
    """Turn an aware end of interval into naive UTC, whole minutes.

    The calendar says 23:59:59.999999 for midnight.
    """
    utc = moment.astimezone(pytz.utc).replace(tzinfo=None)
    return (utc + timedelta(seconds=30)).replace(second=0, microsecond=0)
