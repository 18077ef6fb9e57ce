import doctest
from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ..models import analytic_line
from .analytic_common import AnalyticCase, shares_of


@tagged("post_install", "-at_install")
class TestAnalyticLines(AnalyticCase):
    def test_doctests(self):
        failed, tried = doctest.testmod(analytic_line)
        self.assertEqual(failed, 0)
        self.assertGreater(tried, 6)

    def test_a_line_bears_its_place_and_its_activity(self):
        move = self.invoice((self.coffee, 2.5), (self.book, 12), (self.other, 7))
        coffee, book, other = move.invoice_line_ids
        self.assertEqual(shares_of(coffee), {("Le Quai", "Bar"): 100})
        self.assertEqual(shares_of(book), {("Le Quai", "Boutique"): 100})
        self.assertEqual(shares_of(other), {("Le Quai",): 100})
        self.assertEqual(coffee.analytic_line_ids.amount, 2.5)
        self.assertFalse((move.line_ids - move.invoice_line_ids).analytic_line_ids)

    def test_costs_too(self):
        bill = self.invoice((self.coffee, 30), kind="in_invoice")
        self.assertEqual(shares_of(bill.invoice_line_ids), {("Le Quai", "Bar"): 100})
        self.assertEqual(bill.invoice_line_ids.analytic_line_ids.amount, -30)

    def test_the_nearest_category_counts_and_a_product_before_it(self):
        child = self.env["product.category"].create({"name": "Thés", "parent_id": self.category.id})
        tea = self.product("Thé", categ_id=child.id)
        self.assertEqual(shares_of(self.invoice((tea, 3)).invoice_line_ids), {("Le Quai", "Bar"): 100})
        self.shop.tierslieu_product_ids |= tea.product_tmpl_id
        self.assertEqual(shares_of(self.invoice((tea, 3)).invoice_line_ids), {("Le Quai", "Boutique"): 100})

    def test_what_is_no_income_bears_nothing(self):
        caution = self.env["account.account"].search([("code", "=like", "165%")], limit=1)
        move = self.invoice((self.coffee, 50, {"account_id": caution.id}))
        self.assertFalse(move.invoice_line_ids.analytic_distribution)

    def test_what_is_typed_is_kept(self):
        typed = {str(self.shop.id): 100.0}
        move = self.invoice((self.coffee, 10, {"analytic_distribution": typed}), post=False)
        line = move.invoice_line_ids
        self.assertTrue(line.tierslieu_analytic_typed)
        move.partner_id = self.env["res.partner"].create({"name": "Bob"})
        line.product_id = self.book
        move.action_post()
        self.assertEqual(line.analytic_distribution, typed)

        split = {f"{self.place.analytic_account_id.id},{self.shop.id}": 60.0, str(self.bar.id): 40.0}
        line = self.invoice((self.coffee, 10), post=False).invoice_line_ids
        self.assertFalse(line.tierslieu_analytic_typed)
        line.analytic_distribution = split
        line.product_id = self.book
        line.move_id.action_post()
        self.assertEqual(line.analytic_distribution, split)

        line = self.invoice((self.coffee, 10), post=False).invoice_line_ids
        line.analytic_distribution = False
        line.move_id.partner_id = self.env["res.partner"].create({"name": "Carl"})
        self.assertFalse(line.analytic_distribution)

    def test_what_was_proposed_follows_the_product(self):
        line = self.invoice((self.coffee, 10), post=False).invoice_line_ids
        line.product_id = self.book
        self.assertEqual(shares_of(line), {("Le Quai", "Boutique"): 100})
        line.product_id = self.other
        self.assertEqual(shares_of(line), {("Le Quai",): 100})

    def test_typed_in_the_form(self):
        self.env.user.group_ids |= self.env.ref("analytic.group_analytic_accounting")
        typed = {str(self.shop.id): 100.0}
        with Form(self.env["account.move"].with_context(default_move_type="out_invoice")) as form:
            form.partner_id = self.alice
            with form.invoice_line_ids.new() as line:
                line.product_id = self.coffee
                line.analytic_distribution = typed
            with form.invoice_line_ids.new() as line:
                line.product_id = self.coffee
            form.partner_id = self.env["res.partner"].create({"name": "Dora"})
        first, second = form.record.invoice_line_ids
        self.assertEqual(first.analytic_distribution, typed)
        self.assertEqual(shares_of(second), {("Le Quai", "Bar"): 100})

    def test_a_project_is_completed(self):
        plan, _others = self.env["account.analytic.plan"]._get_all_plans()
        project = self.accounts.create({"name": "Projet", "plan_id": plan.id, "company_id": self.company.id})
        given = {str(project.id): 100.0}
        line = self.invoice((self.coffee, 10, {"analytic_distribution": given}), post=False).invoice_line_ids
        self.assertEqual(shares_of(line), {("Projet", "Le Quai", "Bar"): 100})
        line.product_id = self.book
        self.assertEqual(shares_of(line), {("Projet", "Le Quai", "Boutique"): 100})

    def test_a_model_of_odoo_goes_with_it(self):
        self.env["account.analytic.distribution.model"].create(
            {"partner_id": self.alice.id, "company_id": self.company.id,
             "analytic_distribution": {str(self.shop.id): 100.0}}
        )
        line = self.invoice((self.coffee, 10)).invoice_line_ids
        self.assertEqual(shares_of(line), {("Boutique", "Le Quai"): 100})

    def test_credit_notes_bear_what_they_correct(self):
        typed = {"analytic_distribution": {str(self.bar.id): 100.0}}
        move = self.invoice((self.coffee, 10), (self.book, 5, typed))
        self.bar.tierslieu_categ_ids = False
        credit = move._reverse_moves([{"invoice_date": "2027-06-16"}], cancel=True)
        self.assertEqual(
            credit.invoice_line_ids.mapped("analytic_distribution"),
            move.invoice_line_ids.mapped("analytic_distribution"),
        )
        self.assertEqual(sum(credit.invoice_line_ids.analytic_line_ids.mapped("amount")), -15)

        silent = self.invoice((self.book, 5))
        self.without_analytics(silent)
        self.assertFalse(silent._reverse_moves().invoice_line_ids.analytic_distribution)

    def test_two_places_say_nothing_by_themselves(self):
        self.env["tierslieu.place"].create({"name": "La Halle", "company_id": self.company.id})
        self.assertEqual(shares_of(self.invoice((self.coffee, 10)).invoice_line_ids), {("Bar",): 100})

    def test_each_company_has_its_own(self):
        company = self.env["res.company"].create({"name": "Autre", "country_id": self.env.ref("base.fr").id})
        self.env["account.chart.template"].try_loading("fr", company, install_demo=False)
        place = self.env["tierslieu.place"].with_company(company).create({"name": "Ailleurs", "company_id": company.id})
        self.activity("Comptoir", company, tierslieu_categ_ids=[Command.set(self.category.ids)])
        line = self.invoice((self.coffee, 10), company=company).invoice_line_ids
        self.assertEqual(shares_of(line), {("Ailleurs", "Comptoir"): 100})
        self.assertEqual(place.analytic_account_id.company_id, company)
        self.assertEqual(shares_of(self.invoice((self.coffee, 10)).invoice_line_ids), {("Le Quai", "Bar"): 100})

    def test_nothing_is_of_two_activities(self):
        with self.assertRaisesRegex(ValidationError, "Boissons: this is of the activity Bar already"):
            self.shop.tierslieu_categ_ids = self.category
        self.bar.active = False
        self.shop.tierslieu_categ_ids = self.category
        with self.assertRaises(ValidationError):
            self.bar.active = True

    def test_the_account_of_a_place(self):
        account = self.place.analytic_account_id
        self.assertEqual(account.name, "Le Quai")
        self.assertEqual(account.root_plan_id, self.env.ref("tierslieu_account.plan_place"))
        self.place.name = "Le Grand Quai"
        self.assertEqual(account.name, "Le Grand Quai")
        account.name = "Site A"
        self.place.name = "Le Quai"
        self.assertEqual(account.name, "Site A")
        with self.assertRaises(UserError):
            account.root_plan_id.unlink()

    def test_activities_are_made_once(self):
        self.env["tierslieu.activity.source"].create(
            [
                {"name": "Atelier", "code": "sewing", "activity": "Couture"},
                {"name": "Tour", "code": "lathe", "activity": "Couture"},
                {"name": "Sans", "code": "nothing"},
            ]
        )
        self.accounts._tierslieu_make(self.company)
        made = self.accounts.search([("name", "=", "Couture"), ("company_id", "=", self.company.id)])
        self.assertEqual(made.tierslieu_source_ids.mapped("code"), ["sewing", "lathe"])
        made.active = False
        self.accounts._tierslieu_make(self.company)
        every = self.accounts.with_context(active_test=False)
        self.assertEqual(every.search_count([("name", "=", "Couture"), ("company_id", "=", self.company.id)]), 1)

    def test_the_queries_do_not_grow_with_the_lines(self):
        counts = {}
        for number in (1, 10, 100):
            self.env.flush_all()
            self.env.invalidate_all()
            lines = [(self.coffee if nth % 2 else self.book, 1 + nth) for nth in range(number)]
            before = self.cr.sql_log_count
            self.invoice(*lines, post=False)
            self.env.flush_all()
            counts[number] = self.cr.sql_log_count - before
        self.assertLessEqual(counts[100] - counts[10], 12, counts)


