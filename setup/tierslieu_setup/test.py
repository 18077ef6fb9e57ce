"""`./setup/test [--full] [pytest arguments]`: every test of the project, in a fresh copy of a database."""

import os
import subprocess
from pathlib import Path

from . import browser, venv
from .addons import addons_of
from .database import QUICK, Databases
from .home import Home
from .mailbox import catching
from .odoo_process import attend, environment, free_port, prepare
from .postgres import serving
from .progress import say

FULL = "--full"


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
        with databases.working_copy(template) as database:
            variables = environment(
                home, {**server, **QUICK}, mail_port=mail.port, http_port=free_port(), max_cron_threads=0,
                screenshots=home.path / "screenshots",
            )
            variables.update(
                PYTHONPATH=str(Path(__file__).parents[1]),
                TIERSLIEU_CHROMIUM=chromium,
                TIERSLIEU_FULL="1" if full else "",
                TIERSLIEU_TEMPLATE_DB=template,
                TIERSLIEU_MAIL=str(home.mail),
                **peers,
            )
            say(f"  Tests in {database}, screenshots of failures in {home.path / 'screenshots'}")
            arguments = [home.python, "-m", "pytest", *options(home, database), *asked, *missing_paths(home, asked)]
            return attend(subprocess.Popen(arguments, cwd=home.clone, env=variables))


def heavy(home, databases):
    """Have what only --full needs: the peers that benchmarks compare ours with, in a database of their own."""
    folder = venv.provide_peers(home)
    return {"TIERSLIEU_PEERS": str(folder), "TIERSLIEU_PEERS_DB": databases.peers(folder)}


def options(home, database):
    """Return pytest's options that every run has."""
    return [
        "-p", "tierslieu_setup.logs",
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
