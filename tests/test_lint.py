"""The linters, over the whole tree."""

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from tierslieu_setup.addons import addons_of
from tierslieu_setup.home import CLONE

TOOLS = Path(sys.executable).parent
ADDONS = sorted(addons_of(CLONE))
# Addresses that the tree may name: nothing else is anyone's business, mirrors and registries least of all.
KNOWN_HOSTS = re.compile(r"localhost|127\.0\.0\.1|www\.w3\.org|www\.gnu\.org|github\.com|[\w.-]*\.?example(\.\w+)?")
# What a person does not read in a translation: tags with their attributes, placeholders, entities, addresses.
NOT_READ = re.compile(r"<[^<>]*>|\{\{.*?\}\}|%\(\w+\)[sd]|&#?\w+;|\w+://\S+", re.DOTALL)
# A sign of French that a line could begin with, or a quotation mark that it could end with.
BREAKING = re.compile(r"\S* [:;!?»]|« \S*")
NOT_OURS = {".git", ".tierslieu", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__", "node_modules"}


def assert_clean(tool, *arguments):
    """Run a linter; show what it says when it is not content."""
    done = subprocess.run([TOOLS / tool, *arguments], cwd=CLONE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{tool}:\n{done.stdout}{done.stderr}"


def test_ruff():
    assert_clean("ruff", "check", "--no-cache", ".")


def test_pylint_odoo():
    assert_clean("pylint", "--rcfile=.pylintrc", *ADDONS)


def test_oca_checks():
    assert_clean("oca-checks-odoo-module", *ADDONS)


def test_oca_checks_translations():
    assert_clean("oca-checks-po", *(str(path) for name in ADDONS for path in (CLONE / name).glob("i18n/*.po")))


def breaking(text):
    """Return the signs of a French text that a line may part from their word."""
    return [found for part in NOT_READ.split(text) for found in BREAKING.findall(part)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vous venez ? « Oui » !", ["venez ?", "« Oui", " »", " !"]),
        ("Vous venez\N{NO-BREAK SPACE}? De 10:30 à 12:00, voir https://quai.example/?a=1", []),
        ('<p style="color : red">%(name)s&nbsp;: {{ one ? two : three }}</p>', []),
        ("<b>Prix</b> : <t t-out=\"price\"/>", [" :"]),
    ],
)
def test_what_breaks_is_found(text, found):
    assert breaking(text) == found


@pytest.mark.parametrize("path", sorted(CLONE.glob("*/i18n/fr.po")), ids=lambda path: path.parts[-3])
def test_french_signs_stay_with_their_word(path):
    found = [
        f"{path.relative_to(CLONE)}:{entry.linenum}: {sign}"
        for entry in polib.pofile(str(path))
        for sign in breaking(entry.msgstr)
    ]
    assert not found, "\n".join(found)


def test_licenses_agree():
    # An addon may depend on none whose licence is not compatible with its own.
    assert_clean("manifestoo", "--select-addons-dir", ".", "check-licenses")


def text_files():
    """Yield (path, text) for every text file of the project."""
    for path in sorted(CLONE.rglob("*")):
        if path.is_file() and NOT_OURS.isdisjoint(path.relative_to(CLONE).parts):
            try:
                yield path.relative_to(CLONE), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_no_foreign_address():
    found = [
        f"{path}: {host}"
        for path, text in text_files()
        for host in re.findall(r"(?:https?|ftp)://([\w.-]+)", text)
        if not KNOWN_HOSTS.fullmatch(host)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ADDONS)
def test_builds_as_a_wheel(name, tmp_path):
    """Each addon builds without the network, and its wheel holds its data as well as its code."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*command, "-w", tmp_path, CLONE / name], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith(f"odoo_addon_{name}-19.0.")
    listing = subprocess.run([sys.executable, "-m", "zipfile", "-l", wheel], capture_output=True, text=True, check=True)
    for path in ("__manifest__.py", "i18n/fr.po", "security/ir.model.access.csv"):
        if (CLONE / name / path).exists():
            assert f"odoo/addons/{name}/{path}" in listing.stdout
