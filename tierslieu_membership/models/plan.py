from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.tierslieu_base.tools import say_day

from ..kernels.proration import CYCLES

BILLINGS = [
    ("month", "Each month"),
    ("quarter", "Each quarter"),
    ("year", "Each year"),
    ("dues", "A year, in twelve dues"),
]
# What OCA's contract calls each of them, for its own screens and reports.
RULES = {"month": "monthlylastday", "quarter": "quarterly", "year": "yearly", "dues": "monthlylastday"}


class Plan(models.Model):
    """What is sold to those who come often: a desk, credits each month, a fare, at so much a period.

    A subscription is a contract of OCA `contract` opened by it. Its price is
    that of the product in the fare of who subscribes; what it costs for some
    days is the business of the kernel `proration`.
    """

    _name = "tierslieu.plan"
    _description = "Plan"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    description = fields.Text(translate=True, help="What members read: what is in it, and for whom.")
    is_published = fields.Boolean(string="Published", copy=False, help="Members can subscribe on line.")

    # -- What it costs
    product_id = fields.Many2one(
        "product.product", required=True, index=True, ondelete="restrict", check_company=True,
        domain="[('type', '=', 'service'), ('company_id', 'in', (company_id, False))]",
        help="Its price is that of a whole period; fares, taxes and accounts are its own.",
    )
    price = fields.Monetary(
        compute="_compute_price", help="Of a whole period, tax included, without any fare."
    )
    billing = fields.Selection(BILLINGS, required=True, default="month", string="Billed")
    invoicing = fields.Selection(
        [("before", "Before the period"), ("after", "After the period")],
        required=True, default="before", string="Invoiced",
    )
    price_policy = fields.Selection(
        [("frozen", "Frozen: that of the day they subscribe"), ("indexed", "Indexed: it follows, after a notice")],
        required=True, default="frozen", string="Price of those who subscribed",
    )
    index_notice_days = fields.Integer(
        string="Notice of a new price", default=30, help="Days between the notice and the new price."
    )

    # -- What it gives
    space_id = fields.Many2one(
        "tierslieu.space", index="btree_not_null", ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
        help="One of its units is theirs for as long as they subscribe: a desk, an office, a locker.",
    )
    also_space_ids = fields.Many2many(
        "tierslieu.space", string="And one of", domain="[('company_id', '=', company_id), ('id', '!=', space_id)]",
        help="A unit of each of these besides: a locker with the desk.",
    )
    profile_id = fields.Many2one(
        "tierslieu.profile", string="Fare given", index="btree_not_null", ondelete="restrict", check_company=True,
        help="The fare of whoever subscribes, whatever their proofs say.",
    )
    allowance_ids = fields.One2many("tierslieu.plan.allowance", "plan_id", string="Credits given", copy=True)

    # -- What it asks
    commitment_months = fields.Integer(string="Commitment", help="Months that one stays at least.")
    notice_days = fields.Integer(string="Notice", help="Days between asking to leave and leaving.")
    caution_amount = fields.Monetary(
        string="Caution", help="Asked for at the beginning and given back at the end: a debt, without VAT."
    )

    contract_ids = fields.One2many("contract.contract", "tierslieu_plan_id", string="Subscriptions")
    subscription_count = fields.Integer(compute="_compute_subscription_count", string="Running")

    _numbers = models.Constraint(
        "CHECK (COALESCE(commitment_months, 0) BETWEEN 0 AND 120 AND COALESCE(notice_days, 0) BETWEEN 0 AND 730"
        " AND COALESCE(index_notice_days, 0) BETWEEN 0 AND 730 AND COALESCE(caution_amount, 0) >= 0)",
        "Commitment, notice and caution are not below zero.",
    )

    @api.depends("product_id.list_price", "product_id.taxes_id", "company_id")
    def _compute_price(self):
        for plan in self:
            plan.price = plan._with_tax(plan.product_id.list_price)

    def _compute_subscription_count(self):
        today = self.env.company._tierslieu_today()
        counts = dict(
            self.env["contract.contract"]._read_group(
                [
                    ("tierslieu_plan_id", "in", self.ids), ("tierslieu_start", "<=", today),
                    "|", ("date_end", "=", False), ("date_end", ">=", today),
                ],
                ["tierslieu_plan_id"], ["__count"],
            )
        )
        for plan in self:
            plan.subscription_count = counts.get(plan, 0)

    @api.constrains("space_id", "also_space_ids", "allowance_ids", "company_id")
    def _check_company_of_what_it_gives(self):
        for plan in self:
            given = [*plan.sudo().space_id, *plan.sudo().also_space_ids, *plan.sudo().allowance_ids.type_id]
            stray = [each for each in given if each.company_id != plan.company_id]
            if stray:
                raise ValidationError(
                    self.env._("%(what)s belongs to another company than this plan.", what=stray[0].name)
                )

    def write(self, vals):
        """Leave what runs as it was sold: a plan that people have changes only what it says of itself."""
        fixed = {"company_id", "billing", "invoicing", "space_id", "also_space_ids"}
        if fixed & vals.keys() and self.sudo().with_context(active_test=False).contract_ids:
            changed = self.filtered(lambda plan: any(
                name in vals and plan._fields[name].convert_to_write(plan[name], plan) != vals[name] for name in fixed
            ))
            if changed.sudo().with_context(active_test=False).contract_ids:
                raise UserError(
                    self.env._("People have subscribed to %(plan)s: make another plan, and let them change to it.",
                               plan=changed[:1].name)
                )
        result = super().write(vals)
        if "profile_id" in vals:
            self.env.registry.clear_cache()
        return result

    # -- Prices

    def _cycle(self):
        self.ensure_one()
        return CYCLES[self.billing]

    def _price_for(self, partner, date):
        """Return (price of a whole period, the pricelist it comes from) for someone on a date.

        As the product's taxes have it: tax included here. What a plan gives
        as a fare is for the time one books, not for the plan itself.
        """
        self.ensure_one()
        plan = self.sudo().with_company(self.company_id)
        partner = partner.sudo().with_company(self.company_id)
        fares = partner.with_context(tierslieu_without_plans=True)._tierslieu_profiles_on(date)
        pricelist = fares[partner.id].sudo().pricelist_id or partner.property_product_pricelist
        price = pricelist._get_product_price(
            plan.product_id, 1.0, currency=plan.currency_id, date=fields.Datetime.to_datetime(date)
        )
        return plan.currency_id.round(price), pricelist

    def _with_tax(self, price):
        """Return a price of this plan's product with its taxes, as pages say it."""
        self.ensure_one()
        plan = self.sudo()
        taxes = plan.product_id.taxes_id._filter_taxes_by_company(plan.company_id)
        return taxes.compute_all(price, plan.currency_id, 1.0, plan.product_id)["total_included"]

    def _without_tax(self, price):
        """Return what of a price is revenue."""
        self.ensure_one()
        plan = self.sudo()
        taxes = plan.product_id.taxes_id._filter_taxes_by_company(plan.company_id)
        return taxes.compute_all(price, plan.currency_id, 1.0, plan.product_id)["total_excluded"]

    def _digits(self):
        return self.company_id.currency_id.decimal_places

    # -- Screens

    def action_view_subscriptions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_membership.action_subscription")
        action["domain"] = [("tierslieu_plan_id", "=", self.id)]
        return action

    def action_sell(self):
        """Open the sale of this plan at the desk."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_membership.action_plan_sale")
        action["context"] = {"default_plan_id": self.id, "dialog_size": "large"}
        return action


def money(value):
    """Return an amount of money as the kernel counts it: a float of the ORM, exact in its decimals."""
    return Decimal(str(value or 0))


def say_part(env, name, part, whole):
    """Say which days of a plan are paid for, and how many of a period they are when it is not a whole one.

    :param part: `Part` that is paid for
    :param whole: `Part`, the period that it is in
    :return: “Poste résident, from 12 to 31 January 2027 (20 days of 31)”
    """
    words = {
        "plan": name,
        "first": say_day(env, part.first),
        "last": say_day(env, part.last),
    }
    if part == whole:
        return env._("%(plan)s, from %(first)s to %(last)s", **words)
    words |= {"days": part.days, "whole": whole.days}
    if part.days == 1:
        return env._("%(plan)s, on %(first)s (one day of %(whole)s)", **words)
    return env._("%(plan)s, from %(first)s to %(last)s (%(days)s days of %(whole)s)", **words)
