"""Run one of our preparations in a database, with Odoo's ORM: `python -m tierslieu_setup.inside_odoo DB settle`."""

import json
import sys

from . import assets, company, quiet


def main(database, action, argument="{}"):
    """Open the database, apply the action, commit."""
    import odoo.api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["-d", database, "--log-level", "warn"], setup_logging=True)
    with Registry(database).cursor() as cursor:
        env = odoo.api.Environment(cursor, odoo.api.SUPERUSER_ID, {})
        if action == "settle":
            company.settle(env, json.loads(argument))
        elif action == "hush":
            quiet.hush(env)
        elif action == "compile":
            assets.compile_assets(env)
        else:
            raise SystemExit(f"unknown action: {action}")


if __name__ == "__main__":
    main(*sys.argv[1:])
