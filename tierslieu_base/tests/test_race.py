from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .race import Outcome, RaceCase


@tagged("post_install", "-at_install", "race")
class TestRaceHarness(RaceCase):
    """The harness shows a race where there is one, and none where there is a guard."""

    @classmethod
    def prepare(cls, env):
        env.cr.execute("CREATE TABLE race_counter (used integer, CONSTRAINT cap CHECK (used <= 3))")
        env.cr.execute("INSERT INTO race_counter VALUES (0)")
        env.cr.execute("CREATE TABLE race_claim (nth integer, CONSTRAINT once UNIQUE (nth))")

    def sold(self):
        with self.committed() as env:
            env.cr.execute("SELECT used FROM race_counter")
            [(used,)] = env.cr.fetchall()
            env.cr.execute("UPDATE race_counter SET used = 0")
        return used

    def one_more(self, env, nth):
        """Take one of three, without looking: the constraint alone says no."""
        env.cr.execute("INSERT INTO race_claim SELECT count(*) FROM race_claim")

    def claims(self):
        with self.committed() as env:
            env.cr.execute("DELETE FROM race_claim RETURNING nth")
            return len(env.cr.fetchall())

    def test_a_unique_number_has_one_winner_and_without_it_several(self):
        """The control run: the same race, its guard off, must oversell."""
        with self.expected_logs("odoo.sql_db", "odoo.service.model"):
            outcomes = self.race(8, self.one_more, work=0.2)
        self.assertOneWinner(outcomes, loser=(IntegrityError, ValidationError))
        self.assertEqual(self.claims(), 1)
        with self.without_constraint("race_claim", "once"):
            outcomes = self.race(8, self.one_more, work=0.2)
            with self.assertRaises(AssertionError):
                self.assertOneWinner(outcomes)
            self.assertGreater(self.claims(), 1)

    def test_a_guarded_counter_does_not_lose_count(self):
        def guarded(env, nth):
            env.cr.execute("UPDATE race_counter SET used = used + 1 WHERE used < 3 RETURNING used")
            if not env.cr.fetchall():
                raise ValueError("sold out")

        with self.expected_logs("odoo.sql_db", "odoo.service.model"):
            outcomes = self.race(6, guarded, work=0)
        self.assertEqual(sum(outcome.won for outcome in outcomes), self.sold())

    def test_who_hangs_has_not_won(self):
        self.assertFalse(Outcome().won)

    def test_the_throttle_counts_right_under_a_rush(self):
        """Its own short transaction: nobody is retried, nobody slips through."""
        outcomes = self.race(
            20, lambda env, nth: env["tierslieu.throttle"]._hit("rush", 5, 3600), work=0.1
        )
        self.assertEqual([outcome.error for outcome in outcomes], [None] * 20)
        self.assertEqual(sum(outcome.value for outcome in outcomes), 5)
        self.assertEqual({outcome.tries for outcome in outcomes}, {1})

    def test_the_promises_hold_in_the_copy(self):
        self.assertIntegrity()

    def test_without_constraint_takes_it_away_and_back(self):
        def present(env):
            env.cr.execute("SELECT 1 FROM pg_constraint WHERE conname = 'cap'")
            return bool(env.cr.fetchall())

        with self.without_constraint("race_counter", "cap"), self.committed() as env:
            self.assertFalse(present(env))
        with self.committed() as env:
            self.assertTrue(present(env))

    def test_the_copy_is_not_the_database_of_the_others(self):
        with self.committed() as env:
            self.assertEqual(env.cr.dbname, self.database)
            self.assertIn("_race_", self.database)
