from werkzeug.exceptions import NotFound

from odoo.http import Controller, content_disposition, request, route

from ..kernels.typed import plain
from .proof import MAX_ID

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv;charset=utf-8"


class ImportFiles(Controller):
    """The files of an import: its template, the list of what is wrong. For managers."""

    @route("/tierslieu/import/<int:import_id>/template.xlsx", type="http", auth="user", readonly=True)
    def template_xlsx(self, import_id, **kwargs):
        """Give the template as a spreadsheet, in the language of who asks."""
        kind = self._import(import_id)._kind().sudo()
        return self._file(kind._template_xlsx(), XLSX, f"{kind._title()}.xlsx")

    @route("/tierslieu/import/<int:import_id>/template.csv", type="http", auth="user", readonly=True)
    def template_csv(self, import_id, **kwargs):
        """Give the template as csv, in the language of who asks."""
        kind = self._import(import_id)._kind().sudo()
        return self._file(kind._template_csv(), CSV, f"{kind._title()}.csv")

    @route("/tierslieu/import/<int:import_id>/problems.csv", type="http", auth="user", readonly=True)
    def problems(self, import_id, **kwargs):
        """Give the list of what is wrong with a file."""
        record = self._import(import_id)
        return self._file(record._problems_csv(), CSV, f"{request.env._('Problems')} {import_id}.csv")

    def _import(self, import_id):
        """Return an import of whom asks; hide from others that there is any."""
        if not 0 < import_id <= MAX_ID or not request.env.user.has_group("tierslieu_base.group_manager"):
            raise NotFound()
        record = request.env["tierslieu.import"].search([("id", "=", import_id)])
        if not record:
            raise NotFound()
        return record

    def _file(self, content, mimetype, name):
        stem, _dot, suffix = name.rpartition(".")
        return request.make_response(
            content,
            [
                ("Content-Type", mimetype),
                ("Content-Disposition", content_disposition(f"{plain(stem).replace(' ', '-')}.{suffix}")),
                ("Cache-Control", "private, no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
