from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.tierslieu_base.tools import say_day

from .credit_lot import REOPENED, REOPENED_DAYS, Wallet
from .credit_type import exact

# How soon the same button pressed again is the same wish.
TWICE = timedelta(seconds=10)


class Booking(models.Model):
    """What a booking costs, in the words of who pays: credits, money or both.

    An amount of zero beside what credits pay would read as a gift or an error:
    wherever people read a price, they read this.
    """

    _inherit = "tierslieu.booking"

    def _credits_due(self):
        """Return {type: credits} that the frozen price asks for."""
        due = defaultdict(int)
        for line in self.sudo().line_ids.filtered("credit_type_id"):
            due[line.credit_type_id] += exact(line.credits)
        return dict(due)

    def _price_said(self):
        """Say what a booking costs: “16,00 €”, “1 × Ticket”, “1 × Ticket + 3,00 €”."""
        self.ensure_one()
        return self.sudo().space_id._say_price(self.amount_total, self._credits_due())

    # -- Paid by credits alone

    @api.model
    def _just_booked(self, space, partner, start, stop):
        """Return the same booking that credits have paid a moment ago: a button pressed twice books once."""
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("space_id", "=", space.id),
                ("start", "=", start),
                ("stop", "=", stop),
                ("state", "=", "confirmed"),
                ("amount_total", "=", 0),
                ("credit_move_ids", "!=", False),
                ("held_at", ">", fields.Datetime.now() - TWICE),
            ],
            limit=1,
        )

    def _settle_by_credits(self):
        """Confirm a hold that credits pay entirely, and tell its customer; whether it was one.

        Nothing is left for a cart or a payment to do.
        """
        self.ensure_one()
        booking = self.sudo()
        payable = booking.state == "hold" and booking.approval != "asked"
        if not payable or booking.amount_total or not booking._drawn_credits():
            return False
        booking.action_confirm()
        booking._send_mail("tierslieu_booking.mail_template_confirmed")
        return True

    def _booked_sentence(self):
        """Say to who books with credits that it is done, and what is left of them."""
        self.ensure_one()
        due, booking = self._credits_due(), self.sudo()
        date = booking.space_id._local_date(booking.start)
        left = [each.say(booking.partner_id.credit_balance(each, date)) for each in due]
        return self.env._(
            "It is booked, for %(credits)s. You have %(left)s left. A message with your calendar file is on"
            " its way.",
            credits=_said(due), left=", ".join(left),
        )

    # -- Moved

    def _slots_to_move(self, space, date, length):
        """Return the slots of a day as `day_slots` does, at what moving there would cost.

        :return: those, with `difference` (money, more than now) and `credits_said` (how
            many credits more, or back; empty for as many)
        """
        self.ensure_one()
        booking = self.sudo()
        own = booking._drawn_credits()

        def priced(wallet):
            usable = space._usable_credits(booking.partner_id, date, wallet)
            return space._day_slots(date, length, booking.partner_id, booking.people, usable)

        def dearer(slot):
            return booking.currency_id.compare_amounts(slot["price"], booking.amount_total) > 0

        slots = priced(Wallet(own=own) if booking.use_credits else None)
        if booking.use_credits and any(map(dearer, slots)):
            # What is paid first keeps to the credits that are drawn already.
            pairs = zip(slots, priced(Wallet(own=own, only_own=True)), strict=True)
            slots = [kept if dearer(slot) else slot for slot, kept in pairs]
        return [slot | booking._change_of(slot) for slot in slots]

    def _change_of(self, slot):
        """Say what a slot changes to pay: see `_slots_to_move`."""
        now = self._credits_due()
        types = self.env["tierslieu.credit.type"].sudo()
        new = {types.browse(key): amount for key, amount in slot["credits"].items()}
        said = []
        for one in types.union(*now, *new).sorted():
            more = new.get(one, 0) - now.get(one, 0)
            if more > 0:
                said.append(f"+ {one.say(float(more))}")
            elif more < 0:
                said.append(self.env._("%(credits)s back", credits=one.say(float(-more))))
        return {
            "difference": self.currency_id.round(slot["price"] - self.amount_total),
            "credits_said": ", ".join(said),
        }

    # -- Given back

    def _credits_back_said(self):
        """Say which credits cancelling brings back, or has brought back; False for none."""
        self.ensure_one()
        booking = self.sudo()
        if booking.state == "no_show" and not booking.fee_at:
            return False
        drawn = booking._drawn_credits()
        if booking.state in ("cancelled", "no_show"):
            moves = booking.credit_move_ids.filtered(lambda move: move.kind == "return")
            fees = booking._fee_credits()
            lots, back = moves.lot_id, booking._credits_due() if moves else {}
            back = {each: amount - fees.get(each, 0) for each, amount in back.items()}
        else:
            _fee, due = booking._fee_of(booking._fee_now())
            fees = booking._fees_by_lot(drawn, due)
            left = {lot: amount - fees[lot] for lot, amount in drawn.items() if amount > fees[lot]}
            lots, back = self.env["tierslieu.credit.lot"].sudo().union(*left), defaultdict(int)
            for lot, amount in left.items():
                back[lot.type_id] += amount
        back = {each: amount for each, amount in back.items() if amount}
        if not back:
            return False
        ends = [end for end in (lot._last_day_once_back() for lot in lots) if end]
        words = {"credits": _said(back), "date": ends and say_day(self.env, min(ends))}
        if ends:
            return self.env._("You get %(credits)s back, good until %(date)s.", **words)
        return self.env._("You get %(credits)s back.", **words)


class BookingLine(models.Model):
    _inherit = "tierslieu.booking.line"

    def _amount_said(self):
        """Say what a line costs: an amount, or credits."""
        self.ensure_one()
        line = self.sudo()
        if line.credit_type_id:
            return line.credit_type_id.say(line.credits)
        return line.currency_id.format(line.amount)


class CreditLot(models.Model):
    _inherit = "tierslieu.credit.lot"

    def _last_day_once_back(self):
        """Return until when credits given back today can be used, or False."""
        self.ensure_one()
        today = self._today()
        if not self.last_day or self.last_day >= today:
            return self.last_day
        days = int(self.env["ir.config_parameter"].sudo().get_param(REOPENED, REOPENED_DAYS))
        return today + timedelta(days=max(days, 0))


def _said(amounts):
    """Say amounts of credits: “1 × Ticket, 2,5 × Carnet”."""
    return ", ".join(credit_type.say(float(amount)) for credit_type, amount in amounts.items())
