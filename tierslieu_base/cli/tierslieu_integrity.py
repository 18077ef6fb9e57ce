import logging
import sys

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class TierslieuIntegrity(Command):
    """Check the promises of Tierslieu on a database; exit 1 when one is broken."""

    name = "tierslieu_integrity"

    def run(self, args):
        """Print what is broken and leave with 1, or with 0 when all is well."""
        config.parse_config(args, setup_logging=True)
        logging.getLogger("odoo").setLevel(logging.WARNING)
        [database] = config["db_name"] or [None]
        if not database:
            sys.exit("Which database? Say it with -d NAME.")
        with Registry(database).cursor() as cr:
            broken = api.Environment(cr, SUPERUSER_ID, {})["tierslieu.integrity"].run()
            cr.rollback()
        for check in broken:
            print(f"{check['name']}: {check['explanation']}")
            for row in check["rows"][:20]:
                print(f"  {row}")
        print(f"{len(broken)} broken" if broken else "All is in order.")
        sys.exit(1 if broken else 0)
