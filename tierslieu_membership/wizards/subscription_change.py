from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernels.proration import amount, next_part
from ..models.plan import money


class SubscriptionChange(models.TransientModel):
    """Another plan, or another desk, from a day on: what is credited and charged is seen before."""

    _name = "tierslieu.subscription.change"
    _description = "Change of a subscription"

    contract_id = fields.Many2one("contract.contract", string="Subscription", required=True, readonly=True)
    company_id = fields.Many2one(related="contract_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    old_plan_id = fields.Many2one(related="contract_id.tierslieu_plan_id", string="Plan they have")
    units = fields.Char(related="contract_id.tierslieu_units", string="Unit they have")
    plan_id = fields.Many2one(
        "tierslieu.plan", required=True, domain="[('company_id', '=', company_id)]", string="New plan"
    )
    space_id = fields.Many2one(related="plan_id.space_id")
    unit_id = fields.Many2one(
        "tierslieu.unit", domain="[('space_ids', 'in', space_id)]", string="Which one",
        help="Empty: the one they have, or one that is free.",
    )
    date = fields.Date(
        required=True, string="From", default=lambda self: self.env.company._tierslieu_today() + timedelta(days=1)
    )
    credit = fields.Monetary(compute="_compute_money", string="Given back", help="Of what was invoiced.")
    charge = fields.Monetary(compute="_compute_money", string="First invoice of the new plan")
    balance = fields.Monetary(compute="_compute_money", string="To pay")
    problem = fields.Char(compute="_compute_money")
    override_reason = fields.Char(string="Reason to set the rule aside")

    @api.depends("plan_id", "date", "contract_id")
    def _compute_money(self):
        for wizard in self:
            wizard.update({"credit": 0, "charge": 0, "balance": 0, "problem": False})
            contract, plan = wizard.contract_id.sudo(), wizard.plan_id.sudo()
            if not wizard.date or not plan or plan == wizard.old_plan_id:
                continue
            try:
                line = contract._tierslieu_changeable(wizard.date)
            except UserError as error:
                wizard.problem = str(error)
                continue
            price, _pricelist = plan._price_for(contract.partner_id, wizard.date)
            rules = contract._tierslieu_rules_of_change(line, plan, price, wizard.date)
            wizard.problem = rules[0] if rules else False
            part = next_part(wizard.date, plan._cycle().months)
            first = amount(money(price), plan._cycle(), part, digits=plan._digits())
            wizard.credit = contract._tierslieu_credit_total(line, wizard.date)
            wizard.charge = plan._with_tax(float(first))
            wizard.balance = wizard.charge - wizard.credit

    def action_change(self):
        """Change it, and show it."""
        self.ensure_one()
        if self.plan_id == self.old_plan_id and self.unit_id:
            self.contract_id.action_change_unit(self.unit_id, self.date)
        else:
            self.contract_id.action_change_plan(
                self.plan_id, self.date, unit=self.unit_id or None, override_reason=self.override_reason or None
            )
        return self.contract_id._get_records_action()


class Contract(models.Model):
    _inherit = "contract.contract"

    def _tierslieu_credit_total(self, line, date):
        """Return what is given back, tax included, when a line is cut from a date on."""
        plan = line.tierslieu_plan_id
        value = sum((value for _billed, _part, value in self._tierslieu_unused_of(line, date)), Decimal(0))
        return plan._with_tax(float(value)) if value else 0.0

    def action_open_change(self):
        """Open the change of a plan or of a desk."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_membership.action_subscription_change")
        action["context"] = {
            "default_contract_id": self.id, "default_plan_id": self.tierslieu_plan_id.id, "dialog_size": "medium",
        }
        return action

    def action_open_end(self):
        """Open the end of a subscription."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_membership.action_subscription_end")
        action["context"] = {"default_contract_id": self.id, "dialog_size": "medium"}
        return action

    def action_bill_now(self):
        """Invoice what is due of these subscriptions by today."""
        self._tierslieu_require_team()._tierslieu_bill()
        return True

    def action_view_invoices(self):
        """Show invoices, credit notes and cautions of a subscription."""
        self.ensure_one()
        contract = self._tierslieu_require_team()
        moves = contract._get_related_invoices() | contract.tierslieu_caution_move_ids
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
        return action | {"domain": [("id", "in", moves.ids)], "context": {"create": False}}
