from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .setup_common import SetupCase


@tagged("post_install", "-at_install")
class TestSetupTaxes(SetupCase):
    """Subject to VAT or not, with or without a chart of accounts."""

    def taxes(self):
        return self.place().space_ids.rate_ids.product_id.taxes_id

    def invoice(self):
        """Return the posted invoice of an hour of the meeting room."""
        product = self.place().space_ids.rate_ids.filtered(
            lambda rate: rate.time_unit == "hour"
        ).product_id[-1]
        move = self.env["account.move"].with_company(self.company).create(
            {
                "move_type": "out_invoice",
                "partner_id": self.env["res.partner"].create({"name": "Alice"}).id,
                "invoice_line_ids": [Command.create({"product_id": product.id})],
            }
        )
        move.action_post()
        return move

    def printed(self, move):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html("account.report_invoice", move.ids)
        return html.decode()

    def test_subject(self):
        self.with_spaces()
        self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="10"))
        self.assertEqual(set(self.taxes().mapped("amount")), {10})
        self.assertTrue(all(self.taxes().mapped("price_include")))
        self.assertEqual(self.company.account_sale_tax_id, self.taxes())
        self.assertEqual(self.company.vat, "FR11123456782")
        move = self.invoice()
        self.assertEqual(move.amount_total, 18)
        self.assertNotIn("tl-vat-mention", self.printed(move))

    def test_not_subject(self):
        self.with_spaces()
        for regime, form, words in (
            ("franchise", "association", "293 B"),
            ("outside", "association", "article 261, 7-1°"),
            ("outside", "commune", "article 256 B"),
        ):
            with self.subTest(regime=regime, form=form):
                self.company.tierslieu_legal_form = form
                self.setup.apply("taxes", self.answers("taxes", regime=regime))
                self.assertFalse(self.taxes() or self.company.account_sale_tax_id)
                move = self.invoice()
                self.assertEqual((move.amount_total, move.amount_tax), (18, 0))
                self.assertIn(words, self.printed(move))

    def test_spaces_made_after_it(self):
        """A place that is not subject sells without tax what it opens later."""
        self.setup.apply("taxes", self.answers("taxes", regime="franchise"))
        self.with_spaces()
        self.assertTrue(self.place().space_ids.rate_ids)
        self.assertFalse(self.taxes())

    def test_twice_is_once(self):
        self.with_spaces()
        for _time in range(2):
            self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="20"))
        taxes = self.taxes()
        self.assertEqual(len(taxes), 1)
        self.setup.apply("taxes", self.answers("taxes", regime="franchise"))
        self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="20"))
        self.assertEqual(self.taxes(), taxes)

    def test_a_lower_rate_given_by_hand_stays(self):
        made = self.with_spaces("nomad", "kitchen")
        self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="20"))
        meal = made["kitchen"].rate_ids[0].product_id
        lower = self.company._tierslieu_included_tax(10)
        meal.taxes_id = [Command.set(lower.ids)]
        self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="5.5"))
        self.assertEqual(meal.taxes_id, lower)
        self.assertEqual(made["nomad"].rate_ids.product_id.taxes_id.mapped("amount"), [5.5])

    def test_rates_are_said_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        page = self.setup.with_context(lang="fr_FR").page("taxes")
        labels = [
            option["label"]
            for field in page["page"]["fields"] if field["name"] == "percent"
            for option in field["options"]
        ]
        self.assertIn("5,5 %", labels)

    def test_company_without_accounts(self):
        """The French chart is put there, and the prices of before get their tax."""
        company = self.env["res.company"].create(
            {"name": "La Remise", "country_id": self.env.ref("base.fr").id,
             "currency_id": self.env.ref("base.EUR").id}
        )
        self.manager.company_ids |= company
        self.company = company
        self.screen = self.as_user(self.manager).open()
        self.setup = self.as_user(self.manager).browse(self.screen["id"])
        self.assertFalse(company.chart_template)
        self.setup.apply("spaces", self.rows("nomad", "meeting"))
        made = {space.setup_key: space for space in self.place().space_ids}
        self.assertEqual(self.prices(made["nomad"])["hour"], 4)
        self.assertIn("chart of accounts", self.setup.page("taxes")["page"]["notes"][0])
        self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="20"))
        self.assertEqual(company.chart_template, "fr")
        self.assertEqual(self.taxes().mapped("amount"), [20])
        self.assertEqual(self.taxes().company_id, company)
        self.assertEqual(self.invoice().amount_total, 18)

    def test_without_the_app_of_the_accounts(self):
        """Nothing breaks: it is said, and only an administrator installs it."""
        module = self.env["ir.module.module"].search([("name", "=", "l10n_fr_account")])
        model = type(self.env["tierslieu.setup"])
        self.patch(model, "_wanted_chart", lambda setup: ("fr", module))
        self.env.cr.execute("UPDATE ir_module_module SET state = 'uninstalled' WHERE id = %s", [module.id])
        module.invalidate_recordset()
        page = self.setup.page("taxes")["page"]
        self.assertIn("an administrator installs", page["notes"][0])
        self.assertNotIn("offer", page)
        with self.assertRaises(UserError):
            self.setup.install_accounts()
        self.with_spaces()
        self.setup.apply("taxes", self.answers("taxes", regime="franchise"))
        self.assertEqual(self.state("taxes"), "done")
        self.manager.group_ids |= self.env.ref("base.group_system")
        self.assertEqual(self.setup.page("taxes")["page"]["offer"]["method"], "install_accounts")

    def test_refusals(self):
        self.with_spaces()
        for changes, words in (
            ({"regime": ""}, "VAT: choose one"),
            ({"regime": "maybe"}, "cannot be read"),
            ({"regime": "subject", "percent": "17"}, "no VAT of 17 %"),
            ({"regime": "subject", "percent": "-20"}, "goes from 0"),
            ({"regime": "subject", "percent": "20", "vat": "x" * 31}, "30 characters"),
        ):
            with self.subTest(changes=changes):
                self.assertIn(words, self.refused("taxes", self.answers("taxes", **changes)))

    def test_a_wrong_vat_number(self):
        self.with_spaces()
        values = self.answers("taxes", regime="subject", percent="20", vat="FR12123456782")
        with self.assertRaises(UserError), self.cr.savepoint():
            self.setup.apply("taxes", values)
        self.assertFalse(self.company.tierslieu_vat_regime)
