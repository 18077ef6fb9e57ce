from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.tierslieu_booking.models.credit_type import DIGITS, exact

from ..kernels.proration import Cycle, Part, amount, next_part

MONTHS = {"month": 1, "quarter": 3, "year": 12}
# How far ahead credits are there at least and at most, in days, whatever can be booked.
LEAST_AHEAD, MOST_AHEAD = 62, 366


class CreditLot(models.Model):
    """The credits that a plan gives for a period."""

    _inherit = "tierslieu.credit.lot"

    origin = fields.Selection(selection_add=[("plan", "Plan")], ondelete={"plan": "set default"})
    contract_id = fields.Many2one(
        related="contract_line_id.contract_id", string="Subscription", store=True, index="btree_not_null"
    )
    contract_line_id = fields.Many2one(
        "contract.line", readonly=True, index="btree_not_null", ondelete="restrict", copy=False
    )
    allowance_amount = fields.Float(readonly=True, copy=False, help="Of a whole period.")
    allowance_months = fields.Integer(readonly=True, copy=False, help="Length of a whole period.")
    allowance_last = fields.Date(readonly=True, copy=False, help="Last day of the period that it was granted for.")
    overdrawn = fields.Float(
        readonly=True, copy=False, digits=DIGITS,
        help="What bookings had drawn beyond the day when the subscription changed: the next plan gives so much less.",
    )
    is_taken_back = fields.Boolean(
        readonly=True, copy=False, help="The subscription ends before: what comes back to it goes at once."
    )

    _tierslieu_once = models.UniqueIndex(
        "(contract_line_id, type_id, valid_from) WHERE contract_line_id IS NOT NULL",
        "The credits of this period are granted already.",
    )

    def _give_back(self, amount, booking=None, reason=None, **values):
        """Let nobody keep the credits of a period that is over: they do not open again, as bought ones do."""
        lot = self.sudo()
        today = booking.sudo().space_id._today() if booking else lot._today()
        over = lot.is_taken_back or (lot.last_day and lot.last_day < today)
        if not lot.contract_line_id or not over:
            return super()._give_back(amount, booking, reason=reason, **values)
        move = lot._post("return", amount, booking=booking, reason=reason, **values)
        lot._post("expire", -exact(amount), reason=lot._to_holder().env._("The period of the subscription is over"))
        return move

    def _soon_domain(self):
        """Tell nobody each month that what a plan gives each month ends with the month."""
        return super()._soon_domain() & Domain("contract_line_id", "=", False)

    def _tierslieu_cut(self, last):
        """Take back what a subscription that ends, or changes, on a day has not earned."""
        for lot in self.sudo():
            drawn = -sum(exact(move.amount) for move in lot.move_ids if move.kind in ("consume", "return", "fee"))
            if lot.valid_from > last:
                lot.write({"is_taken_back": True, "overdrawn": float(drawn)})
                if lot.balance:
                    said = lot._to_holder().env._("The subscription ends before")
                    lot._post("expire", -exact(lot.balance), reason=said)
                continue
            if lot.valid_until and lot.valid_until <= last:
                continue
            if lot.allowance_last > last:
                earned = amount(
                    exact(lot.allowance_amount), Cycle(lot.allowance_months), Part(lot.valid_from, last),
                    lot.contract_line_id.tierslieu_since,
                )
                gone = sum(exact(move.amount) for move in lot.move_ids if move.kind == "expire")
                beyond = min(exact(lot.granted) + gone - earned, exact(lot.balance))
                if beyond > 0:
                    lot._post("expire", -beyond, reason=lot._to_holder().env._("The days after the subscription"))
                lot.overdrawn = max(float(drawn - earned), 0.0)
            lot.valid_until = last


class Contract(models.Model):
    """Credits each period, there as far ahead as one can book."""

    _inherit = "contract.contract"

    tierslieu_lot_ids = fields.One2many("tierslieu.credit.lot", "contract_id", string="Credits given")
    tierslieu_granted_on = fields.Date(readonly=True, copy=False)

    def _tierslieu_allowance_domain(self, company):
        """Domain of the subscriptions whose credits nobody has looked at today."""
        today = company._tierslieu_today()
        return [
            "|", ("date_end", "=", False), ("date_end", ">=", today),
            "|", ("tierslieu_granted_on", "=", False), ("tierslieu_granted_on", "<", today),
            ("contract_line_ids.tierslieu_plan_id.allowance_ids", "!=", False),
        ]

    def _tierslieu_grant_allowances(self):
        """Grant the credits of this period and of those that can be booked, once each.

        The first period, and one that a change cuts, has its share to the
        day, as the price has. Periods that are over are not made up for.
        """
        for contract in self.sudo():
            today = contract._tierslieu_today()
            for line in contract._tierslieu_lines():
                for allowance in line.tierslieu_plan_id.allowance_ids:
                    until = today + timedelta(days=allowance.type_id._tierslieu_days_ahead())
                    if line.date_end:
                        until = min(until, line.date_end)
                    for part in contract._tierslieu_allowance_parts(line, MONTHS[allowance.period], today, until):
                        contract._tierslieu_grant_part(line, allowance, part)
            contract.tierslieu_granted_on = today
            contract.invalidate_recordset(["tierslieu_lot_ids"])
        return True

    def _tierslieu_grant_part(self, line, allowance, part):
        """Grant the credits of a part of a period, unless it has them already."""
        lots = self.tierslieu_lot_ids.filtered(lambda lot: lot.type_id == allowance.type_id)
        if any(
            (lot.valid_from == part.first and lot.contract_line_id == line)
            # At another price, the credits of the period are those that are there.
            or (not lot.is_taken_back and lot.valid_from <= part.first <= (lot.valid_until or lot.allowance_last)
            and part.first <= lot.allowance_last)
            for lot in lots
        ):
            return
        drawn = sum(
            exact(lot.overdrawn) for lot in lots
            if lot.contract_line_id != line and part.first <= lot.allowance_last <= part.last
        )
        months = MONTHS[allowance.period]
        given = amount(exact(allowance.amount), Cycle(months), part, line.tierslieu_since) - drawn
        if given > 0:
            lots._grant(
                allowance.type_id, self.partner_id, given, valid_from=part.first,
                valid_until=None if allowance.carry_over else part.last, origin="plan",
                reason=line.tierslieu_plan_id.name, contract_line_id=line.id,
                allowance_amount=allowance.amount, allowance_months=months, allowance_last=part.last,
            )
            self.invalidate_recordset(["tierslieu_lot_ids"])

    def _tierslieu_allowance_parts(self, line, months, today, until):
        """Return the parts of a stretch that are not over and that begin by a day, whole to their end."""
        found, part = [], next_part(line.date_start, months, line.date_end)
        while part and part.first <= until:
            if part.last >= today:
                found.append(part)
            part = next_part(part.last + timedelta(days=1), months, line.date_end)
        return found

    def _tierslieu_cut_allowances(self, last):
        """Take back the credits of the days after one, of the periods that it cuts and of those to come."""
        self.sudo().tierslieu_lot_ids.filtered(lambda lot: not lot.is_taken_back)._tierslieu_cut(last)


class CreditType(models.Model):
    _inherit = "tierslieu.credit.type"

    def _tierslieu_days_ahead(self):
        """Return how many days ahead these credits can be booked with, a year at the most."""
        self.ensure_one()
        horizons = [space.horizon_days or LEAST_AHEAD for space in self.sudo().value_ids.space_id]
        return min(max([LEAST_AHEAD, *horizons]), MOST_AHEAD)
