from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.tierslieu_booking.kernels import cancellation
from odoo.addons.tierslieu_booking.models.credit_type import DIGITS, exact


class EventTicket(models.Model):
    """A ticket that prepaid credits may pay, where the manager says so."""

    _inherit = "event.event.ticket"

    tierslieu_credit_type_id = fields.Many2one(
        "tierslieu.credit.type", string="Or paid in", ondelete="restrict",
        help="Members may pay a seat with these credits instead of money.",
    )
    tierslieu_credits = fields.Float(string="Credits", digits=DIGITS, default=1.0, help="What a seat costs.")

    @api.constrains("tierslieu_credit_type_id", "tierslieu_credits")
    def _check_credits(self):
        for ticket in self.sudo().filtered("tierslieu_credit_type_id"):
            if ticket.tierslieu_credits <= 0:
                raise ValidationError(self.env._("%(ticket)s: a seat costs some credit.", ticket=ticket.name))
            company = ticket.event_id.company_id
            if company and ticket.tierslieu_credit_type_id.company_id != company:
                raise ValidationError(
                    self.env._("%(ticket)s: these credits are another company's.", ticket=ticket.name)
                )

    def _tierslieu_credit_offer(self, partner, date):
        """Return how many seats the credits of somebody pay on the local date of the event; 0: none."""
        self.ensure_one()
        ticket = self.sudo()
        if not partner or not ticket.tierslieu_credit_type_id:
            return 0
        usable = ticket._tierslieu_usable_credits(partner, date)
        return int(sum(amount for _lot, amount in usable) // exact(ticket.tierslieu_credits))

    def _tierslieu_usable_credits(self, partner, date):
        """Return [(lot, credits)] that may pay this ticket."""
        lots = self.env["tierslieu.credit.lot"]
        company = self.event_id.company_id or self.env.company
        return lots._usable(partner, company, date, credit_types=self.tierslieu_credit_type_id)

    def _tierslieu_credits_said(self):
        """Say what a seat costs in credits."""
        ticket = self.sudo()
        return ticket.tierslieu_credit_type_id.with_env(self.env).sudo().say(ticket.tierslieu_credits)


class Registration(models.Model):
    """A seat that credits pay: drawn when it is had, given back when it is given up."""

    _inherit = "event.registration"

    tierslieu_credit_type_id = fields.Many2one(
        "tierslieu.credit.type", string="Paid in", readonly=True, copy=False, ondelete="restrict"
    )
    tierslieu_credit_move_ids = fields.One2many(
        "tierslieu.credit.move", "registration_id", string="Credits used", readonly=True
    )

    def _tierslieu_drawn(self):
        """Return {lot: credits} that this seat has drawn and not given back."""
        drawn = {}
        for move in self.sudo().tierslieu_credit_move_ids:
            drawn[move.lot_id] = drawn.get(move.lot_id, Decimal(0)) - exact(move.amount)
        return {lot: amount for lot, amount in drawn.items() if amount}

    def _tierslieu_draw_credits(self, partner):
        """Pay each of these seats with the credits of somebody.

        :raises UserError: they have not enough of them
        """
        for seat in self.sudo():
            ticket = seat.event_ticket_id
            date = seat.event_id._tierslieu_date(seat.event_slot_id)
            credit_type = ticket.tierslieu_credit_type_id
            usable = ticket._tierslieu_usable_credits(partner, date) if credit_type else []
            draws = credit_type and seat.env["tierslieu.credit.lot"]._allocate(
                usable, {credit_type: exact(ticket.tierslieu_credits)}
            )
            if not draws:
                raise UserError(
                    self.env._("%(ticket)s: you have not enough credits left.", ticket=ticket.with_env(self.env).name)
                )
            seat.tierslieu_credit_type_id = credit_type
            for lot in sorted(draws, key=lambda lot: lot.id):
                lot._post("consume", -draws[lot], registration_id=seat.id)

    def _tierslieu_return_credits(self, percent):
        """Give back what a seat has drawn, less the fee."""
        self.ensure_one()
        drawn = self._tierslieu_drawn()
        due = cancellation.credit_share(sum(drawn.values(), Decimal(0)), percent) if drawn else Decimal(0)
        for lot in sorted(drawn, key=lambda lot: lot._spending_rank()):
            fee = min(due, drawn[lot])
            due -= fee
            if drawn[lot] > fee:
                lot.with_context(tz=self.event_id.date_tz)._give_back(drawn[lot] - fee, registration_id=self.id)
            if fee:
                lot._post("return", fee, registration_id=self.id)
                lot._post("fee", -fee, registration_id=self.id)


class CreditMove(models.Model):
    _inherit = "tierslieu.credit.move"

    registration_id = fields.Many2one(
        "event.registration", string="Seat", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _said(self, partner):
        """Say which event a seat was for."""
        seat = self.registration_id
        if not seat:
            return super()._said(partner)
        _, what = self.env._, seat.event_id.with_env(self.env).sudo().name
        return {
            "consume": _("Seat: %(what)s", what=what),
            "return": _("Given back: %(what)s", what=what),
            "fee": _("Fee: %(what)s", what=what),
        }.get(self.kind, what)
