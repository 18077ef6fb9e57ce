"""Odoo 19.0 Community, from wherever this machine can get it."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from .errors import SetupError
from .home import write_whole
from .progress import run, say, step

SERIES = (19, 0)
# Debian's own package, unpacked without being installed.
PACKAGE = "odoo-19"
PINNED_BUILD = "19.0.0+dfsg-1"
PINNED_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
# Odoo's tree holds relative links into these; without them /web/login answers 500.
LINKED_PACKAGES = (
    "libjs-jquery/sid",
    "libjs-underscore/sid",
    "libjs-jquery-form/sid",
    "fonts-roboto-unhinted/sid",
    "fonts-montserrat/sid",
    "fonts-ocr-b/sid",
    "fonts-glyphicons-halflings/sid",
    "fonts-font-awesome/trixie",
    "fonts-inconsolata/trixie",
)
DEBIAN_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
IN_PREFIX = Path("usr/lib/python3/dist-packages")
# Debian leaves this file out, and every page of the back office asks for it.
BLUR_SCRIPT = Path("mail/static/lib/selfie_segmentation/selfie_segmentation.js")
BLUR_NPM_PACKAGE = "@mediapipe/selfie_segmentation@0.1.1675465747"
ADVICE = "name an Odoo 19.0 checkout with ODOO_HOME=/path/to/odoo"


def at_hand(home):
    """Return the folder to put on Python's path so that `import odoo` is Odoo 19.0; None: it must be fetched."""
    named = os.environ.get("ODOO_HOME")
    if named:
        return named_checkout(Path(named).expanduser().absolute())
    return importable() or unpacked(home)


def fetch(home):
    """Bring Odoo 19.0 onto this machine and return its folder, as above."""
    return from_debian(home) or from_git(home)


def named_checkout(folder):
    """Accept the folder of ODOO_HOME, or say why it is not an Odoo 19.0."""
    for candidate in (folder, folder / IN_PREFIX):
        if series_of(candidate) == SERIES:
            return candidate
    raise SetupError(f"ODOO_HOME={folder} is not a checkout of Odoo 19.0: correct the path, or unset ODOO_HOME.")


def series_of(folder):
    """Return (major, minor) of the Odoo in `folder`, or None when there is none."""
    try:
        source = (folder / "odoo" / "release.py").read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    names = {}
    exec(compile(source, "release.py", "exec"), names)  # noqa: S102 - the version is code in Odoo
    return names["version_info"][:2]


def importable():
    """Return the folder of an Odoo 19.0 that this Python already imports, if any."""
    return next((Path(entry) for entry in sys.path if entry and series_of(Path(entry)) == SERIES), None)


def unpacked(home):
    """Return what an earlier run unpacked or cloned here, if it was finished."""
    stamp = home.odoo / "ready"
    if not stamp.exists():
        return None
    folder = home.odoo / stamp.read_text(encoding="utf-8")
    return folder if series_of(folder) == SERIES else None


def from_debian(home):
    """Unpack Debian's package and what it links to; None where Debian is not the system."""
    mirror = debian_mirror()
    if not mirror:
        return None
    with step("Odoo 19 from Debian (130 MB)"):
        apt = PrivateApt(home, mirror)
        packages = apt.download([f"{PACKAGE}/sid", *LINKED_PACKAGES])
        odoo = next(path for path in packages if path.name.startswith(f"{PACKAGE}_"))
        check_build(odoo)
        prefix = fresh_folder(home.odoo / "unpacked")
        for package in packages:
            run(["dpkg-deb", "-x", package, prefix], home.logs / "dpkg.log", f"{package.name} did not unpack")
        complete(prefix, home)
        write_whole(home.odoo / "ready", str(prefix.relative_to(home.odoo) / IN_PREFIX))
    return prefix / IN_PREFIX


def debian_mirror():
    """Return the address this machine's apt already uses for Debian, if it is a Debian."""
    system = dict(line.split("=", 1) for line in read_os_release() if "=" in line)
    if system.get("ID") != "debian" or not shutil.which("apt-get"):
        return None
    targets = subprocess.run(
        ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    )
    pairs = [line.split() for line in targets.stdout.splitlines()]
    own_suites = {system.get("VERSION_CODENAME"), "stable", "testing", "unstable", "sid"}
    return next((pair[0] for pair in pairs if len(pair) == 2 and pair[1] in own_suites), None)


def read_os_release():
    """Return the lines of the file that names this system; none where there is no such file."""
    try:
        return Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


