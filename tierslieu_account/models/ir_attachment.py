import hashlib

from odoo import api, models
from odoo.exceptions import UserError


class IrAttachment(models.Model):
    """The files of official exports: nobody changes or deletes them while their export is kept."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if not self._tierslieu_is_same_file(vals):
            self._tierslieu_require_free()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_official(self):
        self._tierslieu_require_free()

    def _tierslieu_official(self):
        """Return the official exports whose file is among these."""
        mine = self.sudo().filtered(lambda attachment: attachment.res_model == "tierslieu.fec.export")
        exports = self.env["tierslieu.fec.export"].sudo()
        return mine and exports.search(
            [("file_id", "in", mine.ids), ("state", "=", "done"), ("mode", "=", "official")]
        )

    def _tierslieu_is_same_file(self, vals):
        """Tell whether only the place of the bytes changes: Odoo moves them between database and disk."""
        if not vals.keys() <= {"raw", "mimetype"} or not vals.get("raw"):
            return False
        told = hashlib.sha256(vals["raw"]).hexdigest()
        mimetype = vals.get("mimetype")
        return all(
            export.sha256 == told and mimetype in (None, export.file_id.mimetype)
            for export in self._tierslieu_official()
        )

    def _tierslieu_require_free(self):
        exports = self._tierslieu_official()
        if exports:
            raise UserError(
                self.env._("%(export)s was written: its file is kept as it is.", export=exports[0].name)
            )
