from odoo import models


class Integrity(models.AbstractModel):
    """The promises of cards that are charged."""

    _inherit = "tierslieu.integrity"

    def _checks(self):
        _ = self.env._
        return [
            *super()._checks(),
            {
                "name": _("A card is charged once for an invoice"),
                "explanation": _("What cards were charged for an invoice is more than its total."),
                "sql": """
                    SELECT c.id, m.id FROM tierslieu_charge c
                      JOIN account_move m ON m.id = c.move_id
                      JOIN payment_transaction t ON t.tierslieu_charge_id = c.id
                       AND t.state IN ('draft', 'pending', 'authorized', 'done')
                     GROUP BY c.id, m.id
                    HAVING SUM(t.amount) > m.amount_total + 0.005
                """,
            },
            {
                "name": _("No card is kept without consent"),
                "explanation": _("A card is kept for a subscription, and nobody agreed to it."),
                "sql": """
                    SELECT id FROM contract_contract
                     WHERE tierslieu_token_id IS NOT NULL
                       AND (tierslieu_card_consent_on IS NULL OR tierslieu_card_consent_by IS NULL)
                """,
            },
            {
                "name": _("A card pays for its owner"),
                "explanation": _("A subscription is charged to the card of somebody else."),
                "sql": """
                    SELECT c.id, t.id FROM contract_contract c
                      JOIN payment_token t ON t.id = c.tierslieu_token_id
                      JOIN res_partner owner ON owner.id = t.partner_id
                      JOIN res_partner payer ON payer.id = COALESCE(c.invoice_partner_id, c.partner_id)
                     WHERE owner.commercial_partner_id != payer.commercial_partner_id
                """,
            },
        ]
