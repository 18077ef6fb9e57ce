from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.tierslieu_account.tests.books_common import create_accountant
from odoo.addons.tierslieu_membership.tests.plan_common import PlanCase

READ = ("contract.contract", "contract.line", "membership.membership_line", "tierslieu.plan")
NOT_READ = ("tierslieu.plan.allowance", "tierslieu.billing.run", "tierslieu.charge", "tierslieu.figures.recurring",
            "tierslieu.adhesion.sale", "tierslieu.adhesion.day", "tierslieu.plan.sale",
            "tierslieu.subscription.change", "tierslieu.subscription.end", "tierslieu.caution.keep")


@tagged("post_install", "-at_install")
class TestAccountant(PlanCase):
    """What an accountant reads of plans, subscriptions and adhesions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = create_accountant(cls.env)

    def call(self, model, method, *args, **kwargs):
        return call_kw(self.env[model].with_user(self.accountant), method, list(args), kwargs)

    def test_reads_and_nothing_more(self):
        for model in READ:
            with self.subTest(model):
                self.call(model, "web_search_read", domain=[], specification={"display_name": {}}, limit=5)
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(self.call(model, "has_access", [], operation))
                with self.assertRaises(UserError):
                    self.call(model, "create", [{}])
                record = self.env[model].search([], limit=1)
                for method, *values in ([("write", {"display_name": "Autre"}), ("unlink",)] if record else ()):
                    with self.assertRaises(UserError):
                        self.call(model, method, record.ids, *values)

    def test_what_is_the_teams(self):
        for model in NOT_READ:
            with self.subTest(model), self.assertRaises(AccessError):
                self.call(model, "search_read", domain=[])

    def test_acts_of_the_team_are_refused(self):
        contract = self.subscribe(self.resident)
        for method, *arguments in (
            ("action_terminate", "2027-03-01"), ("action_change_plan", self.nomad.id, "2027-03-01"),
            ("action_bill_now",), ("action_give_caution_back",), ("action_keep_caution",),
            ("action_keep_caution_amount", 10, "Casse"),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                self.call("contract.contract", method, contract.ids, *arguments)

    def test_subscribes_nobody(self):
        with self.assertRaises(AccessError):
            self.call("tierslieu.plan", "subscribe", self.resident.id, self.alice.id, "2027-02-01")
        self.assertFalse(self.Contract.search([("partner_id", "=", self.alice.id)]))

    def test_a_subscription_opens_its_invoices(self):
        self.resident.caution_amount = 150
        contract = self.subscribe(self.resident)
        self.bill()
        action = self.call("contract.contract", "action_tierslieu_view_moves", contract.ids)
        moves = self.env["account.move"].with_user(self.accountant).search(action["domain"])
        self.assertEqual(moves.sudo(), self.moves(contract) | contract.tierslieu_caution_move_id)
