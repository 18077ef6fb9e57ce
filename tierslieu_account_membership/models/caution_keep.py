from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class Contract(models.Model):
    """A caution that is kept, wholly or in part: income, and the rest given back.

    Without VAT it is an entry, D 165100 / C 758000, and no document of sale. With
    VAT the law wants an invoice, which what was held pays: D 165100 / C 411.
    """

    _inherit = "contract.contract"

    tierslieu_caution_kept_ids = fields.Many2many(
        "account.move", "tierslieu_contract_caution_kept", string="Cautions kept", readonly=True, copy=False
    )

    def _tierslieu_caution_paid(self):
        """Return what is held of the caution and was paid: no more can be kept."""
        self.ensure_one()
        contract = self.sudo()
        posted = contract.tierslieu_caution_move_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_receipt"
        )
        held = contract._tierslieu_caution_held() - sum(posted.mapped("amount_residual"))
        return max(0.0, contract.currency_id.round(held))

    def action_keep_caution_amount(self, amount, reason):
        """Keep so much of the caution, once the subscription is over, and give the rest back.

        :param amount: tax included where there is a tax, above zero
        :param reason: why, for the entry and for the history of the subscription
        :return: the entry or invoice of what is kept
        :raises UserError: one sentence
        """
        self.ensure_one()
        contract = self._tierslieu_require_team()
        if not self.env.su and not self.env.user.has_group("tierslieu_base.group_manager"):
            raise AccessError(self.env._("Only a manager keeps a caution."))
        reason = self.env["tierslieu.override"]._checked_reason(reason)
        amount = contract._tierslieu_checked_kept(amount, reason)
        kept = contract._tierslieu_keep_caution(amount, reason)
        contract._tierslieu_give_caution_back()
        contract.tierslieu_caution_kept = False
        contract._message_log(
            body=self.env._(
                "%(amount)s of the caution is kept: %(reason)s",
                amount=contract.currency_id.format(amount), reason=reason,
            )
        )
        return kept

    def _tierslieu_checked_kept(self, amount, reason):
        _ = self.env._
        if not self.date_end or self.date_end >= self._tierslieu_today():
            raise UserError(_("A caution is kept once the subscription is over."))
        if not reason:
            raise UserError(_("Say why the caution is kept."))
        currency, paid = self.currency_id, self._tierslieu_caution_paid()
        amount = currency.round(float(amount or 0.0))
        if amount <= 0:
            raise UserError(_("Say how much is kept; to keep nothing, give the caution back."))
        if currency.compare_amounts(amount, paid) > 0:
            raise UserError(
                _("No more can be kept than what was paid: %(amount)s.", amount=currency.format(paid))
            )
        return amount

    def _tierslieu_keep_caution(self, amount, reason):
        """Post what is kept; return the entry, or the invoice where there is VAT."""
        company = self.company_id
        tax = company.tierslieu_caution_kept_tax_id
        said = self.env._("Caution kept, %(plan)s: %(reason)s", plan=self.tierslieu_plan_id.name, reason=reason)
        if not tax:
            kept = self._tierslieu_kept_entry(amount, said)
            self.tierslieu_caution_move_ids |= kept
        else:
            kept = self._tierslieu_kept_invoice(amount, tax, said)
            asked = self.tierslieu_caution_move_ids.filtered(lambda move: move.move_type == "out_receipt")
            paid = self._tierslieu_caution_entry("out_refund", amount, said, asked[-1:])
            self.tierslieu_caution_move_ids |= paid
            self._tierslieu_match(kept | paid)
        self.tierslieu_caution_kept_ids |= kept
        return kept

    def _tierslieu_kept_entry(self, amount, said):
        """Post D 165100 / C 758000 in the journal of miscellaneous operations."""
        company = self.company_id
        moves = self.env["account.move"].sudo().with_company(company)
        journal = self.env["account.journal"].sudo().search(
            [("type", "=", "general"), ("company_id", "=", company.id)], order="sequence, id", limit=1
        )
        partner = (self.invoice_partner_id or self.partner_id).commercial_partner_id
        common = {"name": said, "partner_id": partner.id}
        move = moves.create(
            {
                "move_type": "entry", "journal_id": journal.id, "company_id": company.id,
                "date": self._tierslieu_today(), "ref": self.code or self.name,
                "line_ids": [
                    Command.create(
                        {**common, "debit": amount, "account_id": company._tierslieu_caution_account().id}
                    ),
                    Command.create(
                        {**common, "credit": amount, "account_id": company._tierslieu_caution_kept_account().id}
                    ),
                ],
            }
        )
        move.action_post()
        return move

    def _tierslieu_kept_invoice(self, amount, tax, said):
        """Post an invoice of so much, tax included."""
        company = self.company_id
        price = amount
        if not tax.price_include:
            price = tax._get_tax_details(
                amount, 1.0, self.currency_id.rounding, special_mode="total_included"
            )["total_excluded"]
        move = self.env["account.move"].sudo().with_company(company).create(
            {
                "move_type": "out_invoice", "company_id": company.id,
                "partner_id": (self.invoice_partner_id or self.partner_id).id,
                "invoice_date": self._tierslieu_today(), "invoice_origin": self.name, "ref": self.code,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": said, "quantity": 1.0, "price_unit": price, "tax_ids": [Command.set(tax.ids)],
                            "account_id": company._tierslieu_caution_kept_account().id,
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move

    def action_open_keep_caution(self):
        """Open what a manager decides about the caution."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_account_membership.action_caution_keep")
        return action | {"context": {"default_contract_id": self.id, "dialog_size": "medium"}}
