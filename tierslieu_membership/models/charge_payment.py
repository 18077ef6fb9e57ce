from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .charge import LIVE


class AccountMove(models.Model):
    _inherit = "account.move"

    tierslieu_charge_ids = fields.One2many("tierslieu.charge", "move_id", string="Charges to a card")

    def _tierslieu_is_of_plan(self):
        """Return whether it invoices a subscription to a plan."""
        return bool(self.sudo().invoice_line_ids.contract_line_id.contract_id.filtered("tierslieu_plan_id"))


class PaymentTransaction(models.Model):
    """Payments that charges made, and cards that people let us keep as they pay."""

    _inherit = "payment.transaction"

    tierslieu_charge_id = fields.Many2one(
        "tierslieu.charge", string="Charge", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    # Whatever our code does: a charge has one payment under way.
    _tierslieu_one_live = models.UniqueIndex(
        "(tierslieu_charge_id) WHERE state IN ('draft', 'pending', 'authorized')",
        "A payment of this charge is under way already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Let nobody pay by hand what is being charged to a card at the same moment."""
        transactions = super().create(vals_list)
        by_hand = transactions.filtered(lambda tx: tx.invoice_ids and not tx.tierslieu_charge_id)
        by_hand.sudo()._tierslieu_check_not_charged()
        return transactions

    def _tierslieu_check_not_charged(self):
        moves = self.invoice_ids.filtered("tierslieu_charge_ids").sorted("id")
        if not moves:
            return
        # Meets the charge on the row of the invoice: one of the two begins again.
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE account_move SET id = id WHERE id IN %s", tuple(moves.ids)), log_exceptions=False
        )
        if moves.tierslieu_charge_ids.transaction_ids.filtered(lambda tx: tx.state in LIVE):
            raise ValidationError(
                self.env._("This invoice is being charged to your card: look at it again in a while.")
            )

    def _post_process(self):
        """Keep the card of who asked for it as they paid for a subscription."""
        result = super()._post_process()
        for tx in self.filtered(lambda tx: tx.state == "done"):
            tx._tierslieu_keep_card()
            # Paid: what was to be charged for it no longer is.
            for charge in tx.sudo().invoice_ids.tierslieu_charge_ids - tx.sudo().tierslieu_charge_id:
                if charge.state in ("due", "failed", "stopped") and charge.residual <= 0:
                    charge._settle()
        return result

    def _tierslieu_keep_card(self):
        """Keep a new card for the subscriptions that it has just paid for.

        Its owner ticked the box of the payment form, under which stands what
        the card is kept for. A card that was known already has its own page.
        """
        tx = self.sudo()
        if not tx.token_id or tx.operation not in ("online_direct", "online_redirect"):
            return
        for contract in tx._tierslieu_subscriptions():
            if contract._tierslieu_may_have(tx.token_id):
                contract._tierslieu_keep_card(tx.token_id, tx.partner_id)

    def _tierslieu_subscriptions(self):
        """Return the subscriptions that a payment is for: those it opens, those whose invoices it pays."""
        invoiced = self.invoice_ids.invoice_line_ids.contract_line_id.contract_id
        return invoiced.filtered("tierslieu_plan_id") | self.sale_order_ids._tierslieu_plan_contracts()


class PaymentToken(models.Model):
    _inherit = "payment.token"

    def _handle_archiving(self):
        """Charge no card that its owner has deleted."""
        result = super()._handle_archiving()
        self.env["contract.contract"].sudo().search(
            [("tierslieu_token_id", "in", self.ids)]
        )._tierslieu_drop_card()
        return result
