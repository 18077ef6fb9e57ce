from odoo import api, fields, models

from .seat_ledger import STANDS


class Integrity(models.AbstractModel):
    _inherit = "tierslieu.integrity"

    @api.model
    def _checks(self):
        return [
            *super()._checks(),
            {
                "name": self.env._("Seats are counted as they are claimed"),
                "explanation": self.env._("The number of seats claimed is not that of the claims."),
                "sql": """
                    SELECT p.id, p.key, p.used, COUNT(c.id) FROM tierslieu_seat_pool p
                      LEFT JOIN tierslieu_seat_claim c ON c.pool_id = p.id
                     GROUP BY p.id HAVING p.used != COUNT(c.id)
                """,
            },
            {
                "name": self.env._("Each registration has its seat"),
                "explanation": self.env._("A registration stands and has claimed no seat of its event or slot."),
                "sql": f"""
                    SELECT r.id, r.event_id FROM event_registration r
                      LEFT JOIN sale_order o ON o.id = r.sale_order_id
                     WHERE {STANDS} AND NOT EXISTS (
                         SELECT FROM tierslieu_seat_claim c JOIN tierslieu_seat_pool p ON p.id = c.pool_id
                          WHERE c.token = r.tierslieu_seat_token AND p.event_id = r.event_id
                            AND p.kind = CASE WHEN r.event_slot_id IS NULL THEN 'event' ELSE 'slot' END)
                """,  # noqa: S608 - our own SQL
                "values": {"now": fields.Datetime.now()},
            },
        ]
