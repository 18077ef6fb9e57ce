from odoo import api, models
from odoo.fields import Command

from .rate_grid import HIGHEST_PRICE
from .space_words import UNITS

# Shown where spaces are chosen; the others have their own step.
SHORT = ("hour", "day")
# In the order of the grid: from the shortest.
SOLD = ("hour", "half_day", "evening", "day", "week", "month")
MOST_OFF = 90


class Setup(models.Model):
    """What time costs: usual prices with each kind of space, then all of them in one table."""

    _inherit = "tierslieu.setup"

    @api.model
    def _kind_prices(self):
        """Return the usual prices of the ready-made kinds, tax included: {key: {time unit: price}}."""
        return {
            "nomad": {"hour": 4, "half_day": 12, "day": 18, "week": 75, "month": 220},
            "resident": {"month": 250},
            "meeting": {"hour": 18, "half_day": 60, "day": 95},
            "lounge": {"hour": 8, "half_day": 25, "day": 40},
            "hall": {"hour": 45, "half_day": 150, "evening": 190, "day": 240},
            "office": {"half_day": 32, "day": 55, "week": 220, "month": 690},
            "kitchen": {"hour": 15, "half_day": 50},
            "locker": {"month": 12},
            "machine": {"hour": 15, "half_day": 50},
            "studio": {"hour": 20, "half_day": 70, "day": 120},
        }

    # -- With the spaces

    def _space_columns(self):
        symbol = self.company_id.currency_id.symbol
        labels = self._unit_labels()
        return [
            *super()._space_columns(),
            *(
                {"name": unit, "kind": "number", "label": labels[unit], "suffix": symbol}
                for unit in SHORT
            ),
        ]

    def _unit_labels(self):
        return dict(self.env["tierslieu.rate"]._fields["time_unit"]._description_selection(self.env))

    def _space_row(self, kind, space):
        row = super()._space_row(kind, space)
        prices = self._prices_of(space) if space else self._kind_prices().get(kind["key"], {})
        labels = self._unit_labels()
        currency = self.company_id.currency_id
        others = [
            f"{labels[unit].lower()} {currency.format(prices[unit])}"
            for unit in SOLD if unit in prices and unit not in SHORT
        ]
        hint = " · ".join([row["hint"], ", ".join(others)]) if others else row["hint"]
        return row | {"hint": hint} | {unit: prices.get(unit, "") for unit in SHORT}

    def _read_space(self, answers, kind, row):
        """Read the prices too; one left empty is not sold."""
        values = super()._read_space(answers, kind, row)
        labels = self._unit_labels()
        values["prices"] = {
            unit: self._read_price(answers, row[unit], values["name"], labels[unit])
            for unit in SHORT if unit in row
        }
        return values

    def _read_price(self, answers, value, space, unit):
        label = self.env._("%(space)s, %(unit)s", space=space, unit=unit.lower())
        return answers.read_number(value, label, 0, HIGHEST_PRICE, required=False)

    def _update_space(self, space, values):
        """Let the products of a renamed space follow: invoices say what people booked."""
        before = space.name
        result = super()._update_space(space, values)
        if space.name != before:
            for product in space.rate_ids.product_id:
                if product.name.startswith(f"{before}, "):
                    product.name = space.name + product.name.removeprefix(before)
        return result

    def _price_space(self, space, kind, values):
        result = super()._price_space(space, kind, values)
        prices = values["prices"]
        if not space.with_context(active_test=False).rate_ids:
            prices = self._kind_prices().get(kind["key"], {}) | prices
        for unit, price in prices.items():
            self._set_price(space, unit, price)
        return result

    # -- One price

    def _prices_of(self, space):
        """Return the full prices of a space, {time unit: price}: those of its first rate of each unit."""
        rates = self._first_rates(space)
        profile = self._full_fare()
        cells = self.env["tierslieu.rate.grid"]._prices(space.rate_ids, profile) if profile else {}
        return {
            unit: cells[profile, rate]["price"] if profile else rate.list_price
            for unit, rate in rates.items()
        }

    def _first_rates(self, space):
        return {rate.time_unit: rate for rate in space.rate_ids.sorted(reverse=True)}

    def _full_fare(self):
        return self.env["tierslieu.profile"]._default_of(self.company_id)

    def _set_price(self, space, unit, price):
        """Give a space a full price by the hour, the day…; none: it is no longer sold so."""
        rate = self._first_rates(space).get(unit)
        if price is False:
            if rate:
                rate.active = False
            return
        if not rate:
            rate = self._open_rate(space, unit, price)
        profile = self._full_fare()
        if self._prices_of(space)[unit] == price:
            return
        if profile:
            self.env["tierslieu.rate.grid"]._set_price(rate, profile, price, is_default=True)
        else:
            rate.product_id.list_price = price

    def _open_rate(self, space, unit, price):
        """Sell a space by another unit: as it once was, or by a new product of its own."""
        closed = space.with_context(active_test=False).rate_ids.filtered(
            lambda rate: rate.time_unit == unit
        )
        if closed:
            closed[0].active = True
            return closed[0]
        company = self.company_id
        product = self.env["product.product"].create(
            {
                "name": f"{space.name}, {self._unit_labels()[unit].lower()}",
                "type": "service",
                "list_price": price,
                "invoice_policy": "order",
                "company_id": company.id,
                "purchase_ok": False,
                # Said even when there are none: Odoo would put a tax on top of the price.
                "taxes_id": [Command.set(company._tierslieu_time_taxes().ids)],
            }
        )
        return self.env["tierslieu.rate"].create(
            {
                "space_id": space.id,
                "time_unit": unit,
                "product_id": product.id,
                "sequence": 10 * (len(UNITS) - UNITS.index(unit)),
            }
        )

    # -- The step of its own

    def _is_there_prices(self):
        return bool(self._full_fare() and self.place_id.space_ids.rate_ids)

    def _page_prices(self):
        _ = self.env._
        labels = self._unit_labels()
        spaces = self.place_id.space_ids
        symbol = self.company_id.currency_id.symbol
        reduced = self._reduced_fare()
        notes = [] if spaces else [_("Their prices will be here once there are spaces.")]
        return {
            "title": _("What does it cost?"),
            "intro": _(
                "Taxes included. An empty price is not sold. People pay the cheapest way to cover their time."
            ),
            "notes": notes,
            "fields": [
                self._field(
                    "prices", "table", _("Full price"),
                    columns=[
                        {"name": unit, "kind": "number", "label": labels[unit], "suffix": symbol}
                        for unit in SOLD
                    ],
                ),
                self._field(
                    "reduced", "toggle", _("A reduced fare"),
                    help=_("For students and job seekers: they send a proof once, you accept it."),
                ),
                self._field("percent", "number", _("Less"), suffix="%", width="third",
                            when={"reduced": [True]}),
            ],
            "values": {
                "prices": [self._price_row(space) for space in spaces],
                "reduced": bool(reduced),
                "percent": self._percent_off(reduced) or 30,
            },
        }

    def _price_row(self, space):
        prices = self._prices_of(space)
        return {
            "key": str(space.id),
            "title": space.name,
            "hint": "" if space.is_bookable else self.env._("Not booked on line"),
            **{unit: prices.get(unit, "") for unit in SOLD},
        }

    def _apply_prices(self, answers):
        """Write the prices that differ, and the two fares: for everybody, and the reduced one."""
        labels = self._unit_labels()
        spaces = {str(space.id): space for space in self.place_id.space_ids}
        read = []
        for row in answers.rows("prices", most=500):
            space = spaces.get(row["key"])
            if not space:
                answers.refuse(self.env._("Spaces"))
            read += [
                (space, unit, self._read_price(answers, row[unit], space.name, labels[unit]))
                for unit in SOLD if unit in row
            ]
        wants_reduced = answers.flag("reduced")
        percent = wants_reduced and answers.number(
            "percent", self.env._("Reduced fare, per cent"), 1, MOST_OFF
        )
        for space, unit, price in read:
            self._set_price(space, unit, price)
        self._make_full_fare()
        self._set_reduced_fare(percent)

    # -- Fares

    def _make_full_fare(self):
        """Have a fare for everybody: prices by profile start from it."""
        if not self._full_fare():
            self.env["tierslieu.profile"].create(
                {
                    "name": self.env._("Full price"), "code": "full", "sequence": 90,
                    "is_default": True, "company_id": self.company_id.id,
                }
            )

    def _reduced_fare(self):
        """Return the reduced fare that the set-up made, if it is still given."""
        return self.env["tierslieu.profile"].search(
            [("company_id", "=", self.company_id.id), ("code", "=", "reduced")], limit=1
        )

    def _percent_off(self, profile):
        """Return what a fare takes off every price, when one rule says it."""
        items = profile.pricelist_id.item_ids.filtered(
            lambda item: item.applied_on == "3_global" and item.compute_price == "percentage"
        )
        return items[:1].percent_price

    def _set_reduced_fare(self, percent):
        """Give the reduced fare, take it back, or change by how much it is lower."""
        profile = self.env["tierslieu.profile"].with_context(active_test=False).search(
            [("company_id", "=", self.company_id.id), ("code", "=", "reduced")], limit=1
        )
        if not percent:
            profile.active = False
            return
        if not profile:
            profile = self._make_reduced_fare()
        profile.active = True
        item = profile.pricelist_id.item_ids.filtered(lambda item: item.applied_on == "3_global")[:1]
        if not item:
            profile.pricelist_id.item_ids = [
                Command.create({"applied_on": "3_global", "compute_price": "percentage"})
            ]
            item = profile.pricelist_id.item_ids.filtered(lambda item: item.applied_on == "3_global")
        if item.compute_price != "percentage" or item.percent_price != percent:
            item.write({"compute_price": "percentage", "percent_price": percent})

    def _make_reduced_fare(self):
        company = self.company_id
        name = self.env._("Reduced fare")
        pricelist = self.env["product.pricelist"].create(
            {"name": name, "company_id": company.id, "currency_id": company.currency_id.id}
        )
        return self.env["tierslieu.profile"].create(
            {
                "name": name, "code": "reduced", "sequence": 20, "company_id": company.id,
                "pricelist_id": pricelist.id, "needs_proof": True,
                "proof_help": self.env._(
                    "Your student card of this year, or your certificate of job seeker of less than three months."
                ),
            }
        )
