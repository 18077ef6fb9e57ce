"""The addons of this clone: which they are, what they need, and what in them shapes a database."""

import ast
import hashlib

DEMO = "tierslieu_demo"
# Parts of an addon that change no database.
NOT_IN_DATABASE = {"tests", "static", "readme", "doc", "__pycache__"}
IGNORED_SUFFIXES = (".pyc", ".pot", ".md", ".rst", ".toml")


def addons_of(clone):
    """Return {name: manifest} of the installable addons at the top of the clone."""
    found = {}
    for manifest in sorted(clone.glob("*/__manifest__.py")):
        content = ast.literal_eval(manifest.read_text(encoding="utf-8"))
        if content.get("installable", True):
            found[manifest.parent.name] = content
    return found


def foundations(addons):
    """Return the names of the addons of others that ours depend on."""
    return sorted({name for manifest in addons.values() for name in manifest.get("depends", ())} - set(addons))


def fingerprint(clone, names):
    """Return a checksum of all that installing these addons writes into a database."""
    digest = hashlib.sha256()
    for name in sorted(names):
        folder = clone / name
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            if not NOT_IN_DATABASE.isdisjoint(relative.parts) or path.suffix in IGNORED_SUFFIXES or path.is_dir():
                continue
            digest.update(f"{name}/{relative}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
