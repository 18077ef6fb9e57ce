from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import clean_context, format_date

FREE, ON_ACCOUNT = "free", "account"


class AdhesionSale(models.TransientModel):
    """An adhesion entered at the reception: who, which, how much, paid how.

    It is ordered, invoiced and paid in one go, with the rights of the system;
    or given for nothing, with a reason that is kept.
    """

    _name = "tierslieu.adhesion.sale"
    _inherit = "tierslieu.cash.desk"
    _description = "Adhesion entered at the reception"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="For", required=True,
        default=lambda self: self.env.context.get("tierslieu_partner_id"),
    )
    product_id = fields.Many2one(
        "product.product", string="Which adhesion", required=True, domain="[('id', 'in', product_ids)]",
        default=lambda self: self._adhesions()[:1],
    )
    product_ids = fields.Many2many("product.product", string="Sold here", compute="_compute_product_ids")
    scope = fields.Selection(related="product_id.tierslieu_adhesion_for")
    is_free_price = fields.Boolean(related="product_id.tierslieu_free_price")
    amount = fields.Monetary(string="To pay", compute="_compute_amount", store=True, readonly=False)
    covered_ids = fields.Many2many("res.partner", string="Members already known")
    people = fields.Text(string="Other members", help="One a line: name, and e-mail if there is one.")
    reason = fields.Char(string="Given because")
    said = fields.Char(compute="_compute_said")
    is_refused = fields.Boolean(compute="_compute_said")
    override_reason = fields.Char(
        string="Enter it all the same because", help="They are a member already: what is entered follows on that."
    )
    line_id = fields.Many2one("membership.membership_line", readonly=True, help="What was entered: once.")

    @api.model
    def _selection_journal(self):
        return [
            *super()._selection_journal(),
            (ON_ACCOUNT, self.env._("Paid later: an invoice is left open")),
            (FREE, self.env._("Given for nothing: say why")),
        ]

    @api.model
    def _adhesions(self):
        return self.env["product.template"]._tierslieu_adhesions_of(self.env.company).product_variant_id

    @api.depends("company_id")
    def _compute_product_ids(self):
        self.product_ids = self._adhesions()

    @api.depends("partner_id", "product_id")
    def _compute_amount(self):
        for wizard in self:
            product = wizard.product_id.product_tmpl_id
            wizard.amount = (
                product._tierslieu_adhesion_price(wizard.partner_id) if product and wizard.partner_id else 0.0
            )

    @api.depends("partner_id", "product_id")
    def _compute_said(self):
        """Say from when to when, or why not."""
        adhesions = self.env["membership.membership_line"]
        for wizard in self:
            product, partner = wizard.product_id.product_tmpl_id, wizard.partner_id
            wizard.said, wizard.is_refused = False, False
            if not product or not partner:
                continue
            try:
                adhesions._tierslieu_check_buyable(product, partner)
            except UserError as error:
                wizard.said, wizard.is_refused = str(error), True
                continue
            holder = adhesions._tierslieu_holder(partner, product.tierslieu_adhesion_for)
            first, last = adhesions._tierslieu_period(product, holder, wizard.company_id._tierslieu_today())
            wizard.said = self.env._(
                "%(name)s: member from %(first)s to %(last)s.",
                name=holder.name, first=format_date(self.env, first), last=format_date(self.env, last),
            )

    def _check_sale(self):
        """Refuse what cannot be entered, in one sentence."""
        _ = self.env._
        if self.journal not in dict(self._selection_journal()):
            raise UserError(_("Say how it is paid."))
        if self.company_id not in self.env.companies or self.company_id != self.env.company:
            raise UserError(_("Enter it from its own company."))
        self.partner_id.check_access("read")
        self.covered_ids.check_access("read")
        if self.partner_id.company_id not in (self.company_id, self.env["res.company"]):
            raise UserError(_("%(name)s belongs to another company.", name=self.partner_id.name))
        if self.product_id not in self._adhesions():
            raise UserError(
                _("%(adhesion)s is not an adhesion that is sold here.", adhesion=self.product_id.sudo().display_name)
            )
        if self.journal == FREE:
            return
        product, own = self.product_id.sudo().product_tmpl_id, self.currency_id
        price = product._tierslieu_adhesion_price(self.partner_id)
        if product.tierslieu_free_price:
            product._tierslieu_check_amount(self.amount)
        elif own.compare_amounts(self.amount, price):
            raise UserError(_("%(adhesion)s costs %(price)s.", adhesion=product.name, price=own.format(price)))

    def action_sell(self):
        """Enter it, once, and show it."""
        self.ensure_one()
        self._require_host()
        if not self.line_id:
            self._check_sale()
            # Of two clicks at once, the second begins again and finds what the first wrote.
            wizard = self.with_context(clean_context(self.env.context))
            rule, override = self.said, wizard._override()
            self.line_id = wizard._give(override) if self.journal == FREE else wizard._sell(override)
            if override:
                self.env["tierslieu.override"]._log(self.line_id, [rule], override)
        return {
            "type": "ir.actions.act_window",
            "res_model": "membership.membership_line",
            "res_id": self.line_id.id,
            "view_mode": "form",
            "views": [(self.env.ref("tierslieu_membership.view_adhesion_form").id, "form")],
            "target": "new",
            "name": self.line_id.display_name,
        }

    def _override(self):
        """Return why it is entered though they are a member; False when they are not, or nothing is said."""
        return self.is_refused and self.env["tierslieu.override"]._checked_reason(self.override_reason or None)

    def _give(self, override):
        """Give it for nothing; the reason is kept with the rules set aside."""
        reason = self.env["tierslieu.override"]._checked_reason(self.reason)
        if not reason:
            raise UserError(self.env._("Say why it is given."))
        covered = self.env["res.partner"]
        if self.scope == "family":
            covered = self.covered_ids | self.partner_id._tierslieu_people_typed(self.people)
            if not self.partner_id.is_company:
                covered |= self.partner_id
        line = self.env["membership.membership_line"]._tierslieu_give(
            self.product_id, self.partner_id, reason, covered=covered, checked=bool(override)
        )
        rule = self.env._(
            "%(adhesion)s costs %(price)s.",
            adhesion=self.product_id.sudo().name,
            price=self.currency_id.format(
                self.product_id.sudo().product_tmpl_id._tierslieu_adhesion_price(self.partner_id)
            ),
        )
        self.env["tierslieu.override"]._log(line, [rule], reason)
        return line

    def _order_values(self, override):
        family = self.scope == "family"
        line = {
            "product_id": self.product_id.id,
            "product_uom_qty": 1,
            "tierslieu_people": self.people if family else False,
            "tierslieu_override": override,
            "tierslieu_covered_ids": [Command.set(self.covered_ids.ids if family else [])],
        }
        if self.is_free_price:
            line |= {"tierslieu_is_chosen": True, "price_unit": self.amount}
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "order_line": [Command.create(line)],
        }

    def _sell(self, override):
        """Make order, invoice and payment with the rights of the system; return the adhesion."""
        orders = self.env["sale.order"].sudo().with_company(self.company_id)
        order = orders.create(self._order_values(override))
        order.order_line._tierslieu_check_people()
        order.with_context(send_email=False).action_confirm()
        if order.amount_total:
            invoices = order._create_invoices()
            invoices.action_post()
            if self.journal != ON_ACCOUNT and any(invoices.mapped("amount_residual")):
                self._take(invoices)
        return order.order_line.tierslieu_adhesion_ids[:1]
