from odoo import api, models


class Integrity(models.AbstractModel):
    """What always holds of fares and proofs."""

    _inherit = "tierslieu.integrity"

    @api.model
    def _checks(self):
        return [
            *super()._checks(),
            {
                "name": self.env._("No document is kept after the verdict"),
                "explanation": self.env._(
                    "The file of a proof that was accepted, refused or withdrawn is still there."
                ),
                "sql": """
                    SELECT p.id, p.state, a.id FROM tierslieu_proof p
                      JOIN ir_attachment a
                        ON a.res_model = 'tierslieu.proof' AND a.res_id = p.id
                     WHERE p.state != 'pending'
                    UNION ALL
                    SELECT a.res_id, 'deleted', a.id FROM ir_attachment a
                     WHERE a.res_model = 'tierslieu.proof' AND a.res_id IS NOT NULL AND a.res_id != 0
                       AND NOT EXISTS (SELECT 1 FROM tierslieu_proof p WHERE p.id = a.res_id)
                """,
            },
            {
                "name": self.env._("No document has a public address"),
                "explanation": self.env._("The file of a proof can be read without logging in."),
                "sql": """
                    SELECT res_id, id FROM ir_attachment
                     WHERE res_model = 'tierslieu.proof'
                       AND (public OR access_token IS NOT NULL)
                """,
            },
            {
                "name": self.env._("Proofs belong to the company of their fare"),
                "explanation": self.env._("The company of a proof is not that of its fare."),
                "sql": """
                    SELECT p.id FROM tierslieu_proof p
                      JOIN tierslieu_profile f ON f.id = p.profile_id
                     WHERE f.company_id != p.company_id
                """,
            },
            {
                "name": self.env._("Fares without a proof are fares that ask for none"),
                "explanation": self.env._("Someone has, without a proof, a fare that asks for one."),
                "sql": """
                    SELECT r.id, r.name, f.id FROM res_partner r
                      CROSS JOIN LATERAL jsonb_each_text(r.tierslieu_profile_id) AS given
                      JOIN tierslieu_profile f ON f.id = given.value::int
                     WHERE f.needs_proof OR f.company_id != given.key::int
                """,
            },
        ]
