"""What a line of a FEC says by itself: how its texts, dates and amounts are written.

What lines say of one another is for `fec_check`.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

FIELDS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
# Instead of Debit and Credit, a file may say an amount and its side.
SIDED = tuple({"Debit": "Montant", "Credit": "Sens"}.get(field, field) for field in FIELDS)
MANDATORY = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "PieceRef", "PieceDate",
    "EcritureLib", "ValidDate",
)  # fmt: skip
DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
SIDES = {"D": 1, "+1": 1, "C": -1, "-1": -1}
SEPARATORS = ("\t", "|")
# An exercise may have no more days: the first one of a company, two years at most.
LONGEST = timedelta(days=731)

AMOUNT = re.compile(r"-?[0-9]+(,[0-9]{1,2})?")
ANY_AMOUNT = re.compile(r"-?[0-9]+(,[0-9]+)?")
DOTTED = re.compile(r"-?[0-9]+\.[0-9]+")
GROUPED = re.compile(r"-?[0-9]{1,3}([ .'\u00a0\u202f][0-9]{3})+(,[0-9]+)?")
DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufffd]")
NO_BREAK = re.compile("[\u00a0\u202f\ufeff]")


class Fault(NamedTuple):
    """What is wrong: `line` counts from 1, the header; 0 is the file; `field` may be ""."""

    line: int
    field: str
    code: str
    sentence: str


def amounts_of(row):
    """Return (debit, credit) of a line in cents.

    >>> amounts_of({"Montant": "12,5", "Sens": "C"})
    (0, 1250)
    """
    if "Montant" in row:
        amount = cents_of(row["Montant"])
        return (amount, 0) if SIDES[row["Sens"]] > 0 else (0, amount)
    return cents_of(row["Debit"]), cents_of(row["Credit"])


def cents_of(text):
    """Return an amount in cents.

    >>> cents_of("-0000012,5"), cents_of("3")
    (-1250, 300)
    """
    whole, _comma, rest = text.partition(",")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole)) * 100 + int(rest.ljust(2, "0") or 0))


def day_of(text):
    """Return the day of AAAAMMJJ, or None.

    >>> day_of("20280229"), day_of("20260229")
    (datetime.date(2028, 2, 29), None)
    """
    parts = DATE.fullmatch(text)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


class LineChecks:
    """Checks of one line; `number` is the line that is read, `first` and `last` are the days of the year, if known."""

    number = 0
    first = last = None

    def fault(self, field, code, sentence, line=None):
        return Fault(self.number if line is None else line, field, code, sentence)

    def check_texts(self, row, quiet):
        """Check what must be there, and characters that must not."""
        for field in MANDATORY:
            if not row[field].strip():
                yield self.fault(field, "missing", f"{field} is empty.")
        for field, placeholder in (("EcritureNum", "/"), ("EcritureLib", "/"), ("PieceRef", "-")):
            if row[field].strip() == placeholder:
                yield self.fault(field, "placeholder", f"{field} says nothing: “{placeholder}”.")
        if quiet:
            return
        for field, text in row.items():
            if CONTROL.search(text):
                yield self.fault(field, "control", f"{field} has a control character in it.")
            elif NO_BREAK.search(text) and not GROUPED.fullmatch(text):
                yield self.fault(field, "no_break", f"{field} has a no-break space in it.")

    def check_date(self, row, field, days):
        """Check a date, and keep it in `days`."""
        text = row[field]
        if not text.strip():
            return
        day = day_of(text)
        if not day:
            yield self.fault(field, "date", f"{field} is “{text}”: a date is AAAAMMJJ.")
        elif not 1900 <= day.year <= 2099:
            yield self.fault(field, "century", f"{field} is “{text}”: its year is not of 1900 to 2099.")
        else:
            days[field] = day

    def check_year(self, row, days):
        """Check that an entry is of the year that the file is of."""
        day = days.get("EcritureDate")
        if not day:
            return
        if self.last and day > self.last:
            yield self.fault("EcritureDate", "after", f"The entry of {day} is after the closing date, {self.last}.")
        first = self.first or (self.last and self.last - LONGEST)
        if first and day < first:
            yield self.fault("EcritureDate", "before", f"The entry of {day} is before the year begins, {first}.")

    def check_account(self, row):
        """Check numbers of accounts and of third parties."""
        account = row["CompteNum"]
        if account.strip() and not re.match(r"[0-9]{3}", account):
            yield self.fault("CompteNum", "account", f"Account “{account}” does not begin with three digits.")
        number, name = row["CompAuxNum"].strip(), row["CompAuxLib"].strip()
        if bool(number) != bool(name):
            field = "CompAuxLib" if number else "CompAuxNum"
            yield self.fault(field, "third_party", "A third party has a number and a name, or neither.")
        elif number and not account.startswith("4"):
            yield self.fault("CompAuxNum", "third_party_account", f"Account {account} is not one of third parties.")

    def check_currency(self, row):
        """Check a foreign amount and its currency."""
        amount, currency = row["Montantdevise"].strip(), row["Idevise"].strip()
        if bool(amount) != bool(currency):
            field = "Idevise" if amount else "Montantdevise"
            yield self.fault(field, "currency", "A foreign amount has a currency, and the other way round.")
        elif currency and not re.fullmatch(r"[A-Z]{3}", currency):
            yield self.fault("Idevise", "currency_code", f"“{currency}” is not the code of a currency.")
        if amount:
            yield from self.check_amount("Montantdevise", amount, ANY_AMOUNT)

    def check_amount(self, field, text, accepted=AMOUNT):
        """Check how an amount is written."""
        if accepted.fullmatch(text):
            return
        if not text:
            yield self.fault(field, "missing", f"{field} is empty: nothing is written 0,00.")
        elif GROUPED.fullmatch(text) and not DOTTED.fullmatch(text):
            yield self.fault(field, "thousands", f"{field} is “{text}”: nothing separates thousands.")
        elif DOTTED.fullmatch(text):
            yield self.fault(field, "decimal_point", f"{field} is “{text}”: decimals come after a comma.")
        elif ANY_AMOUNT.fullmatch(text):
            yield self.fault(field, "decimals", f"{field} is “{text}”: an amount has two decimals.")
        else:
            yield self.fault(field, "amount", f"{field} is “{text}”: that is no amount.")
