from datetime import timedelta

import pytz

from odoo import models

from odoo.addons.tierslieu_booking.models.credit_type import exact

from ..kernels.ledger import Move

INSTANT = timedelta(microseconds=1)


def local_days(start, stop, zone):
    """Return the (first, last) local day of a range in naive UTC: midnight ends a day, and begins none."""
    def local(moment):
        return pytz.utc.localize(moment).astimezone(zone).date()

    return local(start), max(local(start), local(stop - INSTANT))


class Company(models.Model):
    _inherit = "res.company"

    def _tierslieu_zone(self):
        """Return the zone of the clock of this company's first place; without one, that of who asks."""
        self.ensure_one()
        place = self.env["tierslieu.place"].sudo().search([("company_id", "=", self.id)], limit=1)
        return pytz.timezone(place.tz or self.env.user.tz or "Europe/Paris")


class Booking(models.Model):
    _inherit = "tierslieu.booking"

    def _tierslieu_days(self):
        """Return the (first, last) day of a booking, where it is now, on the clock of its place."""
        self.ensure_one()
        return local_days(self.start, self.stop, pytz.timezone(self.place_id.tz))


class CreditMove(models.Model):
    """On which days the books count what credits pay."""

    _inherit = "tierslieu.credit.move"

    def _tierslieu_service_days(self):
        """Return the (first, last) day of the slot that a move pays; None for a move that pays none."""
        self.ensure_one()
        return self.booking_id._tierslieu_days() if self.booking_id else None

    def _tierslieu_as_kernel(self, zone):
        """Return these moves as the kernel reads them: that of a document counts on the date of its document."""
        found = []
        for move in self:
            document = move.invoice_line_id.move_id
            day = document.date if document else pytz.utc.localize(move.date).astimezone(zone).date()
            found.append(Move(move.kind, exact(move.amount), day, *(move._tierslieu_service_days() or ())))
        return found


class CreditLot(models.Model):
    _inherit = "tierslieu.credit.lot"

    def _tierslieu_with_heirs(self):
        """Return these lots and those that were handed over out of them, whoever holds them by now."""
        found, fresh = self, self
        while fresh:
            fresh = self.search([("source_id", "in", fresh.ids)]) - found
            found |= fresh
        return found

    def _tierslieu_roots(self):
        """Return the lots that these came from in the end."""
        roots = self
        while handed := roots.filtered("source_id"):
            roots = (roots - handed) | handed.source_id
        return roots
