"""What takes long and says little more than the rest: left to `./setup/test --full` (Odoo's own runner does it all)."""

import os

FULL = bool(os.environ.get("TIERSLIEU_FULL"))


def heavy(test):
    """Leave a test to --full: the plugin `tierslieu_setup.heavy` takes it out of other runs."""
    test.tierslieu_heavy = True
    return test
