"""pytest plugin: several runs share the modules of tests between them; whoever is free takes the next one."""

import itertools
from pathlib import Path

import pytest

from .counts import COUNTED, leave


def pytest_addoption(parser):
    """Name the folder where the runs tell each other what they take."""
    parser.addoption("--share-in", metavar="FOLDER", help="share the tests with the other runs of this folder")


def taken(folder, name):
    """Take a module of tests; False when another run was faster."""
    try:
        (folder / name.replace("/", "%")).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def ours(items, folder):
    """Yield the tests of each module that is still free when its turn comes."""
    for name, tests in itertools.groupby(items, lambda item: item.nodeid.partition("::")[0]):
        if taken(folder, name):
            yield from tests


@pytest.hookimpl
def pytest_runtestloop(session):
    """Run what this run takes, as pytest's own loop would."""
    folder = session.config.getoption("--share-in")
    if not folder or session.testsfailed or session.config.option.collectonly:
        return None  # pytest's own loop knows what to do
    queue = ours(session.items, Path(folder))
    item = next(queue, None)
    while item:
        following = next(queue, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    """Leave the counts to whoever started the runs."""
    folder = config.getoption("--share-in")
    if folder:
        leave({word: len(terminalreporter.getreports(word)) for word in COUNTED}, folder)
