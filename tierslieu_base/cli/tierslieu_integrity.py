import logging
import sys

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class TierslieuIntegrity(Command):
    """Check the promises of Tierslieu on a database.

    Leaves with 0 when all is well, 1 when a promise is broken, 2 when the
    database could not be checked.
    """

    name = "tierslieu_integrity"

    def run(self, args):
        """Print what is broken and leave with the code that says it."""
        config.parse_config(args, setup_logging=True)
        logging.getLogger("odoo").setLevel(logging.WARNING)
        if len(config["db_name"] or []) != 1:
            self._leave(2, "Which database? Say it with -d NAME.")
        [database] = config["db_name"]
        try:
            broken = self._broken(database)
        except (psycopg2.OperationalError, KeyError) as error:
            self._leave(2, f"{database} cannot be checked: {error}")
        for check in broken:
            sys.stdout.write(f"{check['name']}: {check['explanation']}\n")
            for row in check["rows"][:20]:
                sys.stdout.write(f"  {row}\n")
        self._leave(bool(broken), f"{len(broken)} broken" if broken else "All is in order.")

    def _broken(self, database):
        with Registry(database).cursor() as cr:
            broken = api.Environment(cr, SUPERUSER_ID, {})["tierslieu.integrity"].run()
            cr.rollback()
        return broken

    def _leave(self, code, sentence):
        sys.stdout.write(f"{sentence}\n")
        sys.exit(int(code))
