from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .common import TierslieuCase


@tagged("post_install", "-at_install")
class TestToken(TierslieuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Token = cls.env["tierslieu.token"]
        cls.partner = cls.env["res.partner"].create({"name": "Alice"})

    def test_a_key_opens_its_record_for_its_purpose(self):
        key = self.Token._issue(self.partner, "card")
        self.assertEqual(self.Token._resolve(key, "card"), self.partner)
        self.assertFalse(self.Token._resolve(key, "feed"))

    def test_the_database_keeps_no_key(self):
        key = self.Token._issue(self.partner, "card")
        self.env.flush_all()
        self.env.cr.execute("SELECT count(*) FROM tierslieu_token t WHERE t::text LIKE %s", [f"%{key}%"])
        self.assertEqual(self.env.cr.fetchall(), [(0,)])
        self.assertGreaterEqual(len(key), 22)

    def test_nothing_else_opens_anything(self):
        self.Token._issue(self.partner, "card")
        for key in ("", "x", "y" * 32, "z" * 10000, "%", None, 7, "\x00" * 30, "é" * 30, "\ud800" * 30):
            self.assertIsNone(self.Token._resolve(key, "card"))

    def test_revoked_and_expired(self):
        key = self.Token._issue(self.partner, "card")
        self.Token._revoke(self.partner, "card")
        self.assertIsNone(self.Token._resolve(key, "card"))
        key = self.Token._issue(self.partner, "card", expires_at=datetime(2027, 1, 1))
        with freeze_time("2026-12-31 23:59:59"):
            self.assertEqual(self.Token._resolve(key, "card"), self.partner)
        with freeze_time("2027-01-01 00:00:00"):
            self.assertIsNone(self.Token._resolve(key, "card"))

    def test_a_deleted_record_is_not_opened(self):
        key = self.Token._issue(self.partner, "card")
        self.partner.unlink()
        self.assertIsNone(self.Token._resolve(key, "card"))

    def test_old_keys_are_forgotten(self):
        with freeze_time("2027-01-01"):
            self.Token._issue(self.partner, "old", expires_at=datetime(2027, 1, 2))
            self.Token._issue(self.partner, "kept")
        with freeze_time("2027-03-01"):
            rules = self.env["tierslieu.retention.rule"]._refresh()
            rules.filtered(lambda rule: rule.key == "base.token").action_run()
        kept = self.Token.search([("res_id", "=", self.partner.id)])
        self.assertEqual(kept.mapped("purpose"), ["kept"])


@tagged("post_install", "-at_install")
class TestThrottle(TierslieuCase):
    def test_a_window(self):
        hit = self.env["tierslieu.throttle"]._hit
        with freeze_time("2027-01-11 09:00:00"):
            self.assertEqual([hit("join:a", 3, 60) for _nth in range(5)], [True] * 3 + [False] * 2)
            self.assertTrue(hit("join:b", 3, 60))
        with freeze_time("2027-01-11 09:01:00"):
            self.assertTrue(hit("join:a", 3, 60))

    def test_no_address_is_kept(self):
        self.env["tierslieu.throttle"]._hit("join:203.0.113.7", 3, 60)
        self.assertFalse(self.env["tierslieu.throttle"].search([("key", "like", "203.0")]))
