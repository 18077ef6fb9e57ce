from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class Charter(models.Model):
    """What people accept when they come: house rules, charter, workshop safety.

    Its text lives in versions. The current one is the last published.
    """

    _name = "tierslieu.charter"
    _description = "Charter"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    version_ids = fields.One2many("tierslieu.charter.version", "charter_id", string="Versions")
    current_version_id = fields.Many2one(
        "tierslieu.charter.version", string="Current version", compute="_compute_current_version_id"
    )
    accepted_count = fields.Integer(string="Accepted", compute="_compute_counts")
    waiting_count = fields.Integer(string="Not yet", compute="_compute_counts")

    @api.depends("version_ids.number")
    def _compute_current_version_id(self):
        for charter in self:
            charter.current_version_id = charter.version_ids.filtered("number").sorted("number")[-1:]

    def _compute_counts(self):
        """Count the people who have accepted the current version, and those who have not."""
        counts = dict(
            self.env["tierslieu.charter.acceptance"]._read_group(
                [("version_id", "in", self.current_version_id.ids)], ["version_id"], ["__count"]
            )
        )
        people = self.env["res.partner"]
        for charter in self:
            current = charter.current_version_id
            charter.accepted_count = counts.get(current, 0)
            charter.waiting_count = people.search_count(charter._waiting_domain()) if current else 0

    @api.model
    def _current_versions(self, companies):
        """Return the versions that people of these companies are asked to accept."""
        charters = self.sudo().search([("company_id", "in", companies.ids)])
        return charters.current_version_id

    def _waiting_domain(self):
        """Return the domain of the people who have not accepted one of these current versions."""
        people = self.env["res.partner"]._tierslieu_people_domain()
        missing = Domain.OR(
            ~Domain("tierslieu_acceptance_ids", "any", [("version_id", "=", version.id)])
            for version in self.current_version_id
        )
        return people & missing

    def write(self, vals):
        if "company_id" in vals:
            for charter in self:
                if charter.current_version_id and charter.company_id.id != vals["company_id"]:
                    raise UserError(
                        self.env._("This charter has been published: it stays that of its company.")
                    )
        return super().write(vals)

    # -- Actions

    def action_new_version(self):
        """Begin a new version from the current text, and open it."""
        self.ensure_one()
        self.check_access("write")
        draft = self.version_ids.filtered(lambda version: not version.number)[:1]
        if not draft and self.current_version_id:
            draft = self.current_version_id.copy()
        if not draft:
            draft = self.version_ids.create({"charter_id": self.id})
        return draft.get_formview_action()

    def action_view_acceptances(self):
        """Open who has accepted what."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_base.action_acceptance")
        action["domain"] = [("charter_id", "=", self.id)]
        action["context"] = {"search_default_current": 1}
        return action

    def action_view_waiting(self):
        """Open the people who have not accepted the current version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Have not accepted: %(charter)s", charter=self.name),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": list(self._waiting_domain()),
        }
