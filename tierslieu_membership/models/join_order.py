from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.tierslieu_base.tools import say_day

from ..kernels.proration import amount, next_part, period_of
from .plan import money, say_part

# How far ahead a plan can be taken on line.
MOST_AHEAD_DAYS = 92


class Plan(models.Model):
    """What a plan asks for when it is taken on line."""

    _inherit = "tierslieu.plan"

    @api.model
    def _tierslieu_online(self, company):
        """Return the plans of a company that can be taken on line."""
        return self.sudo().search([("company_id", "=", company.id), ("is_published", "=", True)])

    def _tierslieu_first(self, partner, start):
        """Return what is paid to begin on a day.

        :return: dict: `price` (of a whole period, a float, as the product's taxes have it), `first` (what the
            first part costs, the same), `part` (its days), `total` (of it, tax included), `caution`
        """
        self.ensure_one()
        price, _pricelist = self._price_for(partner, start)
        part = next_part(start, self._cycle().months)
        first = 0.0
        if self.invoicing == "before":
            first = float(amount(money(price), self._cycle(), part, digits=self._digits()))
        return {
            "price": price, "first": first, "part": part, "total": self._with_tax(first),
            "caution": self.caution_amount,
        }

    def _tierslieu_check_start(self, start):
        """Refuse a day that has passed, or is too far away to be promised on line."""
        self.ensure_one()
        today = self.company_id._tierslieu_today()
        if not start:
            raise UserError(self.env._("Say from which day on."))
        if start < today:
            raise UserError(self.env._("This day has passed: choose another one."))
        if (start - today).days > MOST_AHEAD_DAYS:
            raise UserError(
                self.env._("Choose a day in the next %(days)s days: later, the team sees to it.", days=MOST_AHEAD_DAYS)
            )

    def _tierslieu_check_new(self, partner):
        """Refuse a plan that someone has already."""
        self.ensure_one()
        running = self.env["contract.contract"].sudo().search(
            [
                ("tierslieu_plan_id", "=", self.id), ("partner_id", "=", partner.id),
                "|", ("date_end", "=", False), ("date_end", ">=", self.company_id._tierslieu_today()),
            ],
            limit=1,
        )
        if running:
            raise UserError(self.env._("%(name)s has %(plan)s already.", name=partner.name, plan=self.name))

    def _tierslieu_check_free(self, start):
        """Refuse a plan of which no unit is left from a day on: what is claimed at the payment can be seen before."""
        self.ensure_one()
        contracts = self.env["contract.contract"].sudo()
        for space in self.sudo()._tierslieu_spaces():
            window = [(contracts._tierslieu_midnight(space, start), contracts._tierslieu_far())]
            rows = self.env["tierslieu.occupancy"].sudo()._live(space.unit_ids, window)
            stuck = rows.filtered(lambda row, space=space: row.kind != "booking" or space.allocation != "any").unit_id
            if not space.unit_ids - stuck:
                raise UserError(
                    self.env._(
                        "%(plan)s is full from %(day)s on: choose a later day, or ask the team to be told.",
                        plan=self.name, day=say_day(self.env, start),
                    )
                )

    def _tierslieu_first_said(self, part):
        """Say what the first payment is for: “Poste résident, from 12 to 31 January 2027 (20 days of 31)”."""
        self.ensure_one()
        whole = period_of(part.first, self._cycle().months)
        return say_part(self.env, self.name, part, whole)


