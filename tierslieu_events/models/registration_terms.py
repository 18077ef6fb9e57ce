from decimal import Decimal

from odoo import fields, models

from odoo.addons.tierslieu_booking.kernels import cancellation
from odoo.addons.tierslieu_booking.models.cancellation_policy import percent_at, phases_of


class Event(models.Model):
    _inherit = "event.event"

    tierslieu_policy_id = fields.Many2one(
        "tierslieu.cancellation.policy", string="Cancellation", ondelete="restrict", index="btree_not_null",
        domain="['|', ('company_id', '=', company_id), ('company_id', '=', False)]",
        help="What giving up a seat costs. Empty: as for the bookings of the place.",
    )

    def _tierslieu_terms(self):
        """Return what giving up a seat costs by now, as the snapshot of a cancellation policy; {} for no policy."""
        self.ensure_one()
        event = self.sudo()
        if event.tierslieu_policy_id:
            return event.tierslieu_policy_id._snapshot()
        company = event.company_id or self.env.company
        return self.env["tierslieu.cancellation.policy"]._first_terms(
            ("place", event.tierslieu_place_id.id, False), ("company", company.id, False)
        )

    def _tierslieu_terms_said(self):
        """Say what giving up a seat costs, to somebody who is about to have one."""
        return self.env["tierslieu.space"]._say_terms(self._tierslieu_terms() | {"no_show": 100})


