from odoo.tests import tagged

from .race import RaceCase


@tagged("post_install", "-at_install", "race")
class TestRaceHarness(RaceCase):
    """The harness shows a race where there is one, and none where there is a guard."""

    @classmethod
    def prepare(cls, env):
        env.cr.execute("CREATE TABLE race_counter (used integer, CONSTRAINT cap CHECK (used <= 3))")
        env.cr.execute("INSERT INTO race_counter VALUES (0)")

    def sold(self):
        with self.committed() as env:
            env.cr.execute("SELECT used FROM race_counter")
            [(used,)] = env.cr.fetchall()
            env.cr.execute("UPDATE race_counter SET used = 0")
        return used

    def test_a_racy_counter_loses_updates(self):
        """Check, then write what was read: twelve winners, not twelve counted."""

        def racy(env, nth):
            env.cr.execute("SELECT used FROM race_counter")
            [(used,)] = env.cr.fetchall()
            if used >= 3:
                raise ValueError("sold out")
            return used

        outcomes = self.race(12, racy, work=0.2)
        self.assertGreater(sum(outcome.won for outcome in outcomes), 3)

    def test_a_guarded_counter_does_not(self):
        def guarded(env, nth):
            env.cr.execute("UPDATE race_counter SET used = used + 1 WHERE used < 3 RETURNING used")
            if not env.cr.fetchall():
                raise ValueError("sold out")

        with self.expected_logs("odoo.sql_db", "odoo.service.model"):
            outcomes = self.race(6, guarded, work=0)
        self.assertEqual(sum(outcome.won for outcome in outcomes), self.sold())

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
