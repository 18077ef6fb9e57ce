from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
class TestBooks(PlanCase):
    """What a yearly plan with a caution, a change of plan and an end leave in the books, account by account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.year.caution_amount = 150
        income = cls.year.product_id._get_product_accounts()["income"]
        cls.income = income.code
        cls.receivable = cls.alice.property_account_receivable_id.code
        cls.vat = cls.taxes[20].invoice_repartition_line_ids.account_id.code

    def entries(self, *moves):
        """Return {account: debit less credit} of some moves."""
        found = {}
        for line in self.env["account.move.line"].union(*(move.line_ids for move in moves)):
            found[line.account_id.code] = round(found.get(line.account_id.code, 0) + line.balance, 2)
        return found

    def pay(self, move):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({}).action_create_payments()

    def test_year_change_and_end(self):
        contract = self.subscribe(self.year, "2027-01-01")
        self.bill()
        [invoice] = self.moves(contract)
        caution = contract.tierslieu_caution_move_id
        # 1,200 with 20 % of VAT inside; a caution is a debt, without VAT.
        self.assertEqual(self.entries(invoice), {self.receivable: 1200.0, self.income: -1000.0, self.vat: -200.0})
        self.assertEqual(self.entries(caution), {self.receivable: 150.0, "165100": -150.0})
        self.assertEqual(caution.move_type, "out_receipt")
        self.assertNotEqual(caution.journal_id, invoice.journal_id)
        self.assertFalse(caution.amount_tax)
        self.pay(invoice)
        self.pay(caution)

        # From 1 July: 184 days of 365 are given back; 31 days of July at 60.
        with self.on("2027-07-01"):
            contract.action_change_plan(self.nomad, "2027-07-01")
        [credit] = self.moves(contract, "out_refund")
        july = self.moves(contract)[-1]
        self.assertEqual(credit.amount_total, 604.93)
        self.assertEqual(self.entries(credit), {self.receivable: -604.93, self.income: 504.11, self.vat: 100.82})
        self.assertEqual(self.entries(july), {self.receivable: 60.0, self.income: -50.0, self.vat: -10.0})
        self.assertEqual((july.amount_residual, credit.amount_residual), (0.0, 544.93))

        # Until 10 July: 21 days of 31 are given back, and the caution.
        with self.on("2027-07-11"):
            contract.action_terminate("2027-07-10")
        last = self.moves(contract, "out_refund")[-1]
        self.assertEqual(last.amount_total, 40.65)
        self.assertEqual(self.entries(last), {self.receivable: -40.65, self.income: 33.87, self.vat: 6.78})
        back = contract.tierslieu_caution_back_id
        self.assertEqual(self.entries(back), {self.receivable: -150.0, "165100": 150.0})
        self.assertEqual(self.entries(caution, back), {self.receivable: 0.0, "165100": 0.0})
        self.assertEqual(contract.tierslieu_caution_held, 0)
        # All in all: what 181 days of the year and ten of July cost.
        books = self.entries(invoice, credit, july, last)
        self.assertEqual(books[self.receivable], round(1200 - 604.93 + 60 - 40.65, 2))
        self.assertEqual(books[self.income] + books[self.vat], -books[self.receivable])
        self.assertClean()

    def test_a_caution_that_was_never_paid_is_no_longer_asked_for(self):
        contract = self.subscribe(self.year, "2027-01-01")
        caution = contract.tierslieu_caution_move_id
        with self.on("2027-07-11"):
            contract.action_terminate("2027-07-10")
        self.assertEqual((caution.amount_residual, contract.tierslieu_caution_back_id.amount_residual), (0, 0))

    def test_the_caution_comes_back_by_itself_once_it_is_over(self):
        contract = self.subscribe(self.year, "2027-01-01")
        contract.action_terminate("2027-02-28")
        with self.on("2027-02-28"):
            self.night()
            self.assertFalse(contract.tierslieu_caution_back_id)
            with self.assertRaisesRegex(UserError, "once the subscription is over"):
                contract.action_give_caution_back()
        with self.on("2027-03-01"):
            self.night()
            self.night()
        self.assertEqual(contract.tierslieu_caution_back_id.amount_total, 150)
        self.assertEqual(len(contract.tierslieu_caution_move_ids), 2)

    def test_the_team_may_keep_it_for_a_while(self):
        contract = self.subscribe(self.year, "2027-01-01")
        contract.action_keep_caution()
        contract.action_terminate("2027-01-31")
        with self.on("2027-03-01"):
            self.night()
            self.assertFalse(contract.tierslieu_caution_back_id)
            contract.action_give_caution_back()
            self.assertTrue(contract.tierslieu_caution_back_id)
            with self.assertRaisesRegex(UserError, "No caution"):
                contract.action_give_caution_back()

    def test_a_dearer_caution_asks_for_the_difference(self):
        contract = self.subscribe(self.year, "2027-01-01")
        dearer = self.nomad.copy({"name": "Bureau", "caution_amount": 400})
        contract.action_change_plan(dearer, "2027-01-11")
        self.assertEqual(contract.tierslieu_caution_held, 400)
        self.assertEqual(contract.tierslieu_caution_move_id.amount_total, 250)

    def test_paid_elsewhere(self):
        """An order, or the tool used before, has billed the first period and taken the caution."""
        contract = self.subscribe(self.year, "2027-01-01", billed_until=date(2027, 12, 31), caution=False)
        self.bill()
        self.assertFalse(self.moves(contract))
        self.assertFalse(contract.tierslieu_caution_move_id)
        self.assertEqual(contract.recurring_next_date, date(2028, 1, 1))
