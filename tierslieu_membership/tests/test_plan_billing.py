from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
class TestBilling(PlanCase):
    def test_the_first_month_is_cut_to_the_day(self):
        contract = self.subscribe(self.resident, "2027-01-12")
        self.bill()
        self.assertFalse(self.moves(contract))
        with self.on("2027-01-12"):
            self.bill()
        [move] = self.moves(contract)
        self.assertEqual((move.amount_total, move.state, move.invoice_date), (200.0, "posted", date(2027, 1, 12)))
        self.assertIn("20 days of 31", move.invoice_line_ids.name)
        self.assertEqual(contract.recurring_next_date, date(2027, 2, 1))

    def test_late_periods_are_caught_up_in_one_run_each_dated_as_it_is(self):
        contract = self.subscribe(self.resident, "2027-01-31")
        with self.on("2027-05-03"):
            self.bill()
        moves = self.moves(contract)
        self.assertEqual(moves.mapped("amount_total"), [10.0, 310.0, 310.0, 310.0, 310.0])
        self.assertEqual(moves.mapped("invoice_date"), [date(2027, 1, 31)] + [date(2027, m, 1) for m in (2, 3, 4, 5)])
        self.assertEqual(moves.mapped("state"), ["posted"] * 5)
        self.assertEqual(sorted(moves.mapped("name")), moves.mapped("name"))

    def test_after_the_period_it_is_dated_on_its_last_day(self):
        self.resident.invoicing = "after"
        contract = self.subscribe(self.resident, "2027-01-12")
        with self.on("2027-01-30"):
            self.bill()
            self.assertFalse(self.moves(contract))
        with self.on("2027-03-01"):
            self.bill()
        self.assertEqual(self.totals(contract), [200.0, 310.0])
        self.assertEqual(self.moves(contract).mapped("invoice_date"), [date(2027, 1, 31), date(2027, 2, 28)])

    def test_quarters_years_and_dues(self):
        quarter, year, dues = (
            self.subscribe(plan, start) for plan, start in (
                (self.quarter, "2027-02-15"), (self.year, "2027-07-01"), (self.dues, "2027-02-01"))
        )
        with self.on("2028-01-31"):
            self.bill()
        # 45 days of 90, then whole quarters; 184 days of 365, then a whole year.
        self.assertEqual(self.totals(quarter), [450.0, 900.0, 900.0, 900.0, 900.0])
        self.assertEqual(self.totals(year), [604.93, 1200.0])
        self.assertEqual(len(self.totals(dues)), 12)
        self.assertEqual(round(sum(self.totals(dues)), 2), 1000.0)
        self.assertEqual(set(self.totals(dues)), {83.33, 83.37})

    def test_run_again_it_does_nothing(self):
        contract = self.subscribe(self.resident)
        self.bill()
        self.bill()
        self.env["contract.contract"].cron_recurring_create_invoice()
        self.assertEqual(len(self.moves(contract)), 1)

    def test_oca_s_own_run_leaves_ours_alone(self):
        """OCA's would bill one period a night, all dated today, and leave drafts."""
        contract = self.subscribe(self.resident, "2027-01-01")
        self.Contract.cron_recurring_create_invoice(date_ref=date(2027, 3, 5))
        self.assertFalse(self.moves(contract))

    def test_one_that_fails_holds_nobody_back(self):
        good, bad, other = (self.subscribe(self.resident, partner=self.someone(n)) for n in range(3))
        kept = type(self.Contract)._prepare_invoice

        def prepare(contract, *args, **options):
            if contract == bad:
                raise UserError("Its journal is closed.")  # pylint: disable=translation-required
            return kept(contract, *args, **options)

        with patch.object(type(self.Contract), "_prepare_invoice", prepare):
            self.bill()
            self.bill()
        self.assertEqual([len(self.moves(each)) for each in (good, bad, other)], [1, 0, 1])
        [activity] = bad.activity_ids
        self.assertIn("Its journal is closed.", activity.note)
        self.assertIn(bad, self.Contract.search([("tierslieu_bill_error", "=", True)]))
        self.assertNotIn(good, self.Contract.search([("tierslieu_bill_error", "=", True)]))
        run = self.env["tierslieu.billing.run"].search([], limit=1, order="id")
        self.assertEqual((run.total, run.done, run.failed, run.progress), (3, 2, 1, 100.0))
        self.bill()
        self.assertEqual(len(self.moves(bad)), 1)
        self.assertFalse(bad.activity_ids)

    def someone(self, nth):
        return self.env["res.partner"].create({"name": f"Abonnée {nth}"})

    def test_a_surprise_is_logged_and_told_without_details(self):
        contract = self.subscribe(self.resident)
        broken = patch.object(type(self.Contract), "_prepare_invoice", side_effect=RuntimeError("secret"))
        with broken, mute_logger("odoo.addons.tierslieu_base.models.batch"):
            self.bill()
        self.assertNotIn("secret", contract.activity_ids.note)

    def test_a_run_stopped_half_way_goes_on_where_it_was(self):
        contracts = self.Contract.union(*(self.subscribe(self.resident, partner=self.someone(n)) for n in range(5)))
        # Out of time after the first two.
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda cron, done=0, **options: not done):
            self.bill(size=2)
        self.assertEqual(sum(len(self.moves(each)) for each in contracts), 2)
        self.bill()
        self.assertEqual([len(self.moves(each)) for each in contracts], [1] * 5)

    def test_a_free_plan_makes_no_invoice(self):
        self.nomad.product_id.list_price = 0
        contract = self.subscribe(self.nomad, "2027-01-01")
        with self.on("2027-03-02"):
            self.bill()
        self.assertFalse(self.moves(contract))
        self.assertEqual(contract.recurring_next_date, date(2027, 4, 1))

    def test_a_finished_subscription_is_never_due(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        contract.action_terminate("2027-01-20")
        with self.on("2027-01-21"):
            self.bill()
        self.assertFalse(contract.recurring_next_date)
        with self.on("2029-01-01"):
            self.assertFalse(self.Contract.search(self.Contract._tierslieu_due_domain(
                self.env.company, date(2029, 1, 1))))

    def test_frozen_price_stays_when_the_product_rises(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.resident.product_id.list_price = 400
        with self.on("2027-02-01"):
            self.bill()
        self.assertEqual(self.totals(contract), [310.0, 310.0])

    def test_the_fare_of_who_subscribes_is_the_price(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Étudiants", "item_ids": [(0, 0, {"compute_price": "percentage", "percent_price": 50})]}
        )
        profile = self.env["tierslieu.profile"].create({"name": "Étudiante", "pricelist_id": pricelist.id})
        self.bruno.tierslieu_profile_id = profile
        self.assertEqual(self.subscribe(self.resident, partner=self.bruno).tierslieu_price, 155.0)
        self.assertEqual(self.subscribe(self.resident).tierslieu_price, 310.0)

    def test_lines_of_oca_on_the_same_contract_are_billed_with_it(self):
        contract = self.subscribe(self.resident, "2027-02-01")
        meal = self.products["desk_day"]
        contract.sudo().contract_line_ids = [(0, 0, {
            "product_id": meal.id, "name": "Repas", "quantity": 2, "specific_price": 11, "date_start": "2027-02-01",
            "recurring_rule_type": "monthlylastday", "recurring_invoicing_type": "pre-paid",
        })]
        with self.on("2027-02-01"):
            self.bill()
        [move] = self.moves(contract)
        self.assertEqual(move.amount_total, 332.0)

    def test_integrity(self):
        contract = self.subscribe(self.resident)
        self.bill()
        self.assertClean()
        self.assertEqual(contract.tierslieu_state, "running")
        self.assertAlmostEqual(contract.tierslieu_monthly, 258.33, 2)
