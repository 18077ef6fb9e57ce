"""Read what people type in the cells of a table: amounts, dates, hours, yes and no.

Without the ORM. What can be read in two ways is not read: the reason says so,
and the person who wrote it decides.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

YES = frozenset(("oui", "o", "yes", "y", "x", "1", "vrai", "true"))
NO = frozenset(("non", "n", "no", "0", "faux", "false", "-"))
EARLIEST, LATEST = 1900, 2200
# No amount nor count of a place comes near it: it is a slip, or a number of another kind.
TOO_MUCH = 10**12
LARGEST_COUNT = 2**31 - 1
BLANKS = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'’"
DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
SHORT_YEAR = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}")
# What stands between a day and an hour.
BETWEEN = re.compile(r"(?<=\d)T(?=\d)|\s*(?: à | at |,)\s*")
CLOCK = re.compile(r"(\d{1,2})\s*(?:[:h]\s*(\d{2})?\s*(?::\d{2}(?:\.\d+)?)?|)")


class Wrong(ValueError):
    """The text is not what it should be: `reason` says why, in one word."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def plain(text):
    """Return a text as it is compared: no accents, no capitals, single spaces.

    >>> plain("  Prénom /\\tNOM ")
    'prenom nom'
    """
    bare = unicodedata.normalize("NFKD", str(text).replace("œ", "oe").replace("Œ", "OE"))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare.lower()).split())


def one_line(value, most):
    """Return what was typed as one line without anything that cannot be printed, cut at a length.

    >>> one_line("  Zoé\\x00   Martin\\n", 40)
    'Zoé Martin'
    """
    text = "".join(letter if letter.isprintable() else " " for letter in str(value or "")[: most * 4])
    return " ".join(text.split())[:most]


def amount(value, decimals=2):
    """Return a `Decimal`, or raise Wrong: number, ambiguous, decimals.

    >>> amount("1 234,50 €"), amount("1,234.50"), amount("-12"), amount(8.1)
    (Decimal('1234.50'), Decimal('1234.50'), Decimal('-12'), Decimal('8.1'))
    """
    if isinstance(value, bool):
        raise Wrong("number")
    if isinstance(value, (int, float)):
        # A spreadsheet's 0.1 + 0.2.
        number = Decimal(repr(round(value, 9) if isinstance(value, float) else value))
    else:
        number = _typed_amount(str(value))
    if not number.is_finite() or abs(number) >= TOO_MUCH:
        raise Wrong("number")
    if number != round(number, decimals):
        raise Wrong("decimals")
    return number


def _typed_amount(text):
    bare = re.sub(rf"[{BLANKS}]", "", text)
    bare = re.sub(r"(?i)^(€|eur|euros?)|(€|eur|euros?)$", "", bare)
    marks = [mark for mark in bare if mark in ".,"]
    if len(set(marks)) == 2 and len([mark for mark in marks if mark == marks[-1]]) == 1:
        # 1.234,50 and 1,234.50: the last one is the decimal.
        bare = bare.replace(marks[0], "").replace(marks[-1], ".")
    elif len(set(marks)) == 1:
        if len(marks) > 1 or re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", bare):
            raise Wrong("ambiguous")
        bare = bare.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?", bare, re.ASCII):
        raise Wrong("number")
    try:
        return Decimal(bare)
    except InvalidOperation as error:
        raise Wrong("number") from error


def integer(value):
    """Return an int, or raise Wrong: number.

    >>> integer("12"), integer(3.0)
    (12, 3)
    """
    number = amount(value, decimals=9)
    if number != int(number) or abs(number) > LARGEST_COUNT:
        raise Wrong("number")
    return int(number)


def day(value):
    """Return a date, day first, or raise Wrong: date, short_year, swapped, no_such_day, year.

    >>> day("24/11/2026"), day("2026-11-24")
    (datetime.date(2026, 11, 24), datetime.date(2026, 11, 24))
    """
    if isinstance(value, datetime):
        if value.time() != time.min:
            raise Wrong("date")
        value = value.date()
    if not isinstance(value, date):
        value = _typed_day(str(value).strip())
    if not EARLIEST <= value.year <= LATEST:
        raise Wrong("year")
    return value


def _typed_day(text):
    found = DAY_FIRST.fullmatch(text)
    if found:
        parts = [int(part) for part in reversed(found.groups())]
    else:
        found = YEAR_FIRST.fullmatch(text)
        if not found:
            raise Wrong("short_year" if SHORT_YEAR.fullmatch(text) else "date")
        parts = [int(part) for part in found.groups()]
    year, month, number = parts
    if month > 12 >= number:
        raise Wrong("swapped")
    try:
        return date(year, month, number)
    except ValueError as error:
        raise Wrong("no_such_day") from error


def clock(value):
    """Return the time of a day, or raise Wrong: clock.

    >>> clock("14h30"), clock("9:00"), clock("9 h"), clock(0.5)
    (datetime.time(14, 30), datetime.time(9, 0), datetime.time(9, 0), datetime.time(12, 0))
    """
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, float) and 0 <= value < 1:
        # The part of a day, as spreadsheets count.
        return (datetime.min + timedelta(minutes=round(value * 24 * 60))).time()
    found = CLOCK.fullmatch(str(value).strip().lower())
    if not found or not (set(str(value).lower()) & set(":h")):
        raise Wrong("clock")
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError as error:
        raise Wrong("clock") from error


def moment(value):
    """Return a naive datetime of somebody's wall clock, or raise what `day` and `clock` do.

    >>> moment("24/11/2026 14:00"), moment("2026-11-24T09:30:00")
    (datetime.datetime(2026, 11, 24, 14, 0), datetime.datetime(2026, 11, 24, 9, 30))
    """
    if isinstance(value, datetime):
        return datetime.combine(day(value.date()), clock(value))
    if isinstance(value, date):
        raise Wrong("no_clock")
    spaced = BETWEEN.sub(" ", str(value).strip())
    date_part, _mark, clock_part = spaced.partition(" ")
    found = day(date_part)
    if not clock_part:
        raise Wrong("no_clock")
    return datetime.combine(found, clock(clock_part))


def yes_no(value):
    """Return a bool, or raise Wrong: yes_no.

    >>> yes_no("Oui"), yes_no("x"), yes_no("non")
    (True, True, False)
    """
    if isinstance(value, bool):
        return value
    said = plain(value) or str(value).strip()
    if said in YES | NO:
        return said in YES
    raise Wrong("yes_no")
