from datetime import datetime, time
from fractions import Fraction

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.tierslieu_account_booking.kernels.shares import day_share
from odoo.addons.tierslieu_account_booking.models.credit_use import local_days
from odoo.addons.tierslieu_booking.kernels import cancellation


class DeferredSource(models.AbstractModel):
    """Tickets of later days: what is invoiced of them, earned on the days of the event, or of its slot.

    Free prices are prices; what a cart only holds is in no document. A seat that
    was given up is taken back by its credit note, and what stays due of it, on a
    line of its own, is earned at once; where all of it stays due no document says
    so: its share of the line is earned on the day when it was given up.
    """

    _inherit = "tierslieu.deferred.source"

    @api.model
    def _sources(self):
        return super()._sources() | {"ticket": (self.env._("Tickets of later dates"), "_deferred_tickets")}

    @api.model
    def _deferred_tickets(self, company, closing):
        """Return what of tickets is not earned, as `_sources` says."""
        # By the clock of the event, which may be ahead of this one by half a day.
        soonest = datetime.combine(closing, time(9))
        later = Domain("sale_line_ids.event_slot_id", "=", False) & Domain(
            "sale_line_ids.event_id.date_end", ">", soonest
        )
        later |= Domain("sale_line_ids.event_slot_id.end_datetime", ">", soonest)
        lines = self.env["account.move.line"].search(Domain(self._income_lines(company, closing)) & later, order="id")
        found = []
        for sold, group in lines.grouped(lambda line: line.sale_line_ids.filtered("event_id")[:1]).items():
            first, last = sold.event_id._tierslieu_days(sold.event_slot_id)
            share = day_share(first, last, closing) * sold._tierslieu_seats_to_come(group, closing)
            what = ", ".join(filter(None, (sold.event_id.name, sold.event_ticket_id.name, group.partner_id[:1].name)))
            found += self._deferred_share_rows(
                company, group, share, sold, what, self._say_days_later(company, first, last, closing)
            )
        return found


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _tierslieu_seats_to_come(self, charged, closing):
        """Return the share of the seats that documents charge which nobody had given up for nothing by a closing.

        :param charged: lines of documents, credit notes with them
        """
        self.ensure_one()
        zone = self.company_id._tierslieu_zone()
        gone = self.registration_ids.filtered(
            lambda seat: seat.state == "cancel"
            and seat.tierslieu_fee_percent == cancellation.WHOLE
            and seat.tierslieu_cancelled_at
            and local_days(seat.tierslieu_cancelled_at, seat.tierslieu_cancelled_at, zone)[0] <= closing
        )
        seats = sum(
            Fraction(str(line.quantity)) * (-1 if line.move_id.move_type == "out_refund" else 1) for line in charged
        )
        return max(1 - len(gone) / seats, Fraction(0)) if seats > 0 else Fraction(1)
