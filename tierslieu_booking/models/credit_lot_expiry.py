from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .credit_type import exact

# Days before the end of validity when holders are told.
NOTICE = "tierslieu_booking.credit_notice_days"
NOTICE_DAYS = 30


class CreditLot(models.Model):
    """What happens to credits that nobody used in time."""

    _inherit = "tierslieu.credit.lot"

    notified_for = fields.Date(readonly=True, copy=False, help="The end of validity that its holder was told of.")

    @api.model
    def _cron_expire(self):
        """Write off what is left of lots that are over; tell the holders of those that soon are."""
        batch = self.env["tierslieu.batch"]
        batch._run(self._name, self._over_domain(), "_expire", lambda env: env._("Credits that expire"))
        batch._run(self._name, self._soon_domain(), "_tell_expiry", lambda env: env._("Notice of credits that expire"))

    @api.model
    def _over_domain(self):
        """Domain of what is over wherever the place is: nowhere on earth is it that day any more."""
        return Domain("balance", ">", 0) & Domain("last_day", "<", self._day_begun_last())

    @api.model
    def _soon_domain(self):
        days = self.env["ir.config_parameter"].sudo().get_param(NOTICE, NOTICE_DAYS)
        today = self._today()
        soon = Domain("last_day", ">=", today) & Domain("last_day", "<=", today + timedelta(days=int(days)))
        # Told once of each end of validity: one that is opened again has another.
        return soon & Domain("balance", ">", 0) & Domain("is_told", "=", False)

    is_told = fields.Boolean(compute="_compute_is_told", store=True)

    @api.depends("notified_for", "last_day")
    def _compute_is_told(self):
        for lot in self:
            lot.is_told = bool(lot.last_day) and lot.notified_for == lot.last_day

    def _expire(self):
        """Write off what is left."""
        said = self._to_holder().env._("End of validity")
        self._post("expire", -exact(self.balance), reason=said)

    def _to_holder(self):
        """Return these credits in the language of whom they belong to: a job of the night has none."""
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _tell_expiry(self):
        """Tell the holder how many credits are left and until when."""
        template = self.env.ref("tierslieu_booking.mail_template_credits_expire")
        if self.partner_id.email:
            template.with_context(lang=self.partner_id.lang).send_mail(self.id)
        self.notified_for = self.last_day
