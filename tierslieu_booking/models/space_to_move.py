from datetime import timedelta

from odoo import models

from .space_slots import DAYS


class Space(models.Model):
    """What a space offers to a booking that may move there.

    The booking is named by `tierslieu_moving` (an id) in the context: its
    own slot is free to it, and the length it has can be kept.
    """

    _inherit = "tierslieu.space"

    def _moving(self):
        number = self.env.context.get("tierslieu_moving")
        return self.env["tierslieu.booking"].sudo().browse(number or [])

    def _busy(self, start, stop):
        """Leave out what the booking about to move holds itself.

        The rows of a unit never overlap: taking some away frees exactly those.
        """
        busy = super()._busy(start, stop)
        for row in self._moving().occupancy_ids:
            if row.state != "released" and row.unit_id in busy:
                busy[row.unit_id] -= self._as_intervals([(row.start, row.stop)])
        return busy

    def _lengths(self):
        """Offer the very length of the booking about to move, beside the usual ones."""
        lengths = super()._lengths()
        by_hour = [key for key, _label in lengths if key not in DAYS]
        key = self._own_length()
        if not by_hour or not key or key in dict(lengths):
            return lengths
        hours, minutes = divmod(int(key), 60)
        label = self.env._("%(count)s h", count=hours) if hours else ""
        label += f" {minutes:02d}" if hours and minutes else ""
        return [(key, label or self.env._("%(count)s min", count=minutes)), *lengths]

    def _own_length(self):
        """Return the length of the booking about to move, as a key, when it is within a day."""
        booking = self._moving()
        place = booking.space_id.place_id
        if not booking or place.to_local(booking.start).date() != place.to_local(
            booking.stop - timedelta(minutes=1)
        ).date():
            return None
        return str(int((booking.stop - booking.start).total_seconds() // 60))

    def _length_to_keep(self):
        """Return the key of the length that the booking about to move has, or one near it."""
        booking = self._moving()
        keys = [key for key, _label in self._lengths()]
        day = self._local_date(booking.start)
        for key in keys:
            if key in DAYS and (booking.start, booking.stop) in self._day_ranges(
                day, key, self._opening(day, key)
            ):
                return key
        key = self._own_length()
        return key if key in keys else keys[-1]
