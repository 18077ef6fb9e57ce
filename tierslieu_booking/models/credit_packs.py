from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.tierslieu_base.tools import say_day

from .booking_mail import MAIL_DELAY


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def _tierslieu_on_sale(self, website):
        """Return the packs that visitors of a website may buy, the cheapest first."""
        packs = self.sudo().search(
            Domain(website.sale_product_domain())
            & Domain("is_published", "=", True)
            & Domain("tierslieu_credit_type_id.active", "=", True)
            & Domain("tierslieu_credit_type_id.company_id", "=", website.company_id.id)
        )
        return packs.sorted("list_price")

    def _tierslieu_prices(self, pricelist):
        """Return {pack id: its price, tax included as all our pages say it}, for a visitor's pricelist."""
        packs = self.sudo()
        amounts = pricelist.sudo()._get_products_price(packs, 1.0)
        company = packs.tierslieu_credit_type_id.company_id[:1]
        currency = pricelist.currency_id or company.currency_id
        return {
            pack.id: pack.taxes_id._filter_taxes_by_company(company).compute_all(
                amounts[pack.id], currency, 1.0, pack.product_variant_id
            )["total_included"]
            for pack in packs
        }

    def _tierslieu_good_at(self, place):
        """Return those of these packs whose credits pay something in a place."""
        return self.filtered(
            lambda pack: place in pack.tierslieu_credit_type_id.value_ids.space_id.place_id
        )

    def _tierslieu_pack_said(self, quantity=1):
        """Say what a pack holds: “10 × Ticket, good for 12 months from the day you buy it”."""
        self.ensure_one()
        pack, _ = self.sudo(), self.env._
        said = pack.tierslieu_credit_type_id.say(pack.tierslieu_credits * quantity)
        months = pack.tierslieu_credit_months
        if not months:
            return _("%(credits)s, without end", credits=said)
        if months == 1:
            return _("%(credits)s, good for a month from the day you buy them", credits=said)
        return _(
            "%(credits)s, good for %(months)s months from the day you buy them",
            credits=said, months=months,
        )


class CreditLot(models.Model):
    _inherit = "tierslieu.credit.lot"

    def _follow_buyer(self, partner):
        """Hand the lots of a guest's purchase to the account that it joins."""
        for lot in self.sudo():
            lot.partner_id = partner.commercial_partner_id if lot.is_shared else partner

    def _granted_said(self):
        """Say what was bought: “10 × Ticket, good until 10 January 2028”."""
        self.ensure_one()
        lot = self.sudo()
        said = lot.type_id.say(lot.granted)
        if not lot.valid_until:
            return self.env._("%(credits)s, without end", credits=said)
        return self.env._(
            "%(credits)s, good until %(date)s",
            credits=said, date=say_day(self.env, lot.valid_until),
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _tierslieu_granted(self):
        """Return the lots that the packs of these orders have granted."""
        return self.sudo().order_line.tierslieu_lot_ids

    def _tierslieu_holds_packs(self):
        """Whether some of what is ordered are packs."""
        return bool(self.order_line._tierslieu_packs())

    def _tierslieu_is_packs(self):
        """Whether packs, and maybe bookings, are all that is ordered."""
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: not line.display_type)
        packs = lines._tierslieu_packs()
        return bool(packs) and all(line.tierslieu_booking_id for line in lines - packs)

    # -- Telling

    def _send_order_notification_mail(self, mail_template, allow_deferred_sending=True):
        """Tell who buys packs, in our own words, what they can book with and until when.

        Packs bought with bookings are told in the mail of the bookings.
        """
        self.ensure_one()
        waits = allow_deferred_sending and self._tierslieu_mails_wait()
        is_confirmation = mail_template == self._get_confirmation_template()
        if (
            is_confirmation
            and not waits
            and self._tierslieu_is_packs()
            and self._tierslieu_granted()
            and not self.tierslieu_booking_ids
        ):
            return self._tierslieu_tell_granted()
        return super()._send_order_notification_mail(
            mail_template, allow_deferred_sending=allow_deferred_sending
        )

    def _tierslieu_tell_granted(self):
        """Mail the buyer of packs what they hold, and a guest the way to an account."""
        order = self.sudo()
        template = self.env.ref("tierslieu_booking.mail_template_credits_bought").sudo()
        template.with_context(lang=order.partner_id.lang, **order._tierslieu_invite_buyer()).send_mail(
            order.id, email_layout_xmlid="tierslieu_booking.mail_layout"
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger(
            fields.Datetime.now() + MAIL_DELAY
        )

    # -- A guest who buys a pack

    def _tierslieu_invite_buyer(self):
        """Give a guest an account, or a link that brings what they bought to the one they have.

        :return: context values for the mail, as `_invite_guest` of a booking
        """
        self.ensure_one()
        order, bookings = self.sudo(), self.env["tierslieu.booking"].with_company(self.company_id)
        partner = order.partner_id
        if partner.user_ids or not email_normalize(partner.email or ""):
            return {}
        user = bookings._user_of(partner.email) or bookings._create_portal_user(partner)
        if user.partner_id == partner:
            partner.signup_prepare()
            return {"account_kind": "new", "account_url": partner._get_signup_url()}
        token = self.env["tierslieu.token"]._issue(order, "join")
        return {"account_kind": "join", "account_url": f"{order.get_base_url()}/book/join/{token}"}

    def _tierslieu_bought_said(self):
        """Say what a guest bought that joins an account: sentences; addons add theirs."""
        self.ensure_one()
        return [lot._granted_said() for lot in self._tierslieu_granted()]

    def _tierslieu_page(self):
        """Return the page of one's account where what was bought is found."""
        return "/my/credits"

    def _tierslieu_account(self):
        """Return the account of the address that a guest typed, when it is not the buyer yet."""
        self.ensure_one()
        partner = self.sudo().partner_id
        if partner.user_ids or not self._tierslieu_granted():
            return partner.browse()
        return self.env["tierslieu.booking"]._user_of(partner.email or "").partner_id

    def _join_account(self):
        """Bring the credits that a guest bought, and their order, to the member's account."""
        for order in self.sudo():
            if owner := order._tierslieu_account():
                lots = order._tierslieu_granted()
                order.partner_id = owner
                lots._follow_buyer(owner)
