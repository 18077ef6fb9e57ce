from datetime import date as Date

from odoo import models, tools
from odoo.tools import SQL

from .versions import version_of

# What a price of Odoo is made of, besides the rows that are chosen below.
PRICE_MODELS = (
    "product.product", "product.template", "product.template.attribute.value",
    "product.category", "product.pricelist", "product.pricelist.item", "uom.uom",
    "res.company", "res.currency", "res.currency.rate",
)

# Any day, for prices that are the same on all of them.
KEPT_DATE = Date(2000, 1, 1)


class Rate(models.Model):
    """Prices that were worked out before, for as long as nothing they are made of changes."""

    _inherit = "tierslieu.rate"

    def _known_tiers(self, pricelist, date, version):
        """Return what `_tiers` does, without a query when it was asked before.

        For what shows many prices at once: what is sold is priced by `_tiers`.

        :param version: what `_price_version` says of this pricelist now
        """
        if not self._known_to_follow_date(tuple(self.ids), pricelist.id, version):
            date = KEPT_DATE
        tiers = self._tiers_of_version(tuple(self.ids), pricelist.id, date, version)
        return dict(zip(self, tiers, strict=True))

    @tools.ormcache("ids", "pricelist_id", "date", "version")
    def _tiers_of_version(self, ids, pricelist_id, date, version):
        pricelist = self.env["product.pricelist"].browse(pricelist_id)
        found = self.browse(ids)._tiers(pricelist, date)
        return tuple(found.values())

    @tools.ormcache("ids", "pricelist_id", "version")
    def _known_to_follow_date(self, ids, pricelist_id, version):
        pricelist = self.env["product.pricelist"].browse(pricelist_id)
        return self.browse(ids)._prices_follow_date(pricelist)

    def _prices_follow_date(self, pricelist):
        """Return whether prices change with the day: dated rules, or another currency.

        A product that companies share is in the currency of the main one.
        """
        pricelist, rates = pricelist.sudo(), self.sudo()
        own = rates.company_id.currency_id
        theirs = pricelist._tierslieu_with_bases().currency_id | rates.product_id.currency_id
        return pricelist._tierslieu_is_dated() or bool(theirs - own or len(own) > 1)

    def _price_version(self, pricelist):
        """Return a word that changes whenever the prices of these rates may have.

        A price comes from the product with its variant, from the rules of the
        pricelist and of those it builds on, from units of measure, and from the
        currencies that are converted, those of the company and of the main one
        among them: each may have rates.
        """
        for model in (self._name, *PRICE_MODELS):
            self.env[model].flush_model()
        lists = SQL(
            "(WITH RECURSIVE lists(id) AS (SELECT %s UNION SELECT item.base_pricelist_id"
            " FROM product_pricelist_item AS item JOIN lists ON lists.id = item.pricelist_id"
            " WHERE item.base_pricelist_id IS NOT NULL) SELECT id FROM lists)",
            pricelist.id or 0,
        )
        products = SQL("(SELECT product_id FROM tierslieu_rate WHERE id = ANY(%s))", self.ids)
        templates = SQL("(SELECT product_tmpl_id FROM product_product WHERE id IN %s)", products)
        currencies = SQL(
            "(SELECT currency_id FROM product_pricelist WHERE id IN %s"
            " UNION SELECT currency_id FROM res_company)",
            lists,
        )
        return version_of(
            self.env,
            {
                "tierslieu_rate": SQL("id = ANY(%s)", self.ids),
                "product_product": SQL("id IN %s", products),
                "product_template": SQL("id IN %s", templates),
                "product_template_attribute_value": SQL("product_tmpl_id IN %s", templates),
                "product_variant_combination": SQL("product_product_id IN %s", products),
                "product_category": SQL("TRUE"),
                "product_pricelist": SQL("id IN %s", lists),
                "product_pricelist_item": SQL("pricelist_id IN %s", lists),
                "uom_uom": SQL("TRUE"),
                "res_company": SQL("TRUE"),
                "res_currency": SQL("active"),
                "res_currency_rate": SQL("currency_id IN %s", currencies),
            },
        )
