from decimal import Decimal

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from odoo.addons.tierslieu_base.tools import figures

# Decimals of an amount of credits: halves and quarters, never a third.
DIGITS = (12, 2)
CENT = Decimal("0.01")


def exact(amount):
    """Return an amount of credits as the database keeps it, exact to the hundredth."""
    return Decimal(str(amount)).quantize(CENT)


class CreditType(models.Model):
    """A kind of prepaid credit, and what a unit of time of which spaces costs in it."""

    _name = "tierslieu.credit.type"
    _description = "Credit type"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    description = fields.Text(
        translate=True, help="What members read: what these credits are good for."
    )
    value_ids = fields.One2many("tierslieu.credit.value", "type_id", string="What it pays", copy=True)
    lot_ids = fields.One2many("tierslieu.credit.lot", "type_id", readonly=True)
    pack_ids = fields.One2many("product.template", "tierslieu_credit_type_id", string="Packs", readonly=True)

    def write(self, vals):
        if "company_id" in vals and any(each.lot_ids and each.company_id.id != vals["company_id"] for each in self):
            raise UserError(self.env._("Credits of this type were granted: it stays with its company."))
        return super().write(vals)

    def say(self, amount):
        """Say an amount of these credits: “2,5 × Carnet demi-journée”."""
        self.ensure_one()
        return self.env._("%(count)s × %(type)s", count=figures(self.env, amount), type=self.sudo().name)


class CreditValue(models.Model):
    """What one unit of time of a space costs in credits of a type, instead of money.

    A space pays its units of time with credits where it has a rate for them:
    the rate says on which days and at which hours.
    """

    _name = "tierslieu.credit.value"
    _description = "What credits pay"
    _order = "type_id, space_id, id"

    type_id = fields.Many2one(
        "tierslieu.credit.type", string="Credit type", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="type_id.company_id", store=True, index=True)
    space_id = fields.Many2one(
        "tierslieu.space", required=True, index=True, ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
    )
    time_unit = fields.Selection(
        lambda self: self.env["tierslieu.rate"]._fields["time_unit"]._description_selection(self.env),
        required=True, default="half_day",
    )
    amount = fields.Float(string="Credits", required=True, default=1.0, digits=DIGITS)

    _positive = models.Constraint("CHECK (amount > 0)", "A unit of time costs some credit.")
    _once = models.Constraint(
        "UNIQUE (type_id, space_id, time_unit)", "A unit of time of a space has one price in credits."
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

    def _of_space(self, space_id):
        """Return ((type id, time unit, credits), …) of a space."""
        return self._by_space().get(space_id, ())

    @tools.ormcache()
    def _by_space(self):
        """Return {space id: ((type id, time unit, credits), …)}: read once for all the spaces of a page."""
        values = self.sudo().search([("space_id", "!=", False)])
        return {
            space.id: tuple((value.type_id.id, value.time_unit, exact(value.amount)) for value in group)
            for space, group in values.grouped("space_id").items()
        }

    @api.constrains("space_id", "type_id")
    def _check_company_of_space(self):
        for value in self:
            if value.space_id.company_id != value.type_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(space)s belongs to another company than these credits.",
                        space=value.space_id.name,
                    )
                )

    @api.constrains("amount", "time_unit", "space_id")
    def _check_step(self):
        """Refuse an hour whose step would cost a third of a credit: balances keep two decimals."""
        for value in self.filtered(lambda value: value.time_unit == "hour"):
            step = value.space_id.step_minutes()
            if exact(value.amount) * step % (60 * CENT):
                raise ValidationError(
                    self.env._(
                        "%(space)s is booked by %(step)s minutes: one step of an hour at"
                        " %(amount)s credits would not be a whole number of hundredths.",
                        space=value.space_id.name,
                        step=step,
                        amount=figures(self.env, value.amount),
                    )
                )


class Space(models.Model):
    _inherit = "tierslieu.space"

    credit_value_ids = fields.One2many("tierslieu.credit.value", "space_id", string="Paid in credits")

    @api.constrains("step", "place_id")
    def _check_credit_values(self):
        self.credit_value_ids._check_step()


class Place(models.Model):
    _inherit = "tierslieu.place"

    @api.constrains("step")
    def _check_credit_values(self):
        self.space_ids.credit_value_ids._check_step()
