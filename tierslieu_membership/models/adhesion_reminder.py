from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.tierslieu_booking.models.booking_mail import MAIL_DELAY

from .adhesion import GOOD

FIRST, SECOND, AFTER = 1, 2, 3
# A word after the end comes within that time at least, whatever the grace.
MONTH = 30


class Adhesion(models.Model):
    """Reminders of the end of an adhesion: each of the three once, by a run that goes on where it stopped."""

    _inherit = "membership.membership_line"

    tierslieu_reminded = fields.Integer(
        string="Reminders sent", readonly=True, copy=False,
        help="0: none; 1: the first before the end; 2: the second; 3: the one after the end.",
    )

    @api.model
    def _cron_tierslieu_remind(self):
        """Remind those whose adhesion ends soon, or has ended, as each company has it."""
        companies = self.sudo()._read_group(
            [("tierslieu_scope", "!=", False), ("state", "in", GOOD)], ["company_id"]
        )
        for (company,) in companies:
            self.env["tierslieu.batch"]._run(
                self._name,
                self._tierslieu_to_remind(company),
                "_tierslieu_remind",
                lambda env: env._("Reminder of an adhesion"),
            )

    @api.model
    def _tierslieu_to_remind(self, company):
        """Return the domain of the adhesions of a company whose next reminder is due."""
        company, ours = company.sudo(), Domain("tierslieu_scope", "!=", False) & Domain("company_id", "=", company.id)
        today, due = company._tierslieu_today(), Domain.FALSE
        first, second = company.tierslieu_adhesion_first, company.tierslieu_adhesion_second
        if first:
            due |= (
                Domain("tierslieu_reminded", "<", FIRST)
                & Domain("date_to", ">=", today + timedelta(days=second and second + 1))
                & Domain("date_to", "<=", today + timedelta(days=first))
                # Who joined this month knows.
                & Domain("date", "<", today - timedelta(days=MONTH))
            )
        if second:
            due |= (
                Domain("tierslieu_reminded", "<", SECOND)
                & Domain("date_to", ">=", today)
                & Domain("date_to", "<=", today + timedelta(days=second))
            )
        if company.tierslieu_adhesion_after:
            since = today - timedelta(days=max(company.tierslieu_adhesion_grace, MONTH))
            due |= (
                Domain("tierslieu_reminded", "<", AFTER)
                & Domain("date_to", "<", today)
                & Domain("date_to", ">=", since)
            )
        return ours & Domain("state", "in", GOOD) & due

    def _tierslieu_remind(self):
        """Write to the holder, unless they have renewed; in any case not a second time."""
        self.ensure_one()
        today, line = self._tierslieu_today(), self.sudo()
        company, days = line.company_id, (line.date_to - self._tierslieu_today()).days
        if line.date_to < today:
            stage = AFTER
        else:
            stage = SECOND if days <= company.tierslieu_adhesion_second else FIRST
        line.tierslieu_reminded = stage
        if line._tierslieu_is_renewed() or not email_normalize(line.partner_id.email or ""):
            return
        template = self.env.ref("tierslieu_membership.mail_template_adhesion_reminder").sudo()
        template.with_context(lang=line.partner_id.lang).send_mail(
            line.id, email_layout_xmlid="tierslieu_booking.mail_layout"
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger(fields.Datetime.now() + MAIL_DELAY)

    def _tierslieu_is_renewed(self):
        """Whether another adhesion goes on after this one, paid or still to be paid."""
        self.ensure_one()
        later = self._tierslieu_held(self.partner_id, self.company_id) - self
        return any(line.date_to and line.date_to > self.date_to for line in later)

    def _tierslieu_renewal_said(self):
        """Say what it costs to renew today; nothing when it is no longer on sale."""
        self.ensure_one()
        product, company = self.membership_id.product_tmpl_id.sudo(), self.company_id.sudo()
        if product not in product._tierslieu_adhesions_of(company):
            return ""
        price = company.currency_id.format(product._tierslieu_adhesion_price(self.partner_id))
        if product.tierslieu_free_price:
            return self.env._(
                "You choose the amount: %(price)s is suggested, %(floor)s is the least.",
                price=price, floor=company.currency_id.format(product.tierslieu_floor),
            )
        return self.env._("Its price today: %(price)s.", price=price)
