from odoo import fields, models

from .booking import FIRM_STATES


class Booking(models.Model):
    """What a booking is called in public, when it is anybody's business at all."""

    _inherit = "tierslieu.booking"

    announced_as = fields.Char(
        copy=False, tracking=True,
        help="What the entrance screen, the door of the room and the programme call it: repair café,"
        " yoga at noon. Empty: it stays private, and is only ever shown as taken.",
    )
    announced_summary = fields.Char(
        string="In one line", copy=False,
        help="What people should know before coming: what to bring, whom it is for, what it costs.",
    )

    _announced = models.Index("(place_id, start) WHERE announced_as IS NOT NULL")

    def _announced_title(self):
        """Return what a booking is called in public; empty when it is private, or not to be."""
        self.ensure_one()
        return (self.announced_as or "").strip() if self.state in FIRM_STATES else ""
