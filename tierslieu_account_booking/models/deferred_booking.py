from datetime import datetime, time

from odoo import api, models
from odoo.fields import Domain

from ..kernels.shares import day_share
from .credit_use import local_days


class DeferredSource(models.AbstractModel):
    """Bookings of later days: what is invoiced of them, earned on the days of their slot.

    The slot is where the booking is now: what moved from one year into another
    is rendered in the other, whether a document says so or not; the money is that
    of the documents dated until the closing, so that a difference of price is of
    the period in which it was invoiced. A credit note is deferred as what it
    takes back. What stays due of a booking that was cancelled is earned on the
    day when that was decided, whatever its slot was; one that was cancelled after
    the closing is still to come on the closing.
    """

    _inherit = "tierslieu.deferred.source"

    @api.model
    def _sources(self):
        return super()._sources() | {"booking": (self.env._("Bookings of later dates"), "_deferred_bookings")}

    @api.model
    def _deferred_bookings(self, company, closing):
        """Return what of bookings is not earned, as `_sources` says."""
        # By the clock of the place, which may be ahead of this one by half a day.
        later = Domain("sale_line_ids.tierslieu_booking_id.stop", ">", datetime.combine(closing, time(9)))
        lines = self.env["account.move.line"].search(Domain(self._income_lines(company, closing)) & later, order="id")
        zone, found = company._tierslieu_zone(), []
        for booking, group in lines.grouped(lambda line: line.sale_line_ids.tierslieu_booking_id[:1]).items():
            first, last = booking._tierslieu_days()
            if last <= closing or booking._tierslieu_is_called_off(closing, zone):
                continue
            found += self._deferred_share_rows(
                company, group, day_share(first, last, closing), booking,
                ", ".join(filter(None, (booking.name, booking.space_id.name, group.partner_id[:1].name))),
                self._say_days_later(company, first, last, closing),
            )
        return found


class Booking(models.Model):
    _inherit = "tierslieu.booking"

    def _tierslieu_is_called_off(self, closing, zone):
        """Whether it had been cancelled by a closing, and what stays due of it decided."""
        self.ensure_one()
        return bool(
            self.state == "cancelled" and self.fee_at and local_days(self.fee_at, self.fee_at, zone)[0] <= closing
        )
