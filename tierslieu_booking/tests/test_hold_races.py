from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

from .common import create_booking_data

DAY = datetime(2030, 1, 8, 9)  # a Tuesday, ten in Paris
NOISE = ("odoo.sql_db", "odoo.service.model")


@tagged("post_install", "-at_install", "race")
class TestHoldRaces(RaceCase):
    """A script that sends all its requests at once counts as one visitor, too."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        cls.desks = data["desks"].id
        cls.visitor = env.ref("base.public_user").id
        cls.passer_by = env.ref("base.public_user").partner_id.id

    def setUp(self):
        super().setUp()
        # No date is a test's "today": the races happen in 2030.
        clock = patch("odoo.fields.Datetime.now", lambda: datetime(2030, 1, 7, 7))
        clock.start()
        self.addCleanup(clock.stop)

    def rush(self, source, day):
        """Ask for twenty desks at once from one address."""
        start = DAY + timedelta(days=day)

        def action(env, nth):
            return env(user=self.visitor)["tierslieu.booking"].sudo().reserve(
                self.desks, self.passer_by, start, start + timedelta(hours=1),
                hold_source=source,
            ).id

        return self.race(20, action)

    def held(self, source):
        with self.committed() as env:
            return env["tierslieu.booking"].search_count(
                [("hold_source", "=", source), ("state", "=", "hold")]
            )

    def test_six_are_held_and_no_more(self):
        outcomes = self.rush("one script", 0)
        self.assertEqual(sum(outcome.won for outcome in outcomes), 6)
        self.assertEqual(self.held("one script"), 6)
        for outcome in outcomes:
            if not outcome.won:
                self.assertIsInstance(outcome.error, UserError)
                self.assertIn("6 slots", str(outcome.error))
        self.assertIntegrity()

    @heavy
    def test_control_without_waiting_for_one_s_turn(self):
        booking = self.registry["tierslieu.booking"]
        with (
            self.expected_logs(*NOISE),
            patch.object(booking, "_take_turn", lambda self, keys: self.env.flush_all()),
        ):
            self.rush("another script", 1)
        self.assertGreater(self.held("another script"), 6, "The control run shows no race")
