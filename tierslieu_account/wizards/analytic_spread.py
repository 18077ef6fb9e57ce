from odoo import api, fields, models


class AnalyticSpread(models.TransientModel):
    """Ask for places and activities on what was posted before anybody followed them."""

    _name = "tierslieu.analytic.spread"
    _description = "Spread places and activities on the past"

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    first = fields.Date(
        string="From", required=True,
        default=lambda self: fields.Date.start_of(fields.Date.context_today(self), "year"),
    )
    last = fields.Date(string="To", required=True, default=fields.Date.context_today)
    count = fields.Integer(string="Lines without a place or an activity", compute="_compute_count")

    @api.depends("company_id", "first", "last")
    def _compute_count(self):
        for spread in self:
            dated = spread.first and spread.last
            spread.count = len(spread.company_id._tierslieu_lacking(spread.first, spread.last)) if dated else 0

    def action_spread(self):
        """Spread what takes a moment now, and leave the rest to the scheduler."""
        self.ensure_one()
        company = self.company_id.sudo()
        company.write(
            {"tierslieu_spread_first": self.first, "tierslieu_spread_last": self.last, "tierslieu_spread_after": 0}
        )
        given, over = company._tierslieu_spread_on()
        if not over:
            self.env.ref("tierslieu_account.cron_analytic_spread").sudo()._trigger()
        said = (
            self.env._("%(count)s lines have their place and activity now.", count=given) if over
            else self.env._("%(count)s lines are done; the others follow within minutes.", count=given)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success", "message": said, "next": {"type": "ir.actions.act_window_close"},
            },
        }
