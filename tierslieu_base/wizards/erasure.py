from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class Erasure(models.TransientModel):
    """What erasing a person would do: said first, done on confirmation, or refused."""

    _name = "tierslieu.erasure"
    _description = "Erase a person"

    partner_id = fields.Many2one("res.partner", string="Person", required=True, readonly=True)
    request_id = fields.Many2one("tierslieu.data.request", compute="_compute_request_id")
    obstacles = fields.Html(compute="_compute_said", sanitize=False)
    goes = fields.Html(string="What goes", compute="_compute_said", sanitize=False)
    stays = fields.Html(string="What stays, and why", compute="_compute_said", sanitize=False)
    twin_ids = fields.Many2many(
        "res.partner", string="Other contacts with this e-mail", compute="_compute_twin_ids",
        help="Somebody who bought as a guest: look at each of them too.",
    )
    is_checked = fields.Boolean(string="I have checked that the person asks for it themselves")
    refusal = fields.Text(string="Why not", help="The person reads it.")

    @api.depends("partner_id")
    def _compute_request_id(self):
        for wizard in self:
            wizard.request_id = self.env["tierslieu.data.request"]._open_for(wizard.partner_id)

    @api.depends("partner_id")
    def _compute_said(self):
        registry = self.env["tierslieu.retention"]
        self.env["tierslieu.data.request"]._require_manager()
        reasons = self.env["tierslieu.retention.rule"]._reasons()
        for wizard in self:
            partner = wizard.partner_id
            kept = registry._kept_about(partner) if partner else []
            wizard.obstacles = _items(partner._tierslieu_erasure_obstacles() if partner else [])
            wizard.goes = _items(
                registry._said_of([(rule, n) for rule, n in kept if rule.erasure != "keep"])
            )
            wizard.stays = _items(
                f"{rule.label} ({count}) · {reasons[rule.key]}"
                for rule, count in kept
                if rule.erasure == "keep"
            )

    @api.depends("partner_id")
    def _compute_twin_ids(self):
        for wizard in self:
            email = wizard.partner_id.email_normalized
            wizard.twin_ids = email and self.env["res.partner"].search(
                [("email_normalized", "=", email), ("id", "!=", wizard.partner_id.id)], limit=10
            )

    def action_erase(self):
        """Erase the person, now."""
        self.ensure_one()
        if not self.is_checked:
            raise UserError(
                self.env._("Check first that the person asks for it themselves, then say so here.")
            )
        self.env["tierslieu.data.request"]._erase(self.partner_id)
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Refuse what the person asked, with the reason that they read."""
        self.ensure_one()
        if not self.request_id:
            raise UserError(self.env._("This person has not asked for anything."))
        self.request_id._refuse(self.refusal)
        return {"type": "ir.actions.act_window_close"}


def _items(sentences):
    """Return sentences as a list, or nothing."""
    items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)
    return items and Markup('<ul class="mb-0">%s</ul>') % items
