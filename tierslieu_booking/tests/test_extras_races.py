from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

from .common import create_booking_data
from .extras_common import create_extras

DAY = datetime(2030, 1, 8, 9)  # a Tuesday, ten in Paris
NOISE = ("odoo.sql_db", "odoo.service.model")


@tagged("post_install", "-at_install", "race")
class TestExtrasRaces(RaceCase):
    """The last projector asked for with several rooms, and the whole floor against its rooms."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        extras = create_extras(env, data["place"], data["taxes"], env.company)
        cls.projector, cls.phone = extras["projector"].id, extras["phone"].id
        cls.projector_units = extras["projector"].unit_ids.ids
        rooms = [data["room"].copy({"name": f"Room {nth}", "unit_ids": False}) for nth in range(12)]
        for room in rooms:
            room.unit_count = 1
        cls.rooms = [room.id for room in rooms]
        floor = data["room"].copy({"name": "Whole floor", "unit_ids": False})
        floor.unit_ids = rooms[0].union(*rooms[:4]).unit_ids
        whole = data["room"].copy({"name": "Whole place", "unit_ids": False})
        whole.unit_ids = rooms[0].union(*rooms[:6]).unit_ids
        cls.floor, cls.whole = floor.id, whole.id
        cls.people = [env["res.partner"].create({"name": f"Contender {nth}"}).id for nth in range(24)]

    def setUp(self):
        super().setUp()
        # No date is a test's "today": the races happen in 2030.
        clock = patch("odoo.fields.Datetime.now", lambda: datetime(2030, 1, 7, 7))
        clock.start()
        self.addCleanup(clock.stop)

    def book(self, env, nth, space, start, hours=1, extras=None):
        booking = env["tierslieu.booking"].reserve(
            space, self.people[nth], start, start + timedelta(hours=hours), extras=extras
        )
        booking.action_confirm()
        return booking.id

    def with_projector(self, start, extras):
        return lambda env, nth: self.book(env, nth, self.rooms[nth], start, extras=extras(nth))

    def overlaps(self):
        with self.committed() as env:
            env.cr.execute(
                "SELECT COUNT(*) FROM tierslieu_occupancy a JOIN tierslieu_occupancy b"
                " ON a.unit_id = b.unit_id AND a.id < b.id AND tsrange(a.start, a.stop) && tsrange(b.start, b.stop)"
                " WHERE a.state = 'firm' AND b.state = 'firm' AND a.unit_id IN %s", [tuple(self.projector_units)]
            )
            return env.cr.fetchone()[0]

    def assertSold(self, outcomes, number, said):
        losers = [outcome for outcome in outcomes if not outcome.won]
        self.assertEqual(len(outcomes) - len(losers), number, [str(loser.error) for loser in losers])
        for loser in losers:
            self.assertIsInstance(loser.error, UserError, loser)
            self.assertRegex(str(loser.error), said)
        self.assertLess(max(outcome.seconds for outcome in outcomes), 15)

    def test_two_projectors_for_twelve_rooms(self):
        """Two have one each; the ten others keep no room either."""
        for nth in range(3):
            start = DAY + timedelta(days=nth)
            action = self.with_projector(start, lambda nth: {self.projector: 1})
            with self.expected_logs(*NOISE):
                self.assertSold(self.race(12, action), 2, "Projector: none is free")
            with self.committed() as env:
                taken = env["tierslieu.booking"].search([("start", "=", start), ("state", "=", "confirmed")])
                self.assertEqual(len(taken), 2)
                rows = env["tierslieu.occupancy"].search([("start", "=", start), ("state", "!=", "released")])
                self.assertEqual(rows.booking_id, taken)
                self.assertEqual(len(rows), 4)
        self.assertIntegrity()

    def test_projector_and_phone_asked_in_both_orders(self):
        """Who wants both, in whatever order, waits for nobody in a circle: no deadlock, one of each."""
        start = DAY + timedelta(days=3)

        def extras(nth):
            pair = [(self.projector, 2), (self.phone, 1)]
            return pair if nth % 2 else pair[::-1]

        outcomes = self.race(12, self.with_projector(start, extras))
        self.assertSold(outcomes, 1, "is free")
        self.assertIntegrity()

    def test_a_move_and_a_hold_for_the_last_one(self):
        """A booking that moves to where another wants the projectors: one of both has them."""
        start = DAY + timedelta(days=2, hours=2)
        with self.committed() as env:
            booking = self.book(env, 0, self.rooms[0], start, extras={self.projector: 2})

        def action(env, nth):
            if nth == 0:
                later = start + timedelta(hours=3)
                return env["tierslieu.booking"].browse(booking).action_move(later, later + timedelta(hours=1))
            return self.book(env, nth, self.rooms[nth], start + timedelta(hours=3), extras={self.projector: 2})

        with self.expected_logs(*NOISE):
            self.assertSold(self.race(6, action), 1, "Projector: ")
        self.assertIntegrity()

    def test_the_whole_floor_against_its_rooms(self):
        """The whole place, the whole floor and the rooms of it: never one with a part of it."""
        for nth in range(3):
            start = DAY + timedelta(days=7 + nth)
            spaces = [self.whole, self.floor, *self.rooms[:4]] * 2
            with self.expected_logs(*NOISE):
                outcomes = self.race(
                    12, lambda env, nth, spaces=spaces, start=start: self.book(env, nth, spaces[nth], start)
                )
            won = sorted(spaces[nth] for nth, outcome in enumerate(outcomes) if outcome.won)
            self.assertEqual(len(won), len(set(won)), won)
            if self.whole in won or self.floor in won:
                self.assertEqual(len(won), 1, won)
            else:
                self.assertTrue(set(won) <= set(self.rooms[:4]) and won, won)
            losers = [outcome for outcome in outcomes if not outcome.won]
            for loser in losers:
                self.assertRegex(str(loser.error), "is taken on")
        self.assertIntegrity()

    @heavy
    def test_control_without_protection_lends_one_projector_twice(self):
        """No constraint, no fresh look: the same races sell the same things many times."""
        occupancy = self.registry["tierslieu.occupancy"]
        blind = patch.object(occupancy, "_clear_lapsed", lambda *args: True)
        blinder = patch.object(occupancy, "_busy_equipment", lambda *args: set())
        with blind, blinder, self.without_constraint("tierslieu_occupancy", "tierslieu_occupancy_no_overlap"):
            start = DAY + timedelta(days=1, weeks=3)
            action = self.with_projector(start, lambda nth: {self.projector: 1})
            outcomes = self.race(12, action, work=0.3)
            self.assertGreater(sum(outcome.won for outcome in outcomes), 2)
            self.assertGreater(self.overlaps(), 0)
            spaces = [self.floor, *self.rooms[:4]]
            start += timedelta(hours=3)
            outcomes = self.race(
                5, lambda env, nth: self.book(env, nth, spaces[nth], start), work=0.3
            )
            self.assertTrue(outcomes[0].won)
            self.assertGreater(sum(outcome.won for outcome in outcomes), 1)

    def clean_up(self, env):
        env.cr.execute(
            "UPDATE tierslieu_occupancy SET state = 'released' WHERE booking_id IS NOT NULL AND start >= %s",
            [DAY + timedelta(weeks=3)],
        )
        env.cr.execute(
            "UPDATE tierslieu_booking SET state = 'cancelled' WHERE start >= %s", [DAY + timedelta(weeks=3)]
        )
