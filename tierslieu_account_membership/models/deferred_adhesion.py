from odoo import api, models
from odoo.fields import Domain

from odoo.addons.tierslieu_account.kernels.deferral import money, units
from odoo.addons.tierslieu_membership.models.adhesion_company import ACCOUNT

# 7561 and what is below it: fees without counterpart, in the chart of associations.
WITHOUT = ACCOUNT[:4]


class DeferredSource(models.AbstractModel):
    """Adhesions with a counterpart, for a calendar year or for twelve months.

    A fee without counterpart pays for nothing: it is income of the year in which
    it is asked for, unless the company wants it deferred too.
    """

    _inherit = "tierslieu.deferred.source"

    @api.model
    def _sources(self):
        return super()._sources() | {"adhesion": (self.env._("Adhesions"), "_deferred_adhesions")}

    @api.model
    def _deferred_adhesions(self, company, closing):
        """Return what of adhesions is not earned, as `_sources` says."""
        adhesions = self._adhesions_going_on(company, closing)
        lines = adhesions.account_invoice_line_id
        recorded = set(self.env["account.move.line"].search(
            Domain(self._income_lines(company, closing)) & Domain("id", "in", lines.ids)
        ).ids)
        days = {
            one.account_invoice_line_id: (one.date_from, one.date_to)
            for one in adhesions.sorted("id") if one.account_invoice_line_id.id in recorded
        }
        found = []
        for line, (first, last) in days.items():
            if company.tierslieu_defer_fees or not self._without_counterpart(company, line):
                amount = -line.balance
                deferred, explanation = self._spread(company, amount, first, last, closing)
                if deferred:
                    found.append(self._deferred_line(line, amount, deferred, explanation))
        return found + self._deferred_credits(company, closing, {row["line_id"] for row in found}, days)

    @api.model
    def _adhesions_going_on(self, company, closing):
        return self.env["membership.membership_line"].search(
            [
                ("tierslieu_scope", "!=", False), ("company_id", "=", company.id),
                ("date_from", "!=", False), ("date_to", ">", closing), ("account_invoice_line_id", "!=", False),
            ]
        )

    @api.model
    def _without_counterpart(self, company, line):
        """Tell whether nothing is given for a fee: its account says so, or its article."""
        account = line.account_id
        fees = company._tierslieu_adhesion_account()
        return account == fees or (account.code or "").startswith(WITHOUT) or line.product_id.tierslieu_untaxed

    @api.model
    def _deferred_credits(self, company, closing, deferred, days):
        """Return what credit notes give back of adhesions that are deferred.

        Of several on an invoice each is given back in its turn, as adhesions themselves have it.

        :param deferred: ids of the lines of invoices
        :param days: {line of an invoice: (first, last) day}
        """
        charged = self.env["account.move.line"].browse(sorted(deferred))
        # Those that are over take their credit notes too.
        on_invoice = self.env["membership.membership_line"].search(
            [("tierslieu_scope", "!=", False), ("account_invoice_line_id.move_id", "in", charged.move_id.ids)]
        ).account_invoice_line_id.sorted("id")
        credits_ = self.env["account.move.line"].search(
            Domain(self._income_lines(company, closing))
            & Domain("move_id.move_type", "=", "out_refund")
            & Domain("move_id.reversed_entry_id", "in", charged.move_id.ids)
            & Domain("product_id", "in", charged.product_id.ids),
            order="date, id",
        )
        found, digits = [], company.currency_id.decimal_places
        same = on_invoice.grouped(lambda line: (line.move_id, line.product_id))
        left = {line: units(-line.balance, digits) for line in on_invoice}
        for credit in credits_:
            rest, part, said = units(credit.balance, digits), 0, []
            for line in same.get((credit.move_id.reversed_entry_id, credit.product_id), ()):
                given = max(min(rest, left[line]), 0)
                rest, left[line] = rest - given, left[line] - given
                if given and line in charged:
                    back, explanation = self._spread(company, -money(given, digits), *days[line], closing)
                    part += units(back, digits)
                    said.append(explanation)
            if part:
                found.append(self._deferred_line(credit, -credit.balance, money(part, digits), "; ".join(said)))
        return found
