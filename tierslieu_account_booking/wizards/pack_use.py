from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.tierslieu_base.tools import lock_rows


class PackUsePrepare(models.TransientModel):
    """The uses of packs of several purposes until the end of a month, booked as a draft."""

    _name = "tierslieu.pack.use.prepare"
    _description = "Uses of packs to book"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    day = fields.Date(string="Uses until", required=True, default=lambda self: self._last_month())

    @api.model
    def _last_month(self):
        """Return the last day of the month that is over."""
        return self.env.company._tierslieu_today().replace(day=1) - timedelta(days=1)

    def action_prepare(self):
        """Make the draft of these uses, or bring it to them; show it.

        :raises UserError: there is nothing to book
        """
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_user"):
            raise AccessError(self.env._("The uses of packs are booked by an accountant."))
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Book them from their own company."))
        # Two at once: the second one waits, and finds that nothing is left to do.
        lock_rows(self.company_id.sudo())
        move = self.env["tierslieu.pack.use"]._prepare(self.company_id, self.day)
        if not move:
            raise UserError(self.env._("Nothing to book: all uses until then are booked."))
        return move.with_env(self.env)._get_records_action(name=self.env._("Uses of packs"))
