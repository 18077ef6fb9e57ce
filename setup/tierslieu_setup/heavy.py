"""pytest plugin: tests that are marked as heavy (see tierslieu_base/tests/heavy.py) run with --full only."""

import os

import pytest


@pytest.hookimpl
def pytest_collection_modifyitems(config, items):
    """Take out what is heavy, and say how many."""
    if os.environ.get("TIERSLIEU_FULL"):
        return
    left = [item for item in items if getattr(getattr(item, "obj", None), "tierslieu_heavy", False)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
