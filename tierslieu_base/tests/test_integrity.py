import contextlib
import io
import runpy
from pathlib import Path
from unittest.mock import patch

from psycopg2.errors import ReadOnlySqlTransaction

from odoo.cli import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

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

    def test_a_check_is_the_same_in_every_language(self):
        Result = self.env["tierslieu.integrity.result"]
        Result._refresh()
        before = Result.search([])
        self.assertTrue(all(before.mapped("name")))
        self.env["res.lang"]._activate_lang("fr_FR")
        Result.with_context(lang="fr_FR")._refresh()
        self.assertEqual(Result.search([]), before)

    def test_a_check_cannot_write(self):
        check = {"sql": "WITH gone AS (DELETE FROM tierslieu_unit RETURNING id) SELECT id FROM gone"}
        with mute_logger("odoo.sql_db"), self.assertRaises(ReadOnlySqlTransaction):
            self.env["tierslieu.integrity"]._rows(check)
        self.space.unit_ids.name = "writes go on"
        self.env.flush_all()

    def test_overlapping_parts_of_the_day_are_seen(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE tierslieu_day_part SET hour_to = 15 WHERE code = 'morning'")
        [broken] = self.env["tierslieu.integrity"].run()
        self.assertEqual(broken["rows"][0][1:], ("morning", "afternoon"))

    def test_a_host_checks_nothing(self):
        with self.assertRaises(AccessError):
            self.env["tierslieu.integrity.result"].with_user(self.host).action_check()

    def test_the_manager_checks_from_the_menu(self):
        self.env["tierslieu.integrity.result"].with_user(self.manager).action_check()
        results = self.env["tierslieu.integrity.result"].with_user(self.manager).search([])
        self.assertEqual(set(results.mapped("state")), {"ok"})

    def command(self, *args):
        """Run the command line's class on this test's transaction: (exit code, output)."""
        path = Path(__file__).parents[1] / "cli" / "tierslieu_integrity.py"
        with patch.object(Command, "__init_subclass__"):
            command = runpy.run_path(str(path))["TierslieuIntegrity"]
        settings = FakeConfig({"db_name": list(args)})
        fakes = {"Registry": lambda _name: self.registry, "config": settings}
        output = io.StringIO()
        with (
            patch.dict(command.run.__globals__, fakes),
            patch("logging.Logger.setLevel"),
            contextlib.redirect_stdout(output),
            self.assertRaises(SystemExit) as stop,
        ):
            command().run([])
        return stop.exception.code, output.getvalue()

    def test_the_command_says_it_with_its_exit_code(self):
        self.assertEqual(self.command("db"), (0, "All is in order.\n"))
        self.break_it()
        code, output = self.command("db")
        self.assertEqual(code, 1)
        self.assertIn("A unit serves a space of another place.", output)

    def test_the_command_wants_one_database(self):
        self.assertEqual(self.command()[0], 2)
        self.assertEqual(self.command("one", "two")[0], 2)


class FakeConfig(dict):
    def parse_config(self, args, setup_logging=None):
        return None
