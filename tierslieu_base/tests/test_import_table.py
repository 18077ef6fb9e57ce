import doctest
import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..kernels import table, typed
from ..models import import_template
from .import_common import as_csv_file, as_ods, as_xlsx

HEADINGS = ["Nom", "Téléphone", "Né le", "Prix"]
ZOE = ["Zoé Œuvré", "01 99 00 12 34", "03/04/1990", "1 234,50 €"]


@tagged("post_install", "-at_install")
class TestTable(BaseCase):
    """What a file says, whatever it was saved by."""

    def test_examples(self):
        for module in (table, typed, import_template):
            outcome = doctest.testmod(module)
            self.assertTrue(outcome.attempted)
            self.assertFalse(outcome.failed)

    def test_csv_of_every_make(self):
        rows = [HEADINGS, [], ZOE]
        wanted = [(1, HEADINGS), (3, ZOE)]
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            for separator in ";\t|":
                with self.subTest(encoding=encoding, separator=separator):
                    self.assertEqual(table.read(as_csv_file(rows, encoding, separator), 9), wanted)

    def test_commas_and_quotes(self):
        said = 'Nom,Note\n"Renaud, Alice","dit ""bonjour""\nà tous"\n\nBruno,rien'.encode()
        self.assertEqual(
            table.read(said, 9),
            [(1, ["Nom", "Note"]), (2, ["Renaud, Alice", 'dit "bonjour"\nà tous']), (5, ["Bruno", "rien"])],
        )

    def test_the_first_line_of_excel(self):
        self.assertEqual(table.read(b"sep=,\nNom,Prix\nZoe,\"1;2\"", 9), [(2, ["Nom", "Prix"]), (3, ["Zoe", "1;2"])])

    def test_spreadsheets_keep_the_numbers_of_their_lines(self):
        rows = [["Nom", "Code postal"], ["", ""], ["Zoé", 44000]]
        for content in (as_xlsx(rows), as_ods(rows)):
            self.assertEqual(table.read(content, 9), [(1, ["Nom", "Code postal"]), (3, ["Zoé", 44000])])

    def test_xlsx_types_and_errors(self):
        values = [date(2027, 1, 12), datetime(2027, 1, 12, 14), 12.5, "#REF!"]
        rows = table.read(as_xlsx([["a", "b", "c", "d"], values]), 9)
        self.assertEqual(rows[1][1][0], date(2027, 1, 12))
        self.assertEqual(typed.moment(rows[1][1][1]), datetime(2027, 1, 12, 14))
        self.assertEqual(rows[1][1][2], 12.5)
        self.assertIsInstance(rows[1][1][3], table.Broken)

    def test_what_is_no_table(self):
        def package(*names):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as file:
                for name in names:
                    file.writestr(name, "<a")
            return stream.getvalue()

        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        for content, reason in (
            (b"", "empty"), (b" \n \n", "empty"), (b";;\n;", "empty"), (b"\x00\x01\x02binary", "format"),
            (ole + b"Workbook", "old_xls"), (ole + "EncryptedPackage".encode("utf-16-le"), "locked"),
            (package("evil.js"), "format"), (package("xl/workbook.xml"), "damaged"),
            (package("content.xml", "META-INF/manifest.xml"), "damaged"), (b"PK\x03\x04 cut", "damaged"),
            (as_csv_file([["a"]] * 12), "too_long"), (as_xlsx([["a"]] * 12), "too_long"),
        ):
            with self.subTest(content[:30]), self.assertRaises(table.Unreadable) as caught:
                table.read(content, 10)
            self.assertEqual(caught.exception.reason, reason, content[:30])

    def test_what_pretends_to_be_a_table(self):
        """Files that made a reader stumble: each is refused in a word, none is a page that breaks."""
        def ods(row):
            cell = "<table:table-cell><text:p>a</text:p></table:table-cell>"
            stream = io.BytesIO()
            with zipfile.ZipFile(io.BytesIO(as_ods([["a"]]))) as source, zipfile.ZipFile(stream, "w") as package:
                xml = source.read("content.xml").decode()
                package.writestr("META-INF/manifest.xml", "<manifest/>")
                first = f"{row}<table:table-row>{cell}</table:table-row><table:table-row>"
                package.writestr("content.xml", xml.replace("<table:table-row>", first))
            return stream.getvalue()

        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("META-INF/manifest.xml", "<manifest/>")
            package.writestr("content.xml", "x" * 5000)
        torn = bytearray(stream.getvalue())
        at = torn.index(b"content.xml") + 11
        torn[at:at + 5] = b"\xff" * 5
        for content, reason in (
            (b"sep=", "empty"), (bytes(torn), "damaged"),
            (ods('<table:table-row table:number-rows-repeated="many"/>'), "damaged"),
            (ods('<table:table-row table:number-rows-repeated="99999999999"/>'), "too_long"),
        ):
            with self.subTest(reason, content=content[:30]), self.assertRaises(table.Unreadable) as caught:
                table.read(content, 10)
            self.assertEqual(caught.exception.reason, reason, content[:30])

    def test_columns_without_end(self):
        content = ";".join(f"c{nth}" for nth in range(100_000)).encode()
        self.assertEqual(len(table.read(content, 9)[0][1]), table.MOST_COLUMNS)

    def test_an_entity_reads_no_file(self):
        content = as_ods([["Nom"], ["Zoé"]])
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            xml = package.read("content.xml").decode()
        xml = xml.replace("?>", '?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1).replace("Zoé", "Z&e;")
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            package.writestr("META-INF/manifest.xml", "<manifest/>")
            package.writestr("content.xml", xml)
        self.assertNotIn("root", str(table.read(stream.getvalue(), 9)))


@tagged("post_install", "-at_install")
class TestTyped(BaseCase):
    """What people type, and what they must say more clearly."""

    def refused(self, read, text):
        with self.assertRaises(typed.Wrong, msg=text) as caught:
            read(text)
        return caught.exception.reason

    def test_amounts(self):
        for text, amount in (
            ("12", "12"), ("12,5", "12.5"), ("1 234,50 €", "1234.50"), ("1\u202f234,50\u00a0€", "1234.50"),
            ("€8", "8"), ("8 EUR", "8"), ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("-3", "-3"),
            (0.1 + 0.2, "0.3"),
        ):
            self.assertEqual(typed.amount(text), Decimal(amount), text)
        for text, reason in (
            ("gratuit", "number"), ("", "number"), ("12 h", "number"), ("1e9", "number"), ("nan", "number"),
            ("1" * 40, "number"), (1e300, "number"),
            (float("nan"), "number"), (float("inf"), "number"), (True, "number"), ("٣", "number"),
            ("1,234", "ambiguous"), ("1.234.567", "ambiguous"), ("0,125", "decimals"), (1.005, "decimals"),
        ):
            self.assertEqual(self.refused(typed.amount, text), reason, text)

    def test_days(self):
        right = date(2026, 11, 24)
        for text in ("24/11/2026", "24-11-2026", "24.11.2026", "2026-11-24", right, datetime(2026, 11, 24)):
            self.assertEqual(typed.day(text), right)
        for text, reason in (
            ("demain", "date"), ("24/11/26", "short_year"), ("11/24/2026", "swapped"), ("31/02/2026", "no_such_day"),
            ("00/01/2026", "no_such_day"), ("01/01/0999", "year"), (45000, "date"), (datetime(2026, 11, 24, 9), "date"),
        ):
            self.assertEqual(self.refused(typed.day, text), reason, text)

    def test_hours(self):
        for text in ("14:30", "14h30", "14 h 30", "14:30:00", time(14, 30), datetime(2026, 11, 24, 14, 30)):
            self.assertEqual(typed.clock(text), time(14, 30))
        for text in ("24/11/2026 14h30", "24/11/2026 à 14:30", "2026-11-24T14:30", datetime(2026, 11, 24, 14, 30)):
            self.assertEqual(typed.moment(text), datetime(2026, 11, 24, 14, 30))
        for text, reason in (
            ("25:00", "clock"), ("14", "clock"), ("midi", "clock"), ("9h75", "clock"),
        ):
            self.assertEqual(self.refused(typed.clock, text), reason, text)
        self.assertEqual(self.refused(typed.moment, "24/11/2026"), "no_clock")
        self.assertEqual(self.refused(typed.moment, date(2026, 11, 24)), "no_clock")

    def test_yes_and_no(self):
        self.assertTrue(all(typed.yes_no(text) for text in ("Oui", "YES", "x", "1", 1, True, "vrai")))
        self.assertFalse(any(typed.yes_no(text) for text in ("non", "No", "0", 0, False, "-")))
        self.assertEqual(self.refused(typed.yes_no, "peut-être"), "yes_no")

    def test_no_cell_is_a_formula(self):
        for text in ("=1+1", "+33", "-1", "@sum", "\t=1", " =1"):
            self.assertEqual(import_template.defused(text), f"'{text}")
        self.assertEqual(import_template.defused("Zoé"), "Zoé")
