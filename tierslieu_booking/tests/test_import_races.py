import base64
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import datetime, timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.import_common import as_csv_file
from odoo.addons.tierslieu_base.tests.race import RaceCase

from .common import create_booking_data

START = datetime(2030, 1, 8, 9)  # a Tuesday, ten in Paris
HEAD = ["Numéro", "Membre", "Espace", "Lieu", "Début", "Fin", "Paiement"]
NOISE = ("odoo.sql_db", "odoo.service.model")


@tagged("post_install", "-at_install", "race")
class TestImportRaces(RaceCase):
    """A place moves in while its members book."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        data["place"].name = "Le Quai des courses"
        cls.room, cls.desks = data["room"].id, data["desks"].id
        cls.people = [
            env["res.partner"].create({"name": f"Course {nth}", "email": f"course{nth}@quai.example"}).id
            for nth in range(8)
        ]

    def setUp(self):
        super().setUp()
        # No date is a test's "today": the races happen in 2030.
        clock = patch("odoo.fields.Datetime.now", lambda: datetime(2030, 1, 7, 7))
        clock.start()
        self.addCleanup(clock.stop)

    def an_import(self, space, number, prefix, hour=10):
        """Commit an import of bookings of the first hours of consecutive days."""
        rows = [HEAD] + [
            [f"{prefix}-{nth}", f"course{nth % 8}@quai.example", space, "Le Quai des courses",
             f"{START + timedelta(days=nth // 8):%d/%m/%Y} {hour}:00", f"{hour + 1}:00", "payé"]
            for nth in range(number)
        ]
        with self.committed() as env:
            record = env["tierslieu.import"].create(
                {"kind": "bookings", "file": base64.b64encode(as_csv_file(rows)), "file_name": "race.csv"}
            )
            return record.id

    def confirmed(self, space):
        with self.committed() as env:
            return env["tierslieu.booking"].search_count([("space_id", "=", space), ("state", "=", "confirmed")])

    def test_a_file_against_members_who_want_the_same_desk(self):
        imported = self.an_import("Petit salon", 1, "one")

        def action(env, nth):
            if nth:
                booking = env["tierslieu.booking"].reserve(
                    self.room, self.people[nth], START, START + timedelta(hours=1)
                )
                booking.action_confirm()
                return "booked"
            record = env["tierslieu.import"].browse(imported)
            record.action_import()
            return record.state

        with self.expected_logs(*NOISE):
            outcomes = self.race(8, action)
        won = [outcome for outcome in outcomes if outcome.value in ("booked", "done")]
        self.assertEqual(len(won), 1, outcomes)
        self.assertEqual(self.confirmed(self.room), 1)
        for outcome in outcomes[1:]:
            self.assertTrue(outcome.won or isinstance(outcome.error, UserError), outcome)
        self.assertTrue(outcomes[0].won, "The import is told in its report, not by an error.")
        with self.committed() as env:
            record = env["tierslieu.import"].browse(imported)
            if record.state == "faulty":
                self.assertIn("is taken on", record.problem_ids.message)
        self.assertIntegrity()

    def test_two_clicks_bring_it_in_once(self):
        imported = self.an_import("Coworking", 4, "two", hour=14)

        def action(env, nth):
            env["tierslieu.import"].browse(imported).action_import()

        with self.expected_logs(*NOISE):
            outcomes = self.race(4, action)
        self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
        with self.committed() as env:
            record = env["tierslieu.import"].browse(imported)
            self.assertEqual((record.state, record.new_count), ("done", 4))
            made = env["tierslieu.booking"].browse(record.made["tierslieu.booking"])
            self.assertEqual(len(made), 4)
            self.assertEqual(
                env["tierslieu.booking"].search_count([("space_id", "=", self.desks), ("start", "=", made[0].start)]), 4
            )
        self.assertIntegrity()

    def test_killed_half_way_nothing_is_half_done(self):
        """Another process brings 40 bookings in and is killed with -9 in the middle."""
        imported = self.an_import("Salle créative", 1, "kill", hour=15)
        script = textwrap.dedent(
            """
            import base64, sys, time
            from datetime import datetime
            from unittest.mock import patch
            from odoo import SUPERUSER_ID, api
            from odoo.modules.registry import Registry
            from odoo.tools import config
            config.parse_config(["-d", sys.argv[1], *sys.argv[3:]])
            with Registry(sys.argv[1]).cursor() as cr, patch(
                "odoo.fields.Datetime.now", lambda: datetime(2030, 1, 7, 7)
            ):
                env = api.Environment(cr, SUPERUSER_ID, {})
                record = env["tierslieu.import"].browse(int(sys.argv[2]))
                kind = type(env["tierslieu.import.bookings"])
                real = kind._keep_key
                def slow(self, *args):
                    real(self, *args)
                    self.env.flush_all()
                    print("half way", flush=True)
                    time.sleep(60)
                kind._keep_key = slow
                record.action_import()
            """
        )
        raise NotImplementedError(script, os, signal, subprocess, sys, time, psycopg2)
