from odoo import models


class Integrity(models.AbstractModel):
    _inherit = "tierslieu.integrity"

    def _checks(self):
        """Add the promises of occupancies, bookings, prices and refunds."""
        _ = self.env._
        return [
            *super()._checks(),
            {
                "name": _("A unit is held once at a time"),
                "explanation": _("Two live occupancies of one unit overlap."),
                "sql": """
                    SELECT a.id, b.id FROM tierslieu_occupancy a
                      JOIN tierslieu_occupancy b ON a.unit_id = b.unit_id AND a.id < b.id
                       AND tsrange(a.start, a.stop) && tsrange(b.start, b.stop)
                     WHERE a.state IN ('hold', 'firm') AND b.state IN ('hold', 'firm')
                """,
            },
            {
                "name": _("The guard against double booking is in place"),
                "explanation": _(
                    "The database lost the constraint that keeps occupancies apart:"
                    " update the module before anything else."
                ),
                "sql": """
                    SELECT 'tierslieu_occupancy_no_overlap'
                     WHERE NOT EXISTS (
                        SELECT FROM pg_constraint
                         WHERE conname = 'tierslieu_occupancy_no_overlap' AND contype = 'x')
                """,
            },
            {
                "name": _("A confirmed booking has its units"),
                "explanation": _(
                    "A confirmed booking has no firm occupancy, or one that is not firm."
                ),
                "sql": """
                    SELECT b.id, b.name FROM tierslieu_booking b
                     WHERE b.state IN ('confirmed', 'in_use', 'done') AND NOT EXISTS (
                        SELECT FROM tierslieu_occupancy o
                         WHERE o.booking_id = b.id AND o.state = 'firm')
                        OR b.state IN ('confirmed', 'in_use', 'done') AND EXISTS (
                        SELECT FROM tierslieu_occupancy o
                         WHERE o.booking_id = b.id AND o.state = 'hold')
                """,
            },
            {
                "name": _("Only live bookings hold units"),
                "explanation": _(
                    "An occupancy is firm though its booking is not, or on hold though its"
                    " booking is neither on hold."
                ),
                "sql": """
                    SELECT o.id, b.name, b.state FROM tierslieu_occupancy o
                      JOIN tierslieu_booking b ON b.id = o.booking_id
                     WHERE o.state = 'firm' AND b.state NOT IN ('confirmed', 'in_use', 'done')
                        OR o.state = 'hold' AND b.state != 'hold'
                """,
            },
            {
                "name": _("The price of a booking is the sum of its lines"),
                "explanation": _("The total of a booking differs from its frozen lines."),
                "sql": """
                    SELECT b.id, b.name FROM tierslieu_booking b
                     WHERE b.state != 'draft' AND COALESCE(b.amount_total, 0) != (
                        SELECT COALESCE(SUM(l.amount), 0) FROM tierslieu_booking_line l
                         WHERE l.booking_id = b.id)
                """,
            },
            {
                "name": _("An order carries the price of its booking"),
                "explanation": _(
                    "The order lines of a live booking do not add up to the booking's price."
                ),
                "sql": """
                    SELECT b.id, b.name FROM tierslieu_booking b
                      JOIN sale_order_line l ON l.tierslieu_booking_id = b.id
                      JOIN sale_order s ON s.id = l.order_id AND s.state != 'cancel'
                     WHERE b.state IN ('hold', 'confirmed', 'in_use', 'done')
                     GROUP BY b.id HAVING ROUND(SUM(l.price_total)::numeric, 2)
                        != ROUND(b.amount_total::numeric, 2)
                """,
            },
            {
                "name": _("No payment is given back twice"),
                "explanation": _("The refunds of a payment exceed what was paid."),
                "sql": """
                    SELECT t.id, t.reference FROM payment_transaction t
                      JOIN tierslieu_refund r ON r.transaction_id = t.id AND r.state != 'failed'
                     GROUP BY t.id HAVING SUM(r.amount) > t.amount
                """,
            },
        ]
