from odoo import fields, models

from .space_slots import SHORTEST_FIRST


class Place(models.Model):
    """The prices of a place, as its page shows them to whoever asks."""

    _inherit = "tierslieu.place"

    def _price_table(self, spaces, partner):
        """Return the prices of spaces today, fare by fare, tax included.

        The queries grow with the fares and not with the spaces.

        :param partner: whose own price list is shown where a fare has none
        :return: dict: `fares` (`tierslieu.profile` records, the default one
            first; empty: one price for all) and `spaces`, [{space, rows}]; a row
            is {rate, unit (what is sold), window, cells}, with a cell a fare, in
            their order: [(from how many, price), …], the price of one first
        """
        self.ensure_one()
        company = self.sudo().company_id
        fares = self.env["tierslieu.rate.grid"]._profiles(company)
        today = self.now_local().date()
        rates = spaces.sudo().rate_ids.filtered("active")
        columns = [
            rates._tiers(spaces[:1]._pricelist_of(fare, partner), today)
            for fare in fares or [fares]
        ]
        rounded = company.currency_id.round
        return {
            "fares": fares,
            "spaces": [
                {
                    "space": space,
                    "rows": [
                        rate._price_row([_shown(column[rate], rounded) for column in columns])
                        for rate in space.sudo().rate_ids.sorted(
                            lambda rate: (SHORTEST_FIRST.index(rate.time_unit), rate.sequence, rate.id)
                        )
                    ],
                }
                for space in spaces
            ],
        }

    def _extras_table(self, fares, partner):
        """Return what may be added to bookings of a place, and its price today, tax included.

        :param fares: as `_price_table` gives them
        :return: [{extra, price (in words), from (whether some fare pays more)}]
        """
        self.ensure_one()
        extras = self.env["tierslieu.extra"].sudo().search([("place_id", "=", self.id)])
        company = self.sudo().company_id
        today = fields.Datetime.to_datetime(self.now_local().date())
        products = extras.product_id.with_company(company)
        spaces = self.env["tierslieu.space"].sudo().search([("place_id", "=", self.id)], limit=1)
        columns = [
            spaces._pricelist_of(fare, partner).sudo().with_company(company)._tierslieu_prices_for(
                company, products, 1.0, today
            )
            for fare in fares or [fares]
        ]
        rounded = company.currency_id.round
        table = []
        for extra in extras:
            prices = [rounded(column[extra.product_id.id]) for column in columns]
            table.append(
                {"extra": extra, "price": extra._price_said(min(prices)), "from": min(prices) < max(prices)}
            )
        return table

    def _fare_of(self, partner):
        """Return the fare that someone has here today, possibly empty."""
        partner = partner.sudo().with_company(self.sudo().company_id)
        return partner.tierslieu_profile_on(fields.Date.to_date(self.now_local().date()))


class Rate(models.Model):
    _inherit = "tierslieu.rate"

    def _price_row(self, cells):
        return {
            "rate": self,
            "unit": self._sold_by(),
            "window": self.window,
            "cells": cells,
        }

    def _sold_by(self):
        """Say what is paid for: “1 hour”, “Half-day”…"""
        _ = self.env._
        return {
            "hour": _("An hour"),
            "half_day": _("A half-day"),
            "evening": _("An evening"),
            "day": _("A day"),
            "week": _("A week"),
            "month": _("A month"),
            "flat": _("Whatever the length"),
        }[self.time_unit]


def _shown(tiers, rounded):
    """Return the price of one, then those from a larger number on.

    >>> _shown(((0, 8), (1, 7), (10, 5)), float)
    [(1, 7.0), (10, 5.0)]
    """
    one = [(count, price) for count, price in tiers if count <= 1][-1]
    more = [(count, price) for count, price in tiers if count > 1]
    return [(1, rounded(float(one[1])))] + [
        (int(count) if count == int(count) else float(count), rounded(float(price)))
        for count, price in more
    ]
