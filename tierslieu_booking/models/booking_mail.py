from datetime import timedelta

import psycopg2.errors
import pytz
import vobject

from odoo import fields, models
from odoo.tools import email_normalize, escape_psql
from odoo.tools.misc import hmac

MAIL_DELAY = timedelta(seconds=15)


class Booking(models.Model):
    """What a booking says to people: calendar file, mails, account."""

    _inherit = "tierslieu.booking"

    # -- Calendar

    def _ics(self):
        """Return one iCalendar file (bytes) of these bookings, in UTC."""
        calendar = vobject.iCalendar()
        calendar.add("prodid").value = "-//Tierslieu//Booking//FR"
        for booking in self.sudo():
            place = booking.place_id
            event = calendar.add("vevent")
            event.add("uid").value = f"{booking.uid_ics}@tierslieu"
            event.add("dtstamp").value = fields.Datetime.now().replace(tzinfo=pytz.utc)
            event.add("dtstart").value = booking.start.replace(tzinfo=pytz.utc)
            event.add("dtend").value = booking.stop.replace(tzinfo=pytz.utc)
            event.add("summary").value = f"{booking.space_id.name} · {place.name}"
            address = place.partner_id._display_address(without_company=True)
            event.add("location").value = ", ".join(
                part.strip() for part in address.splitlines() if part.strip()
            )
            event.add("description").value = booking.name
            cancelled = booking.state in ("cancelled", "expired")
            event.add("sequence").value = str(booking.ics_sequence + cancelled)
            event.add("status").value = "CANCELLED" if cancelled else "CONFIRMED"
        return calendar.serialize().encode()

    # -- Mails

    def _siblings(self):
        """Return the bookings told in one mail: those of the same order."""
        self.ensure_one()
        order = self.sudo().sale_order_id
        bookings = order._tierslieu_bought() if order else self
        bookings |= self.sudo()
        return bookings.filtered(lambda b: b.state == self.state).sorted("start")

    def _send_mail(self, template_xmlid, calendar=None, **values):
        """Queue a mail to the customer with its calendar file; nothing without an address.

        :param calendar: the bookings of the file, maybe none; by default those told in one mail
        :param values: what the template reads in its context
        """
        template = self.env.ref(template_xmlid).sudo()
        for booking in self.sudo():
            partner = booking.partner_id
            if not email_normalize(partner.email or ""):
                continue
            told = booking._siblings() if calendar is None else calendar
            template.with_context(lang=partner.lang, **values).send_mail(
                booking.id,
                email_values={
                    "attachment_ids": [(6, 0, told._attach_calendar(booking).ids)]
                },
                email_layout_xmlid="tierslieu_booking.mail_layout",
            )
        # A moment later: Odoo sends other mails of this transaction right after
        # its commit, and two senders of one queue break each other's page.
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger(
            fields.Datetime.now() + MAIL_DELAY
        )

    def _attach_calendar(self, record):
        """Return the calendar file of these bookings, attached to a record; nothing for none."""
        attachment = self.env["ir.attachment"].sudo()
        if not self:
            return attachment
        return attachment.create(
            {
                "name": "reservation.ics",
                "raw": self._ics(),
                "mimetype": "text/calendar",
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    def action_send_confirmation(self):
        """Mail the confirmation again, with its calendar file."""
        self._require_staff()
        self.sudo()._send_mail("tierslieu_booking.mail_template_confirmed")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("The confirmation is on its way."),
                "type": "success",
            },
        }

    # -- The account of a guest

    def _invite_guest(self):
        """Give a guest an account, or a link that joins the purchase to the one they have.

        Whoever typed the address sees the same page either way: only the mail
        differs, and it reaches the owner of the address alone.

        :return: context values for the mail: `account_url` and `account_kind`
            (`new`, `join`, or absent when the buyer is logged in)
        """
        self.ensure_one()
        partner = self.sudo().partner_id
        if partner.user_ids or not email_normalize(partner.email or ""):
            return {}
        user = self._user_of(partner.email) or self._create_portal_user(partner)
        if user.partner_id == partner:
            partner.signup_prepare()
            return {"account_kind": "new", "account_url": partner._get_signup_url()}
        token = self.env["tierslieu.token"]._issue(self.sudo(), "join")
        self.sudo()._siblings().claim_partner_id = user.partner_id
        return {
            "account_kind": "join",
            "account_url": f"{self.get_base_url()}/book/join/{token}",
        }

    def _user_of(self, email):
        return (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search([("login", "=ilike", escape_psql(email_normalize(email)))], limit=1)
        )

    def _create_portal_user(self, partner):
        """Create the portal account of a guest; the one made meanwhile if another won."""
        email = email_normalize(partner.email)
        company = self.company_id or self.env.company
        try:
            with self.env.cr.savepoint():
                return (
                    self.env["res.users"]
                    .sudo()
                    .with_context(no_reset_password=True)
                    ._create_user_from_template(
                        {
                            "login": email,
                            "email": email,
                            "partner_id": partner.id,
                            "company_id": company.id,
                            "company_ids": [(6, 0, company.ids)],
                        }
                    )
                )
        except psycopg2.errors.UniqueViolation:
            return self._user_of(email)

    def _join_account(self):
        """Move a guest purchase, its order and its papers' reader to the member's account.

        Posted invoices keep the name they were made out to.
        """
        for booking in self.sudo()._siblings():
            owner = booking.claim_partner_id
            if not owner:
                continue
            booking.write({"partner_id": owner.id, "claim_partner_id": False})
            order = booking.sale_line_ids.order_id
            order.write({"partner_id": owner.id})
            order._tierslieu_granted()._follow_buyer(owner)

    def _hold_fingerprint(self, source):
        """Return a keyed fingerprint of a visitor's address: countable, not readable."""
        return hmac(self.env(su=True), "tierslieu-hold", source)
