from typing import NamedTuple

from odoo import api, models
from odoo.tools import formatLang

from odoo.addons.tierslieu_base.tools import figures, say_day

from ..kernel.deferral import deferred, later, money, units


class Part(NamedTuple):
    """What of a document is deferred at a closing, in units of the currency (cents)."""

    key: str
    """Of the document and the account, the same at each computation."""
    source: str
    title: str
    account: int
    amount: int
    deferred: int
    line: int
    record: tuple
    partner: int
    analytic: dict
    label: str
    explanation: str


class DeferredSource(models.AbstractModel):
    """What sources share: the sharing out of an amount over its days, and the collection of all of them."""

    _inherit = "tierslieu.deferred.source"

    @api.model
    def _spread(self, company, amount, first, last, closing):
        """Return (deferred, explanation) of an amount without tax that is earned from day to day.

        As the company counts, by days or by months.

        :param amount: in the currency of the company, a float; below zero for a credit note
        :return: a float, and one sentence: “1 septembre 2026 to 31 août 2027: 243 days of 365 of 240,00 €”
        """
        _, env, digits = self.env._, self.env, company.currency_id.decimal_places
        method = company.sudo().tierslieu_deferral_method
        part = money(deferred(units(amount, digits), first, last, closing, method), digits)
        after, whole = later(first, last, closing, method)
        words = {
            "first": say_day(env, first, pattern="medium"),
            "last": say_day(env, last, pattern="medium"),
            "after": figures(env, round(float(after), 2)),
            "whole": figures(env, round(float(whole), 2)),
            "amount": formatLang(env, amount, currency_obj=company.currency_id),
        }
        if method == "months":
            return part, _("%(first)s to %(last)s: %(after)s months of %(whole)s of %(amount)s", **words)
        return part, _("%(first)s to %(last)s: %(after)s days of %(whole)s of %(amount)s", **words)

    @api.model
    def _income_lines(self, company, closing):
        """Return the domain of the invoice lines that had recorded income by a closing, without tax."""
        return [
            ("company_id", "=", company.id),
            ("parent_state", "=", "posted"),
            ("date", "<=", closing),
            ("display_type", "=", "product"),
            ("account_id.internal_group", "=", "income"),
            ("move_id.move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
        ]

    @api.model
    def _parts(self, company, closing):
        """Return the `Part` of each document of all sources that is not wholly earned, {key: Part}.

        Sources read whatever they need: who asks has been checked by then.
        """
        sources = self.sudo().with_company(company)
        digits, found = company.currency_id.decimal_places, {}
        for source, (title, method) in sources._sources().items():
            for row in getattr(sources, method)(company, closing):
                model, record = row["record"]
                key = f"{source}:{model},{record}:{row['line_id'] or 0}:{row['account_id']}"
                amount, rest = units(row["amount"], digits), units(row["deferred"], digits)
                if key in found:
                    amount, rest = amount + found[key].amount, rest + found[key].deferred
                found[key] = Part(
                    key, source, title, row["account_id"], amount, rest, row["line_id"] or 0, row["record"],
                    row["partner_id"] or 0, row["analytic_distribution"] or {}, row["label"], row["explanation"],
                )
        return {key: part for key, part in found.items() if part.deferred}
