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
class TestQuotaRaces(RaceCase):
    """One person, two devices, the last booking of their week."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        cls.spaces = [data[name].id for name in ("room", "lounge", "desks")]
        cls.partner = env["res.partner"].create({"name": "Alice"}).id
        env["tierslieu.quota"].create({"most": 1, "measure": "count", "period": "week"})

    def setUp(self):
        super().setUp()
        # No date is a test's "today": the races happen in 2030.
        clock = patch("odoo.fields.Datetime.now", lambda: datetime(2030, 1, 7, 7))
        clock.start()
        self.addCleanup(clock.stop)

    def rush(self, week):
        """Book three spaces at once, for one person."""
        start = DAY + timedelta(weeks=week)

        def action(env, nth):
            booking = env["tierslieu.booking"].reserve(
                self.spaces[nth], self.partner, start, start + timedelta(hours=1)
            )
            booking.action_confirm()
            return booking.id

        return self.race(3, action)

    def test_one_is_had(self):
        outcomes = self.rush(0)
        self.assertEqual(sum(outcome.won for outcome in outcomes), 1)
        for outcome in outcomes:
            if not outcome.won:
                self.assertIsInstance(outcome.error, UserError)
                self.assertIn("a week at the most", str(outcome.error))
        self.assertIntegrity()

    @heavy
    def test_control_without_waiting_for_one_s_turn(self):
        with (
            self.expected_logs(*NOISE),
            patch.object(self.registry["tierslieu.quota"], "_take_turn", lambda self, quotas, partner: None),
        ):
            outcomes = self.rush(1)
        self.assertGreater(sum(outcome.won for outcome in outcomes), 1, "The control run shows no race")
