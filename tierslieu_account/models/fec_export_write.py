import hashlib
import logging
import os
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

from odoo import fields, models, release
from odoo.exceptions import UserError
from odoo.modules import Manifest
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tools import lock_rows

from .fec_export import DELIMITERS

_logger = logging.getLogger(__name__)
BLOCK = 1024 * 1024


class FecExport(models.Model):
    """The writing of the file: once for each export, into the attachments, in memory that does not grow with it."""

    _inherit = "tierslieu.fec.export"

    def action_write(self):
        """Write the test file, or ask first when it is the official one."""
        self.ensure_one()
        self._require_reader()
        if self.mode != "official":
            self._write_once()
            return True
        self._require_closer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write the official file"),
            "res_model": "tierslieu.fec.official",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_export_id": self.id},
        }

    def _write_once(self, lock=False):
        """Check again and write the file; a second click finds it written.

        :param lock: move the lock date of the fiscal year to the last day
        :return: whether it was written: an official file is not while something is to be mended
        """
        self.ensure_one()
        self.check_access("write")
        lock_rows(self.sudo())
        self.invalidate_recordset()
        if self.state == "done":
            return True
        self.action_check()
        if self.state != "ready":
            return False
        if lock:
            self._lock_year()
        record = self.sudo()
        with tempfile.TemporaryDirectory(prefix="fec") as folder:
            path = Path(folder, "fec")
            with path.open("wb") as out:
                told = self.env["tierslieu.fec.writer"].sudo()._write_file(
                    out, record.company_id, record.first, record.last, official=record.mode == "official",
                    charset=record.charset, delimiter=DELIMITERS[record.delimiter], auxiliary=record.auxiliary,
                    connections=1,
                )
            if told["sha256"] != digest(path, "sha256"):
                raise UserError(self.env._("The file was not written as it should: write it again."))
            record._keep(path, told, lock)
        return True

    def _keep(self, path, told, lock):
        """Note what the writer told and keep its file."""
        name = self.env["tierslieu.fec.writer"]._file_name(self.company_id, self.last, self.mode == "official")
        self.write(
            {
                "file_id": self._attach(path, name).id,
                "file_name": name,
                "sha256": told["sha256"],
                "row_count": told["rows"],
                "entry_count": told["entries"],
                "debit": told["debit"],
                "credit": told["credit"],
                "replaced_count": told["replaced_total"],
                "zero_count": told["left_out_zero"],
                "locked": lock,
                "details": self._details(told),
                "done_by": self.env.uid,
                "done_at": fields.Datetime.now(),
                "state": "done",
            }
        )

    def _attach(self, path, name):
        """Keep a file as an attachment of the export: it is moved, never read into memory.

        :return: ir.attachment
        """
        attachments = self.env["ir.attachment"].sudo()
        values = {
            "name": name, "res_model": self._name, "res_id": self.id, "company_id": self.company_id.id,
            "mimetype": "text/plain", "public": False,
        }
        if attachments._storage() != "file":
            # Attachments within the database go through memory, whoever writes them.
            return attachments.create(values | {"raw": path.read_bytes()})
        attachment = attachments.create(values | {"raw": b""})
        checksum = digest(path, "sha1")
        stored = f"{checksum[:2]}/{checksum}"
        place = Path(attachments._full_path(stored))
        size = path.stat().st_size
        place.parent.mkdir(parents=True, exist_ok=True)
        # Should this transaction fail, Odoo's sweep throws it away.
        attachments._mark_for_gc(stored)
        if not place.exists():
            arriving = place.with_name(f"{place.name}.{os.getpid()}")
            shutil.move(path, arriving)
            arriving.replace(place)
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE ir_attachment SET store_fname = %s, checksum = %s, file_size = %s WHERE id = %s",
                stored, checksum, size, attachment.id)
        )
        attachment.invalidate_recordset()
        return attachment

    def _details(self, told):
        """Return what the description says of that day: software, journals with their rows and sums."""
        check = self.env["tierslieu.fec.check"]
        journals = [
            # As text: a sum is exact, a float is not.
            [*journal[:4], Decimal(journal[4]), Decimal(journal[5])]
            for journal in self.env.execute_query(
                SQL(
                    "SELECT j.code, %s, count(DISTINCT m.id), count(*), sum(l.debit)::text, sum(l.credit)::text"
                    "  FROM account_journal j JOIN account_move m ON m.journal_id = j.id"
                    "  JOIN account_move_line l ON l.move_id = m.id"
                    " WHERE l.balance <> 0 AND %s GROUP BY j.id ORDER BY j.code, j.id",
                    check._said_in_french(SQL("j.name")), check._posted(self._period()),
                )
            )
        ]
        # What no journal has is what opens the file.
        entries, rows, debit, credit = (
            Decimal(told[key]) - sum(journal[place] for journal in journals)
            for place, key in enumerate(("entries", "rows", "debit", "credit"), 2)
        )
        if rows:
            journals.insert(0, ["OUV", "Balance initiale", int(entries), int(rows), debit, credit])
        return {
            "odoo": release.version,
            "addon": Manifest.for_addon("tierslieu_account").version,
            "database": "{}.{}".format(*divmod(self.env.cr._cnx.server_version, 10000)),
            "company": self.company_id.name,
            "siren": self.env["tierslieu.fec.writer"]._siren(self.company_id),
            "journals": [[*journal[:4], str(journal[4]), str(journal[5])] for journal in journals],
        }

    # -- Lock dates

    def _lock_year(self):
        """Move the lock date of the fiscal year to the last day, by Odoo's own rules; never back."""
        company = self.company_id.sudo().root_id
        if company.fiscalyear_lock_date and company.fiscalyear_lock_date >= self.last:
            return
        waiting = self.env["account.bank.statement.line"].sudo().search_count(
            company._get_unreconciled_statement_lines_domain(self.last)
        )
        if waiting:
            raise UserError(
                self.env._(
                    "Lines of the bank not reconciled until %(date)s: %(count)s. Reconcile them, or write the file"
                    " without locking the year.",
                    date=self.env["tierslieu.fec.check"]._say_date(self.last), count=waiting,
                )
            )
        company.fiscalyear_lock_date = self.last

    # -- The file again

    def _require_file(self):
        self.ensure_one()
        self._require_reader()
        self.check_access("read")
        if self.state != "done":
            raise UserError(self.env._("Write the file first."))

    def action_download(self):
        """Download the file, the same bytes each time."""
        self._require_file()
        return {"type": "ir.actions.act_url", "url": f"/tierslieu/fec/{self.id}/file", "target": "download"}

    def action_archive(self):
        """Download the file with its description and the customer invoices of the period."""
        self._require_file()
        return {"type": "ir.actions.act_url", "url": f"/tierslieu/fec/{self.id}/archive", "target": "download"}


def digest(path, algorithm):
    """Return the fingerprint of a file, read block by block."""
    found = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()
