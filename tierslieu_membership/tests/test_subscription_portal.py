from datetime import timedelta

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_join import JoinCase

PAGE = "/my/membership"


@tagged("post_install", "-at_install")
class TestSubscriptionPortal(JoinCase):
    """The plan of a member on their page: what they have, what comes, and the way out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._tierslieu_today()
        cls.person = cls.alix.partner_id
        cls.plans = cls.env["tierslieu.plan"]

    def subscribed(self, plan=None, partner=None, **options):
        contract = self.plans.subscribe(plan or self.nomad, partner or self.person, self.today, **options)
        contract._tierslieu_bill()
        return contract

    def path(self, contract, what):
        return f"{PAGE}/plan/{contract.id}/{what}"

    def test_what_one_has_and_what_comes(self):
        contract = self.subscribed()
        desk = self.subscribed(self.resident)
        self.new_visitor(self.alix)
        page = self.get(PAGE).text
        self.assertIn("Nomade", page)
        lot = contract.tierslieu_lot_ids.sorted("valid_from")[0]
        self.assertIn(lot.type_id.with_context(lang="en_US").say(lot.balance), page)
        day, amount = contract.with_context(lang="en_US")._tierslieu_next_invoice()
        self.assertIn(day, page)
        self.assertIn(f"{amount:.2f}", page)
        self.assertEqual(amount, 60.0)
        self.assertIn(desk.tierslieu_units, page)
        self.assertIn("150.00", page)
        invoice = contract._get_related_invoices()
        self.assertIn(invoice.name, page)
        answer = self.get(invoice.get_portal_url())
        self.assertEqual(answer.status_code, 200)

    def test_a_used_credit_shows(self):
        contract = self.subscribed()
        lot = contract.tierslieu_lot_ids.sorted("valid_from")[0]
        lot._post("expire", -0.1, reason="Essai")
        left = contract._tierslieu_left_today(self.today)
        self.assertEqual(left[0][0], lot.type_id.say(lot.granted - 0.1))

    def test_what_is_another_s_does_not_exist(self):
        other = self.subscribed(partner=self.noe.partner_id)
        self.new_visitor(self.alix)
        self.assertNotIn("Nomade", self.get(PAGE).text.split("See the plans")[0].split("tl_membership_plan")[1])
        with mute_logger("odoo.http"):
            for path in (self.path(other, "end"), self.path(other, "change"), f"{PAGE}/plan/{2 ** 40}/end"):
                self.assertEqual(self.get(path).status_code, 404, path)
            self.assertEqual(self.post(self.path(other, "end"), {"date": str(self.today)}).status_code, 404)
        self.assertFalse(other.date_end)
        self.new_visitor()
        self.assertIn("/web/login", self.get(self.path(other, "end")).url)

    def test_the_money_of_an_end_is_shown_then_it_is_done(self):
        contract = self.subscribed()
        self.new_visitor(self.alix)
        last = self.today + timedelta(days=40)
        proposal = contract._tierslieu_end_proposal(last)
        page = self.get(f"{self.path(contract, 'end')}?date={last}").text
        self.assertIn(f"{proposal['charge']:.2f}", page)
        self.assertIn("End on that day", page)
        self.assertFalse(contract.date_end)
        self.assertEqual(self.post(self.path(contract, "end"), {"date": last}).headers["Location"], PAGE)
        self.assertEqual(contract.date_end, last)
        self.assertIn("ends on", self.get(PAGE).text)
        with mute_logger("odoo.http"):
            self.assertEqual(self.get(self.path(contract, "end")).status_code, 404, "It ends already.")

    def test_a_commitment_makes_a_request_of_it(self):
        self.nomad.commitment_months = 6
        contract = self.subscribed()
        self.new_visitor(self.alix)
        last = self.today + timedelta(days=10)
        page = self.get(f"{self.path(contract, 'end')}?date={last}").text
        self.assertIn("Ask the team", page)
        for _nth in range(2):
            self.post(self.path(contract, "end"), {"date": last})
        self.assertFalse(contract.date_end)
        asked = contract.activity_ids
        self.assertEqual(len(asked), 1)
        self.assertIn("Asks to end on", asked.summary)
        self.assertTrue(asked.user_id)
        self.assertIn("With the team", self.get(PAGE).text)

    def test_a_change_of_plan(self):
        contract = self.subscribed()
        self.new_visitor(self.alix)
        day = self.today + timedelta(days=1)
        address = f"{self.path(contract, 'change')}?plan={self.resident.id}&date={day}"
        proposal = contract._tierslieu_change_proposal(self.resident, day)
        page = self.get(address).text
        self.assertIn(f"{proposal['charge']:.2f}", page)
        self.post(self.path(contract, "change"), {"plan": self.resident.id, "date": day})
        self.assertEqual(contract._tierslieu_lines()[-1:].tierslieu_plan_id, self.resident)
        self.assertIn("Your plan is", self.get(PAGE).text)

    def test_a_cheaper_plan_within_the_commitment_is_asked(self):
        self.resident.commitment_months = 6
        contract = self.subscribed(self.resident)
        self.new_visitor(self.alix)
        day = self.today + timedelta(days=1)
        self.post(self.path(contract, "change"), {"plan": self.nomad.id, "date": day})
        self.assertEqual(contract._tierslieu_lines().tierslieu_plan_id, self.resident)
        self.assertIn("Asks to change to Nomade", contract.activity_ids.summary)

    def test_days_and_plans_that_make_no_sense(self):
        contract = self.subscribed()
        self.new_visitor(self.alix)
        for value in ("", "x", "\x00", "2026-02-30", "0001-01-01", "9999-12-31", "9" * 400):
            for what, form in (("end", {}), ("change", {"plan": self.resident.id})):
                answer = self.post(self.path(contract, what), form | {"date": value})
                self.assertEqual(answer.status_code, 200, (what, value))
            answer = self.post(self.path(contract, "change"), {"plan": value, "date": str(self.today)})
            self.assertEqual(answer.status_code, 200, value)
        self.assertFalse(contract.date_end)
        self.assertEqual(contract._tierslieu_lines().tierslieu_plan_id, self.nomad)


@tagged("post_install", "-at_install")
class TestPersonGlance(JoinCase):
    """A person in one look, and the lists of who to write to."""

    def test_in_one_look(self):
        person, today = self.alix.partner_id, self.company._tierslieu_today()
        host = new_test_user(self.env, "glance_host", groups="tierslieu_base.group_host", lang="en_US")
        seen = person.with_user(host).with_company(self.company)
        self.assertIn("None", seen.tierslieu_order_said)
        self.assertIn("charter not accepted", seen.tierslieu_order_said)
        self.assertEqual((seen.tierslieu_owed_said, seen.tierslieu_has_said), ("nothing", "nothing"))
        self.assertEqual(seen.tierslieu_comes_said, "nothing booked")
        contract = self.env["tierslieu.plan"].subscribe(self.resident, person, today)
        invoice = contract._tierslieu_bill()
        self.confirmed(self.alix)
        self.env.invalidate_all()
        self.assertIn("Poste résident", seen.tierslieu_has_said)
        self.assertIn(contract.tierslieu_units, seen.tierslieu_has_said)
        owed = self.company.currency_id.with_context(lang="en_US").format(invoice.amount_total + 150.0)
        self.assertIn(owed, seen.with_context(lang="en_US").tierslieu_owed_said)
        self.assertIn("Petit salon", seen.tierslieu_comes_said)
        self.assertTrue(seen.tierslieu_owes)

    def test_to_chase(self):
        person = self.alix.partner_id
        today = self.company._tierslieu_today()
        contract = self.env["tierslieu.plan"].subscribe(self.nomad, person, today)
        invoice = contract._tierslieu_bill()
        host = new_test_user(self.env, "chase_host", groups="tierslieu_base.group_host")
        partners = self.env["res.partner"].with_user(host).with_company(self.company)
        stranger = self.env["res.partner"].create({"name": "Un client de passage"})
        self.assertIn(person, partners.search([("tierslieu_owes", "=", True)]))
        self.assertNotIn(stranger, partners.search([("tierslieu_owes", "=", True)]))
        self.assertIn(stranger, partners.search([("tierslieu_owes", "=", False)]))
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": journal.id})._create_payments()
        self.assertNotIn(person, partners.search([("tierslieu_owes", "=", True)]))
