from fractions import Fraction

from odoo import api, models
from odoo.tools import formatLang

from odoo.addons.tierslieu_base.tools import figures


class DeferredSource(models.AbstractModel):
    """Packs of credits: what was paid without tax, for the credits that are not used yet.

    A use counts on the day of its slot, not when it was booked; what comes back
    of a slot is not used; a fee counts when it is decided; what nobody used is
    earned on the last day when it could be. Credits that were handed over are
    still those of the pack that was sold. Gifts, balances brought in from another
    tool and the credits of a subscription were not paid for by a pack: nothing of
    them is deferred here. Packs of several purposes are no income until they are
    used: see `tierslieu_voucher_vat`.
    """

    _inherit = "tierslieu.deferred.source"

    @api.model
    def _sources(self):
        return super()._sources() | {"pack": (self.env._("Packs of credits"), "_deferred_packs")}

    @api.model
    def _deferred_packs(self, company, closing):
        """Return what of packs is not earned, as `_sources` says."""
        sales = self.env["tierslieu.credit.lot"]._tierslieu_pack_sales(
            company, closing, self._income_lines(company, closing)
        )
        found = []
        for sale in sales:
            if not sale.left:
                continue
            lot = sale.root
            what = ", ".join(filter(None, (lot.name, lot.type_id.name, lot.partner_id.name)))
            found += self._deferred_share_rows(
                company, sale.lines, Fraction(sale.left, sale.bought), lot, what, self._say_credits_left(company, sale)
            )
        return found

    @api.model
    def _say_credits_left(self, company, sale):
        """Return a function that explains an amount paid for credits."""
        left, bought = (figures(self.env, round(float(number), 2)) for number in (sale.left, sale.bought))

        def explain(amount):
            return self.env._(
                "%(left)s credits left of %(bought)s, of %(amount)s",
                left=left, bought=bought, amount=formatLang(self.env, amount, currency_obj=company.currency_id),
            )

        return explain
