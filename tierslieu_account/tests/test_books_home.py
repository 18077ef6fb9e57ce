from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .books_common import NOW, BooksCase, create_accountant

LATER = timedelta(days=3)


@tagged("post_install", "-at_install")
class TestBooksHome(BooksCase):
    """What an accountant finds when they come: what is new since last time, what is wrong, what to export."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Other addons have questions of their own, and other entries may be there.
        cls.homes = cls.env["tierslieu.books.home"].with_user(cls.accountant).with_context(lang="fr_FR")

    def home(self):
        self.env.flush_all()
        self.env.invalidate_all()
        action = call_kw(self.homes, "action_open_home", [], {"context": {"lang": "fr_FR"}})
        return self.homes.browse(action["res_id"])

    def lines(self, home, kind):
        return {line.key: line for line in home.line_ids if line.kind == kind}

    def test_what_is_new_by_journal(self):
        home = self.home()
        self.assertIn("première visite", home.said)
        home.action_seen()
        with freeze_time(NOW + LATER):
            self.assertFalse(self.lines(self.home(), "new"))
            self.assertIn("15", home.said)
            moves = self.invoice(120.0) | self.invoice(80.0) | self.invoice(50.0, kind="out_refund")
            self.invoice(999.0, post=False)
            self.env.cr.execute(
                "UPDATE account_move SET write_date = %s, create_date = %s WHERE id IN %s",
                [NOW + LATER, NOW + LATER, tuple(moves.ids)],
            )
            home = self.home()
            [line] = self.lines(home, "new").values()
            self.assertEqual((line.title, line.count), (moves.journal_id.with_context(lang="fr_FR").name, 3))
            self.assertIn("150,00", line.amount)
            self.assertFalse(line.advice)
            action = call_kw(home.line_ids, "action_open", [line.ids], {})
            self.assertEqual(set(self.env["account.move"].search(action["domain"])), set(moves))
            home.action_seen()
            self.assertFalse(self.lines(self.home(), "new"))

    def test_changed_by_somebody_else(self):
        move = self.invoice()
        home = self.home()
        home.action_seen()
        with freeze_time(NOW + LATER):
            for user, seen in ((self.accountant, 0), (self.env.ref("base.user_admin"), 1)):
                move.with_user(user).write({"ref": f"Vu par {user.name}"})
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE account_move SET write_date = %s WHERE id = %s", [NOW + LATER, move.id]
                )
                lines = self.lines(self.home(), "new")
                self.assertEqual(len(lines), seen)
            self.assertIn("1", next(iter(lines.values())).advice)

    def test_each_has_their_own_last_time_in_each_company(self):
        home = self.home()
        home.action_seen()
        colleague = create_accountant(self.env, "collegue")
        theirs = self.env["tierslieu.books.home"].with_user(colleague)
        other = theirs.browse(theirs.action_open_home()["res_id"])
        self.assertNotEqual(other, home)
        self.assertFalse(other.seen_at)
        self.assertFalse(theirs.search([("id", "=", home.id)]))
        with self.assertRaises(AccessError):
            home.with_user(colleague).action_seen()
        company = self.env["res.company"].create({"name": "La Gare"})
        self.accountant.company_ids |= company
        away = self.homes.with_context(allowed_company_ids=company.ids)
        self.assertNotEqual(away.action_open_home()["res_id"], home.id)

    def test_who_is_no_accountant_has_none(self):
        for user in (self.host, self.employee, self.member):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["tierslieu.books.home"].with_user(user).action_open_home()

    def test_what_is_wrong_is_in_order_once_it_is_mended(self):
        bank = self.on_statement(42.5)
        home = self.home()
        self.assertTrue(home.has_blocking)
        self.assertIn("clôture", home.summary)
        [line] = [line for key, line in self.lines(home, "blocking").items() if key == "suspense"]
        self.assertGreater(line.count, 0)
        self.assertTrue(line.is_open)
        bank.move_id.line_ids.filtered(lambda one: one.account_id.code == "471000").account_id = self.account("758000")
        self.env.flush_all()
        self.env.invalidate_all()
        # Who comes back by the breadcrumb reads the same line.
        self.assertEqual((line.count, line.is_mended, line.is_open), (0, True, False))
        self.assertNotIn("suspense", self.lines(self.home(), "blocking"))
        self.assertIn("471", home.in_order)

    def test_every_list_opens_for_the_accountant(self):
        self.on_statement(42.5)
        self.invoice(day="2026-12-01", post=False)
        home = self.home()
        opened = 0
        for line in home.line_ids.filtered("is_open"):
            with self.subTest(line.title):
                action = call_kw(home.line_ids, "action_open", [line.ids], {})
                self.assertEqual(action["type"], "ir.actions.act_window")
                records = self.env[action["res_model"]].with_user(self.accountant)
                views = [tuple(view[:2]) for view in action["views"]]
                call_kw(records, "get_views", [], {"views": views})
                found = call_kw(
                    records, "web_search_read", [],
                    {"domain": action.get("domain") or [], "specification": {"display_name": {}}, "limit": 3},
                )
                if line.kind != "export":
                    self.assertEqual(found["length"] > 0, line.count > 0)
                opened += 1
        self.assertGreater(opened, 2)

    def test_ten_times_as_much_takes_as_many_queries(self):
        def ask():
            home = self.home()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            home.action_open_home()
            home.web_read({"said": {}, "summary": {}, "line_ids": {"fields": {"title": {}, "count": {}}}})
            return self.env.cr.sql_log_count - start

        def fill(times):
            for _nth in range(times):
                self.on_statement(10.0)
                self.invoice(day="2026-12-01", post=False)
                self.invoice(kind="out_refund")

        fill(2)
        ask()
        few = ask()
        fill(18)
        self.assertEqual(ask(), few)
        self.assertLess(few, 90)
