from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

from odoo import api, fields, models
from odoo.exceptions import UserError

from .extra_chosen import Chosen

# While a booking may still have extras added, or taken off.
OPEN_STATES = ("hold", "confirmed", "in_use")


class BookingExtra(models.Model):
    """An extra that someone wants with a booking, and how many."""

    _name = "tierslieu.booking.extra"
    _description = "Extra of a booking"
    _order = "booking_id, id"

    booking_id = fields.Many2one("tierslieu.booking", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="booking_id.company_id")
    place_id = fields.Many2one(related="booking_id.place_id")
    space_id = fields.Many2one(related="booking_id.space_id")
    extra_id = fields.Many2one("tierslieu.extra", required=True, index=True, ondelete="restrict")
    quantity = fields.Integer(default=1, required=True)

    _once = models.UniqueIndex("(booking_id, extra_id)", "This extra is there already: change how many.")
    _quantity = models.Constraint("CHECK (quantity BETWEEN 1 AND 999)", "An extra is asked for once at least.")

    @api.depends("extra_id.name", "quantity")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.extra_id._say_quantity(line.quantity) if line.extra_id else False

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self._check_draft()

    def _check_draft(self):
        """Leave what is priced and claimed to the booking: it does all at once, or nothing."""
        if not self.env.su and any(booking.state != "draft" for booking in self.booking_id):
            raise UserError(self.env._("Add or remove extras on the booking: its price follows."))


