"""pytest plugin: the thread of the tests says which database it is about, as that of Odoo's own runner does."""

import threading

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionstart():
    """Name the database, for who builds the routes of a website outside a request."""
    from odoo.tests.common import get_db_name

    threading.current_thread().dbname = get_db_name()
