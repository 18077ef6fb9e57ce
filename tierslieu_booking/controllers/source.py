import io
import zipfile
from pathlib import Path

from odoo.http import Controller, content_disposition, request, route
from odoo.modules import Manifest

KINDS = {
    ".py", ".xml", ".csv", ".js", ".scss", ".css", ".svg", ".png", ".po", ".pot",
    ".md", ".rst", ".txt", ".toml", ".json", ".html",
}


class Source(Controller):
    """The source of what runs here, for whoever uses it: the AGPL asks for it."""

    @route("/source", type="http", auth="public", website=True, sitemap=False)
    def source(self, **kwargs):
        """Give the source of our addons as they run, or go where it is published.

        `tierslieu_booking.source_url` names that place; without it, the files
        themselves are given: a changed copy shows its changes without anyone
        thinking of it.
        """
        address = request.env["ir.config_parameter"].sudo().get_param(
            "tierslieu_booking.source_url"
        )
        if address:
            return request.redirect(address, local=False)
        modules = request.env["ir.module.module"].sudo().search(
            [("name", "=like", "tierslieu\\_%"), ("state", "=", "installed")], order="name"
        )
        return request.make_response(
            archive(modules.mapped("name")),
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition("tierslieu-source.zip")),
            ],
        )


def archive(names):
    """Return a zip (bytes) of the source files of addons; nothing hidden, nothing compiled."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name in names:
            root = Path(Manifest.for_addon(name).path)
            for path in sorted(root.rglob("*")):
                inside = path.relative_to(root)
                hidden = any(part.startswith((".", "__pycache__")) for part in inside.parts)
                if path.is_file() and path.suffix in KINDS and not hidden:
                    package.write(path, f"{name}/{inside}")
    return buffer.getvalue()
