from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .space import MAX_AHEAD, MAX_PEOPLE


class Space(models.Model):
    """The rules of a space: how long, how early, how late, how many.

    The team may set them aside with a reason; nobody sets aside the opening
    hours, the safety of the place, or a unit that is taken.
    """

    _inherit = "tierslieu.space"

    length_min = fields.Float(
        string="Shortest", help="In hours that the place is open. 0: one booking step."
    )
    length_max = fields.Float(
        string="Longest", help="In hours that the place is open. 0: no limit."
    )
    days_max = fields.Integer(
        string="Days in a row", help="1: within one day. 0: no limit."
    )
    notice_hours = fields.Float(
        string="Notice", help="Hours between the booking and its start. 0: until the last minute."
    )
    horizon_days = fields.Integer(
        string="How far ahead",
        help="Days from today, to the end of the booking: with 30, everything until the"
             " evening of the thirtieth day. 0: no limit.",
    )
    buffer_before = fields.Integer(
        string="Before", help="Minutes kept free before each booking, to set up."
    )
    buffer_after = fields.Integer(
        string="After", help="Minutes kept free after each booking, to clear up."
    )
    overnight = fields.Boolean(
        string="Kept overnight",
        help="A booking of several days keeps the space during the nights between them."
             " Otherwise each day is apart, and the nights are free for others.",
    )

    _lengths_order = models.Constraint(
        "CHECK (COALESCE(length_min, 0) >= 0 AND (COALESCE(length_max, 0) = 0"
        " OR length_max >= COALESCE(length_min, 0)))",
        "The longest booking cannot be shorter than the shortest one.",
    )
    _rules_positive = models.Constraint(
        "CHECK (COALESCE(days_max, 0) >= 0 AND COALESCE(notice_hours, 0) >= 0"
        " AND COALESCE(horizon_days, 0) >= 0)",
        "The rules of a space are not negative.",
    )
    _buffers = models.Constraint(
        "CHECK (COALESCE(buffer_before, 0) BETWEEN 0 AND 1440"
        " AND COALESCE(buffer_after, 0) BETWEEN 0 AND 1440)",
        "The time kept free around a booking goes from 0 to 1440 minutes.",
    )

    @api.constrains("horizon_days", "notice_hours")
    def _check_reachable(self):
        """Refuse a notice that reaches beyond the horizon: nothing could be booked."""
        for space in self:
            if space.horizon_days and space.notice_hours >= (space.horizon_days + 1) * 24:
                raise ValidationError(
                    self.env._("With this notice and horizon nothing could ever be booked.")
                )

    def _rule_errors(self, start, stop, people, days):
        """Return what the rules of the space say against a booking, as sentences.

        :param days: `_open_days` of the range
        """
        return [
            *self._length_errors(days),
            *self._notice_errors(start, stop),
            *self._seats_errors(people),
        ]

    def _length_errors(self, days):
        space, errors = self.sudo(), []
        minutes = sum(
            (asked[-1][1] - asked[0][0]) // timedelta(minutes=1) for _date, asked in days
        )
        if minutes < round(space.length_min * 60):
            errors.append(
                self.env._(
                    "%(space)s is booked for %(length)s at least.",
                    space=space.name,
                    length=self._say_length(space.length_min * 60),
                )
            )
        if space.length_max and minutes > round(space.length_max * 60):
            errors.append(
                self.env._(
                    "%(space)s is booked for %(length)s at the most.",
                    space=space.name,
                    length=self._say_length(space.length_max * 60),
                )
            )
        if space.days_max and days and (days[-1][0] - days[0][0]).days >= space.days_max:
            errors.append(
                self.env._("%(space)s is booked within one day.", space=space.name)
                if space.days_max == 1
                else self.env._(
                    "%(space)s is booked for %(count)s days in a row at the most.",
                    space=space.name,
                    count=space.days_max,
                )
            )
        return errors

    def _notice_errors(self, start, stop):
        space, place = self.sudo(), self.sudo().place_id
        now = fields.Datetime.now()
        errors = []
        if space.notice_hours and start < now + timedelta(hours=space.notice_hours):
            errors.append(
                self.env._(
                    "%(space)s is booked %(length)s ahead at least: from %(day)s, %(hour)s on.",
                    space=space.name,
                    length=self._say_length(space.notice_hours * 60),
                    day=place.format_date(self._first_start().date()),
                    hour=place._say_time(self._first_start()),
                )
            )
        last = self._last_day()
        # Measured to the end: a long booking cannot be taken early, then cut.
        if place.to_local(stop - timedelta(microseconds=1)).date() > last:
            errors.append(
                self.env._(
                    "%(space)s can be booked until %(day)s for now.",
                    space=space.name,
                    day=place.format_date(last, year=True),
                )
                if space.horizon_days
                else self.env._("This date is too far away to be booked yet.")
            )
        return errors

    def _first_start(self):
        """Return the first grid time that the notice leaves, in the place's clock."""
        first = fields.Datetime.now() + timedelta(hours=self.sudo().notice_hours)
        return self.sudo().place_id.to_local(self._ceil(first))

    def _last_day(self):
        """Return the last local day on which a booking may end."""
        days = self.sudo().horizon_days or MAX_AHEAD.days
        return self._today() + timedelta(days=days)

    def _party_errors(self, people):
        """Refuse a party that no space of the place could take, or that is none."""
        try:
            people = int(people)
        except (TypeError, ValueError, OverflowError):
            people = 0
        if people < 1:
            return [self.env._("Say how many people come: at least one.")]
        most = self.sudo().place_id.people_max or MAX_PEOPLE
        if people > most:
            return [
                self.env._(
                    "%(place)s takes %(count)s people at once at the most.",
                    place=self.sudo().place_id.name,
                    count=most,
                )
            ]
        return []

    def _people_errors(self, people):
        """Say what is wrong with a number of people, safety and seats alike."""
        return self._party_errors(people) or self._seats_errors(people)

    def _seats_errors(self, people):
        """Refuse a party that the space cannot seat."""
        seats = self.sudo().seats
        # A desk seats one, but a party may take the first of several.
        if self.allocation == "any" or not seats or int(people) <= seats:
            return []
        return [
            self.env._(
                "%(space)s takes %(seats)s people at the most.",
                space=self.sudo().name,
                seats=seats,
            )
        ]

    def _say_length(self, minutes):
        """Say a length: “45 min”, “2 h”, “3 h 30”, “2 days”."""
        minutes = round(minutes)
        hours, rest = divmod(minutes, 60)
        if minutes >= 48 * 60 and minutes % (24 * 60) == 0:
            return self.env._("%(count)s days", count=minutes // (24 * 60))
        if not hours:
            return self.env._("%(count)s min", count=rest)
        if not rest:
            return self.env._("%(count)s h", count=hours)
        return self.env._("%(hours)s h %(minutes)s", hours=hours, minutes=f"{rest:02d}")
