"""Databases, built once and copied: foundations, then our addons, then a copy to work in.

A database is built under another name and renamed when whole, so an interrupted build starts clean.
Its comment says whose it is and what it was built from; there is no other record to fall out of step.

    foundations   Odoo in French for a French company, with the addons of others that ours need
    template      foundations + our addons (one per state of the addons' files; the newest are kept)
    working copy  what a test run writes in, dropped afterwards
    peers         foundations + the addons that ./setup/test --full measures ours against, without ours
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from .addons import DEMO, addons_of, fingerprint, foundations
from .errors import SetupError, cause_of
from .expected_logs import is_expected
from .odoo_process import command, environment
from .postgres import tool
from .progress import run, say, step
from .venv import PEER_REQUIREMENTS, REQUIREMENTS

# Beside what our addons need: the French chart of accounts and a payment that needs no bank.
TEST_ADDONS = ("l10n_fr_account", "payment_demo")
# A company for the tests, used unless the demo brings its own. Fictional, with numbers that check.
TEST_COMPANY = {
    "name": "Tiers-lieu d'essai",
    "street": "1 place du Marché",
    "zip": "75000",
    "city": "Paris",
    "phone": "01 99 00 00 01",  # a range kept free for fiction
    "email": "bonjour@example.com",
    "siren": "123456782",
}
KEPT = {"base": 2, "test": 3, "peers": 1}
QUICK = {"PGOPTIONS": "-c synchronous_commit=off"}  # a crash loses a build, which starts again
LOG_LINE = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) \S+ (\S+): (.*)")


class Databases:
    """The databases of one home on one server."""

    def __init__(self, home, server):
        self.home = home
        self.server = server
        self.addons = addons_of(home.clone)

    # --- one database -------------------------------------------------------------------------

    def sql(self, statement, database="postgres"):
        """Return what psql prints for one statement."""
        done = subprocess.run(
            [tool(self.home, "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
            env={**os.environ, **self.server}, capture_output=True, text=True, check=False,
        )
        if done.returncode:
            reason = cause_of(done.stderr) or done.stderr.strip().splitlines()[-1]
            raise SetupError(f"The database server refused: {reason}")
        return done.stdout.strip()

    def notes(self):
        """Return {database: its note} for every database, with {} where it carries none of ours."""
        rows = self.sql(
            "SELECT coalesce(json_object_agg(datname, shobj_description(oid, 'pg_database')), '{}') FROM pg_database"
        )
        return {name: parse_note(comment) for name, comment in json.loads(rows).items()}

    def note(self, name, key):
        """Write on a database whose it is and what it was built from."""
        content = json.dumps({"home": self.home.key, "key": key, "built": time.time()}).replace("'", "''")
        self.sql(f"COMMENT ON DATABASE \"{name}\" IS '{content}'")

    def drop(self, name):
        """Remove a database and its files, if it exists; one of ours goes even if a killed run left someone in it."""
        force = " WITH (FORCE)" if name.startswith("tl_") else ""
        self.sql(f'DROP DATABASE IF EXISTS "{name}"{force}')
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def rename(self, old, new):
        """Give a finished database its name."""
        self.sql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')
        if self.filestore(old).exists():
            self.filestore(old).rename(self.filestore(new))

    def copy(self, source, target):
        """Copy a database, and its files by links: Odoo never changes a stored file."""
        self.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        if self.filestore(source).exists():
            shutil.copytree(self.filestore(source), self.filestore(target), copy_function=os.link, dirs_exist_ok=True)

    def filestore(self, name):
        """Return the folder where Odoo keeps a database's files."""
        return self.home.data / "filestore" / name

    # --- building -----------------------------------------------------------------------------

    def foundations_key(self):
        """Return a checksum of what the foundations are made of."""
        sources = [Path(__file__).with_name(name) for name in ("company.py", "quiet.py")]
        return checksum([self.needed(), self.company(), self.odoo(), self.home.clone / REQUIREMENTS, *sources])

    def needed(self):
        """Return the names of the addons of others to install first."""
        return sorted({*foundations(self.addons), *TEST_ADDONS})

    def foundations(self):
        """Return the database of Odoo in French with what our addons need, built when it is missing."""

        def build(name):
            self.odoo_run("base", name, "-i", "base", "--load-language=fr_FR")
            self.inside(name, "settle", json.dumps(self.company()))
            self.odoo_run("foundations", name, "-i", ",".join(self.needed()))
            self.inside(name, "hush")

        return self.provide("base", self.foundations_key(), "Odoo in French, with the apps that ours build on", build)

    def template(self):
        """Return the database that test runs copy, built when the addons changed."""
        names = [name for name in self.addons if name != DEMO]
        key = checksum([self.foundations_key(), fingerprint(self.home.clone, names)])

        def build(name):
            if names:
                refuse(self.odoo_run("addons", name, "-i", ",".join(names)), self.log("addons"))
                self.inside(name, "compile")

        return self.provide("test", key, "Test database", build, source=self.foundations)

    def peers(self, folder):
        """Return the database of the addons that benchmarks compare ours with, built when the list changed."""
        key = checksum([self.foundations_key(), self.home.clone / PEER_REQUIREMENTS])
        names = sorted(path.parent.name for path in folder.glob("odoo/addons/*/__manifest__.py"))

        def build(name):
            self.odoo_run("peers", name, "-i", ",".join(names), PYTHONPATH=str(folder))

        return self.provide("peers", key, "Database of the benchmarks' peers", build, source=self.foundations)

    def demo(self, name, reset=False):
        """Have the demo database: build it, or bring it up to date with the addons."""
        base, ours = self.foundations_key(), fingerprint(self.home.clone, self.addons)
        note = self.notes().get(name)
        if note is not None and note.get("home") != self.home.key:
            raise SetupError(
                f"The database {name} on this server is not this folder's: name another with TIERSLIEU_DB=name."
            )
        key = f"{base}:{ours}"
        if reset or note is None:

            def build(draft):
                self.odoo_run("addons", draft, "-i", ",".join(self.addons))
                self.inside(draft, "compile")

            self.build_as(name, key, "Le Quai, the demo place", build, source=self.foundations)
        elif note["key"] != key:
            with step("Updating the demo to the changed addons (./setup/demo --reset builds it anew)", self.how_far):
                changed = "base" if note["key"].split(":")[0] != base else ",".join(self.addons)
                self.odoo_run("addons", name, "-u", changed, "-i", ",".join(self.addons))
            self.note(name, key)

    def provide(self, kind, key, title, build, source=None):
        """Return the database of this kind and key, built when it is missing; keep the newest few of a kind."""
        prefix = f"tl_{self.home.key}_{kind}_"
        name = prefix + key[:10]
        notes = self.notes()
        if notes.get(name, {}).get("key") != key:
            self.build_as(name, key, title, build, source)
            self.sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')  # nothing else may write in it or hold it
            ages = {other: note.get("built", 0) for other, note in notes.items() if other.startswith(prefix)}
            ages.pop(name, None)
            for other in sorted(ages, key=ages.get, reverse=True)[KEPT[kind] - 1 :]:
                self.drop(other)
        return name

    def build_as(self, name, key, title, build, source=None):
        """Build a database aside, from a copy of `source()` if given, and give it its name when it is whole."""
        origin = source and source()
        draft = f"{name}_draft"
        self.drop(draft)
        with step(title, self.how_far):
            if origin:
                self.copy(origin, draft)
            build(draft)
        self.drop(name)
        self.rename(draft, name)
        self.note(name, key)

    def how_far(self):
        """Tell which module of how many Odoo is installing."""
        latest = max(self.home.logs.glob("database-*.log"), key=lambda path: path.stat().st_mtime, default=None)
        if not latest:
            return ""
        counts = re.findall(r"Loading module \S+ \((\d+)/(\d+)\)", latest.read_text(encoding="utf-8", errors="replace"))
        return f"app {counts[-1][0]} of {counts[-1][1]}, " if counts else ""

    def odoo_run(self, what, database, *arguments, **variables):
        """Run Odoo once on a database; return its unexpected complaints."""
        log = self.log(what)
        run(
            command(self.home, "-d", database, *arguments, "--stop-after-init", "--no-http"),
            log,
            f"Odoo could not prepare the database {database}",
            explain=last_error,
            env={**environment(self.home, {**self.server, **QUICK}, max_cron_threads=0), **variables},
        )
        return complaints_in(log.read_text(encoding="utf-8", errors="replace"))

    def inside(self, database, *arguments):
        """Run one of our preparations inside Odoo."""
        variables = environment(self.home, {**self.server, **QUICK}, max_cron_threads=0)
        variables["PYTHONPATH"] = str(Path(__file__).parents[1])
        run(
            [self.home.python, "-m", "tierslieu_setup.inside_odoo", database, *arguments],
            self.log(arguments[0]),
            f"The database {database} could not be prepared",
            explain=last_error,
            env=variables,
        )

    def log(self, what):
        """Return the log file of one phase."""
        return self.home.logs / f"database-{what}.log"

    def odoo(self):
        """Return the Odoo that this home uses."""
        return (next(self.home.venv.glob("lib/*/site-packages/odoo-source.pth"))).read_text(encoding="utf-8").strip()

    def company(self):
        """Return who the company is: the demo's when it is there."""
        described = self.home.clone / DEMO / "company.json"
        return json.loads(described.read_text(encoding="utf-8")) if described.exists() else TEST_COMPANY

    # --- working copies -----------------------------------------------------------------------

    @contextlib.contextmanager
    def working_copy(self, template, number=0):
        """Yield a copy of the template that is dropped afterwards; a run can have several."""
        name = f"tl_{self.home.key}_run_{os.getpid()}_{number}"
        self.drop(name)
        self.copy(template, name)
        try:
            yield name
        finally:
            self.drop(name)

    def drop_abandoned(self):
        """Drop the copies, and the copies of copies, of runs that were killed."""
        for name in self.notes():
            match = re.match(rf"tl_{self.home.key}_run_(\d+)", name)
            if match and not Path("/proc", match[1]).exists():
                self.drop(name)


def parse_note(comment):
    """Return the note in a database's comment; {} when someone else wrote it."""
    try:
        note = json.loads(comment or "{}")
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}


def checksum(parts):
    """Return a checksum of values and of files' contents."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else json.dumps(part).encode()
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def complaints_in(log):
    """Return the WARNING and worse lines of an Odoo log that nobody expects."""
    found = (LOG_LINE.match(line) for line in log.splitlines())
    lines = [f"{match[1]} {match[2]}: {match[3]}" for match in found if match]
    return [line for line in lines if not is_expected(line)]


def last_error(output):
    """Return the last exception that an Odoo log names, with the line that follows: details often stand there."""
    found = re.findall(r"^([\w.]*(?:Error|Exception)\b: .*)\n?(.*)", output, re.MULTILINE)
    return " ".join(found[-1]).strip() if found else cause_of(output)


def refuse(complaints, log):
    """Fail when Odoo complained: a constraint it could not create is only logged."""
    for line in complaints:
        say(f"    {line}")
    if complaints:
        raise SetupError(f"Installing the addons logged the {len(complaints)} lines above (all of it: {log}).")
