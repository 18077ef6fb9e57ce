import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize


class SaleOrder(models.Model):
    """Who joins on line: the person of this address, once.

    A visitor's cart has a contact of its own until it is paid. Then what makes a member goes to the person
    who has the address already, if there is one: whoever typed it sees nothing of them, and only a mail to
    the address opens their account.
    """

    _inherit = "sale.order"

    tierslieu_charter_ids = fields.Many2many(
        "tierslieu.charter.version", "tierslieu_order_charter", "order_id", "version_id",
        string="Charters accepted", copy=False, readonly=True,
    )
    tierslieu_charter_at = fields.Datetime(string="Accepted at", copy=False, readonly=True)
    tierslieu_organisation = fields.Char(string="Organisation that joins", copy=False)
    tierslieu_is_strange = fields.Boolean(
        copy=False, readonly=True, help="Whoever paid has not shown that the address is theirs: they see no more of it."
    )

    def _tierslieu_known_buyer(self):
        """Return the person who has the address that a visitor typed; empty for who is new or logged in."""
        self.ensure_one()
        order = self.sudo()
        partner = order.partner_id
        address = email_normalize(partner.email or "")
        if not order.website_id or partner.user_ids or not address:
            return partner.browse()
        owner = self.env["tierslieu.booking"]._user_of(address).partner_id
        return owner or partner.search(
            Domain("email_normalized", "=", address)
            & Domain("is_company", "=", False)
            & Domain("id", "!=", partner.id)
            & Domain("company_id", "in", (False, order.company_id.id)),
            order="id", limit=1,
        )

    def _tierslieu_take_buyer(self):
        """Hand what is about to be confirmed to the person it is for, and record what was accepted.

        A charter is accepted by who is known to be the one who accepts: a new person, or who was logged in.
        """
        for order in self.sudo().filtered(lambda one: one.state in ("draft", "sent") and one._tierslieu_is_join()):
            known = order._tierslieu_known_buyer()
            if known:
                order._tierslieu_hand_to(known)
            else:
                order._tierslieu_accept_charters()

    def _tierslieu_hand_to(self, person):
        """Make an order that of another person, and leave no contact of its visitor behind."""
        self.ensure_one()
        guest, pricelist = self.partner_id, self.pricelist_id
        self.write(
            {
                "partner_id": person.id, "partner_invoice_id": person.id, "partner_shipping_id": person.id,
                "pricelist_id": pricelist.id, "access_token": False, "tierslieu_is_strange": True,
            }
        )
        self.transaction_ids.partner_id = person
        self.message_unsubscribe(guest.ids)
        try:
            with self.env.cr.savepoint():
                guest.unlink()
        except (UserError, psycopg2.IntegrityError):
            guest.active = False

    def _tierslieu_accept_charters(self):
        self.ensure_one()
        acceptances = self.env["tierslieu.charter.acceptance"].sudo()
        for version in self.tierslieu_charter_ids:
            if version.superseded_at:
                # Replaced while they paid: the new text waits for them in their account.
                continue
            acceptances._accept(self.partner_id, version, "portal", accepted_at=self.tierslieu_charter_at)

    def _tierslieu_take_organisation(self):
        """Make the organisation that someone joins for, once it is ordered: it is always a new one.

        A name that is known makes nobody one of its people: the team brings the two together.
        """
        for order in self.sudo():
            lines = order.order_line._tierslieu_adhesion_lines()
            partner = order.partner_id
            if (
                "organisation" not in lines.product_id.mapped("tierslieu_adhesion_for")
                or not order.tierslieu_organisation
                or partner.commercial_partner_id.is_company
            ):
                continue
            partner.parent_id = partner.create(
                {
                    "name": order.tierslieu_organisation, "is_company": True, "lang": partner.lang,
                    "company_id": partner.company_id.id,
                }
            )

    def _action_confirm(self):
        self._tierslieu_take_organisation()
        result = super()._action_confirm()
        for order in self.filtered(lambda one: one.website_id and one._tierslieu_is_join()):
            # Who has become a member has a card at once.
            self.env["tierslieu.card"]._issue_first(order.partner_id, order.company_id)
        return result

    def _tierslieu_settle_join(self):
        """Leave in a cart that is about to be confirmed what can still be had.

        :return: what is lost, said
        """
        self.ensure_one()
        lost = []
        for line in self.sudo().order_line._tierslieu_plan_lines().filtered("product_uom_qty"):
            try:
                with self.env.cr.savepoint():
                    line._tierslieu_subscribe()
            except UserError as refusal:
                lost.append(str(refusal))
                self.sudo().message_post(body=str(refusal))
                line.unlink()
        return lost

    def _validate_order(self):
        """Settle at once what costs nothing: with the same rules as what is paid."""
        for order in self.filtered(lambda one: one.state in ("draft", "sent") and one._tierslieu_is_join()):
            order._tierslieu_take_buyer()
            order._tierslieu_drop_adhesions_had()
            order._tierslieu_tell_not_had(order._tierslieu_settle_join())
        empty = self.filtered(lambda order: not order.order_line)
        empty._action_cancel()
        return super(SaleOrder, self - empty)._validate_order()

    def _tierslieu_tell_not_had(self, lost):
        """Write to the buyer what went to someone else before they paid."""
        self.ensure_one()
        if not lost:
            return
        order = self.sudo().with_context(lang=self._get_lang())
        order.message_post(
            body=order.env._(
                "%(why)s What you paid for it comes back to you, without anything to do. The team is there to find"
                " another way with you.", why=" ".join(lost),
            ),
            subject=order.env._("Your plan could not be opened"),
            author_id=order.company_id.partner_id.id,
            partner_ids=order.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
            force_send=False,
        )

    # -- Told

    def _tierslieu_is_adhesion(self):
        """Whether what is ordered is told by the welcome: adhesions, plans, packs with them."""
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: not line.display_type)
        plans = lines._tierslieu_plan_lines()
        told = lines._tierslieu_adhesion_lines() | plans | plans.tierslieu_caution_ids
        return bool(told) and lines == told | lines._tierslieu_packs()

    def _send_order_notification_mail(self, mail_template, allow_deferred_sending=True):
        """Welcome who joins on line once, whether their invoice is made by now or not; bookings have their own mail."""
        self.ensure_one()
        waits = allow_deferred_sending and self._tierslieu_mails_wait()
        send = super()._send_order_notification_mail
        if mail_template != self._get_confirmation_template() or waits or not self._tierslieu_is_join():
            return send(mail_template, allow_deferred_sending=allow_deferred_sending)
        if not self._tierslieu_is_adhesion():
            send(mail_template, allow_deferred_sending=allow_deferred_sending)
        return self._tierslieu_welcome()

    def _tierslieu_bought_lines(self):
        """Return [(what, when or where)] of what makes a member in this order, besides adhesions invoiced by now."""
        lines, said = self.sudo().order_line, []
        if not self._tierslieu_joined():
            for line in lines._tierslieu_adhesion_lines():
                product = line.product_id.product_tmpl_id
                said.append((product.name, product._tierslieu_adhesion_said()))
        for line in lines._tierslieu_plan_lines().filtered("tierslieu_contract_id"):
            said.append((line.name, line.tierslieu_contract_id.tierslieu_units or ""))
        return said + [(lot._granted_said(), "") for lot in self._tierslieu_granted()]


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Open for who paid what can still be had, give the rest back at once, and tell."""
        joins = self.sale_order_ids.filtered(lambda one: one.state in ("draft", "sent") and one._tierslieu_is_join())
        lost = {}
        for order in joins:
            order._tierslieu_take_buyer()
            if order._is_confirmation_amount_reached():
                lost[order] = order._tierslieu_settle_join()
        confirmed = super()._check_amount_and_confirm_order()
        for order, said in lost.items():
            if said and order.state in ("sale", "cancel"):
                order._tierslieu_give_back_excess()
                order._tierslieu_tell_not_had(said)
        self._tierslieu_link_cautions()
        return confirmed

    def _invoice_sale_orders(self):
        result = super()._invoice_sale_orders()
        self._tierslieu_link_cautions()
        return result

    def _tierslieu_link_cautions(self):
        """Let a payment pay the receipts of the cautions that its order asked for."""
        for tx in self:
            moves = tx.sale_order_ids.sudo().order_line.tierslieu_contract_id.tierslieu_caution_move_id
            new = moves - tx.invoice_ids
            if new:
                # It is no invoice: nothing of it is mailed by itself.
                new.is_move_sent = True
                tx.invoice_ids = [Command.link(move.id) for move in new]
