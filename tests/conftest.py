"""What only ./setup/test --full runs, and the figures that a run prints."""

import os

from figures import FIGURES

HEAVY = ["full", "perf/test_peers.py"]
collect_ignore = [] if os.environ.get("TIERSLIEU_FULL") else HEAVY


def pytest_terminal_summary(terminalreporter):
    """Print what tests measured."""
    if FIGURES:
        terminalreporter.section("figures")
        for sentence in FIGURES:
            terminalreporter.line(sentence)
