from odoo import api, fields, models


class Company(models.Model):
    """How the time that a company sells is taxed, and what its invoices must say of it."""

    _inherit = "res.company"

    tierslieu_vat_regime = fields.Selection(
        [
            ("subject", "Subject to VAT"),
            ("franchise", "Below the threshold (article 293 B)"),
            ("outside", "Not subject to VAT"),
        ],
        string="VAT regime",
    )
    tierslieu_vat_mention = fields.Char(compute="_compute_tierslieu_vat_mention")

    @api.depends("tierslieu_vat_regime", "tierslieu_legal_form")
    @api.depends_context("lang")
    def _compute_tierslieu_vat_mention(self):
        """Say why an invoice bears no VAT, as the French tax code wants it."""
        for company in self:
            mention = False
            if company.tierslieu_vat_regime == "franchise":
                mention = self.env._("VAT not applicable, article 293 B of the French tax code.")
            elif company.tierslieu_vat_regime == "outside":
                mention = (
                    self.env._("Public body not subject to VAT, article 256 B of the French tax code.")
                    if company.tierslieu_legal_form in ("commune", "epic")
                    else self.env._("Exempt from VAT, article 261, 7-1° of the French tax code.")
                )
            company.tierslieu_vat_mention = mention

    def _tierslieu_sale_taxes(self):
        """Return the taxes of sales that are a percentage, those put aside by the chart too."""
        self.ensure_one()
        taxes = self.env["account.tax"].with_context(active_test=False)
        return taxes.search(
            [
                *taxes._check_company_domain(self),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", ">", 0),
            ]
        )

    def _tierslieu_included_tax(self, percent):
        """Return the tax of this rate that is included in prices; made from the chart's when it has none."""
        self.ensure_one()
        taxes = self._tierslieu_sale_taxes().filtered(lambda tax: tax.amount == percent).sorted(
            lambda tax: (not tax.price_include, tax.tax_scope != "service", not tax.active,
                         tax.sequence, tax.id)
        )
        tax = taxes[:1]
        if tax and not tax.price_include:
            tax = tax.copy(
                {
                    "name": self.env._("%(tax)s included", tax=tax.name),
                    "price_include_override": "tax_included",
                }
            )
        if tax and not tax.active:
            tax.active = True
        return tax

    def _tierslieu_time_taxes(self):
        """Return the taxes that the time sold here bears: one, or none."""
        self.ensure_one()
        nothing = self.env["account.tax"]
        if self.tierslieu_vat_regime in ("franchise", "outside"):
            return nothing
        usual = self.account_sale_tax_id
        if usual.amount_type == "percent" and usual.price_include:
            return usual
        percents = self._tierslieu_sale_taxes().mapped("amount")
        wanted = usual.amount if usual.amount in percents else max(percents, default=0)
        return self._tierslieu_included_tax(wanted) if wanted else nothing
