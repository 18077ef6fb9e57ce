"""Files with one fault each, and the line, field and code that name it.

They are made from one good file: an opening, an invoice in dollars, a payment lettered with it. Each case
changes what its title says and nothing else.
"""

from odoo.addons.tierslieu_account.kernels.fec_check import FIELDS

NAME = "732829320FEC20261231.txt"
GOOD = """
OUV|Balance initiale|OUVERTURE/2026|20260101|101310|Capital|||OUVERTURE/2026|20260101|Reprise à nouveau|0,00|800,00|||20260101||
OUV|Balance initiale|OUVERTURE/2026|20260101|512001|Banque|||OUVERTURE/2026|20260101|Reprise à nouveau|800,00|0,00|||20260101||
VTE|Ventes|FAC/1|20260301|411100|Clients|C1|Zoé|FAC/1|20260301|Bureau|120,00|0,00|7|20260405|20260302|130,50|USD
VTE|Ventes|FAC/1|20260301|706000|Prestations|||FAC/1|20260301|Bureau|0,00|100,00|||20260302|-108,75|USD
VTE|Ventes|FAC/1|20260301|445710|TVA|||FAC/1|20260301|TVA 20 %|0,00|20,00|||20260302|-21,75|USD
BNK|Banque|BNK/1|20260405|512001|Banque|||VIR 12|20260405|Virement Zoé|120,00|0,00|||20260406||
BNK|Banque|BNK/1|20260405|411100|Clients|C1|Zoé|VIR 12|20260405|Virement Zoé|0,00|120,00|7|20260405|20260406||
""".strip().splitlines()  # noqa: E501
HEADER = "|".join(FIELDS)


def good():
    """Return the lines of the good file, header first."""
    return [HEADER, *GOOD]


def put(**changes):
    """Return the good file, with other texts in some fields: `field_line=text`, lines counted from 1, the header."""
    lines = [line.split("|") for line in good()]
    for place, text in changes.items():
        field, line = place.rsplit("_", 1)
        lines[int(line) - 1][FIELDS.index(field)] = text
    return ["|".join(line) for line in lines]


def written(lines, separator="|", charset="iso-8859-15", end="\r\n"):
    """Return a file as bytes."""
    return end.join(lines).replace("|", separator).encode(charset)


def without(line):
    """Return the good file without a line."""
    lines = good()
    del lines[line - 1]
    return lines


def moved(line, to):
    """Return the good file with a line elsewhere."""
    lines = good()
    lines.insert(to - 1, lines.pop(line - 1))
    return lines


def header(text):
    """Return the good file under another header."""
    return [text, *GOOD]


def sided(**changes):
    """Return the good file with an amount and a side instead of debit and credit."""
    lines = [HEADER.replace("Debit|Credit", "Montant|Sens")]
    for number, line in enumerate(GOOD, start=2):
        texts = line.split("|")
        side = ["D", texts[11]] if texts[11] != "0,00" else ["C", texts[12]]
        texts[11], texts[12] = changes.get(f"Montant_{number}", side[1]), changes.get(f"Sens_{number}", side[0])
        lines.append("|".join(texts))
    return lines


