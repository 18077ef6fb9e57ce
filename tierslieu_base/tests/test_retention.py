import io
import json
import zipfile
from contextlib import suppress
from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TierslieuCase

NOW = datetime(2027, 1, 11, 9, 0)
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPhfDwAChAGA8kY7AwAAAABJRU5ErkJggg=="


class RetentionCase(TierslieuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env["tierslieu.charter"].search([]).active = False
        cls.Retention = cls.env["tierslieu.retention"]
        cls.Rule = cls.env["tierslieu.retention.rule"]
        cls.Request = cls.env["tierslieu.data.request"]
        cls.alix = cls.member.partner_id
        charter = cls.env["tierslieu.charter"].create({"name": "Charte"})
        cls.version = cls.env["tierslieu.charter.version"].create(
            {"charter_id": charter.id, "body": "<p>On range.</p>"}
        )
        cls.version.action_publish()
        cls.acceptance = cls.env["tierslieu.charter.acceptance"]._accept(cls.alix, cls.version, "portal")

    def rule(self, key):
        self.Rule._refresh()
        return self.Rule.search([("key", "=", key)])

    def run_night(self):
        self.env.flush_all()
        self.env.ref("tierslieu_base.cron_retention").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestRegistry(RetentionCase):
    def test_every_rule_holds_together(self):
        rules = self.Retention._rules()
        self.assertEqual(len({rule.key for rule in rules}), len(rules))
        for rule in rules:
            with self.subTest(rule.key):
                model = self.env[rule.model]
                self.assertTrue(rule.label and rule.purpose and rule.legal)
                self.assertIn(rule.unit, ("days", "months"))
                self.assertLessEqual(rule.least, rule.keep)
                for action in (rule.action, rule.erasure):
                    self.assertIn(action, ("keep", "delete", "pseudonymise"))
                    self.assertTrue(action != "pseudonymise" or rule.pseudonymise)
                self.assertTrue(rule.action == "keep" or rule.keep)
                self.assertTrue(rule.due or rule.date_field in model._fields)
                for name in rule.fields + rule.team_fields:
                    self.assertIn(name, model._fields)
                if rule.person:
                    self.assertTrue(rule.fields, "an export that gives nothing")
                    self.Retention._rows_of(rule, self.alix)

    def test_no_model_that_names_people_is_forgotten(self):
        known = {rule.model for rule in self.Retention._rules()}
        for name, model in self.env.items():
            if not name.startswith("tierslieu.") or model._abstract or model._transient:
                continue
            named = [
                field.name for field in model._fields.values()
                if field.comodel_name == "res.partner" and field.store and field.type == "many2one"
                and not field.related
            ]
            if named and name != "tierslieu.place":  # Its address is that of a house.
                self.assertIn(name, known, f"{named}: how long, and what for?")

    def test_the_menu_lists_them_with_what_is_due(self):
        self.env["tierslieu.throttle"].create({"key": "x", "window_end": "2027-01-01"})
        action = self.Rule.with_user(self.manager).action_open()
        rows = self.Rule.with_user(self.manager).search([])
        self.assertEqual(action["res_model"], "tierslieu.retention.rule")
        self.assertEqual(len(rows), len(self.Retention._rules()))
        self.assertEqual(rows.filtered(lambda row: row.key == "base.throttle").due_count, 1)
        self.assertEqual(rows.filtered(lambda row: row.key == "base.acceptance").keep, "5 years")
        self.Rule.with_user(self.manager).action_open()
        self.assertEqual(self.Rule.search([]), rows.sudo())

    def test_a_rule_that_has_gone_leaves_the_list(self):
        self.Rule.create({"key": "gone.addon", "sequence": 1})
        self.Rule._refresh()
        self.assertFalse(self.Rule.search([("key", "=", "gone.addon")]))

    def test_only_managers(self):
        row = self.rule("base.card")
        for user in (self.host, self.employee, self.member, self.visitor):
            for call in (row.with_user(user).action_open, row.with_user(user).action_run,
                         lambda user=user: row.with_user(user).write({"own_keep": 24})):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()

    def test_how_long_is_a_setting_within_the_law(self):
        row = self.rule("base.card").with_user(self.manager)
        row.own_keep = 24
        self.assertEqual(row.keep, "2 years")
        with self.assertRaises(ValidationError):
            row.own_keep = -1
        with self.assertRaises(UserError):
            row.key = "base.partner"
        kept = self.rule("base.partner").with_user(self.manager)
        with self.assertRaises(ValidationError):
            kept.own_keep = 3

    def test_the_law_s_minimum(self):
        from ..models import retention

        strict = retention.Rule(
            key="base.card", model="tierslieu.card", label="Cards", purpose="p", legal="the law",
            action="delete", keep=12, least=6, date_field="revoked_at",
        )
        row = self.rule("base.card")
        with patch.object(type(self.Retention), "_rules", lambda _self: [strict]):
            row.own_keep = 6
            with self.assertRaisesRegex(ValidationError, "the law"):
                row.own_keep = 5


@tagged("post_install", "-at_install")
class TestNight(RetentionCase):
    def test_what_is_old_enough_goes_and_the_rest_stays(self):
        Token, Card = self.env["tierslieu.token"], self.env["tierslieu.card"]
        old = Card._issue(self.alix, self.env.company)
        old._url()
        old._revoke("lost")
        live = Card._issue(self.alix, self.env.company)
        live._url()
        with freeze_time("2027-02-12"):
            self.run_night()
            self.assertEqual(Token.search([("res_model", "=", "tierslieu.card")]).res_id, live.id)
            self.assertTrue(old.exists())
        with freeze_time("2028-01-12"):
            self.run_night()
            self.assertFalse(old.exists())
            self.assertTrue(live.exists())

    def test_an_acceptance_that_still_holds_stays(self):
        with freeze_time("2040-01-01"):
            self.run_night()
            self.assertTrue(self.acceptance.exists())
            second = self.version.copy()
            second.action_publish()
        with freeze_time("2044-12-31"):
            self.run_night()
            self.assertTrue(self.acceptance.exists())
        with freeze_time("2045-01-02"):
            self.run_night()
            self.assertFalse(self.acceptance.exists())

    def test_small_pieces_that_go_on(self):
        throttle = self.env["tierslieu.throttle"]
        throttle.create([{"key": f"k{n}", "window_end": "2027-01-01"} for n in range(25)])
        row = self.rule("base.throttle")
        self.assertEqual(row._run_batch(5)[:2], (5, []))
        self.assertEqual(row.due_count, 20)
        with patch("odoo.addons.tierslieu_base.models.retention_rule.BATCH", 10):
            self.run_night()
        self.assertEqual(throttle.search_count([("key", "like", "k%")]), 0)
        self.assertEqual((row.last_done, row.reached, row.last_night), (20, 0, NOW.date()))

    def test_killed_in_the_middle_then_run_again(self):
        throttle = self.env["tierslieu.throttle"]
        throttle.create([{"key": f"k{n}", "window_end": "2027-01-01"} for n in range(25)])
        row = self.rule("base.throttle")
        apply, pieces = type(self.Retention)._apply, []

        def killed(registry, rule, action, records):
            if rule.key == row.key:
                pieces.append(len(records))
                if len(pieces) == 2:
                    raise KeyboardInterrupt
            return apply(registry, rule, action, records)

        self.env.flush_all()
        with (
            patch("odoo.addons.tierslieu_base.models.retention_rule.BATCH", 10),
            patch.object(type(self.Retention), "_apply", killed),
        ):
            with self.registry.cursor() as cr:
                # Not assertRaises: Odoo's undoes all that was done inside it.
                with suppress(KeyboardInterrupt):
                    self.Rule.with_env(self.env(cr=cr))._cron_run()
                cr.rollback()
            self.env.invalidate_all()
            self.assertEqual(throttle.search_count([("key", "like", "k%")]), 15)
            self.assertEqual((row.last_done, row.last_night), (10, False))
            self.run_night()
        self.assertEqual(pieces, [10, 10, 10, 5])
        self.assertEqual(row.last_done, 25)

    def test_out_of_time_stops_after_a_piece(self):
        throttle = self.env["tierslieu.throttle"]
        throttle.create([{"key": f"k{n}", "window_end": "2027-01-01"} for n in range(25)])
        self.Rule._refresh().last_night = NOW.date()
        row = self.rule("base.throttle")
        row.last_night = False
        self.env.flush_all()
        asked = []

        def late(cron, processed=0, **options):
            cron.env.flush_all()
            asked.append(options.get("remaining"))
            return 0

        with (
            patch("odoo.addons.tierslieu_base.models.retention_rule.BATCH", 10),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", late),
        ):
            self.Rule._cron_run()
        self.assertEqual(row.last_done, 10)
        self.assertEqual(asked[-1], 1, "The scheduler is told that there is more.")

    def test_a_rule_that_fails_holds_no_other_back(self):
        self.env["tierslieu.throttle"].create({"key": "x", "window_end": "2027-01-01"})
        broken, other = self.rule("base.token"), self.rule("base.throttle")
        due = type(broken)._due_domain

        def fail(row, rule):
            if row == broken:
                raise UserError("no")  # pylint: disable=translation-required
            return due(row, rule)

        with patch.object(type(broken), "_due_domain", fail):
            self.run_night()
        self.assertEqual((other.last_night, broken.last_night), (NOW.date(), False))
        self.assertEqual(len(broken.activity_ids), 1)
        with freeze_time("2027-01-12"):
            self.run_night()
        self.assertFalse(broken.activity_ids)

    def test_each_rule_of_this_addon(self):
        """What goes and what stays, on the day before and the day after; twice is once."""
        alix, company = self.alix.id, self.env.company.id
        student = self.env["tierslieu.profile"].create(
            {"name": "Student", "needs_proof": True, "company_id": company}
        )
        request = self.Request.create(
            {"partner_id": alix, "company_id": company, "kind": "erasure", "state": "refused",
             "asked_at": NOW, "decided_at": NOW}
        )
        mail = self.env["mail.mail"].create({"state": "exception", "auto_delete": True})
        sent = self.env["mail.mail"].create({"state": "exception", "auto_delete": False})
        self.env.flush_all()
        self.cr.execute("UPDATE mail_mail SET write_date = %s WHERE id IN %s", [NOW, tuple((mail | sent).ids)])
        self.env.invalidate_all()
        proof = self.env["tierslieu.proof"].create(
            {"partner_id": alix, "profile_id": student.id, "company_id": company, "state": "accepted",
             "valid_from": "2026-01-01", "valid_until": "2027-01-11", "decided_on": "2026-01-01 09:00:00"}
        )
        override = self.env["tierslieu.override"].create(
            {"rule": "Notice", "reason": "A friend", "user_id": self.env.uid, "date": NOW,
             "company_id": company, "res_model": "res.partner", "res_id": alix}
        )
        for before, after, goes in (
            ("2027-02-10", "2027-02-12", mail),
            ("2030-01-11", "2030-01-12", proof),
            ("2031-12-31", "2032-01-12", request),
        ):
            with self.subTest(goes._name):
                with freeze_time(before):
                    self.run_night()
                    self.assertTrue(goes.exists())
                with freeze_time(after):
                    self.run_night()
                    self.assertFalse(goes.exists())
        with freeze_time("2090-01-01"):
            self.run_night()
            self.assertTrue(override.exists(), "Who decided what stays as long as the booking.")
            self.assertTrue(sent.exists(), "Ordinary mail is not for this registry.")
            self.assertTrue(self.alix.exists(), "Contacts go when they ask.")
            kept = self.Rule.search([]).mapped("last_done")
        with freeze_time("2090-01-02"):
            self.run_night()
            self.assertEqual(sum(self.Rule.search([]).mapped("last_done")), 0, kept)

    @mute_logger("odoo.addons.tierslieu_base.models.retention_rule")
    def test_a_row_that_cannot_go_holds_nobody_back_and_is_told_once(self):
        Card = self.env["tierslieu.card"]
        cards = Card.browse()
        for _nth in range(3):
            card = Card._issue(self.alix, self.env.company)
            card._revoke("lost")
            cards |= card
        stuck = cards[1]
        unlink = type(Card).unlink

        def refuse(records):
            if stuck in records:
                raise UserError("no")  # pylint: disable=translation-required
            return unlink(records)

        with freeze_time("2028-06-01"), patch.object(type(Card), "unlink", refuse):
            self.run_night()
            self.run_night()
            self.assertEqual(cards.exists(), stuck)
            row = self.rule("base.card")
            self.assertEqual(len(row.activity_ids), 1)
        with freeze_time("2028-06-02"):
            self.run_night()
            self.assertFalse(stuck.exists())
            self.assertFalse(row.activity_ids)

    def test_own_setting_counts(self):
        card = self.env["tierslieu.card"]._issue(self.alix, self.env.company)
        card._revoke("lost")
        self.rule("base.card").own_keep = 1
        with freeze_time("2027-02-12"):
            self.run_night()
        self.assertFalse(card.exists())

    def test_a_manager_does_not_wait_for_the_night(self):
        self.env["tierslieu.throttle"].create({"key": "x", "window_end": "2027-01-01"})
        row = self.rule("base.throttle").with_user(self.manager)
        row.action_run()
        self.assertEqual(row.due_count, 0)


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
