import re
import threading
from datetime import datetime, timedelta

import requests

from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import FULL, heavy

from .common import create_booking_data
from .served import ServedCase

CLIENTS = 30
RUSHES = 2 if FULL else 1  # for the same room


@tagged("post_install", "-at_install", "race")
class TestHttpRaces(ServedCase):
    """Thirty browsers against a server of three worker processes."""

    workers = 3

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        cls.room, cls.desks, cls.place = data["room"].id, data["desks"].id, data["place"].id
        holder = env["res.partner"].create({"name": "Resident"})
        for unit in data["desks"].unit_ids[:8]:
            env["tierslieu.occupancy"].create(
                {"unit_id": unit.id, "start": datetime(2026, 1, 1), "partner_id": holder.id}
            )
        # All clients share this machine's address: only the race is the subject here.
        env["ir.config_parameter"].set_param("tierslieu_booking.max_live_holds", "1000")
        cls.start = cls._next_tuesday(data["place"])

    @classmethod
    def _next_tuesday(cls, place):
        """Return ten o'clock of a Tuesday in two weeks, naive UTC: a server has no frozen clock."""
        today = place.now_local().date()
        day = today + timedelta(days=14 + (1 - today.weekday()) % 7)
        return place.to_utc(datetime(day.year, day.month, day.day, 10))

    def rush(self, space, start):
        """Let every client ask for the same slot at once.

        :return: (won, told): how many went on to pay, how many got a sentence
        """
        with self.committed() as env:
            env.cr.execute("DELETE FROM tierslieu_throttle")
        barrier = threading.Barrier(CLIENTS)
        answers = [None] * CLIENTS

        def client(nth):
            session = requests.Session()
            page = session.get(f"{self.url}/book/{space}", timeout=60)
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
            form = {
                "space": space,
                "start": start.strftime("%Y-%m-%dT%H:%MZ"),
                "length": "60",
                "csrf_token": token,
            }
            barrier.wait(timeout=120)
            answer = session.post(
                f"{self.url}/book/hold", data=form, allow_redirects=False, timeout=60
            )
            sentence = None
            if "/book/" in answer.headers.get("Location", ""):
                back = session.get(f"{self.url}{_path(answer.headers['Location'])}", timeout=60)
                sentence = re.search(r"is taken on|: déjà pris", _plain(back.text))
            answers[nth] = (answer.status_code, answer.headers.get("Location", ""), sentence)

        threads = [threading.Thread(target=client, args=(nth,)) for nth in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=180)
        self.assertNotIn(None, answers)
        self.assertEqual({status for status, _where, _told in answers}, {303}, answers)
        won = sum("/shop/checkout" in where for _status, where, _told in answers)
        told = sum(bool(sentence) for _status, _where, sentence in answers)
        return won, told

    def held(self, space, start):
        """Count the bookings held and the order lines that carry them."""
        with self.committed() as env:
            bookings = env["tierslieu.booking"].search(
                [("space_id", "=", space), ("start", "=", start), ("state", "=", "hold")]
            )
            return len(bookings), len(bookings.sale_line_ids)

    def test_one_room(self):
        for nth in range(RUSHES):
            start = self.start + timedelta(hours=nth)
            self.assertEqual(self.rush(self.room, start), (1, CLIENTS - 1))
            self.assertEqual(self.held(self.room, start), (1, 1))
        self.assertIntegrity()
        self.assertQuiet()

    @heavy
    def test_twelve_free_desks(self):
        self.assertEqual(self.rush(self.desks, self.start), (12, CLIENTS - 12))
        self.assertEqual(self.held(self.desks, self.start), (12, 12))
        self.assertIntegrity()
        self.assertQuiet()

    def clean_up(self, env):
        env.cr.execute(
            "UPDATE tierslieu_occupancy SET state = 'released' WHERE booking_id IS NOT NULL"
        )
        env.cr.execute("UPDATE tierslieu_booking SET state = 'expired' WHERE state = 'hold'")

    @heavy
    def test_control_without_protection_oversells(self):
        """The same clients, the constraint gone: the harness does show the race."""
        sold = 0
        with self.without_constraint("tierslieu_occupancy", "tierslieu_occupancy_no_overlap"):
            for nth in range(12):
                start = self.start + timedelta(days=1 + nth // 6, hours=nth % 6)
                won, _told = self.rush(self.desks, start)
                sold = max(sold, won)
                if sold > 12:
                    break
        self.assertGreater(sold, 12)


def _plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ").replace(" :", ":")


def _path(location):
    return re.sub(r"^https?://[^/]+", "", location)
