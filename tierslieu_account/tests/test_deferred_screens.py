from datetime import date

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .deferred_common import CLOSING, DeferredCase

FIRST = date(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestDeferredRights(DeferredCase):
    """An accountant prepares and posts; who reads the books reads; the manager too; the host sees nothing."""

    def test_who_prepares(self):
        self.rows = [self.row(240, 159.78)]
        for user in (self.reader, self.manager, self.host, self.member, self.employee):
            with self.assertRaises(AccessError, msg=user.name):
                self.run_of(user=user)
        run = self.run_of()
        run.action_post()
        for user in (self.reader, self.manager, self.host):
            for method in ("action_prepare", "action_post"):
                with self.assertRaises(AccessError, msg=user.name):
                    getattr(run.with_user(user), method)()

    def test_who_reads(self):
        self.rows = [self.row(240, 159.78)]
        run = self.run_of()
        for user in (self.reader, self.manager):
            own = run.with_user(user)
            self.assertEqual((own.deferred, own.line_ids.deferred, own.state), (159.78, 159.78, "draft"))
        for user in (self.host, self.employee, self.member):
            with self.assertRaises(AccessError, msg=user.name):
                run.with_user(user).read(["deferred"])
            with self.assertRaises(AccessError, msg=user.name):
                run.line_ids.with_user(user).read(["deferred"])

    def test_nobody_writes_the_statement(self):
        self.rows = [self.row(240, 159.78)]
        line = self.run_of().line_ids
        for user in (self.accountant, self.manager):
            with self.assertRaises(AccessError):
                line.with_user(user).deferred = 1


@tagged("post_install", "-at_install")
class TestDeferredScreens(DeferredCase):
    """The form, the printed statement, and what is to be looked at before closing."""

    def test_the_form(self):
        self.rows = [self.row(240, 159.78)]
        with Form(self.Run.with_user(self.accountant)) as form:
            self.assertEqual(form.closing, CLOSING)
        run = form.save()
        self.assertEqual(run.display_name, "Deferred income at December 31, 2026")
        run.action_prepare()
        self.assertEqual(run.action_view_entries()["domain"], [("tierslieu_deferred_id", "=", run.id)])
        self.assertEqual(run.action_view_lines()["domain"], [("run_id", "=", run.id)])
        opened = run.line_ids.action_open_document()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("res.partner", 1))

    def test_the_printed_statement(self):
        self.rows = [
            self.row(240, 159.78, explanation="243 days of 365"),
            self.row(-100, -25.5, 2, account_id=self.other_income.id),
        ]
        run = self.run_of()
        report = self.env["ir.actions.report"].with_user(self.accountant)
        content, _kind = report._render_qweb_html("tierslieu_account.report_deferred_income", run.ids)
        text = " ".join(html.fromstring(content).text_content().replace("\N{ZERO WIDTH NO-BREAK SPACE}", "").split())
        for said in (
            "Deferred income at December 31, 2026", "Paid in advance", "Document 1", "243 days of 365", "706000",
            "159.78", "-25.50", "134.28", "487000", "708300",
        ):
            self.assertIn(said, text)

    def checks(self, last=CLOSING, first=FIRST):
        found = self.env["tierslieu.books"]._closing_checks(self.company, first, last)
        keys = [check["key"] for check in found]
        self.assertEqual(len(keys), len(set(keys)))
        return {check["key"]: check for check in found if check["key"].startswith("deferred_")}

    def test_what_is_to_be_looked_at(self):
        def counts(*days):
            return {key.removeprefix("deferred_"): check["count"] for key, check in self.checks(*days).items()}

        self.assertEqual(counts(), {"missing": 0, "drafts": 0, "not_reversed": 0})
        self.rows = {CLOSING: [self.row(240, 159.78), self.row(10, 1, 2)]}
        self.assertEqual(counts(), {"missing": 2, "drafts": 0, "not_reversed": 0})
        run = self.run_of()
        self.assertEqual(counts(), {"missing": 2, "drafts": 2, "not_reversed": 0})
        run.action_post()
        self.assertEqual(counts(), {"missing": 0, "drafts": 0, "not_reversed": 0})
        self.rows = {CLOSING: [self.row(240, 100), self.row(10, 1, 2)]}
        self.assertEqual(counts(), {"missing": 1, "drafts": 0, "not_reversed": 0})
        # The reversal is due in the next year.
        reversal = run.move_ids.filtered("reversed_entry_id")
        reversal.button_draft()
        year = date(2027, 12, 31), date(2027, 1, 1)
        self.assertEqual(counts(*year), {"missing": 0, "drafts": 1, "not_reversed": 1})
        check = self.checks(*year)["deferred_drafts"]
        self.assertEqual(self.env["account.move"].search(check["action"]["domain"]), reversal)
        self.assertTrue(check["title"] and check["advice"])
