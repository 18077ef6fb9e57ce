from odoo import api, models

from .retention import Rule


class Retention(models.AbstractModel):
    """What is kept of the proofs that people sent."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        _ = self.env._
        return [
            *super()._rules(),
            Rule(
                key="base.proof",
                model="tierslieu.proof",
                label=_("Proofs for a fare"),
                purpose=_("Giving you the fare of your situation. The document itself is deleted"
                          " as soon as the team has decided"),
                legal=_("Three years after the fare ends, to answer for the prices of the past"),
                action="delete",
                keep=36,
                due=self._proofs_due,
                person=lambda partners: [("partner_id", "in", partners.ids)],
                erasure="delete",
                fields=(
                    "profile_id", "state", "sent_on", "valid_from", "valid_until", "decided_on",
                    "refusal_reason", "file_name",
                ),
                documents=lambda proofs: proofs._documents(),
            ),
        ]

    @api.model
    def _proofs_due(self, limit):
        """Return the domain of the proofs that stopped mattering before a moment."""
        return [
            "|",
            "&",
            ("state", "=", "accepted"),
            ("valid_until", "<", limit.date()),
            "&",
            ("state", "in", ("refused", "withdrawn")),
            ("sent_on", "<", limit),
        ]
