import doctest
import io
import unittest
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase

from odoo.addons.tierslieu_account.kernels import fec_check, fec_line
from odoo.addons.tierslieu_account.kernels.fec_check import balance_of, check

from .fec_broken import BROKEN, FIELDS, NAME, NAMES, good, put, sided, written


def faults(lines, name=NAME, **options):
    """Return the faults of a file given as bytes or as lines."""
    content = lines if isinstance(lines, bytes) else written(lines)
    return list(check(io.BytesIO(content), name=name, **options))


class TestFecCheck(BaseCase):
    """The checker names what is wrong in a file, and nothing else."""

    def test_doctests(self):
        for module in (fec_check, fec_line):
            suite = doctest.DocTestSuite(module)
            self.assertTrue(suite.countTestCases())
            result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
            self.assertFalse(result.failures + result.errors)

    def test_each_fault_is_named_alone(self):
        self.assertGreaterEqual(len(BROKEN), 50)
        for title, (lines, *expected) in BROKEN.items():
            options = expected.pop() if isinstance(expected[-1], dict) else {}
            with self.subTest(title):
                found = faults(lines, **options)
                self.assertEqual([fault[:3] for fault in found], expected)
                for fault in found:
                    self.assertTrue(fault.sentence.endswith("."))

    def test_each_code_is_met(self):
        met = {place[2] for _lines, *places in BROKEN.values() for place in places if isinstance(place, tuple)}
        known = {
            "account", "after", "amount", "before", "bom", "both_sides", "century", "control", "currency",
            "currency_code", "date", "decimal_point", "decimals", "empty_line", "encoding", "entry_balance",
            "entry_date", "entry_split", "fields", "header", "letter", "letter_account", "letter_dates",
            "letter_early", "missing", "no_amount", "no_break", "no_header", "no_lines", "order", "placeholder",
            "separator", "side", "third_party", "third_party_account", "thousands", "total_credit", "total_debit",
            "total_rows", "two_names",
        }  # fmt: skip
        self.assertEqual(met, known)

    def test_names(self):
        for name in NAMES:
            with self.subTest(name):
                self.assertEqual([fault[:3] for fault in faults(good(), name=name)], [(0, "", "name")])
        for name in (NAME, "732829320fec20261231.TXT", "732829320FEC20261231-TEST.txt", None):
            self.assertEqual(faults(good(), name=name), [])

    def test_what_is_right(self):
        """Both separators, charsets and line ends, headers in any case, amounts with their side, zeros before."""
        for lines in (
            written(good()), written(good(), separator="\t"), written(good(), charset="utf-8"),
            written(good(), end="\n"), written(good()) + b"\r\n", written([good()[0].upper(), *good()[1:]]),
            written(sided()), written(sided(Sens_5="-1")), written(put(Debit_4="0000000120,00", Credit_4="0")),
            written(put(Debit_4="120", Credit_5="100,0")),
            written(put(Montantdevise_4="130,505", Idevise_4="TND")),
            written([line + "|20260101|CB||" if nth else line + "|DateRglt|ModeRglt|NatOp|IdClient"
                     for nth, line in enumerate(good())]),
            written([good()[0], *good()[3:3], *[line.replace("20260301", "20241231") for line in good()[1:]]]),
        ):  # fmt: skip
            self.assertEqual(faults(lines, encoding=None), [])
        self.assertEqual(
            faults(good(), first=date(2026, 1, 1), totals={"rows": 7, "debit": "1040.00", "credit": "1040.00"}), []
        )

    def test_the_first_day_is_known(self):
        found = faults(good(), first=date(2026, 2, 1))
        self.assertEqual([fault[:3] for fault in found], [(2, "EcritureDate", "before"), (3, "EcritureDate", "before")])

    def test_faults_add_up(self):
        """Two faults of two lines are two faults, and a line that cannot be read hides no other entry."""
        found = faults(put(Debit_2="0.00", PieceDate_8="2026", Debit_7="130,00"))
        self.assertEqual([fault.code for fault in found], ["decimal_point", "date", "entry_balance"])
        lines = put(Debit_7="130,00")
        lines[2] += "|"
        self.assertEqual([fault.code for fault in faults(lines)], ["fields", "entry_balance"])

    def test_two_journals_may_number_alike(self):
        lines = [line.replace("BNK/1", "1").replace("FAC/1|2", "1|2") for line in good()]
        self.assertEqual(faults(lines), [])

    def test_balance(self):
        for lines in (good(), sided()):
            self.assertEqual(
                balance_of(io.BytesIO(written(lines, separator="\t"))),
                {
                    "101310": (Decimal("0.00"), Decimal("800.00")),
                    "512001": (Decimal("920.00"), Decimal("0.00")),
                    "411100": (Decimal("120.00"), Decimal("120.00")),
                    "706000": (Decimal("0.00"), Decimal("100.00")),
                    "445710": (Decimal("0.00"), Decimal("20.00")),
                },
            )
        with self.assertRaises(ValueError):
            balance_of(io.BytesIO(b"a;b;c"))

    def test_fields(self):
        self.assertEqual(len(FIELDS), 18)
