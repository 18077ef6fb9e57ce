from odoo import models


class Integrity(models.AbstractModel):
    """The promises of subscriptions."""

    _inherit = "tierslieu.integrity"

    def _checks(self):
        _ = self.env._
        return [
            *super()._checks(),
            {
                "name": _("Each day of a subscription is invoiced once"),
                "explanation": _("Two invoices that stand ask for the same day of a subscription."),
                "sql": """
                    SELECT a.id, b.id FROM account_move_line a
                      JOIN account_move_line b ON b.contract_line_id = a.contract_line_id AND a.id < b.id
                       AND daterange(a.tierslieu_first, a.tierslieu_last, '[]')
                           && daterange(b.tierslieu_first, b.tierslieu_last, '[]')
                     WHERE a.tierslieu_billed AND b.tierslieu_billed
                       AND a.parent_state != 'cancel' AND b.parent_state != 'cancel'
                """,
            },
            {
                "name": _("Stretches of a subscription follow each other"),
                "explanation": _("Two stretches of one subscription share a day."),
                "sql": """
                    SELECT a.contract_id, a.id, b.id FROM contract_line a
                      JOIN contract_line b ON b.contract_id = a.contract_id AND a.id < b.id
                       AND daterange(a.date_start, a.date_end, '[]') && daterange(b.date_start, b.date_end, '[]')
                     WHERE a.tierslieu_cycle IS NOT NULL AND b.tierslieu_cycle IS NOT NULL
                       AND NOT COALESCE(a.is_canceled, FALSE) AND NOT COALESCE(b.is_canceled, FALSE)
                """,
            },
            {
                "name": _("Who ended a subscription holds no unit of it"),
                "explanation": _("A unit is held for a subscription after its last day."),
                "sql": """
                    SELECT c.id, o.id FROM contract_contract c
                      JOIN tierslieu_occupancy o ON o.contract_id = c.id AND o.state IN ('hold', 'firm')
                     -- One that is ended late keeps its unit until that day.
                     WHERE c.date_end IS NOT NULL AND (o.stop IS NULL
                        OR o.stop > GREATEST(c.date_end, o.write_date) + INTERVAL '2 days')
                """,
            },
            {
                "name": _("A subscription to a desk has its desk"),
                "explanation": _("A subscription that runs holds no unit of the space of its plan."),
                "sql": """
                    SELECT c.id, p.space_id FROM contract_contract c
                      JOIN contract_line l ON l.contract_id = c.id AND l.date_end IS NULL
                       AND NOT COALESCE(l.is_canceled, FALSE)
                      JOIN tierslieu_plan p ON p.id = l.tierslieu_plan_id AND p.space_id IS NOT NULL
                     WHERE c.active AND NOT EXISTS (
                        SELECT FROM tierslieu_occupancy o
                          JOIN tierslieu_space_tierslieu_unit_rel r ON r.tierslieu_unit_id = o.unit_id
                         WHERE o.contract_id = c.id AND o.state = 'firm' AND o.stop IS NULL)
                """,
            },
            {
                "name": _("A plan that is ordered and kept has its subscription"),
                "explanation": _("An order is confirmed with a plan that opened no subscription."),
                "sql": """
                    SELECT o.name, l.id FROM sale_order_line l
                      JOIN sale_order o ON o.id = l.order_id
                     WHERE o.state = 'sale' AND l.tierslieu_plan_id IS NOT NULL
                       AND l.product_uom_qty > 0 AND l.tierslieu_contract_id IS NULL
                """,
            },
        ]
