from fractions import Fraction

import pytz

from odoo import models

from odoo.addons.tierslieu_account_booking.models.credit_use import local_days


class CreditMove(models.Model):
    """The days of the seats that credits pay."""

    _inherit = "tierslieu.credit.move"

    def _tierslieu_service_days(self):
        seat = self.registration_id
        if not seat:
            return super()._tierslieu_service_days()
        return seat.event_id._tierslieu_days(seat.event_slot_id)

    def _tierslieu_paid_products(self):
        seat = self.registration_id
        if not seat:
            return super()._tierslieu_paid_products()
        return [(seat.event_ticket_id.product_id, Fraction(1))]


class Event(models.Model):
    _inherit = "event.event"

    def _tierslieu_days(self, slot=None):
        """Return the (first, last) day of an event, or of one of its slots, on its own clock."""
        self.ensure_one()
        start, stop = (slot.start_datetime, slot.end_datetime) if slot else (self.date_begin, self.date_end)
        return local_days(start, stop, pytz.timezone(self.date_tz or "UTC"))
