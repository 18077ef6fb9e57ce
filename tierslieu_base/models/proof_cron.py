from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

REMIND_DAYS = 30


class Proof(models.Model):
    """What happens by itself: a reminder before the end, files nobody looked at."""

    _inherit = "tierslieu.proof"

    @api.model
    def _setting(self, name, default):
        """Return a whole number of the system parameters, the default when it is none."""
        value = self.env["ir.config_parameter"].sudo().get_param(name, "")
        return int(value) if value.isascii() and value.isdigit() and int(value) else default

    @api.model
    def _cron_proofs(self):
        """Remind members of what ends soon; delete the files that nobody looked at."""
        batch = self.env["tierslieu.batch"]
        for domain, method, title in (
            (
                self._to_remind_domain(),
                "_remind",
                lambda env: env._("The reminder before the end of a proof was not sent"),
            ),
            (
                self._to_lapse_domain(),
                "_lapse",
                lambda env: env._("A document left unchecked was not deleted"),
            ),
        ):
            if batch._run(self._name, domain, method, title)["left"]:
                return

    # -- Reminder

    def _reminder_values(self, valid_until):
        """Return what to note when a validity is set: no reminder when its end is so near."""
        self.ensure_one()
        last = self.company_id._tierslieu_today() + timedelta(days=REMIND_DAYS)
        return {"reminded_until": valid_until if valid_until <= last else False}

    @api.model
    def _to_remind_domain(self):
        """Return the accepted proofs that end within a month, untold and not replaced."""
        # A day around the world is not the same everywhere: `_remind` looks closer.
        today = fields.Date.today()
        return Domain(
            [
                ("state", "=", "accepted"),
                ("valid_until", ">=", today - timedelta(days=1)),
                ("valid_until", "<=", today + timedelta(days=REMIND_DAYS + 1)),
                ("reminded_until", "=", False),
                ("profile_id.active", "=", True),
            ]
        )

    def _remind(self):
        """Tell a member that their proof ends in a month, unless the next one is there."""
        self.ensure_one()
        days = (self.valid_until - self.company_id._tierslieu_today()).days
        if not 0 <= days <= REMIND_DAYS:
            return
        self.reminded_until = self.valid_until
        if not self._is_replaced():
            self._send_mail("tierslieu_base.mail_template_proof_ends")

    def _is_replaced(self):
        """Whether the same person sent, or has, what comes after this proof."""
        self.ensure_one()
        return bool(
            self.search_count(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("profile_id", "=", self.profile_id.id),
                    ("id", "!=", self.id),
                    "|",
                    ("state", "=", "pending"),
                    "&",
                    ("state", "=", "accepted"),
                    ("valid_until", ">", self.valid_until),
                ],
                limit=1,
            )
        )

    # -- Files that nobody looked at

    @api.model
    def _to_lapse_domain(self):
        months = self._setting("tierslieu_base.proof_keep_months", 3)
        limit = fields.Datetime.now() - relativedelta(months=months)
        return Domain([("state", "=", "pending"), ("sent_on", "<", limit)])

    def _lapse(self):
        """Delete a file that waited too long, and ask for it again."""
        self.ensure_one()
        told = self.with_context(lang=self.partner_id.lang)
        self._decide(
            {
                "state": "refused",
                "decided_by": False,
                "refusal_reason": told.env._(
                    "We did not look at it in time and no longer keep it: send it again,"
                    " or show it at the reception."
                ),
            }
        )
        self._send_mail("tierslieu_base.mail_template_proof_refused")
