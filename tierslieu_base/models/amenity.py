import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Amenity(models.Model):
    """Something a space offers: a screen, step-free access, silence."""

    _name = "tierslieu.amenity"
    _description = "Amenity"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(
        default="fa-check", help="Name of a Font Awesome 4.7 icon, such as fa-wifi."
    )

    @api.constrains("icon")
    def _check_icon(self):
        for amenity in self:
            if amenity.icon and not re.fullmatch(r"fa-[a-z0-9-]{1,40}", amenity.icon):
                raise ValidationError(
                    self.env._("An icon has a name such as fa-wifi, not %(icon)s.",
                               icon=amenity.icon[:40])
                )
