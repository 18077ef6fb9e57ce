from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models


class ResourceCalendarLeaves(models.Model):
    """Closed days, said as the days they are on the clock of the place."""

    _inherit = "resource.calendar.leaves"

    # One compute each: a shared one would overwrite the day that is being written.
    tierslieu_first_day = fields.Date(
        string="Closed from",
        compute="_compute_tierslieu_first_day",
        inverse="_inverse_tierslieu_days",
    )
    tierslieu_last_day = fields.Date(
        string="to (included)",
        compute="_compute_tierslieu_last_day",
        inverse="_inverse_tierslieu_days",
    )

    @api.depends("date_from", "calendar_id.tz")
    def _compute_tierslieu_first_day(self):
        for leave in self:
            leave.tierslieu_first_day = _local_day(leave.calendar_id, leave.date_from)

    @api.depends("date_to", "calendar_id.tz")
    def _compute_tierslieu_last_day(self):
        for leave in self:
            # A closure until midnight does not touch the day that begins then.
            until = leave.date_to and leave.date_to - timedelta(seconds=1)
            leave.tierslieu_last_day = _local_day(leave.calendar_id, until)

    def _inverse_tierslieu_days(self):
        for leave in self.filtered("tierslieu_first_day"):
            leave.write(
                _bounds(leave.calendar_id, leave.tierslieu_first_day, leave.tierslieu_last_day)
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Read whole days where they are given: the dates are required before an inverse runs."""
        calendars = self.env["resource.calendar"]
        said = []
        for vals in vals_list:
            vals = dict(vals)
            first = vals.pop("tierslieu_first_day", None)
            last = vals.pop("tierslieu_last_day", None)
            if first:
                vals.update(_bounds(calendars.browse(vals.get("calendar_id")), first, last))
            said.append(vals)
        return super().create(said)


def _zone(calendar):
    return pytz.timezone(calendar.tz or calendar.env.company.resource_calendar_id.tz or "UTC")


def _local_day(calendar, moment):
    return moment and pytz.utc.localize(moment).astimezone(_zone(calendar)).date()


def _bounds(calendar, first, last):
    """Return `date_from` and `date_to`, naive UTC, of whole days in the calendar's zone."""
    first = fields.Date.to_date(first)
    last = fields.Date.to_date(last) or first
    zone = _zone(calendar)
    return {
        name: zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
        for name, moment in (
            ("date_from", datetime.combine(first, time.min)),
            ("date_to", datetime.combine(max(first, last), time(23, 59, 59))),
        )
    }
