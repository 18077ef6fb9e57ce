import posixpath
import re
from urllib.parse import quote

from odoo import models
from odoo.http import request

# Longer than any id, shorter than what Python refuses.
ENDLESS_NUMBER = re.compile(r"[0-9]{100,}")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path):
        """Read a number that Python refuses, of thousands of digits, as 0: nothing has it."""
        return super()._match(ENDLESS_NUMBER.sub("0", path))

    @classmethod
    def _serve_fallback(cls):
        """Look for no page under an address that the database cannot even be asked for.

        PostgreSQL refuses a NUL character: such an address is unknown (404),
        it is not a failure of the server (500).
        """
        if "\x00" in request.httprequest.path:
            return None
        path = request.httprequest.path
        if {".", ".."} & set(path.split("/")):
            # What a browser does with them before it asks: no page of Odoo can
            # write such an address in its head.
            return request.redirect(quote("/" + posixpath.normpath(path).lstrip("/")))
        return super()._serve_fallback()
