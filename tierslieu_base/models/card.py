from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..qr import qr_png, qr_svg
from ..tools import insert_once

PURPOSE = "card"
REASONS = [
    ("lost", "Lost"),
    ("stolen", "Stolen"),
    ("damaged", "Damaged"),
    ("left", "No longer comes"),
    ("other", "Other reason"),
]


class Card(models.Model):
    """A member's card: a name, a QR code, and whether it still holds.

    The code is the address of a page with a derived key of `tierslieu.token`:
    the same on paper and on each display, until the card is revoked. A person
    has one live card per company; revoked ones stay as a trace.
    """

    _name = "tierslieu.card"
    _description = "Member card"
    _order = "id desc"

    partner_id = fields.Many2one(
        "res.partner", string="Member", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    issued_at = fields.Datetime(required=True, readonly=True)
    issued_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    revoked_at = fields.Datetime(readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    revoke_reason = fields.Selection(REASONS, string="Reason", readonly=True)
    state = fields.Selection(
        [("valid", "Valid"), ("revoked", "Revoked")], compute="_compute_state", search="_search_state"
    )

    _one_live = models.UniqueIndex(
        "(partner_id, company_id) WHERE revoked_at IS NULL",
        "This person has a card already: revoke it first.",
    )

    @api.depends("revoked_at", "partner_id.active")
    def _compute_state(self):
        for card in self:
            card.state = "valid" if card._is_valid() else "revoked"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        valid = fields.Domain("revoked_at", "=", False) & fields.Domain("partner_id.active", "=", True)
        found = {"valid": valid, "revoked": ~valid}
        return fields.Domain.OR(found[state] for state in value if state in found)

    @api.depends("partner_id.name")
    def _compute_display_name(self):
        for card in self:
            card.display_name = self.env._(
                "Card %(number)s of %(name)s", number=card._number(), name=card.partner_id.name or ""
            )

    def _number(self):
        """Return the number that two people say to each other: “00012”."""
        return f"{self._origin.id or 0:05d}"

    def _is_valid(self):
        """Whether the card holds: not revoked, its member not archived."""
        self.ensure_one()
        return bool(self.id) and not self.revoked_at and self.sudo().partner_id.active

    # -- Issue, revoke

    @api.model
    def _of(self, partner, company):
        """Return the live card of a person, or none."""
        return self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("revoked_at", "=", False),
            ]
        )

    @api.model
    def _issue(self, partner, company):
        """Return the live card of a person, a new one when there is none.

        :raises UserError: for who is not a person
        """
        partner.ensure_one()
        card = self._of(partner, company)
        if card:
            return card
        if partner.sudo().is_company:
            raise UserError(
                self.env._("A card is for a person: issue it to someone of this company.")
            )
        if not partner.sudo().active:
            raise UserError(self.env._("This contact is archived: a card would open nothing."))
        insert_once(
            self.sudo(),
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "issued_at": fields.Datetime.now(),
                "issued_by_id": self.env.uid,
            },
        )
        return self._of(partner, company)

    @api.model
    def _issue_first(self, partner, company):
        """Return the live card of a person, the first one being given without asking.

        Once the team has revoked a card, showing the page brings none back.
        """
        card = self._of(partner, company)
        if card or self.sudo().search_count(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)], limit=1
        ):
            return card
        if partner.sudo().is_company:
            return card
        return self._issue(partner, company)

    def _revoke(self, reason):
        """Make cards worthless, at once; revoking twice is revoking once."""
        live = self.sudo().filtered(lambda card: not card.revoked_at)
        self.env["tierslieu.token"]._revoke(live, PURPOSE)
        live.write(
            {
                "revoked_at": fields.Datetime.now(),
                "revoked_by_id": self.env.uid,
                "revoke_reason": reason if reason in dict(REASONS) else "other",
            }
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_keys(self):
        """Leave no key behind: it would open nothing, and for ever."""
        self.env["tierslieu.token"]._revoke(self, PURPOSE)

    def action_revoke(self, reason="other"):
        """Revoke cards, as the team."""
        self._require_host()
        self.check_access("read")
        self._revoke(reason)
        return True

    def action_issue_new(self):
        """Issue a new card to the member of a revoked one, and open it."""
        self.ensure_one()
        self._require_host()
        self.check_access("read")
        card = self._issue(self.partner_id, self.company_id)
        return card.with_env(self.env).get_formview_action()

    @api.model
    def _require_host(self):
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_host")):
            raise AccessError(self.env._("Ask the team: cards are issued and revoked at the reception."))

    # -- What it shows

    def _url(self):
        """Return the address in the QR code: the same as long as the card holds."""
        self.ensure_one()
        tokens = self.env["tierslieu.token"].sudo()
        key = tokens._show_derived(self, PURPOSE) or tokens._issue_derived(self, PURPOSE)
        return f"{self.sudo().get_base_url()}/card/{key}"

    def _qr_svg(self):
        """Return the QR code as the address of a drawing."""
        return qr_svg(self._url())

    def _qr_png(self):
        """Return the QR code as the address of a picture, for the PDF."""
        return qr_png(self._url())

    def _for_print(self):
        """Return what the PDF shows, to who may read the card."""
        self.check_access("read")
        for card in self:
            if not card._is_valid():
                raise UserError(self.env._("This card is revoked: issue a new one to print it."))
        return self.sudo()

    @api.model
    def _resolve(self, key):
        """Return the valid card of a scanned key, or None: unknown, revoked, malformed alike."""
        card = self.env["tierslieu.token"].sudo()._resolve(key, PURPOSE)
        if card is None or card._name != self._name or not card._is_valid():
            return None
        return card
