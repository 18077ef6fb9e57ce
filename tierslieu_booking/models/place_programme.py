from odoo import fields, models
from odoo.fields import Domain

from .booking import FIRM_STATES


class Place(models.Model):
    """What a place announces to whoever passes by."""

    _inherit = "tierslieu.place"

    def _programme(self, start, stop):
        """Return what the public is told happens here over a range, soonest first.

        A booking is announced by its title, and never says whose it is. Read
        in a constant number of queries, whoever asks.

        :param start, stop: naive UTC, half-open: what is still going on at `start` counts
        :return: list of dicts: `start`, `stop` (naive UTC), `title`, `summary`
            (may be empty), `space` (record, may be empty), `url` (or False), `uid` (stable, for calendars)
        """
        self.ensure_one()
        bookings = self.env["tierslieu.booking"].sudo().search(
            self._announced_domain(start, stop), order="start, id"
        )
        return [
            {
                "start": booking.start,
                "stop": booking.stop,
                "title": title,
                "summary": (booking.announced_summary or "").strip(),
                "space": booking.space_id,
                "url": False,
                "uid": f"booking-{booking.id}",
            }
            for booking in bookings
            if (title := booking._announced_title())
        ]

    def _announced_domain(self, start, stop):
        """Find the bookings that are announced over a range: agreed to, not called off."""
        return (
            Domain("place_id", "=", self.id)
            & Domain("announced_as", "!=", False)
            & Domain("state", "in", FIRM_STATES)
            & Domain("start", "<", fields.Datetime.to_datetime(stop))
            & Domain("stop", ">", fields.Datetime.to_datetime(start))
        )
