from odoo import api, fields, models
from odoo.exceptions import UserError


class Collect(models.TransientModel):
    """A payment taken at the desk: of bookings, from their frozen price alone, or of packs on account."""

    _name = "tierslieu.collect"
    _inherit = "tierslieu.cash.desk"
    _description = "Payment at the desk"

    booking_ids = fields.Many2many("tierslieu.booking")
    lot_ids = fields.Many2many("tierslieu.credit.lot", string="Packs")
    currency_id = fields.Many2one("res.currency", compute="_compute_amount")
    amount = fields.Monetary(compute="_compute_amount", string="To pay")
    credits_offer = fields.Char(compute="_compute_credits_offer", string="Credits can pay")
    use_credits = fields.Boolean(
        string="Pay with credits", help="What the credits of the member can pay is drawn from them; the rest is due."
    )

    @api.model
    def _open_till(self, **context):
        """Return the action that opens the till.

        :param context: what is to be paid, as default values
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take the payment"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    @api.depends("booking_ids")
    def _compute_credits_offer(self):
        """Say what credits can pay of bookings that no invoice fixes yet."""
        for wizard in self:
            quotes = wizard.booking_ids._to_settle()._credit_quotes()
            wizard.credits_offer = wizard.booking_ids._say_credit_offers(quotes)

    @api.depends("booking_ids", "lot_ids", "use_credits")
    def _compute_amount(self):
        for wizard in self:
            bookings = wizard.booking_ids._to_settle()
            due = bookings._amount_due() + sum(wizard.lot_ids._open_invoices().mapped("amount_residual"))
            if wizard.use_credits:
                due -= sum(
                    booking.amount_total - quote["total"]
                    for booking, quote in bookings._credit_quotes().items()
                )
            company = wizard.booking_ids.company_id | wizard.lot_ids.company_id
            wizard.currency_id = (company[:1] or self.env.company).currency_id
            wizard.amount = due

    def action_collect(self):
        """Invoice what is not invoiced yet, and register the payment of the whole."""
        self.ensure_one()
        self._require_host()
        self.lot_ids.check_access("read")
        bookings = self.booking_ids._to_settle()
        bookings._require_staff()
        paid = self.use_credits and bookings._pay_with_credits()
        to_invoice = bookings.filtered(lambda b: b.payment_status == "to_invoice")
        if to_invoice:
            to_invoice._invoice()
        invoices = bookings._open_invoices() | self.lot_ids._open_invoices()
        if not (invoices or paid):
            raise UserError(self.env._("There is nothing left to pay."))
        if invoices:
            self._take(invoices)
        return {"type": "ir.actions.act_window_close"}
