from odoo import api, models


class Integrity(models.AbstractModel):
    """What always holds of official FEC files."""

    _inherit = "tierslieu.integrity"

    @api.model
    def _checks(self):
        _ = self.env._
        return [
            *super()._checks(),
            {
                "name": _("Official FEC files are kept"),
                "explanation": _("An official export has no file, or its file is not its own any more."),
                "sql": """
                    SELECT e.id, e.file_name, a.id FROM tierslieu_fec_export e
                      LEFT JOIN ir_attachment a ON a.id = e.file_id
                     WHERE e.mode = 'official' AND e.state = 'done'
                       AND (a.id IS NULL OR a.res_model != 'tierslieu.fec.export' OR a.res_id != e.id OR a.public
                            OR a.store_fname IS NULL AND a.db_datas IS NULL OR COALESCE(a.file_size, 0) = 0
                            OR COALESCE(e.sha256, '') = '' OR e.debit != e.credit)
                """,
            },
        ]
