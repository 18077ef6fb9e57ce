from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.race import RaceCase

BUYERS, SEATS, CONNECTIONS, WORK = 200, 50, 32, 0.3


@tagged("post_install", "-at_install")
class TestSeatRaces(RaceCase):
    """Many people want the last seats at once: each is sold once, and none is left while somebody waits."""

    @classmethod
    def prepare(cls, env):
        cls.event = cls.an_event(env, "Rush", SEATS).id

    @classmethod
    def an_event(cls, env, name, seats, **values):
        return env["event.event"].create(
            {
                "name": name, "date_begin": "2027-03-01 18:00:00", "date_end": "2027-03-01 20:00:00",
                "seats_limited": bool(seats), "seats_max": seats,
            }
            | values
        )

    def sold(self, event):
        with self.committed() as env:
            return env["event.registration"].search_count([("event_id", "=", event), ("state", "=", "open")])

    def buy(self, event):
        """Return an action that registers somebody."""
        return lambda env, nth: env["event.registration"].create({"event_id": event, "name": f"Buyer {nth}"})

    def rush(self, event, buyers):
        """Let many people register through no more connections than a server has: each sale needs two at times."""
        return self.race(buyers, self.buy(event), work=WORK, at_once=CONNECTIONS // 2)

    def test_a_rush_for_fifty_seats(self):
        outcomes = self.rush(self.event, BUYERS)
        refused = [outcome.error for outcome in outcomes if outcome.error]
        self.assertEqual({type(error) for error in refused}, {ValidationError})
        self.assertEqual((self.sold(self.event), len(refused)), (SEATS, BUYERS - SEATS))
        self.assertEqual({outcome.tries for outcome in outcomes}, {1})
        self.assertIntegrity()

    def test_without_protection_too_many_are_sold(self):
        with self.committed() as env:
            event = self.an_event(env, "Unprotected", 10).id
        registration = self.registry["event.registration"]
        with patch.object(registration, "_check_seats_availability", core_check):
            self.rush(event, 40)
        self.assertGreater(self.sold(event), 10)


def core_check(self):
    """What Odoo does: count, in a transaction that sees what was there before."""
    for event, registrations in self.grouped("event_id").items():
        taken = self.search_count([("event_id", "=", event.id), ("state", "in", ("open", "done"))])
        if registrations and event.seats_limited and taken > event.seats_max:
            raise ValidationError("Full")


core_check._constrains = ("active", "state", "event_id", "event_slot_id", "event_ticket_id")
