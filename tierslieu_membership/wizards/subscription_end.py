from decimal import Decimal

from odoo import api, fields, models

from ..kernels.proration import CYCLES, parts


class SubscriptionEnd(models.TransientModel):
    """The end of a subscription: its last day, and what is still due or given back."""

    _name = "tierslieu.subscription.end"
    _description = "End of a subscription"

    contract_id = fields.Many2one("contract.contract", string="Subscription", required=True, readonly=True)
    company_id = fields.Many2one(related="contract_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_id = fields.Many2one(related="contract_id.tierslieu_plan_id")
    date = fields.Date(required=True, string="Last day", compute="_compute_date", store=True, readonly=False)
    problem = fields.Char(compute="_compute_money", help="The rule in the way.")
    credit = fields.Monetary(compute="_compute_money", string="Given back", help="Of what was invoiced.")
    charge = fields.Monetary(compute="_compute_money", string="Still to invoice")
    caution = fields.Monetary(compute="_compute_money", string="Caution to give back")
    units = fields.Char(related="contract_id.tierslieu_units", string="Free from the day after")
    booked_after = fields.Char(compute="_compute_money", help="With the credits of this subscription, for later days.")
    keep_caution = fields.Boolean(help="The team decides later.")
    override_reason = fields.Char(string="Reason to set the rule aside")

    @api.depends("contract_id")
    def _compute_date(self):
        """Propose the first end that no rule forbids."""
        for wizard in self:
            contract = wizard.contract_id
            today = wizard.env.company._tierslieu_today()
            notice = fields.Date.add(today, days=contract.tierslieu_plan_id.notice_days)
            wizard.date = max(notice, contract.tierslieu_committed_until or notice)

    @api.depends("contract_id", "date")
    def _compute_money(self):
        for wizard in self:
            wizard.update({"credit": 0, "charge": 0, "caution": 0, "problem": False, "booked_after": False})
            contract = wizard.contract_id.sudo()
            if not contract or not wizard.date:
                continue
            rules = contract._tierslieu_rules_of_end(wizard.date)
            wizard.problem = rules[0] if rules else False
            after = fields.Date.add(wizard.date, days=1)
            for line in contract._tierslieu_lines():
                wizard.credit += contract._tierslieu_credit_total(line, after)
                wizard.charge += contract._tierslieu_left_total(line, wizard.date)
            wizard.caution = contract._tierslieu_caution_held()
            wizard.booked_after = contract._tierslieu_booked_after_said(wizard.date)

    def action_end(self):
        """End it, and show it."""
        self.ensure_one()
        if self.keep_caution:
            self.contract_id.action_keep_caution()
        self.contract_id.action_terminate(self.date, override_reason=self.override_reason or None)
        return self.contract_id._get_records_action()


class Contract(models.Model):
    _inherit = "contract.contract"

    def _tierslieu_left_total(self, line, date):
        """Return what is to be invoiced of a line until a last day, tax included."""
        first = line.next_period_date_start
        last = min(line.date_end or date, date)
        if not first or first > last:
            return 0.0
        found = parts(first, last, CYCLES[line.tierslieu_cycle].months)
        total = sum((line._tierslieu_amount(part) for part in found), Decimal(0))
        return line.tierslieu_plan_id._with_tax(float(total))
