import base64
import io
import re

from PIL import Image
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TierslieuCase


@tagged("post_install", "-at_install")
class TestCard(TierslieuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Card = cls.env["tierslieu.card"]
        cls.Token = cls.env["tierslieu.token"]
        cls.alix = cls.member.partner_id
        cls.company = cls.env.company
        cls.card = cls.Card._issue(cls.alix, cls.company)

    def key(self, card=None):
        return (card or self.card)._url().rsplit("/", 1)[1]

    # -- The key of the QR code

    def test_the_key_is_the_same_each_time_it_is_shown(self):
        self.assertRegex(self.key(), r"\A[\w-]{32}\Z")
        self.assertEqual(self.key(), self.key())
        self.assertEqual(self.Token.search_count([("res_model", "=", "tierslieu.card")]), 1)
        self.assertEqual(self.Card._resolve(self.key()), self.card)

    def test_each_card_has_its_own_key(self):
        other = self.Card._issue(self.other_member.partner_id, self.company)
        self.assertNotEqual(self.key(), self.key(other))
        self.assertEqual(self.Card._resolve(self.key(other)), other)

    def test_the_database_keeps_no_key(self):
        key = self.key()
        self.env.flush_all()
        for table in ("tierslieu_token", "tierslieu_card"):
            self.env.cr.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{key}%"])
            self.assertEqual(self.env.cr.fetchall(), [(0,)])

    def test_another_secret_makes_every_printed_card_worthless(self):
        key = self.key()
        self.env["ir.config_parameter"].set_param("database.secret", "that of a copy")
        self.assertIsNone(self.Card._resolve(key))
        self.assertEqual(self.Card._resolve(self.key()), self.card, "a new key is issued")

    def test_a_row_with_another_s_seed_opens_nothing(self):
        key = self.key()
        token = self.Token.search([("res_model", "=", "tierslieu.card")])
        token.seed = "f" * 32
        self.assertIsNone(self.Card._resolve(key))

    def test_a_key_of_another_purpose_or_record_is_no_card(self):
        for record, purpose in ((self.card, "feed"), (self.alix, "card")):
            self.assertIsNone(self.Card._resolve(self.Token._issue(record, purpose)))
        for key in ("", "x", "a" * 32, "z" * 10_000, None, 7, "\x00" * 32, "é" * 32):
            self.assertIsNone(self.Card._resolve(key))

    def test_the_code_is_a_picture_of_the_address(self):
        picture = Image.open(io.BytesIO(base64.b64decode(self.card._qr_png().split(",")[1])))
        self.assertEqual(picture.size[0], picture.size[1])
        self.assertIn("<svg", base64.b64decode(self.card._qr_svg().split(",")[1]).decode())

    # -- One live card per person and company

    def test_issuing_twice_is_issuing_once(self):
        self.assertEqual(self.Card._issue(self.alix, self.company), self.card)
        other = self.env["res.company"].create({"name": "La Grange"})
        self.assertNotEqual(self.Card._issue(self.alix, other), self.card)

    def test_the_database_refuses_a_second_live_card(self):
        with (
            mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint(),
        ):
            self.card.copy({"issued_at": "2027-01-01", "partner_id": self.alix.id,
                            "company_id": self.company.id})

    def test_a_company_or_an_archived_contact_has_none(self):
        coop = self.env["res.partner"].create({"name": "Coop", "is_company": True})
        gone = self.env["res.partner"].create({"name": "Parti", "active": False})
        for partner in (coop, gone):
            with self.assertRaises(UserError):
                self.Card._issue(partner, self.company)
        self.assertFalse(self.Card._issue_first(coop, self.company))

    # -- Revoke

    def test_revoked_at_once_and_for_ever(self):
        key = self.key()
        self.card.with_user(self.host).action_revoke("stolen")
        self.assertIsNone(self.Card._resolve(key))
        self.assertEqual(self.card.state, "revoked")
        self.assertEqual(self.card.revoked_by_id, self.host)
        self.assertEqual(self.card.revoke_reason, "stolen")
        when = self.card.revoked_at
        self.card.with_user(self.manager).action_revoke("lost")
        self.assertEqual((self.card.revoked_at, self.card.revoke_reason), (when, "stolen"))

    def test_after_the_team_revoked_it_no_page_brings_one_back(self):
        self.card.with_user(self.host).action_revoke("left")
        self.assertFalse(self.Card._issue_first(self.alix, self.company))
        new = self.Card._issue(self.alix, self.company)
        self.assertNotEqual(new, self.card)
        self.assertEqual(self.Card._issue_first(self.alix, self.company), new)

    def test_an_archived_member_has_no_valid_card(self):
        key = self.key()
        self.member.active = False
        self.alix.active = False
        self.assertIsNone(self.Card._resolve(key))
        self.assertEqual(self.card.state, "revoked")

    def test_a_host_revokes_and_gives_another(self):
        form = Form(self.env["tierslieu.card.revoke"].with_user(self.host).with_context(
            default_card_id=self.card.id))
        form.reason = "lost"
        action = form.save().action_revoke()
        new = self.Card.browse(action["res_id"])
        self.assertEqual(new.partner_id, self.alix)
        self.assertEqual((self.card.state, new.state), ("revoked", "valid"))
        self.assertEqual(new.issued_by_id, self.host)

    def test_a_host_issues_one_to_somebody_without_account(self):
        visitor = self.env["res.partner"].create({"name": "Sans compte"})
        action = visitor.with_user(self.host).action_tierslieu_card()
        card = self.Card.browse(action["res_id"])
        self.assertEqual(card.partner_id, visitor)
        self.assertEqual(visitor.with_user(self.host).tierslieu_card_state, "valid")

    def test_search_by_state(self):
        self.assertIn(self.card, self.Card.search([("state", "=", "valid")]))
        self.card.action_revoke()
        self.assertNotIn(self.card, self.Card.search([("state", "=", "valid")]))
        self.assertIn(self.card, self.Card.search([("state", "in", ["revoked"])]))

    # -- Rights

    def test_members_and_employees_touch_no_card(self):
        for user in (self.member, self.other_member, self.visitor, self.employee):
            card = self.card.with_user(user)
            for call in (
                lambda card=card: card.read(["partner_id"]),
                card.action_revoke,
                card.action_issue_new,
                lambda card=card: card.write({"revoked_at": False}),
                card.unlink,
                card._for_print,
                lambda user=user: self.alix.with_user(user).action_tierslieu_card(),
            ):
                with self.subTest(user=user.login, call=call), self.assertRaises(AccessError):
                    call()
        self.assertEqual(self.card.state, "valid")

    def test_nobody_writes_a_card_by_hand(self):
        for user in (self.host, self.manager):
            with self.assertRaises(AccessError):
                self.card.with_user(user).write({"partner_id": self.other_member.partner_id.id})
            with self.assertRaises(AccessError):
                self.Card.with_user(user).create({"partner_id": self.alix.id})

    def test_cards_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create({"name": "La Grange"})
        card = self.Card._issue(self.other_member.partner_id, other)
        self.assertFalse(self.Card.with_user(self.host).search([("id", "=", card.id)]))
        with self.assertRaises(AccessError):
            card.with_user(self.host).action_revoke()

    # -- Paper

    def test_the_pdf(self):
        report = self.env["ir.actions.report"].with_user(self.host)
        html, _kind = report._render_qweb_html("tierslieu_base.report_card", self.card.ids)
        text = html.decode()
        self.assertIn("Alix Membre", text)
        self.assertIn("data:image/png;base64,", text)
        self.assertNotIn(self.key(), text, "the key is in the picture only")
        self.assertFalse(re.search(r'src="https?://(?!localhost|127\.)', text))

    def test_a_revoked_card_is_not_printed(self):
        self.card.action_revoke()
        with self.assertRaises(UserError):
            self.card.with_user(self.host)._for_print()

    def test_it_says_the_fare_of_the_day(self):
        profile = self.env["tierslieu.profile"].create({"name": "Tarif solidaire", "code": "sol"})
        self.alix.tierslieu_profile_id = profile
        self.assertIn(("Fare", "Tarif solidaire"), self.alix._tierslieu_card_lines())
        report = self.env["ir.actions.report"].with_user(self.host)
        html, _kind = report._render_qweb_html("tierslieu_base.report_card", self.card.ids)
        self.assertIn("Tarif solidaire", html.decode())

    # -- Clean-up

    def test_a_deleted_card_leaves_no_live_key(self):
        self.key()
        self.card.unlink()
        self.assertFalse(self.Token.search([("res_model", "=", "tierslieu.card"), ("revoked_at", "=", False)]))
