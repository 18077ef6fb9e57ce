from datetime import timedelta

from odoo import models


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
        """Leave out what the booking about to move holds itself."""
        return super()._busy(start, stop).without(self._moving().occupancy_ids)

    def _lengths(self):
        """Offer the very length of the booking about to move, beside the usual ones."""
        lengths = super()._lengths()
        key = self._own_length()
        if not key or key in dict(lengths) or not self._is_sold_by(key):
            return lengths
        # Among the others of a few hours, in their order.
        nth = sum(other.isdigit() and int(other) < int(key) for other, _label in lengths)
        return [*lengths[:nth], (key, self._say_length(int(key))), *lengths[nth:]]

    def _own_length(self):
        """Return the length of the booking about to move, as a key, when it is within a day."""
        booking = self._moving()
        last = booking and booking.stop - timedelta(minutes=1)
        if not booking or self._local_date(booking.start) != self._local_date(last):
            return None
        return str(int((booking.stop - booking.start).total_seconds() // 60))

    def _length_to_keep(self):
        """Return the key of the length that the booking about to move has, or one near it."""
        booking = self._moving()
        keys = [key for key, _label in self._lengths()]
        day = self._local_date(booking.start)
        for key in keys:
            if not key.isdigit():
                sheet = self._slots_sheet(day, key)
                if (booking.start, booking.stop) in self._day_ranges(day, key, sheet):
                    return key
        own = self._own_length()
        return own if own in keys else keys[-1]
