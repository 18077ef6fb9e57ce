from datetime import timedelta

from odoo import fields, models

from .booking import FIRM_STATES
from .outlook import Outlook
from .search import Search
from .space_slots import WHOLE
from .wish import Wish

# How many weeks ahead the same time is looked for, past those already booked.
WEEKS = 8


class Booking(models.Model):
    """Booking the same again: the next same day of the week and time, or the nearest to it."""

    _inherit = "tierslieu.booking"

    def _again(self, partner):
        """Return the slot to propose to who books this again, as `find` gives it, or None.

        None when its space is no longer booked on line, or when nothing near is free.

        :param partner: who would pay
        """
        self.ensure_one()
        booking = self.sudo()
        space = booking.space_id
        if not space._online(booking.company_id, [("id", "=", space.id)]):
            return None
        length, moment = booking._again_length(), booking._again_moment(partner)
        if not length or not moment:
            return None
        place = space.place_id
        wish = Wish(place, (place.to_local(moment).date(),), moment=moment)
        search = Search(
            Outlook(space, partner.sudo()), {space: length}, {place: wish}, booking._party()
        )
        result = search.run(1, 1)
        return next(iter(result["offers"] or result["alternatives"]), None)

    def _party(self):
        """Return the people that a new booking like this one would say: a desk seats one."""
        return self.people if self.space_id.allocation == "all" else 1

    def _again_length(self):
        """Return the length by which this booking would be asked for; None when it is sold no more."""
        self.ensure_one()
        space = self.space_id
        date = space._local_date(self.start)
        offered = dict(space._lengths())
        for length in offered:
            if length in WHOLE:
                ranges = space._day_ranges(date, length, space._slots_sheet(date, length))
                if (self.start, self.stop) in ranges:
                    return length
        minutes = str((self.stop - self.start) // timedelta(minutes=1))
        if space._is_sold_by(minutes):
            return minutes
        return next(iter(offered), None)

    def _again_moment(self, partner):
        """Return the next moment of the same day of the week and time, free or not.

        Weeks in which they have the same space that day already are passed over.
        """
        self.ensure_one()
        place, now = self.place_id, fields.Datetime.now()
        wall = place.to_local(self.start).replace(tzinfo=None)
        late = max((place.now_local().date() - wall.date()).days, 0)
        wall += timedelta(days=late // 7 * 7)
        taken = {
            place.to_local(booking.start).date()
            for booking in self.search(
                [
                    ("partner_id", "=", partner.id),
                    ("space_id", "=", self.space_id.id),
                    ("state", "in", ("hold", *FIRM_STATES)),
                    ("start", ">", now),
                ],
                limit=100,
            )
        }
        for week in range(WEEKS):
            local = wall + timedelta(days=7 * week)
            moment = place.to_utc(local)
            if moment > now and local.date() not in taken:
                return moment
        return None
