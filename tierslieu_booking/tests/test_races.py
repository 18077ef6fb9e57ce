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
class TestBookingRaces(RaceCase):
    """Thirty clients who want the same thing at the same instant."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        cls.room, cls.desks = data["room"].id, data["desks"].id
        cls.people = [
            env["res.partner"].create({"name": f"Contender {nth}"}).id for nth in range(30)
        ]
        for unit in data["desks"].unit_ids[:8]:
            env["tierslieu.occupancy"].create(
                {"unit_id": unit.id, "start": datetime(2026, 1, 1), "partner_id": cls.people[0]}
            )

    def setUp(self):
        super().setUp()
        # No date is a test's "today": the races happen in 2030.
        clock = patch("odoo.fields.Datetime.now", lambda: datetime(2030, 1, 7, 7))
        clock.start()
        self.addCleanup(clock.stop)

    def book(self, space, start, hours=1):
        def action(env, nth):
            booking = env["tierslieu.booking"].reserve(
                space, self.people[nth], start, start + timedelta(hours=hours)
            )
            booking.action_confirm()
            return booking.id

        return action

    def confirmed(self, space, start):
        with self.committed() as env:
            return env["tierslieu.booking"].search_count(
                [("space_id", "=", space), ("start", "=", start), ("state", "=", "confirmed")]
            )

    def assertSold(self, outcomes, number):
        """Exactly `number` won; all the others were told so in a sentence."""
        losers = [outcome for outcome in outcomes if not outcome.won]
        self.assertEqual(len(outcomes) - len(losers), number)
        for loser in losers:
            self.assertIsInstance(loser.error, UserError, loser)
            self.assertIn("is taken on", str(loser.error))
        self.assertLess(max(outcome.seconds for outcome in outcomes), 15)

    def test_one_room(self):
        for nth in range(3):
            start = DAY + timedelta(days=nth)
            self.assertSold(self.race(30, self.book(self.room, start)), 1)
            self.assertEqual(self.confirmed(self.room, start), 1)
        self.assertIntegrity()

    @heavy
    def test_twelve_free_desks_of_twenty(self):
        for nth in range(3):
            start = DAY + timedelta(days=nth)
            self.assertSold(self.race(30, self.book(self.desks, start)), 12)
            self.assertEqual(self.confirmed(self.desks, start), 12)
        self.assertIntegrity()

    def test_neighbouring_hours_are_not_rivals(self):
        """24 claims of 12 desks over two hours: no false refusal."""
        hours = [DAY + timedelta(days=7), DAY + timedelta(days=7, hours=1)]
        outcomes = self.race(24, lambda env, nth: self.book(self.desks, hours[nth % 2])(env, nth))
        self.assertEqual(sum(outcome.won for outcome in outcomes), 24)

    @heavy
    def test_control_without_protection_oversells(self):
        """No constraint, no fresh look: the same race sells the same slot many times."""
        blind = patch.object(
            self.registry["tierslieu.occupancy"], "_clear_lapsed", lambda *args: True
        )
        with (
            blind,
            self.without_constraint("tierslieu_occupancy", "tierslieu_occupancy_no_overlap"),
        ):
            start = DAY + timedelta(days=1, weeks=1)
            outcomes = self.race(30, self.book(self.room, start), work=0.3)
            self.assertGreater(sum(outcome.won for outcome in outcomes), 1)
            outcomes = self.race(30, self.book(self.desks, start), work=0.3)
            self.assertGreater(sum(outcome.won for outcome in outcomes), 12)

    def clean_up(self, env):
        env.cr.execute(
            "UPDATE tierslieu_occupancy SET state = 'released' WHERE booking_id IS NOT NULL"
            " AND start >= %s", [DAY + timedelta(weeks=1)]
        )
        env.cr.execute(
            "UPDATE tierslieu_booking SET state = 'cancelled' WHERE start >= %s",
            [DAY + timedelta(weeks=1)],
        )

    def held(self, start, minutes):
        """Commit a hold of the room that lapses in `minutes` (or lapsed already)."""
        with self.committed() as env:
            booking = env["tierslieu.booking"].reserve(
                self.room, self.people[0], start, start + timedelta(hours=1),
                hold_until=datetime(2030, 1, 7, 7) + timedelta(minutes=minutes),
            )
            return booking.id

    def test_confirm_against_create(self):
        """The holder confirms while 29 others try: the holder has it, or one of them."""
        for nth in range(3):
            start = DAY + timedelta(days=2, hours=1 + nth)
            booking = self.held(start, 10)

            def action(env, nth, booking=booking, start=start):
                if nth == 0:
                    return env["tierslieu.booking"].browse(booking).action_confirm()
                return self.book(self.room, start)(env, nth)

            with self.expected_logs(*NOISE):
                outcomes = self.race(30, action)
            self.assertTrue(outcomes[0].won)
            self.assertSold(outcomes, 1)
        self.assertIntegrity()

    def test_expiry_against_create(self):
        """Lapsed holds are cleared by the cron and by buyers at once: one buyer wins."""
        for nth in range(3):
            start = DAY + timedelta(days=3, hours=1 + nth)
            booking = self.held(start, -1)

            def action(env, nth, start=start):
                if nth == 0:
                    return env["tierslieu.booking"]._expire_due()
                return self.book(self.room, start)(env, nth)

            with self.expected_logs(*NOISE):
                outcomes = self.race(30, action)
            self.assertSold(outcomes[1:], 1)
            with self.committed() as env:
                self.assertEqual(env["tierslieu.booking"].browse(booking).state, "expired")
        self.assertIntegrity()

    def test_late_confirmation_against_create(self):
        """A lapsed hold is confirmed while others buy: one of them all has the room."""
        start = DAY + timedelta(days=3, hours=5)
        booking = self.held(start, -1)

        def action(env, nth):
            if nth == 0:
                return env["tierslieu.booking"].browse(booking).action_confirm()
            return self.book(self.room, start)(env, nth)

        with self.expected_logs(*NOISE):
            self.assertSold(self.race(20, action), 1)
        self.assertIntegrity()

    def test_cancelling_twice_at_once(self):
        with self.committed() as env:
            booking = env["tierslieu.booking"].reserve(
                self.room, self.people[0],
                DAY + timedelta(days=2, hours=5), DAY + timedelta(days=2, hours=6),
            )
            booking.action_confirm()
            booking._invoice()
            booking = booking.id
        with self.expected_logs(*NOISE):
            outcomes = self.race(
                2, lambda env, nth: env["tierslieu.booking"].browse(booking).action_cancel()
            )
        self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
        with self.committed() as env:
            moves = env["tierslieu.booking"].browse(booking).invoice_ids
            self.assertEqual(sorted(moves.mapped("move_type")), ["out_invoice", "out_refund"])
        self.assertIntegrity()
