from datetime import date, timedelta

from odoo.tests import tagged

from .books_common import NOW, BooksCase

OURS = ("drafts_old", "bank_lines", "credits_open", "no_due_date", "suspense", "collection", "transfers")


@tagged("post_install", "-at_install")
class TestBooksChecks(BooksCase):
    """Each question finds what it asks about, and nothing else; its list shows as many as it counts."""

    def setUp(self):
        super().setUp()
        self.before = {key: check["count"] for key, check in self.checks().items()}

    def more(self, key, **period):
        """Return how many more a check finds than before, and that its list shows as many as it counts."""
        check = self.checks(**period)[key]
        listed = self.env[check["action"]["res_model"]].search_count(check["action"]["domain"])
        self.assertEqual(listed, check["count"], key)
        return check["count"] - self.before[key]

    def test_an_empty_company_is_in_order(self):
        company = self.env["res.company"].create({"name": "La Gare", "country_id": self.env.ref("base.fr").id})
        found = self.env["tierslieu.books"]._closing_checks(company, date(2027, 1, 1), date(2027, 2, 15))
        self.assertEqual({c["key"]: c["count"] for c in found if c["key"] in OURS}, dict.fromkeys(OURS, 0))
        keys = [check["key"] for check in found]
        self.assertEqual(len(keys), len(set(keys)))

    def test_drafts_of_more_than_a_month(self):
        day = NOW.date() - timedelta(days=30)
        self.invoice(day=day, post=False)
        self.assertEqual(self.more("drafts_old"), 0)
        old = self.invoice(day=day - timedelta(days=1), post=False)
        self.assertEqual(self.more("drafts_old"), 1)
        old.action_post()
        self.assertEqual(self.more("drafts_old"), 0)

    def test_bank_lines_and_471(self):
        line = self.on_statement(42.5)
        self.assertEqual((self.more("bank_lines"), self.more("suspense")), (1, 1))
        suspense = self.checks()["suspense"]
        self.assertTrue(suspense["blocking"])
        self.assertIn("471000", suspense["advice"])
        self.assertIn("42,50", suspense["advice"])
        # What is dated after the closing is no matter of it.
        self.assertEqual(self.more("bank_lines", last=date(2027, 2, 9)), 0)
        self.assertEqual(self.more("suspense", last=date(2027, 2, 9)), 0)
        waiting = line.move_id.line_ids.filtered(lambda one: one.account_id.code == "471000")
        waiting.account_id = self.account("758000")
        self.assertEqual((self.more("bank_lines"), self.more("suspense")), (0, 0))

    def test_cheques_and_transfers_that_add_up_to_nothing_are_no_question(self):
        self.entry({"511200": 80.0, "758000": -80.0})
        self.entry({"580000": 200.0, "758000": -200.0})
        self.assertEqual((self.more("collection"), self.more("transfers")), (1, 1))
        self.assertIn("80,00", self.checks()["collection"]["advice"])
        self.assertFalse(self.checks()["collection"]["blocking"])
        self.entry({"511200": -80.0, "758000": 80.0})
        self.entry({"580000": -200.0, "758000": 200.0})
        self.assertEqual((self.more("collection"), self.more("transfers")), (0, 0))

    def test_money_that_pays_no_invoice(self):
        credit = self.invoice(kind="out_refund")
        self.assertEqual(self.more("credits_open"), 1)
        owed = self.invoice()
        lines = (credit | owed).line_ids.filtered(lambda one: one.account_id.account_type == "asset_receivable")
        lines.reconcile()
        self.assertEqual(self.more("credits_open"), 0)

    def test_no_due_date(self):
        move = self.invoice()
        self.assertEqual(self.more("no_due_date"), 0)
        receivable = move.line_ids.filtered(lambda one: one.account_id.account_type == "asset_receivable")
        self.env.cr.execute("UPDATE account_move_line SET date_maturity = NULL WHERE id = %s", receivable.ids)
        self.env.invalidate_all()
        self.assertEqual(self.more("no_due_date"), 1)

    def test_another_company_has_its_own(self):
        other = self.env["res.company"].create({"name": "La Gare"})
        self.on_statement(42.5)
        found = self.env["tierslieu.books"]._closing_checks(other, date(2027, 1, 1), date(2027, 2, 15))
        self.assertFalse(sum(check["count"] for check in found if check["key"] in OURS))

    def test_ten_times_as_much_takes_as_many_queries(self):
        def ask():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.checks()
            return self.env.cr.sql_log_count - start

        def fill(times):
            for _nth in range(times):
                self.on_statement(10.0)
                self.invoice(day="2026-12-01", post=False)
                self.invoice(kind="out_refund")
                self.entry({"511200": 1.0, "580000": 1.0, "758000": -2.0})

        fill(2)
        ask()
        few = ask()
        fill(18)
        self.assertEqual(ask(), few)
        self.assertLess(few, 60)

    def test_the_period_begins_after_the_last_closing(self):
        books = self.env["tierslieu.books"]
        self.assertEqual(books._books_period(self.company), (date(2026, 1, 1), date(2027, 2, 15)))
        self.company.fiscalyear_lock_date = date(2026, 12, 31)
        self.assertEqual(books._books_period(self.company), (date(2027, 1, 1), date(2027, 2, 15)))
