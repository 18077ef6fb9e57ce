from odoo import api, models


class Integrity(models.AbstractModel):
    """What always holds of adhesions."""

    _inherit = "tierslieu.integrity"

    @api.model
    def _checks(self):
        _ = self.env._
        return [
            *super()._checks(),
            {
                "name": _("Adhesions follow the payment of their invoice"),
                "explanation": _("An adhesion counts as paid while its invoice is not, or the other way round."),
                "sql": """
                    SELECT l.id, l.state, m.name, m.state, m.payment_state
                      FROM membership_membership_line l
                      JOIN account_move_line i ON i.id = l.account_invoice_line_id
                      JOIN account_move m ON m.id = i.move_id
                     WHERE l.tierslieu_scope IS NOT NULL
                       AND (
                            (l.state = 'paid') != (
                                m.state = 'posted' AND m.payment_state IN ('paid', 'in_payment')
                            ) AND l.state != 'canceled'
                            OR l.state = 'waiting' AND m.state != 'draft'
                            OR l.state = 'invoiced' AND m.state != 'posted'
                       )
                """,
            },
            {
                "name": _("An adhesion has its days, its members and its company"),
                "explanation": _("An adhesion that counts has no days, no members or no company."),
                "sql": """
                    SELECT l.id, l.state, l.date_from, l.date_to FROM membership_membership_line l
                     WHERE l.tierslieu_scope IS NOT NULL AND l.state IN ('paid', 'free', 'invoiced')
                       AND (l.date_from IS NULL OR l.date_to IS NULL OR l.company_id IS NULL
                            OR NOT EXISTS (SELECT 1 FROM tierslieu_adhesion_covered_rel r WHERE r.line_id = l.id))
                """,
            },
            {
                "name": _("What is given for nothing says why"),
                "explanation": _("A free adhesion has no reason."),
                "sql": """
                    SELECT l.id FROM membership_membership_line l
                     WHERE l.tierslieu_scope IS NOT NULL AND l.state = 'free'
                       AND COALESCE(l.tierslieu_free_reason, '') = ''
                """,
            },
            {
                "name": _("Fees without counterpart bear no tax"),
                "explanation": _("An article that is a fee without counterpart bears a tax."),
                "sql": """
                    SELECT t.id, t.name FROM product_template t
                      JOIN product_taxes_rel r ON r.prod_id = t.id
                     WHERE t.tierslieu_adhesion IS NOT NULL AND t.tierslieu_untaxed
                """,
            },
        ]
