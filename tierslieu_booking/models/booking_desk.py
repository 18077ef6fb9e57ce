from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

# Rooms that somebody lays out before people come: chairs, tables, a screen.
LAID_OUT = ("meeting", "hall", "kitchen")
# What a slip of the hand at the desk is taken back to.
BACK = {"in_use": "confirmed", "done": "in_use", "no_show": "confirmed"}
TO_COLLECT = ("to_invoice", "to_pay")


class Booking(models.Model):
    """What the reception does with a booking on its day, and takes back."""

    _inherit = "tierslieu.booking"

    set_up_at = fields.Datetime(
        string="Room ready since", readonly=True, copy=False,
        help="When the team said that the room is laid out for this booking.",
    )
    may_be_no_show = fields.Boolean(compute="_compute_may")
    may_step_back = fields.Boolean(compute="_compute_may")

    def _compute_may(self):
        for booking in self:
            booking.may_be_no_show = not booking._no_show_refusal()
            booking.may_step_back = not booking._step_back_refusal()

    def write(self, vals):
        """Forget that the room is ready when the booking goes elsewhere."""
        if {"start", "space_id"} & vals.keys() and any(self.mapped("set_up_at")):
            vals = {**vals, "set_up_at": False}
        return super().write(vals)

    # -- Nobody came

    def _no_show_refusal(self):
        """Return why nobody can be said missing, or None."""
        self.ensure_one()
        if self.state != "confirmed":
            return self.env._("Only a confirmed booking can be a no-show.")
        if self.start > fields.Datetime.now():
            return self.env._("Their time has not come: wait for it, or cancel the booking.")
        return None

    def action_no_show(self):
        """Note that nobody came: the rest of the slot is free, what the policy says stays due.

        Without a policy the whole price does.
        """
        self._require_staff()
        for booking in self:
            refusal = booking._no_show_refusal()
            if refusal:
                raise UserError(refusal)
            booking._decide_fee_of_no_show()
            booking._release()
            booking._transition("no_show")
            booking.sudo()._settle_no_show()
        return True

    # -- Taking back

    def _step_back_refusal(self):
        """Return why the last step cannot be taken back, or None."""
        self.ensure_one()
        if self.state not in BACK:
            return self.env._("There is nothing to take back on this booking.")
        if self.stop < fields.Datetime.now() - timedelta(days=1):
            return self.env._("That day is over: it stays as it was noted.")
        return None

    def action_step_back(self):
        """Take back the last check-in, check-out or no-show, of today or last night.

        :raises UserError: when the slot of a no-show went to someone else meanwhile
        """
        self._require_staff()
        for booking in self:
            refusal = booking._step_back_refusal()
            if refusal:
                raise UserError(refusal)
            if booking.state == "no_show":
                booking._occupy_near(booking.sudo().unit_ids, "firm")
                booking.sudo()._take_fee_back()
            booking._transition(BACK[booking.state])
        return True

    # -- Laying a room out

    def _is_laid_out(self):
        """Whether somebody gets the room ready: chairs and tables, or what was asked for with it."""
        booking = self.sudo()
        return booking.space_id.kind in LAID_OUT or bool(booking.extra_ids)

    def _set_up_refusal(self):
        """Return why the room has not to be laid out, or None."""
        self.ensure_one()
        over = self.stop <= fields.Datetime.now()
        if over or self.state != "confirmed" or not self._is_laid_out():
            return self.env._("There is no room to lay out for this booking.")
        return None

    def action_set_up(self):
        """Note that the room is ready for these people."""
        self._require_staff()
        for booking in self:
            refusal = booking._set_up_refusal()
            if refusal:
                raise UserError(refusal)
            booking.sudo().set_up_at = booking.set_up_at or fields.Datetime.now()
        return True

    def action_not_set_up(self):
        """Take back that the room is ready."""
        self._require_staff()
        self.sudo().set_up_at = False
        return True

    # -- What comes next

    def _is_lapsed(self):
        """Whether nobody paid in time, the nightly work done or not."""
        self.ensure_one()
        return self.state == "expired" or (
            self.state == "hold"
            and self.hold_until
            and self.hold_until <= fields.Datetime.now()
        )

    def _desk_actions(self):
        """Return the names of the methods that the team may call now, the likeliest first."""
        self.ensure_one()
        over = self.stop <= fields.Datetime.now()
        asked = not self._answer_refusal()
        offered = (
            ("action_approve", asked and self.start > fields.Datetime.now()),
            ("action_refuse", asked),
            ("action_no_show", over and not self._no_show_refusal()),
            ("action_check_in", self.state == "confirmed"),
            ("action_check_out", self.state == "in_use"),
            ("action_confirm", not over and self._is_lapsed()),
            ("action_collect", self.payment_status in TO_COLLECT),
            ("action_set_up", not self.set_up_at and not self._set_up_refusal()),
            ("action_not_set_up", self.set_up_at and not self._set_up_refusal()),
            ("action_no_show", not over and not self._no_show_refusal()),
            ("action_step_back", not self._step_back_refusal()),
        )
        return [name for name, possible in offered if possible]

    def _dues(self):
        """Return what the till would take for each of these bookings: {id: amount}."""
        owing = self.filtered(lambda booking: booking.payment_status in TO_COLLECT)
        # Read those of the same orders together, not one order after the other.
        owing._to_settle().mapped("payment_status")
        return {booking.id: booking._to_settle()._amount_due() for booking in owing}
