import io
import json
import zipfile
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .retention_common import NOW, PIXEL, RetentionCase


@tagged("post_install", "-at_install")
class TestExport(RetentionCase):
    def files(self, partner, **options):
        archive = zipfile.ZipFile(io.BytesIO(self.Retention._export(partner, **options)))
        self.assertFalse(archive.testzip())
        return {name: archive.read(name) for name in archive.namelist()}

    def test_what_is_kept_is_given(self):
        self.alix.write({"phone": "01 99 00 20 99", "comment": "<p>Préfère le matin</p>", "image_1920": PIXEL})
        self.env["ir.attachment"].create(
            {"name": "../../etc/carte.txt", "raw": b"bonjour", "res_model": "res.partner", "res_id": self.alix.id}
        )
        self.alix.message_post(body="Bonjour", author_id=self.alix.id, message_type="comment",
                               subtype_xmlid="mail.mt_comment")
        self.alix.message_post(body="Entre nous", subtype_xmlid="mail.mt_note", message_type="comment",
                               author_id=self.host.partner_id.id)
        files = self.files(self.alix)
        [contact] = json.loads(files["base-partner.json"])
        self.assertEqual((contact["name"], contact["phone"]), ("Alix Membre", "01 99 00 20 99"))
        [accepted] = json.loads(files["base-acceptance.json"])
        self.assertEqual(accepted["accepted_at"], NOW.isoformat())
        self.assertIn("base-user.json", files)
        documents = sorted(name for name in files if name.startswith("documents/"))
        self.assertEqual(len(documents), 2)
        self.assertTrue(all(".." not in name and name.count("/") == 1 for name in documents))
        self.assertIn("READ ME.txt", files)
        everything = b"".join(files.values()).decode(errors="ignore")
        self.assertIn("Bonjour", everything)
        for word in ("Préfère", "Entre nous", "password", "Noé", self.host.email):
            self.assertNotIn(word, everything)
        everything = b"".join(self.files(self.alix, full=True).values()).decode(errors="ignore")
        self.assertIn("Préfère le matin", everything)
        self.assertIn("Entre nous", everything)

    def test_nothing_of_a_colleague(self):
        coop = self.env["res.partner"].create({"name": "Coop", "is_company": True})
        (self.member | self.other_member).partner_id.parent_id = coop
        self.env["tierslieu.charter.acceptance"]._accept(self.other_member.partner_id, self.version, "portal")
        everything = b"".join(self.files(self.alix).values()).decode()
        self.assertNotIn("Noé", everything)
        self.assertNotIn("autre@", everything)

    def test_their_own_addresses_are_theirs(self):
        self.env["res.partner"].create(
            {"name": "Chez Alix", "type": "delivery", "parent_id": self.alix.id, "street": "2 rue du Port"}
        )
        contacts = json.loads(self.files(self.alix)["base-partner.json"])
        self.assertIn("2 rue du Port", [contact["street"] for contact in contacts])

    def test_what_is_too_heavy_is_said(self):
        self.env["ir.attachment"].create(
            {"name": "lourd.bin", "raw": b"x" * 5000, "res_model": "res.partner", "res_id": self.alix.id}
        )
        with patch("odoo.addons.tierslieu_base.models.retention_export.MOST_BYTES", 1000):
            files = self.files(self.alix)
        self.assertIn("lourd.bin", files["READ ME.txt"].decode())
        self.assertFalse([name for name in files if name.startswith("documents/")])

    def test_only_managers_export_others(self):
        for user in (self.host, self.employee, self.member, self.other_member):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.alix.with_user(user).action_tierslieu_export()
        action = self.alix.with_user(self.manager).action_tierslieu_export()
        self.assertEqual(action["url"], f"/tierslieu/data/{self.alix.id}")


