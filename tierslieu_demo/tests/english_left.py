"""English left on a page that is served in French.

Every sentence that an addon was written with, whose French is another one, is looked for in what people
read: texts, titles, alternatives of pictures, labels. Nothing is asked of the words themselves.
"""

import re
from functools import cache
from html import unescape

import polib
from lxml import html

from odoo.modules import Manifest

# What people read of an element besides its text.
READ = ("title", "alt", "placeholder", "aria-label", "data-tooltip", "string", "help", "confirm")
NOT_READ = {"script", "style", "noscript", "template"}
# A shorter word may be anything.
SHORTEST = 4
# What a sentence with a value in its middle keeps of itself, for it to be looked for.
LEAST_KEPT = 8
VALUE = re.compile(r"%\([a-z_0-9]+\)[a-z]|%[sd]|\{\{.*?\}\}|\{[a-z_0-9]*\}")
TAG = re.compile(r"<[^>]+>")


def plain(text):
    """Return a text as one line, with ordinary spaces."""
    return " ".join(unescape(text).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ").split())


def pieces(text):
    """Return the texts of a sentence of a template, cut at its tags.

    >>> pieces('from <strong t-out="price"/> an hour')
    ['from', 'an hour']
    """
    return [piece for piece in map(plain, TAG.split(text)) if piece]


@cache
def _translations(addon):
    """Return [(English, French), …] of an addon."""
    try:
        catalogue = polib.pofile(f"{Manifest.for_addon(addon).path}/i18n/fr.po")
    except OSError:
        return ()
    return tuple((entry.msgid, entry.msgstr) for entry in catalogue if entry.msgstr)


class English:
    """The sentences of addons that have a French one: `left` says which are on a page."""

    def __init__(self, addons, exceptions=()):
        pairs = [pair for addon in addons for pair in _translations(addon)]
        french = {piece for _english, said in pairs for piece in pieces(said)}
        english = {piece for said, _french in pairs for piece in pieces(said)} - french
        wanted = {
            piece for piece in english - set(exceptions)
            if len(piece) >= SHORTEST and re.search(r"[a-z]", VALUE.sub("", piece))
        }
        self.sentences = {piece for piece in wanted if not VALUE.search(piece)}
        # By their first kept words: a page is looked through once, not once a sentence.
        self.patterns = [
            _pattern(piece) for piece in wanted - self.sentences if _kept(piece) >= LEAST_KEPT
        ]

    def left(self, document):
        """Return the English sentences that a page shows, sorted.

        :param document: the text of a page or of a view, or an element
        """
        element = html.fromstring(document) if isinstance(document, (str, bytes)) else document
        texts = set(_texts(element))
        found = texts & self.sentences
        rest = texts - found
        found |= {text for text in rest if any(pattern.fullmatch(text) for pattern in self.patterns)}
        return sorted(found)


def _kept(piece):
    """Return the length of the longest stretch of letters without a value."""
    return max((len(part.strip(" .,:;()%")) for part in VALUE.split(piece)), default=0)


def _pattern(piece):
    return re.compile(".+".join(re.escape(part) for part in VALUE.split(piece)))


def _texts(element):
    """Yield what is read of an element and of what it holds."""
    for one in element.iter():
        if not isinstance(one.tag, str) or one.tag in NOT_READ:
            if one.tail:
                yield plain(one.tail)
            continue
        for name in READ:
            if one.get(name):
                yield plain(one.get(name))
        if one.tag == "input" and one.get("type") in ("submit", "button"):
            yield plain(one.get("value") or "")
        for text in (one.text, one.tail):
            if text and text.strip():
                yield plain(text)
