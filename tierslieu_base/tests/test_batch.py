from contextlib import suppress
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .proof_common import ProofCase, create_profile_data
from .race import RaceCase

NOON = "2027-01-11 12:00:00"


class Killed(BaseException):
    """The process dies: nothing catches that."""


@tagged("post_install", "-at_install")
class TestBatch(ProofCase):
    """A run over many records, some of which fail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        people = cls.env["res.partner"].create(
            [{"name": f"Member {nth}", "email": f"m{nth}@lequai.example"} for nth in range(8)]
        )
        cls.proofs = cls.Proof.create(
            [
                {
                    "partner_id": partner.id,
                    "profile_id": cls.student.id,
                    "company_id": cls.env.company.id,
                    "state": "accepted",
                    "valid_from": date(2026, 9, 1),
                    "valid_until": date(2027, 2, 1),
                    "decided_on": "2026-09-01 09:00:00",
                }
                for partner in people
            ]
        )
        cls.broken = cls.proofs[3]

    def with_broken(self, error, only=None):
        """Make the reminder of one proof fail."""
        broken, real = (only or self.broken).id, type(self.Proof)._remind

        def remind(proof):
            real(proof)
            if proof.id == broken:
                raise error

        return patch.object(type(self.Proof), "_remind", remind)

    def mails(self):
        return self.mails_of(self.proofs.partner_id)

    def left(self):
        return self.proofs.filtered(lambda proof: not proof.reminded_until)

    def test_everybody_once(self):
        for _again in range(3):
            self.run_cron()
            self.assertEqual(len(self.mails()), len(self.proofs))
        self.assertFalse(self.left())

    def test_one_fails_the_others_do_not(self):
        with self.with_broken(UserError("No address <b>at all</b>.")):
            self.run_cron()
        self.assertEqual(self.left(), self.broken)
        self.assertEqual(len(self.mails()), 7, "What the failed one did is undone.")
        activity = self.broken.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("reminder", activity.summary)
        self.assertIn("No address &lt;b&gt;", activity.note)

    def test_failing_again_leaves_one_activity(self):
        for words in ("First.", "Second."):
            with self.with_broken(UserError(words)):
                self.run_cron()
        self.assertEqual(len(self.broken.activity_ids), 1)
        self.assertIn("Second.", self.broken.activity_ids.note)
        self.run_cron()
        self.assertFalse(self.left())
        self.assertFalse(self.broken.activity_ids, "It is mended: nothing is left to do.")
        self.assertEqual(len(self.mails()), len(self.proofs))

    def test_an_unexpected_error_is_told_without_its_words(self):
        with self.with_broken(ZeroDivisionError("secret")), self.assertLogs(
            "odoo.addons.tierslieu_base.models.batch", "ERROR"
        ) as logs:
            self.run_cron()
        self.assertIn("secret", logs.output[0])
        self.assertNotIn("secret", self.broken.activity_ids.note)
        self.assertEqual(len(self.mails()), 7)

    def test_killed_in_the_middle_then_run_again(self):
        self.env.flush_all()
        with self.registry.cursor() as cr, self.with_broken(Killed()):
            # Not assertRaises: Odoo's undoes all that was done inside it.
            with suppress(Killed):
                self.Proof.with_env(self.env(cr=cr))._cron_proofs()
            cr.rollback()
        self.env.invalidate_all()
        done = self.proofs - self.left()
        self.assertEqual(len(done), 3, "Those before it stay done.")
        self.assertEqual(len(self.mails()), 3)
        self.run_cron()
        self.assertFalse(self.left())
        self.assertEqual(len(self.mails()), len(self.proofs), "Nobody was told twice.")

    def test_what_someone_else_is_changing_waits_for_the_next_run(self):
        with self.with_broken(ConcurrencyError("Read again.")):
            self.run_cron()
        self.assertEqual(self.left(), self.broken)
        self.assertFalse(self.broken.activity_ids, "Nobody has anything to do.")
        self.run_cron()
        self.assertEqual(len(self.mails()), len(self.proofs))

    def test_out_of_time_goes_on_at_the_next_call(self):
        seen = []
        real = type(self.env["ir.cron"])._commit_progress

        def short(cron, processed=0, **options):
            real(cron, processed, **options)
            seen.append((processed, options.get("remaining")))
            return 0 if sum(done for done, _left in seen) % 3 == 0 else 60

        self.env.flush_all()
        with self.registry.cursor() as cr, patch.object(
            type(self.env["ir.cron"]), "_commit_progress", short
        ):
            env = self.env(cr=cr)

            def run():
                return env["tierslieu.batch"]._run(
                    "tierslieu.proof", self.Proof._to_remind_domain(), "_remind",
                    lambda env: "Reminder",
                )

            first = run()
            self.assertEqual((first["done"], first["left"]), (3, 5))
            self.assertEqual(seen, [(0, 8), (1, 7), (1, 6), (1, 5)])
            self.assertEqual(run()["done"], 3)
            last = run()
        self.env.invalidate_all()
        self.assertEqual((last["done"], last["left"]), (2, 0))
        self.assertEqual(len(self.mails()), len(self.proofs))

    def test_those_that_failed_come_last(self):
        with self.with_broken(UserError("No."), only=self.proofs[0]):
            self.run_cron()
        self.proofs.reminded_until = False
        batch = self.env["tierslieu.batch"]
        fresh, again = batch._todo("tierslieu.proof", self.Proof._to_remind_domain(), "_remind")
        self.assertEqual(again, self.proofs[0].ids)
        self.assertEqual(sorted(fresh), sorted(self.proofs[1:].ids))

    def test_nothing_to_do_is_nothing_done(self):
        self.proofs.state = "withdrawn"
        outcome = self.env["tierslieu.batch"]
        self.assertEqual(
            outcome._todo("tierslieu.proof", self.Proof._to_remind_domain(), "_remind"), ([], [])
        )
        self.run_cron()
        self.assertFalse(self.mails())


@tagged("post_install", "-at_install")
class TestProofCron(ProofCase):
    """What happens by itself to proofs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.alix.email = "alix@lequai.example"

    def test_thirty_days_before_once(self):
        proof = self.accepted(self.alix, self.student, date(2026, 9, 1), date(2027, 2, 20))
        for day, mails in ((20, 0), (21, 1), (22, 1), (25, 1)):
            with freeze_time(f"2027-01-{day} 12:00:00"):
                self.run_cron()
            self.assertEqual(len(self.mails_of(self.alix)), mails, day)
        self.assertIn("20 February 2027", self.mails_of(self.alix).subject)
        self.assertEqual(proof.reminded_until, proof.valid_until)

    def test_late_but_before_the_end(self):
        self.accepted(self.alix, self.student, date(2026, 9, 1), date(2027, 1, 11))
        self.run_cron()
        self.assertEqual(len(self.mails_of(self.alix)), 1)

    def test_not_after_the_end(self):
        self.accepted(self.alix, self.student, date(2026, 9, 1), date(2027, 1, 10))
        self.run_cron()
        self.assertFalse(self.mails_of(self.alix))

    def test_not_when_it_is_accepted_for_less_than_a_month(self):
        self.send().with_user(self.host).action_accept("2027-01-01", "2027-02-10")
        self.run_cron()
        self.assertEqual(len(self.mails_of(self.alix)), 1, "The verdict said until when.")

    def test_again_when_the_dates_change(self):
        proof = self.accepted(self.alix, self.student, date(2026, 9, 1), date(2027, 2, 1))
        self.run_cron()
        proof.action_set_dates("2026-09-01", "2027-04-01")
        self.run_cron()
        self.assertEqual(len(self.mails_of(self.alix)), 1)
        with freeze_time("2027-03-03 12:00:00"):
            self.run_cron()
        self.assertEqual(len(self.mails_of(self.alix)), 2)

    def test_not_when_the_next_one_is_there(self):
        self.accepted(self.alix, self.student, date(2026, 9, 1), date(2027, 2, 1))
        self.send()
        self.accepted(self.noe, self.student, date(2026, 9, 1), date(2027, 2, 1))
        self.accepted(self.noe, self.student, date(2027, 2, 1), date(2027, 9, 1))
        self.run_cron()
        self.assertFalse(self.mails_of(self.alix | self.noe))

    def test_a_fare_no_longer_offered_reminds_nobody(self):
        self.accepted(self.alix, self.student, date(2026, 9, 1), date(2027, 2, 1))
        self.student.active = False
        self.run_cron()
        self.assertFalse(self.mails_of(self.alix))

    def test_a_document_left_unchecked_is_deleted_and_asked_for_again(self):
        proof = self.send()
        files = self.files_of(proof)
        proof.sent_on = "2026-10-11 12:00:01"
        self.run_cron()
        self.assertEqual(proof.state, "pending")
        proof.sent_on = "2026-10-11 11:59:59"
        self.run_cron()
        self.assertFalse(files.exists())
        self.assertEqual(proof.state, "refused")
        self.assertFalse(proof.decided_by)
        self.assertIn("in time", proof.refusal_reason)
        self.assertFalse(proof.activity_ids)
        self.assertEqual(len(self.mails_of(self.alix)), 1)
        self.run_cron()
        self.assertEqual(len(self.mails_of(self.alix)), 1)

    def test_how_long_is_a_setting(self):
        self.env["ir.config_parameter"].set_param("tierslieu_base.proof_keep_months", "1")
        proof = self.send()
        proof.sent_on = "2026-12-10 12:00:00"
        self.run_cron()
        self.assertEqual(proof.state, "refused")


