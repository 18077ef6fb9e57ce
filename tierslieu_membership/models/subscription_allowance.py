from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.tierslieu_booking.models.credit_type import exact

from ..kernels.proration import Cycle, Part, amount, parts

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
    is_taken_back = fields.Boolean(
        readonly=True, copy=False, help="The subscription ends before: what comes back to it goes at once."
    )

    _tierslieu_once = models.UniqueIndex(
        "(contract_line_id, type_id, valid_from) WHERE contract_line_id IS NOT NULL",
        "The credits of this period are granted already.",
    )

    def _give_back(self, amount, booking, reason=None):
        """Let nobody keep the credits of a period that is over: they do not open again, as bought ones do."""
        lot = self.sudo()
        today = booking.sudo().space_id._today()
        over = lot.is_taken_back or (lot.last_day and lot.last_day < today)
        if not lot.contract_line_id or not over:
            return super()._give_back(amount, booking, reason=reason)
        move = lot._post("return", amount, booking=booking, reason=reason)
        lot._post("expire", -exact(amount), reason=self.env._("The period of the subscription is over"))
        return move

    def _soon_domain(self):
        """Tell nobody each month that what a plan gives each month ends with the month."""
        return super()._soon_domain() & Domain("contract_line_id", "=", False)

    def _tierslieu_cut(self, last):
        """Take back what a subscription that ends, or changes, on a day has not earned."""
        for lot in self.sudo():
            if lot.valid_from > last:
                lot.is_taken_back = True
                if lot.balance:
                    lot._post("expire", -exact(lot.balance), reason=self.env._("The subscription ends before"))
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
                    lot._post("expire", -beyond, reason=self.env._("The days after the subscription"))
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
        lots = self.env["tierslieu.credit.lot"].sudo()
        for contract in self.sudo():
            today = contract._tierslieu_today()
            there = {
                (lot.contract_line_id, lot.type_id, lot.valid_from) for lot in contract.tierslieu_lot_ids
            }
            for line in contract._tierslieu_lines():
                for allowance in line.tierslieu_plan_id.allowance_ids:
                    months = MONTHS[allowance.period]
                    until = today + timedelta(days=allowance.type_id._tierslieu_days_ahead())
                    if line.date_end:
                        until = min(until, line.date_end)
                    for part in contract._tierslieu_allowance_parts(line, months, today, until):
                        if (line, allowance.type_id, part.first) in there:
                            continue
                        credits = amount(exact(allowance.amount), Cycle(months), part, line.tierslieu_since)
                        if credits:
                            lots._grant(
                                allowance.type_id, contract.partner_id, credits, valid_from=part.first,
                                valid_until=None if allowance.carry_over else part.last, origin="plan",
                                reason=line.tierslieu_plan_id.name, contract_line_id=line.id,
                                allowance_amount=allowance.amount, allowance_months=months, allowance_last=part.last,
                            )
            contract.tierslieu_granted_on = today
            contract.invalidate_recordset(["tierslieu_lot_ids"])
        return True

    def _tierslieu_allowance_parts(self, line, months, today, until):
        """Return the parts of a stretch that are not over and that begin by a day, whole to their end."""
        found, first = [], line.date_start
        while first <= until:
            last = line.date_end or until + timedelta(days=MOST_AHEAD)
            part = parts(first, last, months)[0]
            if part.last >= today:
                found.append(part)
            first = part.last + timedelta(days=1)
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
