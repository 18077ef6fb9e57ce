"""Read a table out of a file that someone kept their members in: csv, xlsx, ods.

Without the ORM, so that it can be read and tried alone. Odoo's own readers
leave the empty lines out, and the numbers of the others are then no longer
those that people see in their spreadsheet; they stop at the first cell in
error, and need a library for ods that Odoo does not install. Here a line keeps
its number, and a cell in error is a cell like another, to be told about.
"""

import csv
import io
import zipfile
from datetime import date, datetime, time

import openpyxl
from lxml import etree

# What a spreadsheet may weigh once unpacked: a small file can hide a very large one.
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_COLUMNS = 100
# No sheet has more lines: a file that says so is not counted to the end.
LAST_LINE = 1_048_576
# Enough of the headings to see what separates them.
LONGEST_GLANCE = 10_000
SEPARATORS = ";,\t|"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


class Unreadable(Exception):
    """The file is not a table: `reason` says why, in one word."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Broken(str):
    """A cell whose formula failed: it says “#REF!”, which is no value."""

    __slots__ = ()


def read(content, most):
    """Return the lines of the first sheet that say something: [(number, [cells]), …].

    :param content: bytes of the file
    :param most: lines above which the file is too long
    :return: numbers as the spreadsheet shows them, from 1; cells are str, int,
        float, date, datetime, time or `Broken`
    :raises Unreadable: empty, format, old_xls, locked, damaged, too_long

    >>> read("nom;âge\\n\\nZoé;8".encode("cp1252"), 10)
    [(1, ['nom', 'âge']), (3, ['Zoé', '8'])]
    """
    if not content or not content.strip():
        raise Unreadable("empty")
    try:
        return _read(content, most)
    except Unreadable:
        raise
    except Exception as error:
        # A reader that stumbles, of ours or of a library: the file is not what it says it is.
        raise Unreadable("damaged") from error


def _read(content, most):
    rows = []
    for number, cells in _reader(content):
        if number > LAST_LINE:
            raise Unreadable("too_long")
        cells = [_tidy(cell) for cell in cells[:MOST_COLUMNS]]
        if all(cell == "" for cell in cells):
            continue
        # The headings are one line more.
        if len(rows) > most:
            raise Unreadable("too_long")
        rows.append((number, cells))
    if not rows:
        raise Unreadable("empty")
    return rows


def _reader(content):
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        # The old binary format; a workbook with a password is wrapped in it too.
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Unreadable("locked" if locked else "old_xls")
    if content[:4] == b"PK\x03\x04":
        return _spreadsheet(content)
    return _csv(_decoded(content))


def _tidy(cell):
    """Return a cell without the blanks around it, the no-break ones too; nothing is ""."""
    if cell is None:
        return ""
    if isinstance(cell, str) and not isinstance(cell, Broken):
        return cell.strip()
    return cell


# -- Text


def _decoded(content):
    """Decode bytes as spreadsheets write them: UTF-8, UTF-16 with its mark, or Windows-1252."""
    encodings = ["utf-8-sig", "cp1252"]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("format")


def _csv(text):
    """Yield the lines of a csv with the number of the line that each begins on."""
    separator = _separator(text)
    offset = 0
    if text[:4].lower() == "sep=":
        # Excel's own first line, which names the separator.
        text, offset = text.partition("\n")[2], 1
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    begun = 0
    try:
        for cells in lines:
            yield begun + offset + 1, cells
            begun = lines.line_num
    except csv.Error as error:
        raise Unreadable("damaged") from error


def _separator(text):
    """Return what separates the headings of a csv.

    >>> _separator('"nom, prénom";e-mail')
    ';'
    """
    if text[:4].lower() == "sep=" and text[4:5] in tuple(SEPARATORS):
        return text[4]
    lines = (line for line in text.splitlines() if line.strip(SEPARATORS + " "))
    first = next(lines, "-")[:LONGEST_GLANCE]
    return max(SEPARATORS, key=lambda mark: len(next(csv.reader([first], delimiter=mark))))


# -- Spreadsheets


def _spreadsheet(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            if sum(entry.file_size for entry in package.infolist()) > LARGEST_UNPACKED:
                raise Unreadable("too_long")
            if "content.xml" in names:
                if b"encryption-data" in package.read("META-INF/manifest.xml"):
                    raise Unreadable("locked")
                return _ods(package.read("content.xml"))
            if "xl/workbook.xml" in names:
                return _xlsx(content)
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError) as error:
        raise Unreadable("damaged") from error
    raise Unreadable("format")


def _xlsx(content):
    """Yield the lines of the first sheet of an xlsx, as it was last calculated."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What a file says of its own size may be wrong, or missing.
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            yield number, [_xlsx_cell(cell) for cell in row]
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("damaged") from error


def _xlsx_cell(cell):
    value = cell.value
    if cell.data_type == "e":
        return Broken(value)
    if isinstance(value, datetime) and value.time() == time.min and "h" not in str(cell.number_format).lower():
        return value.date()
    return _number(value)


def _number(value):
    """Return a whole number as one: spreadsheets write 44000 as 44000.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _ods(content):
    """Yield the lines of the first sheet of an ods, by the values behind what is shown."""
    try:
        tree = etree.fromstring(
            content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        )
    except etree.XMLSyntaxError as error:
        raise Unreadable("damaged") from error
    sheet = next(tree.iter(f"{TABLE}table"), None)
    if sheet is None:
        raise Unreadable("format")
    number = 1
    for row in sheet.iter(f"{TABLE}table-row"):
        repeated = _repeated(row, "rows")
        cells = []
        for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            cells += [_ods_cell(cell)] * min(_repeated(cell, "columns"), MOST_COLUMNS)
        if any(cell != "" for cell in cells):
            for nth in range(min(repeated, 10_000)):
                yield number + nth, cells
        number += repeated


def _repeated(element, what):
    return int(element.get(f"{TABLE}number-{what}-repeated") or 1)


def _ods_cell(cell):
    """Return the value of a cell: typed when it is, else the text that is shown."""
    kind = cell.get(f"{OFFICE}value-type")
    shown = "\n".join("".join(line.itertext()) for line in cell.iterchildren(f"{TEXT}p"))
    if (shown.startswith("#") and (shown.endswith(("!", "?")) or shown == "#N/A")) or shown.startswith("Err:"):
        return Broken(shown)
    try:
        if kind in ("float", "currency"):
            return _number(float(cell.get(f"{OFFICE}value")))
        if kind == "date":
            said = cell.get(f"{OFFICE}date-value")
            return datetime.fromisoformat(said) if "T" in said else date.fromisoformat(said)
    except (TypeError, ValueError):
        return shown
    return shown
