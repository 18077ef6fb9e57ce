from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Rate(models.Model):
    """A price of a space for one unit of time.

    The amount is the price of its product in the customer's pricelist, so that
    profiles, currencies and taxes stay Odoo's business.
    """

    _name = "tierslieu.rate"
    _description = "Rate"
    _order = "space_id, sequence, id"

    space_id = fields.Many2one(
        "tierslieu.space", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="space_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    time_unit = fields.Selection(
        [("hour", "Hour"), ("day", "Day")], required=True, default="hour"
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
    )
    list_price = fields.Float(
        related="product_id.list_price",
        readonly=False,
        string="Price, tax included",
        digits="Product Price",
    )

    @api.depends("space_id.name", "time_unit")
    def _compute_display_name(self):
        units = dict(self._fields["time_unit"]._description_selection(self.env))
        for rate in self:
            rate.display_name = f"{rate.space_id.name or ''} · {units[rate.time_unit]}"

    @api.constrains("product_id", "space_id")
    def _check_product(self):
        """Refuse a product whose price could not be shown as it will be paid.

        Rates are tax-included amounts: a tax added on top would make the
        invoice differ from the page. A published product could also be put in
        a cart without any slot.
        """
        for rate in self:
            product = rate.product_id
            company = rate.space_id.company_id
            if product.company_id and product.company_id != company:
                raise ValidationError(
                    self.env._(
                        "The product %(product)s belongs to another company than the"
                        " space %(space)s.",
                        product=product.display_name,
                        space=rate.space_id.name,
                    )
                )
            taxes = product.taxes_id.filtered_domain(
                self.env["account.tax"]._check_company_domain(company)
            )
            on_top = taxes.with_company(company).filtered(lambda tax: not tax.price_include)
            if on_top:
                raise ValidationError(
                    self.env._(
                        "Rates are tax-included prices: set the tax %(tax)s of the product"
                        " %(product)s to “included in price”.",
                        tax=on_top[0].name,
                        product=product.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._hide_products()
        return rates

    def write(self, vals):
        result = super().write(vals)
        if "product_id" in vals:
            self._hide_products()
        return result

    def _hide_products(self):
        """Keep the products of rates out of the shop: time is bought with a slot."""
        published = self.sudo().product_id.product_tmpl_id.filtered("is_published")
        published.is_published = False

    def _price(self, pricelist, date):
        """Return the tax-included price of one time unit, in company currency.

        :param pricelist: the customer's `product.pricelist`, possibly empty
        :param date: local date of the slot, on which dated rules are judged
        """
        self.ensure_one()
        rate = self.sudo()
        return pricelist.sudo().with_company(rate.company_id)._get_product_price(
            rate.product_id.with_company(rate.company_id),
            1.0,
            currency=rate.company_id.currency_id,
            date=fields.Datetime.to_datetime(date),
        )
