from odoo import fields, models
from odoo.exceptions import UserError

from ..kernels import cancellation
from .booking_books import UNDO_TIME
from .booking_terms_words import OVER
from .credit_type import exact


class Booking(models.Model):
    """What becomes of the fee when a booking is cancelled, or nobody comes: decided, settled, waived."""

    _inherit = "tierslieu.booking"

    def action_ask_cancel(self):
        """Open what the team decides about the fee of a booking."""
        self.ensure_one()
        self._require_staff()
        over = self.state in ("cancelled", "no_show")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give the fee back") if over else self.env._("Cancel the booking"),
            "res_model": "tierslieu.booking.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_booking_id": self.id,
                "default_decision": "waive" if over else "apply",
                "dialog_size": "medium",
            },
        }

    # -- Decided

    def _decide_fee(self, waive=None):
        """Keep what cancelling costs now, or that the team sets the policy aside.

        :param waive: why it is set aside
        """
        self.ensure_one()
        booking = self.sudo()
        percent = booking._fee_now()
        if waive and booking.state == "confirmed" and (percent or booking._keeps_on_account()):
            self._log_waiver(percent, waive)
            booking.is_waived = True
        elif percent:
            booking._charge(percent)

    def _decide_fee_of_no_show(self):
        self.ensure_one()
        percent = self._fee_of_no_show()
        if percent is not None:
            self._charge(percent)

    def _log_waiver(self, percent, reason):
        """List that a fee, or what the policy keeps on account, was given back all the same."""
        self.env["tierslieu.override"]._log(self, [self._rule_said(percent)], reason)

    # -- Settled

    def _settle_no_show(self):
        """Give back what does not stay due when nobody came."""
        self.ensure_one()
        if not self.fee_at:
            return
        self._return_credits()
        said = self._to_customer().env._("Nobody came: %(name)s", name=self.name)
        self.env.flush_all()
        self._bring_books(said, wait=UNDO_TIME)

    def _take_fee_back(self):
        """Have the whole price owed again: the no-show was a mistake."""
        self.ensure_one()
        if not self.fee_at:
            return
        before = {int(lot_id): exact(amount) for lot_id, amount in (self.fee_undo or {}).items()}
        self._draw_again(before)
        self._uncharge()
        said = self._to_customer().env._("Somebody came after all: %(name)s", name=self.name)
        self.env.flush_all()
        self._bring_books(said)
        self._invoice_again()

    def _invoice_again(self):
        """Invoice a price that a credit note took back whole; what has not left yet pays it."""
        lines = self._current_order_lines()
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        orders = lines.order_id.filtered(lambda order: order.invoice_status == "to invoice")
        if not posted or not orders or any(lines.mapped("qty_invoiced")):
            return
        invoices = orders._create_invoices()
        invoices.action_post()
        for invoice in invoices:
            self.env["tierslieu.refund"]._offset(invoice, self.refund_ids)

    # -- Waived

    def action_waive_fee(self, reason):
        """Give back the fee of bookings that were cancelled late, or that nobody came to.

        :param reason: why, for the list of the rules that were set aside
        """
        self._require_staff()
        reason = self.env["tierslieu.override"]._checked_reason(reason)
        if not reason:
            raise UserError(self.env._("Say why the rule is set aside."))
        if self and not any(booking._may_waive_fee() or booking.is_waived for booking in self):
            raise UserError(self.env._("No fee is due: there is nothing to give back."))
        self._waive_fee(reason)
        return True

    def _may_waive_fee(self):
        """Whether something stays due, that was not given back already, though nobody comes any more."""
        self.ensure_one()
        booking = self.sudo()
        if booking.is_waived or booking.state not in OVER or booking._is_paid_elsewhere():
            return False
        if booking.fee_at:
            return bool(booking.fee_amount or booking._fee_credits())
        # Without a policy, all of it stays due of who does not come.
        return booking.state == "no_show" and bool(booking.amount_total or booking._drawn_credits())

    def _waive_fee(self, reason):
        """Give back the fees that stay due, once each."""
        for booking in self.filtered(lambda one: one._may_waive_fee()):
            record = booking.sudo()
            if not record.fee_at:
                record._charge(cancellation.WHOLE)
            booking._log_waiver(record.fee_percent, reason)
            record.line_ids.write({"fee_amount": 0.0, "fee_credits": 0.0})
            record.write({"fee_percent": 0.0, "is_waived": True, "fee_at": fields.Datetime.now()})
            record._return_credits()
            self.env.flush_all()
            record._bring_books(record._to_customer().env._("No fee for %(name)s", name=record.name))
