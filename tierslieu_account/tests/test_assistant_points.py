from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .assistant_common import AssistantCase


@tagged("post_install", "-at_install")
class TestPoints(AssistantCase):
    """What is not read in the law waits for somebody's name before an official document."""

    def confirm(self, key="fees", user=None, **values):
        model = self.env["tierslieu.books.confirmation"].with_user(user or self.keeper).with_context(
            allowed_company_ids=self.company.ids, lang="en_US"
        )
        return model.create({"key": key, "confirmed_by": "Maud Le Goff, accountant"} | values)

    def check(self):
        checks = self.env["tierslieu.books"]._closing_checks(self.company, date(2026, 1, 1), date(2026, 12, 31))
        [check] = [one for one in checks if one["key"] == "settings"]
        return check

    def test_each_is_confirmed_by_name(self):
        shown = self.assistant()
        shown.action_apply()
        check = self.check()
        self.assertTrue(check["blocking"])
        self.assertEqual(check["count"], len(shown.point_ids))
        self.assertEqual(shown.unconfirmed_count, check["count"])
        for point in shown.point_ids:
            context = point.action_confirm()["context"]
            model = self.env["tierslieu.books.confirmation"].with_user(self.keeper).with_context(
                allowed_company_ids=self.company.ids, lang="en_US", **context
            )
            self.assertEqual(
                model.default_get(["key", "title", "said"]),
                {"key": point.key, "title": point.title, "said": point.said},
            )
            model.create({"confirmed_by": "  Maud   Le Goff ", "key": point.key})
        self.env.invalidate_all()
        self.assertEqual(self.check()["count"], 0)
        self.assertEqual(shown.unconfirmed_count, 0)
        self.assertEqual(set(shown.point_ids.mapped("confirmed_by")), {"Maud Le Goff"})
        self.assertEqual(set(shown.point_ids.mapped("confirmed_on")), {date(2026, 11, 9)})
        self.assertEqual(shown.point_ids.confirmation_id.user_id, self.keeper)

    def test_another_regime_waits_for_its_own(self):
        self.assistant().action_apply()
        for row in self.company._tierslieu_points():
            self.confirm(row.key)
        self.assertEqual(self.check()["count"], 0)
        self.assistant("association", "subject", "debits").action_apply()
        keys = {row.key for row in self.env["tierslieu.books"]._unconfirmed(self.company)}
        self.assertEqual(keys, {"coworking", "debits", "bare_rooms", "packs", "rates"})

    def test_before_anything_is_said_it_waits(self):
        self.assertGreater(self.check()["count"], 5)
        action = self.check()["action"]
        self.assertEqual(action["res_model"], "tierslieu.books.assistant")

    def test_what_was_read_is_kept_and_not_what_is_sent(self):
        confirmation = self.confirm(
            said="Anything", title="Anything", user_id=self.host.id, active=False, note="By phone.",
        )
        self.assertIn("756100", confirmation.title)
        self.assertIn("outside VAT", confirmation.said)
        self.assertEqual((confirmation.user_id, confirmation.active), (self.keeper, True))
        for change in ({"confirmed_by": "Somebody else"}, {"said": "Else"}, {"active": False}):
            with self.subTest(change=change), self.assertRaises(AccessError):
                confirmation.write(change)
        with self.assertRaises(AccessError):
            confirmation.unlink()

    def test_taken_back(self):
        self.assistant().action_apply()
        before = self.check()["count"]
        confirmation = self.confirm()
        self.assertEqual(self.check()["count"], before - 1)
        confirmation.action_take_back()
        self.assertEqual((self.check()["count"], confirmation.state), (before, "back"))
        self.assertTrue(confirmation.exists())
        self.confirm()
        self.assertEqual(self.check()["count"], before - 1)

    def test_refusals(self):
        for values, words in (
            ({"confirmed_by": "M"}, "a name, not initials"), ({"confirmed_by": "   "}, "a name"),
            ({"confirmed_by": {"x": 1}}, "a name"), ({"key": "nothing"}, "in the list of the assistant"),
            ({"key": False}, "in the list of the assistant"), ({"key": ["fees"]}, "in the list of the assistant"),
            ({"confirmed_on": "2026-11-10"}, "today or before"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, words), self.cr.savepoint():
                self.confirm(**values)

    def test_who_may(self):
        for user in (self.reader, self.host):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.confirm(user=user)
        mine = self.confirm()
        self.assertEqual(mine.with_user(self.reader).title, mine.title)
        with self.assertRaises(AccessError):
            mine.with_user(self.reader).action_take_back()
        stranger = self.user("points_stranger", "account.group_account_manager", self.new_company("Ailleurs"))
        with self.assertRaises(AccessError):
            mine.with_user(stranger).read(["title"])
        with self.assertRaises(AccessError):
            mine.with_user(stranger).action_take_back()
        model = self.env["tierslieu.books.confirmation"].with_user(stranger)
        with self.assertRaises(AccessError):
            model.create({"key": "fees", "confirmed_by": "Maud Le Goff", "company_id": self.company.id})
