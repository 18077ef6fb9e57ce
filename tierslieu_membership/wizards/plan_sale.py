from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context, format_date

from ..kernels.proration import amount, next_part
from ..models.plan import money


class PlanSale(models.TransientModel):
    """A plan sold at the desk: who, which one, from when on, which desk; the first invoice is seen before."""

    _name = "tierslieu.plan.sale"
    _description = "Plan sold at the desk"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Who", required=True,
        default=lambda self: self.env.context.get("tierslieu_partner_id"),
    )
    plan_id = fields.Many2one(
        "tierslieu.plan", required=True, domain="[('company_id', '=', company_id)]",
        default=lambda self: self.env["tierslieu.plan"].search([("company_id", "=", self.env.company.id)], limit=1),
    )
    start = fields.Date(
        required=True, string="From", default=lambda self: self.env.company._tierslieu_today(),
    )
    space_id = fields.Many2one(related="plan_id.space_id")
    unit_id = fields.Many2one(
        "tierslieu.unit", string="Which one", domain="[('space_ids', 'in', space_id)]",
        help="Empty: one that is free.",
    )
    is_free = fields.Char(compute="_compute_is_free")
    price = fields.Monetary(compute="_compute_money")
    price_said = fields.Char(compute="_compute_money")
    first = fields.Monetary(string="First invoice", compute="_compute_money")
    first_said = fields.Char(compute="_compute_money")
    caution = fields.Monetary(compute="_compute_money")
    contract_id = fields.Many2one("contract.contract", readonly=True, help="What was sold: a sale subscribes once.")

    @api.onchange("plan_id")
    def _onchange_plan_id(self):
        if self.unit_id not in self.plan_id.space_id.unit_ids:
            self.unit_id = False

    @api.depends("plan_id", "unit_id", "start")
    def _compute_is_free(self):
        """Say what stands in the way of the unit, before anyone is promised it."""
        for wizard in self:
            wizard.is_free = False
            if wizard.unit_id and wizard.start:
                wizard.is_free = wizard._claims()

    def _claims(self):
        contract = self.env["contract.contract"]
        occupancies = self.env["tierslieu.occupancy"].sudo()
        day = contract._tierslieu_midnight(self.unit_id.sudo(), self.start)
        rows = occupancies._live(self.unit_id, [(day, contract._tierslieu_far())])
        stuck = rows.filtered(lambda row: row.kind != "booking" or self.space_id.allocation != "any")
        return stuck[:1]._sentence() if stuck else False

    @api.depends("plan_id", "partner_id", "start")
    def _compute_money(self):
        for wizard in self:
            plan = wizard.plan_id
            wizard.update({"price": 0, "price_said": False, "first": 0, "first_said": False, "caution": 0})
            if not plan or not wizard.partner_id or not wizard.start:
                continue
            price, _pricelist = plan._price_for(wizard.partner_id._origin or wizard.partner_id, wizard.start)
            part = next_part(wizard.start, plan._cycle().months)
            first = amount(money(price), plan._cycle(), part, digits=plan._digits())
            billings = dict(plan._fields["billing"]._description_selection(self.env))
            wizard.price = plan._with_tax(price)
            wizard.price_said = billings[plan.billing]
            wizard.first = plan._with_tax(float(first))
            wizard.first_said = self.env._(
                "from %(first)s to %(last)s, invoiced on %(day)s",
                first=format_date(self.env, part.first), last=format_date(self.env, part.last),
                day=format_date(self.env, part.first if plan.invoicing == "before" else part.last),
            )
            wizard.caution = plan.caution_amount

    def action_sell(self):
        """Subscribe, once, make the invoice that is due, and show the subscription."""
        self.ensure_one()
        if not self.env.user.has_group("tierslieu_base.group_host"):
            raise AccessError(self.env._("Only the team sells plans."))
        if not self.contract_id:
            if self.company_id != self.env.company:
                raise UserError(self.env._("Sell it from its own company."))
            plans = self.env["tierslieu.plan"].with_context(clean_context(self.env.context))
            # Of two clicks at once, the second begins again and finds what the first wrote.
            self.contract_id = plans.subscribe(self.plan_id, self.partner_id, self.start, unit=self.unit_id or None)
            self.contract_id.sudo()._tierslieu_bill()
        return self.contract_id._get_records_action()
