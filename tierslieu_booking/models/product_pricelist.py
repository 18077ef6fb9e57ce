from decimal import Decimal

from odoo import fields, models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    tierslieu_profile_ids = fields.One2many(
        "tierslieu.profile", "pricelist_id", string="Fares", readonly=True
    )

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        """Never let the list of a fare become everyone's: Odoo falls back on the first it finds."""
        return [
            *super()._get_partner_pricelist_multi_search_domain_hook(company_id),
            ("tierslieu_profile_ids", "=", False),
        ]

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
