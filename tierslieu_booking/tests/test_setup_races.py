import subprocess
import sys
import time

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import config

from odoo.addons.tierslieu_base.tests.race import RaceCase

# What the process that is to be killed does: it stops after the second space, and waits.
HALF_WAY = """
import sys, time
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

database, setup, addons, *options = sys.argv[1:]
config.parse_config(["-d", database, "--addons-path", addons, *options], setup_logging=False)
registry = Registry(database)
with registry.cursor() as cr:
    setup = api.Environment(cr, SUPERUSER_ID, {})["tierslieu.setup"].browse(int(setup))
    setup = setup.with_context(allowed_company_ids=setup.company_id.ids)
    kind, done = registry["tierslieu.setup"], []
    real = kind._price_space

    def price_then_wait(self, *args):
        real(self, *args)
        self.env.flush_all()
        done.append(args)
        if len(done) == 2:
            print("half way", flush=True)
            time.sleep(120)

    kind._price_space = price_then_wait
    setup.apply("spaces", setup.page("spaces")["page"]["values"])
    cr.commit()
"""


@tagged("post_install", "-at_install", "race")
class TestSetupRaces(RaceCase):
    """A step of the assistant is whole, or it is not there."""

    @classmethod
    def prepare(cls, env):
        company = env["res.company"].create({"name": "Grange des courses"})
        env.ref("base.user_root").company_ids |= company
        setup = env["tierslieu.setup"].with_company(company)._begin()
        setup._ensure_place("Grange des courses")
        cls.setup = setup.id

    def opened(self, env):
        setup = env["tierslieu.setup"].browse(self.setup)
        return setup.with_context(allowed_company_ids=setup.company_id.ids)

    def made(self, env):
        """Return what the step could have left: spaces, units, prices, its own state."""
        setup = self.opened(env)
        spaces = env["tierslieu.space"].with_context(active_test=False).search(
            [("place_id", "=", setup.place_id.id)]
        )
        return (
            len(spaces),
            len(spaces.unit_ids),
            len(spaces.rate_ids),
            env["product.product"].search_count([("company_id", "=", setup.company_id.id)]),
            setup.step_ids.mapped("state"),
        )

    def test_killed_in_the_middle_of_the_spaces(self):
        """Another process makes three spaces and is killed with -9 after the second."""
        names = ("db_host", "db_port", "db_user", "db_password")
        options = [f"--{name}={config[name]}" for name in names if config[name]]
        with self.committed() as env:
            before = self.made(env)
        self.assertEqual(before, (0, 0, 0, 0, []))
        with subprocess.Popen(
            [sys.executable, "-c", HALF_WAY, self.database, str(self.setup),
             ",".join(config["addons_path"]), *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:
            try:
                said = process.stdout.readline().strip()
                self.assertEqual(said, "half way", said or process.stderr.read())
                # What it wrote so far is there, for it alone.
                self.assertEqual(self.writers(), 1)
            finally:
                process.kill()
        for _wait in range(100):
            if not self.writers():
                break
            time.sleep(0.1)
        with self.committed() as env:
            self.assertEqual(self.made(env), before)
            setup = self.opened(env)
            setup.apply("spaces", setup.page("spaces")["page"]["values"])
        with self.committed() as env:
            spaces, units, rates, _products, states = self.made(env)
            self.assertEqual((spaces, states), (3, ["done"]))
            self.assertGreaterEqual(units, 14)
            self.assertTrue(rates)
        self.assertIntegrity()

    def writers(self):
        """Return how many sessions on this database wait in the middle of what they write."""
        with db_connect("postgres").cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state = %s AND backend_xid IS NOT NULL",
                [self.database, "idle in transaction"],
            )
            return cr.fetchone()[0]
