"""Chromium, for the tests that click."""

import os
import shutil

from .errors import SetupError
from .progress import run, step

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")  # those Odoo looks for


def find():
    """Return the path of an installed Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def provide(home):
    """Return the path of a browser, installing Debian's when we are root."""
    found = find()
    if found:
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError("The tests need Chromium and it is not installed: on Debian run 'sudo apt install chromium'.")
    failure = "Chromium was not installed (apt install chromium)"
    settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step("Chromium (100 MB)"):
        run(["apt-get", "update"], home.logs / "apt.log", failure, env=settings)
        run(
            ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
            home.logs / "apt.log", failure, env=settings,
        )
    return find()
