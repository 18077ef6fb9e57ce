import io
import zipfile
from datetime import date, datetime

from odoo.tests import tagged

from .proof_common import ProofCase, a_pdf


@tagged("post_install", "-at_install")
class TestProofRetention(ProofCase):
    """What becomes of proofs with time, and when a person asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.retention = cls.env["tierslieu.retention"]
        [cls.rule] = [rule for rule in cls.retention._rules() if rule.key == "base.proof"]

    def test_what_is_old_enough(self):
        over = self.accepted(self.alix, self.student, date(2023, 1, 1), date(2024, 1, 10))
        holds = self.accepted(self.alix, self.student, date(2023, 1, 1), date(2099, 1, 1))
        refused = self.send()
        refused.action_refuse("No.")
        waits = self.send()
        (refused | waits).sent_on = "2023-06-01 12:00:00"
        due = self.Proof.search(self.rule.due(datetime(2024, 1, 11)))
        self.assertEqual(due, over | refused)
        self.assertTrue((holds | waits).exists())

    def test_a_copy_of_ones_data_has_the_document_that_waits(self):
        self.send(name="carte.pdf")
        self.accepted(self.noe, self.student, date(2027, 1, 1), date(2027, 6, 30))
        content = self.retention._export(self.alix)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            [document] = [name for name in archive.namelist() if name.endswith("carte.pdf")]
            self.assertTrue(archive.read(document).startswith(b"%PDF-"))
            [rows] = [name for name in archive.namelist() if "proof" in name]
            self.assertIn(b"Student", archive.read(rows))
            self.assertNotIn(b"accepted", archive.read(rows))

    def test_erasing_a_person_deletes_their_proofs_and_files(self):
        proof = self.send(data=a_pdf())
        files = self.files_of(proof)
        rows = self.retention._rows_of(self.rule, self.alix)
        self.assertEqual(rows, proof)
        self.assertEqual(self.rule.erasure, "delete")
        rows.unlink()
        self.assertFalse(files.exists())
