"""pytest plugin: no skipped test, no log line at WARNING or above that nobody expects, pages compiled once."""

import contextlib
import logging
import re

import freezegun
import pytest

from .assets import compile_assets
from .expected_logs import is_expected

# A clock that a test turns back does not time that test.
freezegun.configure(extend_ignore_list=["_pytest.timing"])

LIMIT = 2000  # characters shown of one log line


class Watch(logging.Handler):
    """Remember unexpected records, with the test that was running."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.test = "before the first test"
        self.expected = []
        self.unexpected = []

    def emit(self, record):
        """Keep the record unless it is known or a test declared it."""
        line = f"{record.levelname} {record.name}: {record.getMessage()}"
        if not is_expected(line, self.expected):
            trace = f"\n{logging.Formatter().formatException(record.exc_info)}" if record.exc_info else ""
            self.unexpected.append((self.test, (line + trace)[:LIMIT]))


WATCH = Watch()
SKIPPED = []


@contextlib.contextmanager
def expect_logs(*patterns):
    """Accept log lines ("LEVEL logger: message") that match one of the patterns while the block runs."""
    added = [re.compile(pattern, re.DOTALL) for pattern in patterns]
    WATCH.expected.extend(added)
    try:
        yield
    finally:
        for pattern in added:
            WATCH.expected.remove(pattern)


def pytest_sessionstart():
    """Listen to every logger, and make Odoo's test classes usable inside and outside of addons."""
    from odoo.modules.module import initialize_sys_path
    from odoo.tests import BaseCase

    initialize_sys_path()  # odoo.addons.* is importable before a database is open
    BaseCase.test_tags = frozenset({"standard", "at_install"})  # Odoo sets its default in odoo.addons.* only
    logging.getLogger().addHandler(WATCH)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    """Compile styles and scripts once, if a test will open pages: each would do it again and roll it back."""
    import odoo.api
    from odoo.modules.registry import Registry
    from odoo.tests import HttpCase
    from odoo.tests.common import get_db_name

    if any(item.cls and issubclass(item.cls, HttpCase) for item in session.items):
        with Registry(get_db_name()).cursor() as cursor:
            compile_assets(odoo.api.Environment(cursor, odoo.api.SUPERUSER_ID, {}), with_tests=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logstart(nodeid):
    """Know which test runs when a line is logged."""
    WATCH.test = nodeid


def pytest_runtest_logreport(report):
    """Count skips, expected failures included: a test that proves nothing is not a test."""
    if report.skipped:
        SKIPPED.append(report.nodeid)


def pytest_collectreport(report):
    """Count modules and classes skipped as a whole."""
    if report.skipped:
        SKIPPED.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Fail the run for what pytest itself would let pass."""
    if session.exitstatus == pytest.ExitCode.OK and (SKIPPED or WATCH.unexpected):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    """Say what failed the run besides failing tests."""
    if SKIPPED:
        terminalreporter.section("skipped tests fail the run")
        for nodeid in SKIPPED:
            terminalreporter.line(nodeid)
    if WATCH.unexpected:
        terminalreporter.section("unexpected log lines fail the run")
        for test, line in WATCH.unexpected:
            terminalreporter.line(f"{test}\n    {line}")
