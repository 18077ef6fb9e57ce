"""A ticket from its order to its code, beside stock `event_sale`: ./setup/test --full."""

import contextlib
import time
from unittest.mock import patch

from figures import figure

from odoo import SUPERUSER_ID, Command, api
from odoo.sql_db import db_connect

from odoo.addons.event.models.event_event import EventEvent
from odoo.addons.event.models.event_registration import EventRegistration
from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data
from odoo.addons.tierslieu_events.tests.common import create_event

ORDERS, ROUNDS = 60, 3
AT_MOST = 1.2


class TestTickets(RaceCase):
    """Orders of one paid ticket, confirmed, each registration with its code: ours and stock in turn."""

    @classmethod
    def prepare(cls, env):
        create_booking_data(env)
        cls.partner = env["res.partner"].create({"name": "Acheteuse"}).id

    @contextlib.contextmanager
    def stock(self):
        """Let Odoo count seats as it does without us."""
        registration, event = self.registry["event.registration"], self.registry["event.event"]
        with (
            patch.object(registration, "_check_seats_availability", EventRegistration._check_seats_availability),
            patch.object(registration, "_tierslieu_claim", lambda _self: None),
            patch.object(event, "_get_seats_availability", EventEvent._get_seats_availability),
        ):
            yield

    def seconds(self):
        """Return how long it takes to sell tickets, each in a transaction of its own."""
        with self.committed() as env:
            event = create_event(env, seats=ORDERS * 2, tickets=[("Place", 0, 10.0)])
            ticket, product, event_id = event.event_ticket_ids.id, event.event_ticket_ids.product_id.id, event.id
        begun = time.perf_counter()
        for _nth in range(ORDERS):
            with db_connect(self.database).cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                order = env["sale.order"].create(
                    {
                        "partner_id": self.partner,
                        "order_line": [
                            Command.create(
                                {"product_id": product, "event_id": event_id, "event_ticket_id": ticket}
                            )
                        ],
                    }
                )
                order.action_confirm()
                seats = order.order_line.registration_ids
                seats.action_confirm()
                self.assertTrue(seats.barcode)
                env.flush_all()
                cr.commit()  # pylint: disable=invalid-commit
        took = time.perf_counter() - begun
        with self.committed() as env:
            self.assertEqual(
                env["event.registration"].search_count([("event_id", "=", event_id), ("state", "=", "open")]), ORDERS
            )
        return took

    @heavy
    def test_one_ticket_beside_stock(self):
        self.seconds()  # what a first run loads is nobody's cost
        pairs = []
        for _round in range(ROUNDS):
            with self.stock():
                theirs = self.seconds()
            pairs.append((self.seconds(), theirs))
        ours, theirs = (min(times) for times in zip(*pairs, strict=True))
        figure(f"One ticket per order, {ORDERS} orders: ours {ours:.2f} s, stock {theirs:.2f} s, {ours / theirs:.2f} ×")
        self.assertLessEqual(ours / theirs, AT_MOST)
