from werkzeug.exceptions import NotFound

from odoo.http import Controller, content_disposition, request, route

from ..kernels.typed import plain
from .proof import MAX_ID

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportFiles(Controller):
    """The files of an import: its template, the list of what is wrong. For managers."""

    @route("/tierslieu/import/template/<string:kind>.<any(xlsx,csv):suffix>", type="http", auth="user", readonly=True)
    def template(self, kind, suffix, **kwargs):
        """Give the template of a kind, in the language of who asks."""
        self._require_manager()
        if kind not in dict(request.env["tierslieu.import"]._selection_kind()):
            raise NotFound()
        record = request.env[f"tierslieu.import.{kind}"].sudo()
        content = record._template_xlsx() if suffix == "xlsx" else record._template_csv()
        return self._file(content, f"{plain(record._title()).replace(' ', '-')}.{suffix}")

    @route("/tierslieu/import/<int:import_id>/problems.csv", type="http", auth="user", readonly=True)
    def problems(self, import_id, **kwargs):
        """Give the list of what is wrong with a file."""
        self._require_manager()
        if not 0 < import_id <= MAX_ID:
            raise NotFound()
        record = request.env["tierslieu.import"].search([("id", "=", import_id)])
        if not record:
            raise NotFound()
        name = request.env._("problems")
        return self._file(record._problems_csv(), f"{plain(name)}-{record.id}.csv")

    def _require_manager(self):
        """Hide from others that there is anything here."""
        if not request.env.user.has_group("tierslieu_base.group_manager"):
            raise NotFound()

    def _file(self, content, name):
        mimetype = XLSX if name.endswith("xlsx") else "text/csv;charset=utf-8"
        return request.make_response(
            content,
            [
                ("Content-Type", mimetype),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "private, no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
