from odoo import api, fields, models
from odoo.tools import format_date

from ..kernels.proration import CYCLES, Part, amount, next_part, period_of
from .plan import BILLINGS, RULES, money, say_part

CYCLE_MONTHS = {"month": 1, "quarter": 3, "year": 12, "dues": 12}


class ContractLine(models.Model):
    """A stretch of a subscription at one price, billed by the calendar and by the kernel.

    OCA's own periods drift from the 31st on and share a period out by
    quantities of two decimals; lines of a plan keep a quantity of one and a
    price of their own for each invoice. Other lines are left to OCA.
    """

    _inherit = "contract.line"

    tierslieu_plan_id = fields.Many2one("tierslieu.plan", string="Plan", index="btree_not_null", ondelete="restrict")
    tierslieu_cycle = fields.Selection(BILLINGS, string="Billed", readonly=True)
    tierslieu_price = fields.Monetary(
        string="Price", readonly=True, help="Of a whole period, or of the year that is paid in twelve dues."
    )
    tierslieu_since = fields.Date(
        readonly=True, copy=True,
        help="Since when this price has run: the parts of a period are rounded on what has run since.",
    )

    # -- Periods

    @api.depends("tierslieu_cycle")
    def _compute_next_period_date_end(self):
        ours = self.filtered("tierslieu_cycle")
        result = super(ContractLine, self - ours)._compute_next_period_date_end()
        for line in ours:
            part = line._tierslieu_next_part()
            line.next_period_date_end = part.last if part else False
        return result

    @api.depends("tierslieu_cycle", "last_date_invoiced", "date_start")
    def _compute_recurring_next_date(self):
        """Invoice ours on the first day of a period, or on its last one."""
        ours = self.filtered("tierslieu_cycle")
        result = super(ContractLine, self - ours)._compute_recurring_next_date()
        for line in ours:
            part = line._tierslieu_next_part()
            if not part:
                line.recurring_next_date = False
            elif line.recurring_invoicing_type == "pre-paid":
                line.recurring_next_date = part.first
            else:
                line.recurring_next_date = part.last
        return result

    def _get_period_to_invoice(self, last_date_invoiced, recurring_next_date, stop_at_date_end=True):
        if not self.tierslieu_cycle:
            return super()._get_period_to_invoice(last_date_invoiced, recurring_next_date, stop_at_date_end)
        part = self._tierslieu_next_part()
        return (part.first, part.last, recurring_next_date) if part else (False, False, False)

    def _tierslieu_next_part(self):
        """Return the `Part` that comes next, or None when all is invoiced."""
        self.ensure_one()
        first = self.next_period_date_start
        return next_part(first, CYCLES[self.tierslieu_cycle].months, self.date_end) if first else None

    # -- Amounts

    def _prepare_invoice_line(self):
        """Ask for exactly what the kernel says that a part of a period costs; for nothing when it is free."""
        if not self.tierslieu_cycle:
            return super()._prepare_invoice_line()
        part = self._tierslieu_next_part()
        price = self._tierslieu_amount(part)
        if not price:
            return {}
        return {
            "quantity": self.quantity,
            "product_uom_id": self.uom_id.id,
            "contract_line_id": self.id,
            "analytic_distribution": self.analytic_distribution,
            "sequence": self.sequence,
            "name": self._tierslieu_said(part),
            "price_unit": float(price),
            "display_type": "product",
            "product_id": self.product_id.id,
            "tierslieu_first": part.first,
            "tierslieu_last": part.last,
            "tierslieu_billed": True,
        }

    def _tierslieu_amount(self, part):
        """Return what a part of a period costs, a `Decimal`."""
        self.ensure_one()
        return amount(
            money(self.tierslieu_price), CYCLES[self.tierslieu_cycle], part, self.tierslieu_since,
            self.contract_id.company_id.currency_id.decimal_places,
        )

    def _tierslieu_said(self, part):
        """Say what is invoiced: “Poste résident, janvier 2027”, “…, from 12 to 31 January 2027 (20 days of 31)”."""
        self.ensure_one()
        lang = self.contract_id.partner_id.lang or self.env.lang
        line = self.with_context(lang=lang)
        _, env = line.env._, line.env
        whole = period_of(part.first, CYCLES[self.tierslieu_cycle].months)
        name = line.tierslieu_plan_id.sudo().name or line.name
        if part == whole and self.tierslieu_cycle in ("month", "dues"):
            return _("%(plan)s, %(month)s", plan=name, month=format_date(env, part.first, date_format="LLLL y"))
        return say_part(env, name, part, whole)

    def _tierslieu_said_unused(self, part):
        """Say what is given back, in the language of who subscribes."""
        line = self.with_context(lang=self.contract_id.partner_id.lang or self.env.lang)
        return line.env._("Not used: %(what)s", what=self._tierslieu_said(part))

    @api.depends("tierslieu_price", "tierslieu_cycle")
    def _compute_monthly_recurring(self):
        """Count what is revenue, without VAT."""
        ours = self.filtered("tierslieu_cycle")
        result = super(ContractLine, self - ours)._compute_monthly_recurring()
        for line in ours:
            whole = line.tierslieu_plan_id._without_tax(line.tierslieu_price)
            line.monthly_recurring = whole / CYCLE_MONTHS[line.tierslieu_cycle]
        return result

    # -- Writing

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._tierslieu_forget_fares()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"date_start", "date_end", "is_canceled", "tierslieu_plan_id", "contract_id"} & vals.keys():
            self._tierslieu_forget_fares()
        return result

    def _tierslieu_forget_fares(self):
        """Let the fares that plans give be read again, when these lines may give one."""
        if self.tierslieu_plan_id.sudo().profile_id:
            self.env.registry.clear_cache()

    @api.model
    def _tierslieu_values(self, plan, price, start, since=None):
        """Return the values of a line of a plan.

        :param price: of a whole period, a float
        """
        due = price / 12 if plan.billing == "dues" else price
        return {
            "product_id": plan.product_id.id,
            "name": plan.name,
            "quantity": 1.0,
            "uom_id": plan.product_id.uom_id.id,
            "automatic_price": False,
            "specific_price": plan.company_id.currency_id.round(due),
            "recurring_rule_type": RULES[plan.billing],
            "recurring_interval": 1,
            "recurring_invoicing_type": "pre-paid" if plan.invoicing == "before" else "post-paid",
            "date_start": start,
            "date_end": False,
            "tierslieu_plan_id": plan.id,
            "tierslieu_cycle": plan.billing,
            "tierslieu_price": price,
            "tierslieu_since": since or start,
        }

    def _tierslieu_billed_lines(self):
        """Return the invoice lines that count: those of invoices that are not cancelled."""
        return self.env["account.move.line"].sudo().search(
            [
                ("contract_line_id", "in", self.ids), ("tierslieu_billed", "=", True),
                ("parent_state", "in", ("draft", "posted")),
            ],
            order="tierslieu_first, id",
        )

    def _tierslieu_billed_parts(self):
        """Return [(invoice line, `Part`)] of what was invoiced for these lines, in order."""
        return [(line, Part(line.tierslieu_first, line.tierslieu_last)) for line in self._tierslieu_billed_lines()]