@tagged("post_install", "-at_install")
class TestErasure(RetentionCase):
    def erase(self, partner=None):
        return self.Request.with_user(self.manager)._erase(partner or self.alix)

    def fill(self):
        """Write Alix down everywhere that the ground of the suite can."""
        self.alix.write(
            {
                "name": "Zéphyrine Quartz", "phone": "01 99 00 20 99",
                "street": "7 allée des Frênes", "zip": "44999", "city": "Frênaie",
                "comment": "<p>Frênes et chênes</p>", "function": "Frênologue", "ref": "FRENE-1",
                "image_1920": PIXEL, "website": "http://frenes.example", "vat": "FRENE",
                "category_id": [Command.create({"name": "Bricole"})],
                "bank_ids": [Command.create({"acc_number": "FRENE0001"})],
            }
        )
        self.alix.with_company(self.env.company).barcode = "FRENE-BARCODE"
        self.env["res.partner"].create(
            {"name": "Quartz, chez elle", "type": "delivery", "parent_id": self.alix.id,
             "street": "8 allée des Frênes"}
        )
        self.env["ir.attachment"].create(
            {"name": "frenes.txt", "raw": b"x", "res_model": "res.partner", "res_id": self.alix.id}
        )
        self.alix.message_post(body="Les Frênes", subject="Frênes", author_id=self.alix.id)
        self.alix.activity_schedule("mail.mail_activity_data_todo", summary="Frênes", user_id=self.host.id)
        other = self.other_member.partner_id
        other.message_post(body="Vu Frênes", author_id=self.alix.id, email_from=self.alix.email_formatted)
        card = self.env["tierslieu.card"]._issue(self.alix, self.env.company)
        return card._url().rsplit("/", 1)[1]

    WORDS = ("frênes", "frênaie", "frene", "frênol", "quartz", "zéphyr", "membre@lequai", "99 00 20 99")

    def test_nothing_in_the_whole_database_says_who_it_was(self):
        key = self.fill()
        self.assertTrue(self.rows_that_say(*self.WORDS))
        self.erase()
        self.env["mail.mail"].search([("email_to", "=", "membre@lequai.example")]).unlink()  # Sent.
        self.assertFalse(self.rows_that_say(*self.WORDS))
        self.assertIsNone(self.env["tierslieu.card"]._resolve(key))
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])

    def test_what_the_contact_becomes(self):
        self.fill()
        self.erase()
        self.assertIn(self.alix.name, ("Erased person", "Personne effacée"))
        self.assertFalse(self.alix.active or self.alix.email or self.alix.image_1920 or self.alix.category_id)
        self.assertEqual(self.alix.tierslieu_erased_at, NOW)
        self.assertFalse(self.member.active)
        self.assertRegex(self.member.login, r"\Aerased-\w{32}\Z")
        self.assertTrue(self.acceptance.exists())
        self.assertEqual(self.acceptance.partner_id, self.alix)

    def test_in_the_language_of_the_house(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.company.partner_id.lang = "fr_FR"
        self.assertEqual(self.alix._tierslieu_lang(), "fr_FR")

    def test_nobody_logs_in_with_it(self):
        self.member.password = "un mot de passe de test"
        login = self.member.login
        self.erase()
        self.env.cr.execute("SELECT password, active FROM res_users WHERE id = %s", [self.member.id])
        self.assertEqual(self.env.cr.fetchall(), [(None, False)])
        self.assertFalse(self.env["res.users"].with_context(active_test=False).search([("login", "=", login)]))

    def test_company_and_colleagues_stay_as_they_are(self):
        coop = self.env["res.partner"].create(
            {"name": "Coop", "is_company": True, "street": "1 quai", "city": "Nantes", "vat": "FRX"}
        )
        (self.member | self.other_member).partner_id.parent_id = coop
        self.erase()
        self.assertEqual((coop.name, coop.street, coop.city, coop.vat), ("Coop", "1 quai", "Nantes", "FRX"))
        self.assertEqual(self.other_member.partner_id.street, "1 quai")
        self.assertTrue(self.other_member.partner_id.active)
        self.assertFalse(self.alix.street)

    def test_twice_is_once(self):
        request = self.erase()
        self.assertFalse(self.erase())
        self.assertEqual(self.Request.search([("partner_id", "=", self.alix.id)]), request)

    def test_the_trace_says_nothing_of_the_person(self):
        self.Request._ask_erasure(self.alix, self.env.company)
        request = self.erase()
        self.assertEqual((request.state, request.kind), ("done", "erasure"))
        self.assertEqual(request.decided_by_id, self.manager)
        self.assertFalse(request.activity_ids)
        self.assertIn("Contact details: 1, made anonymous", request.outcome)
        self.assertNotIn("Alix", request.display_name + request.outcome)

    def test_the_person_hears_of_it_one_last_time(self):
        self.erase()
        mail = self.env["mail.mail"].search([("email_to", "=", "membre@lequai.example")])
        self.assertTrue(mail.auto_delete)
        self.assertNotIn("Alix", str(mail.body_html))

    def test_who_cannot_be_erased(self):
        coop = self.env["res.partner"].create({"name": "Coop", "is_company": True})
        for partner in (coop, self.host.partner_id, self.env.company.partner_id,
                        self.visitor.partner_id, self.env.ref("base.user_root").partner_id):
            with self.subTest(partner.name), self.assertRaises(UserError):
                self.erase(partner)
        self.assertEqual(coop.name, "Coop")

    def test_an_obstacle_of_another_addon_is_said_and_nothing_is_done(self):
        obstacle = lambda _self: ["A booking to come.", "An invoice to pay."]  # noqa: E731
        with (
            patch.object(type(self.alix), "_tierslieu_erasure_obstacles", obstacle),
            self.assertRaisesRegex(UserError, "A booking to come.\nAn invoice to pay."),
        ):
            self.erase()
        self.assertEqual(self.alix.name, "Alix Membre")
        self.assertTrue(self.member.active)

    def test_only_managers(self):
        for user in (self.host, self.employee, self.member, self.other_member, self.visitor):
            for call in (
                lambda user=user: self.Request.with_user(user)._erase(self.alix),
                lambda user=user: self.alix.with_user(user).action_tierslieu_erase(),
                lambda user=user: self.env["tierslieu.erasure"].with_user(user).create(
                    {"partner_id": self.alix.id}),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()
        self.assertEqual(self.alix.name, "Alix Membre")

    def test_a_context_sent_by_a_member_opens_nothing(self):
        partner = self.alix.with_user(self.other_member).with_context(tierslieu_erasing=True)
        for call in (
            lambda: partner.write({"name": "x"}),
            lambda: self.member.with_user(self.other_member).with_context(tierslieu_erasing=True).write(
                {"login": "x"}),
        ):
            with self.assertRaises(AccessError):
                call()

    # -- The wizard

    def wizard(self):
        return self.env["tierslieu.erasure"].with_user(self.manager).with_context(
            default_partner_id=self.alix.id)

    def test_it_says_what_goes_and_what_stays(self):
        form = Form(self.wizard())
        self.assertIn("Contact details", form.goes)
        self.assertIn("Charters accepted", form.stays)
        self.assertIn("Code civil", form.stays)
        self.assertFalse(form.obstacles)
        wizard = form.save()
        with self.assertRaises(UserError):
            wizard.action_erase()
        self.assertEqual(self.alix.name, "Alix Membre")
        wizard.is_checked = True
        wizard.action_erase()
        self.assertIn(self.alix.name, ("Erased person", "Personne effacée"))

    def test_other_contacts_with_the_same_address_are_shown(self):
        twin = self.env["res.partner"].create({"name": "Invitée", "email": "MEMBRE@lequai.example"})
        self.assertEqual(self.wizard().create({"partner_id": self.alix.id}).twin_ids, twin)

    def test_refusing_says_why_to_the_person(self):
        request = self.Request._ask_erasure(self.alix, self.env.company)
        wizard = self.wizard().create({"partner_id": self.alix.id})
        self.assertEqual(wizard.request_id, request)
        with self.assertRaises(UserError):
            wizard.action_refuse()
        wizard.refusal = "Une facture est en litige."
        wizard.action_refuse()
        self.assertEqual((request.state, request.outcome), ("refused", "Une facture est en litige."))
        told = self.env["mail.message"].search([("partner_ids", "in", self.alix.ids)])
        self.assertIn("litige", told.body)

    # -- Asking

    def test_asking_twice_is_asking_once(self):
        first = self.Request._ask_erasure(self.alix, self.env.company)
        self.assertEqual(self.Request._ask_erasure(self.alix, self.env.company), first)
        self.assertEqual(len(first.activity_ids), 1)
        first._withdraw()
        self.assertEqual((first.state, first.activity_ids), ("withdrawn", first.activity_ids.browse()))
        self.assertNotEqual(self.Request._ask_erasure(self.alix, self.env.company), first)

    def test_deleting_one_s_account_asks_for_the_rest(self):
        self.member.with_user(self.member).sudo()._deactivate_portal_user(request_blacklist=False)
        request = self.Request._open_for(self.alix)
        self.assertEqual(len(request.activity_ids), 1)
        self.assertFalse(self.member.active)
        self.erase()
        self.assertEqual(request.state, "done")
        self.assertIn(self.alix.name, ("Erased person", "Personne effacée"))
