import os
import tempfile

from werkzeug.exceptions import NotFound
from werkzeug.wsgi import wrap_file

from odoo.exceptions import AccessError
from odoo.http import Controller, Response, content_disposition, request, route

from odoo.addons.tierslieu_base.controllers.proof import MAX_ID


class FecFiles(Controller):
    """The files of an FEC export, for the accountants of its company; for anyone else there are none."""

    @route("/tierslieu/fec/<int:export_id>/file", type="http", auth="user", readonly=True)
    def fec_file(self, export_id, **kwargs):
        """Give the FEC, the bytes that were written."""
        export = self._fec_export(export_id)
        stream = export.file_id.sudo()._to_http_stream()
        # A text would be said to be UTF-8.
        stream.mimetype, stream.download_name = "application/octet-stream", export.file_name
        stream.public, stream.max_age, stream.conditional, stream.etag = False, None, False, False
        return private(stream.get_response(as_attachment=True, immutable=False))

    @route("/tierslieu/fec/<int:export_id>/archive", type="http", auth="user")
    def fec_archive(self, export_id, **kwargs):
        """Give the FEC with its description and the invoices of its period."""
        export = self._fec_export(export_id)
        # It has no name on the disk, and goes with the last one who reads it.
        out = tempfile.TemporaryFile(prefix="fec")  # noqa: SIM115 - the answer closes it
        try:
            export._write_archive(out)
        except BaseException:
            out.close()
            raise
        size = out.seek(0, os.SEEK_END)
        out.seek(0)
        name = export.file_name.rpartition(".")[0]
        return private(
            Response(
                wrap_file(request.httprequest.environ, out),
                headers=[
                    ("Content-Type", "application/zip"), ("Content-Length", str(size)),
                    ("Content-Disposition", content_disposition(f"{name}.zip")),
                ],
                direct_passthrough=True,
            )
        )

    def _fec_export(self, export_id):
        """Return an export that was written, of a company of whom asks; hide from others that there is any."""
        exports = request.env["tierslieu.fec.export"]
        if not 0 < export_id <= MAX_ID or not exports._is_reader():
            raise NotFound()
        try:
            export = exports.search([("id", "=", export_id), ("state", "=", "done")])
        except AccessError:
            raise NotFound() from None
        if not export:
            raise NotFound()
        return export


def private(response):
    """Return a response that nobody on its way keeps."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
