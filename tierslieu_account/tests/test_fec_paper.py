import io
import zipfile

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .fec_books import FecCase


@tagged("post_install", "-at_install")
@freeze_time("2027-02-01 10:00:00")
class TestFecPaper(FecCase):
    """The description as it is printed, in French, and the invoices that the archive makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What makes the PDF asks the server of the tests for the styles.
        cls.env["ir.config_parameter"].set_param("report.url", HttpCase.base_url())
        cls.company.partner_id.lang = "fr_FR"

    def words(self, content):
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)

    def test_the_archive_makes_what_is_missing(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": self.partner.id, "invoice_date": "2026-05-04",
                "journal_id": self.sales.id,
                "invoice_line_ids": [
                    Command.create({"name": "Salle", "account_id": self.a706000.id, "price_unit": 30, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        export = self.export()
        export.action_check()
        export.action_write()
        self.assertEqual(export.missing_count, 1)
        out = io.BytesIO()
        # What makes the PDF grumbles about what it does without: TLS, and a font for other alphabets.
        with self.allow_pdf_render(), mute_logger("odoo.addons.base.models.ir_actions_report"):
            export.with_context(force_report_rendering=True)._write_archive(out)
        export.invalidate_recordset()
        self.assertEqual(export.missing_count, 0)
        with zipfile.ZipFile(out) as archive:
            [kept] = [name for name in archive.namelist() if name.endswith(f"{invoice.name.replace('/', '-')}.pdf")]
            self.assertIn("Alix Durand", self.words(archive.read(kept)))
            said = self.words(archive.read("732829320FEC20261231-TEST-description.pdf"))
        self.assertIn(export.sha256, said.replace(" ", ""))
        for word in ("732829320FEC20261231-TEST.txt", "ISO-8859-15", "Tabulation", "EcritureLet",
                     "Fichier d'essai", "Ventes d'essai", "Total du débit", "30,00"):
            self.assertIn(word, said)
