from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class Partner(models.Model):
    """The fare of a person on a date."""

    _inherit = "res.partner"

    tierslieu_profile_id = fields.Many2one(
        "tierslieu.profile",
        string="Fare",
        company_dependent=True,
        groups="tierslieu_base.group_host",
        help="Given by the team, without a proof. The people of an organisation have its fare.",
    )
    tierslieu_proof_ids = fields.One2many(
        "tierslieu.proof", "partner_id", string="Proofs", groups="tierslieu_base.group_host"
    )
    tierslieu_fare_today = fields.Char(
        string="Fare today",
        compute="_compute_tierslieu_fare_today",
        groups="tierslieu_base.group_host",
    )

    @api.depends("tierslieu_profile_id", "tierslieu_proof_ids.state")
    @api.depends_context("company", "lang")
    def _compute_tierslieu_fare_today(self):
        fares = self._tierslieu_fares_on(self.env.company._tierslieu_today())
        for partner in self:
            profile, proof = fares[partner.id]
            partner.tierslieu_fare_today = profile.name
            if proof:
                partner.tierslieu_fare_today = self.env._(
                    "%(fare)s until %(date)s",
                    fare=profile.name,
                    date=proof._format_date(proof.valid_until),
                )

    @api.constrains("tierslieu_profile_id")
    def _check_tierslieu_profile_id(self):
        """Give without a proof only what asks for none, in the company it belongs to."""
        for partner in self:
            profile = partner.sudo().tierslieu_profile_id
            if profile.needs_proof:
                raise ValidationError(
                    self.env._("%(fare)s asks for a proof: it cannot be given without one.",
                               fare=profile.name)
                )
            if profile and profile.company_id != self.env.company:
                raise ValidationError(
                    self.env._("%(fare)s is a fare of another company.", fare=profile.name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_tierslieu_proofs(self):
        """Take the files along: the database alone would leave them behind."""
        self.sudo().tierslieu_proof_ids.unlink()

    # -- Adhesions: the addon that keeps them says who has one

    @api.model
    def _tierslieu_keeps_adhesions(self):
        """Whether some addon keeps adhesions: without one, nobody can be asked for theirs."""
        return False

    def is_tierslieu_member_on(self, date):
        """Whether a paid or free adhesion of this person covers a local date; nobody's does here."""
        self.ensure_one()
        return False

    @api.model
    def _tierslieu_join_address(self, company):
        """Return the address of the page where one joins or renews, or None."""
        return

    # -- The fare on a date

    def tierslieu_profile_on(self, date=None, known=None):
        """Return the `tierslieu.profile` of this person on a date; maybe empty.

        In the company of the environment, in this order: what a plan gives; an
        accepted proof valid on the date, the first profile of several; what
        the team gave to the person or to their organisation; the fare for
        everybody.

        :param date: the slot's local date, today when empty
        :param known: what `_tierslieu_fare_sources` read, for many dates
        """
        if not self:
            return self.env["tierslieu.profile"]._default_of(self.env.company)
        self.ensure_one()
        return self._tierslieu_profiles_on(date, known)[self.id]

    def _tierslieu_profiles_on(self, date=None, known=None):
        """Return {partner id: profile} on a date, in a constant number of queries."""
        self.check_access("read")
        date = fields.Date.to_date(date) or self.env.company._tierslieu_today()
        fares = self._tierslieu_fares_on(date, known)
        return {key: profile for key, (profile, _proof) in fares.items()}

    def _tierslieu_fare_sources(self, first, last):
        """Read what decides the fares of these people from a date to another, both included.

        :return: (the fare for everybody, the proofs that hold on some of these days)
        """
        company = self.env.company
        return (
            self.env["tierslieu.profile"]._default_of(company),
            self.env["tierslieu.proof"]._valid_between(self, first, last, company),
        )

    def _tierslieu_fares_on(self, date, known=None):
        """Return {partner id: (profile, the proof that gives it or an empty one)}."""
        default, proofs = known or self._tierslieu_fare_sources(date, date)
        plans = self._tierslieu_plan_profile_on(date)
        proofs = {
            proof.partner_id.id: proof
            # The first profile, and its longest proof, come last and stay.
            for proof in proofs
            if proof.valid_from <= date <= proof.valid_until
        }
        fares = {}
        people = self.sudo()
        # Read for all at once, and no more than that: a person has many columns.
        # The last two are what Odoo looks at for the pricelist of who has no other fare.
        people.fetch(
            [
                "commercial_partner_id", "tierslieu_profile_id", "country_id",
                "specific_property_product_pricelist",
            ]
        )
        people.commercial_partner_id.fetch(["tierslieu_profile_id"])
        for partner, person in zip(self, people, strict=True):
            given = person.tierslieu_profile_id._given() or (
                person.commercial_partner_id.tierslieu_profile_id._given()
            )
            proof = proofs.get(partner.id, self.env["tierslieu.proof"])
            profile = plans.get(partner.id)
            if profile:
                proof = proof.browse()
            profile = profile or proof.sudo().profile_id or given or default
            fares[partner.id] = (profile.with_env(self.env), proof)
        return fares

    def _tierslieu_plan_profile_on(self, date):
        """Return {partner id: profile} that plans give on a date: a hook for subscriptions."""
        return {}

    def action_view_tierslieu_proofs(self):
        """Open the proofs of this person."""
        self.ensure_one()
        if not self.env.user.has_group("tierslieu_base.group_host"):
            raise AccessError(self.env._("Only the team looks at proofs."))
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_base.action_proof")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
