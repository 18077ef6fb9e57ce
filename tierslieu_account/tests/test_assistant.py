import doctest

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from ..kernels import books_mentions, books_plan
from ..kernels.books_plan import ACCOUNTS, FORMS, POINTS, REGIMES, wanted
from .assistant_common import AssistantCase

# What the assistant may write, and everything else that an entry leans on.
COUNTED = (
    "account_account", "account_journal", "account_tax", "account_fiscal_position", "account_move",
    "tierslieu_books_mention", "account_tax_repartition_line", "account_tax_alternatives", "res_company",
)
SOME = (
    ("association", "franchise", "receipts"), ("association", "exempt", "receipts"),
    ("scic_sarl", "subject", "receipts"), ("sas", "subject", "debits"), ("commune", "outside", "receipts"),
)


@tagged("post_install", "-at_install")
class TestAssistant(AssistantCase):
    """On a company that has a chart and nothing else."""

    def test_kernels(self):
        for kernel in (books_plan, books_mentions):
            self.assertEqual(doctest.testmod(kernel).failed, 0)

    def counts(self):
        return {table: self.sql(f"SELECT count(*) FROM {table}")[0][0] for table in COUNTED}

    def check(self, form, regime, due):
        """Apply once, and find everything there; apply twice, and find nothing more."""
        shown = self.assistant(form, regime, due)
        self.assertTrue(shown.todo_count)
        self.assertFalse(shown.problem)
        before = self.counts()
        self.assertEqual(before, self.counts(), "Looking writes nothing.")
        shown.action_apply()
        self.assertEqual((shown.todo_count, shown.done_said[:5]), (0, "Done:"))
        for row in wanted(ACCOUNTS, form, regime, due):
            account = self.account(row.code)
            self.assertEqual(len(account), 1, row.code)
            # Odoo's chart has the debt to associates who leave among the assets: told, and left alone.
            if row.code != "456700":
                self.assertEqual(account.account_type, row.kind, row.code)
        after = self.counts()
        again = self.assistant(form, regime, due)
        self.assertEqual(again.todo_count, 0)
        again.action_apply()
        self.assertIn("Nothing was missing", again.done_said)
        self.assertEqual(after, self.counts())
        self.assertEqual(
            set(again.point_ids.mapped("key")), {row.key for row in wanted(POINTS, form, regime, due)}
        )
        self.assertTrue(all(line.why for line in again.line_ids | again.there_ids))

    def test_forms_and_regimes(self):
        for choices in SOME:
            with self.subTest(choices=choices):
                self.undone(self.check, *choices)

    @heavy
    def test_every_form_in_every_regime(self):
        for form in FORMS:
            for regime in REGIMES:
                for due in ("receipts", "debits") if regime == "subject" else ("receipts",):
                    with self.subTest(form=form, regime=regime, due=due):
                        self.undone(self.check, form, regime, due)

    def undone(self, check, *args):
        """Run a check on the company as it was, and leave it so."""
        savepoint = self.env.cr.savepoint()
        try:
            check(*args)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.env.registry.clear_all_caches()

    def test_association_below_the_threshold(self):
        self.assertFalse(self.account("756100") + self.account("754100") + self.account("740000"))
        self.assistant().action_apply()
        company = self.company
        self.assertEqual(
            (company.tierslieu_legal_form, company.tierslieu_vat_regime, company.tierslieu_vat_due),
            ("association", "franchise", False),
        )
        self.assertEqual(self.account("756100").name, "Membership fees without counterpart")
        self.assertEqual(
            self.account("756100").with_context(lang="fr_FR").name, "Cotisations sans contrepartie"
        )
        self.assertFalse(company.account_sale_tax_id + company.account_purchase_tax_id)
        cash = self.env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "cash")])
        self.assertEqual(len(cash), 1)
        self.assertTrue(cash.default_account_id.with_company(company).code.startswith("53"))
        position = self.env["account.fiscal.position"].search(
            [("company_id", "=", company.id), ("tax_ids", "=", False)]
        )
        self.assertFalse(position.auto_apply)
        tax = self.env["account.tax"].search([("company_id", "=", company.id), ("type_tax_use", "=", "sale")])[:1]
        self.assertFalse(position.map_tax(tax))
        self.assertNotEqual(company.domestic_fiscal_position_id, position)

    def test_rebates_of_cooperatives_are_no_gifts(self):
        """754000 is there and is something else: it is told, and gifts have their own account."""
        rebates = self.found(self.look(), "account", "754000")
        self.assertEqual((rebates["state"], rebates["make"]), ("there", None))
        self.assertIn("not gifts", rebates["why"])
        self.assertEqual(self.found(self.look(), "account", "754100")["state"], "create")

    def test_a_debt_among_the_assets(self):
        owed = self.found(self.look("scic_sas", "subject"), "account", "456700")
        self.assertEqual((owed["state"], owed["make"]), ("differs", None))
        self.assistant("scic_sas", "subject").action_apply()
        self.assertEqual(self.account("456700").account_type, "asset_current")

    def test_accounts_of_ones_own_are_left_alone(self):
        accounts = self.env["account.account"].with_company(self.company)
        values = {"company_ids": [Command.set(self.company.ids)]}
        mine = accounts.create({"code": "756100", "name": "Divers", "account_type": "expense", **values})
        put_away = accounts.create({"code": "740000", "name": "Aides", "account_type": "income", **values})
        put_away.active = False
        findings = self.look()
        self.assertIn("Income", self.found(findings, "account", "756100")["said"])
        self.assertIn("archived", self.found(findings, "account", "740000")["said"])
        self.assistant().action_apply()
        self.assertEqual((mine.account_type, mine.name, put_away.active), ("expense", "Divers", False))
        self.assertEqual(len(self.account("756100") | self.account("740000")), 2)

    def test_a_company_without_a_chart(self):
        company = self.new_company("La Friche")
        self.keeper.company_ids |= company
        shown = self.assistant(company=company)
        self.assertEqual(shown.line_ids.mapped("kind"), ["chart"])
        shown.action_apply()
        self.assertEqual(company.chart_template, "fr")
        self.assertGreater(shown.todo_count, 5, "The rest is shown once the chart is there.")
        shown.action_apply()
        self.assertEqual(shown.todo_count, 0)
        self.assertTrue(self.account("756100", company))
        self.assertFalse(self.account("756100"), "The other company keeps its chart.")

    def test_books_that_are_not_its_own(self):
        branch = self.new_company("Le Chantier Nord", parent_id=self.company.id)
        self.keeper.company_ids |= branch
        self.assertIn("in those of Le Chantier", self.assistant(company=branch).problem)
        foreign = self.new_company("The Yard")
        self.env["account.chart.template"].try_loading("generic_coa", foreign, install_demo=False)
        self.keeper.company_ids |= foreign
        shown = self.assistant(company=foreign)
        self.assertIn("another chart", shown.problem)
        self.assertFalse(shown.line_ids)
        with self.assertRaises(UserError):
            shown.action_apply()

    def test_begins_with_what_is_known(self):
        self.company.write({"tierslieu_legal_form": "sas", "tierslieu_vat_regime": "subject"})
        shown = self.env["tierslieu.books.assistant"].with_user(self.keeper).new({})
        self.assertEqual((shown.legal_form, shown.vat_regime, shown.vat_due), ("sas", "subject", "receipts"))
        self.assertTrue(shown.line_ids)

    def test_all_or_nothing(self):
        look = type(self.env["tierslieu.books.look"])

        def breaks(model, company, row):
            raise UserError(self.env._("No room left"))

        self.patch(look, "_make_mention", breaks)
        before = self.counts()
        with self.assertRaises(UserError), self.cr.savepoint():
            self.assistant().action_apply()
        self.env.invalidate_all()
        self.assertEqual(before, self.counts())
        self.assertFalse(self.company.tierslieu_vat_regime)

    # -- Who

    def test_who_may(self):
        self.assertTrue(self.assistant(user=self.reader).line_ids, "A reader sees it.")
        self.assertFalse(self.assistant(user=self.reader).may_apply)
        with self.assertRaises(AccessError):
            self.assistant(user=self.reader).action_apply()
        with self.assertRaises(AccessError):
            self.assistant(user=self.host)
        stranger = self.user("books_stranger", "account.group_account_manager", self.new_company("Ailleurs"))
        with self.assertRaises(AccessError):
            self.assistant().with_user(stranger).action_apply()
        model = self.env["tierslieu.books.assistant"].with_user(stranger)
        with self.assertRaises(AccessError), self.cr.savepoint():
            model.create({"company_id": self.company.id, "legal_form": "sas", "vat_regime": "outside"})
        mine = model.create({"legal_form": "sas", "vat_regime": "outside"})
        with self.assertRaises(AccessError), self.cr.savepoint():
            mine.company_id = self.company

    def test_refusals(self):
        for form, regime, due, words in (
            (False, "franchise", False, "Choose the legal form"),
            ("gang", "franchise", False, "Choose the legal form"),
            ("sas", "whatever", False, "Choose the legal form"),
            ("sas", "subject", "never", "Say when the VAT is due"),
            ("sas", False, False, "Choose the legal form"),
            ("sas", "subject", False, "Say when the VAT is due"),
        ):
            with self.subTest(form=form, regime=regime), self.assertRaisesRegex(UserError, words):
                self.assistant(form, regime, due).action_apply()

    def test_what_is_shown_is_looked_for_again(self):
        """Lines written by a script make nothing: only what is missing is made."""
        shown = self.assistant()
        shown.line_ids.write({"name": "999998 Whatever", "kind": "account", "state": "create"})
        other = self.assistant()
        other.action_apply()
        shown.action_apply()
        self.assertIn("Nothing was missing", shown.done_said)
        self.assertFalse(self.account("999998"))
