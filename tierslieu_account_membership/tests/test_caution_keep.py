from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from odoo.addons.tierslieu_membership.tests.plan_common import PlanCase

WHY = "Deux chaises cassées"


@tagged("post_install", "-at_install")
class TestCautionKeep(PlanCase):
    """A caution of 150 that is kept, wholly or in part: account by account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.resident.caution_amount = 150
        cls.receivable = cls.alice.property_account_receivable_id.code

    def over(self, paid=True):
        """Return a subscription that ended on 31 January, its caution undecided, and live in February."""
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        if paid:
            self.pay(contract.tierslieu_caution_move_id)
        contract.action_keep_caution()
        contract.action_terminate("2027-01-31")
        self.enterContext(self.on("2027-02-15"))
        return contract

    def pay(self, move):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({}).action_create_payments()

    def entries(self, moves):
        found = {}
        for line in moves.line_ids:
            found[line.account_id.code] = round(found.get(line.account_id.code, 0) + line.balance, 2)
        return {code: balance for code, balance in found.items() if balance}

    def keep(self, contract, amount, reason=WHY, user=None):
        return contract.with_user(user or self.manager).action_keep_caution_amount(amount, reason)

    def test_a_part_is_kept_and_the_rest_goes_back(self):
        contract = self.over()
        kept = self.keep(contract, 60)
        self.assertEqual(kept.move_type, "entry")
        self.assertEqual(self.entries(kept), {"165100": 60.0, "758000": -60.0})
        self.assertFalse(kept.line_ids.tax_ids)
        self.assertEqual(set(kept.line_ids.partner_id), {self.alice})
        self.assertTrue(all(WHY in line.name for line in kept.line_ids))
        back = contract.tierslieu_caution_back_id
        self.assertEqual((back.move_type, self.entries(back)), ("out_refund", {self.receivable: -90.0, "165100": 90.0}))
        self.assertEqual(self.entries(contract.tierslieu_caution_move_ids), {self.receivable: 60.0, "758000": -60.0})
        self.assertEqual((contract.tierslieu_caution_held, contract.tierslieu_caution_kept), (0, False))
        self.assertIn(WHY, contract.message_ids[0].body)
        # The night has nothing left to give back.
        self.night()
        self.assertEqual(len(contract.tierslieu_caution_move_ids), 3)
        with self.assertRaisesRegex(UserError, "No more can be kept"):
            self.keep(contract, 1)
        self.assertClean()

    def test_all_of_it(self):
        contract = self.over()
        kept = self.keep(contract, 150)
        self.assertEqual(self.entries(kept), {"165100": 150.0, "758000": -150.0})
        self.assertFalse(contract.tierslieu_caution_back_id)
        self.assertEqual(contract.tierslieu_caution_held, 0)
        self.night()
        self.assertFalse(contract.tierslieu_caution_back_id)

    def test_with_vat_it_is_invoiced_and_paid_by_what_was_held(self):
        for tax, name in ((self.taxes[20], "included"), (self.taxes[20].copy(
                {"name": "TVA 20 % HT", "price_include_override": "tax_excluded"}), "on top")):
            with self.subTest(name):
                self.company.tierslieu_caution_kept_tax_id = tax
                contract = self.over()
                vat = tax.invoice_repartition_line_ids.account_id.code
                kept = self.keep(contract, 60)
                self.assertEqual((kept.move_type, kept.amount_total, kept.amount_tax), ("out_invoice", 60.0, 10.0))
                self.assertEqual(self.entries(kept), {self.receivable: 60.0, "758000": -50.0, vat: -10.0})
                self.assertEqual(kept.amount_residual, 0.0)
                self.assertEqual(contract.tierslieu_caution_held, 0)
                self.assertEqual(self.entries(contract.tierslieu_caution_back_id),
                                 {self.receivable: -90.0, "165100": 90.0})

    def test_another_account(self):
        other = self.env["account.account"].create(
            {"code": "758999", "name": "Cautions gardées", "account_type": "income_other"}
        )
        self.company.tierslieu_caution_kept_account_id = other
        self.assertEqual(self.entries(self.keep(self.over(), 20)), {"165100": 20.0, "758999": -20.0})

    def test_refusals(self):
        running = self.subscribe(self.resident, "2027-01-01")
        with self.assertRaisesRegex(UserError, "once the subscription is over"):
            self.keep(running, 10)
        contract = self.over()
        for amount, reason, said in (
            (0, WHY, "how much"), (-5, WHY, "how much"), (None, WHY, "how much"), (150.01, WHY, "No more"),
            (10, "", "Say why"), (10, "  ", "Say why"), (10, None, "Say why"),
        ):
            with self.subTest(amount=amount, reason=reason), self.assertRaisesRegex(UserError, said):
                self.keep(contract, amount, reason)
        for user in (self.host, self.employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.keep(contract, 10, user=user)
        self.assertEqual(contract.tierslieu_caution_held, 150)

    def test_what_was_never_paid_is_not_kept(self):
        contract = self.over(paid=False)
        with self.assertRaisesRegex(UserError, "what was paid"):
            self.keep(contract, 10)

    def test_the_dialog(self):
        contract = self.over()
        action = contract.with_user(self.manager).action_open_keep_caution()
        form = Form(self.env["tierslieu.caution.keep"].with_user(self.manager).with_context(**action["context"]))
        self.assertEqual((form.paid, form.amount, form.rest), (150.0, 150.0, 0.0))
        form.amount = 33.33
        self.assertEqual(form.rest, 116.67)
        form.reason = WHY
        form.save().action_keep()
        self.assertEqual(contract.tierslieu_caution_back_id.amount_total, 116.67)

    def test_what_the_check_of_cautions_says(self):
        def found(key):
            checks = self.env["tierslieu.books"]._closing_checks(
                self.company, date(2027, 1, 1), date(2027, 12, 31)
            )
            [check] = [check for check in checks if check["key"] == key]
            return check["count"]

        before = found("cautions")
        late = found("cautions_late")
        contract = self.over()
        self.assertEqual((found("cautions"), found("cautions_late")), (before, late + 1))
        kept = self.keep(contract, 60)
        self.assertEqual((found("cautions"), found("cautions_late")), (before, late))
        # An accountant who undoes it by hand leaves a line that no subscription explains.
        kept._reverse_moves(cancel=True)
        self.assertEqual(found("cautions"), before + 1)

    def test_an_accountant_reads_them(self):
        contract = self.over()
        self.keep(contract, 60)
        accountant = self.env["res.users"].create(
            {"name": "Claire", "login": "claire", "group_ids": [(6, 0, self.env.ref(
                "tierslieu_account.group_accountant").ids)]}
        )
        records = self.env["contract.contract"].with_user(accountant)
        action = call_kw(records, "action_tierslieu_view_moves", [contract.ids], {})
        self.assertGreaterEqual(len(self.env["account.move"].with_user(accountant).search(action["domain"])), 4)
        with self.assertRaises(AccessError):
            call_kw(records, "action_keep_caution_amount", [contract.ids, 10, WHY], {})
        with self.assertRaises(AccessError):
            call_kw(records, "action_terminate", [contract.ids, "2027-03-01"], {})
