from odoo import api, fields, models


class FecOfficial(models.TransientModel):
    """The question before an official FEC: it says what happens, and whether the year is to be locked."""

    _name = "tierslieu.fec.official"
    _description = "Official FEC"

    export_id = fields.Many2one("tierslieu.fec.export", required=True, readonly=True, ondelete="cascade")
    lock = fields.Boolean(string="Lock the entries until the last day of the period")
    said = fields.Text(compute="_compute_said")
    locked_until = fields.Date(compute="_compute_said")
    may_lock = fields.Boolean(compute="_compute_said")

    @api.depends("export_id")
    @api.depends_context("lang")
    def _compute_said(self):
        """Say what the button does, in sentences."""
        _ = self.env._
        say = self.env["tierslieu.fec.check"]._say_date
        for wizard in self:
            export = wizard.export_id
            company = export.company_id.sudo().root_id
            wizard.locked_until = company.fiscalyear_lock_date
            wizard.may_lock = not wizard.locked_until or wizard.locked_until < export.last
            former = self.env["tierslieu.fec.export"].search(
                [("company_id", "=", export.company_id.id), ("mode", "=", "official"), ("state", "=", "done"),
                 ("first", "<=", export.last), ("last", ">=", export.first)], limit=1,
            )
            wizard.said = "\n".join(filter(None, (
                _("The entries from %(first)s to %(last)s are checked once more, then written.",
                  first=say(export.first), last=say(export.last)),
                _("The file is kept for ten years: it can be downloaded again, neither changed nor deleted."),
                former and _("An official file of these days was written on %(date)s: both are kept.",
                             date=say(former.done_at)),
                not wizard.may_lock and _("Entries are locked until %(date)s.", date=say(wizard.locked_until)),
            )))

    def action_write(self):
        """Write the official file; the export says what is to be mended if something came up meanwhile."""
        self.ensure_one()
        export = self.export_id
        export._require_closer()
        export._write_once(lock=self.lock and self.may_lock)
        return {"type": "ir.actions.act_window_close"}
