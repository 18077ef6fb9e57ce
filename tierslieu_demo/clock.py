"""A clock that the builder turns back, so that a year can be lived in a minute."""

from contextlib import contextmanager
from unittest.mock import patch

from freezegun import freeze_time  # one of Odoo's own requirements

from odoo import fields


@contextmanager
def turned_back(cr):
    """Yield a function that sets the clock to a moment, naive UTC; put it right again at the end.

    The clock is that of the whole process: a fresh database is built by a
    command that serves nobody meanwhile. The cursor's own clock goes along,
    which dates the creation of records.
    """
    with freeze_time(fields.Datetime.now()) as frozen, patch.object(cr, "now", fields.Datetime.now):
        yield frozen.move_to
