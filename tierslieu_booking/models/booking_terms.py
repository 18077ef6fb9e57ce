from decimal import Decimal

from odoo import api, fields, models

from ..kernels import cancellation
from .cancellation_policy import percent_at


class Booking(models.Model):
    """What cancelling a booking costs: kept from the hold on, decided once.

    The fee is what stays due of the price, line by line, in money and in
    credits. Nothing is due for a hold, nor for what was paid in the tool used before.
    """

    _inherit = "tierslieu.booking"

    terms = fields.Json(
        string="Terms of cancellation", readonly=True, copy=False,
        help="What its cancellation policy said when it was held.",
    )
    cancellation_policy_id = fields.Many2one(
        "tierslieu.cancellation.policy", readonly=True, copy=False, ondelete="set null",
        index="btree_not_null", help="The policy that held when it was booked.",
    )
    fee_at = fields.Datetime(string="Fee decided on", readonly=True, copy=False)
    fee_percent = fields.Float(string="Fee (%)", readonly=True, copy=False, digits=(5, 2))
    fee_amount = fields.Monetary(
        string="Fee", compute="_compute_fee_amount", store=True, help="What stays due of the price, tax included."
    )
    fee_undo = fields.Json(
        readonly=True, copy=False, groups="base.group_system",
        help="The credits drawn before the fee, by lot: what taking it back draws again.",
    )
    is_waived = fields.Boolean(
        string="Policy set aside", readonly=True, copy=False,
        help="The team gave back everything: see the rules set aside.",
    )
    amount_owed = fields.Monetary(
        compute="_compute_amount_owed", store=True,
        help="The price; once cancelled, or when nobody came, what stays due of it.",
    )

    @api.depends("line_ids.fee_amount")
    def _compute_fee_amount(self):
        for booking in self:
            booking.fee_amount = sum(booking.line_ids.mapped("fee_amount"))

    @api.depends("amount_total", "state", "fee_at", "fee_amount")
    def _compute_amount_owed(self):
        for booking in self:
            over = booking.state == "cancelled" or booking.fee_at
            booking.amount_owed = booking.fee_amount if over else booking.amount_total

    # -- Kept

    def _freeze(self, quote):
        """Keep, with the price, what cancelling costs: that of the space and of the fare.

        A booking that is firm keeps it for good, unless it goes to another space.
        """
        result = super()._freeze(quote)
        known = self.terms or {}
        elsewhere = known and known["space_id"] != self.space_id.id
        other_fare = self.state == "hold" and known.get("profile_id") != self.profile_id.id
        if self.state == "draft" or elsewhere or other_fare:
            self._freeze_terms(self.profile_id)
        return result

    def _freeze_terms(self, profile):
        """Keep what the policy of the space says now to people of this fare."""
        self.ensure_one()
        terms = self.env["tierslieu.cancellation.policy"]._terms_for(self.space_id, profile)
        self.sudo().write(
            {
                "terms": terms | {"space_id": self.space_id.id, "profile_id": profile.id},
                "cancellation_policy_id": terms.get("policy_id", False),
            }
        )

    def write(self, vals):
        """A hold that learns whose it is takes the terms of that customer."""
        result = super().write(vals)
        if "partner_id" in vals:
            for booking in self.sudo().filtered(lambda booking: booking.state == "hold"):
                partner = booking.partner_id.with_company(booking.company_id)
                profile = partner.tierslieu_profile_on(booking.space_id._local_date(booking.start))
                if (booking.terms or {}).get("profile_id") != profile.id:
                    booking._freeze_terms(profile)
        return result

    def _has_policy(self):
        return bool(self.terms and self.terms.get("policy_id"))

    # -- What it costs

    def _fee_now(self, at=None):
        """Return what calling this booking off costs, in percent of its price.

        :param at: naive UTC; None: now
        """
        self.ensure_one()
        booking = self.sudo()
        if booking.state != "confirmed" or not booking._has_policy() or booking._is_paid_elsewhere():
            return cancellation.NOTHING
        return percent_at(booking.terms, booking.start, at or fields.Datetime.now())

    def _fee_of_no_show(self):
        """Return what stays due when nobody comes, in percent; None where no policy says it: all of it."""
        self.ensure_one()
        if not self._has_policy() or self.sudo()._is_paid_elsewhere():
            return None
        return cancellation.WHOLE if self.terms["back"] == "nothing" else Decimal(self.terms["no_show"])

    def _fee_shares(self, percent):
        """Return {price line: (fee in money, fee in credits)}, exact."""
        lines = self.sudo().line_ids
        digits = self.currency_id.decimal_places
        amounts = [_decimal(line.amount, digits) for line in lines]
        money = dict(zip(lines, cancellation.split(amounts, percent, digits), strict=True))
        credit = dict.fromkeys(lines, cancellation.NOTHING)
        for _type, group in lines.filtered("credit_type_id").grouped("credit_type_id").items():
            amounts = [_decimal(line.credits, 2) for line in group]
            credit |= dict(zip(group, cancellation.split_credits(amounts, percent), strict=True))
        return {line: (money[line], credit[line]) for line in lines}

    def _fee_of(self, percent):
        """Return (amount, {credit type: credits}) of a fee."""
        shares, due = self._fee_shares(percent), {}
        for line, (_money, credit) in shares.items():
            if credit:
                due[line.credit_type_id] = due.get(line.credit_type_id, 0) + credit
        return float(sum(money for money, _credit in shares.values())), due

    def _keeps_on_account(self):
        """Whether what comes back of it stays on the account of its customer."""
        self.ensure_one()
        booking = self.sudo()
        return booking._has_policy() and booking.terms["back"] == "credit" and not booking.is_waived

    def _is_owed_fee(self):
        """Whether it was cancelled, and a fee in money is due."""
        self.ensure_one()
        return self.state == "cancelled" and bool(self.amount_owed)

    # -- Decided

    def _charge(self, percent):
        """Keep on the price lines what stays due of each."""
        self.ensure_one()
        booking = self.sudo()
        drawn = {lot.id: str(amount) for lot, amount in booking._drawn_credits().items()}
        for line, (money, credit) in booking._fee_shares(percent).items():
            line.write({"fee_amount": float(money), "fee_credits": float(credit)})
        booking.write({"fee_at": fields.Datetime.now(), "fee_percent": float(percent), "fee_undo": drawn})

    def _uncharge(self):
        """Take back that a fee was due: the price is owed again."""
        self.ensure_one()
        booking = self.sudo()
        booking.line_ids.write({"fee_amount": 0.0, "fee_credits": 0.0})
        booking.write({"fee_at": False, "fee_percent": 0.0, "fee_undo": False, "is_waived": False})


class BookingLine(models.Model):
    _inherit = "tierslieu.booking.line"

    fee_amount = fields.Monetary(string="Fee", readonly=True, help="What stays due of it, tax included.")
    fee_credits = fields.Float(string="Fee in credits", readonly=True, digits=(12, 2))


def _decimal(amount, digits):
    return Decimal(str(amount)).quantize(Decimal(1).scaleb(-digits))
