import base64
import subprocess
import sys
import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import config

from odoo.addons.tierslieu_base.tests.import_common import as_csv_file
from odoo.addons.tierslieu_base.tests.race import RaceCase

from .common import create_booking_data

START = datetime(2030, 1, 8, 9)  # a Tuesday, ten in Paris
HEAD = ["Numéro", "Membre", "Espace", "Lieu", "Début", "Fin", "Paiement"]
PLACE = "Le Quai des courses"
# What the process that is to be killed does: it stops in the middle, and waits.
HALF_WAY = """
import sys, time
from datetime import datetime
from unittest.mock import patch
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

database, imported, addons, *options = sys.argv[1:]
config.parse_config(["-d", database, "--addons-path", addons, *options], setup_logging=False)
registry = Registry(database)
with registry.cursor() as cr, patch("odoo.fields.Datetime.now", lambda: datetime(2030, 1, 7, 7)):
    env = api.Environment(cr, SUPERUSER_ID, {})
    kind, done = registry["tierslieu.import.bookings"], []
    real = kind._keep_key

    def keep_then_wait(self, *args):
        real(self, *args)
        self.env.flush_all()
        done.append(args)
        if len(done) == 3:
            print("half way", flush=True)
            time.sleep(120)

    kind._keep_key = keep_then_wait
    env["tierslieu.import"].browse(int(imported)).action_import()
    cr.commit()
"""
NOISE = ("odoo.sql_db", "odoo.service.model")


@tagged("post_install", "-at_install", "race")
class TestImportRaces(RaceCase):
    """A place moves in while its members book."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        data["place"].name = PLACE
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
        """Commit an import of bookings of one day: at the same hour, or one after the other in a room."""
        step = space != "Coworking"
        rows = [HEAD] + [
            [f"{prefix}-{nth}", f"course{nth % 8}@quai.example", space, PLACE,
             f"{START:%d/%m/%Y} {hour + nth * step}:00", f"{hour + nth * step + 1}:00", "payé"]
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

    def race_same_members(self, prefix):
        """Let four managers bring the same members in; return how many contacts that makes."""
        rows = [["Nom", "E-mail"]] + [[f"{prefix} {nth}", f"{prefix}{nth}@quai.example"] for nth in range(5)]
        values = {"kind": "members", "file": base64.b64encode(as_csv_file(rows)), "file_name": "race.csv"}
        with self.committed() as env:
            imports = env["tierslieu.import"].create([dict(values) for _nth in range(4)]).ids

        def action(env, nth):
            env["tierslieu.import"].browse(imports[nth]).action_import()

        with self.expected_logs(*NOISE):
            outcomes = self.race(4, action)
        self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
        with self.committed() as env:
            self.assertEqual(set(env["tierslieu.import"].browse(imports).mapped("state")), {"done"})
            return env["res.partner"].search_count([("email", "like", f"{prefix}%@quai.example")])

    def test_the_same_members_four_times_at_once(self):
        self.assertEqual(self.race_same_members("meme"), 5)

    def test_without_the_fresh_look_there_are_doubles(self):
        with patch.object(self.registry["tierslieu.import"], "_require_fresh", lambda _self: None):
            self.assertGreater(self.race_same_members("control"), 5)

    def test_killed_half_way_nothing_is_half_done(self):
        """Another process brings five bookings in and is killed with -9 after the third."""
        imported = self.an_import("Salle créative", 5, "kill")
        names = ("db_host", "db_port", "db_user", "db_password")
        options = [f"--{name}={config[name]}" for name in names if config[name]]
        with subprocess.Popen(
            [sys.executable, "-c", HALF_WAY, self.database, str(imported), ",".join(config["addons_path"]), *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:
            try:
                said = process.stdout.readline().strip()
                self.assertEqual(said, "half way", said or process.stderr.read())
                # What it wrote so far is there, for it alone.
                self.assertEqual(self.count("idle in transaction"), 1)
            finally:
                process.kill()
        for _wait in range(100):
            if not self.count("idle in transaction"):
                break
            time.sleep(0.1)
        with self.committed() as env:
            lounge = env["tierslieu.space"].search([("name", "=", "Salle créative"), ("place_id.name", "=", PLACE)])
            self.assertFalse(env["tierslieu.booking"].search_count([("space_id", "=", lounge.id)]))
            self.assertFalse(env["tierslieu.occupancy"].search_count([("unit_id", "in", lounge.unit_ids.ids)]))
            record = env["tierslieu.import"].browse(imported)
            self.assertEqual((record.state, record.made), ("draft", False))
            record.action_import()
            self.assertEqual((record.state, record.new_count), ("done", 5))
        self.assertIntegrity()

    def count(self, state):
        """Return how many sessions of the other process are in a state."""
        with db_connect("postgres").cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state = %s AND backend_xid IS NOT NULL",
                [self.database, state],
            )
            return cr.fetchone()[0]
