from datetime import date

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
class TestScreens(PlanCase):
    """What the host and the manager do on screen; money is seen before anything is confirmed."""

    def sale(self, **values):
        form = self.form_of("tierslieu.plan.sale", self.host)
        for name, value in {"partner_id": self.alice, "plan_id": self.resident, **values}.items():
            setattr(form, name, value)
        return form

    def form_of(self, model, user, **context):
        return Form(self.env[model].with_user(user).with_context(**context))

    def test_the_host_sells_a_plan(self):
        self.resident.caution_amount = 100
        form = self.sale(start=date(2027, 1, 11), unit_id=self.desks.unit_ids[2])
        self.assertEqual((form.price, form.first, form.caution), (310.0, 210.0, 100.0))
        self.assertIn("31/01/2027", form.first_said)
        wizard = form.save()
        action = wizard.action_sell()
        wizard.action_sell()
        contract = self.Contract.browse(action["res_id"])
        self.assertEqual(self.Contract.search_count([("partner_id", "=", self.alice.id)]), 1)
        self.assertEqual(self.totals(contract), [210.0])
        self.assertEqual(contract.tierslieu_units, self.desks.unit_ids[2].name)

    def test_what_stands_in_the_way_is_said_before(self):
        self.subscribe(self.resident, partner=self.bruno, unit=self.desks.unit_ids[2])
        form = self.sale(unit_id=self.desks.unit_ids[2])
        self.assertIn("Bruno", form.is_free)
        with self.assertRaises(UserError):
            form.save().action_sell()

    def test_change_shows_the_money_then_does_it(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        with self.on("2027-01-15"):
            form = self.form_of(
                "tierslieu.subscription.change", self.host, default_contract_id=contract.id,
                default_plan_id=self.resident.id,
            )
            form.plan_id, form.date = self.nomad, date(2027, 1, 15)
            self.assertEqual((form.credit, form.charge, form.balance), (170.0, 32.9, -137.1))
            form.save().action_change()
        self.assertEqual(self.totals(contract, "out_refund"), [170.0])
        self.assertEqual(self.totals(contract)[-1], 32.9)

    def test_change_of_desk_on_screen(self):
        contract = self.subscribe(self.resident, unit=self.desks.unit_ids[0])
        form = self.form_of(
            "tierslieu.subscription.change", self.host, default_contract_id=contract.id,
            default_plan_id=self.resident.id,
        )
        form.unit_id = self.desks.unit_ids[5]
        form.save().action_change()
        self.assertIn(self.desks.unit_ids[5], contract.tierslieu_occupancy_ids.unit_id)

    def test_end_shows_the_money_and_the_rule(self):
        self.year.write({"notice_days": 30, "caution_amount": 150})
        contract = self.subscribe(self.year, "2027-01-01")
        self.bill()
        form = self.form_of("tierslieu.subscription.end", self.host, default_contract_id=contract.id)
        self.assertEqual(form.date, date(2027, 2, 10))
        self.assertFalse(form.problem)
        form.date = date(2027, 1, 31)
        self.assertIn("notice", form.problem)
        self.assertEqual((form.credit, form.caution), (1098.08, 150.0))
        wizard = form.save()
        with self.assertRaises(UserError):
            wizard.action_end()
        wizard.override_reason = "Déménagement"
        wizard.action_end()
        self.assertEqual(self.totals(contract, "out_refund"), [1098.08])

    def test_end_shows_what_is_still_to_invoice(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        form = self.form_of("tierslieu.subscription.end", self.host, default_contract_id=contract.id)
        form.date = date(2027, 3, 10)
        self.assertEqual((form.credit, form.charge), (0.0, 410.0))

    def test_lists(self):
        running = self.subscribe(self.resident, "2027-01-01")
        soon = self.subscribe(self.nomad, "2027-01-01", partner=self.bruno)
        soon.action_terminate("2027-02-10")
        later = self.subscribe(self.nomad, "2027-02-01")
        contracts = self.Contract.with_user(self.host)

        def found(state):
            return contracts.search([("tierslieu_state", "in", state)]).sudo()

        self.assertEqual(found(["running"]), running)
        self.assertEqual(found(["ending"]), soon)
        self.assertEqual(found(["coming"]), later)
        self.assertEqual(set((running | soon | later).mapped("tierslieu_state")), {"running", "ending", "coming"})
        due = contracts.search([("recurring_next_date", "<=", "2027-01-11")]).sudo()
        self.assertEqual(due, running)
        [(total,)] = contracts._read_group([("id", "in", (running | soon).ids)], [], ["tierslieu_monthly:sum"])
        self.assertAlmostEqual(total, 258.33 + 50, 2)
        with self.on("2027-03-01"):
            self.assertEqual(contracts.search([("tierslieu_state", "=", "ended")]).sudo(), soon)

    def test_screens_open_for_host_and_manager(self):
        """What a view asks for, everyone who may open it may read: nothing is left in the cache by others."""
        contract = self.subscribe(self.resident)
        self.bill()
        for user in (self.host, self.manager):
            env = self.env(user=user)
            for view, kind, record in (
                ("view_subscription_form", "form", contract), ("view_subscription_list", "list", contract),
                ("view_plan_form", "form", self.resident), ("view_plan_list", "list", self.resident),
                ("view_billing_run_list", "list", self.env["tierslieu.billing.run"].search([], limit=1)),
            ):
                model = env[record._name]
                arch = model.get_view(env.ref(f"tierslieu_membership.{view}").id, kind)
                names = [node.get("name") for node in etree.fromstring(arch["arch"]).iter("field")
                         if (node.get("name") in model._fields and node.getparent().tag != "list") or kind == "list"]
                env.invalidate_all()
                with self.subTest(view, user=user.login):
                    spec = {name: {} for name in names if name in model._fields}
                    self.assertTrue(model.browse(record.id).web_read(spec))
                    self.assertTrue(model.web_search_read([("id", "=", record.id)], spec)["records"])
            action = contract.with_env(env).get_formview_id()
            self.assertEqual(action, env.ref("tierslieu_membership.view_subscription_form").id)

    def test_a_plan_that_people_have_keeps_what_it_sells(self):
        contract = self.subscribe(self.resident)
        with self.assertRaisesRegex(UserError, "make another plan"):
            self.resident.billing = "quarter"
        self.resident.write({"name": "Poste à vous", "caution_amount": 10, "billing": "month"})
        self.assertEqual(contract.tierslieu_plan_id.name, "Poste à vous")
        self.assertEqual(self.resident.subscription_count, 1)

    def test_billing_runs_are_listed(self):
        self.subscribe(self.resident)
        self.bill()
        run = self.env["tierslieu.billing.run"].with_user(self.host).search([])
        self.assertEqual((run.done, run.total, bool(run.ended_at)), (1, 1, True))
        self.assertEqual(run.action_bill_now()["res_model"], "tierslieu.billing.run")

    def test_a_person_s_data_holds_their_subscriptions(self):
        self.subscribe(self.resident)
        rule = next(rule for rule in self.env["tierslieu.retention"]._rules() if rule.key == "membership.subscription")
        rows = self.env["tierslieu.retention"]._rows_of(rule, self.alice)
        self.assertEqual(rows.tierslieu_plan_id, self.resident)

    def test_nobody_is_erased_while_they_subscribe(self):
        self.nomad.caution_amount = 20
        contract = self.subscribe(self.nomad, "2027-01-01")
        obstacles = self.alice._tierslieu_subscriptions_left()
        self.assertEqual(len(obstacles), 2)
        self.assertIn("Nomade", obstacles[0])
        with self.on("2027-02-02"):
            contract.action_terminate("2027-02-01")
            self.assertFalse(self.alice._tierslieu_subscriptions_left())
