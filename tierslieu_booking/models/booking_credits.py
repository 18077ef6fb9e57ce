from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from .credit_lot import Wallet
from .credit_type import DIGITS, exact

# Moves of credits that a booking takes and gives back: what a fee took stays drawn.
DRAWING = ("consume", "return", "fee")


class Booking(models.Model):
    """The credits that pay a booking: drawn at the hold, given back when it is called off.

    They follow the booking like its units: held with it, drawn anew when a
    lapsed hold is had again, given back to the lots they came from.
    """

    _inherit = "tierslieu.booking"

    use_credits = fields.Boolean(
        string="Pay with credits", default=True, copy=False,
        help="What the customer's credits can pay is drawn from them.",
    )
    credit_move_ids = fields.One2many(
        "tierslieu.credit.move", "booking_id", string="Credits used", readonly=True, copy=False
    )

    def _drawn_credits(self):
        """Return {lot: credits} that this booking has drawn and not given back."""
        drawn = defaultdict(int)
        for move in self.sudo().credit_move_ids.filtered(lambda move: move.kind in DRAWING):
            drawn[move.lot_id] -= exact(move.amount)
        return {lot: amount for lot, amount in drawn.items() if amount}

    def _wallet(self):
        """Return what may pay this booking beside money: what it has drawn counts; None: nothing."""
        self.ensure_one()
        return Wallet(own=self._drawn_credits()) if self.use_credits else None

    def write(self, vals):
        """Credits are their owner's: a hold that goes to somebody else is priced for them."""
        result = super().write(vals)
        if "partner_id" in vals:
            for booking in self.sudo().filtered(lambda booking: booking.state == "hold"):
                booking._leave_credits_of_others()
        return result

    def _leave_credits_of_others(self):
        """Price a hold anew when its customer cannot book with the credits that it has drawn."""
        self.ensure_one()
        drawn = self._drawn_credits()
        if not drawn:
            return
        space, date = self.space_id, self.space_id._local_date(self.start)
        if drawn.keys() <= {lot for lot, _left in space._usable_credits(self.partner_id, date, self._wallet())}:
            return
        quote = space._quote(
            self.partner_id, self.start, self.stop, self.people, beyond_rules=True, wallet=self._wallet(),
            chosen=self._chosen_extras(),
        )
        if quote["errors"]:
            raise UserError(quote["errors"][0])
        self._reprice(quote)

    def _draw_credits(self, draws=None):
        """Draw the credits that the frozen price counts on.

        :param draws: those of the quote; None: from the lots that are good now
        :raises UserError: when they are not there any more
        """
        self.ensure_one()
        booking = self.sudo()
        if draws is None:
            draws = booking._draws_now()
        self._post_credits({draw["lot_id"]: exact(draw["amount"]) for draw in draws})

    def _draws_now(self):
        """Return what the price lines ask of the lots that are good now, as a quote says it."""
        due = defaultdict(int)
        for line in self.line_ids.filtered("credit_type_id"):
            due[line.credit_type_id] += exact(line.credits)
        if not due:
            return []
        space = self.space_id
        lots = self.env["tierslieu.credit.lot"]
        usable = lots._usable(self.partner_id, space.company_id, space._local_date(self.start))
        draws = lots._allocate(usable, due)
        if draws is None:
            raise UserError(
                self.env._("The credits of %(name)s were used meanwhile: book again.", name=self.name)
            )
        return [{"lot_id": lot.id, "amount": amount} for lot, amount in draws.items()]

    def _redraw_credits(self, draws):
        """Bring what is drawn to a new price: give back before drawing."""
        self._post_credits({draw["lot_id"]: exact(draw["amount"]) for draw in draws}, instead=True)

    def _post_credits(self, wanted, instead=False):
        """Move lots to what is wanted of each, in the order of their ids.

        :param wanted: {lot id: credits}
        :param instead: of what the booking has drawn already, which counts
        """
        self.ensure_one()
        lots = self.env["tierslieu.credit.lot"].sudo()
        drawn = {lot.id: amount for lot, amount in self._drawn_credits().items()} if instead else {}
        for lot_id in sorted(wanted.keys() | drawn.keys()):
            more = wanted.get(lot_id, 0) - drawn.get(lot_id, 0)
            lot = lots.browse(lot_id)
            if more > 0:
                lot._post("consume", -more, booking=self)
            elif more < 0:
                lot._give_back(-more, booking=self)

    def _return_credits(self):
        """Give back what is drawn, less the fee: all goes back, then the fee is taken.

        A lot that is over opens again for what really comes back.
        """
        self.ensure_one()
        drawn = self._drawn_credits()
        fees = self._fees_by_lot(drawn, self._fee_credits())
        for lot in sorted(drawn, key=lambda lot: lot.id):
            if drawn[lot] > fees[lot]:
                lot._give_back(drawn[lot] - fees[lot], booking=self)
            if fees[lot]:
                lot._post("return", fees[lot], booking=self)
                lot._post("fee", -fees[lot], booking=self)

    @api.model
    def _fees_by_lot(self, drawn, due):
        """Return {lot: credits}: what a fee takes of what was drawn, from what expires first.

        :param drawn: {lot: credits}
        :param due: {type: credits} of the fee
        """
        due, fees = dict(due), {}
        for lot in sorted(drawn, key=lambda lot: lot._spending_rank()):
            fees[lot] = min(due.get(lot.type_id, 0), drawn[lot])
            due[lot.type_id] = due.get(lot.type_id, 0) - fees[lot]
        return fees

    def _fee_credits(self):
        """Return {type: credits} that stay due once it is cancelled, or when nobody came."""
        due = defaultdict(int)
        for line in self.sudo().line_ids.filtered("fee_credits"):
            due[line.credit_type_id] += exact(line.fee_credits)
        return due

    def _draw_again(self, before):
        """Take back a fee of credits: what was drawn before is drawn again.

        :param before: {lot id: credits}; what is no longer there comes from the lots that are good now
        """
        for lot, amount in sorted(self._drawn_credits().items(), key=lambda pair: pair[0].id):
            lot._post("return", amount, booking=self)
        try:
            with self.env.cr.savepoint():
                self._post_credits(before)
        except UserError:
            self._draw_credits()

    def _transition(self, state, **vals):
        """Give the credits back when a booking is called off or lapses."""
        result = super()._transition(state, **vals)
        if state in ("cancelled", "expired"):
            for booking in self:
                booking._return_credits()
        return result


class BookingLine(models.Model):
    _inherit = "tierslieu.booking.line"

    credit_type_id = fields.Many2one(
        "tierslieu.credit.type", string="Paid in", ondelete="restrict", index="btree_not_null"
    )
    credits = fields.Float(digits=DIGITS)
