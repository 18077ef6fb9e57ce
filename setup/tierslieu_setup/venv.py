"""The Python environment: Odoo's requirements, the OCA addons, and what the tests need."""

import hashlib
import os
import platform
import shutil
import sys

from .errors import SetupError
from .home import write_whole
from .odoo_source import SERIES
from .progress import run, step

REQUIREMENTS = "requirements.txt"
TEST_REQUIREMENTS = "requirements-test.txt"
PEER_REQUIREMENTS = "requirements-perf.txt"


def provide(home, with_tests=False):
    """Install what is missing of the packages; Odoo itself may come later (`point_to`)."""
    wanted = [(REQUIREMENTS, "Python packages (200 MB)")]
    if with_tests:
        wanted.append((TEST_REQUIREMENTS, "Python packages of the tests (100 MB)"))
    for name, title in wanted:
        stamp = home.venv / f".{name}.ready"
        key = key_of(home, name)
        if stamp.exists() and stamp.read_text(encoding="utf-8") == key:
            continue
        with step(title):
            create(home)
            vouch_for_odoo(home)
            install(home, name)
        write_whole(stamp, key)
    link_pdf_engine(home)


def provide_peers(home):
    """Return the folder of the addons that benchmarks compare ours with: nothing else ever imports them."""
    stamp = home.peers / ".ready"
    key = key_of(home, PEER_REQUIREMENTS)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != key:
        shutil.rmtree(home.peers, ignore_errors=True)
        with step("Addons that the benchmarks compare ours with"):
            # Without what they require: pip would look for Odoo itself.
            install(home, PEER_REQUIREMENTS, "--no-deps", "--target", home.peers)
        write_whole(stamp, key)
    return home.peers


def key_of(home, name):
    """Tell apart the environments made by another Python, in another place or from another list."""
    content = (home.clone / name).read_text(encoding="utf-8")
    identity = "\n".join((sys.version, platform.machine(), str(home.venv), content))
    return hashlib.sha256(identity.encode()).hexdigest()


def create(home):
    """Make the environment, or make it anew when another Python or another place made it."""
    origin = home.venv / ".origin"
    identity = f"{sys.version}\n{home.venv}"
    if origin.exists() and origin.read_text(encoding="utf-8") == identity:
        return
    command = [sys.executable, "-m", "venv", "--clear", home.venv]
    run(command, home.logs / "venv.log", "The Python environment was not made")
    write_whole(origin, identity)


def site_packages(home):
    """Return the environment's folder of packages."""
    return home.venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def point_to(home, odoo):
    """Make `import odoo` find the Odoo in this folder."""
    write_whole(site_packages(home) / "odoo-source.pth", f"{odoo}\n")


def vouch_for_odoo(home):
    """Tell pip that Odoo is there: OCA addons require it."""
    version = ".".join(map(str, SERIES))
    vouched = site_packages(home) / f"odoo-{version}.dist-info"
    vouched.mkdir(exist_ok=True)
    write_whole(vouched / "METADATA", f"Metadata-Version: 2.1\nName: odoo\nVersion: {version}\n")


def install(home, name, *options):
    """Let pip install one list of requirements with the machine's own configuration."""
    command = [home.python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--prefer-binary"]
    if name != REQUIREMENTS:
        command += ["--constraint", home.clone / REQUIREMENTS]
    run(
        [*command, *options, "--requirement", home.clone / name],
        home.logs / "pip.log",
        f"The packages of {name} were not installed",
        env=clean_environment(),
    )


def clean_environment():
    """Return this process's environment without what would bend the new Python's paths."""
    bending = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in bending}


def link_pdf_engine(home):
    """Give the wheel's wkhtmltopdf (patched Qt: headers and footers print) the name Odoo looks for."""
    engine = home.venv / "bin" / "wkhtmltopdf-pack"
    link = home.venv / "bin" / "wkhtmltopdf"
    if engine.exists() and not link.exists():
        link.symlink_to(engine.name)
    if not engine.exists() and platform.system() == "Linux" and platform.machine() == "x86_64":
        raise SetupError(f"The PDF engine is missing from {home.venv}: remove that folder and run this again.")
