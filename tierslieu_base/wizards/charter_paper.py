from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError


class CharterPaper(models.TransientModel):
    """Record that somebody signed a charter on paper."""

    _name = "tierslieu.charter.paper"
    _description = "Charter signed on paper"

    partner_id = fields.Many2one("res.partner", string="Person", required=True)
    version_id = fields.Many2one(
        "tierslieu.charter.version", string="Text signed", required=True,
        domain="[('number', '>', 0), ('company_id', 'in', allowed_company_ids)]",
    )
    signed_on = fields.Date(string="Signed on", required=True, default=fields.Date.context_today)

    @api.model
    def default_get(self, fields):
        """Propose the first current version that the person has not accepted."""
        values = super().default_get(fields)
        partner = self.env["res.partner"].browse(values.get("partner_id"))
        if "version_id" in fields and partner:
            waiting = partner._tierslieu_charters_waiting(self.env.company)
            values["version_id"] = waiting[:1].id
        return values

    def action_record(self):
        """Record the acceptance, in the name of the host who has the paper."""
        self.ensure_one()
        self.env["tierslieu.card"]._require_host()
        self.partner_id.check_access("read")
        self.version_id.check_access("read")
        today = fields.Date.context_today(self)
        first = fields.Datetime.context_timestamp(
            self, self.version_id.published_at or fields.Datetime.now()
        ).date()
        if self.signed_on > today:
            raise UserError(self.env._("This day is still to come."))
        if self.signed_on < first:
            raise UserError(self.env._("This text was not published yet on that day."))
        moment = None
        if self.signed_on != today:
            # Noon: a day remains that day in any reader's time zone of ours.
            noon = datetime.combine(self.signed_on, time(12))
            moment = max(noon, self.version_id.published_at)
        self.env["tierslieu.charter.acceptance"]._accept(
            self.partner_id, self.version_id, "paper", accepted_at=moment
        )
        return {"type": "ir.actions.act_window_close"}
