"""A rush for the seats of an event, beside a sale that locks the event: ./setup/test --full."""

import time
from unittest.mock import patch

from figures import figure

from odoo.exceptions import ValidationError

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data
from odoo.addons.tierslieu_events.tests.common import create_event
from odoo.addons.tierslieu_events.tests.test_seat_races import core_check

BUYERS, SEATS, CONNECTIONS = 200, 50, 32
WORK = 0.3  # seconds that a sale takes apart from the seat: prices, addresses, mails
TIMES_FASTER = 10


class TestRush(RaceCase):
    """As many buyers, as many connections, as much work in each sale: seats claimed apart, and the event locked."""

    @classmethod
    def prepare(cls, env):
        create_booking_data(env)

    def rush(self, sale, at_once):
        """Return how long it takes until every buyer has an answer; all seats are sold, and no other."""
        with self.committed() as env:
            event = create_event(env, seats=SEATS).id

        def buy(env, nth):
            sale(env, event)
            time.sleep(WORK)
            return env["event.registration"].create({"event_id": event, "name": f"Buyer {nth}"})

        begun = time.monotonic()
        outcomes = self.race(BUYERS, buy, work=0, at_once=at_once)
        seconds = time.monotonic() - begun
        refused = [outcome.error for outcome in outcomes if outcome.error]
        self.assertEqual({type(error) for error in refused}, {ValidationError}, refused[:1])
        with self.committed() as env:
            sold = env["event.registration"].search_count([("event_id", "=", event), ("state", "=", "open")])
        self.assertEqual((sold, len(refused)), (SEATS, BUYERS - SEATS))
        return seconds

    def lock(self, env, event):
        """Lock the event until the sale ends, in a transaction that sees what the one before it has sold."""
        env.cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        env.cr.execute("SELECT id FROM event_event WHERE id = %s FOR UPDATE", [event])

    @heavy
    def test_a_rush_beside_a_locked_event(self):
        # A claim needs a second connection for some milliseconds.
        ours = self.rush(lambda _env, _event: None, CONNECTIONS // 2)
        # Odoo's count is right while nobody else sells.
        with patch.object(self.registry["event.registration"], "_tierslieu_claim", core_check):
            theirs = self.rush(self.lock, CONNECTIONS)
        figure(
            f"{BUYERS} buyers, {SEATS} seats, {CONNECTIONS} connections, {1000 * WORK:.0f} ms of work in a sale:"
            f" {ours:.1f} s, {theirs:.1f} s with the event locked: {theirs / ours:.0f} times faster."
        )
        self.assertGreaterEqual(theirs / ours, TIMES_FASTER)
