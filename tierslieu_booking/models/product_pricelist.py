from decimal import Decimal

from odoo import models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _tierslieu_thresholds(self, products, date):
        """Return the quantities from which another price may apply, as decimals.

        Those of this pricelist and of the ones that its rules build on.
        """
        quantities, seen = set(), self.browse()
        todo = self
        while todo:
            rules = self.env["product.pricelist.item"]
            for pricelist in todo:
                rules |= pricelist._get_applicable_rules(products, date)
            quantities.update(rules.filtered("min_quantity").mapped("min_quantity"))
            seen |= todo
            todo = rules.base_pricelist_id - seen
        return {Decimal(str(quantity)) for quantity in quantities}

    def _tierslieu_prices_for(self, company, products, quantity, date):
        """Return {product id: price} in the currency of a company.

        They are asked in the pricelist's own currency: Odoo takes a fixed price
        for an amount of whatever currency it is asked in.
        """
        own, theirs = self.currency_id or company.currency_id, company.currency_id
        prices = self._get_products_price(products, quantity, currency=own, date=date)
        if own == theirs:
            return prices
        return {
            key: own._convert(price, theirs, company, date, round=False)
            for key, price in prices.items()
        }

    def _tierslieu_is_dated(self):
        """Whether prices change with the date, here or in the lists that this one builds on."""
        items = self._tierslieu_with_bases()._tierslieu_items()
        return any(item.date_start or item.date_end for item in items)

    def _tierslieu_with_bases(self):
        """Return these pricelists and all those that their rules build on."""
        seen, todo = self.browse(), self
        while todo:
            seen |= todo
            todo = todo._tierslieu_items().base_pricelist_id - seen
        return seen

    def _tierslieu_items(self):
        """Return the rules that price: `item_ids` leaves out those of archived products."""
        return self.env["product.pricelist.item"].search([("pricelist_id", "in", self.ids)])
