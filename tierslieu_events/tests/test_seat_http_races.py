import re
import threading

import requests

from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_booking.tests.common import create_booking_data
from odoo.addons.tierslieu_booking.tests.served import ServedCase

from .common import create_event

CLIENTS, SEATS = 40, 12


@tagged("post_install", "-at_install", "race")
class TestSeatHttpRaces(ServedCase):
    """Forty browsers want twelve seats of a server of three worker processes."""

    workers = 3

    @classmethod
    def prepare(cls, env):
        create_booking_data(env)
        cls.free, cls.paid = (
            create_event(
                env, seats=SEATS, tickets=[("Place", 0, price)], is_published=True, company_id=env.company.id
            ).id
            for price in (0.0, 10.0)
        )
        cls.tickets = {
            event: env["event.event"].browse(event).event_ticket_ids.id for event in (cls.free, cls.paid)
        }

    def clean_up(self, env):
        env["event.registration"].search([]).unlink()

    def rush(self, event):
        """Let every client ask for a seat at once; return {where they were sent, or the sentence: how many}."""
        with self.committed() as env:
            env.cr.execute("DELETE FROM tierslieu_throttle")
        barrier, answers = threading.Barrier(CLIENTS), [None] * CLIENTS

        def client(nth):
            session, address = requests.Session(), f"{self.url}/event/{event}/seats"
            token = re.search(r'name="csrf_token" value="([^"]+)"', session.get(address, timeout=60).text).group(1)
            form = {
                "csrf_token": token, "name": f"Client {nth}", "email": f"client{nth}@example.org",
                f"number-{self.tickets[event]}": "1",
            }
            barrier.wait(timeout=120)
            answer = session.post(address, data=form, allow_redirects=False, timeout=120)
            told = re.search(r"no seat left|plus de place", answer.text)
            answers[nth] = answer.status_code, answer.headers.get("Location", "").rpartition("/")[2], bool(told)

        threads = [threading.Thread(target=client, args=(nth,)) for nth in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=180)
        return answers

    def assertSold(self, event, where, state):
        answers = self.rush(event)
        won = [answer for answer in answers if answer == (303, where, False)]
        told = [answer for answer in answers if answer == (200, "", True)]
        self.assertEqual((len(won), len(told)), (SEATS, CLIENTS - SEATS), answers)
        with self.committed() as env:
            seats = env["event.registration"].search([("event_id", "=", event)])
            self.assertEqual((len(seats), set(seats.mapped("state"))), (SEATS, {state}))
        self.assertIntegrity()
        self.assertQuiet()

    def test_free_seats(self):
        self.assertSold(self.free, "done", "open")

    @heavy
    def test_seats_in_carts(self):
        self.assertSold(self.paid, "cart", "draft")
