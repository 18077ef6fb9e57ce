"""The books of Le Quai: what its accountant did when the last year closed."""

from datetime import datetime, time, timedelta

from odoo import fields

from .clock import turned_back

# When the accountant closes a year: so many days after its end.
LATER = timedelta(days=20)


def build_books(env):
    """Close the last financial year: what was paid in advance for this one is deferred, and back on its first day."""
    runs = env["tierslieu.deferred.income"]
    closing = runs._last_closing()
    if not env["tierslieu.deferred.source"]._parts(env.company, closing):
        return
    place, now = env.ref("le_quai.place"), fields.Datetime.now()
    with turned_back(env.cr) as set_clock:
        set_clock(min(place.to_utc(datetime.combine(closing + LATER, time(10))), now))
        run = runs.create({"closing": closing})
        run.action_prepare()
        run.action_post()
        env.flush_all()
        set_clock(now)
