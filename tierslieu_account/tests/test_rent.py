from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .analytic_common import AnalyticCase


@tagged("post_install", "-at_install")
class TestRent(AnalyticCase):
    def statement(self, first="2027-06-01", last="2027-06-01", user=None):
        return self.env["tierslieu.rent.statement"].with_user(user or self.manager).create(
            {"place_id": self.place.id, "first": first, "last": last}
        )

    def test_rent_follows_the_turnover_of_some_activities(self):
        self.place.write({"rent_percent": 5.5, "rent_activity_ids": [Command.set(self.bar.ids)]})
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale"), ("amount", "=", 20),
             ("price_include", "=", False)], limit=1,
        )
        self.invoice((self.coffee, 100.33, {"tax_ids": [Command.set(tax.ids)]}), (self.book, 50), (self.other, 7))
        self.invoice((self.coffee, 10), kind="out_refund")
        self.invoice((self.coffee, 80), day="2027-05-31")
        self.invoice((self.coffee, 999), kind="in_invoice")
        sheet = self.statement()._sheet()
        self.assertEqual(
            [(line["name"], line["turnover"], line["counted"], line["rent"]) for line in sheet["lines"]],
            [("Bar", 90.33, True, 4.97), ("Boutique", 50, False, 0), ("Without an activity", 7, False, 0)],
        )
        self.assertEqual((sheet["turnover"], sheet["base"], sheet["due"]), (147.33, 90.33, 4.97))
        self.assertEqual(self.statement("2027-05-20", "2027-06-02").rent, 9.37)

    def test_a_floor_of_each_month(self):
        self.place.write({"rent_percent": 10, "rent_floor": 30})
        self.invoice((self.coffee, 700), (self.other, 50), day="2027-05-10")
        self.assertEqual(self.statement("2027-05-01", "2027-05-31").rent, 75)
        self.assertEqual(self.statement("2027-04-01", "2027-06-30").rent, 90)
        self.assertEqual(self.statement("2027-01-01", "2027-01-01").rent, 30)

    def test_rounded_line_by_line(self):
        self.place.rent_percent = 7
        self.invoice((self.coffee, 10.07), (self.book, 10.07))
        sheet = self.statement()._sheet()
        self.assertEqual(([line["rent"] for line in sheet["lines"]], sheet["due"]), ([0.7, 0.7], 1.4))

    def test_the_page(self):
        self.place.write({"rent_percent": 5.5, "rent_floor": 12})
        self.invoice((self.coffee, 1234.5))
        statement = self.statement()
        action = statement.action_print()
        self.assertEqual(action["report_name"], "tierslieu_account.report_rent")
        html, _kind = self.env["ir.actions.report"].with_user(self.manager)._render_qweb_html(
            action["report_name"], statement.ids
        )
        page = html.decode()
        for said in ("Le Quai", "Bar", "1\N{NO-BREAK SPACE}234,50", "67,90", "5,5 %", "juin 2027"):
            self.assertIn(said, page)

    def test_months_in_order_and_whose(self):
        with self.assertRaisesRegex(UserError, "The last month comes before the first"):
            self.statement("2027-06-01", "2027-05-01").action_print()
        with self.assertRaises(AccessError):
            self.statement(user=self.host)
        company = self.env["res.company"].create({"name": "Autre"})
        place = self.env["tierslieu.place"].create({"name": "Ailleurs", "company_id": company.id})
        elsewhere = self.env["tierslieu.rent.statement"].create({"place_id": place.id})
        with self.assertRaises(AccessError):
            elsewhere.with_user(self.manager)._sheet()
