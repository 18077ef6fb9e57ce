from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Command


class AccountMove(models.Model):
    """Adhesions follow their invoice, whatever is done with it.

    OCA's `membership` writes states by itself at each act; they are put right
    after it, from what the documents say.
    """

    _inherit = "account.move"

    def _tierslieu_adhesions(self):
        """Return the adhesions of these invoices, and of those that these credit notes are about."""
        return self._tierslieu_memberships(self | self.reversed_entry_id).filtered("tierslieu_scope")

    @api.model
    def _tierslieu_memberships(self, invoices):
        """Return what these invoices charge of OCA's `membership`: without a reading of all their lines."""
        return self.env["membership.membership_line"].sudo().search(
            [("account_invoice_line_id.move_id", "in", invoices.ids)]
        )

    def _compute_payment_state(self):
        """Tell adhesions what they follow from: whatever becomes of an invoice is seen here."""
        result = super()._compute_payment_state()
        documents = self._origin | self._origin.reversed_entry_id
        if documents:
            self._tierslieu_memberships(documents)._tierslieu_invoice_changed()
        return result

    def _tierslieu_follow(self):
        """Bring the adhesions of these documents to what they say."""
        for line in self._tierslieu_adhesions():
            line.state = line._tierslieu_state()
            if line.date_cancel != line.tierslieu_credited_on:
                line.date_cancel = line.tierslieu_credited_on

    def _post(self, soft=True):
        """Count the time of adhesions from the date of the invoice, the first time that it is posted."""
        first = self.filtered(lambda move: move.move_type == "out_invoice" and not move.posted_before)
        # What was paid by now is known as such before a credit note changes it.
        self._tierslieu_adhesions().mapped("tierslieu_paid_on")
        posted = super()._post(soft)
        (posted & first)._tierslieu_adhesions()._tierslieu_count_period()
        posted._tierslieu_follow()
        return posted

    def action_post(self):
        result = super().action_post()
        self._tierslieu_follow()
        return result

    def button_draft(self):
        result = super().button_draft()
        self._tierslieu_follow()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._tierslieu_follow()
        return result

    def write(self, vals):
        """Leave who is covered as it is when an invoice changes hands: all but the one it was for."""
        before = {}
        if "partner_id" in vals:
            before = {line: line.partner_id for line in self._tierslieu_adhesions() if line.account_invoice_id in self}
        result = super().write(vals)
        for line, partner in before.items():
            line._tierslieu_change_holder(partner, line.account_invoice_id.partner_id)
        return result


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _prepare_membership_line_vals(self, **kwargs):
        values = super()._prepare_membership_line_vals(**kwargs)
        if not self.product_id.tierslieu_adhesion:
            return values
        return values | self._tierslieu_adhesion_values()

    def _tierslieu_adhesion_values(self):
        """Return what makes the adhesion that this line charges: for whom, from when to when."""
        adhesions, product = self.env["membership.membership_line"], self.product_id
        scope = product.tierslieu_adhesion_for
        holder = adhesions._tierslieu_holder(self.move_id.partner_id, scope)
        day = self.move_id.invoice_date or self.move_id.company_id.sudo()._tierslieu_today()
        first, last = adhesions._tierslieu_period(product, holder, day)
        ordered = self.sale_line_ids.filtered(lambda line: line.product_id == product)[:1]
        covered = ordered.sudo().tierslieu_covered_ids if scope == "family" else holder
        return {
            "partner_id": holder.id,
            "member_price": self.price_total,
            "date": day,
            "date_from": first,
            "date_to": last,
            "tierslieu_scope": scope,
            "tierslieu_covered_ids": [Command.set((covered or holder).ids)],
            "tierslieu_sale_line_id": ordered.id,
        }

    def _create_membership_line(self):
        """Make no adhesion of a deduction, nor a second one of an order that gave one for nothing."""
        none = self.filtered(
            lambda line: line.product_id.tierslieu_adhesion
            and (
                line.quantity <= 0
                or line.sale_line_ids.sudo().tierslieu_adhesion_ids.filtered(lambda one: one.state == "free")
            )
        )
        return super(AccountMoveLine, self - none)._create_membership_line()

    def write(self, vals):
        """Let go of the adhesion of a line that charges something else now."""
        result = super().write(vals)
        if "product_id" in vals:
            stale = self.membership_line_ids.filtered(
                lambda line: line.tierslieu_scope and line.membership_id != line.account_invoice_line_id.product_id
            )
            if stale:
                stale.with_context(allow_membership_line_unlink=True).unlink()
                self._create_membership_line()
        return result

    @api.constrains("product_id", "price_unit", "discount", "quantity", "tax_ids")
    def _check_tierslieu_adhesion(self):
        """Hold invoices to what an adhesion is: its floor, no tax on a fee, one of it a line."""
        for line in self.filtered(lambda line: line.product_id.tierslieu_adhesion):
            product = line.product_id.product_tmpl_id
            if line.move_id.is_sale_document() and product.tierslieu_untaxed and line.tax_ids:
                raise ValidationError(
                    self.env._("%(adhesion)s is a fee without counterpart: it bears no tax.", adhesion=product.name)
                )
            if line.move_id.move_type == "out_invoice" and line.quantity > 0:
                if line.quantity > 1:
                    raise ValidationError(
                        self.env._("%(adhesion)s: one a line, each with who it is for.", adhesion=product.name)
                    )
                amount = line.price_unit * (1 - line.discount / 100)
                product._tierslieu_check_amount(amount, line.currency_id)
