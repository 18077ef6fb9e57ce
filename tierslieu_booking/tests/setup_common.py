from odoo.addons.tierslieu_base.tests.test_setup import SetupCase as BaseSetupCase


class SetupCase(BaseSetupCase):
    """The assistant with all its steps, on a company with the French chart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("fr", cls.company, install_demo=False)

    def rows(self, *ticked, **changes):
        """Return the answers of the page of spaces with these kinds ticked, rows changed by their key."""
        answers = self.answers("spaces")
        for row in answers["spaces"]:
            row["ticked"] = row["key"] in ticked or row["locked"]
            row.update(changes.get(row["key"], {}))
        return answers

    def with_spaces(self, *ticked):
        """Settle who, hours and spaces; return the spaces by the key of their kind."""
        self.setup.apply("who", self.who())
        self.setup.apply("hours", self.answers("hours"))
        self.setup.apply("spaces", self.rows(*(ticked or ("nomad", "meeting"))))
        return {space.setup_key: space for space in self.place().space_ids}

    def prices(self, space):
        return {rate.time_unit: rate.list_price for rate in space.rate_ids}

    def written(self):
        """Return what a step could have half done, prices, taxes, payments and pages included."""
        company = self.company
        rates = self.place().space_ids.rate_ids
        profiles = self.env["tierslieu.profile"].search([("company_id", "=", company.id)])
        websites = self.env["website"].search([])
        return (
            super().written(),
            company.read(["tierslieu_vat_regime", "account_sale_tax_id", "vat"]),
            rates.mapped(lambda rate: (rate.id, rate.list_price, rate.product_id.taxes_id.ids)),
            profiles.mapped("name"),
            self.env["payment.provider"].search([("company_id", "=", company.id)]).read(
                ["state", "is_published"]
            ),
            self.env["res.partner.bank"].search_count([]),
            websites.read(["name", "homepage_url", "domain"]),
            websites.menu_id.child_id.mapped("url"),
        )

    def open_to_all(self):
        """Settle every step with what its page proposes; return the last screen."""
        self.with_spaces()
        self.setup.apply("prices", self.answers("prices"))
        self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="20"))
        self.setup.apply("payment", self.answers("payment", reception=True))
        return self.setup.apply("page", self.answers("page", home="/book"))