class PrivateApt:
    """An apt of our own: the machine's mirror, other suites, nothing installed, no root needed."""

    def __init__(self, home, mirror):
        self.home = home
        self.state = home.downloads / "apt"
        for folder in ("lists/partial", "cache/archives/partial"):
            (self.state / folder).mkdir(parents=True, exist_ok=True)
        signed = f"[signed-by={DEBIAN_KEYRING}] " if DEBIAN_KEYRING.exists() else ""
        sources = "".join(f"deb {signed}{mirror} {suite} main\n" for suite in ("sid", "trixie"))
        write_whole(self.state / "sources.list", sources)

    def call(self, arguments, failure, **options):
        """Run apt-get on the private state."""
        settings = {
            "Dir::State::lists": self.state / "lists",
            "Dir::Etc::sourcelist": self.state / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Cache": self.state / "cache",
            "APT::Sandbox::User": "root",  # the folder need not be readable by apt's own user
            "APT::Update::Post-Invoke-Success": "",
            "APT::Update::Error-Mode": "any",  # a mirror that does not answer is a failure, not a warning
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
        }
        flags = [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
        run(["apt-get", *flags, *arguments], self.home.logs / "apt.log", failure, **options)

    def download(self, names):
        """Return the .deb files of `names` ("package/suite"), asking the mirror only for missing ones."""
        packages = [self.kept(name) for name in names]
        if not all(packages):
            self.call(["update"], "Debian's package lists did not arrive")
            missing = [name for name, package in zip(names, packages, strict=True) if not package]
            arriving = fresh_folder(self.state / "arriving")
            self.call(["download", *missing], f"Debian's {PACKAGE} did not arrive ({ADVICE})", cwd=arriving)
            for package in arriving.glob("*.deb"):
                package.rename(self.home.downloads / package.name)
            packages = [self.kept(name) for name in names]
        return packages

    def kept(self, name):
        """Return the .deb of a package that an earlier run downloaded whole, newest first."""
        found = sorted(self.home.downloads.glob(f"{name.split('/')[0]}_*.deb"), key=lambda path: path.stat().st_mtime)
        return found[-1] if found else None


def check_build(package):
    """Refuse a package that is not the pinned build, nor a later 19.0 that apt vouched for."""
    build = package.name.split("_")[1].replace("%3a", ":")
    if build == PINNED_BUILD:
        with package.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256") if sys.version_info >= (3, 11) else slow_digest(content)
        if digest.hexdigest() != PINNED_SHA256:
            package.unlink()
            raise SetupError(f"{package.name} arrived damaged: run this again to download it again.")
    elif build.startswith("19.0."):
        say(f"    Notice: Debian now ships Odoo {build}; this project was tested with {PINNED_BUILD}.")
    else:
        raise SetupError(f"Debian now ships Odoo {build} and this project needs 19.0: {ADVICE}.")


def slow_digest(content):
    """Do what hashlib.file_digest does, for Python 3.10."""
    digest = hashlib.sha256()
    while block := content.read(1024 * 1024):
        digest.update(block)
    return digest


def fresh_folder(folder):
    """Return an empty folder, clearing what an interrupted run left."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def complete(prefix, home):
    """Add what Debian leaves out and check that every link of the tree leads somewhere."""
    add_blur_script(prefix / IN_PREFIX, home)
    broken = [path for path in prefix.rglob("*") if path.is_symlink() and not path.exists()]
    if broken:
        raise SetupError(f"Debian's {PACKAGE} now links to {broken[0].name}, which no package here brings: {ADVICE}.")


def add_blur_script(dist_packages, home):
    """Bring the camera-blur script from npm; without npm an empty file keeps the pages quiet."""
    target = dist_packages / "odoo" / "addons" / BLUR_SCRIPT
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        target.write_bytes(blur_script(home.downloads))


def blur_script(downloads):
    """Return the script's content, empty where npm is missing or does not answer."""
    try:
        packed = subprocess.run(
            ["npm", "pack", "--silent", BLUR_NPM_PACKAGE],
            cwd=downloads, capture_output=True, text=True, check=True, timeout=120,
        )
        with tarfile.open(downloads / packed.stdout.split()[-1]) as archive:
            return archive.extractfile(f"package/{BLUR_SCRIPT.name}").read()
    except (OSError, subprocess.SubprocessError, tarfile.TarError, KeyError, IndexError):
        say("    Notice: without npm, Odoo's camera blur in video calls is left out.")
        return b""


def from_git(home):
    """Clone Odoo's public repository (the untested way, for systems other than Debian)."""
    if not shutil.which("git"):
        raise SetupError(f"Odoo 19.0 is not on this machine and git is missing: install git, or {ADVICE}.")
    target = fresh_folder(home.odoo / "unpacked")
    with step("Odoo 19 from its public repository (1 GB)"):
        run(
            ["git", "clone", "--depth", "1", "-b", "19.0", "https://github.com/odoo/odoo.git", target],
            home.logs / "git.log",
            f"Odoo's repository did not answer ({ADVICE})",
        )
        write_whole(home.odoo / "ready", target.name)
    return target
