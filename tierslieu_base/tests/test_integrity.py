import runpy
import sys
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from .common import TierslieuCase


@tagged("post_install", "-at_install")
class TestIntegrity(TierslieuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        place = cls.env["tierslieu.place"].create({"name": "Le Quai", "tz": "Europe/Paris"})
        cls.elsewhere = cls.env["tierslieu.place"].create({"name": "Loin", "tz": "Europe/Paris"})
        cls.space = cls.env["tierslieu.space"].create(
            {"name": "Salon", "place_id": place.id, "unit_count": 1}
        )

    def break_it(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE tierslieu_unit SET place_id = %s WHERE id = %s",
            [self.elsewhere.id, self.space.unit_ids.id],
        )
        self.env.invalidate_all()

    def test_all_is_well_then_not(self):
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])
        self.break_it()
        [broken] = self.env["tierslieu.integrity"].run()
        self.assertEqual(set(broken), {"name", "explanation", "rows"})
        self.assertEqual(broken["rows"][0][0], self.space.unit_ids.id)

    def test_the_night_leaves_one_activity(self):
        Result = self.env["tierslieu.integrity.result"]
        self.break_it()
        Result._cron_check()
        Result._cron_check()
        broken = Result.search([("state", "=", "broken")])
        self.assertEqual(len(broken.activity_ids), 1)
        self.env.cr.execute(
            "UPDATE tierslieu_unit SET place_id = %s WHERE id = %s",
            [self.space.place_id.id, self.space.unit_ids.id],
        )
        Result._cron_check()
        self.assertFalse(Result.search([("state", "=", "broken")]))
        self.assertFalse(broken.activity_ids)

    def test_the_manager_checks_from_the_menu(self):
        self.env["tierslieu.integrity.result"].with_user(self.manager).action_check()
        results = self.env["tierslieu.integrity.result"].with_user(self.manager).search([])
        self.assertEqual(set(results.mapped("state")), {"ok"})

    def command(self):
        """Run the command line's class on this test's transaction; return its exit code."""
        from odoo.cli import Command

        path = Path(__file__).parents[1] / "cli" / "tierslieu_integrity.py"
        with patch.object(Command, "__init_subclass__"):
            run = runpy.run_path(str(path))["TierslieuIntegrity"].run
        globals_ = run.__globals__

        class FakeRegistry:
            def __init__(self, _name):
                pass

            def cursor(_self):
                return self.registry.cursor()

        with (
            patch.dict(globals_, {"Registry": FakeRegistry, "config": FakeConfig()}),
            patch.object(globals_["logging"], "getLogger"),
            patch.object(sys, "stdout"),
            self.assertRaises(SystemExit) as stop,
        ):
            run(None, [])
        return stop.exception.code

    def test_the_command_says_it_with_its_exit_code(self):
        self.assertEqual(self.command(), 0)
        self.break_it()
        self.assertEqual(self.command(), 1)


class FakeConfig(dict):
    def __missing__(self, key):
        return ["db"]

    def parse_config(self, args, setup_logging=None):
        return None