class Booking(models.Model):
    """The extras of a booking: priced and claimed with it, moved and let go with it."""

    _inherit = "tierslieu.booking"

    extra_ids = fields.One2many("tierslieu.booking.extra", "booking_id", string="Extras", copy=False)
    extras_said = fields.Char(compute="_compute_extras_said", string="With")

    @api.depends("extra_ids.display_name")
    def _compute_extras_said(self):
        for booking in self:
            booking.extras_said = ", ".join(booking._extras_words())

    def _extras_words(self):
        """Say the extras, one by one: “2 × Projector”."""
        return [line.extra_id._say_quantity(line.quantity) for line in self.sudo().extra_ids]

    def _extras_had(self):
        """Return {extra: quantity} of this booking, saved or being typed in."""
        wanted = Counter()
        for line in self.sudo().extra_ids:
            if line.extra_id and line.quantity > 0:
                wanted[line.extra_id._origin or line.extra_id] += line.quantity
        return dict(sorted(wanted.items(), key=lambda pair: pair[0].id))

    def _extras_again(self):
        """Return {extra: quantity} of what would be asked for with the same again: what is still offered."""
        offered = self.space_id._extras_offered()
        return {extra: number for extra, number in self._extras_had().items() if extra in offered}

    def _chosen_extras(self):
        """Return the extras as a quote takes those of a booking that has them."""
        had = self._extras_had()
        return Chosen(had, had, self)

    @api.model
    def _known_options(self):
        return super()._known_options() | {"extras"}

    @api.model
    def _extra_values(self, extras):
        """Return the values of a new booking that say its extras."""
        wanted = self.env["tierslieu.extra"]._asked(extras)
        return {"extra_ids": self._extra_commands(wanted)} if wanted else {}

    @api.model
    def _extra_commands(self, wanted):
        return [
            fields.Command.create({"extra_id": extra.id, "quantity": quantity}) for extra, quantity in wanted.items()
        ]

    def _require_same(self, people, extras):
        """Refuse to take for the same button pressed twice what asks for something more."""
        self.ensure_one()
        other_people = self.space_id.allocation == "all" and people != self.people
        if other_people or self.env["tierslieu.extra"]._asked(extras) != self._extras_had():
            raise UserError(self.env._("This slot is yours already: ask the team to change what comes with it."))

    # -- Units of equipment

    def _own_equipment(self):
        """Return the occupancies of equipment that the booking itself holds."""
        return self.sudo().occupancy_ids.filtered(
            lambda row: row.extra_id and row.state != "released" and not row.change_id
        )

    @contextmanager
    def _with_equipment(self, state, hold_until=None):
        """Claim what is claimed within and the equipment after it: both or neither.

        :return: an object whose `wanted` may be set to False: what is within was not had
        """
        equipment = SimpleNamespace(wanted=True)
        if not self._equipment_wanted():
            yield equipment
            return
        with self.env.cr.savepoint():
            yield equipment
            if equipment.wanted:
                self._occupy_extras(state, hold_until)

    def _equipment_wanted(self):
        """Return {extra: quantity} of what is made of units."""
        return {extra: number for extra, number in self._extras_had().items() if extra.kind == "equipment"}

    def _occupy_extras(self, state, hold_until=None):
        """Claim the units of the equipment wanted, all of them, or raise one sentence.

        After those of the space, always: whoever waits for equipment holds no
        lock that someone with equipment would wait for.
        """
        self.ensure_one()
        booking = self.sudo()
        wanted = booking._equipment_wanted()
        if not wanted:
            return
        ranges = booking.space_id._claim_ranges(booking.start, booking.stop)
        self.env["tierslieu.occupancy"].sudo()._claim_equipment(
            wanted,
            lambda unit: ranges,
            {"kind": "booking", "state": state, "hold_until": hold_until, "booking_id": booking.id},
            near=booking.occupancy_ids.filtered("extra_id").unit_id,
        )

    # -- Added, taken off

    def action_set_extras(self, extras, override_reason=None):
        """Make these the extras of a booking: units, price, order and invoice follow, or nothing does.

        What the booking had already keeps its price.

        :param extras: {id: quantity}, [(id, quantity)…], [id…]: all that it is to have
        :param override_reason: why the team sets rules of the extras aside
        :raises UserError: one sentence, when an extra cannot be had
        """
        self.ensure_one()
        self._require_staff()
        wanted = self.env["tierslieu.extra"]._asked(extras)
        reason = self.env["tierslieu.override"]._checked_reason(override_reason) or self._typed_reason()
        with self.env.cr.savepoint():
            self._set_extras(wanted, reason)
        return True

    def _set_extras(self, wanted, reason=None):
        booking = self.sudo()
        if booking.state == "draft":
            booking.extra_ids = [fields.Command.clear(), *self._extra_commands(wanted)]
            return
        self._check_state(OPEN_STATES, self.env._("This booking is over: its extras no longer change."))
        had = booking._extras_had()
        if wanted == had:
            return
        quote = booking._extras_quote(Chosen(wanted, had, booking), bool(reason))
        if quote["errors"]:
            raise UserError(quote["errors"][0])
        booking.change_ids._give_up()
        booking._own_equipment().write({"state": "released", "hold_until": False})
        booking.extra_ids = [fields.Command.clear(), *self._extra_commands(wanted)]
        held = booking.state == "hold"
        booking._occupy_extras("hold" if held else "firm", hold_until=booking.hold_until if held else None)
        booking._reprice(quote)
        if reason and quote["overrides"]:
            self.env["tierslieu.override"]._log(self, quote["overrides"], reason)
        said = booking.extras_said or self.env._("none")
        booking._message_log(body=self.env._("Extras: %(extras)s.", extras=said))

    def _extras_quote(self, chosen, beyond_rules=False):
        """Return what the booking costs with other extras: its slot keeps the price that was agreed.

        So do the extras that stay as they are.
        """
        self.ensure_one()
        space = self.space_id
        days = space._open_days(self.start, self.stop)
        more = {extra: number for extra, number in chosen.wanted.items() if number > chosen.had.get(extra, 0)}
        final, rules = space._extra_errors(chosen._replace(wanted=more), self.start, days)
        frozen = self._frozen_lines()
        kept = {
            line["extra_id"]: line
            for line in frozen
            if line["extra_id"] and self._still_costs(line, chosen.wanted)
        }
        other = {extra: number for extra, number in chosen.wanted.items() if extra.id not in kept}
        lines = space._extra_lines(
            chosen._replace(wanted=other), space._pricelist_of(self.profile_id, self.partner_id),
            space._local_date(self.start), days, self.people,
        )
        order = [extra.id for extra in self.env["tierslieu.extra"].union(*chosen.wanted).sorted()]
        extras = sorted([*lines, *kept.values()], key=lambda line: order.index(line["extra_id"]))
        return {
            "lines": [line for line in frozen if not line["extra_id"]] + extras,
            "credits": [
                {"lot_id": lot.id, "type_id": lot.type_id.id, "amount": float(amount)}
                for lot, amount in self._drawn_credits().items()
            ],
            "errors": final if beyond_rules else final + rules,
            "overrides": rules if beyond_rules else [],
            "profile_id": self.profile_id.id,
        }

    def _still_costs(self, line, wanted):
        """Whether a frozen line of an extra says what is wanted: as many, for as many people."""
        extra = self.env["tierslieu.extra"].browse(line["extra_id"])
        if wanted.get(extra) != line["quantity"]:
            return False
        return extra.pricing != "person" or line["count"] == line["quantity"] * self.people

    def write(self, vals):
        """Turn an edit of the extras of a settled booking into what changes its price and its units."""
        settled = self.filtered(lambda booking: booking.state != "draft")
        if "extra_ids" in vals and settled and not self.env.su:
            self._require_staff()
            commands = vals["extra_ids"]
            vals = {key: value for key, value in vals.items() if key != "extra_ids"}
            result = self.write(vals) if vals else True
            for booking in self:
                booking._write_extras(commands)
            return result
        before = {booking: booking.people for booking in settled} if "people" in vals else {}
        result = super().write(vals)
        for booking, people in before.items():
            if booking.people != people and booking.state in OPEN_STATES:
                booking._follow_people()
        return result

    def _write_extras(self, commands):
        """Apply the commands of a form as one change of extras."""
        self.ensure_one()
        rows = self.sudo().extra_ids
        wanted = {row.id: [row.extra_id.id, row.quantity] for row in rows}
        for nth, command in enumerate(commands):
            code, key, values = (*command, None, None)[:3]
            values = values or {}
            if code == fields.Command.CREATE:
                wanted[f"new {nth}"] = [values.get("extra_id"), values.get("quantity", 1)]
            elif code == fields.Command.UPDATE and key in wanted:
                was = wanted[key]
                wanted[key] = [values.get("extra_id", was[0]), values.get("quantity", was[1])]
            elif code in (fields.Command.DELETE, fields.Command.UNLINK):
                wanted.pop(key, None)
            elif code == fields.Command.CLEAR:
                wanted.clear()
        self.action_set_extras([tuple(pair) for pair in wanted.values()])

    def _follow_people(self):
        """Price again what is paid per person, once another number of people comes."""
        self.ensure_one()
        booking = self.sudo()
        chosen = booking._chosen_extras()
        if not any(extra.pricing == "person" for extra in chosen.wanted):
            return
        booking.change_ids._give_up()
        booking._reprice(booking._extras_quote(chosen, beyond_rules=True))


class BookingLine(models.Model):
    _inherit = "tierslieu.booking.line"

    extra_id = fields.Many2one("tierslieu.extra", ondelete="restrict", index="btree_not_null")
    quantity = fields.Integer(help="How many of the extra.")