@tagged("post_install", "-at_install")
class TestAnalyticSpread(AnalyticCase):
    def setUp(self):
        super().setUp()
        self.move = self.invoice((self.coffee, 10), (self.book, 5), (self.other, 7), day="2027-03-01")
        self.bill = self.invoice((self.coffee, 3), kind="in_invoice", day="2027-03-02")
        typed = {"analytic_distribution": {str(self.shop.id): 100.0}}
        self.typed = self.invoice((self.coffee, 4, typed), day="2027-03-03")
        self.without_analytics(self.move | self.bill)
        self.wizard = self.env["tierslieu.analytic.spread"].create({"first": "2027-01-01", "last": "2027-06-30"})

    def everything(self):
        moves = self.move | self.bill | self.typed
        return [(line.id, shares_of(line), line.analytic_line_ids.mapped("amount")) for line in moves.invoice_line_ids]

    def test_the_past_gets_what_it_lacks(self):
        before = {line.id: (line.balance, line.write_date) for line in self.move.line_ids}
        self.assertGreaterEqual(self.wizard.count, 5)
        self.company.fiscalyear_lock_date = date(2027, 3, 31)
        self.wizard.action_spread()
        self.assertEqual(
            [shares_of(line) for line in self.move.invoice_line_ids],
            [{("Le Quai", "Bar"): 100}, {("Le Quai", "Boutique"): 100}, {("Le Quai",): 100}],
        )
        self.assertEqual(self.bill.invoice_line_ids.analytic_line_ids.amount, -3)
        self.assertEqual(shares_of(self.typed.invoice_line_ids), {("Boutique", "Le Quai"): 100})
        self.assertEqual({line.id: line.balance for line in self.move.line_ids},
                         {key: balance for key, (balance, _date) in before.items()})
        self.assertFalse(self.move.invoice_line_ids.filtered("tierslieu_analytic_typed"))

    def test_again_changes_nothing(self):
        self.wizard.action_spread()
        self.env.flush_all()
        once, lines = self.everything(), self.env["account.analytic.line"].search([]).ids
        self.wizard.action_spread()
        self.assertEqual(self.everything(), once)
        self.assertEqual(self.env["account.analytic.line"].search([]).ids, lines)
        self.assertFalse(self.company.tierslieu_spread_first)

    def test_the_scheduler_goes_on(self):
        self.company.write({"tierslieu_spread_first": "2027-01-01", "tierslieu_spread_last": "2027-06-30"})
        _given, over = self.company._tierslieu_spread_on(1)
        self.assertFalse(over)
        self.assertTrue(self.company.tierslieu_spread_after)
        self.env.ref("tierslieu_account.cron_analytic_spread").method_direct_trigger()
        self.assertFalse(self.company.tierslieu_spread_first)
        self.assertEqual(shares_of(self.bill.invoice_line_ids), {("Le Quai", "Bar"): 100})

    def test_other_days_are_left_alone(self):
        self.wizard.write({"first": "2027-03-02", "last": "2027-03-31"})
        self.wizard.action_spread()
        self.assertFalse(self.move.invoice_line_ids[0].analytic_distribution)
        self.assertEqual(shares_of(self.bill.invoice_line_ids), {("Le Quai", "Bar"): 100})
