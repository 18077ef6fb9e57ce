from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.tools import as_record

MOVABLE = ("hold", "confirmed")


class Booking(models.Model):
    """Moving a booking: the old slot is let go only once the new one is had.

    The team moves at once, and the books follow. A member moves at once what
    costs no more; a dearer slot is kept apart (`tierslieu.booking.change`)
    until its difference is paid.
    """

    _inherit = "tierslieu.booking"

    ics_sequence = fields.Integer(
        string="Version", readonly=True, copy=False,
        help="How many times it moved: calendars replace what they had by what is newer.",
    )

    # -- Who may move, and where to

    def _is_movable(self):
        """Whether its owner may still move it."""
        return not self._move_refusal()

    def _move_refusal(self):
        """Return why its owner may no longer move it, or None."""
        self.ensure_one()
        if self.state != "confirmed":
            return self.env._("Only a booking to come can be moved.")
        if self.start <= fields.Datetime.now():
            return self.env._("This booking has begun: it can no longer be moved.")
        return self._fee_step_refusal()

    # -- Checks

    def _check_move(self, start, stop, space=None, reason=None, only_own=False):
        """Return (start, stop, space, quote) of a move, or raise why it cannot be.

        Says nothing of who already has the new slot: claiming it does.

        :param reason: why the team sets rules of the space aside
        :param only_own: pay with the credits that the booking has drawn already, no others
        """
        self._check_state(MOVABLE, self.env._("Only a booking to come can be moved."))
        start, stop = self._as_moment(start), self._as_moment(stop)
        space = as_record(self.env, "tierslieu.space", space) if space else self.space_id
        if space.sudo().company_id != self.sudo().company_id:
            raise UserError(
                self.env._("%(space)s belongs to another company: book it apart.",
                           space=space.sudo().name)
            )
        quote = space._require_quote(
            self.partner_id, start, stop, people=self.people, override_reason=reason,
            use_credits=self.use_credits, moving=self, only_own=only_own,
        )
        return start, stop, space, quote

    def _as_moment(self, value):
        """Read a naive UTC moment, as RPC sends it."""
        try:
            return fields.Datetime.to_datetime(value)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("This is not a date and an hour.")) from error

    # -- The team

    def action_move(self, start, stop, space=None, unit=None):
        """Move a booking to another time, space or unit: at once, its price with it.

        What is on an invoice already is corrected by a document of the
        difference: a credit note, whose money goes back, or a complement to pay.
        The reason that the booking has for going round the rules counts.

        :raises UserError: when the new slot is refused or taken; nothing has moved then
        """
        self.ensure_one()
        self._require_staff()
        reason = self._typed_reason()
        start, stop, space, quote = self._check_move(start, stop, space, reason)
        with self.env.cr.savepoint():
            self._move(start, stop, space, quote, unit=unit)
            self._log_overrides(quote)
        return True

    # -- The owner

    def _ask_move(self, start, stop, space=None, source=None):
        """Move a booking as its owner asks: at once, unless it costs more.

        :param source: fingerprint of who asks, to cap what is kept unpaid
        :return: the change to pay for, or an empty recordset when it is done
        :raises UserError: one sentence saying why not
        """
        self.ensure_one()
        refusal = self._move_refusal()
        if refusal:
            raise UserError(refusal)
        start, stop, space, quote = self._check_move(start, stop, space)
        if space not in self._spaces_to_move_to():
            raise UserError(
                self.env._("%(space)s cannot be booked at the moment.", space=space.sudo().name)
            )
        if (start, stop, space.id) == (self.start, self.stop, self.space_id.id):
            raise UserError(
                self.env._("Your booking is already there: choose another time or space.")
            )
        change = self.env["tierslieu.booking.change"].sudo()
        with self.env.cr.savepoint():
            if self.currency_id.compare_amounts(quote["total"], self.amount_total) > 0:
                # Until it is paid, other credits may be spent elsewhere: these cannot.
                *_where, quote = self._check_move(start, stop, space, only_own=True)
                return change._open(self, start, stop, space, quote, source)
            self._move(start, stop, space, quote)
        return change

    def _spaces_to_move_to(self):
        """Return the spaces that the owner may move this booking to: those of the same place."""
        self.ensure_one()
        spaces = self.env["tierslieu.space"].sudo()
        return spaces._online(
            self.sudo().company_id, [("place_id", "=", self.sudo().place_id.id)]
        )

    # -- The move itself

    def _move(self, start, stop, space, quote, unit=None):
        """Let the old slot go, take the new one, and bring price, books and people along."""
        self.ensure_one()
        was = self._to_customer()._said()
        elsewhere = (start, stop, space.id) != (self.start, self.stop, self.space_id.id)
        self.sudo().change_ids._give_up()
        self._relocate(start, stop, space, unit=unit)
        refunds, complement = self.sudo()._reprice(quote)
        self._take_quota_turn()
        if elsewhere and self.state == "confirmed":
            self._tell_moved(was, refunds, complement)

    def _relocate(self, start, stop, space, unit=None, prefer=None):
        """Release the units of the booking and claim those of its new slot, or raise.

        :param unit: the very one wanted; without it, that of `prefer`, of the
            old slot, or any other
        """
        booking = self.sudo()
        state = "hold" if booking.state == "hold" else "firm"
        kept = prefer or booking._own_rows().unit_id
        booking._release()
        booking.write(
            {
                "space_id": space.id,
                "start": start,
                "stop": stop,
                "ics_sequence": booking.ics_sequence + (state == "firm"),
            }
        )
        if unit:
            self._occupy(state, hold_until=booking.hold_until, unit=unit)
        else:
            self._occupy_near(kept, state)

    def _occupy_near(self, units, state):
        """Claim the slot on one of these units while they are free, or else as any claim does."""
        booking = self.sudo()
        if booking.space_id.allocation == "any":
            for unit in units & booking.space_id.unit_ids:
                with booking._with_equipment(state, booking.hold_until) as equipment:
                    equipment.wanted = had = bool(booking._claim_units(unit, state))
                if had:
                    return
        self._occupy(state, hold_until=booking.hold_until)

    def _claim_units(self, units, state):
        """Claim units of an `any` space for the booking, quietly: an empty answer is a no."""
        self.ensure_one()
        return self.env["tierslieu.occupancy"].sudo()._claim(
            units,
            self.space_id._claim_ranges(self.start, self.stop),
            {
                "kind": "booking",
                "state": state,
                "hold_until": self.hold_until,
                "booking_id": self.id,
            },
            together=False,
        )

    def _own_rows(self):
        """Return the occupancies of its space that the booking itself holds: not those of a change."""
        return self.sudo().occupancy_ids.filtered(
            lambda row: row.state != "released" and not row.change_id and not row.extra_id
        )

    def _said(self):
        """Say what is booked: “Petit salon, mardi 24 novembre, 14 h à 16 h”."""
        self.ensure_one()
        return f"{self.sudo().space_id.name}, {self.when}"

    def _tell_moved(self, was, refunds, complement, paid=0.0):
        """Mail the customer the new slot, its calendar file and what it does to their money.

        :param was: what was booked before, in their words
        """
        self.ensure_one()
        by_hand = refunds.filtered(lambda refund: refund.state == "manual")
        self.sudo()._send_mail(
            "tierslieu_booking.mail_template_moved",
            calendar=self,
            was=was,
            back=sum((refunds - by_hand).mapped("amount")),
            back_by_hand=sum(by_hand.mapped("amount")),
            due=sum(complement.mapped("amount_residual")),
            paid=paid,
        )
