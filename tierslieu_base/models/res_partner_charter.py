from odoo import api, fields, models
from odoo.fields import Domain


class Partner(models.Model):
    """The charters that a person has accepted, and those that wait."""

    _inherit = "res.partner"

    tierslieu_acceptance_ids = fields.One2many(
        "tierslieu.charter.acceptance", "partner_id", string="Charters accepted",
        groups="tierslieu_base.group_host",
    )
    tierslieu_charter_state = fields.Selection(
        [("accepted", "Accepted"), ("waiting", "To accept")], string="Charter",
        compute="_compute_tierslieu_charter_state", search="_search_tierslieu_charter_state",
        groups="tierslieu_base.group_host",
    )

    @api.depends("tierslieu_acceptance_ids")
    @api.depends_context("company")
    def _compute_tierslieu_charter_state(self):
        current = self.env["tierslieu.charter"]._current_versions(self.env.company)
        for partner in self:
            accepted = partner.tierslieu_acceptance_ids.version_id
            if not current or partner.is_company:
                partner.tierslieu_charter_state = False
            else:
                partner.tierslieu_charter_state = "waiting" if current - accepted else "accepted"

    def _search_tierslieu_charter_state(self, operator, value):
        """Find among those who belong here: nobody expects a supplier to accept anything."""
        if operator != "in":
            return NotImplemented
        charters = self.env["tierslieu.charter"].search([("company_id", "=", self.env.company.id)])
        charters = charters.filtered("current_version_id")
        waiting = charters._waiting_domain() if charters else Domain.FALSE
        accepted = self._tierslieu_people_domain() & ~waiting if charters else Domain.FALSE
        found = {"waiting": waiting, "accepted": accepted}
        return Domain.OR(found[state] for state in value if state in found)

    def _tierslieu_charters_waiting(self, company):
        """Return the current versions that this person has not accepted."""
        self.ensure_one()
        current = self.env["tierslieu.charter"].sudo()._current_versions(company)
        acceptances = self.env["tierslieu.charter.acceptance"].sudo()
        return current - acceptances._of(self, current).version_id

    def _tierslieu_card_warnings(self):
        """Tell a host that the charter waits."""
        warnings = super()._tierslieu_card_warnings()
        for version in self._tierslieu_charters_waiting(self.env.company):
            warnings.append(self.env._("Has not accepted: %(charter)s", charter=version.display_name))
        return warnings
