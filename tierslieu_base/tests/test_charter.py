import doctest
from datetime import date, datetime

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..kernels import text_diff
from ..kernels.text_diff import changes
from .common import TierslieuCase

NOW = datetime(2027, 1, 11, 9, 0)


@tagged("post_install", "-at_install")
class TestCharter(TierslieuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env["tierslieu.charter"].search([]).active = False
        cls.charter = cls.env["tierslieu.charter"].with_user(cls.manager).create({"name": "Charte"})
        cls.Version = cls.env["tierslieu.charter.version"]
        cls.Acceptance = cls.env["tierslieu.charter.acceptance"]
        cls.first = cls.publish("<p>On range sa tasse.</p>")
        cls.alix, cls.noe = cls.member.partner_id, cls.other_member.partner_id

    @classmethod
    def publish(cls, body):
        version = cls.Version.with_user(cls.manager).create(
            {"charter_id": cls.charter.id, "body": body}
        )
        version.action_publish()
        return version.with_env(cls.env)

    # -- Versions

    def test_publishing(self):
        self.assertEqual((self.first.number, self.first.state), (1, "published"))
        self.assertEqual(self.first.published_by_id, self.manager)
        self.assertEqual(self.charter.current_version_id.with_env(self.env), self.first)
        self.first.action_publish()
        self.assertEqual(self.first.number, 1)
        second = self.publish("<p>On lave sa tasse.</p>")
        self.assertEqual((second.number, second.previous_id), (2, self.first))
        self.assertEqual((self.first.state, self.first.superseded_at), ("former", NOW))
        self.assertEqual(self.charter.current_version_id.with_env(self.env), second)

    def test_an_empty_text_is_not_published(self):
        for body in (False, "", "<p><br></p>"):
            with self.assertRaises(UserError):
                self.publish(body)

    def test_a_published_text_never_changes_whoever_asks(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        for version in (self.first, self.first.with_user(self.manager), self.first.sudo()):
            for vals in ({"body": "<p>Autre</p>"}, {"number": 0}, {"published_at": False},
                         {"fingerprint": "x"}, {"summary": "x"}, {"charter_id": self.charter.copy().id}):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    version.write(vals)
            with self.assertRaises(UserError):
                version.with_context(lang="fr_FR").write({"body": "<p>Autre</p>"})
            with self.assertRaises(UserError):
                version.update_field_translations("body", {"fr_FR": {"On range sa tasse.": "Autre"}})
            with self.assertRaises(UserError):
                version.unlink()
        self.assertEqual(str(self.first.body), "<p>On range sa tasse.</p>")

    def test_nobody_publishes_by_writing(self):
        draft = self.Version.with_user(self.manager).create(
            {"charter_id": self.charter.id, "body": "<p>x</p>", "number": 7, "published_at": NOW}
        )
        self.assertEqual((draft.number, draft.state), (0, "draft"))
        with self.assertRaises(UserError):
            draft.write({"number": 7})
        with self.assertRaises(UserError):
            self.first.with_user(self.manager).write({"superseded_at": NOW})

    def test_a_draft_is_edited_and_deleted(self):
        action = self.charter.action_new_version()
        draft = self.Version.browse(action["res_id"])
        self.assertEqual((draft.body, draft.state), (self.first.body, "draft"))
        self.assertEqual(self.charter.action_new_version()["res_id"], draft.id, "one draft at a time")
        draft.with_user(self.manager).write({"body": "<p>Autre</p>"})
        self.assertIn("Autre", draft.changes)
        draft.with_user(self.manager).unlink()

    def test_a_change_behind_our_back_is_seen(self):
        self.env["tierslieu.integrity"].run()
        self.env.flush_all()
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])
        self.env.cr.execute(
            "UPDATE tierslieu_charter_version SET body = jsonb_set(body, '{en_US}', '\"<p>Autre</p>\"')"
            " WHERE id = %s", [self.first.id],
        )
        [broken] = self.env["tierslieu.integrity"].run()
        self.assertEqual(broken["rows"][0][0], self.first.id)

    def test_a_script_in_the_text_does_not_run(self):
        version = self.publish("<p>Oui</p><script>alert(1)</script><img src=x onerror=alert(1)>")
        self.assertNotIn("script", version.body)
        self.assertNotIn("onerror", version.body)

    def test_what_changed(self):
        second = self.publish("<p>On range sa tasse.</p><p>On éteint en <b>partant</b>.</p>")
        self.assertIn("<ins", second.changes)
        self.assertIn("On éteint en partant.", second.changes)
        self.assertNotIn("<del", second.changes)
        self.assertEqual(changes("<p>a</p>", "<p>&lt;b&gt;</p>"), [("removed", "a"), ("added", "<b>")])

    def test_the_kernel_s_examples(self):
        self.assertEqual(doctest.testmod(text_diff).failed, 0)
        self.assertGreater(doctest.testmod(text_diff).attempted, 3)

    # -- Acceptances

    def test_accepting_twice_is_accepting_once(self):
        first = self.Acceptance._accept(self.alix, self.first, "portal")
        with freeze_time("2027-02-01"):
            again = self.Acceptance._accept(self.alix, self.first, "paper")
        self.assertEqual(first, again)
        self.assertEqual((first.accepted_at, first.channel), (NOW, "portal"))
        self.assertFalse(first.recorded_by_id)

    def test_the_database_refuses_a_second_acceptance(self):
        acceptance = self.Acceptance._accept(self.alix, self.first, "portal")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            acceptance.sudo().copy({})

    def test_what_cannot_be_accepted(self):
        draft = self.Version.create({"charter_id": self.charter.id, "body": "<p>x</p>"})
        with self.assertRaises(UserError):
            self.Acceptance._accept(self.alix, draft, "portal")
        self.publish("<p>Deux</p>")
        with self.assertRaisesRegex(UserError, "newer version"):
            self.Acceptance._accept(self.alix, self.first, "portal")
        self.Acceptance._accept(self.alix, self.first, "paper")
        coop = self.env["res.partner"].create({"name": "Coop", "is_company": True})
        with self.assertRaises(UserError):
            self.Acceptance._accept(coop, self.charter.current_version_id, "portal")

    def test_what_was_accepted_is_neither_changed_nor_deleted(self):
        acceptance = self.Acceptance._accept(self.alix, self.first, "portal")
        for user in (self.member, self.host, self.manager, self.env.ref("base.user_admin")):
            row = acceptance.with_user(user)
            for call in (lambda row=row: row.write({"accepted_at": "2020-01-01"}), row.unlink,
                         lambda row=row: row.create({"partner_id": self.noe.id, "version_id": self.first.id,
                                                     "channel": "paper", "accepted_at": NOW,
                                                     "company_id": self.env.company.id})):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()

    def test_even_with_every_right_on_the_table(self):
        acceptance = self.Acceptance._accept(self.alix, self.first, "portal")
        self.env["ir.model.access"].create(
            {
                "name": "all", "model_id": self.env["ir.model"]._get_id(self.Acceptance._name),
                "group_id": self.env.ref("tierslieu_base.group_manager").id,
                "perm_read": True, "perm_write": True, "perm_unlink": True,
            }
        )
        row = acceptance.with_user(self.manager)
        with self.assertRaises(AccessError):
            row.write({"accepted_at": "2020-01-01"})
        with self.assertRaises(AccessError):
            row.unlink()

    def test_people_without_rights_see_nothing(self):
        acceptance = self.Acceptance._accept(self.alix, self.first, "portal")
        for user in (self.member, self.other_member, self.visitor, self.employee):
            for record in (acceptance, self.first, self.charter):
                self.assertFalse(record.with_user(user).has_access("read"), record)
        self.assertFalse(self.first.with_user(self.host).has_access("write"))

    def test_each_company_has_its_own(self):
        other = self.env["res.company"].create({"name": "La Grange"})
        charter = self.env["tierslieu.charter"].create({"name": "Là-bas", "company_id": other.id})
        version = self.Version.create({"charter_id": charter.id, "body": "<p>x</p>"})
        version.action_publish()
        acceptance = self.Acceptance._accept(self.alix, version, "portal")
        for record in (charter, version, acceptance):
            self.assertFalse(record.with_user(self.manager).search([("id", "=", record.id)]))
        self.assertEqual(acceptance.company_id, other)
        self.assertEqual(self.alix._tierslieu_charters_waiting(other), version.browse())

    def test_a_charter_keeps_its_company_once_published(self):
        other = self.env["res.company"].create({"name": "La Grange"})
        with self.assertRaises(UserError):
            self.charter.sudo().company_id = other

    # -- Who has not accepted

    def waiting(self):
        people = self.env["res.partner"].with_user(self.host)
        return people.search([("tierslieu_charter_state", "=", "waiting")])

    def test_who_has_not_accepted_the_current_version(self):
        supplier = self.env["res.partner"].create({"name": "Fournisseur"})
        self.Acceptance._accept(self.alix, self.first, "portal")
        waiting = self.waiting()
        self.assertIn(self.noe, waiting)
        self.assertNotIn(self.alix, waiting)
        self.assertNotIn(supplier, waiting)
        self.publish("<p>Deux</p>")
        self.assertIn(self.alix, self.waiting())
        charter = self.charter.with_user(self.host)
        self.assertEqual(charter.accepted_count, 0)
        self.assertEqual(
            charter.waiting_count, self.env["res.partner"].search_count(charter.action_view_waiting()["domain"])
        )
        self.assertEqual(self.alix.with_user(self.host).tierslieu_charter_state, "waiting")
        accepted = self.env["res.partner"].search([("tierslieu_charter_state", "=", "accepted")])
        self.assertFalse(accepted)

    def test_without_a_charter_nobody_waits(self):
        self.charter.sudo().active = False
        self.assertFalse(self.waiting())
        self.assertFalse(self.alix.with_user(self.host).tierslieu_charter_state)

    def test_a_host_hears_of_it_when_the_card_is_scanned(self):
        [warning] = self.alix._tierslieu_card_warnings()
        self.assertIn("Charte", warning)
        self.Acceptance._accept(self.alix, self.first, "portal")
        self.assertFalse(self.alix._tierslieu_card_warnings())

    # -- On paper

    def paper(self, **values):
        form = Form(self.env["tierslieu.charter.paper"].with_user(self.host).with_context(
            default_partner_id=self.alix.id))
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_a_host_records_a_signature(self):
        wizard = self.paper()
        self.assertEqual(wizard.version_id, self.first)
        wizard.action_record()
        acceptance = self.Acceptance._of(self.alix, self.first)
        self.assertEqual((acceptance.channel, acceptance.recorded_by_id), ("paper", self.host))

    def test_neither_tomorrow_nor_before_it_was_written(self):
        for day in ("2027-01-12", "2027-01-10"):
            with self.assertRaises(UserError):
                self.paper(signed_on=day).action_record()
        with freeze_time("2027-01-20"):
            self.paper(signed_on=date(2027, 1, 15)).action_record()
        self.assertEqual(self.Acceptance._of(self.alix, self.first).accepted_at.date(), date(2027, 1, 15))

    def test_employees_record_nothing(self):
        with self.assertRaises(AccessError):
            self.env["tierslieu.charter.paper"].with_user(self.employee).create(
                {"partner_id": self.alix.id, "version_id": self.first.id}
            )
        with self.assertRaises(AccessError):
            self.alix.with_user(self.employee).action_tierslieu_paper()

    # -- PDF

    def test_the_pdf_says_who_what_when(self):
        self.env["res.lang"]._activate_lang("en_US")
        acceptance = self.Acceptance._accept(self.alix, self.first, "portal")
        report = self.env["ir.actions.report"].with_user(self.host).with_context(lang="en_US")
        html, _kind = report._render_qweb_html("tierslieu_base.report_charter_accepted", acceptance.ids)
        for words in ("On range sa tasse.", "Alix Membre", "11 January 2027", self.first.fingerprint):
            self.assertIn(words, html.decode())
        html, _kind = report._render_qweb_html("tierslieu_base.report_charter", self.first.ids)
        self.assertIn("Signature", html.decode())
