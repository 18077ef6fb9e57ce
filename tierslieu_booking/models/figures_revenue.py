from odoo import fields, models
from odoo.tools import SQL


class RevenueFigures(models.Model):
    """What bookings earned, as the books say it: one row per line of a posted document.

    The amount of a line is its balance in the ledger: tax excluded, in the
    currency of the company, a credit note below zero, on the accounting date of
    its document. All of these lines together are thus the turnover of the
    products of the price grid, to the cent. A line that somebody wrote by hand
    with one of these products, without a booking, has no space; it counts for
    the place when the company has a single one.
    """

    _name = "tierslieu.figures.revenue"
    _description = "Revenue figures"
    _inherit = "tierslieu.figures"
    _auto = False
    _rec_name = "document"
    _depends = {
        "account.move": ["name", "state", "move_type"],
        "account.move.line": [
            "move_id", "balance", "date", "product_id", "partner_id", "display_type",
            "sale_line_ids", "parent_state",
        ],
        "sale.order.line": ["tierslieu_booking_id", "invoice_lines"],
        "tierslieu.booking": ["space_id", "place_id", "profile_id"],
        "tierslieu.rate": ["product_id"],
        "tierslieu.space": ["kind"],
        "tierslieu.place": ["company_id"],
    }

    currency_id = fields.Many2one(related="company_id.currency_id")
    document = fields.Char(string="Invoice or credit note", readonly=True)
    booking_id = fields.Many2one("tierslieu.booking", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    profile_id = fields.Many2one("tierslieu.profile", string="Fare", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    amount = fields.Monetary(
        string="Revenue excl. VAT", readonly=True,
        help="Posted invoices less credit notes, tax excluded, on the day of the document.",
    )

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    def _select(self):
        return SQL(
            """
            SELECT l.id, l.date, EXTRACT(ISODOW FROM l.date)::text AS weekday, l.company_id,
                   COALESCE(b.place_id, (
                     SELECT MIN(p.id) FROM tierslieu_place p
                      WHERE p.company_id = l.company_id HAVING COUNT(*) = 1)) AS place_id,
                   b.space_id, s.kind, b.id AS booking_id, b.profile_id, l.partner_id,
                   l.product_id, m.name AS document, -l.balance AS amount
            """
        )

    def _from(self):
        # A line that several order lines share counts once, with the first of them.
        return SQL(
            """
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              LEFT JOIN LATERAL (
                SELECT o.tierslieu_booking_id AS id FROM sale_order_line_invoice_rel r
                  JOIN sale_order_line o ON o.id = r.order_line_id
                 WHERE r.invoice_line_id = l.id AND o.tierslieu_booking_id IS NOT NULL
                 ORDER BY o.id LIMIT 1) sold ON TRUE
              LEFT JOIN tierslieu_booking b ON b.id = sold.id
              LEFT JOIN tierslieu_space s ON s.id = b.space_id
            """
        )

    def _where(self):
        return SQL(
            """
             WHERE l.parent_state = 'posted' AND l.display_type = 'product'
               AND m.move_type IN ('out_invoice', 'out_refund')
               AND (b.id IS NOT NULL OR l.product_id IN (SELECT product_id FROM tierslieu_rate))
            """
        )
