from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from odoo.addons.tierslieu_base.tools import as_record

from .space_words import UNITS

# A price above this is a slip of the finger.
HIGHEST_PRICE = 100_000


class RateGrid(models.AbstractModel):
    """The prices of a place on one screen: spaces and time units by fare profile.

    A cell of the default fare is the price of the rate's product; a cell of
    another fare is that product's price in the fare's price list: its own
    fixed price, or what the list's general rules make of it.
    """

    _name = "tierslieu.rate.grid"
    _description = "Price grid"

    @api.model
    def _require_manager(self):
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_manager")):
            raise AccessError(self.env._("Only a manager changes the prices."))

    @api.model
    def _place(self, place):
        """Return a place that who asks may see, with rights on prices beyond it."""
        self._require_manager()
        place = as_record(self.env, "tierslieu.place", place)
        place.check_access("read")
        return place.sudo()

    @api.model
    def _profiles(self, company):
        return self.env["tierslieu.profile"].sudo().search(
            [("company_id", "in", (company.id, False))], order="is_default desc, sequence, id"
        )

    # -- Read

    @api.model
    def get_grid(self, place):
        """Return what the screen shows.

        :param place: record or id
        :return: dict: `currency` (id), `profiles` ([{id, name}], the default one
            first), `units` ([{key, name}]), `spaces` ([{id, name, rows}]); a row
            is one rate, {rate_id, product_id, unit, name, window, cells}, or one
            that could be added (rate_id False); a cell is {profile_id, price
            (False: none), own (whether it is this cell's own price)}
        """
        place = self._place(place)
        profiles = self._profiles(place.company_id)
        labels = dict(self.env["tierslieu.rate"]._fields["time_unit"]._description_selection(self.env))
        units = list(reversed(UNITS))
        rates = place.space_ids.rate_ids
        prices = self._prices(rates, profiles)
        return {
            "currency": place.company_id.currency_id.id,
            "profiles": [{"id": profile.id, "name": profile.name} for profile in profiles],
            "units": [{"key": unit, "name": labels[unit]} for unit in units],
            "spaces": [
                {
                    "id": space.id,
                    "name": space.name,
                    "rows": [
                        self._row(rate, labels, profiles, prices)
                        for rate in space.rate_ids.sorted(
                            lambda rate: (units.index(rate.time_unit), rate.sequence, rate.id)
                        )
                    ],
                    "missing": [
                        unit for unit in units if unit not in space.rate_ids.mapped("time_unit")
                    ],
                }
                for space in place.space_ids
            ],
        }

    def _row(self, rate, labels, profiles, prices):
        return {
            "rate_id": rate.id,
            "product_id": rate.product_id.id,
            "unit": rate.time_unit,
            "name": labels[rate.time_unit],
            "window": rate.window,
            "cells": [prices[profile, rate] for profile in profiles],
        }

    def _prices(self, rates, profiles):
        """Return {(profile, rate): cell}, in a number of queries that does not grow with the rates."""
        today = fields.Date.context_today(self)
        cells = {}
        for profile in profiles:
            pricelist = profile.pricelist_id
            tiers = rates._tiers(pricelist, today) if rates else {}
            own = self._own_items(profile, rates.product_id)
            for rate in rates:
                # The price of one: a quantity of one may have its own.
                price = [amount for count, amount in tiers[rate] if count <= 1][-1]
                cells[profile, rate] = {
                    "profile_id": profile.id,
                    "price": float(price),
                    "own": not pricelist
                    or rate.product_id in own
                    or self._is_full_price(profile, rate, price),
                    "by_quantity": len(tiers[rate]) > 1,
                }
        return cells

    def _is_full_price(self, profile, rate, price):
        """Whether the default fare is the price of the product, whatever list it goes through."""
        return profile.is_default and float(price) == rate.product_id.list_price

    def _own_items(self, profile, products):
        """Return {product: the item that gives it a price of its own in a fare}."""
        items = self.env["product.pricelist.item"].sudo().search(
            Domain("pricelist_id", "=", profile.pricelist_id.id or 0)
            & Domain("product_id", "in", products.ids)
            & Domain("applied_on", "=", "0_product_variant")
            & Domain("compute_price", "=", "fixed")
            & Domain("min_quantity", "in", (0, False))
            & Domain("date_start", "=", False)
            & Domain("date_end", "=", False)
        )
        return {item.product_id: item for item in items}

    # -- Save

    @api.model
    def save(self, place, changes):
        """Write the changed cells of a grid, all of them or none.

        :param changes: list of dicts: `space_id`, `rate_id` or `unit` (a rate to
            add), `profile_id`, `price` (False: back to what the price list says)
        :return: the new grid
        """
        place = self._place(place)
        with self.env.cr.savepoint():
            self._apply(place, changes)
        return self.get_grid(place.id)

    def _apply(self, place, changes):
        profiles = {profile.id: profile for profile in self._profiles(place.company_id)}
        spaces = {space.id: space for space in place.space_ids}
        added = {}
        # The default fare first: it creates the rates that the others refer to.
        default = next(iter(profiles.values()), None)
        changes = self._checked_changes(changes)
        for change in sorted(changes, key=lambda change: profiles.get(change["profile_id"]) != default):
            profile, space = profiles.get(change["profile_id"]), spaces.get(change["space_id"])
            if not profile or not space:
                raise UserError(self.env._("This record no longer exists."))
            price = self._checked_price(change["price"])
            rate = self._changed_rate(space, change, added, price)
            self._set_price(rate, profile, price, is_default=profile == default)

    def _checked_changes(self, changes):
        """Return changes as dicts that have all it takes, or refuse them."""
        try:
            return [
                {
                    **change,
                    **{name: int(change[name]) for name in ("profile_id", "space_id")},
                    "price": change["price"],
                }
                for change in changes
            ]
        except (TypeError, ValueError, KeyError, OverflowError):
            raise UserError(self.env._("These changes mean nothing: open the price grid again.")) from None

    def _checked_price(self, price):
        """Return a price as a number, False for none, or refuse it."""
        if price is False or price is None:
            return False
        if not isinstance(price, (int, float)) or not 0 <= price <= HIGHEST_PRICE:
            raise UserError(self.env._("A price goes from 0 to 100,000."))
        return round(price, 2)

    def _changed_rate(self, space, change, added, price):
        """Return the rate that a change is about, made when it is new."""
        if change.get("rate_id"):
            rate = space.rate_ids.filtered(lambda rate: rate.id == change["rate_id"])
            if not rate:
                raise UserError(self.env._("This record no longer exists."))
            return rate
        unit = change.get("unit")
        if unit not in UNITS:
            raise UserError(self.env._("This record no longer exists."))
        if (space, unit) not in added:
            if price is False:
                raise UserError(
                    self.env._("Give the new rate of %(space)s its full price.", space=space.name)
                )
            added[space, unit] = self._add_rate(space, unit, price)
        return added[space, unit]

    def _add_rate(self, space, unit, price):
        """Create a rate with a product that resembles its neighbours: same tax, same account."""
        labels = dict(self.env["tierslieu.rate"]._fields["time_unit"]._description_selection(self.env))
        name = f"{space.name}, {labels[unit].lower()}"
        neighbour = space.rate_ids[:1].product_id or space.place_id.space_ids.rate_ids[:1].product_id
        values = {
            "name": name,
            "list_price": price,
            "type": "service",
            "invoice_policy": "order",
            "company_id": neighbour.company_id.id,
        }
        if neighbour:
            values |= {
                "taxes_id": [Command.set(neighbour.taxes_id.ids)],
                "categ_id": neighbour.categ_id.id,
                "property_account_income_id": neighbour.property_account_income_id.id,
            }
        product = self.env["product.product"].sudo().create(values)
        return self.env["tierslieu.rate"].sudo().create(
            {
                "space_id": space.id,
                "time_unit": unit,
                "product_id": product.id,
                "sequence": 10 * (len(UNITS) - UNITS.index(unit)),
            }
        )

    def _changes_prices(self, profile, rate):
        """Whether the list of a fare makes another price of a rate than its product's."""
        tiers = rate._tiers(profile.pricelist_id, fields.Date.context_today(self))[rate]
        return float(tiers[0][1]) != rate.product_id.list_price

    def _set_price(self, rate, profile, price, is_default):
        item = self._own_items(profile, rate.product_id).get(rate.product_id)
        if is_default and not item and not self._changes_prices(profile, rate):
            if price is False:
                raise UserError(
                    self.env._(
                        "%(rate)s needs its full price: archive the rate to stop selling it.",
                        rate=rate.display_name,
                    )
                )
            rate.product_id.list_price = price
            return
        if not profile.pricelist_id:
            profile.pricelist_id = self.env["product.pricelist"].sudo().create(
                {
                    "name": profile.name,
                    "company_id": rate.company_id.id,
                    "currency_id": rate.company_id.currency_id.id,
                }
            )
        currency = profile.pricelist_id.currency_id
        if price is False:
            if item:
                item.unlink()
        elif currency != rate.currency_id:
            # What is typed here is in the currency of the place, what a list fixes in its own.
            raise UserError(
                self.env._(
                    "The prices of %(fare)s are in %(currency)s: change them in its price list.",
                    fare=profile.name,
                    currency=currency.name,
                )
            )
        elif item:
            item.fixed_price = price
        else:
            profile.pricelist_id.item_ids = [
                Command.create(
                    {
                        "applied_on": "0_product_variant",
                        "product_id": rate.product_id.id,
                        "product_tmpl_id": rate.product_id.product_tmpl_id.id,
                        "compute_price": "fixed",
                        "fixed_price": price,
                    }
                )
            ]


