"""Odoo's configuration, environment and processes: one way to start it for every command."""

import configparser
import contextlib
import os
import secrets
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

from . import odoo_source, venv
from .addons import addons_of
from .errors import SetupError
from .home import write_whole
from .postgres import tool

ODOO_BIN = "setup/tierslieu_setup/odoo_bin.py"
GRACE = 15  # seconds Odoo gets to stop by itself


def prepare(home, with_tests=False):
    """Have Odoo and its Python environment ready in this home; resume what an earlier run left."""
    home.prepare()
    with home.lock():
        odoo = odoo_source.at_hand(home)
        with ThreadPoolExecutor(1) as beside:
            # Minutes on a fresh machine, and neither waits for the other.
            fetched = None if odoo else beside.submit(odoo_source.fetch, home)
            venv.provide(home, with_tests)
            venv.point_to(home, odoo or fetched.result())
        write_config(home)


def write_config(home):
    """Write Odoo's configuration: local only, no database manager, a password nobody else knows."""
    config = configparser.RawConfigParser()
    config.read(home.config)
    kept = config.get("options", "admin_passwd", fallback=None)
    options = {
        "admin_passwd": kept or secrets.token_urlsafe(24),
        "data_dir": home.data,
        "http_interface": "127.0.0.1",
        "list_db": False,
        "proxy_mode": False,
    }
    if addons_of(home.clone):
        options["addons_path"] = home.clone
    lines = ["[options]", *(f"{name} = {value}" for name, value in options.items()), ""]
    write_whole(home.config, "\n".join(lines), mode=0o600)


def environment(home, database, mail_port=None, http_port=None, **options):
    """Return the environment of an Odoo process; `options` are Odoo's own, by their name in odoo.conf."""
    variables = venv.clean_environment()
    for name in ("PGDATABASE", "DATABASE_URL"):
        variables.pop(name, None)
    variables.update(database)
    folders = (str(home.python.parent), os.path.dirname(tool(home, "psql")), variables.get("PATH", os.defpath))
    variables["PATH"] = os.pathsep.join(filter(None, folders))
    variables["ODOO_RC"] = str(home.config)
    if mail_port:
        options.update(smtp_server="127.0.0.1", smtp_port=mail_port)
    if http_port:
        options.update(http_port=http_port)
    variables.update({f"ODOO_{name.upper()}": str(value) for name, value in options.items()})
    return variables


def command(home, *arguments):
    """Return the command line that starts Odoo."""
    return [str(part) for part in (home.python, home.clone / ODOO_BIN, *arguments)]


def free_port():
    """Return a local port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check_port(port):
    """Refuse a port that is taken or not allowed, before minutes are spent."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise SetupError(f"Port {port} is reserved to root: choose one above 1023 with --port N.") from error
        except OSError as error:
            raise SetupError(
                f"Port {port} is taken by another program: stop it, or choose another with --port N."
            ) from error
        except OverflowError as error:
            raise SetupError(f"{port} is not a port: choose one from 1024 to 65535 with --port N.") from error


@contextlib.contextmanager
def running(arguments, log, variables):
    """Run a process in the background while the block runs; stop it and whatever it started."""
    with log.open("w") as output:
        process = subprocess.Popen(
            arguments, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process):
    """Stop a process that leads a session of its own: ask, wait, then kill what is left of the session."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def attend(*processes):
    """Return the exit code of foreground processes, the first that is not 0; interrupted, let them tidy up first."""
    try:
        return next(filter(None, [process.wait() for process in processes]), 0)
    finally:
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in processes:
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
