"""The suites of the addons that ours extend, unchanged, with all of ours installed: ./setup/test --full.

What fails with ours is run once more in a database without them: a test that fails there too says
nothing of ours, and is told among the figures of the run.
"""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

from figures import figure
from tierslieu_setup.odoo_process import free_port

from odoo import Command
from odoo.modules import Manifest

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

LONGEST = 1800  # seconds
# What the editor of a website loads when it opens: no view names them.
EDITOR = ("website.website_builder_assets", "website.assets_inside_builder_iframe")
# How pytest names what failed, at its end; a test of which only subtests failed is named with them alone.
FAILED = re.compile(r"^(?:FAILED|ERROR|SUBFAILED(?:\[.*?\]|\(.*?\))*) (\S+?)(?: - .*)?$", re.MULTILINE)


class SuiteCase(RaceCase):
    """Run suites of others as ours are run, on a database of their own."""

    @classmethod
    def prepare(cls, env):
        """Speak English, on the website too: they name months and buttons as it does."""
        english = env["res.lang"]._activate_lang("en_US")
        env["website"].search([]).write({"language_ids": [Command.set(english.ids)], "default_lang_id": english.id})
        env["ir.default"].set("res.partner", "lang", "en_US")
        people = env["res.partner"].with_context(active_test=False).search([])
        people.lang = "en_US"
        # Odoo's own runner compiles styles and scripts first: the first page of a tour need not wait for them.
        env["ir.qweb"]._pregenerate_assets_bundles()
        for bundle in EDITOR:
            assets = env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=True)
            assets.css()
            assets.js()

    @classmethod
    def run_suite(cls, addon, tests=()):
        """Run the tests of an addon, or some of them by their names; return what pytest says of them."""
        folder = Path(Manifest.for_addon(addon).path) / "tests"
        command = [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:warnings",
            "-p", "tierslieu_setup.thread", f"--odoo-database={cls.database}", f"--rootdir={folder}",
            f"--odoo-config={os.environ['ODOO_RC']}", "--odoo-log-level=critical", "--odoo-http",
            *(tests or [str(folder)]),
        ]
        variables = os.environ | {"ODOO_HTTP_PORT": str(free_port())}
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env=variables, timeout=LONGEST, cwd=folder
        )


class WithoutOurs(SuiteCase):
    """The same in a database without our addons: the foundations that they are installed on."""

    @classmethod
    @contextlib.contextmanager
    def at_hand(cls, beside):
        """Have the database while the block runs: another class of tests is running."""
        cls.database = f"{beside}_alone"
        cls._copy_database(os.environ["TIERSLIEU_FOUNDATIONS_DB"])
        try:
            cls.registry = cls._load()
            with cls.committed() as env:
                cls.prepare(env)
            yield
        finally:
            cls._drop_database()


class TestSuitesOfOthers(SuiteCase):
    """Each suite is green with ours, but for what fails without them."""

    def assertSuite(self, addon):
        """No test of an addon fails with ours that does not fail without them."""
        done = self.run_suite(addon)
        self.assertIn(" passed", done.stdout, done.stderr[-3000:])
        failed = FAILED.findall(done.stdout)
        self.assertEqual(bool(done.returncode), bool(failed), done.stdout[-6000:])
        if failed:
            theirs = self.failing_without_ours(addon, failed)
            figure(f"{addon}: fails with our addons and without them: {', '.join(sorted(theirs)) or 'none'}.")
            self.assertEqual(set(failed) - theirs, set(), done.stdout[-6000:])

    def failing_without_ours(self, addon, tests):
        """Return those of some tests that fail in a database without our addons."""
        with WithoutOurs.at_hand(self.database):
            done = WithoutOurs.run_suite(addon, tests)
        self.assertRegex(done.stdout, r"\b\d+ (passed|failed)", done.stderr[-3000:])
        return set(FAILED.findall(done.stdout))

    @heavy
    def test_contract(self):
        self.assertSuite("contract")

    @heavy
    def test_membership(self):
        self.assertSuite("membership")

    @heavy
    def test_event(self):
        self.assertSuite("event")

    @heavy
    def test_event_product(self):
        self.assertSuite("event_product")

    @heavy
    def test_event_sms(self):
        self.assertSuite("event_sms")

    @heavy
    def test_event_sale(self):
        self.assertSuite("event_sale")

    @heavy
    def test_website_event(self):
        self.assertSuite("website_event")

    @heavy
    def test_website_event_sale(self):
        self.assertSuite("website_event_sale")
