from odoo import api, fields, models
from odoo.fields import Domain

from .booking_money import OWING_STATES


class Booking(models.Model):
    """A booking that was paid in the tool used before: its money is in other books.

    Nothing of it is invoiced here, and nothing goes back from here. Its price
    stays what was paid, wherever the team moves it.
    """

    _inherit = "tierslieu.booking"

    paid_elsewhere = fields.Boolean(
        string="Paid in the tool used before", readonly=True, copy=False,
        help="Nothing is invoiced or given back here.",
    )

    def _is_paid_elsewhere(self):
        return self.paid_elsewhere and not self.sale_line_ids

    @api.depends("paid_elsewhere")
    def _compute_payment_status(self):
        return super()._compute_payment_status()

    def _payment_status(self):
        if self._is_paid_elsewhere():
            owing = self.amount_total and self.state in OWING_STATES
            return "paid" if owing else "none"
        return super()._payment_status()

    def _search_payment_status(self, operator, value):
        domain = super()._search_payment_status(operator, value)
        if operator != "in":
            return domain
        elsewhere = Domain("paid_elsewhere", "=", True) & Domain("sale_line_ids", "=", False)
        owing = Domain("amount_total", "!=", 0) & Domain("state", "in", OWING_STATES)
        status = {"paid": elsewhere & owing, "none": elsewhere & ~owing}
        return ~elsewhere & domain | Domain.OR(status[key] for key in value if key in status)

    def _paid_amount(self):
        """Return nothing: what other books hold, these cannot give back."""
        return 0.0 if self.sudo()._is_paid_elsewhere() else super()._paid_amount()

    def _move_refusal(self):
        refusal = super()._move_refusal()
        if not refusal and self.sudo()._is_paid_elsewhere():
            return self.env._("This booking was paid before we changed tools: ask the team to move it.")
        return refusal

    def _extras_quote(self, chosen, beyond_rules=False):
        """Add nothing that costs more: no invoice of here would ask for it."""
        quote = super()._extras_quote(chosen, beyond_rules)
        total = sum(line["amount"] for line in quote["lines"])
        if self._is_paid_elsewhere() and self.currency_id.compare_amounts(total, self.amount_total) > 0:
            refusal = self.env._(
                "%(name)s was paid before we changed tools: sell apart what costs more.", name=self.name
            )
            return quote | {"errors": [*quote["errors"], refusal]}
        return quote

    def _reprice(self, quote):
        """Keep the price that was paid: a difference is settled with the team, by hand."""
        if self._is_paid_elsewhere():
            total = sum(line["amount"] for line in quote["lines"])
            if not quote["credits"] and not self.currency_id.compare_amounts(total, self.amount_total):
                # At the same price, its lines say what it is made of now.
                self._freeze(quote)
            return self.env["tierslieu.refund"].sudo(), self.env["account.move"].sudo()
        return super()._reprice(quote)
