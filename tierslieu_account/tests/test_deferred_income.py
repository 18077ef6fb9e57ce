from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .deferred_common import CLOSING, DeferredCase

FIRST = date(2027, 1, 1)


@tagged("post_install", "-at_install")
class TestDeferredIncome(DeferredCase):
    """The entry of a closing and its reversal, prepared and posted once or many times."""

    def test_an_entry_and_its_reversal(self):
        self.rows = [self.row(240, 159.78), self.row(100, 25.5, 2, account_id=self.other_income.id)]
        run = self.run_of()
        self.assertEqual((run.state, run.deferred, run.amount, run.document_count), ("draft", 185.28, 340, 2))
        entry, reversal = run.move_ids.sorted("date")
        self.assertEqual(self.said(entry), {"706000": 159.78, "708300": 25.5, "487000": -185.28})
        self.assertEqual(self.said(reversal), {"706000": -159.78, "708300": -25.5, "487000": 185.28})
        self.assertEqual((entry.date, reversal.date), (CLOSING, FIRST))
        self.assertEqual((entry.state, reversal.state), ("draft", "draft"))
        self.assertEqual(entry.journal_id.code, "OD")
        self.assertEqual(reversal.reversed_entry_id, entry)
        # VAT has no part in it.
        self.assertFalse((entry + reversal).line_ids.tax_ids or (entry + reversal).line_ids.tax_line_id)
        run.action_post()
        self.assertEqual(run.state, "posted")
        self.assertEqual(self.balance(self.waiting, CLOSING), -185.28)
        self.assertEqual(self.balance(self.waiting, FIRST), 0)
        # What waited is matched with what brought it back.
        self.assertTrue(all(line.reconciled for line in run.move_ids.line_ids if line.account_id == self.waiting))

    def test_analytic_and_partner_stay_with_the_income(self):
        place = self.analytic("Le Quai")
        partner = self.env["res.partner"].create({"name": "Alice"})
        self.rows = [self.row(240, 159.78, partner_id=partner.id, analytic_distribution={str(place.id): 100.0})]
        run = self.run_of()
        run.action_post()
        for move in run.move_ids:
            line = move.line_ids.filtered(lambda line: line.account_id == self.income)
            self.assertEqual(line.analytic_distribution, {str(place.id): 100.0})
            self.assertEqual((line.partner_id, line.name), (partner, "Document 1"))
        amounts = self.env["account.analytic.line"].search([("auto_account_id", "=", place.id)]).mapped("amount")
        self.assertEqual(sorted(amounts), [-159.78, 159.78])

    def test_credit_notes_go_the_other_way(self):
        self.rows = [self.row(240, 159.78), self.row(-240, -159.78, 2), self.row(-100, -10.01, 3)]
        run = self.run_of()
        entry = run.move_ids.filtered(lambda move: move.date == CLOSING)
        self.assertEqual(self.said(entry), {"706000": -10.01, "487000": 10.01})
        self.assertEqual(run.deferred, -10.01)
        run.action_post()

    def test_what_sums_to_nothing_still_is_said(self):
        self.rows = [self.row(240, 159.78), self.row(-240, -159.78, 2, account_id=self.other_income.id)]
        run = self.run_of()
        entry = run.move_ids.filtered(lambda move: move.date == CLOSING)
        self.assertEqual(self.said(entry), {"706000": 159.78, "708300": -159.78})
        before = self.all_of(run)
        run.action_prepare()
        self.assertEqual(self.all_of(run), before)
        run.action_post()

    def test_nothing_to_defer(self):
        run = self.run_of()
        self.assertEqual((run.state, run.said), ("nothing", "Nothing to defer."))
        self.assertFalse(run.move_ids)
        with self.assertRaisesRegex(UserError, "nothing to post"):
            run.action_post()

    def test_parts_of_one_document_are_one_line(self):
        self.rows = [self.row(240, 100), self.row(60, 59.78)]
        run = self.run_of()
        self.assertEqual(run.line_ids.mapped("deferred"), [159.78])
        self.assertEqual(run.line_ids.amount, 300)

    def test_sums_are_exact_to_the_cent(self):
        self.rows = [self.row(0.3, 0.1, nth) for nth in range(1, 12)]
        run = self.run_of()
        self.assertEqual(run.deferred, 1.1)
        entry = run.move_ids.filtered(lambda move: move.date == CLOSING)
        self.assertEqual(self.said(entry), {"706000": 1.1, "487000": -1.1})
        self.assertEqual([kind[3] for kind in run._statement()], [1.1])


