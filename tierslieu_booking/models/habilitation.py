from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class HabilitationKind(models.Model):
    """A training that some spaces ask for: the laser cutter, the wood workshop."""

    _name = "tierslieu.habilitation.kind"
    _description = "Habilitation"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    months = fields.Integer(
        string="Valid for", default=24, help="In months, from the day it is given. 0: without end."
    )
    way = fields.Char(
        string="How to get it", translate=True,
        help="Told to who lacks it, for example “An hour with Driss, on Thursdays at 6 pm”.",
    )
    space_ids = fields.Many2many(
        "tierslieu.space", "tierslieu_space_habilitation_kind_rel", "kind_id", "space_id", string="Asked for by",
        domain="[('company_id', '=', company_id)]",
    )
    given_ids = fields.One2many("tierslieu.habilitation", "kind_id", string="Given to")

    _months = models.Constraint(
        "CHECK (COALESCE(months, 0) BETWEEN 0 AND 240)",
        "A habilitation is valid for 240 months at the most; 0 is without end.",
    )


class Habilitation(models.Model):
    """That someone was trained: by whom, from when, until when.

    Given by hand, taken back with a reason; it is never deleted.
    """

    _name = "tierslieu.habilitation"
    _description = "Habilitation of someone"
    _inherit = ["mail.thread"]
    _order = "valid_from desc, id desc"

    kind_id = fields.Many2one(
        "tierslieu.habilitation.kind", string="Habilitation", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="kind_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="restrict", tracking=True
    )
    valid_from = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    valid_until = fields.Date(
        compute="_compute_valid_until", store=True, readonly=False, tracking=True, help="Empty: without end."
    )
    trainer_id = fields.Many2one(
        "res.partner", string="Trained by", default=lambda self: self.env.user.partner_id
    )
    note = fields.Char()
    revoked_on = fields.Date(string="Taken back on", readonly=True, copy=False, tracking=True)
    revoked_reason = fields.Char(string="Why it was taken back", copy=False, tracking=True)
    state = fields.Selection(
        [("coming", "To come"), ("valid", "Valid"), ("over", "Over"), ("revoked", "Taken back")],
        compute="_compute_state", search="_search_state",
    )

    _dates = models.Constraint(
        "CHECK (valid_from <= valid_until)", "A habilitation ends after it begins."
    )

    @api.depends("kind_id", "valid_from")
    def _compute_valid_until(self):
        for given in self:
            months = given.kind_id.months
            end = given.valid_from and months and given.valid_from + relativedelta(months=months, days=-1)
            given.valid_until = end or False

    @api.depends("valid_from", "valid_until", "revoked_on")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for given in self:
            if given.revoked_on:
                given.state = "revoked"
            elif given.valid_until and given.valid_until < today:
                given.state = "over"
            else:
                given.state = "coming" if given.valid_from > today else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        revoked, over = Domain("revoked_on", "!=", False), Domain("valid_until", "<", today)
        coming = Domain("valid_from", ">", today)
        domains = {
            "revoked": revoked,
            "over": ~revoked & over,
            "coming": ~revoked & ~over & coming,
            "valid": ~revoked & ~over & ~coming,
        }
        return Domain.OR(domains[key] for key in value if key in domains)

    @api.depends("kind_id.name", "partner_id.name")
    def _compute_display_name(self):
        for given in self:
            given.display_name = " · ".join(filter(None, (given.kind_id.name, given.partner_id.name)))

    def action_revoke(self):
        """Take habilitations back, with the reason that was typed."""
        for given in self:
            if not (given.revoked_reason or "").strip():
                raise UserError(self.env._("Say why %(name)s is taken back.", name=given.display_name))
            given.revoked_on = given.revoked_on or fields.Date.context_today(self)
        return True

    def action_restore(self):
        """Give back a habilitation that was taken back by mistake."""
        self.write({"revoked_on": False, "revoked_reason": False})
        return True

    @api.ondelete(at_uninstall=False)
    def _never_unlink(self):
        raise UserError(self.env._("A habilitation leaves a trace: take it back rather than delete it."))

    @api.model
    def _lacking(self, kinds, partner, date):
        """Return {kind: the last one that someone had, maybe none} of the kinds not held on a date."""
        given = self.sudo().search(
            [("kind_id", "in", kinds.ids), ("partner_id", "=", partner.id), ("revoked_on", "=", False)],
            order="valid_until",
        )
        held = given.filtered(
            lambda one: one.valid_from <= date and (not one.valid_until or one.valid_until >= date)
        )
        return {
            kind: given.filtered(lambda one, kind=kind: one.kind_id == kind)[-1:] for kind in kinds - held.kind_id
        }
