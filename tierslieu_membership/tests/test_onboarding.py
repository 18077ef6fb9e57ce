from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .adhesion_common import AdhesionCase
from .plan_common import PlanCase


def steps_of(record):
    """Return the steps of a welcome that are left, in the order of their days."""
    return record.env["mail.activity"].search(
        [("res_model", "=", record._name), ("res_id", "=", record.id), ("tierslieu_onboarding", "=", True)],
        order="date_deadline, id",
    )


@tagged("post_install", "-at_install")
class TestWelcome(PlanCase):
    """The steps for who has just subscribed."""

    def test_nothing_until_the_place_wants_it(self):
        self.assertFalse(steps_of(self.subscribe(self.resident)))

    def test_begins_by_itself_once(self):
        company = self.place.company_id
        company.tierslieu_onboarding = True
        contract = self.subscribe(self.resident, "2027-01-20")
        steps = steps_of(contract)
        self.assertEqual(len(steps), 7)
        self.assertEqual((steps[0].date_deadline, steps[-1].date_deadline), (date(2027, 1, 20), date(2027, 2, 19)))
        self.assertEqual(steps.user_id, company._tierslieu_responsible("tierslieu_base.group_host"))
        company._tierslieu_welcome(contract, date(2027, 1, 20))
        self.assertEqual(len(steps_of(contract)), 7)
        self.assertEqual(contract.tierslieu_steps_left, 7)

    def test_the_host_does_them_and_they_do_not_come_back(self):
        contract = self.subscribe(self.resident)
        contract.with_user(self.host).action_welcome()
        steps = steps_of(contract)
        steps[0].with_user(self.host).action_done()
        self.assertEqual(len(steps_of(contract)), 6)
        for step in steps[1:]:
            step.with_user(self.host).action_done()
        contract.with_user(self.host).action_welcome()
        self.assertFalse(steps_of(contract), "All was done: nothing begins again.")

    def test_the_team_changes_the_steps(self):
        company = self.place.company_id
        plan = company._tierslieu_onboarding_plan("contract.contract").with_user(self.manager)
        plan.template_ids[1:].unlink()
        plan.template_ids.summary = "Donner le badge vert"
        contract = self.subscribe(self.resident)
        contract.with_user(self.host).action_welcome()
        self.assertEqual(steps_of(contract).mapped("summary"), ["Donner le badge vert"])
        self.assertEqual(company._tierslieu_onboarding_plan("contract.contract"), plan.sudo())

    def test_for_a_person_by_hand(self):
        self.alice.with_user(self.host).action_tierslieu_welcome()
        self.assertEqual(len(steps_of(self.alice)), 3)
        with self.assertRaises(UserError):
            self.alice.with_user(self.member).action_tierslieu_welcome()

    def test_the_list_opens(self):
        contract = self.subscribe(self.resident)
        contract.with_user(self.host).action_welcome()
        action = self.env.ref("tierslieu_membership.action_newcomer")
        activities = self.env["mail.activity"].with_user(self.host)
        rows = activities.search([("tierslieu_onboarding", "=", True)])
        self.assertEqual(len(rows), 7)
        self.assertEqual(set(rows.mapped("res_name")), {contract.display_name})
        activities.get_view(action.view_id.id, "list")

    def test_an_import_welcomes_nobody(self):
        self.place.company_id.tierslieu_onboarding = True
        contract = self.Plan.with_context(tierslieu_no_welcome=True).subscribe(self.resident, self.alice, "2027-01-11")
        self.assertFalse(steps_of(contract))


@tagged("post_install", "-at_install")
class TestWelcomeMembers(AdhesionCase):
    """The steps for who has just joined."""

    def night(self):
        self.env.flush_all()
        with self.registry.cursor() as cr:
            self.env(cr=cr)["contract.contract"]._cron_subscriptions()
        self.env.invalidate_all()

    def test_a_first_adhesion_begins_it_once(self):
        self.company.tierslieu_onboarding = True
        self.paid()
        self.night()
        self.night()
        self.assertEqual(len(steps_of(self.alice)), 3)

    def test_a_renewal_does_not(self):
        self.company.tierslieu_onboarding = True
        with freeze_time("2026-02-01 10:00:00"):
            first = self.paid(self.rolling, date="2026-02-01")
            self.assertEqual(first.tierslieu_paid_on, self.day("2026-02-01"))
        renewed = self.paid(self.rolling)
        self.assertEqual(renewed.tierslieu_paid_on, self.day("2027-01-11"))
        self.night()
        self.assertFalse(steps_of(self.alice))