# title: (file as lines or bytes, {line, field, code}); some with more options of `check`
BROKEN = {
    "empty file": (b"", (1, "", "no_header")),
    "only blanks in the header": (b"   \r\n", (1, "", "no_header")),
    "header alone": ([HEADER], (0, "", "no_lines")),
    "byte order mark": (b"\xef\xbb\xbf" + written(good(), charset="utf-8"), (1, "", "bom")),
    "UTF-16": ("\n".join(good()).encode("utf-16"), (1, "", "encoding")),
    "UTF-16 without mark": ("\n".join(good()).encode("utf-16-le"), (1, "", "encoding")),
    "semicolons": (written(good(), separator=";"), (1, "", "separator")),
    "commas": (written(good(), separator=","), (1, "", "separator")),
    "a field is missing in the header": (header(HEADER.replace("|PieceRef", "")), (1, "PieceRef", "header")),
    "the last field is missing in the header": (header(HEADER.replace("|Idevise", "")), (1, "Idevise", "header")),
    "two fields are swapped": (
        header(HEADER.replace("Debit|Credit", "Credit|Debit")), (1, "Debit", "header")),
    "a field has another name": (header(HEADER.replace("CompteNum", "Compte")), (1, "CompteNum", "header")),
    "no header": (GOOD, (1, "JournalCode", "header")),
    "an amount without side": (header(HEADER.replace("Debit|", "Montant|")), (1, "Sens", "header")),
    "a field too many": ([*good()[:5], good()[5] + "|", *good()[6:]], (6, "", "fields")),
    "a field too few": ([*good()[:5], good()[5].rsplit("|", 1)[0], *good()[6:]], (6, "", "fields")),
    "a bar in a label": (put(EcritureLib_4="Bureau | salle"), (4, "", "fields")),
    "a line break in a label": (put(EcritureLib_4="Bureau\r\nsalle"), (4, "", "fields"), (5, "", "fields")),
    "an empty line": ([*good()[:4], "", *good()[4:]], (5, "", "empty_line")),
    "a line of blanks": ([*good()[:4], "   ", *good()[4:]], (5, "", "empty_line")),
    "an empty line at the end": ([*good(), "", ""], (9, "", "empty_line")),
    "a carriage return in a label": (put(EcritureLib_4="Bureau\rsalle"), (4, "EcritureLib", "control")),
    "a tab in a label": (put(EcritureLib_4="Bureau\tsalle"), (4, "EcritureLib", "control")),
    "a character of Windows": (
        written(good()).replace(b"Bureau", b"L\x92heure", 1), (4, "EcritureLib", "control")),
    "a no-break space": (put(EcritureLib_6="TVA 20\u00a0%"), (6, "EcritureLib", "no_break")),
    "two charsets": (
        written(good()).replace(b"TVA 20 %", "Éco-taxe".encode(), 1), (6, "", "encoding")),
    "UTF-8 that says ISO-8859-15": (
        written(put(CompAuxLib_4="Zoe", CompAuxLib_8="Zoe", EcritureLib_7="Virement", EcritureLib_8="Virement",
                    EcritureLib_3="Reprise"), charset="utf-8"),
        (2, "", "encoding"), {"encoding": "ISO-8859-15"}),
    "JournalCode is empty": (put(JournalCode_4=""), (4, "JournalCode", "missing")),
    "JournalLib is empty": (put(JournalLib_4=""), (4, "JournalLib", "missing")),
    "EcritureNum is empty": (put(EcritureNum_5=""), (5, "EcritureNum", "missing")),
    "EcritureDate is empty": (put(EcritureDate_5=""), (5, "EcritureDate", "missing")),
    "CompteNum is empty": (put(CompteNum_5=""), (5, "CompteNum", "missing")),
    "CompteLib is empty": (put(CompteLib_5=""), (5, "CompteLib", "missing")),
    "PieceRef is blank": (put(PieceRef_5=" "), (5, "PieceRef", "missing")),
    "PieceDate is empty": (put(PieceDate_5=""), (5, "PieceDate", "missing")),
    "EcritureLib is empty": (put(EcritureLib_5=""), (5, "EcritureLib", "missing")),
    "Debit is empty": (put(Debit_5=""), (5, "Debit", "missing")),
    "Credit is empty": (put(Credit_7=""), (7, "Credit", "missing")),
    "ValidDate is empty": (put(ValidDate_5=""), (5, "ValidDate", "missing")),
    "a label that says nothing": (put(EcritureLib_5="/"), (5, "EcritureLib", "placeholder")),
    "a reference that says nothing": (put(PieceRef_5="-"), (5, "PieceRef", "placeholder")),
    "a decimal point": (put(Debit_4="120.00"), (4, "Debit", "decimal_point")),
    "thousands with a blank": (put(Credit_2="1 800,00"), (2, "Credit", "thousands")),
    "thousands with a no-break space": (put(Credit_2="1\u00a0800,00"), (2, "Credit", "thousands")),
    "thousands with a point": (put(Credit_2="1.800,00"), (2, "Credit", "thousands")),
    "three decimals": (put(Debit_4="120,005"), (4, "Debit", "decimals")),
    "a currency in an amount": (put(Debit_4="120,00 €"), (4, "Debit", "amount")),
    "a sign after an amount": (put(Debit_4="120,00-"), (4, "Debit", "amount")),
    "a foreign amount with a point": (put(Montantdevise_4="130.50"), (4, "Montantdevise", "decimal_point")),
    "debit and credit both set": (
        put(Debit_4="125,00", Credit_4="5,00"), (4, "Debit", "both_sides")),
    "debit and credit both zero": (
        [*good()[:4], good()[4].replace("100,00", "0,00"), good()[4], *good()[5:]], (5, "Debit", "no_amount")),
    "a side that is none": (sided(Sens_5="X"), (5, "Sens", "side")),
    "an amount that is none": (sided(Montant_5="cent"), (5, "Montant", "amount")),
    "a date with dashes": (put(PieceDate_5="2026-03-01"), (5, "PieceDate", "date")),
    "a date the French way": (put(PieceDate_5="01032026"), (5, "PieceDate", "date")),
    "a day that is not": (put(PieceDate_5="20260229"), (5, "PieceDate", "date")),
    "a century that is not": (put(PieceDate_5="22260301"), (5, "PieceDate", "century")),
    "an entry after the closing": (
        put(EcritureDate_7="20270105", EcritureDate_8="20270105", DateLet_4="20270105", DateLet_8="20270105"),
        (7, "EcritureDate", "after"), (8, "EcritureDate", "after")),
    "an entry before the year": (
        put(EcritureDate_2="20231231", EcritureDate_3="20231231"),
        (2, "EcritureDate", "before"), (3, "EcritureDate", "before")),
    "an account of two digits": (put(CompteNum_5="70"), (5, "CompteNum", "account")),
    "an account of letters": (put(CompteNum_5="CLIENT"), (5, "CompteNum", "account")),
    "a third party without name": (put(CompAuxLib_4=""), (4, "CompAuxLib", "third_party")),
    "a third party without number": (put(CompAuxNum_4=""), (4, "CompAuxNum", "third_party")),
    "a third party on an income account": (
        put(CompAuxNum_5="C1", CompAuxLib_5="Zoé"), (5, "CompAuxNum", "third_party_account")),
    "a journal with two names": (put(JournalLib_5="Achats"), (5, "JournalLib", "two_names")),
    "an account with two names": (put(CompteLib_7="Caisse"), (7, "CompteLib", "two_names")),
    "a third party with two names": (put(CompAuxLib_8="Zoé Martin"), (8, "CompAuxLib", "two_names")),
    "a foreign amount without currency": (put(Idevise_4=""), (4, "Idevise", "currency")),
    "a currency without amount": (put(Montantdevise_4=""), (4, "Montantdevise", "currency")),
    "a currency by its sign": (put(Idevise_4="$"), (4, "Idevise", "currency_code")),
    "a letter without date": (put(DateLet_8=""), (8, "DateLet", "letter")),
    "a date without letter": (put(EcritureLet_8=""), (8, "EcritureLet", "letter")),
    "a letter of two dates": (put(DateLet_8="20260410"), (8, "DateLet", "letter_dates")),
    "a letter before its entry": (
        put(DateLet_4="20260401", DateLet_8="20260401"), (8, "DateLet", "letter_early")),
    "a letter on two accounts": (
        put(CompteNum_8="411200"), (8, "EcritureLet", "letter_account")),
    "an entry that does not balance": (put(Credit_5="99,99"), (4, "Debit", "entry_balance")),
    "an entry with a line missing": (without(6), (4, "Debit", "entry_balance")),
    "an entry in two pieces": (
        [*good()[:5], *good()[6:], good()[5].replace("20260302", "20260406")], (8, "EcritureNum", "entry_split")),
    "an entry of two days": (put(EcritureDate_5="20260303"), (5, "EcritureDate", "entry_date")),
    "an entry validated on two days": (put(ValidDate_6="20260303"), (6, "ValidDate", "entry_date")),
    "entries not as they were validated": (
        [*good()[:3], *good()[6:], *good()[3:6]],
        (6, "ValidDate", "order"), (7, "ValidDate", "order"), (8, "ValidDate", "order")),
    "a file cut after an entry": (good()[:6], (0, "", "total_rows"), {"totals": {"rows": 7}}),
    "less debit than was said": (
        good(), (0, "", "total_debit"), {"totals": {"debit": "1050.00", "credit": "1040.00", "rows": 7}}),
    "less credit than was said": (
        good(), (0, "", "total_credit"), {"totals": {"debit": "1040.00", "credit": "1050.00", "rows": 7}}),
}  # fmt: skip

NAMES = ("FEC20261231.txt", "732829320FEC20261331.txt", "732829320FEC2026.txt", "73282932FEC20261231.txt", "fec.txt",
         "732829320FEC19991231.txt", "732829320-20261231.txt", "732829320FEC20261231.pdf")  # fmt: skip
