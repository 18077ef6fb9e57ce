from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .heavy import heavy
from .proof_common import a_pdf, create_profile_data
from .race import RaceCase


@tagged("post_install", "-at_install", "race")
class TestProofRaces(RaceCase):
    """Who sends a document twice at the same instant has sent it once."""

    @classmethod
    def prepare(cls, env):
        cls.student = create_profile_data(env)["student"].id
        cls.people = env["res.partner"].create([{"name": f"Member {nth}"} for nth in range(2)]).ids

    def send(self, partner_id):
        """Send six documents at once; return what became of each."""

        def action(env, nth):
            return env["tierslieu.proof"]._submit(
                env["res.partner"].browse(partner_id),
                env["tierslieu.profile"].browse(self.student), f"card {nth}.pdf", a_pdf(),
            ).id

        return self.race(6, action, work=0.2)

    def pending(self, partner_id):
        with self.committed() as env:
            return env["tierslieu.proof"].search_count(
                [("partner_id", "=", partner_id), ("state", "=", "pending")]
            )

    def test_one_is_kept_and_the_others_are_told(self):
        """Nothing in the log either: the suite fails on an error there."""
        with self.assertNoLogs("odoo.sql_db", "ERROR"):
            outcomes = self.send(self.people[0])
        self.assertOneWinner(outcomes, loser=UserError)
        for outcome in outcomes:
            if not outcome.won:
                self.assertIn("is being checked", str(outcome.error))
                self.assertEqual(outcome.tries, 1)
        self.assertEqual(self.pending(self.people[0]), 1)
        self.assertIntegrity()

    @heavy
    def test_control_without_waiting(self):
        """Nobody waits nor looks: only the index is left, and it writes errors in the log."""
        blind = patch.object(
            self.registry["tierslieu.proof"], "_is_sent_meanwhile", lambda *args: False
        )
        with blind, self.assertLogs("odoo.sql_db", "ERROR"):
            self.send(self.people[1])
        self.assertEqual(self.pending(self.people[1]), 1)
