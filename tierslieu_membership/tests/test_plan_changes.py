from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
class TestChanges(PlanCase):
    """A change of plan or of desk, and the end, at a date."""

    def setUp(self):
        super().setUp()
        self.contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()

    def test_change_in_a_month_that_is_invoiced(self):
        with self.on("2027-01-15"):
            self.assertTrue(self.contract.action_change_plan(self.nomad, "2027-01-15"))
        # 31 days at 310; 17 of them given back; 17 days of 31 at 60.
        self.assertEqual(self.totals(self.contract), [310.0, 32.9])
        self.assertEqual(self.totals(self.contract, "out_refund"), [170.0])
        self.assertEqual(self.contract.tierslieu_plan_id, self.nomad)
        self.assertEqual(self.contract.contract_line_ids.mapped("date_end"), [date(2027, 1, 14), False])
        with self.on("2027-02-01"):
            self.bill()
        self.assertEqual(self.totals(self.contract), [310.0, 32.9, 60.0])
        self.assertClean()

    def test_the_credit_pays_the_new_plan(self):
        with self.on("2027-01-15"):
            self.contract.action_change_plan(self.nomad, "2027-01-15")
        self.assertAlmostEqual(sum(self.moves(self.contract).mapped("amount_residual")), 172.9, 2)

    def test_change_on_the_31st(self):
        with self.on("2027-01-31"):
            self.contract.action_change_plan(self.nomad, "2027-01-31")
        self.assertEqual(self.totals(self.contract), [310.0, 1.94])
        self.assertEqual(self.totals(self.contract, "out_refund"), [10.0])

    def test_change_on_its_first_day(self):
        self.contract.action_change_plan(self.nomad, "2027-01-01")
        self.assertEqual(self.totals(self.contract), [310.0, 60.0])
        self.assertEqual(self.totals(self.contract, "out_refund"), [310.0])
        self.assertEqual(self.contract.tierslieu_start, date(2027, 1, 1))
        self.assertFalse(self.contract.date_end)
        self.contract.action_terminate("2027-01-20")
        self.assertEqual(self.contract.date_end, date(2027, 1, 20))

    def test_change_to_come(self):
        self.contract.action_change_plan(self.nomad, "2027-03-10")
        self.assertEqual(self.contract.tierslieu_plan_id, self.resident)
        self.assertFalse(self.totals(self.contract, "out_refund"))
        with self.assertRaises(UserError):
            self.contract.action_change_plan(self.year, "2027-02-10")
        with self.on("2027-03-10"):
            self.bill()
            self.night()
            self.assertEqual(self.contract.tierslieu_plan_id, self.nomad)
        # February, nine days of March, the other 22 at the new price.
        self.assertEqual(self.totals(self.contract), [310.0, 310.0, 90.0, 42.58])

    def test_twice_is_once(self):
        self.contract.action_change_plan(self.nomad, "2027-01-15")
        with self.assertRaisesRegex(UserError, "the plan they have"):
            self.contract.action_change_plan(self.nomad, "2027-01-15")
        self.assertEqual(len(self.moves(self.contract, "out_refund")), 1)

    def test_end_gives_back_what_is_unused(self):
        with self.on("2027-01-21"):
            self.contract.action_terminate("2027-01-20")
        self.assertEqual(self.totals(self.contract, "out_refund"), [110.0])
        self.assertEqual(self.contract.date_end, date(2027, 1, 20))
        with self.on("2027-03-01"):
            self.bill()
            self.assertEqual(self.contract.tierslieu_state, "ended")
        self.assertEqual(len(self.moves(self.contract)), 1)

    def test_end_of_what_is_not_invoiced_yet(self):
        self.contract.action_terminate("2027-03-10")
        with self.on("2027-04-01"):
            self.bill()
        self.assertEqual(self.totals(self.contract), [310.0, 310.0, 100.0])
        self.assertFalse(self.totals(self.contract, "out_refund"))

    def test_end_invoiced_afterwards(self):
        self.quarter.invoicing = "after"
        contract = self.subscribe(self.quarter, "2027-01-01", partner=self.bruno)
        with self.on("2027-02-15"):
            contract.action_terminate("2027-02-14")
        self.assertEqual(self.totals(contract), [450.0])

    def test_ended_twice_makes_one_credit_note(self):
        self.contract.action_terminate("2027-01-20")
        for day in ("2027-01-20", "2027-02-20"):
            with self.assertRaises(UserError):
                self.contract.action_terminate(day)
        self.assertEqual(len(self.moves(self.contract, "out_refund")), 1)
        self.contract.action_terminate("2027-01-15")
        self.assertEqual(self.totals(self.contract, "out_refund"), [110.0, 50.0])

    def test_a_subscription_that_never_began(self):
        contract = self.subscribe(self.resident, "2027-02-01", partner=self.bruno)
        contract.action_terminate("2027-01-11")
        self.assertFalse(contract.tierslieu_units)
        with self.on("2027-02-02"):
            self.bill()
            self.assertFalse(self.moves(contract))
            self.assertEqual(contract.tierslieu_state, "ended")
        self.assertClean()

    def test_commitment_and_notice(self):
        self.year.write({"commitment_months": 12, "notice_days": 30})
        contract = self.subscribe(self.year, "2027-01-11", partner=self.bruno)
        self.assertEqual(contract.tierslieu_committed_until, date(2028, 1, 10))
        with self.assertRaisesRegex(UserError, "committed until"):
            contract.action_terminate("2027-06-30")
        with self.assertRaisesRegex(UserError, "cheaper"):
            contract.action_change_plan(self.nomad, "2027-06-30")
        with self.assertRaisesRegex(UserError, "Only the team"):
            contract.with_user(self.member).sudo().action_terminate("2027-06-30", override_reason="parce que")
        contract.with_user(self.host).action_terminate("2027-06-30", override_reason="Déménagement")
        overrides = self.env["tierslieu.override"].search([("res_model", "=", "contract.contract")])
        self.assertEqual(overrides.mapped("reason"), ["Déménagement"])
        self.assertEqual(overrides.user_id, self.host)
        late = self.subscribe(self.year, "2026-01-01", partner=self.bruno)
        with self.assertRaisesRegex(UserError, "notice of 30 days"):
            late.action_terminate("2027-02-01")
        late.action_terminate("2027-02-10")

    def test_indexed_price_from_a_day_on(self):
        self.contract.action_change_plan(self.resident, "2027-02-01", price=320)
        with self.on("2027-02-01"):
            self.bill()
        self.assertEqual(self.totals(self.contract), [310.0, 320.0])
        self.assertEqual(self.contract.tierslieu_price, 320.0)

    def test_a_new_price_is_told_and_comes_after_the_notice(self):
        with self.assertRaisesRegex(UserError, "frozen"):
            self.resident.action_index()
        self.resident.write({"price_policy": "indexed", "index_notice_days": 30})
        self.resident.product_id.list_price = 341
        with self.assertRaisesRegex(UserError, "notice of 30 days"):
            self.resident.action_index("2027-02-01")
        with self.assertRaises(AccessError):
            self.resident.with_user(self.host).action_index()
        self.resident.with_user(self.manager).action_index()
        self.resident.with_user(self.manager).action_index()
        told = self.env["mail.message"].search(
            [("model", "=", "contract.contract"), ("partner_ids", "in", self.alice.ids)])
        self.assertEqual(len(told), 1)
        self.assertIn("341", told.body)
        with self.on("2027-03-02"):
            self.bill()
        self.assertEqual(self.totals(self.contract), [310.0, 310.0, 341.0])

    def test_only_the_team(self):
        for user in (self.member, self.visitor, self.employee):
            contract = self.contract.with_user(user)
            for call in (lambda c: c.action_terminate("2027-02-01"),
                         lambda c: c.action_change_plan(self.nomad.id, "2027-02-01"),
                         lambda c: c.action_change_unit(self.desks.unit_ids[3].id, "2027-02-01"),
                         lambda c: c.env["tierslieu.plan"].subscribe(self.nomad.id, self.alice.id, "2027-02-01")):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call(contract)
        self.contract.with_user(self.host).action_terminate("2027-02-01")

    def test_only_a_manager_names_a_price(self):
        with self.assertRaisesRegex(AccessError, "Only a manager"):
            self.contract.with_user(self.host).action_change_plan(self.nomad.id, "2027-02-01", price=1)
        with self.assertRaisesRegex(AccessError, "Only a manager"):
            self.Plan.with_user(self.host).subscribe(self.nomad.id, self.bruno.id, "2027-02-01", price=1)
        self.contract.with_user(self.manager).action_change_plan(self.nomad.id, "2027-02-01", price=1)
        self.assertEqual(self.contract.tierslieu_price, 1)

    def test_a_change_to_a_desk_that_is_taken_leaves_nothing_behind(self):
        office = self.resident.copy({"name": "Bureau fermé", "space_id": self.room.id})
        self.subscribe(office, partner=self.bruno)
        with self.assertRaisesRegex(UserError, "not free"):
            self.contract.action_change_plan(office, "2027-01-15")
        self.assertFalse(self.moves(self.contract, "out_refund"))
        self.assertFalse(self.contract.contract_line_ids.date_end)
        with self.assertRaisesRegex(UserError, "is not a unit of"):
            self.contract.action_change_plan(office, "2027-01-15", unit=self.desks.unit_ids[0])

    def test_ids_will_do(self):
        contract = self.Plan.with_user(self.host).subscribe(
            self.resident.id, self.bruno.id, "2027-02-01", unit=self.desks.unit_ids[4].id
        )
        self.assertEqual(contract.tierslieu_units, self.desks.unit_ids[4].name)
        contract.action_change_plan(self.nomad.id, "2027-03-01")
