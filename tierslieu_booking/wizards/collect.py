from odoo import api, fields, models
from odoo.exceptions import UserError


class Collect(models.TransientModel):
    """The till of the reception: a payment taken for bookings, by cash, card or cheque.

    A host keeps no accounts: the invoice and its payment are written with
    the rights of the system, from the bookings' frozen price alone.
    """

    _name = "tierslieu.collect"
    _description = "Payment at the desk"

    booking_ids = fields.Many2many("tierslieu.booking", required=True)
    currency_id = fields.Many2one(related="booking_ids.currency_id")
    amount = fields.Monetary(compute="_compute_amount", string="To pay")
    journal = fields.Selection(
        selection="_selection_journal",
        string="Paid by",
        required=True,
        default=lambda self: (self._selection_journal() or [(False, "")])[0][0],
    )
    memo = fields.Char(help="For example the number of the cheque.")

    @api.model
    def _selection_journal(self):
        journals = self.env["account.journal"].sudo().search(
            [("type", "in", ("cash", "bank")), ("company_id", "=", self.env.company.id)],
            order="type desc, sequence, id",
        )
        return [(str(journal.id), journal.name) for journal in journals]

    @api.depends("booking_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.booking_ids._to_settle()._amount_due()

    def action_collect(self):
        """Invoice what is not invoiced yet, and register the payment of the whole."""
        self.ensure_one()
        bookings = self.booking_ids._to_settle()
        bookings._require_staff()
        to_invoice = bookings.filtered(lambda b: b.payment_status == "to_invoice")
        if to_invoice:
            to_invoice._invoice()
        invoices = bookings._open_invoices()
        if not invoices:
            raise UserError(self.env._("There is nothing left to pay."))
        self.env["account.payment.register"].sudo().with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create(
            {
                "journal_id": int(self.journal),
                "group_payment": True,
                "communication": self.memo or ", ".join(invoices.mapped("name")),
            }
        )._create_payments()
        return {"type": "ir.actions.act_window_close"}
