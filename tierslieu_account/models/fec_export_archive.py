import re
import shutil
import zipfile
from pathlib import Path

from odoo import fields, models
from odoo.exceptions import UserError

# What is not kept yet is made while the archive is asked for, as long as someone waits; the rest is listed.
MOST_MADE = 50
BATCH = 200
REPORT = "tierslieu_account.action_report_fec_description"


class FecExport(models.Model):
    """The file, its description and the customer invoices of its period, in one archive."""

    _inherit = "tierslieu.fec.export"

    invoice_count = fields.Integer(compute="_compute_invoice_counts", string="Customer invoices")
    missing_count = fields.Integer(compute="_compute_invoice_counts", string="Invoices without a PDF")

    def _invoices(self):
        """Return the customer invoices and credit notes of the period, in the order of their days."""
        return self.env["account.move"].sudo().search(
            [
                ("company_id", "child_of", self.company_id.id), ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("date", ">=", self.first), ("date", "<=", self.last),
            ],
            order="date, id",
        )

    def _compute_invoice_counts(self):
        for record in self:
            invoices = record._invoices() if record.state == "done" else self.env["account.move"]
            record.invoice_count = len(invoices)
            record.missing_count = len(invoices) - len(record._kept_pdfs(invoices.ids))

    def _kept_pdfs(self, invoice_ids):
        """Return {id of an invoice: attachment} of the PDFs that are kept."""
        attachments = self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", "account.move"), ("res_id", "in", invoice_ids),
                ("res_field", "=", "invoice_pdf_report_file"), ("mimetype", "=", "application/pdf"),
            ]
        )
        return {attachment.res_id: attachment for attachment in attachments}

    def _write_archive(self, out):
        """Write the archive into an open file, one document after the other.

        Memory holds one document at a time. PDFs are stored as they are: they
        are compressed already.

        :param out: a binary file that can seek
        """
        self._require_file()
        missing, made = [], 0
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            self._add(archive, self.file_name, self.file_id.sudo())
            archive.writestr(self._description_name(), self._describe())
            ids = self._invoices().ids
            folder = self.env._("Invoices")
            for start in range(0, len(ids), BATCH):
                batch = ids[start:start + BATCH]
                kept = self._kept_pdfs(batch)
                for invoice in self.env["account.move"].sudo().browse(batch):
                    name = f"{folder}/{invoice.date:%Y-%m}/{file_name(invoice.name)}.pdf"
                    if attachment := kept.get(invoice.id):
                        self._add(archive, name, attachment, zipfile.ZIP_STORED)
                    elif made < MOST_MADE and (content := self._make_pdf(invoice)):
                        made += 1
                        archive.writestr(name, content, zipfile.ZIP_STORED)
                    else:
                        missing.append(invoice.name)
                self.env.invalidate_all()
            if missing:
                archive.writestr(f"{folder}/{self.env._('Without a PDF')}.txt", self._say_missing(missing))

    def _add(self, archive, name, attachment, compression=None):
        """Copy an attachment into the archive, from the disk where it is there."""
        if not attachment.store_fname:
            archive.writestr(name, attachment.raw or b"", compression)
            return
        entry = zipfile.ZipInfo(name, date_time=attachment.create_date.timetuple()[:6])
        entry.compress_type = archive.compression if compression is None else compression
        entry.file_size = attachment.file_size
        with Path(attachment._full_path(attachment.store_fname)).open("rb") as file, archive.open(entry, "w") as place:
            shutil.copyfileobj(file, place)

    def _make_pdf(self, invoice):
        """Make the PDF of an invoice that has none and keep it, as sending it would have done.

        :return: its bytes, or None where it could not be made
        """
        report = self.env["account.move.send"].sudo()._get_default_pdf_report_id(invoice)
        renderer = self.env["ir.actions.report"].sudo().with_company(invoice.company_id)
        try:
            content, kind = renderer._render_qweb_pdf(report.report_name, invoice.ids)
        except (OSError, UserError):
            return None
        if kind != "pdf":
            return None
        self.env["ir.attachment"].sudo().create(
            {
                "name": invoice._get_invoice_report_filename(report=report),
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": invoice._name,
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        return content

    def _say_missing(self, names):
        lines = [
            self.env._(
                "Invoices that have no PDF yet. Up to %(most)s are made and kept each time the archive is asked for:"
                " ask again for the next ones.",
                most=MOST_MADE,
            ),
            "", *names, "",
        ]
        return "\r\n".join(lines)

    # -- The description

    def _description_name(self):
        return f"{Path(self.file_name or self.name).stem}-description.pdf"

    def _describe(self):
        """Return the description of the file, as a PDF."""
        lang = self.company_id.sudo().partner_id.lang or self.env.lang
        return self.env["ir.actions.report"].sudo().with_context(lang=lang)._render_qweb_pdf(REPORT, self.ids)[0]

    def action_description(self):
        """Print the description of the file."""
        self._require_file()
        return self.env.ref(REPORT).report_action(self)

    def _columns(self):
        """Return the 18 columns and what is in each: [(name, meaning)] (LPF, article A47 A-1)."""
        _ = self.env._
        aux = (
            _("Reference of the partner, else its number in Odoo; on third-party accounts only")
            if self.auxiliary == "ref" else _("Number of the partner in Odoo; on third-party accounts only")
        )
        return [
            ("JournalCode", _("Code of the journal; OUV for the opening balances")),
            ("JournalLib", _("Name of the journal")),
            ("EcritureNum", _("Number of the entry, in the series of its journal")),
            ("EcritureDate", _("Date of the entry")),
            ("CompteNum", _("Number of the account")),
            ("CompteLib", _("Name of the account")),
            ("CompAuxNum", aux),
            ("CompAuxLib", _("Name of the partner")),
            ("PieceRef", _("Reference of the document, else the number of the entry")),
            ("PieceDate", _("Date of the invoice, else of the entry")),
            ("EcritureLib", _("Label of the line, else the reference, else the journal and the partner")),
            ("Debit", _("Debit, in euros, with a comma")),
            ("Credit", _("Credit, in euros, with a comma")),
            ("EcritureLet", _("Letter of what is wholly reconciled")),
            ("DateLet", _("Date of the last entry under this letter")),
            ("ValidDate", _("Day when the entry was posted")),
            ("Montantdevise", _("Amount in the currency of the document, when it is another")),
            ("Idevise", _("Code of that currency")),
        ]


def file_name(text):
    """Return a text as the name of a file.

    >>> file_name("FAC/2026/00012")
    'FAC-2026-00012'
    """
    return re.sub(r"[^\w.-]+", "-", text or "-")
