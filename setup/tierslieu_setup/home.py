"""The folder where everything that is not source is kept (TIERSLIEU_HOME)."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from .errors import SetupError
from .progress import say

CLONE = Path(__file__).resolve().parents[2]
NEEDED_SPACE = 4 * 1024**3


class Home:
    """Where a clone keeps its Odoo, its Python environment, its databases, its mails and its logs."""

    def __init__(self, clone=CLONE, path=None):
        self.clone = Path(clone)
        self.path = Path(path or os.environ.get("TIERSLIEU_HOME") or self.clone / ".tierslieu").absolute()
        self.downloads = self.path / "downloads"
        self.odoo = self.path / "odoo"
        self.venv = self.path / "venv"
        self.python = self.venv / "bin" / "python"
        self.peers = self.path / "peers"
        self.data = self.path / "data"
        self.mail = self.path / "mail"
        self.logs = self.path / "log"
        self.config = self.path / "odoo.conf"

    @property
    def key(self):
        """Return a short name that no other home has."""
        return hashlib.sha256(str(self.path).encode()).hexdigest()[:8]

    def prepare(self):
        """Create the folder, and refuse at once one that cannot serve."""
        new = not self.python.exists()
        for folder in (self.path, self.downloads, self.data, self.mail, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        probe = self.path / ".probe"
        probe.touch()
        probe.unlink()
        free = shutil.disk_usage(self.path).free
        if new and free < NEEDED_SPACE:
            raise SetupError(
                f"{self.path} has {free / 1024**3:.1f} GB left and 4 GB are needed: "
                "free some space, or choose another folder with TIERSLIEU_HOME=/path."
            )

    @contextlib.contextmanager
    def lock(self):
        """Let one run at a time prepare this home; a second one waits and says so."""
        with (self.path / "lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("  Another command is preparing this folder: waiting for it.")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def write_whole(path, text, mode=0o644):
    """Write a file so that an interruption leaves the old one or the new one, never a half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(mode)
    draft.replace(path)
