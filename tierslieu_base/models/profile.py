from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Profile(models.Model):
    """A fare for some people: full price, student, job seeker, association.

    It names a pricelist of Odoo; prices, currency and taxes come from there.
    Some ask for a proof, which a member sends and the team checks; others are
    set by the team on a person or an organisation; one is for everybody else.
    """

    _name = "tierslieu.profile"
    _description = "Fare profile"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="A short word that scripts and imports can name it by.")
    sequence = fields.Integer(
        default=10, help="Someone with several valid proofs has the first of these profiles."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    pricelist_id = fields.Many2one(
        "product.pricelist", check_company=True, ondelete="restrict", index="btree_not_null",
        help="Its prices. Empty: the pricelist of each customer.",
    )
    needs_proof = fields.Boolean(
        help="Members send a proof from their account; it holds until the date that the team says."
    )
    proof_help = fields.Text(
        string="What to send", translate=True,
        help="Shown to members: which document, for example “Your student card of this year”.",
    )
    proof_months = fields.Integer(
        string="Valid for", default=12, help="Months, proposed when a proof is accepted."
    )
    is_default = fields.Boolean(
        string="For everybody", copy=False, help="The fare of who has no other: one per company."
    )
    proof_ids = fields.One2many(
        "tierslieu.proof", "profile_id", string="Proofs", groups="tierslieu_base.group_host"
    )

    _default_once = models.UniqueIndex(
        "(company_id) WHERE is_default", "A company has one fare for everybody."
    )
    _code_once = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL", "Another profile has this code."
    )
    _default_is_open = models.Constraint(
        "CHECK (NOT is_default OR (active AND NOT COALESCE(needs_proof, FALSE)))",
        "The fare for everybody asks for no proof and cannot be archived: choose another one first.",
    )
    _proof_months = models.Constraint(
        "CHECK (proof_months BETWEEN 1 AND 120)", "A proof is valid from 1 to 120 months."
    )

    @api.constrains("needs_proof", "company_id")
    def _check_people(self):
        """Keep a profile open while people have it without a proof."""
        for profile in self.filtered("needs_proof"):
            count = self.env["res.partner"].sudo().with_company(profile.company_id).search_count(
                [("tierslieu_profile_id", "=", profile.id)]
            )
            if count:
                raise ValidationError(
                    self.env._(
                        "%(count)s people have the fare %(profile)s without a proof: give them"
                        " another one first.",
                        count=count,
                        profile=profile.name,
                    )
                )

    @api.constrains("company_id")
    def _check_company_of_proofs(self):
        """Leave a profile where its proofs are: they would change hands with it."""
        for profile in self.sudo():
            if profile.proof_ids.filtered(lambda proof, its=profile: proof.company_id != its.company_id):
                raise ValidationError(
                    self.env._("Proofs were sent for %(profile)s: it stays in its company.",
                               profile=profile.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("is_default"):
                self._make_room(self.env["res.company"].browse(
                    vals.get("company_id") or self.env.company.id
                ))
        return super().create(vals_list)

    def write(self, vals):
        """Let the fare for everybody be replaced in one click."""
        if vals.get("is_default"):
            for profile in self:
                profile._make_room(profile.company_id)
        return super().write(vals)

    def _make_room(self, company):
        """Take the default mark off the other profile of a company."""
        others = self._default_of(company) - self
        if others:
            others.check_access("write")
            others.is_default = False
            others.flush_recordset(["is_default"])

    @api.model
    def _default_of(self, company):
        """Return the fare for everybody of a company; empty when it has none."""
        return self.sudo().search(
            [("company_id", "=", company.id), ("is_default", "=", True)], limit=1
        ).with_env(self.env)

    def _given(self):
        """Return this profile if it holds without a proof, else none."""
        return self.filtered(lambda profile: profile.active and not profile.needs_proof)
