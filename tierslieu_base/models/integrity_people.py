from odoo import api, models

from .charter_version import FINGERPRINT


class Integrity(models.AbstractModel):
    """Promises about people: texts they accepted, cards, erasures."""

    _inherit = "tierslieu.integrity"

    @api.model
    def _checks(self):
        return [
            *super()._checks(),
            {
                "name": self.env._("Published texts are as they were published"),
                "explanation": self.env._("The text of a published charter has been changed."),
                "sql": " ".join(
                    (
                        "SELECT id, charter_id, number FROM tierslieu_charter_version",
                        "WHERE number > 0 AND fingerprint IS DISTINCT FROM",
                        FINGERPRINT,
                    )
                ),
            },
            {
                "name": self.env._("People accept published texts only"),
                "explanation": self.env._("Somebody accepted a draft, or a text before it was published."),
                "sql": """
                    SELECT a.id, a.version_id, a.accepted_at FROM tierslieu_charter_acceptance a
                      JOIN tierslieu_charter_version v ON v.id = a.version_id
                     WHERE coalesce(v.number, 0) = 0 OR a.accepted_at < v.published_at
                """,
            },
            {
                "name": self.env._("Who is erased has neither account nor card"),
                "explanation": self.env._("Somebody erased can still log in, or shows a card."),
                "sql": """
                    SELECT 'account', u.id FROM res_users u JOIN res_partner p ON p.id = u.partner_id
                     WHERE p.tierslieu_erased_at IS NOT NULL AND u.active
                    UNION ALL
                    SELECT 'card', c.id FROM tierslieu_card c JOIN res_partner p ON p.id = c.partner_id
                     WHERE p.tierslieu_erased_at IS NOT NULL
                """,
            },
        ]
