from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..kernels.adhesion import typed_people


class SaleOrderLine(models.Model):
    """An adhesion in an order: one, at today's price or at the price its buyer chose."""

    _inherit = "sale.order.line"

    tierslieu_is_chosen = fields.Boolean(
        string="Amount chosen", copy=False, help="The price is the one that whoever joins has chosen."
    )
    tierslieu_override = fields.Char(
        string="Sold all the same because", copy=False, readonly=True, help="By the team, to who is a member already."
    )
    tierslieu_people = fields.Text(string="People", copy=False, help="One a line: name, and e-mail if there is one.")
    tierslieu_covered_ids = fields.Many2many(
        "res.partner", "tierslieu_sale_line_covered_rel", "line_id", "partner_id", string="Members", copy=False
    )
    tierslieu_adhesion_ids = fields.One2many(
        "membership.membership_line", "tierslieu_sale_line_id", string="Adhesions", readonly=True
    )

    def _tierslieu_adhesion_lines(self):
        return self.filtered(lambda line: line.product_id.tierslieu_adhesion and not line.tierslieu_booking_id)

    def _reset_price_unit(self):
        """Ask what the adhesion costs today, whatever pricelist the visitor looks with."""
        self.ensure_one()
        if not self._tierslieu_adhesion_lines():
            return super()._reset_price_unit()
        price = self._tierslieu_adhesion_price()
        return self.update({"price_unit": price, "technical_price_unit": price})

    def _tierslieu_adhesion_price(self):
        product, order = self.product_id.product_tmpl_id, self.order_id
        if product.tierslieu_free_price and self.tierslieu_is_chosen:
            return self.price_unit
        return product._tierslieu_adhesion_price(order.partner_id, order.currency_id)

    def _tierslieu_bring_to_today(self):
        """Let lines that wait in a cart cost what their adhesion costs today."""
        for line in self:
            price = line._tierslieu_adhesion_price()
            if line.currency_id.compare_amounts(price, line.price_unit):
                line._reset_price_unit()
                line.order_id.shop_warning = self.env._(
                    "%(adhesion)s costs %(price)s today.",
                    adhesion=line.product_id.name, price=line.currency_id.format(price),
                )

    @api.depends("product_id", "product_uom_id", "product_uom_qty")
    def _compute_discount(self):
        ours = self._tierslieu_adhesion_lines()
        ours.discount = 0.0
        return super(SaleOrderLine, self - ours)._compute_discount()

    @api.constrains("price_unit", "discount", "product_id", "product_uom_qty")
    def _check_tierslieu_adhesion(self):
        for line in self._tierslieu_adhesion_lines():
            product = line.product_id.product_tmpl_id
            if line.product_uom_qty > 1:
                raise ValidationError(self.env._("%(adhesion)s: one at a time.", adhesion=product.name))
            if line.product_uom_qty:
                product._tierslieu_check_amount(line.price_unit * (1 - line.discount / 100), line.currency_id)

    def _tierslieu_families(self):
        return self._tierslieu_adhesion_lines().filtered(
            lambda line: line.product_id.tierslieu_adhesion_for == "family"
        )

    def _tierslieu_check_people(self):
        """Refuse more people than an adhesion is for, and none.

        :raises UserError: in one sentence
        """
        for line in self._tierslieu_families():
            product, own = line.product_id.product_tmpl_id, not line.order_id.partner_id.is_company
            chosen = line.sudo().tierslieu_covered_ids - line.order_id.partner_id
            count = len(typed_people(line.tierslieu_people)) + len(chosen) + own
            if count > product.tierslieu_adhesion_most:
                raise UserError(
                    self.env._(
                        "%(adhesion)s is for %(most)s people at the most: these are %(count)s.",
                        adhesion=product.name, most=product.tierslieu_adhesion_most, count=count,
                    )
                )
            if not count:
                raise UserError(self.env._("%(adhesion)s: say who becomes a member.", adhesion=product.name))

    def _tierslieu_cover(self):
        """Find or make the people that an adhesion covers, the payer among them."""
        for line in self._tierslieu_families():
            payer = line.order_id.partner_id.sudo()
            people = line.sudo().tierslieu_covered_ids | payer._tierslieu_people_typed(line.tierslieu_people)
            if not payer.is_company:
                people |= payer
            line.sudo().tierslieu_covered_ids = [Command.set(people.ids)]


