"""What takes long and says little more than the rest: left to `./setup/test --full` (Odoo's own runner does it all)."""

import os

FULL = bool(os.environ.get("TIERSLIEU_FULL"))


def heavy(test):
    """Leave a test to --full: the plugin `tierslieu_setup.heavy` takes it out of other runs."""
    test.tierslieu_heavy = True
    return test


def crossed(values, fields):
    """Return the pairs of both to try: all of them with --full, else each value once, with the fields in turn.

    `"abc"` with `[1, 2]` gives a1, b2, c1.
    """
    values, fields = list(values), list(fields)
    if FULL:
        return [(value, field) for value in values for field in fields]
    most = max(len(values), len(fields))
    return [(values[nth % len(values)], fields[nth % len(fields)]) for nth in range(most)]
