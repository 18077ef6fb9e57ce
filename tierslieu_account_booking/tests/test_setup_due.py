from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.setup_common import SetupCase


@tagged("post_install", "-at_install")
class TestSetupDue(SetupCase):
    """The set-up asks when the VAT is due, and prices bear the tax that is due then."""

    def taxes(self):
        return self.place().space_ids.rate_ids.product_id.taxes_id

    def test_due(self):
        self.with_spaces()
        for due, exigibility in (("receipts", "on_payment"), ("debits", "on_invoice")):
            with self.subTest(due=due):
                for _time in range(2):
                    self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="10", due=due))
                    self.assertEqual(self.company.tierslieu_vat_due, due)
                    [tax] = self.taxes()
                    self.assertEqual((tax.amount, tax.tax_exigibility), (10, exigibility))
                    self.assertTrue(tax.price_include)
                waiting = tax.cash_basis_transition_account_id.with_company(self.company).code
                self.assertEqual(waiting, "445740" if due == "receipts" else False)

    def test_not_asked_without_vat(self):
        self.with_spaces()
        self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="20", due="debits"))
        self.setup.apply("taxes", self.answers("taxes", regime="exempt", due="debits"))
        self.assertFalse(self.company.tierslieu_vat_due or self.taxes())

    def test_refusals(self):
        self.with_spaces()
        for due in ("never", 3, ["debits"]):
            with self.subTest(due=due):
                answers = self.answers("taxes", regime="subject", percent="20", due=due)
                self.assertIn("cannot be read", self.refused("taxes", answers))

    def test_what_is_there_already(self):
        self.with_spaces()
        self.assertEqual(self.answers("taxes")["due"], "receipts")
        self.setup.apply("taxes", self.answers("taxes", regime="subject", percent="20", due="debits"))
        self.assertEqual(self.answers("taxes")["due"], "debits")

    def test_the_mention_is_said_once(self):
        """Once the books have a mention of the day, booking's own words give way to it."""
        self.with_spaces()
        self.setup.apply("taxes", self.answers("taxes", regime="franchise"))
        product = self.place().space_ids.rate_ids.product_id[:1]
        move = self.env["account.move"].with_company(self.company).create(
            {"move_type": "out_invoice", "partner_id": self.env["res.partner"].create({"name": "Alice"}).id,
             "invoice_date": "2027-01-11", "invoice_line_ids": [Command.create({"product_id": product.id})]}
        )
        self.assertIn("tl-vat-mention", self.printed(move))
        mention = self.env["tierslieu.books.mention"].create(
            {"company_id": self.company.id, "kind": "vat", "text": "Sans TVA, nos mots.", "date_from": "2027-01-11"}
        )
        self.assertIn("nos mots", self.printed(move))
        self.assertNotIn("tl-vat-mention", self.printed(move))
        mention.date_from = "2027-01-12"
        self.assertIn("tl-vat-mention", self.printed(move))

    def printed(self, move):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html("account.report_invoice", move.ids)
        return html.decode()

    def test_the_end_leads_to_the_assistant(self):
        self.manager.group_ids |= self.env.ref("account.group_account_manager")
        links = [link.get("action") for link in self.open_to_all()["page"]["links"]]
        self.assertIn("tierslieu_account.action_books_assistant", links)
