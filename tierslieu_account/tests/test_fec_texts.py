import doctest
import io
import random
import unittest
from datetime import date
from unittest.mock import patch

from ..models import fec_query, fec_text
from .fec_common import FecCase

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
# label: (as ISO-8859-15 has it, as UTF-8 has it)
TEXTS = {
    "Bureau\tde\nmars\r\nsalle": ("Bureau de mars salle", "Bureau de mars salle"),
    "Bureau | salle": ("Bureau salle", "Bureau salle"),
    "a\x01b\x02c\x1fd\x7fe\x85f": ("a b c d e f", "a b c d e f"),
    "Fête 🎉 👩‍💻": ("Fête ? ??", "Fête 🎉 👩💻"),
    "½ journée": ("1/2 journée", "½ journée"),
    "L’été – « Le Quai » … à 10 €": ("L'été - « Le Quai » ... à 10 €", "L’été – « Le Quai » … à 10 €"),
    "Œuvre, cœur, Ÿ, Š, ž": ("Œuvre, cœur, Ÿ, Š, ž",) * 2,
    "e\u0301te\u0301": ("été",) * 2,
    "Łódź, Šibenik, Čapek, Őri, Nguyễn": ("Lódz, Šibenik, Capek, Ori, Nguyen", "Łódź, Šibenik, Čapek, Őri, Nguyễn"),
    "10\u00a0000\u202f€ n°\u00a05": ("10 000 € n° 5",) * 2,
    "日本語": ("???", "日本語"),
    "\\. \\N 'x' \"y\" %s %(a)s ; , \\x02": ("\\. \\N 'x' \"y\" %s %(a)s ; , \\x02",) * 2,
    "\ufeffzéro\u200blargeur\u00ad": ("zérolargeur",) * 2,
    "x" * 500: ("x" * 500,) * 2,
    "\u2028ligne\u2029": ("ligne",) * 2,
    "¤ ¦ ¨ ´ ¸ ¼ ¾": ("? / \" ' , 1/4 3/4", "¤ ¦ ¨ ´ ¸ ¼ ¾"),
}
ALPHABET = "aéÀœ€ \t\n\r|;,\"'\\/%\x01\x02\x0b\x7f\x85\u00a0\u00ad½¤🎉👩\u200d\ufe0f\u202f\u2028łčễ日\u0301ﬁ"


class TestFecTexts(FecCase):
    """Whatever people type, the file can be read, and what it lost is told."""

    def labelled(self, labels):
        return self.entry(
            "2026-03-01", [("706000", label, -10) for label in labels] + [("471000", "x", 10 * len(labels))]
        )

    def test_doctests(self):
        suite = doctest.DocTestSuite(fec_text)
        self.assertTrue(suite.countTestCases())
        result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
        self.assertFalse(result.failures + result.errors)

    def test_what_becomes_of_labels(self):
        move = self.labelled(TEXTS)
        for nth, charset in enumerate(("ISO-8859-15", "UTF-8")):
            for delimiter in "\t|":
                content, told = self.write(charset=charset, delimiter=delimiter)
                self.assertRight(content, told, FIRST, LAST, charset)
                rows = self.rows(content, charset, delimiter)
                found = [row["EcritureLib"] for row in rows if row["EcritureNum"] == move.name]
                for label, expected in zip(found, [both[nth] for both in TEXTS.values()], strict=False):
                    with self.subTest(charset=charset, expected=expected):
                        self.assertEqual(label, expected)
                self.assertEqual(len(found), len(TEXTS) + 1)

    def test_what_is_told(self):
        """Characters that are lost or changed; not blanks that became plain ones."""
        move = self.labelled(TEXTS)
        of = {line.name: line.id for line in move.line_ids}
        quiet = ["Bureau\tde\nmars\r\nsalle", "Œuvre, cœur, Ÿ, Š, ž", "10\u00a0000\u202f€ n°\u00a05", "x" * 500]
        told = dict(self.write()[1]["replaced"])
        for label in TEXTS:
            if label in of:
                with self.subTest(label):
                    plain = label in quiet or label.startswith(("\\.", "\u2028"))
                    self.assertEqual(told.get(of[label]), None if plain else "EcritureLib")
        told = {line for line, _field in self.write(charset="UTF-8")[1]["replaced"]}
        self.assertEqual(told, {of["Bureau | salle"], of["a\x01b\x02c\x1fd\x7fe\x85f"]})

    def test_what_lines_share(self):
        """A name is told once, for the first of its lines; all of it is clean."""
        self.zoe.write({"name": "Zoé 🎉 | Martin", "ref": "C|2"})
        self.sales.with_context(lang="fr_FR").name = "Ventes 🎉"
        self.account("706000").with_context(lang="fr_FR").name = "Services | salles 🎉"
        moves = [
            self.invoice(self.zoe, "2026-03-01", [("Bureau", 10, self.twenty)], ref="Bon 🎉\t5") for _nth in range(3)
        ]
        content, told = self.write()
        self.assertRight(content, told, FIRST, LAST)
        row = next(row for row in self.rows_of(moves[0], content) if row["CompAuxNum"])
        self.assertEqual(
            [row[field] for field in ("JournalLib", "CompAuxNum", "CompAuxLib", "PieceRef")],
            ["Ventes ?", "C 2", "Zoé ? Martin", "Bon ? 5"],
        )
        fields = [field for _line, field in told["replaced"]]
        for field, times in (("CompAuxLib", 1), ("CompAuxNum", 1), ("JournalLib", 1), ("PieceRef", 3)):
            self.assertEqual(fields.count(field), times, field)
        first = moves[0].line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        self.assertIn((first.id, "CompAuxLib"), told["replaced"])
        self.assertEqual(told["replaced_total"], len(told["replaced"]))

    def test_most_that_is_told(self):
        self.labelled(["🎉"] * 15)
        with patch.object(fec_query, "MOST_TOLD", 10):
            _content, told = self.write()
        self.assertEqual((len(told["replaced"]), told["replaced_total"]), (10, 15))

    def test_random_texts(self):
        """Labels, references, names and codes out of the worst characters."""
        chance = random.Random(8)

        def text(longest):
            return "".join(chance.choice(ALPHABET) for _nth in range(chance.randrange(longest)))

        for _round in range(2):
            people = self.env["res.partner"].create([{"name": f"P{text(30)}", "ref": text(8)} for _nth in range(3)])
            self.other.name = f"J{text(12)}"
            for partner in people:
                lines = [("411100", text(chance.choice((5, 40, 500))), 10, partner) for _nth in range(20)]
                self.entry("2026-03-01", [*lines, ("706000", text(5), -200)], ref=text(20))
        for charset in ("ISO-8859-15", "UTF-8"):
            for delimiter in "\t|":
                # Two people may be given the same reference: that is a fault of theirs, not of the writer.
                content, told = self.write(charset=charset, delimiter=delimiter, auxiliary="id")
                self.assertRight(content, told, FIRST, LAST, charset)
                self.rows(content, charset, delimiter)
