from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.tierslieu_base.kernels import french
from odoo.addons.tierslieu_base.tools import figures

REGIMES = ("subject", "franchise", "outside")


class Setup(models.Model):
    """Which VAT the time bears, on a chart of accounts that is there or is put there."""

    _inherit = "tierslieu.setup"

    def _is_there_taxes(self):
        company = self.company_id
        usual = company.account_sale_tax_id
        return bool(company.tierslieu_vat_regime) or bool(
            usual and usual.price_include and self.place_id.space_ids.rate_ids
        )

    def _page_taxes(self):
        _ = self.env._
        company = self.company_id
        percents = sorted(set(company._tierslieu_sale_taxes().mapped("amount")), reverse=True)
        if not percents and company.country_id.code == "FR":
            percents = [20.0, 10.0, 5.5]
        page = {
            "title": _("Do you charge VAT?"),
            "intro": _("Prices stay as people read them: the VAT is inside."),
            "notes": [],
            "fields": [
                self._field(
                    "regime", "cards", _("VAT"),
                    options=[
                        {"key": "subject", "label": _("Yes"),
                         "help": _("Most companies and cooperatives.")},
                        {"key": "franchise", "label": _("No, small turnover"),
                         "help": _("Below the threshold: article 293 B, said on each invoice.")},
                        {"key": "outside", "label": _("No, not subject to it"),
                         "help": _("A non-profit association or a public body, said on each invoice.")},
                    ],
                ),
                self._field(
                    "percent", "select", _("Rate of desks and rooms"), width="half",
                    when={"regime": ["subject"]},
                    options=[{"key": f"{one:g}", "label": f"{figures(self.env, one)} %"} for one in percents],
                ),
                self._field("vat", "text", _("VAT number"), width="half",
                            when={"regime": ["subject"]}, help=_("Empty while you wait for it.")),
            ],
            "values": {
                "regime": company.tierslieu_vat_regime or "",
                "percent": f"{self._usual_percent(percents):g}",
                "vat": company.vat or self._expected_vat(),
            },
        }
        return page | self._about_the_chart()

    def _usual_percent(self, percents):
        usual = self.company_id.account_sale_tax_id.amount
        return usual if usual in percents else max(percents, default=0)

    def _expected_vat(self):
        """Return the VAT number that the SIRET gives."""
        siret = self.company_id.company_registry or ""
        return french.vat_number(siret[:9]) if french.is_siret(siret) else ""

    # -- The chart of accounts

    def _about_the_chart(self):
        """Say what happens to the accounts, and offer to install what they need."""
        _ = self.env._
        wanted, module = self._wanted_chart()
        if not wanted:
            return {}
        if module.state == "installed":
            return {"notes": [_("The French chart of accounts will be put in place: it takes some seconds.")
                              if wanted == "fr" else _("A chart of accounts will be put in place.")]}
        if not self.env.user._is_system():
            return {"notes": [_("There are no accounts for France yet: an administrator installs “%(app)s”."
                                " Invoices wait until then.", app=module.shortdesc)]}
        return {
            "notes": [_("There are no accounts for France yet. It takes a minute, and is done once.")],
            "offer": {"label": _("Install the French accounts"), "method": "install_accounts"},
        }

    def _wanted_chart(self):
        """Return the chart that this company lacks and the app it comes with; empty when it has its own.

        A chart of elsewhere that Odoo put there by itself gives way, as long as nothing is booked on it.
        """
        company = self.company_id
        charts = self.env["account.chart.template"]
        nothing = "", self.env["ir.module.module"]
        wanted = charts._guess_chart_template(company.country_id)
        if company.chart_template == wanted or company.root_id._existing_accounting():
            return nothing
        if company.chart_template and company.chart_template != "generic_coa":
            return nothing
        name = charts._get_chart_template_mapping().get(wanted, {}).get("module")
        module = self.env["ir.module.module"].search([("name", "=", name)], limit=1)
        return (wanted, module) if module else nothing

    def install_accounts(self):
        """Install the app of the French accounts; for administrators, who alone install apps."""
        setup = self._checked("taxes")
        if not self.env.user._is_system():
            raise AccessError(self.env._("Only an administrator installs an app."))
        _chart, module = setup._wanted_chart()
        if module.state == "uninstalled":
            module.button_immediate_install()
        return True

    def _put_chart(self):
        wanted, module = self._wanted_chart()
        if module.state == "installed":
            self.env["account.chart.template"].try_loading(wanted, self.company_id, install_demo=False)

    # -- What is written

    def _apply_taxes(self, answers):
        """Choose the regime and the rate, on all the prices that followed the rate of before."""
        _ = self.env._
        company = self.company_id
        regime = answers.choice("regime", _("VAT"), REGIMES)
        percent = regime == "subject" and answers.number(
            "percent", _("Rate of desks and rooms"), 0, 100, required=False
        )
        vat = regime == "subject" and answers.text("vat", _("VAT number"), most=30)
        before = company._tierslieu_time_taxes()
        had_none = company.tierslieu_vat_regime in ("franchise", "outside")
        self._put_chart()
        if not company._existing_accounting():
            company.account_price_include = "tax_included"
        tax = self.env["account.tax"]
        if percent and company._tierslieu_sale_taxes():
            tax = company._tierslieu_included_tax(percent)
            if not tax:
                said = figures(self.env, percent)
                raise UserError(_("There is no VAT of %(percent)s %% in your accounts.", percent=said))
        if vat:
            # Odoo checks its key.
            company.vat = "".join(vat.split()).upper()
        company.write({"tierslieu_vat_regime": regime, "account_sale_tax_id": tax.id})
        self._tax_products(before.exists(), tax, had_none or not tax)
        company._tierslieu_write_foot()

    def _tax_products(self, before, tax, everything):
        """Give the products of the rates of this company their tax.

        Those that someone gave another one, a meal at a lower rate, keep it.
        """
        company = self.company_id
        rates = self.env["tierslieu.rate"].with_context(active_test=False).search(
            [("space_id.company_id", "=", company.id)]
        )
        for product in rates.product_id:
            taxes = product.taxes_id._filter_taxes_by_company(company)
            if taxes != tax and (everything or not taxes or taxes == before):
                product.taxes_id = [*(Command.unlink(one.id) for one in taxes),
                                    *(Command.link(one.id) for one in tax)]
