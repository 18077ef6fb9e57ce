"""Read a "fichier des écritures comptables" as a tax inspector's tool would, and name what is wrong in it.

Without the ORM and without a look at what wrote the file: the rules are those of article A47 A-1 of the
Livre des procédures fiscales, of BOI-CF-IOR-60-40-20, and of the administration's own tool (Test Compta
Demat) as domain/books.md tells them, with what that tool leaves to us: that entries balance, stay
together, and that letters make sense.

The file is read line by line. What is remembered: the numbers of the entries, the letters, the names of
accounts, journals and third parties; never the lines.

What is not checked: that the lines of a letter come to zero. A letter may have lines in another year,
which are then only a part of an opening balance.
"""

import re
from decimal import Decimal

from .fec_line import DATES, FIELDS, SEPARATORS, SIDED, SIDES, Fault, LineChecks, amounts_of, day_of

FILE_NAME = re.compile(r"([0-9]{9})FEC([0-9]{8})(-[A-Z]+)?\.(txt|csv)", re.IGNORECASE)
NOT_ASCII = re.compile(rb"[\x80-\xff]")


def check(source, name=None, first=None, last=None, encoding=None, totals=None):
    """Yield the faults of a file, as they are met; those of whole entries and of the file come last.

    :param source: binary file, or any iterable of lines in bytes
    :param name: name of the file; not looked at when None
    :param first: first day of the year, if it is known
    :param last: its last day; that in the name by default
    :param encoding: "ISO-8859-15" or "UTF-8" where it is known; else what it looks like
    :param totals: what the file is said to hold: dict of `rows`, `debit`, `credit`, some or all
    """
    checker = Checker(first, last, encoding)
    if name is not None:
        yield from checker.check_name(name)
    lines = iter(source)
    yield from checker.check_header(next(lines, b""))
    if checker.separator:
        for line in lines:
            yield from checker.check_line(line)
        yield from checker.check_end(totals or {})


def balance_of(source, encoding=None):
    """Return {account: (debit, credit)} of a file without faults, in Decimal, opening balances among them.

    >>> row = ["OD", "Divers", "1", "20260101", "512", "Banque", "", "", "1", "20260101", "Don", "10,50", "0,00"]
    >>> file = [chr(9).join(FIELDS).encode(), chr(9).join(row + ["", "", "20260101", "", ""]).encode()]
    >>> balance_of(file)
    {'512': (Decimal('10.50'), Decimal('0.00'))}
    """
    cents = {}
    for row in rows_of(source, encoding):
        debit, credit = amounts_of(row)
        sums = cents.setdefault(row["CompteNum"], [0, 0])
        sums[0] += debit
        sums[1] += credit
    return {account: tuple(Decimal(sum_).scaleb(-2) for sum_ in sums) for account, sums in cents.items()}


def rows_of(source, encoding=None):
    """Yield the lines of a file without faults as {field: text}."""
    checker = Checker(None, None, encoding)
    lines = iter(source)
    faults = list(checker.check_header(next(lines, b"")))
    if not checker.separator:
        raise ValueError(faults[0].sentence)
    for line in lines:
        texts = checker.decoded(line.rstrip(b"\r\n"))[0].split(checker.separator)
        yield dict(zip(checker.fields, texts, strict=False))


