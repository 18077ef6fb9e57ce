from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import insert_once


class CharterAcceptance(models.Model):
    """Who accepted which text, when and how: written once, then left alone."""

    _name = "tierslieu.charter.acceptance"
    _description = "Acceptance of a charter"
    _order = "accepted_at desc, id desc"
    _rec_name = "version_id"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="restrict"
    )
    version_id = fields.Many2one(
        "tierslieu.charter.version", required=True, index=True, ondelete="restrict"
    )
    charter_id = fields.Many2one(related="version_id.charter_id")
    company_id = fields.Many2one("res.company", required=True, index=True)
    accepted_at = fields.Datetime(string="Accepted on", required=True)
    channel = fields.Selection(
        [("portal", "On line"), ("paper", "On paper")], string="How", required=True
    )
    recorded_by_id = fields.Many2one("res.users", string="Recorded by", ondelete="set null")
    is_current = fields.Boolean(compute="_compute_is_current", search="_search_is_current")

    _once = models.UniqueIndex(
        "(partner_id, version_id)", "This person has accepted this version already."
    )

    @api.depends("version_id.superseded_at")
    def _compute_is_current(self):
        for acceptance in self:
            acceptance.is_current = not acceptance.version_id.superseded_at

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        current = fields.Domain("version_id.superseded_at", "=", False)
        return fields.Domain.OR(current if wanted else ~current for wanted in value)

    # -- Append only

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self._frozen_sentence())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise AccessError(self._frozen_sentence())

    def _frozen_sentence(self):
        return self.env._("What somebody accepted is neither changed nor deleted.")

    # -- Accept

    @api.model
    def _accept(self, partner, version, channel, accepted_at=None):
        """Record that a person accepts a version; accepting twice is accepting once.

        :param accepted_at: naive UTC, when it was signed on paper before
        :raises UserError: when the version cannot be accepted
        """
        partner.ensure_one()
        version = version.sudo()
        if not version.number or not version.charter_id.active:
            raise UserError(self.env._("This text is not published: there is nothing to accept."))
        if version.superseded_at and channel == "portal":
            raise UserError(
                self.env._("A newer version has replaced this text: here it is.")
            )
        if partner.sudo().is_company:
            raise UserError(self.env._("A charter is accepted by a person, not by a company."))
        insert_once(
            self.sudo(),
            {
                "partner_id": partner.id,
                "version_id": version.id,
                "company_id": version.company_id.id,
                "accepted_at": accepted_at or fields.Datetime.now(),
                "channel": channel,
                "recorded_by_id": self.env.uid if channel == "paper" else None,
            },
        )
        return self._of(partner, version)

    @api.model
    def _of(self, partner, versions):
        """Return the acceptances of a person, of these versions."""
        return self.sudo().search(
            [("partner_id", "=", partner.id), ("version_id", "in", versions.ids)]
        )