class SaleOrder(models.Model):
    """Adhesions in carts and orders: each person joins once at a time."""

    _inherit = "sale.order"

    # -- In the cart

    def _tierslieu_add_adhesion(self, product, amount=None, people=None):
        """Put an adhesion in this cart, in the place of another one.

        :param product: a `product.template`
        :param amount: chosen by the buyer, in the currency of the cart, where the price is free
        :param people: typed, one a line, where it is for several
        :raises UserError: when it is not for sale, or had already; ValidationError under its floor
        """
        self.ensure_one()
        order, product = self.sudo(), product.sudo()
        if product not in product._tierslieu_adhesions_of(order.company_id, online=True):
            raise UserError(self.env._("This adhesion is not on sale."))
        self.env["membership.membership_line"]._tierslieu_check_buyable(product, order.partner_id)
        order.order_line._tierslieu_adhesion_lines().unlink()
        chosen = product.tierslieu_free_price and amount is not None
        line = order.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": product.product_variant_id.id,
                "product_uom_qty": 1,
                "tierslieu_people": people if product.tierslieu_adhesion_for == "family" else False,
            }
            | ({"tierslieu_is_chosen": True, "price_unit": amount} if chosen else {})
        )
        line._tierslieu_check_people()
        order._verify_cart_after_update()
        return line

    def _verify_updated_quantity(self, order_line, product_id, new_qty, uom_id, **kwargs):
        if self.env["product.product"].browse(product_id).tierslieu_adhesion and new_qty > 1:
            return 1, self.env._("One adhesion at a time.")
        return super()._verify_updated_quantity(order_line, product_id, new_qty, uom_id, **kwargs)

    def _check_cart_is_ready_to_be_paid(self):
        """Take money for an adhesion at today's price only, and once."""
        try:
            self._tierslieu_check_adhesions()
        except UserError as error:
            raise ValidationError(str(error)) from error
        return super()._check_cart_is_ready_to_be_paid()

    def _tierslieu_check_adhesions(self):
        lines = self.sudo().order_line._tierslieu_adhesion_lines()
        if not lines:
            return
        self._tierslieu_take_adhesion_turns()
        for line in lines:
            product = line.product_id.product_tmpl_id
            self.env["membership.membership_line"]._tierslieu_check_buyable(product, self.partner_id)
        lines._tierslieu_check_people()
        self._tierslieu_check_other_carts()
        self._tierslieu_check_prices(lines)

    def _tierslieu_drop_lapsed(self):
        """Bring the adhesions of a cart to today's price, with a word."""
        result = super()._tierslieu_drop_lapsed()
        for order in self.filtered(lambda one: one.state == "draft"):
            lines = order.sudo().order_line._tierslieu_adhesion_lines()
            if lines and not order._has_live_payment():
                lines._tierslieu_bring_to_today()
        return result

    def _tierslieu_check_prices(self, lines):
        """Refuse a price of another day: the cart is brought to today's, and shown first."""
        for line in lines:
            price = line._tierslieu_adhesion_price()
            if line.currency_id.compare_amounts(price, line.price_unit):
                raise UserError(
                    self.env._(
                        "%(adhesion)s costs %(price)s today: look at your cart again before you pay.",
                        adhesion=line.product_id.name, price=line.currency_id.format(price),
                    )
                )

    def _tierslieu_check_other_carts(self):
        """Refuse to pay twice at once, from two devices."""
        others = self.sudo().search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("state", "in", ("draft", "sent")),
                ("company_id", "=", self.company_id.id),
                ("id", "not in", self.ids),
                ("order_line.product_id.tierslieu_adhesion", "!=", False),
            ]
        )
        if any(order._has_live_payment() for order in others):
            raise UserError(self.env._("A payment of your adhesion is on its way already: wait for its answer."))

    def _tierslieu_take_adhesion_turns(self):
        self.sudo().partner_id._tierslieu_take_adhesion_turn()

    # -- Ordered

    def _action_confirm(self):
        """Make sure that each adhesion ordered is not had already, and who is a member by it."""
        free = self.env["sale.order.line"]
        for order in self:
            lines = order.sudo().order_line._tierslieu_adhesion_lines().filtered("product_uom_qty")
            if not lines:
                continue
            order._tierslieu_take_adhesion_turns()
            for line in lines.filtered(lambda line: not line.tierslieu_override):
                product = line.product_id.product_tmpl_id
                self.env["membership.membership_line"]._tierslieu_check_buyable(product, order.partner_id)
            lines._tierslieu_cover()
            free |= lines.filtered(lambda line: not line.price_total)
        result = super()._action_confirm()
        for line in free:
            self.env["membership.membership_line"]._tierslieu_give(
                line.product_id, line.order_id.partner_id,
                self.env._("Nothing to pay: %(order)s", order=line.order_id.name),
                covered=line.tierslieu_covered_ids, sale_line=line, checked=True,
            )
        return result

    def _tierslieu_drop_adhesions_had(self):
        """Take out of a paid cart the adhesion that its buyer has had since: it is given back.

        :return: whether some was
        """
        self.ensure_one()
        lines = self.sudo().order_line._tierslieu_adhesion_lines()
        if not lines or self.state not in ("draft", "sent"):
            return False
        self._tierslieu_take_adhesion_turns()
        dropped = False
        for line in lines:
            try:
                self.env["membership.membership_line"]._tierslieu_check_buyable(
                    line.product_id.product_tmpl_id, self.partner_id
                )
            except UserError as error:
                self.sudo().message_post(body=str(error))
                line.unlink()
                dropped = True
        return dropped


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Give back what is paid for an adhesion that its buyer has already."""
        dropped = self.env["sale.order"]
        for order in self.sale_order_ids:
            if order._tierslieu_drop_adhesions_had():
                dropped |= order
        confirmed = super()._check_amount_and_confirm_order()
        for order in dropped.filtered(lambda one: one.state in ("sale", "cancel") and not one.tierslieu_booking_ids):
            if refunds := order._tierslieu_give_back_excess():
                order._tierslieu_tell_given_back(refunds)
        return confirmed
