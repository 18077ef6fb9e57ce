from datetime import date as Date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..kernels import cover

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Prices by the quantity bought, from any quantity on.
ANY_QUANTITY = Decimal(0)


class Rate(models.Model):
    """A price of a space for one unit of time.

    The amount is the price of its product in the customer's pricelist, so that
    profiles, quantities, seasons, currencies and taxes stay Odoo's business.
    Its window says on which weekdays and at which hours it applies: an hour
    rate pays the minutes inside, the others what they would pay whole. Left
    from 0 to 24 h, an hour rate pays the opening hours; one whose hours reach
    into the evening opens it.
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
        [
            ("hour", "Hour"),
            ("half_day", "Half-day"),
            ("evening", "Evening"),
            ("day", "Day"),
            ("week", "Week"),
            ("month", "Month"),
            ("flat", "Flat"),
        ],
        required=True,
        default="hour",
        help="Half-day: a morning or an afternoon. Day: the opening hours of one day, the"
             " evening apart. Week and month: 7 and 30 days in a row. Flat: whatever the"
             " length.",
    )
    mon = fields.Boolean(string="Monday", default=True)
    tue = fields.Boolean(string="Tuesday", default=True)
    wed = fields.Boolean(string="Wednesday", default=True)
    thu = fields.Boolean(string="Thursday", default=True)
    fri = fields.Boolean(string="Friday", default=True)
    sat = fields.Boolean(string="Saturday", default=True)
    sun = fields.Boolean(string="Sunday", default=True)
    hour_from = fields.Float(string="From", default=0.0, required=True)
    hour_to = fields.Float(string="To", default=24.0, required=True)
    window = fields.Char(compute="_compute_window", string="When")
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

    _hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The hours of a rate end after they start, within the day.",
    )
    _weekdays = models.Constraint(
        "CHECK (mon OR tue OR wed OR thu OR fri OR sat OR sun)",
        "A rate applies on one day of the week at least.",
    )

    @api.depends("hour_from", "hour_to", *WEEKDAYS)
    @api.depends_context("lang")
    def _compute_window(self):
        """Say when the rate applies: “Monday to Friday, 9 h to 18 h”; nothing when always."""
        for rate in self:
            rate.window = ", ".join(filter(None, (rate._said_days(), rate._said_hours())))

    def _said_days(self):
        days = [self[day] for day in WEEKDAYS]
        names = [
            self._fields[day].get_description(self.env, ["string"])["string"] for day in WEEKDAYS
        ]
        if all(days):
            return ""
        first, last = days.index(True), 6 - days[::-1].index(True)
        if last - first > 1 and all(days[first : last + 1]):
            return self.env._("%(first)s to %(last)s", first=names[first], last=names[last])
        return ", ".join(name for name, on in zip(names, days, strict=True) if on)

    def _said_hours(self):
        if self.hour_from == 0 and self.hour_to == 24:
            return ""
        return self.env._(
            "%(start)s to %(stop)s",
            start=self._said_hour(self.hour_from),
            stop=self._said_hour(self.hour_to),
        )

    def _said_hour(self, hour):
        minutes = round(hour * 60)
        return f"{minutes // 60}:{minutes % 60:02d}"

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

    def action_open(self):
        """Open a rate on its own, with its days and hours."""
        return {**self._get_records_action(), "target": "new"}

    # -- As the price kernel reads it

    def _tiers(self, pricelist, date):
        """Return the prices of rates by quantity: {rate: ((from quantity, price), …)}.

        Read in a number of queries that does not grow with the rates.

        :param pricelist: the customer's `product.pricelist`, possibly empty
        :param date: local date of the slot, on which dated rules are judged
        :return: decimals, tax included, in company currency; each tuple begins at 0
        """
        found = {}
        moment = fields.Datetime.to_datetime(date)
        for company, rates in self.sudo().grouped("company_id").items():
            products = rates.product_id.with_company(company)
            prices = pricelist.sudo().with_company(company)
            steps = [ANY_QUANTITY, *sorted(prices._tierslieu_thresholds(products, moment))]
            by_step = [
                prices._tierslieu_prices_for(company, products, float(step), moment)
                for step in steps
            ]
            for rate in rates:
                tiers = []
                for step, amounts in zip(steps, by_step, strict=True):
                    price = Decimal(str(amounts[rate.product_id.id]))
                    if not tiers or price != tiers[-1][1]:
                        tiers.append((step, price))
                found[rate] = tuple(tiers)
        return {rate: found[rate] for rate in self}

    def _kernel_rate(self, place, days, tiers):
        """Return this rate as the kernel reads it, its window spread over the days."""
        return cover.Rate(self.id, self.time_unit, tiers, self._kernel_windows(place, days))

    def _kernel_windows(self, place, days):
        """Return {ordinal: (lo, hi)}, the minutes admitted each day; None when always."""
        whole_day = self.hour_from == 0 and self.hour_to == 24
        if whole_day and self.time_unit != "hour" and all(self[day] for day in WEEKDAYS):
            return None
        windows = {}
        for ordinal, day in days.items():
            # Ordinal 1 is a Monday.
            if not self[WEEKDAYS[(ordinal - 1) % 7]]:
                continue
            if whole_day and self.time_unit == "hour":
                # The opening hours and no more: the evening opens on request only.
                if day.opening:
                    windows[ordinal] = day.opening[0][0], day.opening[-1][1]
            else:
                date = Date.fromordinal(ordinal)
                windows[ordinal] = (
                    place._wall_minute(date, self.hour_from),
                    place._wall_minute(date, self.hour_to),
                )
        return windows
