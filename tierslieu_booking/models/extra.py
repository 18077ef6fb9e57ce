import re

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What one space is offered, and with which words, is read once for all of them.
OFFERED = {"place_id", "active", "sequence", "name"}


class Extra(models.Model):
    """What may be added to a booking: coffee, the room set up, a projector.

    A service is priced and never runs out. Equipment is made of units, which
    the booking claims for its own time as it claims its room: no two bookings
    have the same projector. The price is that of the product in the pricelist
    of the customer, for one of them, tax included.
    """

    _name = "tierslieu.extra"
    _description = "Extra"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Char(
        translate=True, help="One line that says what one gets, for example “Two kinds, and herbal tea”."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(default="fa-plus", help="Name of a Font Awesome 4.7 icon, such as fa-coffee.")
    place_id = fields.Many2one(
        "tierslieu.place", required=True, index=True, ondelete="restrict",
        default=lambda self: self.env["tierslieu.place"].search([], limit=1),
    )
    company_id = fields.Many2one(related="place_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    space_ids = fields.Many2many(
        "tierslieu.space", string="Offered with", domain="[('place_id', '=', place_id)]",
        help="None: with every space of the place.",
    )
    kind = fields.Selection(
        [("service", "Service"), ("equipment", "Equipment")], required=True, default="service",
        help="A service never runs out. Equipment is counted: nobody has the same one at the same time.",
    )
    unit_ids = fields.One2many("tierslieu.unit", "extra_id", string="Units")
    unit_count = fields.Integer(
        string="How many there are", compute="_compute_unit_count", inverse="_inverse_unit_count", store=False
    )
    pricing = fields.Selection(
        [
            ("booking", "Per booking"),
            ("person", "Per person"),
            ("hour", "Per hour"),
            ("day", "Per day"),
        ],
        string="Sold", required=True, default="booking",
    )
    product_id = fields.Many2one(
        "product.product", required=True, index=True, ondelete="restrict",
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
        help="Its price, tax included, and its tax. 0: free of charge.",
    )
    list_price = fields.Float(
        related="product_id.list_price", readonly=False, string="Price, tax included", digits="Product Price"
    )
    most = fields.Integer(string="At most", default=1, help="In one booking. 0: as many as one likes.")
    notice_hours = fields.Float(string="Notice", help="Hours before the booking begins. 0: until the last minute.")

    _most = models.Constraint("CHECK (COALESCE(most, 0) BETWEEN 0 AND 999)", "The most is between 0 and 999.")
    _notice = models.Constraint("CHECK (COALESCE(notice_hours, 0) BETWEEN 0 AND 8760)", "The notice is a year at most.")

    @api.depends("unit_ids")
    def _compute_unit_count(self):
        for extra in self:
            extra.unit_count = len(extra.unit_ids)

    def _inverse_unit_count(self):
        """Create the units that are missing, retire the last of those in excess."""
        for extra in self:
            wanted = extra.unit_count if extra.kind == "equipment" else 0
            if not 0 <= wanted <= 100:
                raise UserError(self.env._("There are from 0 to 100 of an extra."))
            units = extra.unit_ids.sorted(lambda unit: (unit.sequence, unit.id))
            if wanted > len(units):
                extra._add_units(wanted - len(units))
            elif wanted < len(units):
                units[wanted:].active = False

    def _add_units(self, number):
        taken = set(self.with_context(active_test=False).unit_ids.mapped("name"))
        nth = len(self.unit_ids)
        names = []
        while len(names) < number:
            nth += 1
            if (name := f"{self.name} {nth}") not in taken:
                names.append(name)
        self.env["tierslieu.unit"].create(
            [{"name": name, "place_id": self.place_id.id, "extra_id": self.id, "sequence": 100} for name in names]
        )

    # -- Constraints

    @api.constrains("icon")
    def _check_icon(self):
        for extra in self:
            if extra.icon and not re.fullmatch(r"fa-[a-z0-9-]{1,40}", extra.icon):
                raise ValidationError(
                    self.env._("An icon has a name such as fa-wifi, not %(icon)s.", icon=extra.icon[:40])
                )

    @api.constrains("place_id", "space_ids", "unit_ids")
    def _check_place(self):
        for extra in self:
            stray = extra.space_ids.filtered(lambda space, extra=extra: space.place_id != extra.place_id)
            if stray or extra.unit_ids.place_id - extra.place_id:
                raise ValidationError(
                    self.env._("%(extra)s and its spaces and units are in one place.", extra=extra.name)
                )

    @api.constrains("product_id", "place_id")
    def _check_product(self):
        """Refuse a product whose price could not be shown as it will be paid."""
        for extra in self:
            product, company = extra.product_id, extra.company_id
            if product.company_id and product.company_id != company:
                raise ValidationError(
                    self.env._(
                        "The product %(product)s belongs to another company than %(extra)s.",
                        product=product.display_name, extra=extra.name,
                    )
                )
            taxes = product.taxes_id.filtered_domain(self.env["account.tax"]._check_company_domain(company))
            on_top = taxes.with_company(company).filtered(lambda tax: not tax.price_include)
            if on_top:
                raise ValidationError(
                    self.env._(
                        "Extras are sold tax included: set the tax %(tax)s of the product %(product)s to"
                        " “included in price”.",
                        tax=on_top[0].name, product=product.display_name,
                    )
                )

    # -- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        extras = super().create(vals_list)
        extras._hide_products()
        return extras

    def write(self, vals):
        for field in {"kind", "place_id"} & vals.keys():
            for extra in self:
                if extra[field] != extra._fields[field].convert_to_record(
                    extra._fields[field].convert_to_cache(vals[field], extra), extra
                ) and extra._is_booked():
                    raise UserError(
                        self.env._(
                            "Somebody has booked %(extra)s: archive it and make another one instead.", extra=extra.name
                        )
                    )
        if OFFERED & vals.keys():
            self.env.registry.clear_cache()
        result = super().write(vals)
        if "product_id" in vals:
            self._hide_products()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unbooked(self):
        for extra in self:
            if extra._is_booked():
                raise UserError(self.env._("Somebody has booked %(extra)s: archive it instead.", extra=extra.name))
        self.env.registry.clear_cache()

    def _is_booked(self):
        return bool(self.env["tierslieu.booking.extra"].sudo().search_count([("extra_id", "in", self.ids)], limit=1))

    def _hide_products(self):
        """Keep the products of extras out of the shop: they come with a booking."""
        self.sudo().product_id.product_tmpl_id.filtered("is_published").is_published = False

    # -- What may be asked for

    @api.model
    def _asked(self, value):
        """Return {extra: quantity} of what someone asks for, as RPC sends it.

        :param value: {id: quantity}, [(id, quantity)…], [id…] or records; nothing is none
        :raises UserError: one sentence, when it makes no sense
        """
        if not value:
            return {}
        wanted = {}
        for key, quantity in self._asked_pairs(value):
            key, quantity = self._asked_number(key), self._asked_number(quantity)
            if not 0 < key < 2**31:
                raise UserError(self.env._("This extra is not offered any more."))
            if not 0 <= quantity <= 999 - wanted.get(key, 0):
                raise UserError(self.env._("Say how many of an extra: a whole number, from 0 to 999."))
            if quantity:
                wanted[key] = wanted.get(key, 0) + quantity
        extras = self.sudo().browse(sorted(wanted)).exists()
        if len(extras) < len(wanted):
            raise UserError(self.env._("This extra is not offered any more."))
        return {extra: wanted[extra.id] for extra in extras}

    @api.model
    def _asked_pairs(self, value):
        if isinstance(value, models.BaseModel):
            if value._name != self._name:
                raise UserError(self.env._("This extra is not offered any more."))
            return [(key, 1) for key in value.ids]
        if isinstance(value, dict):
            return list(value.items())
        if isinstance(value, (list, tuple, set)):
            pairs = [each if isinstance(each, (list, tuple)) else (each, 1) for each in value]
            if all(len(pair) == 2 for pair in pairs):
                return pairs
        raise UserError(self.env._("Say how many of an extra: a whole number, from 0 to 999."))

    @api.model
    def _asked_number(self, value):
        """Read a whole number, as JSON or a form writes it; -1 when it is none."""
        if isinstance(value, models.BaseModel):
            value = value.id
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value):
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) else -1

    def _is_offered(self, space):
        """Whether this is offered with a space, to who has not booked it yet."""
        self.ensure_one()
        extra = self.sudo()
        return extra.active and extra._belongs(space)

    def _belongs(self, space):
        extra, space = self.sudo(), space.sudo()
        return extra.place_id == space.place_id and (not extra.space_ids or space in extra.space_ids)

    @api.model
    def _offered_with(self, space):
        """Return the extras offered with a space, in their order."""
        return self.sudo().browse(self._offered_by_place().get(space.sudo().place_id.id, ())).filtered(
            lambda extra: not extra.space_ids or space.sudo() in extra.space_ids
        )

    @tools.ormcache()
    def _offered_by_place(self):
        """Return {place id: ids of its extras}: one reading serves every page."""
        found = {}
        for extra in self.sudo().search(Domain("active", "=", True)):
            found.setdefault(extra.place_id.id, []).append(extra.id)
        return {key: tuple(ids) for key, ids in found.items()}

    def _free(self, ranges, without=None):
        """Return {extra: how many are free over every range} of equipment, in a number of queries
        that does not grow.

        :param ranges: naive UTC pairs, what is kept free around a booking included
        :param without: a booking, whose own units are free to it
        """
        extras = self.sudo().filtered(lambda extra: extra.kind == "equipment")
        units = extras.unit_ids
        if not units or not ranges:
            return dict.fromkeys(extras, 0)
        rows = self.env["tierslieu.occupancy"]._live(units, ranges)
        if without:
            rows = rows.filtered(lambda row: row.booking_id != without)
        return {extra: len(extra.unit_ids - rows.unit_id) for extra in extras}

    def _say_quantity(self, quantity):
        """Say how many: “Projector”, “2 × Projector”."""
        self.ensure_one()
        return self.name if quantity == 1 else f"{quantity} × {self.name}"

    def _price_said(self, price):
        """Say the price of one: “15.00 €”, “3.50 € per person”, “Free of charge”."""
        self.ensure_one()
        if not price:
            return self.env._("Free of charge")
        amount = self.sudo().currency_id.format(price)
        return {
            "booking": lambda: amount,
            "person": lambda: self.env._("%(price)s per person", price=amount),
            "hour": lambda: self.env._("%(price)s per hour", price=amount),
            "day": lambda: self.env._("%(price)s per day", price=amount),
        }[self.pricing]()


class Unit(models.Model):
    _inherit = "tierslieu.unit"

    extra_id = fields.Many2one(
        "tierslieu.extra", string="Equipment", index="btree_not_null", ondelete="restrict",
        help="The extra that this unit is one of: a projector, a screen. It serves no space then.",
    )

    @api.constrains("extra_id", "space_ids", "place_id")
    def _check_extra(self):
        for unit in self.filtered("extra_id"):
            extra = unit.extra_id
            if unit.space_ids or extra.kind != "equipment":
                raise ValidationError(
                    self.env._("%(unit)s is equipment to add to a booking: it is no part of a space.", unit=unit.name)
                )
            if extra.place_id != unit.place_id:
                raise ValidationError(
                    self.env._("%(extra)s and its spaces and units are in one place.", extra=extra.name)
                )


class Space(models.Model):
    _inherit = "tierslieu.space"

    @api.constrains("unit_ids")
    def _check_no_equipment(self):
        self.unit_ids._check_extra()
