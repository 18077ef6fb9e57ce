from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class Unit(models.Model):
    """Something one party can hold at a time: a desk, a room, a locker.

    Claims lock the row of a unit while they are written: a column that
    changes often would make those locks fail, so there is none here.
    """

    _name = "tierslieu.unit"
    _description = "Unit"
    _order = "place_id, sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    place_id = fields.Many2one(
        "tierslieu.place", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="place_id.company_id", store=True, index=True)
    space_ids = fields.Many2many("tierslieu.space", string="Spaces")

    @api.constrains("place_id", "space_ids")
    def _check_place(self):
        for unit in self:
            stray = unit.space_ids.filtered_domain([("place_id", "!=", unit.place_id.id)])
            if stray:
                raise ValidationError(
                    self.env._(
                        "%(unit)s and %(space)s are not in the same place.",
                        unit=unit.name,
                        space=stray[0].name,
                    )
                )

    def write(self, vals):
        if vals.get("active") is False:
            self._require_unclaimed()
        elif vals.get("place_id"):
            self.filtered(lambda u: u.place_id.id != vals["place_id"])._require_unclaimed()
        before = {unit: unit.space_ids for unit in self} if "space_ids" in vals else {}
        result = super().write(vals)
        for unit, spaces in before.items():
            for space in spaces - unit.space_ids:
                unit._require_unclaimed(space)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unclaimed(self):
        self._require_unclaimed()

    def _future_claims(self, limit=5, space=None):
        """Describe the claims still to come on these units, as sentences.

        The layers above know of claims and add theirs.

        :param space: only those made for this space, of all that the units serve
        """
        return []

    def _require_unclaimed(self, space=None):
        """Refuse to lose units (for a space) that someone counts on, and say who."""
        if not self:
            return
        claims = self._future_claims(limit=5, space=space)
        if claims:
            raise UserError(
                self.env._(
                    "Someone counts on it: %(claims)s. Move or cancel that first.",
                    claims="; ".join(claims[:5]),
                )
            )