@tagged("post_install", "-at_install")
class TestBatchRaces(RaceCase):
    """Two runs at the same time, and two hosts on one document, with real transactions."""

    @classmethod
    def prepare(cls, env):
        cls.profile_id = create_profile_data(env)["student"].id
        people = env["res.partner"].create(
            [{"name": f"Member {nth}", "email": f"m{nth}@lequai.example"} for nth in range(12)]
        )
        cls.people = people.ids

    def proofs(self, env, **values):
        today = env.company._tierslieu_today()
        return env["tierslieu.proof"].create(
            [
                {
                    "partner_id": partner,
                    "profile_id": self.profile_id,
                    "company_id": env.company.id,
                    **({"state": "accepted", "valid_from": today - timedelta(days=99),
                        "valid_until": today + timedelta(days=9)} | values),
                }
                for partner in self.people
            ]
        )

    def test_two_runs_tell_each_once(self):
        with self.committed() as env:
            ids = self.proofs(env).ids
        with self.expected_logs("odoo.sql_db"):
            outcomes = self.race(2, lambda env, nth: env["tierslieu.proof"]._cron_proofs())
        self.assertEqual([outcome.error for outcome in outcomes], [None, None])
        with self.committed() as env:
            proofs = env["tierslieu.proof"].browse(ids)
            # What one held while the other looked is done by the next run.
            env["tierslieu.proof"]._cron_proofs()
            self.assertEqual(len(proofs.filtered("reminded_until")), 12)
            mails = env["mail.mail"].search([("recipient_ids", "in", self.people)])
            self.assertEqual(len(mails), 12)
            self.assertFalse(proofs.activity_ids)
            mails.unlink()
            proofs.unlink()

    def test_two_verdicts_one_wins(self):
        with self.committed() as env:
            proof_id = self.proofs(env, state="pending")[0].id

        def decide(env, nth):
            proof = env["tierslieu.proof"].browse(proof_id)
            if nth:
                return proof.action_refuse("No.")
            return proof.action_accept()

        with self.expected_logs("odoo.sql_db", "odoo.service.model"), mute_logger("odoo.sql_db"):
            outcomes = self.race(2, decide)
        self.assertOneWinner(outcomes, UserError)
        with self.committed() as env:
            self.assertIn(env["tierslieu.proof"].browse(proof_id).state, ("accepted", "refused"))
            mails = env["mail.mail"].search([("recipient_ids", "in", self.people)])
            self.assertEqual(len(mails), 1)
        self.assertIntegrity()
