from odoo import api, models
from odoo.fields import Command

from odoo.addons.tierslieu_base.tools import figures

from ..kernels.books_plan import RATES, WAITING


class BooksLook(models.AbstractModel):
    """The taxes of what a place sells: one of services for each rate, due as the company owes it."""

    _inherit = "tierslieu.books.look"

    @api.model
    def _look_taxes(self, company, regime, due):
        if regime != "subject":
            return []
        findings = [self._look_tax(company, rate, due) for rate in RATES]
        return findings + self._look_other_taxes(company, due)

    @api.model
    def _service_taxes(self, company):
        """Return the taxes of services sold, in percent, archived ones too."""
        taxes = self.env["account.tax"].with_context(active_test=False)
        return taxes.search(
            [
                ("company_id", "=", company.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("tax_scope", "=", "service"),
                ("amount", ">", 0),
            ]
        )

    @api.model
    def _is_due(self, tax, due):
        """Tell whether the VAT of a tax is owed as this company owes it."""
        if due == "debits":
            return tax.tax_exigibility == "on_invoice"
        return (
            tax.tax_exigibility == "on_payment" and tax.cash_basis_transition_account_id.code == WAITING
        )

    @api.model
    def _said_tax(self, rate, due):
        said = figures(self.env, rate)
        _ = self.env._
        if due == "debits":
            return _("%(rate)s %% services, on debits", rate=said)
        return _("%(rate)s %% services, on receipts", rate=said)

    @api.model
    def _look_tax(self, company, rate, due):
        """Find the tax of services at this rate, included in prices or not as the company says them."""
        _ = self.env._
        why = (
            _("Due when it is invoiced, straight to 445710.") if due == "debits"
            else _("Due when it is paid; until then it waits on 445740.")
        )
        right = self._right_taxes(company, rate, due)
        there = right.filtered("active")[:1]
        if there:
            return self._finding("tax", there.display_name, "there", why, source="M")
        sleeping = right.filtered(lambda tax: not tax.is_used)[:1]
        if sleeping:
            return self._finding(
                "tax", sleeping.display_name, "set", why, _("The chart has it, put aside: it is taken out."),
                source="M", make=lambda: sleeping.write({"active": True}),
            )
        if not self._model_tax(company, rate):
            return self._finding(
                "tax", self._said_tax(rate, due), "differs", why,
                _("The chart has no tax of this rate any more: its boxes of the VAT return are to be chosen by hand."),
                source="M",
            )
        return self._finding(
            "tax", self._said_tax(rate, due), "create", why, source="M",
            make=lambda: self._make_tax(company, rate, due),
        )

    @api.model
    def _model_tax(self, company, rate):
        """Return the chart's own tax of a rate, that of services first; empty when somebody took them out."""
        taxes = self.env["account.tax"].with_context(active_test=False)
        return taxes.search(
            [
                ("company_id", "=", company.id), ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"), ("amount", "=", rate),
            ]
        ).sorted(lambda tax: (tax.tax_scope != "service", bool(tax.price_include_override), tax.id))[:1]

    @api.model
    def _make_tax(self, company, rate, due):
        """Make a tax from the chart's own of this rate, whose boxes of the VAT return it keeps.

        It gives way abroad as the chart's own does.
        """
        model = self._model_tax(company, rate)
        waiting = self._account(company, WAITING)
        made = model.copy(
            {
                "name": self._said_tax(rate, due),
                "tax_scope": "service",
                "price_include_override": False,
                "tax_exigibility": "on_invoice" if due == "debits" else "on_payment",
                "cash_basis_transition_account_id": False if due == "debits" else waiting.id,
                "active": True,
                # Before the chart's own, wherever the first one is taken.
                "sequence": max(model.sequence - 1, 1),
                "replacing_tax_ids": [Command.set(model.replacing_tax_ids.ids)],
            }
        )
        for code, _name in self.env["res.lang"].get_installed():
            made.with_context(lang=code).name = self.with_context(lang=code)._said_tax(rate, due)

    @api.model
    def _right_taxes(self, company, rate, due):
        """Return the taxes of services of a rate, due and included in prices as the company says them."""
        included = company.account_price_include == "tax_included"
        return self._service_taxes(company).filtered(
            lambda tax: tax.amount == rate and tax.price_include == included and self._is_due(tax, due)
        )

    @api.model
    def _look_usual_tax(self, company, booked, due):
        """Find what a new product bears: the chart gives it the tax of goods, and a place sells services."""
        _ = self.env._
        name = _("Usual tax of sales: services at %(rate)s %%", rate=figures(self.env, RATES[0]))
        why = _("A new product bears it, until somebody chooses another one.")
        usual = company.account_sale_tax_id
        if usual and (self._is_due(usual, due) and usual.tax_scope == "service"):
            return self._finding("setting", name, "there", why, source="M")
        if booked or not self._model_tax(company, RATES[0]):
            return self._finding(
                "setting", name, "differs", why,
                _("Entries were made with what is set: change it yourself if it is wrong.") if booked
                else _("There is no such tax yet: choose it by hand."),
                source="M",
            )

        def make():
            company.account_sale_tax_id = self._right_taxes(company, RATES[0], due).filtered("active")[:1]

        return self._finding("setting", name, "set", why, source="M", make=make)

    @api.model
    def _look_other_taxes(self, company, due):
        """Find the taxes of services in use that are owed otherwise: they are named, and left alone."""
        _ = self.env._
        findings = []
        for tax in self._service_taxes(company):
            if self._is_due(tax, due) or not tax.is_used:
                continue
            if tax.tax_exigibility == "on_payment":
                waiting = tax.cash_basis_transition_account_id.code or "?"
                said = (
                    _("Entries were made with it, due when paid: give its products the other one.")
                    if due == "debits"
                    else _("Entries were made with it, waiting on %(account)s: give its products the other one.",
                           account=waiting)
                )
            else:
                said = _("Entries were made with it, due when invoiced: give its products the other one.")
            findings.append(
                self._finding("tax", tax.display_name, "differs", _("Sold services bear it."), said, source="M")
            )
        return findings
