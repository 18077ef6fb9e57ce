from datetime import timedelta

from odoo import fields, models

from .place_days import to_moment


class Space(models.Model):
    """The bookings of a space that the team agrees to first."""

    _inherit = "tierslieu.space"

    approval = fields.Selection(
        [
            ("never", "Booked at once"),
            ("some", "Agreed to in the evening, or for many people"),
            ("always", "Always agreed to by the team"),
        ],
        string="Agreement of the team", required=True, default="never",
        help="Until the team has agreed, the slot is kept and nothing is paid. What the team books needs no agreement.",
    )
    approval_people = fields.Integer(
        string="More people than", help="From how many people on the team is asked. 0: their number does not matter."
    )

    _approval_people = models.Constraint(
        "CHECK (COALESCE(approval_people, 0) >= 0)", "A number of people is not negative."
    )

    def _needs_approval(self, start, stop, people=1, sheet=None):
        """Whether the team agrees first to a booking of this range.

        :param start, stop: naive UTC
        :param sheet: `_sheet_over` the range or more, when it was read already
        """
        self.ensure_one()
        space = self.sudo()
        if space.approval != "some":
            return space.approval == "always"
        if space.approval_people and int(people) > space.approval_people:
            return True
        sheet = sheet or space._sheet_over(start, stop)
        asked = self._as_intervals(pair for _date, pairs in space._open_days(start, stop, sheet) for pair in pairs)
        opening = self._as_intervals(
            (to_moment(lo), to_moment(hi)) for day in sheet.days.values() for lo, hi in day.opening
        )
        return bool(asked - opening)

    def _approval_said(self, slots):
        """Say, above the slots of a page, when the team is asked first; None when it never is.

        :param slots: those of the page, as `day_slots` gives them
        """
        self.ensure_one()
        space, _ = self.sudo(), self.env._
        if space.approval == "never":
            return None
        if space.approval == "always":
            return _("The team agrees to each booking here first: you pay once they have.")
        free = [(slot["start"], slot["stop"]) for slot in slots if slot["free"]]
        sheet = free and space._sheet_over(min(free)[0], max(stop for _start, stop in free))
        if any(self._needs_approval(start, stop, sheet=sheet) for start, stop in free):
            return _("The team agrees to evenings first: you pay once they have.")
        if space.approval_people:
            return _(
                "For more than %(count)s people the team agrees first: you pay once they have.",
                count=space.approval_people,
            )
        return None


class Place(models.Model):
    _inherit = "tierslieu.place"

    approval_hours = fields.Integer(
        string="Time to pay once agreed", default=48,
        help="In hours: how long a slot that the team has agreed to is kept for its payment.",
    )

    _approval_hours = models.Constraint(
        "CHECK (COALESCE(approval_hours, 1) BETWEEN 1 AND 720)",
        "What the team has agreed to is kept from 1 to 720 hours for its payment.",
    )

    def _approval_time(self):
        return timedelta(hours=self.sudo().approval_hours or 48)
