from odoo import Command
from odoo.tests import tagged

from .assistant_common import AssistantCase


@tagged("post_install", "-at_install")
class TestAssistantYear(AssistantCase):
    """On a company with a year of entries: what they lean on stays as it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        taxes = cls.env["account.tax"].with_context(active_test=False).search(
            [("company_id", "=", cls.company.id), ("type_tax_use", "=", "sale"), ("tax_scope", "=", "service"),
             ("amount", ">", 0)]
        )
        # The chart's own: due when paid, waiting on another account than 445740 when included in the price.
        cls.included = taxes.filtered(lambda tax: tax.amount == 20 and tax.price_include_override)
        cls.included.active = True

    def setUp(self):
        super().setUp()
        for month in range(1, 11):
            move = self.invoice(self.included, day=f"2026-{month:02}-05", price=100.0 + month / 7)
            if month % 2:
                self.pay(move)
        self.entry = self.env["account.move"].with_company(self.company).create(
            {
                "move_type": "entry", "date": "2026-06-30",
                "line_ids": [
                    Command.create({"account_id": self.account(code).id, "debit": debit, "credit": credit})
                    for code, debit, credit in (
                        ("456700", 125.0, 0.0), ("471000", 0.0, 125.0), ("706000", 33.33, 0.0), ("487000", 0.0, 33.33),
                    )
                ],
            }
        )
        self.entry.action_post()

    def used(self):
        """Return what the entries lean on, and the balance of each account."""
        company = self.company.id
        return (
            self.sql(
                "SELECT account_id, sum(debit), sum(credit), count(*) FROM account_move_line WHERE company_id = %s"
                " GROUP BY account_id ORDER BY account_id", company,
            ),
            self.sql(
                "SELECT a.id, a.name, a.code_store, a.account_type, a.reconcile, a.active, a.write_date FROM"
                " account_account a WHERE EXISTS (SELECT 1 FROM account_move_line l WHERE l.account_id = a.id AND"
                " l.company_id = %s) ORDER BY a.id", company,
            ),
            self.sql(
                "SELECT t.id, t.name, t.amount, t.active, t.tax_exigibility, t.cash_basis_transition_account_id,"
                " t.price_include_override, t.sequence, t.write_date FROM account_tax t WHERE EXISTS (SELECT 1 FROM"
                " account_move_line_account_tax_rel r WHERE r.account_tax_id = t.id) AND t.company_id = %s"
                " ORDER BY t.id",
                company,
            ),
            self.sql(
                "SELECT l.id, l.tax_line_id, l.write_date, array(SELECT account_tax_id FROM"
                " account_move_line_account_tax_rel r WHERE r.account_move_line_id = l.id ORDER BY 1) FROM"
                " account_move_line l WHERE l.company_id = %s ORDER BY l.id", company,
            ),
            self.sql(
                "SELECT id, name, state, write_date FROM account_move WHERE company_id = %s ORDER BY id", company
            ),
            self.sql(
                "SELECT id, code, type, default_account_id, write_date FROM account_journal j WHERE company_id = %s AND"
                " EXISTS (SELECT 1 FROM account_move m WHERE m.journal_id = j.id) ORDER BY id", company,
            ),
        )

    def defaults(self):
        company = self.company
        return company.account_sale_tax_id, company.account_purchase_tax_id, company.tax_exigibility

    def test_nothing_that_is_used_moves(self):
        before, defaults = self.used(), self.defaults()
        self.assertAlmostEqual(sum(row[1] - row[2] for row in before[0]), 0)
        self.assertTrue(before[2])
        for choices in (
            ("scic_sarl", "subject", "debits"), ("scic_sarl", "subject", "receipts"),
            ("association", "franchise", "receipts"),
        ):
            for time in ("first", "second"):
                with self.subTest(choices=choices, time=time):
                    shown = self.assistant(*choices)
                    shown.action_apply()
                    self.assertEqual(shown.todo_count, 0)
                    self.assertEqual(self.used(), before)
                    self.assertEqual(self.defaults(), defaults)

    def test_what_differs_is_told(self):
        findings = self.look("scic_sarl", "subject", "debits")
        self.assertIn("due when paid", self.found(findings, "tax", self.included.name)["said"])
        findings = self.look("scic_sarl", "subject", "receipts")
        differs = self.found(findings, "tax", self.included.name)
        waiting = self.included.cash_basis_transition_account_id.with_company(self.company)
        self.assertNotEqual(waiting.code, "445740")
        self.assertIn(waiting.code, differs["said"])
        self.assertIsNone(differs["make"])
        findings = self.look("association", "franchise")
        usual = self.found(findings, "setting", "Usual tax of sales")
        self.assertEqual((usual["state"], usual["make"]), ("differs", None))


@tagged("post_install", "-at_install")
class TestAssistantTaxes(AssistantCase):
    """The taxes that are made put the VAT where and when it is due."""

    def service_taxes(self, due):
        look = self.env["tierslieu.books.look"].with_company(self.company)
        taxes = look._service_taxes(self.company)
        return taxes.filtered(lambda tax: tax.active and tax.price_include and look._is_due(tax, due))

    def balance(self, *codes):
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted"),
             ("account_id", "in", [self.account(code).id for code in codes])]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def test_on_debits(self):
        self.assistant("sas", "subject", "debits").action_apply()
        taxes = self.service_taxes("debits")
        self.assertEqual(sorted(taxes.mapped("amount")), [2.1, 5.5, 10, 20])
        self.assertEqual(self.company.account_sale_tax_id, taxes.filtered(lambda tax: tax.amount == 20))
        self.invoice(taxes.filtered(lambda tax: tax.amount == 20))
        self.assertEqual((self.balance("445710"), self.balance("445740")), (-20, 0))
        self.assertEqual(self.balance("706000"), -100)

    def test_on_receipts(self):
        self.assistant("sas", "subject", "receipts").action_apply()
        taxes = self.service_taxes("receipts")
        self.assertEqual(sorted(taxes.mapped("amount")), [2.1, 5.5, 10, 20])
        move = self.invoice(taxes.filtered(lambda tax: tax.amount == 10), price=110)
        self.assertEqual((self.balance("445710"), self.balance("445740")), (0, -10))
        self.pay(move)
        payment = move.matched_payment_ids
        self.bank(payment)
        self.assertEqual((self.balance("445710"), self.balance("445740")), (-10, 0))

    def bank(self, payment):
        """Have the money of a payment on the account of the bank, whether or not Odoo waits for its statement."""
        if payment.move_id:
            return
        statement = self.env["account.bank.statement.line"].create(
            {"journal_id": payment.journal_id.id, "date": payment.date, "amount": payment.amount,
             "payment_ref": "VIR", "partner_id": payment.partner_id.id}
        )
        _liquidity, suspense, _others = statement._seek_for_lines()
        receivable = payment.invoice_ids.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        suspense.account_id = receivable.account_id
        (suspense | receivable).reconcile()

    def test_abroad_the_new_tax_gives_way_as_the_old_one(self):
        self.assistant("sas", "subject", "debits").action_apply()
        tax = self.service_taxes("debits").filtered(lambda tax: tax.amount == 20)
        abroad = self.env["account.fiscal.position"].search(
            [("company_id", "=", self.company.id), ("vat_required", "=", True)]
        )
        self.assertEqual(abroad.map_tax(tax).amount, 0)
        domestic = self.company.domestic_fiscal_position_id
        self.assertEqual(domestic.map_tax(tax), tax)
        tags = tax.invoice_repartition_line_ids.tag_ids.mapped("name")
        model = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale"), ("tax_scope", "=", "service"),
             ("amount", "=", 20), ("tax_exigibility", "=", "on_payment"), ("price_include_override", "=", False)]
        )
        self.assertEqual(tags, model.invoice_repartition_line_ids.tag_ids.mapped("name"))

    def test_taxes_that_somebody_took_out(self):
        """Without a tax of the rate, nobody guesses the boxes of the VAT return: it is told."""
        taxes = self.env["account.tax"].with_context(active_test=False).search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale"), ("amount", "=", 20)]
        )
        self.company.account_sale_tax_id = False
        taxes.unlink()
        findings = self.look("sas", "subject", "debits")
        self.assertEqual(self.found(findings, "tax", "20 %")["state"], "differs")
        self.assertEqual(self.found(findings, "setting", "Usual tax")["state"], "differs")
        shown = self.assistant("sas", "subject", "debits")
        shown.action_apply()
        self.assertEqual(shown.todo_count, 0)
        self.assertEqual(sorted(self.service_taxes("debits").mapped("amount")), [2.1, 5.5, 10])

    def test_from_one_due_to_the_other(self):
        """The option is taken later: the taxes of before stay, those of the option come beside."""
        self.assistant("sas", "subject", "receipts").action_apply()
        before = self.service_taxes("receipts")
        self.assistant("sas", "subject", "debits").action_apply()
        self.assertEqual(self.service_taxes("receipts"), before)
        self.assertEqual(len(self.service_taxes("debits")), 4)
        self.assertEqual(self.company.tierslieu_vat_due, "debits")
