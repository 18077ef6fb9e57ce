from odoo import api, fields, models
from odoo.fields import Domain


class Partner(models.Model):
    """The card of a person, and what it says about them."""

    _inherit = "res.partner"

    tierslieu_card_ids = fields.One2many(
        "tierslieu.card", "partner_id", string="Member cards", groups="tierslieu_base.group_host"
    )
    tierslieu_card_state = fields.Selection(
        [("valid", "Valid"), ("revoked", "Revoked"), ("none", "None")],
        string="Member card", compute="_compute_tierslieu_card_state",
        groups="tierslieu_base.group_host",
    )

    @api.depends("tierslieu_card_ids.revoked_at", "active")
    @api.depends_context("company")
    def _compute_tierslieu_card_state(self):
        for partner in self:
            cards = partner.tierslieu_card_ids.filtered(
                lambda card: card.company_id == self.env.company
            )
            live = cards.filtered(lambda card: card.state == "valid")
            partner.tierslieu_card_state = "valid" if live else "revoked" if cards else "none"

    # -- What other addons add to

    @api.model
    def _tierslieu_people_domain(self):
        """Return the domain of those who belong here, as the software knows it.

        Who has an account or a live card. Addons above know of adhesions and
        subscriptions and add theirs.
        """
        account = Domain("user_ids", "any", [("share", "=", True)])
        card = Domain("tierslieu_card_ids", "any", [("revoked_at", "=", False)])
        return Domain("is_company", "=", False) & (account | card)

    def _tierslieu_card_lines(self):
        """Return what the card says beside the name: [(label, value)].

        Seen by the member, by the hosts and on paper; never by a stranger who
        scans it. Addons add theirs: adhesion, training…
        """
        self.ensure_one()
        fare = self.sudo().tierslieu_fare_today
        return [(self.env._("Fare"), fare)] if fare else []

    def _tierslieu_card_warnings(self):
        """Return what a host should know when the card is scanned: sentences.

        Addons add theirs: lapsed adhesion, something to pay…
        """
        self.ensure_one()
        return []

    # -- Actions of the team

    def action_tierslieu_card(self):
        """Open the card of this person, issuing it when they never had one."""
        self.ensure_one()
        cards = self.env["tierslieu.card"]
        cards._require_host()
        self.check_access("read")
        card = cards._issue_first(self, self.env.company)
        if not card:
            card = self.sudo().tierslieu_card_ids.filtered(
                lambda old: old.company_id == self.env.company
            )[:1] or cards._issue(self, self.env.company)
        return {
            "type": "ir.actions.act_window",
            "res_model": "tierslieu.card",
            "res_id": card.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
