from decimal import Decimal
from itertools import pairwise

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from odoo.addons.tierslieu_base.tools import figures

from ..kernels import cancellation

# Fields of a space or a place that say which policy holds.
CHOOSING = {"cancellation_policy_id", "cancellation_choice_ids"}


class CancellationPolicy(models.Model):
    """What calling a booking off costs, by how long before, and what becomes of the rest.

    A booking keeps what the policy said when it was held: what is written
    here later is for the bookings to come. Without a policy a booking is
    cancelled for nothing until it begins, and one that nobody comes to stays due.
    """

    _name = "tierslieu.cancellation.policy"
    _description = "Cancellation policy"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    is_default = fields.Boolean(
        string="Wherever nothing else is said", help="Holds for the spaces and places that name no policy."
    )
    back = fields.Selection(
        [
            ("payment", "To the payment it came from"),
            ("credit", "Stays on account: it pays the next invoices"),
            ("nothing", "Nothing comes back"),
        ],
        string="What comes back", required=True, default="payment",
        help="Of what was paid, less the fee. Prepaid credits go back to where they came from.",
    )
    step_ids = fields.One2many("tierslieu.cancellation.step", "policy_id", string="Steps", copy=True)
    no_show_fee = fields.Float(
        string="When nobody comes", required=True, default=100.0, digits=(5, 2),
        help="Percent of the price that stays due.",
    )
    said = fields.Char(compute="_compute_said", string="In words")

    _no_show = models.Constraint("CHECK (no_show_fee BETWEEN 0 AND 100)", "A fee is between 0 and 100 %.")
    _one_default = models.UniqueIndex(
        "(company_id) WHERE is_default AND active", "One policy at most holds wherever nothing else is said."
    )

    @api.depends("back", "step_ids.hours", "step_ids.fee", "no_show_fee")
    @api.depends_context("lang")
    def _compute_said(self):
        for policy in self:
            policy.said = self.env["tierslieu.space"]._say_terms(policy._snapshot())

    @api.constrains("back", "step_ids")
    def _check_steps(self):
        """Refuse what nobody would understand: a fee that falls as the start comes near."""
        for policy in self:
            steps = policy.step_ids.sorted("hours", reverse=True)
            if policy.back == "nothing" and steps:
                raise ValidationError(self.env._("Where nothing comes back, steps say nothing: take them out."))
            for far, near in pairwise(steps):
                if float_compare(near.fee, far.fee, precision_digits=2) < 0:
                    raise ValidationError(
                        self.env._("The closer the start, the higher the fee: see the step of %(hours)s h.",
                                   hours=figures(self.env, near.hours))
                    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # -- What a booking keeps

    def _snapshot(self):
        """Return what a booking keeps of this policy, ready for JSON.

        :return: dict: `policy_id`, `back`, `steps` ([[hours, percent], …], as text,
            exact), `no_show` (percent, as text)
        """
        self.ensure_one()
        return {
            "policy_id": self._origin.id or self.id,
            "back": self.back,
            "steps": [
                [_exact(step.hours), _exact(step.fee)] for step in self.step_ids.sorted("hours", reverse=True)
            ],
            "no_show": _exact(self.no_show_fee),
        }

    @api.model
    def _terms_for(self, space, profile):
        """Return what holds for people of a fare in a space, as `_snapshot`; {} for no policy.

        In this order: what the space says for the fare, what it says for
        all, what its place says, what holds wherever nothing else is said.
        """
        space = space.sudo()
        return self._first_terms(
            ("space", space.id, profile.id), ("space", space.id, False), ("place", space.place_id.id, False),
            ("company", space.company_id.id, False),
        )

    @api.model
    def _first_terms(self, *owners):
        """Return the terms of the first of (model, id, profile id or False) that has some; {} for no policy."""
        known = self._by_owner()
        found = next((known[owner] for owner in owners if owner in known), {})
        return {**found}

    @api.model
    @tools.ormcache()
    def _by_owner(self):
        """Return {(model, id, profile id): snapshot}: read once for all the spaces of a page."""
        known = {}
        policies = self.sudo().search([("active", "=", True)])
        told = {policy: policy._snapshot() for policy in policies}
        for policy in policies.filtered("is_default"):
            known["company", policy.company_id.id, False] = told[policy]
        for kind in ("place", "space"):
            records = self.env[f"tierslieu.{kind}"].sudo().with_context(active_test=False)
            for record in records.search([("cancellation_policy_id", "in", policies.ids)]):
                known[kind, record.id, False] = told[record.cancellation_policy_id]
        choices = self.env["tierslieu.cancellation.choice"].sudo().search([("policy_id", "in", policies.ids)])
        for choice in choices:
            known["space", choice.space_id.id, choice.profile_id.id] = told[choice.policy_id]
        return known


class CancellationStep(models.Model):
    """From so many hours before the start on, so much of the price is due."""

    _name = "tierslieu.cancellation.step"
    _description = "Step of a cancellation policy"
    _order = "policy_id, hours desc, id"
    _rec_name = "hours"

    policy_id = fields.Many2one(
        "tierslieu.cancellation.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    hours = fields.Float(
        string="Less than (hours before)", required=True, default=24.0, digits=(7, 2),
        help="Elapsed hours before the start. Exactly so many hours before is still in time.",
    )
    fee = fields.Float(string="Fee (%)", required=True, default=50.0, digits=(5, 2))

    _hours = models.Constraint("CHECK (hours > 0)", "A step begins before the start.")
    _fee = models.Constraint("CHECK (fee BETWEEN 0 AND 100)", "A fee is between 0 and 100 %.")
    _once = models.Constraint("UNIQUE (policy_id, hours)", "Two steps of a policy begin at the same time.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        steps = super().create(vals_list)
        steps.policy_id._check_steps()
        return steps

    def write(self, vals):
        self.env.registry.clear_cache()
        result = super().write(vals)
        self.policy_id._check_steps()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()


class CancellationChoice(models.Model):
    """The policy of a space for the people who have a fare."""

    _name = "tierslieu.cancellation.choice"
    _description = "Cancellation policy of a fare"
    _order = "space_id, id"
    _rec_name = "policy_id"

    space_id = fields.Many2one("tierslieu.space", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="space_id.company_id", store=True, index=True)
    profile_id = fields.Many2one(
        "tierslieu.profile", string="Fare", required=True, index=True, ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
    )
    policy_id = fields.Many2one(
        "tierslieu.cancellation.policy", required=True, index=True, ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
    )

    _once = models.Constraint("UNIQUE (space_id, profile_id)", "A fare has one policy in a space.")

    @api.constrains("space_id", "profile_id", "policy_id")
    def _check_company_of_policy(self):
        for choice in self:
            if choice.company_id != choice.policy_id.company_id or choice.company_id != choice.profile_id.company_id:
                raise ValidationError(self.env._("This policy belongs to another company."))

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()


class Space(models.Model):
    _inherit = "tierslieu.space"

    cancellation_policy_id = fields.Many2one(
        "tierslieu.cancellation.policy", string="Cancellation", index="btree_not_null", ondelete="restrict",
        domain="[('company_id', '=', company_id)]", help="Empty: that of the place.",
    )
    cancellation_choice_ids = fields.One2many(
        "tierslieu.cancellation.choice", "space_id", string="Cancellation by fare", copy=True
    )

    @api.constrains("cancellation_policy_id", "place_id")
    def _check_cancellation_company(self):
        _check_company(self)
        self.cancellation_choice_ids._check_company_of_policy()

    @api.model_create_multi
    def create(self, vals_list):
        _forget_choices(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        _forget_choices(self, [vals])
        return super().write(vals)


class Place(models.Model):
    _inherit = "tierslieu.place"

    cancellation_policy_id = fields.Many2one(
        "tierslieu.cancellation.policy", string="Cancellation", ondelete="restrict",
        domain="[('company_id', '=', company_id)]", help="For the spaces that name no policy.",
    )

    @api.constrains("cancellation_policy_id", "company_id")
    def _check_cancellation_company(self):
        _check_company(self)

    @api.model_create_multi
    def create(self, vals_list):
        _forget_choices(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        _forget_choices(self, [vals])
        return super().write(vals)


def _forget_choices(records, vals_list):
    if any(CHOOSING & vals.keys() for vals in vals_list):
        records.env.registry.clear_cache()


def _check_company(records):
    for record in records:
        policy = record.cancellation_policy_id
        if policy and policy.company_id != record.company_id:
            raise ValidationError(record.env._("This policy belongs to another company."))


def _exact(number):
    """Return a number of two decimals as text: JSON keeps no decimals."""
    return f"{number:.2f}"


def phases_of(terms, start):
    """Return what calling off costs until when, under a snapshot: see the kernel."""
    if terms.get("back") == "nothing":
        return [(None, cancellation.WHOLE)]
    return cancellation.phases(_steps(terms), start)


def percent_at(terms, start, at):
    """Return what calling off at a moment costs, in percent, under a snapshot."""
    if terms.get("back") == "nothing":
        return cancellation.WHOLE
    return cancellation.percent_at(_steps(terms), start, at)


def _steps(terms):
    return [cancellation.Step(Decimal(hours), Decimal(fee)) for hours, fee in terms.get("steps", ())]
