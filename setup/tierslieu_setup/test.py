"""`./setup/test [--full] [pytest arguments]`: every test of the project, in a fresh copy of a database."""

import contextlib
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

from . import browser, venv
from .addons import DEMO, addons_of
from .counts import counts_in
from .database import QUICK, Databases
from .home import Home
from .mailbox import catching
from .odoo_process import attend, environment, free_port, prepare
from .postgres import serving
from .progress import say

FULL = "--full"
# What says how much, not which: a run of everything is still one.
EVERYTHING = re.compile(r"-v+|-q|--durations=\d+")
# What is measured is measured alone; the second with --full only.
ALONE = ("tests/perf", "tests/full")
# One more than the cores of a small machine: each waits for its server or its browser a third of its time.
RUNS = 3


def main(arguments):
    """Prepare everything, run pytest, return its exit code."""
    full = FULL in arguments
    asked = [absolute(argument) for argument in arguments if argument != FULL]
    home = Home()
    prepare(home, with_tests=True)
    chromium = browser.provide(home)
    with serving(home) as server, catching(home.mail) as mail:
        databases = Databases(home, server)
        with home.lock():
            template = databases.template()
            peers = heavy(home, databases) if full else {}
        variables = {
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "TIERSLIEU_CHROMIUM": chromium,
            "TIERSLIEU_FULL": "1" if full else "",
            "TIERSLIEU_TEMPLATE_DB": template,
            "TIERSLIEU_MAIL": str(home.mail),
            **peers,
        }
        say(f"  Screenshots of failures in {home.path / 'screenshots'}")
        databases.drop_abandoned()
        with contextlib.ExitStack() as stack:
            everything = all(map(EVERYTHING.fullmatch, asked))
            runs = [
                Run(home, server, stack.enter_context(databases.working_copy(template, number)), mail.port, variables)
                for number in range(RUNS if everything else 1)
            ]
            if everything:
                return in_shares(runs, asked, full)
            return attend(runs[0].start(*asked, *missing_paths(home, asked)))


class Run:
    """A database, and what a run of pytest in it needs."""

    def __init__(self, home, server, database, mail_port, variables):
        self.home = home
        self.database = database
        self.variables = environment(
            home, {**server, **QUICK}, mail_port=mail_port, http_port=free_port(), max_cron_threads=0,
            screenshots=home.path / "screenshots",
        ) | variables

    def start(self, *arguments, **streams):
        """Start pytest."""
        say(f"  Tests in {self.database}")
        command = [self.home.python, "-m", "pytest", *options(self.home, self.database), *arguments]
        return subprocess.Popen(command, cwd=self.home.clone, env=self.variables, **streams)


def in_shares(runs, asked, full):
    """Run every test: all runs at once on what can be shared, then one alone on what is measured.

    The first run shows itself as it goes; the others are shown when they are done.
    """
    home, started = runs[0].home, time.monotonic()
    # The longest first: what comes last is then short, and no run waits long for the other.
    folders = missing_paths(home, [])[::-1]
    folders.sort(key=lambda folder: DEMO not in folder)
    alone = [str(home.clone / name) for name in (ALONE if full else ALONE[:1])]
    apart = [f"--ignore={folder}" for folder in alone]
    with tempfile.TemporaryDirectory(prefix="tierslieu-shares-") as shares, contextlib.ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile("w+", errors="replace")) for _other in runs[1:]]
        streams = [{}, *({"stdout": output, "stderr": output} for output in outputs)]
        processes = [
            run.start(f"--share-in={shares}", "-p", "no:cacheprovider", *asked, *apart, *folders, **stream)
            for run, stream in zip(runs, streams, strict=True)
        ]
        codes = [attend(*processes)]
        for output in outputs:
            output.seek(0)
            say(output.read())
        counting = ["--share-in", shares, "-p", "no:cacheprovider"]
        codes.append(attend(runs[0].start(*counting, *asked, *alone)))
        counts = ", ".join(f"{count} {word}" for word, count in counts_in(shares).items() if count)
        say(f"Together: {counts} in {time.monotonic() - started:.0f} s")
    return next(filter(None, codes), 0)


def heavy(home, databases):
    """Have what only --full needs: databases without our addons, with the peers of the benchmarks and without them."""
    folder = venv.provide_peers(home)
    return {
        "TIERSLIEU_FOUNDATIONS_DB": databases.foundations(),
        "TIERSLIEU_PEERS": str(folder),
        "TIERSLIEU_PEERS_DB": databases.peers(folder),
    }


def options(home, database):
    """Return pytest's options that every run has."""
    return [
        "-p", "tierslieu_setup.logs",
        "-p", "tierslieu_setup.shares",
        "-p", "tierslieu_setup.heavy",
        "-p", "tierslieu_setup.warm",
        "-p", "no:warnings",  # warnings go to Odoo's log, where they are watched like any other line
        "-c", str(home.clone / "pyproject.toml"),
        f"--rootdir={home.clone}",
        f"--odoo-database={database}",
        f"--odoo-config={home.config}",
        "--odoo-log-level=warn",
        "--odoo-http",
    ]


def absolute(argument):
    """Keep a path right when pytest starts elsewhere than the user."""
    path, separator, rest = argument.partition("::")
    if not argument.startswith("-") and os.path.exists(path):
        return os.path.abspath(path) + separator + rest
    return argument


def missing_paths(home, asked):
    """Return every folder of tests, unless the user named some."""
    if any(os.path.isabs(argument) for argument in asked):
        return []
    folders = [home.clone / name / "tests" for name in addons_of(home.clone)] + [home.clone / "tests"]
    return [str(folder) for folder in folders if folder.is_dir()]
