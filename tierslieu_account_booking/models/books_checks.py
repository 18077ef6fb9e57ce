from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# A month is invoiced in the days after it.
OLD = timedelta(days=30)


class Books(models.AbstractModel):
    """What bookings and packs say before a closing."""

    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        return [*super()._closing_checks(company, first, last), *self._booking_checks(company, first, last)]

    @api.model
    def _booking_checks(self, company, first, last):
        _ = self.env._
        ours = Domain("company_id", "=", company.id)
        until = min(
            fields.Datetime.to_datetime(fields.Date.add(last, days=1)), fields.Datetime.now() - OLD
        )
        invoiced = Domain("invoice_line_id.parent_state", "=", "posted") | Domain(
            "sale_line_id.invoice_lines", "any", [("parent_state", "=", "posted")]
        )
        checks = [
            (
                "bookings_to_invoice", _("Bookings over for a month and not invoiced"), "tierslieu.booking",
                ours & Domain("stop", ">=", fields.Datetime.to_datetime(first)) & Domain("stop", "<", until)
                & Domain("payment_status", "in", ["to_invoice"]),
                _("Ask the team to invoice them, or to give them up."), "tierslieu_account_booking.action_booking",
            ),
            (
                "packs_not_invoiced", _("Packs of credits that no invoice carries"), "tierslieu.credit.lot",
                ours & Domain("origin", "=", "pack") & ~invoiced,
                _("Ask the team to invoice their order: credits are used that nobody has paid for."),
                "tierslieu_account_booking.action_credit_lot",
            ),
        ]
        lines = ours & Domain("is_downpayment", "=", True) & Domain("display_type", "=", False) & Domain(
            "order_id.state", "=", "cancel"
        ) & Domain("untaxed_amount_invoiced", "!=", 0)
        orders = self.env["sale.order.line"].sudo().search(lines).order_id
        left = _("Down payments of orders that were cancelled")
        # Orders are not all read by an accountant; what they count is.
        return [
            {
                "key": key, "title": title, "blocking": False, "advice": advice,
                "count": self.env[model].sudo().search_count(domain),
                "action": self._books_list(title, model, domain, action=action),
            }
            for key, title, model, domain, advice, action in checks
        ] + [
            {
                "key": "down_payments", "title": left, "blocking": False, "count": len(orders),
                "advice": _("They stay on 419100: credit them and give them back, or keep them as the terms say."),
                "action": self._books_list(left, "sale.order", Domain("id", "in", orders.ids)),
            }
        ]
