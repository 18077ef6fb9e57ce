import threading
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

from .common import create_booking_data

DAY = datetime(2030, 1, 8, 9)  # a Tuesday, ten in Paris
NOISE = ("odoo.sql_db", "odoo.service.model")
HALF = timedelta(hours=1, minutes=30)
DESKS = 12


@tagged("post_install", "-at_install", "race")
class TestPlacementRaces(RaceCase):
    """Twelve desks, each half taken: six bookings fit, once six others have moved."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        data["desks"].unit_count = DESKS
        cls.desks = data["desks"].id
        cls.units = data["desks"].unit_ids.ids
        cls.people = [
            env["res.partner"].create({"name": f"Contender {nth}"}).id for nth in range(30)
        ]

    def setUp(self):
        super().setUp()
        # No date is a test's "today": the races happen in 2030.
        clock = patch("odoo.fields.Datetime.now", lambda: datetime(2030, 1, 7, 7))
        clock.start()
        self.addCleanup(clock.stop)

    def cut(self, day, confirm=False, desks=DESKS):
        """Take half of the same three hours on each desk; return the bookings."""
        start = DAY + timedelta(days=day)
        bookings = []
        with self.committed() as env:
            for nth, unit in enumerate(self.units):
                begin, length = start + nth % 2 * HALF, HALF
                if nth >= desks:
                    begin, length = start, 2 * HALF
                booking = env["tierslieu.booking"].reserve(
                    self.desks, self.people[nth], begin, begin + length, unit=unit,
                    hold_until=datetime(2030, 2, 1),
                )
                if confirm or nth >= desks:
                    booking.action_confirm()
                if nth < desks:
                    bookings.append(booking.id)
        return start, bookings

    def take(self, start):
        def action(env, nth):
            return env["tierslieu.booking"].reserve(
                self.desks, self.people[nth], start, start + 2 * HALF
            ).id

        return action

    def assertSold(self, outcomes, number):
        """Exactly `number` won; all the others were told so in a sentence."""
        self.assertRefusedClearly(outcomes)
        self.assertEqual(sum(outcome.won for outcome in outcomes), number, outcomes)

    def assertRefusedClearly(self, outcomes):
        for outcome in outcomes:
            if not outcome.won:
                self.assertIsInstance(outcome.error, UserError, outcome)
                self.assertIn("is taken on", str(outcome.error))
        self.assertLess(max(outcome.seconds for outcome in outcomes), 15)

    def assertOneUnitEach(self, bookings):
        """Whoever moved did so whole, and nobody lost their place."""
        with self.committed() as env:
            for booking in env["tierslieu.booking"].browse(bookings):
                live = booking.occupancy_ids.filtered(lambda row: row.state != "released")
                held = booking.state in ("hold", "confirmed", "in_use")
                self.assertEqual(len(live.unit_id), int(held), booking.state)

    # -- Thirty at once

    @heavy
    def test_six_places_that_only_moves_make(self):
        for day in range(3):
            start, bookings = self.cut(day)
            outcomes = self.race(30, self.take(start))
            self.assertSold(outcomes, DESKS // 2)
            self.assertOneUnitEach(bookings)
            with self.committed() as env:
                moved = env["tierslieu.booking"].browse(bookings).filtered(
                    lambda b: any("make room" in (m.body or "") for m in b.message_ids)
                )
                self.assertEqual(len(moved), DESKS // 2)
        self.assertIntegrity()

    # -- Against those who change the bookings that must move

    def against(self, day, change, buyers=12, confirm=False):
        """Let buyers make room while someone changes each of the bookings around."""
        start, bookings = self.cut(day, confirm=confirm)

        def action(env, nth):
            if nth < buyers:
                return self.take(start)(env, nth)
            return change(env["tierslieu.booking"].browse(bookings[nth - buyers]))

        with self.expected_logs(*NOISE):
            outcomes = self.race(buyers + len(bookings), action)
        for outcome in outcomes[buyers:]:
            self.assertTrue(outcome.won, outcome)
        self.assertRefusedClearly(outcomes[:buyers])
        self.assertOneUnitEach(bookings)
        self.assertIntegrity()
        return sum(outcome.won for outcome in outcomes[:buyers]), bookings

    def test_against_confirmations(self):
        for day in (14, 15):
            won, bookings = self.against(day, lambda booking: booking.action_confirm())
            self.assertEqual(won, DESKS // 2)
            with self.committed() as env:
                states = env["tierslieu.booking"].browse(bookings).mapped("state")
                self.assertEqual(set(states), {"confirmed"})

    @heavy
    def test_against_cancellations(self):
        """What is cancelled makes room by itself: at least what was there is sold."""
        for day in (16, 17):
            won, _bookings = self.against(day, lambda b: b.action_cancel(), confirm=True)
            self.assertGreaterEqual(won, DESKS // 2)

    @heavy
    def test_against_check_ins(self):
        """Who came before the others were moved stays; the rest still makes room."""
        for day in (21, 22):
            won, bookings = self.against(day, lambda b: b.action_check_in(), confirm=True)
            self.assertLessEqual(won, DESKS // 2)
            with self.committed() as env:
                states = env["tierslieu.booking"].browse(bookings).mapped("state")
                self.assertEqual(set(states), {"in_use"})

    @heavy
    def test_against_expiry(self):
        start, bookings = self.cut(23)
        with self.committed() as env:
            held = env["tierslieu.booking"].browse(bookings)
            held.hold_until = held.occupancy_ids.hold_until = datetime(2030, 1, 7, 6)

        def action(env, nth):
            if nth == 0:
                return env["tierslieu.booking"]._expire_due()
            return self.take(start)(env, nth)

        with self.expected_logs(*NOISE):
            outcomes = self.race(24, action)
        self.assertSold(outcomes[1:], DESKS)
        self.assertIntegrity()

    # -- Against those who take, or confirm, where somebody is being moved to; and what protects from it

    def overlaps(self, bookings):
        """Count the places where one of some bookings is on a unit together with somebody else."""
        with self.committed() as env:
            env.cr.execute(
                "SELECT count(*) FROM tierslieu_occupancy AS one JOIN tierslieu_occupancy AS other"
                " ON one.unit_id = other.unit_id AND one.id != other.id"
                " AND tsrange(one.start, one.stop) && tsrange(other.start, other.stop)"
                " WHERE one.state IN ('hold', 'firm') AND other.state IN ('hold', 'firm')"
                " AND one.booking_id = ANY(%s)", [bookings],
            )
            return env.cr.fetchone()[0]

    def move_against_halves(self, day):
        """Let eight ask for three hours, for which others move, and twelve for a half of them.

        :return: (how many had all, the first half, the second; overlaps of those who moved)
        """
        start, bookings = self.cut(day)

        def action(env, nth):
            if nth < 8:
                return self.take(start)(env, nth)
            begin = start + nth % 2 * HALF
            return env["tierslieu.booking"].reserve(
                self.desks, self.people[nth], begin, begin + HALF
            ).id

        with self.expected_logs(*NOISE):
            outcomes = self.race(20, action, work=0.2)
        self.assertRefusedClearly(outcomes)
        won = [sum(outcome.won for outcome in some)
               for some in (outcomes[:8], outcomes[8::2], outcomes[9::2])]
        return *won, self.overlaps(bookings)

    def move_against_late_confirmations(self, day):
        """Let six ask for three hours while the holders of six lapsed holds, in their way, confirm.

        :return: (how many had the hours, how many confirmed, overlaps of all)
        """
        start, bookings = self.cut(day)
        with self.committed() as env:
            late = [
                env["tierslieu.booking"].reserve(
                    self.desks, self.people[20 + nth], start, start + HALF,
                    hold_until=datetime(2030, 1, 7, 8),
                ).id
                for nth in range(6)
            ]
            held = env["tierslieu.booking"].browse(late)
            held.hold_until = held.occupancy_ids.hold_until = datetime(2030, 1, 7, 6)

        def action(env, nth):
            if nth < 6:
                return self.take(start)(env, nth)
            return env["tierslieu.booking"].browse(late[nth - 6]).action_confirm()

        with self.expected_logs(*NOISE):
            outcomes = self.race(12, action, work=0.2)
        self.assertRefusedClearly(outcomes)
        won = [sum(outcome.won for outcome in some) for some in (outcomes[:6], outcomes[6:])]
        return *won, self.overlaps(bookings + late)

    def test_nobody_lands_on_anybody(self):
        for day in (35, 36):
            whole, first, second, overlaps = self.move_against_halves(day)
            self.assertEqual(overlaps, 0)
            # Each desk had one half free: all are sold, none twice.
            self.assertEqual((whole + first, whole + second), (DESKS // 2, DESKS // 2))
        self.assertIntegrity()

    def test_who_confirms_late_shares_with_nobody(self):
        for day in (37, 38):
            whole, confirmed, overlaps = self.move_against_late_confirmations(day)
            self.assertEqual(overlaps, 0)
            self.assertEqual(whole + confirmed, DESKS // 2)
        self.assertIntegrity()

    @contextmanager
    def unprotected(self):
        """Take away all that protects a move: constraint, locks, fresh eyes, letting lapsed holds go."""
        model = self.registry["tierslieu.occupancy"]
        with ExitStack() as stack:
            stack.enter_context(
                self.without_constraint("tierslieu_occupancy", "tierslieu_occupancy_no_overlap")
            )
            for name, blind in (
                ("_lock_units", lambda self, units: None),
                ("_lock_bookings", lambda self, sight, bookings: set()),
                ("_read_fresh", lambda self, query: self.env.execute_query(query)),
                ("_let_lapsed_go", lambda self, ids: None),
            ):
                stack.enter_context(patch.object(model, name, blind))
            yield

    def clean_up(self, env):
        """Give back what the control runs sold twice."""
        env.cr.execute(
            "UPDATE tierslieu_occupancy SET state = 'released' WHERE start >= %s",
            [DAY + timedelta(days=42)],
        )
        env.cr.execute(
            "UPDATE tierslieu_booking SET state = 'cancelled' WHERE start >= %s",
            [DAY + timedelta(days=42)],
        )

    @heavy
    def test_control_without_protection_moves_land_on_others(self):
        """The same two races: somebody is put where somebody is, and more is sold than there is."""
        for race in (self.move_against_halves, self.move_against_late_confirmations):
            with self.subTest(race.__name__), self.unprotected():
                for day in (42, 43, 44):
                    *_won, overlaps = race(day)
                    if overlaps:
                        break
                self.assertGreater(overlaps, 0, "The control run shows no race")

    # -- The same, one step at a time

    def other(self, work):
        """Do some work in another transaction, and keep it open until told to commit."""
        done, go = threading.Event(), threading.Event()

        def run():
            with self.committed() as env:
                work(env)
                env.flush_all()
                done.set()
                go.wait(30)

        thread = threading.Thread(target=run)
        thread.start()
        self.assertTrue(done.wait(30))

        def commit():
            go.set()
            thread.join(30)

        self.addCleanup(commit)
        return commit

    def test_who_checks_in_at_this_instant_is_left_alone(self):
        """Nobody waits, nobody is moved from under the host: begin again."""
        start, bookings = self.cut(28, confirm=True, desks=2)
        commit = self.other(lambda env: env["tierslieu.booking"].browse(bookings).action_check_in())
        with self.assertRaises(ConcurrencyError), self.committed() as env:
            self.take(start)(env, 29)
        commit()
        with self.assertRaisesRegex(UserError, "is taken on"), self.committed() as env:
            self.take(start)(env, 29)
        self.assertIntegrity()

    def test_another_way_is_found_around_who_checks_in(self):
        """Two pairs of desks: what one host is at, the other pair does without."""
        start, bookings = self.cut(29, confirm=True, desks=4)
        self.other(lambda env: env["tierslieu.booking"].browse(bookings[:2]).action_check_in())
        with self.committed() as env:
            self.take(start)(env, 29)
        self.assertOneUnitEach(bookings)
        with self.committed() as env:
            for nth, booking in enumerate(env["tierslieu.booking"].browse(bookings[:2])):
                self.assertEqual(booking.unit_ids.id, self.units[nth])
        self.assertIntegrity()

    def test_what_was_confirmed_since_begins_again(self):
        """Ours is an older snapshot: what it cannot write, it does not."""
        start, bookings = self.cut(30, desks=2)
        with self.assertRaises(ConcurrencyError), self.committed() as env:
            env["tierslieu.booking"].search_count([])
            with self.committed() as other:
                other["tierslieu.booking"].browse(bookings).action_confirm()
            self.take(start)(env, 29)
        with self.committed() as env:
            self.take(start)(env, 29)
        self.assertOneUnitEach(bookings)
        self.assertIntegrity()

    def test_what_came_since_is_seen(self):
        """A booking newer than our snapshot takes its desk, and nobody begins again for it."""
        start, bookings = self.cut(31, desks=4)
        with self.committed() as env:
            env["tierslieu.booking"].search_count([])
            with self.committed() as other:
                first = self.take(start)(other, 28)
            second = self.take(start)(env, 29)
        with self.committed() as env:
            new = env["tierslieu.booking"].browse([first, second])
            self.assertEqual(len(new.unit_ids), 2)
        self.assertOneUnitEach(bookings)
        with self.assertRaisesRegex(UserError, "is taken on"), self.committed() as env:
            self.take(start)(env, 29)
        self.assertIntegrity()
