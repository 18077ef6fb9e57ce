import uuid

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .seat_ledger import CLAIMED, DROPPED, Full, Seat, turn


class Registration(models.Model):
    """A seat that is really there: claimed before it is sold, whoever sells it."""

    _inherit = "event.registration"

    tierslieu_seat_token = fields.Char(
        default=lambda self: uuid.uuid4().hex, required=True, readonly=True, copy=False, index=True,
        groups="base.group_system",
    )
    tierslieu_hold_until = fields.Datetime(
        string="Held until", readonly=True, copy=False, help="Of a cart: its seat is free again then."
    )

    tierslieu_voucher_id = fields.Many2one(
        "tierslieu.event.voucher", string="Voucher", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )

    tierslieu_override_reason = fields.Char(
        string="Why a rule is set aside", copy=False, groups="tierslieu_base.group_host",
        help="Of the team: who the ticket is for is set aside, and listed.",
    )

    _seat_once = models.UniqueIndex("(tierslieu_seat_token)", "Each registration has a seat of its own.")

    def _init_column(self, column_name):
        """Give each registration that is there already a token of its own."""
        if column_name == "tierslieu_seat_token":
            self.env.cr.execute(
                "UPDATE event_registration SET tierslieu_seat_token = REPLACE(gen_random_uuid()::text, '-', '')"
                " WHERE tierslieu_seat_token IS NULL"
            )
            return None
        return super()._init_column(column_name)

    def _synchronize_so_line_values(self, so_line):
        values = super()._synchronize_so_line_values(so_line)
        if so_line:
            values["tierslieu_voucher_id"] = so_line.tierslieu_voucher_id.id
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Hold the seats of a cart as long as it keeps its bookings.

        Where there is no place, a cart holds seats from its payment on: Odoo promises no more.
        """
        lines, orders = self.env["sale.order.line"].sudo(), self.env["sale.order"].sudo()
        # Read once, however many seats they have.
        terms, holds = {}, {}
        for vals in vals_list:
            line = lines.browse(vals.get("sale_order_line_id"))
            order = line.order_id or orders.browse(vals.get("sale_order_id"))
            event = line.event_id or self.env["event.event"].browse(vals.get("event_id"))
            if event not in terms:
                terms[event] = event._tierslieu_terms() if event else False
            vals["tierslieu_terms"] = terms[event]
            if order.state in ("draft", "sent"):
                if order not in holds:
                    place = order._tierslieu_seats_place()
                    holds[order] = place and order._tierslieu_hold_seats_until(place)
                if holds[order]:
                    vals["tierslieu_hold_until"] = holds[order]
        return super().create(vals_list)

    def _tierslieu_is_held(self):
        """Whether it has a seat that is not sold: of a cart that lives, or of an order to be paid."""
        self.ensure_one()
        return self.active and self.state == "draft" and bool(
            (self.tierslieu_hold_until and self.tierslieu_hold_until > fields.Datetime.now())
            or self.sale_order_id.state == "sale"
        )

    def _tierslieu_stands(self):
        """Return those that have a seat."""
        return self.filtered(
            lambda registration: registration.active
            and (registration.state in ("open", "done") or registration._tierslieu_is_held())
        )

    @api.constrains(
        "active", "state", "event_id", "event_slot_id", "event_ticket_id", "tierslieu_hold_until",
        "tierslieu_voucher_id",
    )
    def _check_seats_availability(self):
        """Claim the seats of those that stand: Odoo's own count sees an older database than the one it writes to."""
        self._tierslieu_claim()

    def _tierslieu_claim(self):
        """Claim a seat for each of those that stand, or refuse them all with a sentence.

        What this transaction has claimed apart stays its own until it ends: it is not claimed twice.
        """
        standing, known = self.sudo()._tierslieu_stands(), self.env.cr.precommit.data
        dropped = set((self.sudo() - standing).mapped("tierslieu_seat_token"))
        known.setdefault(DROPPED, set()).update(dropped)
        claimed = known[CLAIMED] = {seat for seat in known.get(CLAIMED, ()) if seat.token not in dropped}
        seats = [registration._tierslieu_seat() for registration in standing]
        seats = [seat for seat in seats if seat not in claimed]
        if not seats:
            return
        try:
            with turn(self.env, seats) as ledger:
                ledger.take(seats)
            if ledger.apart:
                claimed.update(seats)
        except Full as full:
            raise ValidationError(self._tierslieu_full_said(full)) from None
        except LockNotAvailable:
            raise UserError(
                self.env._("Many people are buying tickets at this moment: try again in a minute.")
            ) from None

    def _tierslieu_seat(self):
        self.ensure_one()
        parts = self.event_id, self.event_slot_id, self.event_ticket_id, self.tierslieu_voucher_id
        return Seat(self.tierslieu_seat_token, *(part.id or 0 for part in parts))

    def _tierslieu_full_said(self, full):
        """Say that there are not enough seats: none, or how many."""
        name = self.event_id._tierslieu_pool_name(full.pool)
        if full.pool.kind == "voucher":
            return self.env._("The voucher %(code)s is used up.", code=name)
        if full.left:
            return self.env._("%(what)s: only %(left)s seats are left.", what=name, left=full.left)
        return self.env._("%(what)s: there is no seat left.", what=name)

    def unlink(self):
        self.env.cr.precommit.data.setdefault(DROPPED, set()).update(self.sudo().mapped("tierslieu_seat_token"))
        return super().unlink()

    @api.constrains("tierslieu_voucher_id", "event_ticket_id", "event_slot_id")
    def _check_voucher(self):
        for registration in self.sudo().filtered("tierslieu_voucher_id"):
            voucher = registration.tierslieu_voucher_id
            fits = voucher.event_id == registration.event_id and voucher._fits(
                registration.event_ticket_id, registration.event_slot_id
            )
            if not fits:
                raise ValidationError(self.env._("The voucher %(code)s is not for this ticket.", code=voucher.code))

    @api.constrains("event_ticket_id", "event_id", "partner_id")
    def _check_for_whom(self):
        """Sell a ticket to whom it is for, whatever door they come by; the team may set that aside."""
        overrides = self.env["tierslieu.override"]
        for registration in self.filtered(lambda one: one.event_ticket_id and one.state != "cancel"):
            event, record = registration.event_id, registration.sudo()
            date = event._tierslieu_date(record.event_slot_id)
            refusal = registration.event_ticket_id._tierslieu_refusal(
                record.partner_id or record.sale_order_id.partner_id, date
            )
            if not refusal:
                continue
            reason = overrides._checked_reason(record.tierslieu_override_reason or None)
            if not reason:
                raise ValidationError(refusal)
            overrides._log(registration, [refusal], reason)