@tagged("post_install", "-at_install")
class TestDeferredAgain(DeferredCase):
    """Run again: drafts follow the documents, what is posted stays."""

    def test_run_twice_changes_nothing(self):
        place = self.analytic("Le Quai")
        self.rows = [
            self.row(240, 159.78), self.row(-80, -12.5, 2, analytic_distribution={str(place.id): 100.0}),
            self.row(0.3, 0.1, 3),
        ]
        run = self.run_of()
        before = self.all_of(run)
        self.assertWritesNothing(run)
        self.assertEqual(self.all_of(run), before)
        run.action_post()
        posted = self.all_of(run)
        self.assertWritesNothing(run)
        self.assertEqual(self.all_of(run), posted)
        self.assertEqual(run.said, "Nothing has changed since the entry was posted.")
        self.assertEqual(run.state, "posted")

    def test_drafts_follow_the_documents(self):
        self.rows = [self.row(240, 159.78), self.row(80, 12.5, 2)]
        run = self.run_of()
        first = run.move_ids
        self.rows = [self.row(240, 150), self.row(10, 1, 3)]
        run.action_prepare()
        self.assertEqual(run.move_ids, first, "The same two drafts.")
        entry = run.move_ids.filtered(lambda move: move.date == CLOSING)
        self.assertEqual(self.said(entry), {"706000": 151, "487000": -151})
        self.assertEqual(sorted(run.line_ids.mapped("deferred")), [1, 150])
        self.rows = []
        run.action_prepare()
        self.assertFalse(first.exists())
        self.assertFalse(run.line_ids)
        self.assertEqual(run.state, "nothing")

    def test_what_is_posted_never_changes_and_the_difference_is_a_draft(self):
        self.rows = [self.row(240, 159.78), self.row(80, 12.5, 2), self.row(50, 5, 4)]
        run = self.run_of()
        run.action_post()
        posted = self.all_of(run)[0]
        # One less, one that is no more, one that is new, one that stays.
        self.rows = [self.row(240, 100), self.row(30, 3.33, 3), self.row(50, 5, 4)]
        run.action_prepare()
        self.assertEqual(run.state, "draft")
        self.assertEqual([row for row in self.all_of(run)[0] if row[2] == "posted"], posted)
        further = run.move_ids.filtered(lambda move: move.state == "draft")
        self.assertEqual(len(further), 2)
        entry = further.filtered(lambda move: move.date == CLOSING)
        self.assertEqual(self.said(entry), {"706000": -68.95, "487000": 68.95})
        self.assertEqual(len(entry.line_ids), 4)
        again = self.all_of(run)
        run.action_prepare()
        self.assertEqual(self.all_of(run), again)
        run.action_post()
        self.assertEqual(self.balance(self.waiting, CLOSING), -108.33)
        self.assertEqual(self.balance(self.waiting, FIRST), 0)
        self.assertEqual(run.deferred, 108.33)
        final = self.all_of(run)
        run.action_prepare()
        self.assertEqual(self.all_of(run), final)
        # And once more the other way.
        self.rows = []
        run.action_prepare()
        run.action_post()
        self.assertEqual(self.balance(self.waiting, CLOSING), 0)

    def test_a_pair_of_which_one_is_posted_stands(self):
        self.rows = [self.row(240, 159.78)]
        run = self.run_of()
        entry = run.move_ids.filtered(lambda move: move.date == CLOSING)
        entry.action_post()
        before = self.all_of(run)
        run.action_prepare()
        self.assertEqual(self.all_of(run), before)
        # Somebody deletes the reversal: it is made again.
        (run.move_ids - entry).unlink()
        run.action_prepare()
        self.assertEqual(self.said(run.move_ids - entry), {"706000": -159.78, "487000": 159.78})
        self.rows = [self.row(240, 160)]
        run.action_prepare()
        self.assertEqual(len(run.move_ids), 4)
        run.action_post()
        self.assertEqual(self.balance(self.waiting, CLOSING), -160)
        self.assertEqual(self.balance(self.waiting, FIRST), 0)

    def test_an_entry_that_is_drafted_again_keeps_its_number(self):
        self.rows = [self.row(240, 159.78)]
        run = self.run_of()
        run.action_post()
        names = run.move_ids.sorted("date").mapped("name")
        run.move_ids.button_draft()
        self.rows = [self.row(240, 150)]
        run.action_prepare()
        self.assertEqual(run.move_ids.sorted("date").mapped("name"), names)
        run.action_post()
        self.assertEqual(self.balance(self.waiting, CLOSING), -150)
        # Nothing any more: the numbers stay, cancelled.
        run.move_ids.button_draft()
        self.rows = []
        run.action_prepare()
        self.assertEqual(run.move_ids.mapped("state"), ["cancel", "cancel"])
        self.assertEqual(run.state, "nothing")

    def test_a_draft_that_someone_changed_is_put_right(self):
        self.rows = [self.row(240, 159.78)]
        run = self.run_of()
        entry, reversal = run.move_ids.sorted("date")
        income, waiting = entry.line_ids.sorted("balance", reverse=True)
        entry.write({"line_ids": [(1, income.id, {"balance": 100}), (1, waiting.id, {"balance": -100})]})
        with self.assertRaisesRegex(UserError, "Someone has changed an entry"):
            run.action_post()
        run.action_prepare()
        self.assertEqual(self.said(entry), {"706000": 159.78, "487000": -159.78})
        self.assertEqual(self.said(reversal), {"706000": -159.78, "487000": 159.78})

    def test_another_account_or_journal_is_followed_by_drafts(self):
        self.rows = [self.row(240, 159.78)]
        run = self.run_of()
        self.company.tierslieu_deferral_account_id = self.account("487000").copy({"code": "487100"})
        self.company.tierslieu_deferral_journal_id = self.env["account.journal"].create(
            {"name": "Clôture", "code": "CLO", "type": "general", "company_id": self.company.id}
        )
        run.action_prepare()
        self.assertEqual(run.move_ids.journal_id.code, "CLO")
        entry = run.move_ids.filtered(lambda move: move.date == CLOSING)
        self.assertEqual(self.said(entry), {"706000": 159.78, "487100": -159.78})
        self.assertEqual(len(run.move_ids), 2)


