from odoo import fields, models

from odoo.addons.tierslieu_booking.models.booking_mail import MAIL_DELAY


class SaleOrder(models.Model):
    """What the buyer of an adhesion is told, and a guest who buys one."""

    _inherit = "sale.order"

    def _tierslieu_joined(self):
        """Return the adhesions that these orders made."""
        return self.sudo().order_line.tierslieu_adhesion_ids

    def _tierslieu_is_adhesion(self):
        """Whether adhesions are all that is ordered."""
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: not line.display_type)
        return bool(lines) and lines == lines._tierslieu_adhesion_lines()

    def _send_order_notification_mail(self, mail_template, allow_deferred_sending=True):
        """Welcome who joins in our own words, rather than confirm an order."""
        self.ensure_one()
        waits = allow_deferred_sending and self._tierslieu_mails_wait()
        if (
            mail_template == self._get_confirmation_template()
            and not waits
            and self._tierslieu_is_adhesion()
            and self._tierslieu_joined()
        ):
            return self._tierslieu_welcome()
        return super()._send_order_notification_mail(mail_template, allow_deferred_sending=allow_deferred_sending)

    def _tierslieu_welcome(self):
        """Mail who joined: until when, for whom, and the way to an account."""
        order = self.sudo()
        template = self.env.ref("tierslieu_membership.mail_template_adhesion_joined").sudo()
        template.with_context(lang=order.partner_id.lang, **order._tierslieu_invite_buyer()).send_mail(
            order.id, email_layout_xmlid="tierslieu_booking.mail_layout"
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger(fields.Datetime.now() + MAIL_DELAY)

    def _send_payment_succeeded_for_order_mail(self):
        """Stay silent about a payment whose welcome says it all."""
        others = self.filtered(lambda order: not order._tierslieu_is_adhesion())
        return super(SaleOrder, others)._send_payment_succeeded_for_order_mail()

    # -- A guest who joins with the address of an account

    def _tierslieu_account(self):
        account = super()._tierslieu_account()
        partner = self.sudo().partner_id
        if account or partner.user_ids or not self._tierslieu_joined():
            return account
        return self.env["tierslieu.booking"]._user_of(partner.email or "").partner_id

    def _tierslieu_bought_said(self):
        return [
            *super()._tierslieu_bought_said(),
            *(line._tierslieu_name() for line in self._tierslieu_joined()),
        ]

    def _tierslieu_page(self):
        joined = self._tierslieu_joined() and not self._tierslieu_granted()
        return "/my/membership" if joined else super()._tierslieu_page()

    def _join_account(self):
        """Bring the adhesion that a guest bought to the member's account."""
        before = {order: order.sudo().partner_id for order in self}
        result = super()._join_account()
        for order, guest in before.items():
            owner = order.sudo().partner_id
            if owner != guest:
                for line in order._tierslieu_joined():
                    line._tierslieu_change_holder(guest, owner)
        return result
