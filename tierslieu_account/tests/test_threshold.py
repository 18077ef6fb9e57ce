from datetime import date

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .analytic_common import AnalyticCase


@tagged("post_install", "-at_install")
class TestThreshold(AnalyticCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Threshold = cls.env["tierslieu.books.threshold"]
        cls.Threshold.with_context(active_test=False).search([("company_id", "=", cls.company.id)]).unlink()
        cls.threshold = cls.Threshold.create({"name": "Franchise", "amount": 1000, "tolerated": 1100})
        cls.before = cls.threshold._turnover_of(2027)
        cls.threshold.amount += cls.before
        cls.threshold.tolerated = cls.threshold.amount + 100
        cls.amount = cls.threshold.amount

    def sell(self, amount, kind="out_invoice", **options):
        self.invoice((options.pop("product", self.coffee), amount), kind=kind, **options)
        self.env.flush_all()
        self.env.invalidate_all()

    def told(self, threshold=None):
        """Run the night; return what the manager was told since the threshold is there."""
        self.Threshold._cron_watch()
        return (threshold or self.threshold).activity_ids.sorted("id").mapped("summary")

    def test_told_at_80_and_at_100_once_each(self):
        near = self.amount * 0.8 - self.before
        self.sell(near - 0.01)
        self.assertEqual((self.told(), self.threshold.state), ([], "below"))
        self.sell(0.01)
        self.assertEqual((self.told(), self.threshold.state), (["Franchise: 80 % reached in 2027"], "near"))
        self.assertEqual(len(self.told()), 1)
        self.sell(self.amount * 0.2 - 0.01)
        self.assertEqual((len(self.told()), self.threshold.state), (1, "near"))
        self.sell(0.01)
        self.assertEqual(self.told()[1:], ["Franchise: reached in 2027"])
        self.assertIn("is tolerated. See the accountant now", self.threshold.activity_ids.sorted("id")[-1].note)
        self.assertEqual((len(self.told()), self.threshold.state, self.threshold.share), (2, "over", 100.0))
        self.sell(100)
        self.assertEqual((len(self.told()), self.threshold.state), (2, "over"))
        self.sell(0.01)
        self.assertEqual((len(self.told()), self.threshold.state), (2, "beyond"))

    def test_both_at_once_say_one_thing(self):
        self.sell(self.amount)
        self.assertEqual(self.told(), ["Franchise: reached in 2027"])
        self.assertIn("that is tolerated. See the accountant today", self.threshold.activity_ids.note)

    def test_credit_notes_lower_it_and_nothing_is_said_twice(self):
        self.sell(self.amount * 0.9 - self.before)
        self.assertEqual(len(self.told()), 1)
        self.sell(self.amount * 0.5, kind="out_refund")
        self.assertEqual(self.threshold.state, "below")
        self.sell(self.amount * 0.5)
        self.assertEqual((self.threshold.state, len(self.told())), ("near", 1))

    def test_a_new_year_begins_at_nothing(self):
        self.sell(self.amount)
        self.sell(self.amount, day="2026-12-31")
        self.assertEqual(len(self.told()), 1)
        with freeze_time("2028-01-02 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual((self.threshold.turnover, self.threshold.state), (0, "below"))
            self.sell(self.amount, day="2028-01-02")
            self.assertEqual(self.told()[1:], ["Franchise: reached in 2028"])

    def test_drafts_and_costs_do_not_count(self):
        self.sell(self.amount, post=False)
        self.sell(self.amount, kind="in_invoice")
        self.assertEqual(self.threshold.turnover, self.before)

    def test_only_some_activities_taxes_and_accounts(self):
        self.sell(100)
        self.sell(40, product=self.book)
        self.assertEqual(self.threshold.turnover, self.before + 140)
        self.threshold.activity_account_ids = self.bar
        self.assertEqual(self.threshold.turnover, 100)
        self.threshold.activity_account_ids = self.bar | self.shop
        self.threshold.account_prefixes = "7099, 75"
        self.assertEqual(self.threshold.turnover, 0)
        self.threshold.account_prefixes = "70"
        self.threshold.tax_ids = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale")], limit=1
        )
        self.assertEqual(self.threshold.turnover, 0)
        with self.assertRaisesRegex(ValidationError, "written by how they begin"):
            self.threshold.account_prefixes = "606"

    def test_each_company_its_own(self):
        company = self.env["res.company"].create({"name": "Autre", "country_id": self.env.ref("base.fr").id})
        self.env["account.chart.template"].try_loading("fr", company, install_demo=False)
        self.env["tierslieu.place"].create({"name": "Ailleurs", "company_id": company.id})
        other = self.Threshold.create({"name": "Autre seuil", "amount": 1000, "company_id": company.id})
        self.manager.company_ids |= company
        self.sell(900, company=company)
        self.assertEqual(self.told(other), ["Autre seuil: 80 % reached in 2027"])
        self.assertEqual((self.told(), self.threshold.turnover), ([], self.before))

    def test_asked_about_before_closing(self):
        def check():
            checks = self.env["tierslieu.books"]._closing_checks(self.company, date(2027, 1, 1), date(2027, 12, 31))
            return next(check for check in checks if check["key"] == "threshold")

        self.assertEqual(check()["count"], 0)
        self.sell(self.amount)
        self.assertEqual(check()["count"], 1)
        self.assertEqual(self.threshold.reached_year, 2027)

    def test_proposed_by_legal_form(self):
        company = self.env["res.company"].create({"name": "Asso", "tierslieu_legal_form": "association"})
        every = self.Threshold.with_context(active_test=False)
        self.assertFalse(every.search([("company_id", "=", company.id)]))
        self.env["tierslieu.place"].create({"name": "Ailleurs", "company_id": company.id})
        proposed = every.search([("company_id", "=", company.id)])
        self.assertEqual(
            [(one.code, one.amount, one.tolerated, one.active) for one in proposed],
            [("association", 80011, 0, True), ("franchise", 37500, 41250, True)],
        )
        proposed[1].write({"active": False, "amount": 1})
        company.tierslieu_legal_form = "scic_sas"
        company.tierslieu_legal_form = "association"
        self.assertEqual(every.search([("company_id", "=", company.id)]).mapped("amount"), [80011, 1])

    def test_under_vat_the_franchise_is_archived(self):
        company = self.env["res.company"].create({"name": "SAS", "vat": "FR23334175221"})
        self.env["tierslieu.place"].create({"name": "Ailleurs", "company_id": company.id})
        every = self.Threshold.with_context(active_test=False)
        self.assertEqual(every.search([("company_id", "=", company.id)]).mapped("active"), [False])
