"""`./setup/demo [--port N] [--reset]`: Le Quai, a living tiers-lieu, on this machine."""

import argparse
import json
import os
import time
import urllib.error
import urllib.request

from .addons import DEMO
from .database import Databases, last_error
from .errors import SetupError
from .home import Home
from .mailbox import catching
from .odoo_process import check_port, command, environment, prepare, running
from .postgres import serving
from .progress import say, step

DEFAULT_PORT = 8069
FRONT_PAGE = "/book"
OPENING_TIME = 180  # seconds; the first page also compiles its styles and scripts


def main(arguments):
    """Have the demo ready, serve it until interrupted, then stop all that was started."""
    wanted = parse(arguments)
    check_port(wanted.port)
    home = Home()
    name = os.environ.get("TIERSLIEU_DB", "tierslieu_demo")
    prepare(home)
    with serving(home) as server, catching(home.mail) as mail:
        databases = Databases(home, server)
        with home.lock():
            databases.demo(name, wanted.reset)
        address(databases, name, wanted.port)
        variables = environment(home, server, mail_port=mail.port, http_port=wanted.port, dbfilter=f"^{name}$")
        log = home.logs / f"{name}.log"
        with running(command(home, "-d", name), log, variables) as odoo:
            with step("Opening"):
                wait_for(f"http://127.0.0.1:{wanted.port}", odoo, log)
            welcome(home, wanted.port)
            odoo.wait()
            raise SetupError(f"Odoo stopped by itself: {reason(log)} ({log}).")


def parse(arguments):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="./setup/demo", description="Le Quai, a living tiers-lieu in Odoo 19.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="where to serve (8069)")
    parser.add_argument("--reset", action="store_true", help="begin again with a fresh database")
    return parser.parse_args(arguments)


def address(databases, name, port):
    """Tell the database where it is served: links in mails, and pictures and styles in PDF documents."""
    for parameter, url in (("web.base.url", f"http://localhost:{port}"), ("report.url", f"http://127.0.0.1:{port}")):
        databases.sql(
            "INSERT INTO ir_config_parameter (key, value) "
            f"VALUES ('{parameter}', '{url}') ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            database=name,
        )


def wait_for(url, odoo, log):
    """Wait until the front page answers."""
    deadline = time.monotonic() + OPENING_TIME
    while time.monotonic() < deadline:
        if odoo.poll() is not None:
            raise SetupError(f"Odoo did not start: {reason(log)} ({log}).")
        try:
            urllib.request.urlopen(url + FRONT_PAGE, timeout=OPENING_TIME).close()
            return
        except urllib.error.HTTPError as error:
            raise SetupError(f"Odoo answers {error.code} for {FRONT_PAGE}: {reason(log)} ({log}).") from error
        except OSError:
            time.sleep(0.2)
    raise SetupError(f"Odoo does not answer after {OPENING_TIME} s: its log is {log}.")


def reason(log):
    """Return the last error that Odoo logged."""
    return last_error(log.read_text(encoding="utf-8", errors="replace")) or "the reason is in its log"


def welcome(home, port):
    """Print where to go and who can log in."""
    described = home.clone / DEMO / "logins.json"
    logins = json.loads(described.read_text(encoding="utf-8")) if described.exists() else []
    lines = [
        "",
        f"  Book a place     http://localhost:{port}{FRONT_PAGE}",
        f"  Back office      http://localhost:{port}/odoo",
        *(f"    {person['login']} / {person['password']:<10} {person['who']}" for person in logins),
        f"  Mails it sent    {home.mail}",
        "",
        "  Ctrl-C stops everything.",
        "",
    ]
    say("\n".join(lines))
