from odoo import api, fields, models

from odoo.addons.tierslieu_base.tools import figures

from .cancellation_policy import phases_of

OVER = ("cancelled", "no_show")


class Space(models.Model):
    """What a policy says, in words."""

    _inherit = "tierslieu.space"

    def _cancellation_said(self, partner, start):
        """Say what cancelling costs to someone who books this space now.

        :param start: any naive UTC moment of the day: it tells the fare
        """
        self.ensure_one()
        partner = partner.sudo().with_company(self.sudo().company_id)
        profile = partner.tierslieu_profile_on(self._local_date(start))
        return self._say_terms(self.env["tierslieu.cancellation.policy"]._terms_for(self, profile))

    @api.model
    def _say_terms(self, terms):
        """Say the terms of a policy, whenever the booking is: “free until 24 h before, then 50 %”."""
        if terms.get("back") == "nothing":
            return self.env._("Nothing comes back: once booked, the whole price is due.")
        # Any start does: the hours between are what is said.
        start = fields.Datetime.now()
        phases = []
        for until, percent in phases_of(terms, start):
            hours = until and (start - until).total_seconds() / 3600
            before = hours and self.env._("until %(hours)s h before", hours=figures(self.env, hours))
            phases.append((before, percent))
        return " ".join([self._say_phases(phases), *self._say_rest(terms)])

    @api.model
    def _say_phases(self, phases):
        """Say what cancelling costs until when.

        :param phases: [(until when, in words, percent), …]; the last one has no end
        """
        _, said = self.env._, []
        for until, percent in phases:
            words = {"until": until, "fee": self._say_percent(percent)}
            if said:
                said.append(_("then %(fee)s %(until)s", **words) if until else _("then %(fee)s", **words))
            elif percent:
                said.append(
                    _("Cancelling costs %(fee)s of the price %(until)s", **words)
                    if until else _("Cancelling costs %(fee)s of the price", **words)
                )
            elif until:
                said.append(_("Cancelling is free %(until)s", **words))
            else:
                said.append(_("Cancelling is free until the booking begins"))
        return f"{', '.join(said)}."

    @api.model
    def _say_rest(self, terms):
        """Say what else a policy has: where what comes back stays, what is due when nobody comes."""
        said = []
        if terms.get("back") == "credit":
            said.append(self.env._("What comes back stays on your account: it pays your next invoices."))
        if float(terms.get("no_show", 100)) != 100:
            fee = self._say_percent(float(terms["no_show"]))
            said.append(self.env._("If nobody comes, it costs %(fee)s.", fee=fee))
        return said

    @api.model
    def _say_percent(self, percent):
        """Say a percentage: “50 %”, “33,5 %”."""
        return f"{figures(self.env, float(percent))}\N{NO-BREAK SPACE}%"


