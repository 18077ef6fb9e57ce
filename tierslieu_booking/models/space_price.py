from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..kernels import cover
from .space import MAX_PEOPLE
from .space_range import _minutes


class Space(models.Model):
    """What a range of time costs to someone."""

    _inherit = "tierslieu.space"

    def quote(self, partner, start, stop, **options):
        """Price a range for a partner, writing nothing.

        :param partner: `res.partner` or id; its pricelist decides
        :return: dict with `total` and `currency` (code), tax included; `lines`
            (dicts: rate_id, product_id, time_unit, count, price_unit, amount,
            description); `credits` (list); `explanation` and `errors`
            (sentences). With errors, `total` is 0.0 and `lines` is empty.
        """
        self.ensure_one()
        self.check_access("read")
        self.env["tierslieu.booking"]._check_options(options)
        partner = self.env["tierslieu.booking"]._as_record("res.partner", partner)
        start = fields.Datetime.to_datetime(start)
        stop = fields.Datetime.to_datetime(stop)
        currency = self.sudo().company_id.currency_id
        result = {
            "total": 0.0,
            "currency": currency.name,
            "lines": [],
            "credits": [],
            "explanation": [],
            "errors": self._range_errors(start, stop)
            or self._party_errors(options.get("people", 1)),
        }
        if result["errors"]:
            return result
        days = self._open_days(start, stop)
        prices = self._rate_prices(partner, days[0][0])
        return result | self._price_days(days, prices)

    def _party_errors(self, people):
        """Refuse a party that the space cannot seat."""
        seats = self.sudo().seats
        try:
            people = int(people)
        except (TypeError, ValueError):
            people = 0
        if people < 1:
            return [self.env._("Say how many people come: at least one.")]
        if self.allocation == "any" or not seats:
            # A desk seats one, but a party may take the first of several.
            seats = self.sudo().place_id.people_max or MAX_PEOPLE
        if people > seats:
            return [
                self.env._(
                    "%(space)s takes %(seats)s people at the most.",
                    space=self.sudo().name,
                    seats=seats,
                )
            ]
        return []

    def _rate_prices(self, partner, date):
        """Return {rate: Decimal price} for a partner on the date of the slot."""
        pricelist = self._pricelist(partner)
        return {
            rate: Decimal(str(rate._price(pricelist, date)))
            for rate in self.sudo().rate_ids
        }

    def _pricelist(self, partner):
        company = self.sudo().company_id
        return partner.sudo().with_company(company).property_product_pricelist

    def _price_days(self, days, prices):
        """Return the priced part of a quote: total, lines, explanation, errors."""
        currency = self.sudo().company_id.currency_id
        rates = {rate.id: rate for rate in prices}
        try:
            best = cover.cover(
                [cover.Day(sum(_minutes(*pair) for pair in asked), whole)
                 for _date, asked, whole in days],
                [cover.Rate(rate.id, rate.time_unit, price) for rate, price in prices.items()],
                self.step_minutes(),
                currency.decimal_places,
            )
        except cover.NoPrice as error:
            return {
                "errors": [
                    self.env._(
                        "%(space)s has no price on %(day)s: ask the team.",
                        space=self.sudo().name,
                        day=self.sudo().place_id.format_date(days[error.day][0]),
                    )
                ]
            }
        lines = [
            {
                "rate_id": line.rate_key,
                "product_id": rates[line.rate_key].product_id.id,
                "time_unit": line.time_unit,
                "count": float(line.count),
                "price_unit": float(line.price),
                "amount": float(line.total),
                "description": self._line_sentence(line),
            }
            for line in best.lines
        ]
        return {
            "total": float(best.total),
            "lines": lines,
            "explanation": [line["description"] for line in lines],
        }

    def _line_sentence(self, line):
        """Say how a line is paid: “2 h at €8.00”."""
        currency = self.sudo().company_id.currency_id
        count = f"{float(line.count):g}"
        if self.env.lang and self.env.lang.startswith("fr"):
            count = count.replace(".", ",")
        price = currency.format(float(line.price))
        if line.time_unit == "hour":
            return self.env._("%(count)s h at %(price)s", count=count, price=price)
        if line.count == 1:
            return self.env._("1 day at %(price)s", price=price)
        return self.env._("%(count)s days at %(price)s", count=count, price=price)

    def _require_quote(self, partner, start, stop, **options):
        """Return the quote or raise its first error."""
        quote = self.quote(partner, start, stop, **options)
        if quote["errors"]:
            raise UserError(quote["errors"][0])
        return quote
