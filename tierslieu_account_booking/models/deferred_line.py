from odoo import api, models
from odoo.tools import formatLang

from odoo.addons.tierslieu_account.kernels.deferral import money, units
from odoo.addons.tierslieu_base.tools import say_day

from ..kernels.shares import rests


class DeferredSource(models.AbstractModel):
    """What the sources of bookings, packs and tickets share: what they say of the lines of one sale."""

    _inherit = "tierslieu.deferred.source"

    @api.model
    def _deferred_share_rows(self, company, lines, share, record, what, explain):
        """Return what the registry asks of the lines of one sale of which a share belongs to later days.

        Nothing of lines that come to nothing: what was charged is taken back whole.

        :param record: what is sold
        :param what: how the label calls it
        :param explain: called with an amount in the currency of the company, returns a sentence
        """
        digits = company.currency_id.decimal_places
        found = []
        for account, group in lines.sorted(lambda line: (line.date, line.id)).grouped("account_id").items():
            amounts = [units(-line.balance, digits) for line in group]
            if not sum(amounts):
                continue
            for line, amount, part in zip(group, amounts, rests(amounts, share), strict=True):
                if part:
                    amount = money(amount, digits)
                    found.append(
                        {
                            "account_id": account.id,
                            "amount": amount,
                            "deferred": money(part, digits),
                            "line_id": line.id,
                            "record": (record._name, record.id),
                            "partner_id": line.partner_id.id,
                            "analytic_distribution": line.analytic_distribution,
                            "label": ", ".join(filter(None, (line.move_id.name, what))),
                            "explanation": explain(amount),
                        }
                    )
        return found

    @api.model
    def _say_days_later(self, company, first, last, closing):
        """Return a function that explains an amount earned on the days of a slot."""
        from_to = {
            "first": say_day(self.env, first, pattern="medium"), "last": say_day(self.env, last, pattern="medium"),
            "after": min((last - closing).days, (last - first).days + 1), "whole": (last - first).days + 1,
        }

        def explain(amount):
            said = from_to | {"amount": formatLang(self.env, amount, currency_obj=company.currency_id)}
            if first == last:
                return self.env._("On %(first)s: all of %(amount)s", **said)
            return self.env._("%(first)s to %(last)s: %(after)s days of %(whole)s of %(amount)s", **said)

        return explain