class SaleOrderLine(models.Model):
    """A plan in an order: its first period, and its caution on a line of its own."""

    _inherit = "sale.order.line"

    tierslieu_plan_id = fields.Many2one(
        "tierslieu.plan", string="Plan", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    tierslieu_plan_start = fields.Date(string="Plan from", readonly=True, copy=False)
    tierslieu_plan_last = fields.Date(
        readonly=True, copy=False, help="Last day that this line is for; empty when it is invoiced afterwards."
    )
    tierslieu_plan_price = fields.Float(readonly=True, copy=False, help="Of a whole period, as it was shown.")
    tierslieu_contract_id = fields.Many2one(
        "contract.contract", string="Subscription", readonly=True, copy=False, index="btree_not_null"
    )
    tierslieu_caution_for_id = fields.Many2one(
        "sale.order.line", string="Caution of", readonly=True, copy=False, index="btree_not_null", ondelete="cascade"
    )
    tierslieu_caution_ids = fields.One2many("sale.order.line", "tierslieu_caution_for_id", string="Caution")

    def _tierslieu_plan_lines(self):
        return self.filtered(lambda line: line.tierslieu_plan_id)

    def _tierslieu_frozen(self):
        """Whether a line belongs to a plan: its price is decided by it."""
        return bool(self.tierslieu_plan_id or self.tierslieu_caution_for_id)

    def _tierslieu_icon(self):
        """Return the icon of what has no picture in a cart: a plan, its caution, an adhesion; else False."""
        self.ensure_one()
        if self.tierslieu_caution_for_id:
            return "fa-shield"
        if self.tierslieu_plan_id:
            return "fa-repeat"
        product = self.product_id.sudo()
        return "fa-id-card-o" if product.tierslieu_adhesion and not product.image_128 else False

    def get_description_following_lines(self):
        """Say below the name of a plan from when to when its first payment is for."""
        lines = super().get_description_following_lines()
        return reversed(self.name.splitlines()) if self.tierslieu_plan_id else lines

    @api.model
    def _tierslieu_plan_values(self, plan, partner, start):
        """Return the values of the line of a plan."""
        first = plan._tierslieu_first(partner, start)
        return {
            "product_id": plan.product_id.id,
            "product_uom_qty": 1,
            "name": plan._tierslieu_first_said(first["part"]),
            "price_unit": first["first"],
            "technical_price_unit": first["first"],
            "tierslieu_plan_id": plan.id,
            "tierslieu_plan_start": start,
            "tierslieu_plan_last": first["part"].last if plan.invoicing == "before" else False,
            "tierslieu_plan_price": first["price"],
        }

    def _reset_price_unit(self):
        """Leave the prices of plans to the plan, and cautions as they are."""
        self.ensure_one()
        if self._tierslieu_frozen():
            return None
        return super()._reset_price_unit()

    @api.depends("product_id", "product_uom_id", "product_uom_qty")
    def _compute_discount(self):
        ours = self.filtered(lambda line: line._tierslieu_frozen())
        ours.discount = 0.0
        return super(SaleOrderLine, self - ours)._compute_discount()

    def _compute_name(self):
        return super(SaleOrderLine, self.filtered(lambda line: not line._tierslieu_frozen()))._compute_name()

    @api.constrains("product_uom_qty", "tierslieu_plan_id", "tierslieu_caution_for_id")
    def _check_tierslieu_plan(self):
        for line in self.filtered(lambda line: line._tierslieu_frozen()):
            if line.product_uom_qty > 1:
                raise ValidationError(self.env._("%(plan)s: one at a time.", plan=line.name))

    def unlink(self):
        """Take the caution out of an order with its plan."""
        return super(SaleOrderLine, self | self.tierslieu_caution_ids).unlink()

    def _is_reorder_allowed(self):
        return not self._tierslieu_frozen() and super()._is_reorder_allowed()

    def _is_sellable(self):
        """Put neither plans nor adhesions aside for later: they are had on a day, at the price of that day."""
        frozen = self._tierslieu_frozen() or self.product_id.tierslieu_adhesion
        return not frozen and super()._is_sellable()

    def _tierslieu_next_said(self):
        """Say when the next invoice of a plan comes: the period after the one that is paid now."""
        return say_day(self.env, fields.Date.add(self.tierslieu_plan_last, days=1))

    # -- Confirmed

    def _tierslieu_subscribe(self):
        """Open the subscription of a line: its desk is claimed now, its first period is billed by this order."""
        self.ensure_one()
        line = self.sudo()
        plan, partner = line.tierslieu_plan_id, line.order_id.partner_id
        partner._tierslieu_take_adhesion_turn()
        plan._tierslieu_check_new(partner)
        line.tierslieu_contract_id = plan.subscribe(
            plan, partner, line.tierslieu_plan_start, price=line.tierslieu_plan_price,
            billed_until=line.tierslieu_plan_last or None, caution=bool(line.tierslieu_caution_ids),
        )
        return line.tierslieu_contract_id

    # -- Invoiced

    def _prepare_invoice_line(self, **optional_values):
        """Say which days of the subscription are invoiced: an end or a change gives back what is unused of them."""
        values = super()._prepare_invoice_line(**optional_values)
        contract = self.sudo().tierslieu_contract_id
        if self.tierslieu_plan_id and contract and self.tierslieu_plan_last:
            values |= {
                "name": self.name,
                "contract_line_id": contract._tierslieu_lines()[:1].id,
                "tierslieu_first": self.tierslieu_plan_start,
                "tierslieu_last": self.tierslieu_plan_last,
                "tierslieu_billed": True,
            }
        return values

    def _prepare_qty_invoiced(self):
        """Count as invoiced what no invoice of the order is for: a caution has its receipt, some plans come after."""
        quantities = super()._prepare_qty_invoiced()
        for line in self:
            if line.tierslieu_caution_for_id or (line.tierslieu_plan_id and not line.tierslieu_plan_last):
                quantities[line] = line.product_uom_qty
        return quantities


class SaleOrder(models.Model):
    """Plans in carts and orders."""

    _inherit = "sale.order"

    def _tierslieu_add_plan(self, plan, start):
        """Put a plan in this cart from a day on, with its caution, in the place of another one.

        :raises UserError: when it cannot be had
        """
        self.ensure_one()
        order = self.sudo()
        plan = plan.sudo().with_context(lang=self.env.lang)
        if plan not in plan._tierslieu_online(order.company_id):
            raise UserError(self.env._("This plan is not on sale."))
        plan._tierslieu_check_start(start)
        plan._tierslieu_check_new(order.partner_id)
        plan._tierslieu_check_free(start)
        if order.currency_id != plan.currency_id:
            raise UserError(self.env._("Plans are paid in %(currency)s.", currency=plan.currency_id.name))
        order.order_line._tierslieu_plan_lines().unlink()
        lines = order.env["sale.order.line"]
        line = lines.create(lines._tierslieu_plan_values(plan, order.partner_id, start) | {"order_id": order.id})
        if plan.caution_amount:
            lines.create(
                {
                    "order_id": order.id,
                    "product_id": order.env.ref("tierslieu_membership.product_caution").id,
                    "product_uom_qty": 1,
                    "name": plan.env._("Caution, given back at the end: %(plan)s", plan=plan.name),
                    "price_unit": plan.caution_amount,
                    "technical_price_unit": plan.caution_amount,
                    "tax_ids": [Command.clear()],
                    "tierslieu_caution_for_id": line.id,
                }
            )
        order._verify_cart_after_update()
        return line

    def _cart_find_product_line(self, *args, **kwargs):
        """Never merge an article into the line of a plan."""
        return super()._cart_find_product_line(*args, **kwargs).filtered(lambda line: not line._tierslieu_frozen())

    def _verify_updated_quantity(self, order_line, product_id, new_qty, uom_id, **kwargs):
        if order_line.tierslieu_caution_for_id:
            return order_line.product_uom_qty, self.env._("The caution goes with the plan.")
        if order_line.tierslieu_plan_id and new_qty > 1:
            return 1, self.env._("One plan at a time.")
        return super()._verify_updated_quantity(order_line, product_id, new_qty, uom_id, **kwargs)

    def _cart_update_order_line(self, order_line, quantity, **kwargs):
        """Keep a caution as long as its plan is in the cart."""
        if order_line.tierslieu_caution_for_id:
            self.shop_warning = self.env._("The caution goes with the plan.")
            return order_line
        return super()._cart_update_order_line(order_line, quantity, **kwargs)

    def _prepare_order_line_update_values(self, order_line, quantity, **kwargs):
        if order_line._tierslieu_frozen():
            return {}
        return super()._prepare_order_line_update_values(order_line, quantity, **kwargs)

    def _get_prepayment_required_amount(self):
        """Ask for the whole price of what makes a member, whatever the company's setting."""
        if self._tierslieu_is_join():
            return self.amount_total
        return super()._get_prepayment_required_amount()

    def _tierslieu_plan_contracts(self):
        """Return the subscriptions that these orders opened."""
        return self.sudo().order_line.tierslieu_contract_id

    def _tierslieu_sells_plan(self):
        """Whether these orders will open a subscription: said beside the box that keeps a card."""
        return bool(self.sudo().order_line._tierslieu_plan_lines())

    def _tierslieu_is_join(self):
        """Whether an adhesion or a plan is ordered."""
        lines = self.sudo().order_line
        return bool(lines._tierslieu_adhesion_lines() or lines._tierslieu_plan_lines())

    # -- Before the payment

    def _tierslieu_drop_lapsed(self):
        """Bring the plans of a cart that waited to today: its first day, and its price."""
        result = super()._tierslieu_drop_lapsed()
        for order in self.filtered(lambda one: one.state == "draft"):
            lines = order.sudo().order_line._tierslieu_plan_lines()
            if lines and not order._has_live_payment():
                lines._tierslieu_plan_to_today()
        return result

    def _check_cart_is_ready_to_be_paid(self):
        """Take money for a plan that can be had, at the price of today."""
        try:
            for line in self.sudo().order_line._tierslieu_plan_lines():
                plan = line.tierslieu_plan_id
                if plan not in plan._tierslieu_online(self.company_id):
                    raise UserError(self.env._("%(plan)s is no longer sold.", plan=plan.name))
                plan._tierslieu_check_start(line.tierslieu_plan_start)
                plan._tierslieu_check_new(self.partner_id)
                plan._tierslieu_check_free(line.tierslieu_plan_start)
                if line._tierslieu_plan_differs():
                    raise UserError(
                        self.env._("%(plan)s has another price today: look at your cart again.", plan=plan.name)
                    )
        except UserError as error:
            raise ValidationError(str(error)) from error
        return super()._check_cart_is_ready_to_be_paid()

    # -- Ordered

    def _action_confirm(self):
        """Open the subscriptions of the plans ordered, all or nothing."""
        for line in self.sudo().order_line._tierslieu_plan_lines().filtered("product_uom_qty"):
            if not line.tierslieu_contract_id:
                line._tierslieu_subscribe()
        return super()._action_confirm()

    def _action_cancel(self):
        """Leave subscriptions to be ended as such: what is unused of them comes back then."""
        running = self.sudo().order_line.tierslieu_contract_id.filtered(lambda contract: not contract.date_end)
        if running:
            raise UserError(
                self.env._("%(subscription)s runs: end the subscription instead.", subscription=running[0].name)
            )
        return super()._action_cancel()


class PlanLineToday(models.Model):
    _inherit = "sale.order.line"

    def _tierslieu_plan_now(self):
        """Return the values that the line of a plan would have if it was put in the cart now."""
        self.ensure_one()
        order = self.order_id
        plan = self.tierslieu_plan_id.with_context(lang=order._get_lang())
        start = max(self.tierslieu_plan_start, plan.company_id._tierslieu_today())
        return self._tierslieu_plan_values(plan, order.partner_id, start)

    def _tierslieu_plan_differs(self):
        values = self._tierslieu_plan_now()
        caution = sum(self.tierslieu_caution_ids.mapped("price_unit"))
        return (
            values["tierslieu_plan_start"] != self.tierslieu_plan_start
            or bool(self.currency_id.compare_amounts(values["price_unit"], self.price_unit))
            or bool(self.currency_id.compare_amounts(caution, self.tierslieu_plan_id.caution_amount))
        )

    def _tierslieu_plan_to_today(self):
        """Write today's price and day on lines that wait in a cart, with a word."""
        for line in self:
            if not line._tierslieu_plan_differs():
                continue
            line.write(line._tierslieu_plan_now())
            line.tierslieu_caution_ids.price_unit = line.tierslieu_plan_id.caution_amount
            line.order_id.shop_warning = self.env._(
                "%(plan)s: it begins on %(day)s now, for %(price)s.",
                plan=line.tierslieu_plan_id.name, day=format_date(self.env, line.tierslieu_plan_start),
                price=line.currency_id.format(line.price_total),
            )


class AccountMove(models.Model):
    _inherit = "account.move"

    def _tierslieu_billed_lines(self):
        """Leave to an order the days that it bills: without its invoice it has them to invoice again."""
        lines = super()._tierslieu_billed_lines()
        return lines.filtered(lambda line: not line.sale_line_ids.tierslieu_plan_id)
