from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_account.tests.analytic_common import activity_of, shares_of
from odoo.addons.tierslieu_membership.tests.plan_common import PlanCase


@tagged("post_install", "-at_install")
class TestAnalyticMembership(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.residents = activity_of(cls.env, cls.env.company, "resident")
        cls.nomads = activity_of(cls.env, cls.env.company, "nomad")
        cls.account = cls.place.analytic_account_id

    def bears(self, *accounts):
        return {",".join(str(account.id) for account in accounts): 100.0}

    def test_plans_are_of_residents_or_of_nomads(self):
        self.assertNotEqual(self.residents, self.nomads)
        resident, nomad = self.subscribe(self.resident), self.subscribe(self.nomad, partner=self.bruno)
        self.bill()
        for contract, activity in ((resident, self.residents), (nomad, self.nomads)):
            lines = self.moves(contract).invoice_line_ids
            self.assertTrue(lines)
            self.assertEqual(
                lines.mapped("analytic_distribution"), [self.bears(self.account, activity)] * len(lines),
                [shares_of(line) for line in lines],
            )

    def test_with_a_second_place_the_desk_says_which(self):
        self.env["tierslieu.place"].create({"name": "La Halle", "company_id": self.env.company.id})
        resident, nomad = self.subscribe(self.resident), self.subscribe(self.nomad, partner=self.bruno)
        self.bill()
        [line] = self.moves(resident)[:1].invoice_line_ids
        self.assertEqual(line.analytic_distribution, self.bears(self.account, self.residents))
        [line] = self.moves(nomad)[:1].invoice_line_ids
        self.assertEqual(line.analytic_distribution, self.bears(self.nomads))

    def test_what_a_subscription_says_is_kept(self):
        contract = self.subscribe(self.resident)
        contract.contract_line_ids.analytic_distribution = self.bears(self.nomads)
        self.bill()
        [line] = self.moves(contract)[:1].invoice_line_ids
        self.assertEqual(line.analytic_distribution, self.bears(self.nomads))

    def test_what_is_not_used_is_given_back_where_it_was_taken(self):
        contract = self.subscribe(self.resident, start="2027-01-01")
        self.bill()
        with self.on("2027-01-21"):
            contract.action_terminate("2027-01-20")
        given_back = self.moves(contract, "out_refund").invoice_line_ids
        self.assertTrue(given_back)
        for line in given_back:
            self.assertEqual(line.analytic_distribution, self.bears(self.account, self.residents))

    def test_a_caution_is_no_income(self):
        self.resident.caution_amount = 300
        contract = self.subscribe(self.resident, caution=True)
        move = contract.tierslieu_caution_move_ids
        self.assertTrue(move)
        self.assertFalse(any(move.line_ids.mapped("analytic_distribution")))

    def test_adhesions(self):
        adhesion = self.env["product.product"].create(
            {"name": "Adhésion", "type": "service", "list_price": 10, "membership": True,
             "tierslieu_adhesion": "civil", "taxes_id": [Command.clear()], "company_id": self.env.company.id}
        )
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.alice.id,
             "invoice_line_ids": [Command.create({"product_id": adhesion.id, "quantity": 1})]}
        )
        self.assertEqual(
            move.invoice_line_ids.analytic_distribution,
            self.bears(self.account, activity_of(self.env, self.env.company, "adhesion")),
        )
