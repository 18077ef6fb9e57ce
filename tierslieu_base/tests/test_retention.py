from contextlib import suppress
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .retention_common import NOW, RetentionCase


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
            # A view of the database keeps nothing of its own.
            if not name.startswith("tierslieu.") or model._abstract or model._transient or not model._auto:
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
