from odoo import fields, models
from odoo.fields import Command

from .account_move import computation_key


class SaleOrderLine(models.Model):
    """What invoices say of order lines, taken back and replaced by one document of the difference."""

    _inherit = "sale.order.line"

    def _tierslieu_charged_by(self):
        """Return the last posted document that charged this line: no credit note of an accountant does."""
        self.ensure_one()
        posted = self.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move.is_sale_document() and not move._tierslieu_is_by_hand()
        )
        return posted.sorted("id")[-1:]

    def _tierslieu_invoiced_net(self):
        """Return what posted documents charge of these lines, less what they take back, tax included."""
        return self.invoice_lines.filtered(lambda line: line.parent_state == "posted")._tierslieu_net()

    def _tierslieu_post_difference(self, quantities, ref, again=()):
        """Post one document that charges these lines, less what was charged of others.

        Its taxes are those of the documents that it corrects: together they
        are those of the price.

        :param quantities: {order line: quantity invoiced, to take back}
        :param ref: what the document says it is
        :param again: [(order line, quantity)] charged again as they were
        :return: the posted invoice or credit note
        """
        source = list(quantities)[-1]._tierslieu_charged_by()
        orders = self.env["sale.order"].sudo().union(*(line.order_id for line in quantities))
        move = (
            source.browse()
            .with_company(source.company_id)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": source.partner_id.id,
                    "partner_shipping_id": source.partner_shipping_id.id,
                    "journal_id": source.journal_id.id,
                    "currency_id": source.currency_id.id,
                    "fiscal_position_id": source.fiscal_position_id.id,
                    "invoice_user_id": source.invoice_user_id.id,
                    "team_id": source.team_id.id,
                    "invoice_date": fields.Date.context_today(source),
                    "invoice_origin": ", ".join(orders.mapped("name")),
                    "ref": ref,
                    "invoice_line_ids": [
                        Command.create(line._prepare_invoice_line(quantity=1)) for line in self
                    ]
                    + [
                        Command.create(line._tierslieu_charged_again(quantity)) for line, quantity in again
                    ]
                    + [
                        Command.create(line._tierslieu_taken_back(quantity))
                        for line, quantity in quantities.items()
                    ],
                }
            )
        )
        if move.amount_total < 0:
            move.action_switch_move_type()
            move.reversed_entry_id = source
        move.action_post()
        return move

    def _tierslieu_taken_back(self, quantity):
        """Return the invoice line that takes back so much of this line, as it was invoiced."""
        source = self._tierslieu_charged_by()
        return self._tierslieu_charged_again(-quantity) | {
            "extra_tax_data": {"computation_key": computation_key(source)}
        }

    def _tierslieu_charged_again(self, quantity):
        """Return an invoice line of so much of this line, at the price of its last invoice."""
        charged = (self.invoice_lines & self._tierslieu_charged_by().invoice_line_ids)[-1:]
        return self._prepare_invoice_line(
            quantity=quantity,
            price_unit=charged.price_unit,
            discount=charged.discount,
            tax_ids=[Command.set(charged.tax_ids.ids)],
            account_id=charged.account_id.id,
            analytic_distribution=charged.analytic_distribution,
        )
