"""What a long transaction leaves over, and slows it down: environments, numbers of rows that nobody counts, mails."""

import gc
from contextlib import contextmanager

# What a year fills.
GROWING = (
    "tierslieu.booking", "tierslieu.occupancy", "tierslieu.credit.move", "sale.order", "sale.order.line",
    "account.move", "account.move.line", "account.partial.reconcile", "account.full.reconcile", "account.payment",
    "mail.message", "contract.contract", "contract.line",
)


@contextmanager
def few_leftovers():
    """Collect garbage only where the builder does: what is loaded by now stays, and need not be looked at."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def count_rows(env):
    """Tell the database how much there is: until the end nobody else sees what is written, and counts it."""
    env.cr.execute(f"ANALYZE {', '.join(env[model]._table for model in GROWING)}")


def drop_mails(env):
    """Drop the mails that building has queued: those of a year were read when they came."""
    env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