class Checker(LineChecks):
    """The state of one reading."""

    def __init__(self, first, last, encoding):
        self.first, self.last, self.encoding = first, last, encoding
        self.guessed = None
        self.separator, self.fields, self.width = "", FIELDS, 0
        self.number = 0
        self.rows = self.debit = self.credit = 0
        # Entries: the one that is read, all that were seen, those that do not balance.
        self.entry = None
        self.seen = set()
        self.unbalanced = {}
        # Of the entry that is read: {field: text} that its lines share.
        self.shared = {}
        self.doubtful = False
        self.unread = False
        self.names = {}
        self.letters = {}
        self.valid = ""

    # -- The file

    def check_name(self, name):
        """Check SIREN, "FEC", closing date; the date is then known."""
        parts = FILE_NAME.fullmatch(name)
        closing = parts and day_of(parts[2])
        if not closing or not 2000 <= closing.year <= 2099:
            yield Fault(
                0, "", "name", f"The file is called “{name}”: it should be SIREN (nine digits), FEC, closing date."
            )
            return
        self.last = self.last or closing

    def check_header(self, line):
        """Find the separator and check the names of the fields."""
        self.number = 1
        if line.startswith(b"\xef\xbb\xbf"):
            yield self.fault("", "bom", "The file begins with a byte order mark.")
            line = line[3:]
        if line[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in line:
            yield self.fault("", "encoding", "The file is in UTF-16: it should be in ISO-8859-15.")
            return
        text = self.decoded(line.rstrip(b"\r\n"))[0]
        if not text.strip():
            yield self.fault("", "no_header", "The file has no line of field names.")
            return
        separator = next((mark for mark in SEPARATORS if mark in text), "")
        if not separator:
            yield self.fault("", "separator", "Fields are separated by a tab or a bar, by nothing else.")
            return
        names = text.split(separator)
        lowered = [name.lower() for name in names]
        expected = SIDED if "montant" in lowered else FIELDS
        for nth, field in enumerate(expected):
            if lowered[nth : nth + 1] != [field.lower()]:
                found = names[nth] if nth < len(names) else "nothing"
                yield self.fault(field, "header", f"Field {nth + 1} should be called {field}, it is “{found}”.")
                return
        # Books of receipts have more fields after these; whatever is after is theirs.
        self.separator, self.fields, self.width = separator, expected, len(names)

    def decoded(self, line):
        """Return the text of a line, and why it may not be that."""
        if not NOT_ASCII.search(line):
            return line.decode("ascii"), ""
        try:
            text, looks = line.decode("utf-8"), "UTF-8"
        except UnicodeDecodeError:
            text, looks = line.decode("iso-8859-15"), "ISO-8859-15"
        known = self.encoding or self.guessed
        if known and known != looks:
            return line.decode("iso-8859-15"), f"This line is in {looks}, the file is in {known}."
        self.guessed = looks
        return text, ""

    # -- A line

    def check_line(self, raw):
        """Check a line, and what it says of its entry, its names and its letter."""
        self.number += 1
        line = raw.removesuffix(b"\n").removesuffix(b"\r")
        text, wrong = self.decoded(line)
        if wrong:
            yield self.fault("", "encoding", wrong)
        if not text.strip():
            yield self.fault("", "empty_line", "The line is empty.")
            return
        texts = text.split(self.separator)
        if len(texts) != self.width:
            yield self.fault("", "fields", f"The line has {len(texts)} fields, the header {self.width}.")
            # Nobody knows which entry it is of, and what it adds to it.
            self.doubtful = self.unread = True
            return
        row = dict(zip(self.fields, texts, strict=False))
        self.rows += 1
        yield from self.check_texts(row, quiet=bool(wrong))
        days = {}
        for field in DATES:
            yield from self.check_date(row, field, days)
        yield from self.check_year(row, days)
        yield from self.check_account(row)
        yield from self.check_names(row)
        yield from self.check_currency(row)
        yield from self.check_letter(row, days)
        yield from self.check_order(row, days)
        sums = []
        yield from self.check_amounts(row, sums)
        yield from self.check_entry(row, sums)

    def check_names(self, row):
        """Check that a journal, an account, a third party has one name in all of the file."""
        for code, name in (("JournalCode", "JournalLib"), ("CompteNum", "CompteLib"), ("CompAuxNum", "CompAuxLib")):
            if not row[code].strip() or not row[name].strip():
                continue
            known = self.names.setdefault((code, row[code]), row[name])
            if known != row[name]:
                yield self.fault(name, "two_names", f"{code} {row[code]} is “{row[name]}” here, “{known}” before.")

    def check_letter(self, row, days):
        """Check that a letter has a date, the same for all its lines, none of them later, on one account."""
        letter, text = row["EcritureLet"].strip(), row["DateLet"].strip()
        if bool(letter) != bool(text):
            field = "DateLet" if letter else "EcritureLet"
            yield self.fault(field, "letter", "A letter has a date, and the other way round.")
            return
        if not letter or "DateLet" not in days:
            return
        known, account = self.letters.setdefault(letter, (text, row["CompteNum"]))
        if known != text:
            yield self.fault("DateLet", "letter_dates", f"Letter {letter} is of {text} here, of {known} before.")
        elif "EcritureDate" in days and days["EcritureDate"] > days["DateLet"]:
            yield self.fault("DateLet", "letter_early", f"Letter {letter} is of {text}, before this entry is.")
        if account != row["CompteNum"]:
            yield self.fault(
                "EcritureLet", "letter_account", f"Letter {letter} is on {row['CompteNum']} here, on {account} before."
            )

    def check_order(self, row, days):
        """Check that lines come as they were validated."""
        if "ValidDate" not in days:
            return
        valid = row["ValidDate"]
        if valid < self.valid:
            yield self.fault("ValidDate", "order", f"ValidDate {valid} comes after {self.valid}.")
        else:
            self.valid = valid

    # -- Amounts and entries

    def check_amounts(self, row, sums):
        """Check the amounts of a line; `sums` takes debit and credit in cents when they can be read."""
        fields = ("Montant",) if "Montant" in row else ("Debit", "Credit")
        faults = [fault for field in fields for fault in self.check_amount(field, row[field].strip())]
        if "Sens" in row and row["Sens"] not in SIDES:
            faults.append(self.fault("Sens", "side", f"“{row['Sens']}” is no side: D or C, +1 or -1."))
        yield from faults
        if faults:
            return
        debit, credit = amounts_of(row)
        sums += [debit, credit]
        self.debit += debit
        self.credit += credit
        if debit and credit:
            yield self.fault("Debit", "both_sides", "Debit and credit are both set.")
        elif not debit and not credit:
            yield self.fault("Debit", "no_amount", "Debit and credit are both zero.")

    def check_entry(self, row, sums):
        """Check that an entry stays together, is of one day, and balances, as far as all of it can be read."""
        if not row["EcritureNum"].strip() or not row["JournalCode"].strip():
            self.doubtful = self.unread = True
            return
        entry = (row["JournalCode"], row["EcritureNum"])
        if entry != self.entry:
            yield from self.begin_entry(entry)
            self.shared = {field: row[field] for field in ("EcritureDate", "ValidDate")}
        else:
            self.unread = False
            for field, text in self.shared.items():
                if row[field] != text and row[field].strip() and text.strip():
                    yield self.fault(
                        field, "entry_date", f"{field} of entry {entry[1]} is {row[field]} here, {text} before."
                    )
        if not sums:
            self.doubtful = True
        state = self.unbalanced[entry]
        state[1] = None if self.doubtful or state[1] is None else state[1] + sums[0] - sums[1]

    def begin_entry(self, entry):
        """Begin an entry: the one before is known to balance, or kept for the end, as it may go on further down."""
        self.end_entry()
        if entry in self.seen:
            yield self.fault("EcritureNum", "entry_split", f"Entry {entry[1]} goes on here, after another one.")
        self.seen.add(entry)
        self.entry = entry
        self.unbalanced.setdefault(entry, [self.number, 0])
        # A line that cannot be read may have been its first.
        self.doubtful, self.unread = self.unread, False

    def end_entry(self):
        if self.entry:
            state = self.unbalanced[self.entry]
            if self.doubtful:
                state[1] = None
            if state[1] == 0:
                del self.unbalanced[self.entry]

    def check_end(self, totals):
        """Check what is known at the end: entries, and what the file is said to hold."""
        self.end_entry()
        for (_journal, entry), (line, cents) in self.unbalanced.items():
            if cents:
                yield self.fault(
                    "Debit", "entry_balance", f"Debit less credit of entry {entry} is {_money(cents)}.", line
                )
        if not self.rows:
            yield Fault(0, "", "no_lines", "The file has no line but the header.")
        found = {"rows": self.rows, "debit": self.debit, "credit": self.credit}
        for key, said in totals.items():
            cents = said if key == "rows" else int(Decimal(str(said)).scaleb(2))
            if found[key] != cents:
                shown = found[key] if key == "rows" else _money(found[key])
                yield Fault(0, "", f"total_{key}", f"The file has {shown} ({key}), it should have {said}.")


def _money(cents):
    return str(Decimal(cents).scaleb(-2)).replace(".", ",")
