from odoo import models

from odoo.addons.tierslieu_account.kernels.books_plan import DUES, REGIMES


class Setup(models.Model):
    """The step of the taxes asks when the VAT is due too: it decides which tax the prices bear."""

    _inherit = "tierslieu.setup"

    def _page_taxes(self):
        page = super()._page_taxes()
        _ = self.env._
        dues = self.company_id._fields["tierslieu_vat_due"]._description_selection(self.env)
        page["fields"].append(
            self._field(
                "due", "select", _("VAT of services is due"), width="half", when={"regime": ["subject"]},
                options=[{"key": key, "label": label} for key, label in dues],
                help=_("When it is paid, unless you told your tax office otherwise."),
            )
        )
        page["values"]["due"] = self.company_id._tierslieu_expected_due()
        return page

    def _apply_taxes(self, answers):
        """Say when the VAT is due before a tax is chosen for the prices."""
        _ = self.env._
        due = answers.choice("due", _("VAT of services is due"), DUES, required=False)
        subject = answers.choice("regime", _("VAT"), REGIMES, required=False) == "subject"
        self.company_id.tierslieu_vat_due = subject and (due or self.company_id._tierslieu_expected_due())
        return super()._apply_taxes(answers)

    def _put_chart(self):
        """Make the taxes that the chart lacks when the VAT is due on debits."""
        super()._put_chart()
        company = self.company_id
        if company.tierslieu_vat_due != "debits" or company.chart_template != "fr":
            return
        look = self.env["tierslieu.books.look"].sudo().with_company(company)
        for finding in look._look_taxes(company, "subject", "debits"):
            if finding["make"]:
                finding["make"]()


class Company(models.Model):
    """Which of the taxes of a rate the time sold here bears: the one that is due when the company owes it."""

    _inherit = "res.company"

    def _tierslieu_tax_rank(self, tax):
        included, *rank = super()._tierslieu_tax_rank(tax)
        look = self.env["tierslieu.books.look"].sudo().with_company(self)
        return [included, not look._is_due(tax.sudo().with_company(self), self._tierslieu_expected_due()), *rank]
