"""From an empty folder to a page in French, and back to silence: ./setup/test --full."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest
from tierslieu_setup.home import CLONE
from tierslieu_setup.odoo_process import free_port

FIRST_PAGE = 6 * 60  # seconds, downloads included
SECOND_PAGE = 20
LEFT_OUT = shutil.ignore_patterns(".git", ".tierslieu", ".*_cache", "__pycache__")


@pytest.fixture(scope="module")
def clone():
    """Yield a fresh copy of the project with nothing prepared, in a folder that any user can enter."""
    with tempfile.TemporaryDirectory(prefix="tierslieu-clone-") as name:
        os.chmod(name, 0o755)
        yield Path(shutil.copytree(CLONE, Path(name) / "tierslieu", ignore=LEFT_OUT))


def serve(clone):
    """Start the demo in a clone; return (process, port, seconds until the page answered, page)."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "ODOO", "TIERSLIEU"))}
    started = time.monotonic()
    process = subprocess.Popen([clone / "setup" / "demo", "--port", str(port)], env=inherited, start_new_session=True)
    while time.monotonic() - started < FIRST_PAGE and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/book", timeout=60) as answer:
                return process, port, time.monotonic() - started, answer.read().decode()
        except OSError:
            time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    raise AssertionError(f"no page after {FIRST_PAGE} s")


def processes_of(clone):
    """Return the command lines of the processes that run from a clone."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(clone) in line:
            found.append(line)
    return found


@pytest.mark.parametrize("limit", [FIRST_PAGE, SECOND_PAGE])
def test_demo_opens_in_time_and_leaves_nothing(clone, limit):
    process, port, seconds, page = serve(clone)
    try:
        assert processes_of(clone), "the check below would see them"
        assert 'lang="fr-FR"' in page
        assert seconds < limit
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert process.returncode == 128 + signal.SIGINT
    assert not processes_of(clone)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/book", timeout=5)