class Registration(models.Model):
    """What giving up a seat costs: kept when the seat was had, decided once."""

    _inherit = "event.registration"

    tierslieu_terms = fields.Json(
        string="Terms of cancellation", readonly=True, copy=False,
        help="What the cancellation policy said when the seat was had.",
    )
    tierslieu_cancelled_at = fields.Datetime(string="Cancelled on", readonly=True, copy=False)
    tierslieu_fee_percent = fields.Float(
        string="Fee (%)", readonly=True, copy=False, digits=(5, 2), help="What stays due of its price."
    )

    def _tierslieu_start(self):
        """Return when what the seat is for begins, naive UTC."""
        self.ensure_one()
        return self.event_slot_id.start_datetime or self.event_id.date_begin

    def _tierslieu_price(self):
        """Return what was asked for this seat: (amount tax included, credits), exact."""
        self.ensure_one()
        line = self.sudo().sale_order_line_id
        digits = line.currency_id.decimal_places if line else 2
        price = Decimal(0)
        if line and line.product_uom_qty:
            price = Decimal(str(line.price_total / line.product_uom_qty)).quantize(Decimal(1).scaleb(-digits))
        return price, sum(self._tierslieu_drawn().values(), Decimal(0))

    def _tierslieu_fee_now(self):
        """Return what giving it up now costs, in percent of its price: nothing where there is nothing to come to."""
        self.ensure_one()
        registration = self.sudo()
        if not registration.event_id._tierslieu_is_on():
            return cancellation.NOTHING
        sold = registration.state == "open" or (registration.state == "draft" and registration._tierslieu_is_sold())
        if not sold or not registration.tierslieu_terms:
            return cancellation.NOTHING
        return percent_at(registration.tierslieu_terms, registration._tierslieu_start(), fields.Datetime.now())

    def _tierslieu_keeps_money(self):
        """Whether what comes back of it stays on account, as its terms say: not of an event that was called off."""
        self.ensure_one()
        seat = self.sudo()
        return (seat.tierslieu_terms or {}).get("back") == "credit" and seat.event_id._tierslieu_is_on()

    def _tierslieu_is_sold(self):
        """Whether an order that is confirmed sells it."""
        return self.sudo().sale_order_id.state == "sale"

    def _tierslieu_fee_of(self, percent):
        """Return the share that stays due of its price: (amount, credits), exact."""
        price, credit = self._tierslieu_price()
        [fee] = cancellation.split([price], percent)
        return fee, cancellation.credit_share(credit, percent) if credit else Decimal(0)

    # -- Said

    def _tierslieu_terms_said(self):
        """Say until when it may be given up and what it costs then, on the clock of the event."""
        self.ensure_one()
        registration = self.sudo()
        price, credit = registration._tierslieu_price()
        if not price and not credit:
            return self.env._("You can give your seat to others until it begins: tell us, and somebody else has it.")
        terms, space = registration.tierslieu_terms or {}, self.env["tierslieu.space"]
        if terms.get("back") == "nothing":
            return space._say_terms(terms)
        now, start = fields.Datetime.now(), registration._tierslieu_start()
        phases = [
            (until and registration._tierslieu_until_said(until, self.env), percent)
            for until, percent in phases_of(terms, start)
            if not until or until >= now
        ]
        if phases == [(None, cancellation.NOTHING)]:
            phases = [(registration._tierslieu_until_said(start, self.env), cancellation.NOTHING)]
        return " ".join([space._say_phases(phases), *space._say_rest(terms | {"no_show": 100})])

    def _tierslieu_until_said(self, moment, env):
        said = self.event_id.with_env(env).sudo()._tierslieu_moment_said(moment)
        return env._("until %(moment)s", moment=said)

    def _tierslieu_cancelling_said(self):
        """Return what giving it up now would do to money and credits, as sentences."""
        self.ensure_one()
        registration, _ = self.sudo(), self.env._
        _price, credit = registration._tierslieu_price()
        percent = registration._tierslieu_fee_now()
        fee, fee_credit = registration._tierslieu_fee_of(percent)
        said, money = [], registration._tierslieu_money_said
        if percent and (fee or fee_credit):
            costs = registration._tierslieu_worth_said(fee, fee_credit)
            said.append(_("Cancelling now costs you %(price)s.", price=costs))
        paid, by_hand = registration._tierslieu_paid_of_it(), registration._tierslieu_credited_by_hand()
        back = max(Decimal(0), paid - fee)
        if back and not by_hand and registration._tierslieu_keeps_money():
            said.append(_("%(amount)s stay on your account: they pay your next invoices.", amount=money(back)))
        elif back:
            sent = not by_hand and registration._tierslieu_comes_back_alone(back)
            if sent:
                said.append(_("%(amount)s go back to your means of payment within a few days.", amount=money(back)))
            else:
                said.append(_("The team gives you back %(amount)s on your next visit.", amount=money(back)))
        if credit > fee_credit:
            left = registration.tierslieu_credit_type_id.with_env(self.env).sudo().say(float(credit - fee_credit))
            said.append(_("%(credits)s come back to you.", credits=left))
        if fee > paid:
            said.append(_("%(amount)s are left to pay.", amount=money(fee - paid)))
        return said or [_("You will owe nothing.")]

    def _tierslieu_money_said(self, amount):
        currency = self.sale_order_id.currency_id or self.event_id.currency_id or self.env.company.currency_id
        return currency.format(float(amount))

    def _tierslieu_worth_said(self, amount, credit):
        """Say an amount of money, of credits, or both."""
        said = [self._tierslieu_money_said(amount)] if amount or not credit else []
        if credit:
            said.append(self.tierslieu_credit_type_id.say(float(credit)))
        return " + ".join(said)

    def _tierslieu_paid(self):
        """Return how much has been paid of its order, at most what the order costs."""
        order = self.sudo().sale_order_id
        invoices = order.invoice_ids.filtered(lambda move: move.state == "posted")
        paid = sum(move.amount_total_signed - move.amount_residual_signed for move in invoices)
        online = sum(
            tx.amount for tx in order.transaction_ids
            if tx.state == "done" and tx.operation not in ("refund", "validation")
        )
        return Decimal(str(round(max(paid, online), 2)))

    def _tierslieu_paid_of_it(self):
        """Return how much has been paid of this seat, as far as its order and its invoices tell."""
        self.ensure_one()
        price, _credit = self._tierslieu_price()
        return min(price, self._tierslieu_paid())

    def _tierslieu_comes_back_alone(self, amount):
        """Whether what is given back goes by itself to the means of payment that brought it."""
        refund, order = self.env["tierslieu.refund"].sudo(), self.sudo().sale_order_id
        plan = refund._plan(order.currency_id, float(amount), order.transaction_ids)
        return all(tx and refund._is_automatic(tx, part) for tx, part in plan)
