"""The suites of the addons that ours extend, unchanged, with all of ours installed: ./setup/test --full."""

import os
import subprocess
import sys
from pathlib import Path

from tierslieu_setup.odoo_process import free_port

from odoo import Command
from odoo.modules import Manifest

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

LONGEST = 1800  # seconds
# What the editor of a website loads when it opens: no view names them.
EDITOR = ("website.website_builder_assets", "website.assets_inside_builder_iframe")


class TestSuitesOfOthers(RaceCase):
    """Run as ours are, on a database of their own."""

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

    def assertSuite(self, addon):
        """Pytest is content with the tests of an addon."""
        folder = Path(Manifest.for_addon(addon).path) / "tests"
        command = [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:warnings",
            "-p", "tierslieu_setup.thread", f"--odoo-database={self.database}",
            f"--odoo-config={os.environ['ODOO_RC']}", "--odoo-log-level=critical", "--odoo-http", str(folder),
        ]
        variables = os.environ | {"ODOO_HTTP_PORT": str(free_port())}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=variables, timeout=LONGEST, cwd=folder
        )
        self.assertIn(" passed", done.stdout, done.stderr[-3000:])
        self.assertEqual(done.returncode, 0, done.stdout[-6000:])

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
