"""What changed between two texts, paragraph by paragraph: plain Python, no ORM."""

import re
from difflib import SequenceMatcher
from html import unescape

BLOCK_END = re.compile(r"</(?:p|div|li|h[1-6]|tr|blockquote|pre|section)\s*>|<br\s*/?>", re.I)
TAG = re.compile(r"<[^>]*>")


def paragraphs(html):
    """Return the paragraphs of an HTML text, as plain sentences.

    >>> paragraphs("<h2>Le bruit</h2><p>On parle&nbsp;bas<br/>dans la <b>grande</b> salle.</p>")
    ['Le bruit', 'On parle bas', 'dans la grande salle.']
    >>> paragraphs(None)
    []
    """
    parts = BLOCK_END.split(html or "")
    plain = (" ".join(unescape(TAG.sub("", part)).split()) for part in parts)
    return [text for text in plain if text]


def changes(before, after):
    """Return [(kind, paragraph)] that leads from a text to another.

    The kind is "kept", "removed" or "added"; what replaces comes after what
    it replaces.

    >>> changes("<p>Un</p><p>Deux</p>", "<p>Un</p><p>Deux et demi</p><p>Trois</p>")
    [('kept', 'Un'), ('removed', 'Deux'), ('added', 'Deux et demi'), ('added', 'Trois')]
    >>> changes("<p>Un</p>", "<div>Un</div>")
    [('kept', 'Un')]
    """
    old, new = paragraphs(before), paragraphs(after)
    found = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("kept", text) for text in old[i1:i2]]
        else:
            found += [("removed", text) for text in old[i1:i2]]
            found += [("added", text) for text in new[j1:j2]]
    return found


def digest(steps, around=1):
    """Return the same steps without the long stretches where nothing changes.

    Each change keeps its neighbours, so that one sees where it is; what is
    left out is one ("gap", "").

    >>> text = [("kept", "a"), ("kept", "b"), ("kept", "c"), ("added", "d"), ("kept", "e"), ("kept", "f")]
    >>> digest(text)
    [('gap', ''), ('kept', 'c'), ('added', 'd'), ('kept', 'e'), ('gap', '')]
    >>> digest([("kept", "a"), ("added", "b")])
    [('kept', 'a'), ('added', 'b')]
    """
    changed = [nth for nth, (kind, _text) in enumerate(steps) if kind != "kept"]
    shown = {near for nth in changed for near in range(nth - around, nth + around + 1)}
    found = []
    for nth, step in enumerate(steps):
        if nth in shown:
            found.append(step)
        elif not found or found[-1][0] != "gap":
            found.append(("gap", ""))
    return found
