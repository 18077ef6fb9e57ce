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

    def _tierslieu_is_dated(self):
        """Whether prices change with the date, here or in the lists that this one builds on."""
        seen, todo = self.browse(), self
        while todo:
            items = todo.item_ids
            if any(item.date_start or item.date_end for item in items):
                return True
            seen |= todo
            todo = items.base_pricelist_id - seen
        return False
