"""The mentions that invoices of each legal form and VAT regime carry, with the days on which they are right."""

from datetime import date
from typing import NamedTuple

from odoo.tools import LazyTranslate

from .books_plan import ASSOCIATION, COMPANIES, DUES, FORMS, PUBLIC, REGIMES

_lt = LazyTranslate(__name__)

# The rules of VAT are in the CIBS from this day on (ordinance 2025-1247).
MOVED = date(2026, 9, 1)
LAST_OF_OLD = date(2026, 8, 31)
# Until when the articles of the CGI may still be named.
TOLERATED = date(2027, 12, 31)


class Mention(NamedTuple):
    """A sentence on invoices; the days are the first and the last, None: no end."""

    kind: str
    text: object
    first: date | None
    last: date | None
    why: object
    source: str
    point: str
    forms: tuple = FORMS
    regimes: tuple = REGIMES
    dues: tuple = DUES


MENTIONS = (
    Mention("vat", _lt("VAT not applicable, article 293 B of the CGI."), None, LAST_OF_OLD,
            _lt("Said on each invoice without VAT until the articles moved."), "S", "mentions",
            regimes=("franchise",)),
    Mention("vat", _lt("VAT not applicable, article L. 223-1 of the CIBS."), MOVED, None,
            _lt("The same, since the articles moved to the CIBS."), "S", "mentions", regimes=("franchise",)),
    Mention("vat", _lt("Exempt from VAT, article 261, 7-1° of the CGI."), None, TOLERATED,
            _lt("Said on each invoice without VAT; the new article is to be named before the old one ends."),
            "S", "mentions", regimes=("exempt",)),
    Mention("vat", _lt("Public body not subject to VAT, article 256 B of the CGI."), None, TOLERATED,
            _lt("Said on each invoice without VAT; the new article is to be named before the old one ends."),
            "M", "mentions", PUBLIC, ("outside",)),
    Mention("vat", _lt("Not subject to VAT, article 256 A of the CGI."), None, TOLERATED,
            _lt("Said on each invoice without VAT; the new article is to be named before the old one ends."),
            "M", "mentions", (*ASSOCIATION, *COMPANIES, "other"), ("outside",)),
    Mention("late", _lt("Late payment: penalties at three times the legal rate (article L. 441-10 of the commercial"
                        " code)."), None, None,
            _lt("Owed on invoices to professionals."), "M", "late"),
    Mention("indemnity", _lt("Late payment: 40 euros for the costs of recovery (article D. 441-5 of the commercial"
                             " code)."), None, None,
            _lt("Owed on invoices to professionals."), "M", "late"),
    Mention("discount", _lt("No discount for early payment."), None, None,
            _lt("Owed on invoices to professionals, even to say that there is none."), "M", "late"),
)


def cites_old_code(text):
    """Tell whether a mention names the code that the rules of VAT have left.

    >>> cites_old_code("TVA non applicable, article 293 B du CGI"), cites_old_code("article L. 223-1 du CIBS")
    (True, False)
    >>> cites_old_code("Exonération, article 261 du code général des impôts")
    True
    """
    words = text.casefold().replace(".", "")
    return "cgi" in words.replace(",", " ").split() or "code général des impôts" in words
