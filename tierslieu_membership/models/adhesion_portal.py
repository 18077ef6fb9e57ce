from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.tools import say_day


class Adhesion(models.Model):
    """What a member sees of their adhesions."""

    _inherit = "membership.membership_line"

    @api.model
    def _tierslieu_portal(self, partner, company):
        """Return what the page of someone's adhesion shows.

        :return: dict: `state` and `until` (as `_tierslieu_sum_up`), `current` (the one that says so),
            `past` (all of them, the last first), `offers` (see `_tierslieu_offers`), `unpaid`
        """
        partner, company = partner.sudo(), company.sudo()
        partner = partner.with_company(company)
        lines = self.sudo()._tierslieu_seen(partner, company)
        covering = partner._tierslieu_adhesions_of(company, counting=False)[partner]
        state, until = covering._tierslieu_sum_up()
        current = covering.filtered(lambda line: line.tierslieu_status == state)[:1]
        return {
            "state": state,
            "until": until,
            "current": current,
            "lines": lines.sorted(lambda line: (line.date_to or line.create_date.date(), line.id), reverse=True),
            "unpaid": lines.filtered(lambda line: line.tierslieu_status == "unpaid"),
            "offers": self._tierslieu_offers(partner, company, current),
            "day": lambda date: say_day(self.env, date),
        }

    @api.model
    def _tierslieu_seen(self, partner, company):
        """Return the adhesions that someone sees: those that cover them and those that they hold."""
        mine = partner._tierslieu_adhesions_of(company, counting=False)[partner]
        held = self.search(
            [
                ("tierslieu_scope", "!=", False),
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.id),
            ]
        )
        return mine | held

    @api.model
    def _tierslieu_offers(self, partner, company, current):
        """Return what one may join or renew today, the one that is renewed first.

        :return: list of dicts: `product`, `price`, `floor` (None: the price is set), `said`, `renews`,
            `why` (a sentence when it cannot be bought)
        """
        products = self.env["product.template"]._tierslieu_adhesions_of(company, online=True)
        mine = current.membership_id.product_tmpl_id
        offers = []
        for product in (products & mine) | products:
            try:
                self._tierslieu_check_buyable(product, partner)
                why = ""
            except UserError as refusal:
                why = str(refusal)
            offers.append(
                {
                    "product": product,
                    "price": product._tierslieu_adhesion_price(partner),
                    "floor": product.tierslieu_floor if product.tierslieu_free_price else None,
                    "said": self._tierslieu_offer_said(product, partner, company, current),
                    "renews": product in mine,
                    "people": "\n".join(
                        (current.tierslieu_covered_ids - partner).mapped("name")
                    ) if product in mine else "",
                    "why": why,
                }
            )
        return offers

    @api.model
    def _tierslieu_offer_said(self, product, partner, company, current):
        """Say how long an adhesion is good for and for whom: for who has one already, from when to when.

        A renewal in the days of grace begins in the past, right after the former one.
        """
        today, time = company._tierslieu_today(), None
        if current:
            holder = self._tierslieu_holder(partner, product.tierslieu_adhesion_for)
            first, last = self._tierslieu_period(product, holder, today)
            if first != today:
                time = self.env._(
                    "From %(first)s to %(last)s", first=say_day(self.env, first), last=say_day(self.env, last)
                )
        return product.with_context(lang=self.env.lang)._tierslieu_adhesion_said(time)

    def _tierslieu_is_seen_by(self, partner):
        """Whether someone may look at an adhesion: who paid for it, or is covered by it."""
        self.ensure_one()
        line, partner = self.sudo(), partner.sudo()
        return partner in (line.partner_id | line.tierslieu_covered_ids) or (
            bool(line.tierslieu_entity_id) and partner.commercial_partner_id == line.tierslieu_entity_id
        )

    # -- The receipt

    def _tierslieu_has_receipt(self):
        """Whether a receipt may be given: what was paid, and not given back."""
        self.ensure_one()
        line = self.sudo()
        return line.state == "paid" and bool(line.account_invoice_id) and bool(line.member_price)

    def _tierslieu_payments(self):
        """Return [(date, means)] of what paid the invoice, the first one first.

        An entry in a journal of the bank or the cash pays it too: cheques banked together have no payment each.
        """
        found = []
        moves = self.sudo().account_invoice_id._get_reconciled_amls().move_id
        for move in moves.sorted(lambda one: (one.date, one.id)):
            payment = move.origin_payment_id
            if payment or move.journal_id.type in ("bank", "cash", "credit"):
                method = payment.payment_transaction_id.payment_method_id
                found.append((move.date, method.name or (payment or move).journal_id.name))
        return found

    def _tierslieu_received_on(self):
        """Return the date of the last payment, or the day from which it counted as paid."""
        payments = self._tierslieu_payments()
        return payments[-1][0] if payments else self.tierslieu_paid_on

    def _tierslieu_means(self):
        """Say how it was paid: “Caisse”, “Carte”."""
        means = list(dict.fromkeys(name for _date, name in self._tierslieu_payments() if name))
        return ", ".join(means) or self.env._("Set against what was owed")

    def _tierslieu_receipt_name(self):
        """Return the number of a receipt: that of its document, and its own."""
        self.ensure_one()
        return f"{self.sudo().account_invoice_id.name or ''}-{self.id}"

    def _tierslieu_amount_words(self):
        return self.currency_id.amount_to_text(self.member_price).lower() if self.currency_id else ""

    # -- Actions of the team

    def action_tierslieu_renew(self):
        """Open the form by which the host enters the renewal."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_membership.action_adhesion_sale")
        context = {
            "tierslieu_partner_id": self.partner_id.id,
            "default_product_id": self.membership_id.id,
            "dialog_size": "medium",
        }
        if self.tierslieu_scope == "family":
            context["default_covered_ids"] = [
                fields.Command.set((self.tierslieu_covered_ids - self.partner_id).ids)
            ]
        return action | {"context": context}

    def _tierslieu_open_invoices(self):
        """Return the posted invoices of these adhesions that are not fully paid, with the rights of the system."""
        return self.sudo().account_invoice_id._tierslieu_open_invoices()

    def action_tierslieu_collect(self):
        """Open the till for an adhesion that was invoiced."""
        self.check_access("read")
        return self.env["tierslieu.collect"]._open_till(default_adhesion_ids=self.ids)
