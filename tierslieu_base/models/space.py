from itertools import count, islice

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class Space(models.Model):
    """What people see and book: a room, the coworking floor, a machine.

    A space is made of units. `any`: a booking takes one of them; `all`: it
    takes them all. A unit may serve several spaces, as a room does alone and
    as a part of the whole floor. `seats` is the people it takes, not its units.
    """

    _name = "tierslieu.space"
    _description = "Space"
    _inherit = ["mail.thread", "image.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    subtitle = fields.Char(translate=True, help="One line under its name, for visitors.")
    whereabouts = fields.Char(
        translate=True, help="How to find it from the entrance: the floor, the door."
    )
    description = fields.Html(translate=True, sanitize_attributes=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    place_id = fields.Many2one(
        "tierslieu.place", required=True, index=True, ondelete="restrict",
        default=lambda self: self.env["tierslieu.place"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    company_id = fields.Many2one(related="place_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("coworking", "Coworking"),
            ("office", "Office"),
            ("meeting", "Meeting room"),
            ("lounge", "Lounge"),
            ("hall", "Hall"),
            ("kitchen", "Kitchen"),
            ("machine", "Machine"),
            ("locker", "Locker"),
            ("studio", "Studio"),
            ("service", "Someone's time"),
        ],
        required=True,
        default="meeting",
    )
    allocation = fields.Selection(
        [("any", "One of its units"), ("all", "The whole of it")],
        string="A booking takes", required=True, default="all",
    )
    unit_ids = fields.Many2many("tierslieu.unit", string="Units", copy=False)
    unit_count = fields.Integer(
        string="Number of units", compute="_compute_unit_count", inverse="_inverse_unit_count",
        help="Write 20 and twenty desks are there.",
    )
    unit_prefix = fields.Char(
        string="Named", help="“Desk” names them Desk 1, Desk 2… Empty: the name of the space."
    )
    seats = fields.Integer(string="People", default=1, help="0: no limit is kept.")
    amenity_ids = fields.Many2many("tierslieu.amenity", string="Amenities")
    is_bookable = fields.Boolean(string="Booked on line", default=True)
    step = fields.Integer(string="Booking step", help="In minutes. 0: the step of the place.")
    setup_key = fields.Char(
        copy=False, help="The row of the set-up that made it: settled again, it is not made twice."
    )

    _setup_once = models.UniqueIndex(
        "(place_id, setup_key) WHERE setup_key IS NOT NULL", "The set-up makes a space once."
    )
    _seats = models.Constraint(
        "CHECK (seats >= 0)", "The number of people cannot be negative."
    )
    _step = models.Constraint(
        "CHECK (COALESCE(step, 0) IN (0, 5, 10, 15, 20, 30, 60))",
        "The booking step is 5, 10, 15, 20, 30 or 60 minutes.",
    )

    @api.depends("unit_ids")
    def _compute_unit_count(self):
        for space in self:
            space.unit_count = len(space.unit_ids)

    def _inverse_unit_count(self):
        """Create the units that are missing, retire the last of those in excess."""
        for space in self:
            wanted = space.unit_count
            if not 0 <= wanted <= 500:
                raise UserError(self.env._("A space has from 0 to 500 units."))
            units = space.unit_ids.sorted(lambda unit: (unit.sequence, unit.id))
            if wanted > len(units):
                space._add_units(wanted - len(units))
            elif wanted < len(units):
                space._retire_units(units[wanted:])

    def _add_units(self, number):
        """Create units and number them after those that are there."""
        self.ensure_one()
        prefix = self.unit_prefix or self.name
        taken = set(self.with_context(active_test=False).unit_ids.mapped("name"))
        if number == 1 and not taken:
            names = [self.name]
        else:
            free = (f"{prefix} {nth}" for nth in count(len(self.unit_ids) + 1))
            names = list(islice((name for name in free if name not in taken), number))
        after = max(self.unit_ids.mapped("sequence"), default=0)
        self.unit_ids = [
            Command.create(
                {"name": name, "place_id": self.place_id.id, "sequence": after + nth}
            )
            for nth, name in enumerate(names, start=1)
        ]

    def _retire_units(self, units):
        """Take units out of this space; archive those that serve no other."""
        spare = units.filtered(lambda unit: unit.space_ids == self)
        spare._require_unclaimed()
        self.unit_ids = [Command.unlink(unit.id) for unit in units]
        spare.active = False

    def step_minutes(self):
        """Return the booking step of this space, in minutes."""
        self.ensure_one()
        space = self.sudo()
        return space.step or space.place_id.step

    def drawing_url(self):
        """Return the address of its picture: its own, or else our drawing of its kind."""
        self.ensure_one()
        space = self.sudo()
        if space.image_1920:
            return f"/web/image/tierslieu.space/{space.id}/image_1024"
        return f"/tierslieu_base/static/src/img/kinds/{space.kind}.svg"

    @api.constrains("place_id", "unit_ids")
    def _check_units(self):
        self.unit_ids._check_place()

    def write(self, vals):
        if vals.get("active") is False:
            self._require_unclaimed()
        before = {space: space.unit_ids for space in self} if "unit_ids" in vals else {}
        result = super().write(vals)
        for space, units in before.items():
            (units - space.unit_ids)._require_unclaimed(space)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unclaimed(self):
        self._require_unclaimed()

    def _require_unclaimed(self):
        """Refuse to lose a space that someone counts on, and say who."""
        for space in self:
            own = space.unit_ids.filtered(lambda unit, space=space: unit.space_ids == space)
            own._require_unclaimed()
            (space.unit_ids - own)._require_unclaimed(space)
