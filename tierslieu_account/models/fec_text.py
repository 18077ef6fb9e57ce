"""Text that fits into a FEC: PostgreSQL cleans it, and only where something needs it.

A field may hold no separator (tab or bar), no line end and no control character. ISO-8859-15, the
charset of the law, lacks most of Unicode, and PostgreSQL stops at the first character that it cannot
write: an emoji, but also "½" or a typographic apostrophe.
"""

import unicodedata

from odoo.tools import SQL

CHARSETS = {"ISO-8859-15": "LATIN9", "UTF-8": "UTF8"}

# Regular expressions of PostgreSQL. ISO-8859-15 is ISO-8859-1 but for eight characters.
LATIN9 = (
    r"\u0020-\u007B\u007D\u007E\u00A1-\u00A3\u00A5\u00A7\u00A9-\u00AC\u00AE-\u00B3\u00B5-\u00B7\u00B9-\u00BB"
    r"\u00BF-\u00FF\u0152\u0153\u0160\u0161\u0178\u017D\u017E\u20AC"
)
CONTROLS = r"\u0001-\u001F\u007C\u007F-\u009F"
SPACES = r"\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
# Marks that show nothing by themselves, and accents that did not find their letter.
INVISIBLE = r"\u00AD\u0300-\u036F\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFE00-\uFE0F\uFEFF"
DIRTY = {"ISO-8859-15": f"[^{LATIN9}]", "UTF-8": f"[{CONTROLS}{SPACES}{INVISIBLE}]"}
# What is told: not blanks that become plain ones, in which nothing is lost.
TOLD = {
    "ISO-8859-15": rf"[^{LATIN9}\u0009\u000A\u000D{SPACES}]",
    "UTF-8": r"[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007C\u007F-\u009F]",
}

LONGER = {"…": "...", "½": "1/2", "¼": "1/4", "¾": "3/4", "™": "TM", "№": "No", "‰": " pour mille"}
ALIKE = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "′": "'", "´": "'", "“": '"', "”": '"', "„": '"', "″": '"',
    "‹": "<", "›": ">", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "•": "-",
    "×": "×", "→": ">", "←": "<", "⁄": "/", "¨": '"', "¸": ",", "¦": "/", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "ĸ": "k", "ə": "e", "Ə": "E",
}  # fmt: skip


def fits(character):
    """Return whether ISO-8859-15 has a character.

    >>> fits("é"), fits("€"), fits("½")
    (True, True, False)
    """
    try:
        character.encode("iso-8859-15")
    except UnicodeEncodeError:
        return False
    return True


def alike():
    """Return {character: the one of ISO-8859-15 nearest to it}, one for one.

    >>> alike()["č"], alike()["ő"], alike()["—"]
    ('c', 'o', '-')
    """
    found = {}
    for code in (*range(0x100, 0x250), *range(0x1E00, 0x1F00)):
        letter, base = chr(code), unicodedata.normalize("NFKD", chr(code))[0]
        if not fits(letter) and base != letter and fits(base):
            found[letter] = base
    return found | {kind: plain for kind, plain in ALIKE.items() if not fits(kind)}


NEAREST = alike()


def cleaned(text, charset):
    """Return SQL for a text without what a FEC cannot hold; the text itself is passed on where nothing is wrong.

    :param text: SQL of the text
    :param charset: a key of `CHARSETS`
    """
    better = SQL("normalize(%s, NFC)", text)
    better = SQL("regexp_replace(%s, %s, '', 'g')", better, f"[{INVISIBLE}]")
    # Line ends and separators first: what is left of the controls would be "?".
    better = SQL("regexp_replace(%s, %s, ' ', 'g')", better, f"[{CONTROLS}{SPACES} ]+")
    if charset == "ISO-8859-15":
        for wide, narrow in LONGER.items():
            better = SQL("replace(%s, %s, %s)", better, wide, narrow)
        better = SQL("translate(%s, %s, %s)", better, "".join(NEAREST), "".join(NEAREST.values()))
        better = SQL("regexp_replace(%s, %s, '?', 'g')", better, DIRTY[charset])
    return SQL("CASE WHEN %s ~ %s THEN %s ELSE %s END", text, DIRTY[charset], better, text)


def told(text, charset):
    """Return SQL that says whether cleaning a text loses something that a reader would miss."""
    return SQL("%s ~ %s", text, TOLD[charset])