@tagged("post_install", "-at_install")
class TestDeferredLimits(DeferredCase):
    """Lock dates, companies, what lacks, and what is refused."""

    def test_a_locked_period(self):
        self.rows = [self.row(240, 159.78)]
        self.company.fiscalyear_lock_date = CLOSING
        with self.assertRaisesRegex(UserError, "The books of .* are closed until 12/31/2026"):
            self.run_of()
        self.company.fiscalyear_lock_date = False
        run = self.Run.with_user(self.accountant).search([("closing", "=", CLOSING)]) or self.run_of()
        run.action_prepare()
        run.action_post()
        self.company.fiscalyear_lock_date = CLOSING
        before = self.all_of(run)
        # Nothing to write: nothing to refuse.
        run.action_prepare()
        self.assertEqual(self.all_of(run), before)
        self.rows = [self.row(240, 150)]
        with self.assertRaisesRegex(UserError, "nothing can be posted on 12/31/2026"), self.cr.savepoint():
            run.action_prepare()
        self.env.invalidate_all()
        self.assertEqual(self.all_of(run), before)

    def test_drafts_are_not_moved_past_a_lock(self):
        """Odoo posts what is locked on the first day after: these entries have one date only."""
        self.rows = [self.row(240, 159.78)]
        run = self.run_of()
        self.company.fiscalyear_lock_date = CLOSING
        for post in (run.action_post, run.move_ids.action_post):
            with self.assertRaisesRegex(UserError, "nothing can be posted on 12/31/2026"):
                post()
        self.assertEqual(set(run.move_ids.mapped("state")), {"draft"})
        self.assertEqual(sorted(run.move_ids.mapped("date")), [CLOSING, FIRST])

    def test_each_company_has_its_own(self):
        other = self.other_company()
        accounts = self.env["account.account"].with_company(other)
        theirs = accounts.search([*accounts._check_company_domain(other), ("code", "=", "706000")], limit=1)
        self.rows = [self.row(240, 159.78), self.row(90, 9, company=other, account_id=theirs.id)]
        run = self.run_of()
        self.assertEqual(run.deferred, 159.78)
        both = self.accountant.with_context(allowed_company_ids=[self.company.id, other.id]).env.user
        second = self.Run.with_user(both).with_context(allowed_company_ids=[self.company.id, other.id]).create(
            {"closing": CLOSING, "company_id": other.id}
        )
        second.action_prepare()
        self.assertEqual(second.deferred, 9)
        self.assertEqual(second.move_ids.company_id, other)
        second.action_post()
        self.assertEqual(second.state, "posted")
        self.assertEqual(run.state, "draft")
        # Each sees what is of the companies that they work for.
        alone = self.Run.with_user(self.accountant).with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(alone.search([("closing", "=", CLOSING)]), run)
        self.assertFalse(alone.env["tierslieu.deferred.income.line"].search([("run_id", "=", second.id)]))

    def test_what_lacks_is_said(self):
        self.rows = [self.row(240, 159.78)]
        self.account("487000").code = "487999"
        with self.assertRaisesRegex(UserError, "has no account 487000"):
            self.run_of()
        self.company.tierslieu_deferral_account_id = self.account("487999")
        run = self.run_of(date(2025, 12, 31))
        self.assertEqual(run.account_id.code, "487999")

    def test_a_closing_is_prepared_once_and_stays(self):
        self.rows = [self.row(240, 159.78)]
        run = self.run_of()
        with self.assertRaisesRegex(UserError, "has entries"):
            run.closing = date(2026, 6, 30)
        with self.assertRaisesRegex(UserError, "has entries"):
            run.unlink()
        self.rows = []
        run.action_prepare()
        run.unlink()
        self.assertFalse(self.Run.search([("closing", "=", CLOSING)]))

    def test_the_last_closing_is_offered(self):
        self.assertEqual(self.Run.new({}).closing, CLOSING)
        self.company.write({"fiscalyear_last_month": "8", "fiscalyear_last_day": 31})
        self.assertEqual(self.Run.new({}).closing, date(2026, 8, 31))