class Booking(models.Model):
    """What cancelling costs, or has cost, in the words of who pays.

    Pages, mails, back office and RPC all say it with these sentences.
    """

    _inherit = "tierslieu.booking"

    terms_said = fields.Char(string="Cancelling", compute="_compute_terms_said")
    cancel_asks = fields.Boolean(
        compute="_compute_terms_said", help="Whether its policy has something to say when it is cancelled now."
    )
    fee_can_be_waived = fields.Boolean(compute="_compute_terms_said")

    @api.depends("terms", "start", "state", "fee_at", "fee_amount", "fee_percent", "is_waived", "space_id")
    @api.depends_context("lang")
    def _compute_terms_said(self):
        for booking in self:
            known = booking.state in ("hold", "confirmed") and booking.terms
            booking.terms_said = booking._terms_said() if known else " ".join(booking._cost_said()) or False
            booking.cancel_asks = booking.state == "confirmed" and bool(
                booking._fee_now() or booking._keeps_on_account()
            )
            booking.fee_can_be_waived = booking._may_waive_fee()

    # -- Before

    def _terms_said(self):
        """Say until when cancelling is free and what it costs then, in the time of the place."""
        self.ensure_one()
        booking, now = self.sudo(), fields.Datetime.now()
        space, terms = booking.space_id.with_env(self.env).sudo(), booking.terms or {}
        if booking._is_paid_elsewhere():
            terms = {}
        if terms.get("back") == "nothing":
            return space._say_terms(terms)
        phases = phases_of(terms, booking.start)
        ahead = [(until and self._say_until(until), percent) for until, percent in phases if not until or until >= now]
        return " ".join([space._say_phases(ahead), *space._say_rest(terms)])

    def _say_until(self, moment):
        """Say until when, a naive UTC moment: “jusqu'au mardi 12 janvier à 9 h”."""
        place = self.sudo().place_id.with_env(self.env).sudo()
        day = place.format_date(place.to_local(moment).date())
        return self.env._("until %(day)s at %(time)s", day=day, time=place.format_time(moment))

    def _fee_step_refusal(self):
        """Return why its owner may not move it although it has not begun, or None."""
        self.ensure_one()
        percent = self._fee_now()
        if not percent:
            return None
        fee = self.env["tierslieu.space"]._say_percent(percent)
        return self.env._(
            "Cancelling costs %(fee)s of the price by now: this booking can no longer be moved here. Ask the team.",
            fee=fee,
        )

    def cancelling_now(self):
        """Say what cancelling this booking now would cost and bring back.

        :return: dict: `percent`, `fee` (amount, tax included), `credits` (the credits of
            the fee, in words, or False), `sentence`
        """
        self.ensure_one()
        self.check_access("read")
        percent = self._fee_now()
        fee, credit = self._fee_of(percent)
        return {
            "percent": float(percent),
            "fee": fee,
            "credits": ", ".join(each.say(float(amount)) for each, amount in credit.items()) or False,
            "sentence": " ".join(self._cancelling_said()),
        }

    def _cancelling_said(self):
        """Return what cancelling now would do to the money and the credits, as sentences."""
        self.ensure_one()
        booking, _ = self.sudo(), self.env._
        percent = booking._fee_now()
        fee, credit = booking._fee_of(percent)
        paid = booking._paid_amount() if booking.state == "confirmed" else 0.0
        back = max(0.0, booking.currency_id.round(paid - fee))
        sent, by_hand = booking._give_back_plan(back)
        kept = 0.0
        if booking._keeps_on_account():
            sent, by_hand, kept = 0.0, 0.0, back
        said = []
        if percent:
            price = booking.space_id.with_env(self.env)._say_price(fee, credit)
            said.append(_("Cancelling now costs you %(price)s.", price=price))
        said += self._back_said(sent, by_hand, kept)
        left = booking.currency_id.round(fee - paid)
        if percent and left > 0:
            said.append(_("%(amount)s are left to pay.", amount=booking._say_amount(left)))
        return said or [_("You will owe nothing.")]

    def _back_said(self, sent, by_hand, kept):
        """Return what comes back, as sentences."""
        _, say = self.env._, self._say_amount
        credits_back = self._credits_back_said()
        return [
            *([_("%(amount)s go back to your means of payment within a few days.", amount=say(sent))] if sent else []),
            *([_("The team gives you back %(amount)s on your next visit.", amount=say(by_hand))] if by_hand else []),
            *([_("%(amount)s stay on your account: they pay your next invoices.", amount=say(kept))] if kept else []),
            *([credits_back] if credits_back else []),
        ]

    def _say_amount(self, amount):
        return self.sudo().currency_id.with_env(self.env).sudo().format(amount)

    # -- After

    def _over_said(self):
        """Return what a booking that was cancelled, or that nobody came to, has cost and brought back."""
        self.ensure_one()
        booking = self.sudo()
        kept = sum(booking.refund_ids.filtered(lambda refund: refund.state == "kept").mapped("amount"))
        said = [*self._cost_said(), *self._back_said(*self._money_back(), kept)]
        left = booking._left_to_pay()
        if left and booking.fee_at:
            said.append(self.env._("%(amount)s are left to pay.", amount=self._say_amount(left)))
        return said or [self.env._("It is cancelled. You owe nothing.")]

    def _left_to_pay(self):
        """Return what the customer has still to pay of it, invoiced or not."""
        booking = self.sudo()
        if booking.payment_status == "to_invoice":
            return booking.currency_id.round(booking.amount_owed - booking._paid_amount())
        return sum(booking._open_invoices().mapped("amount_residual"))

    def _cost_said(self):
        """Return what stays due of it, as sentences; none where there is no fee."""
        self.ensure_one()
        booking, _ = self.sudo(), self.env._
        fee, credit = booking.fee_amount, booking._fee_credits()
        if not booking.fee_at or booking.state not in OVER or not (fee or credit):
            return []
        price = booking.space_id.with_env(self.env)._say_price(fee, credit)
        if booking.state == "no_show":
            return [_("Nobody came: it costs %(price)s.", price=price)]
        return [_("Cancelled late: it costs %(price)s.", price=price)]

    def _rule_said(self, percent):
        """Say, for the list of what was set aside, what the policy asked."""
        fee = self.env["tierslieu.space"]._say_percent(percent)
        name = self.sudo().cancellation_policy_id.name or self.env._("No policy")
        if not percent:
            return self.env._("%(policy)s: what comes back stays on account", policy=name)
        if self.state == "no_show":
            return self.env._("%(policy)s: when nobody comes, %(fee)s stay due", policy=name, fee=fee)
        return self.env._("%(policy)s: cancelling costs %(fee)s", policy=name, fee=fee)

    def _fee_line_said(self, how):
        """Say on an order or an invoice that a line is the fee of what it said."""
        fee = self.env["tierslieu.space"]._say_percent(self.fee_percent)
        if self.state == "no_show":
            return self.env._("Nobody came: %(fee)s of %(line)s", fee=fee, line=how)
        return self.env._("Cancelled late: %(fee)s of %(line)s", fee=fee, line=how)


class BookingLine(models.Model):
    _inherit = "tierslieu.booking.line"

    def _amount_owed(self):
        """Return what is owed of a line: its price, or the fee once it was decided."""
        self.ensure_one()
        return self.fee_amount if self.booking_id.fee_at else self.amount

    def _owed_said(self):
        """Say the credits that pay what is owed of a line."""
        self.ensure_one()
        line = self.sudo()
        return line.credit_type_id.say(line.fee_credits if line.booking_id.fee_at else line.credits)
