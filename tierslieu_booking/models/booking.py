import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_amount

from odoo.addons.tierslieu_base.models.override import SHORTEST_REASON

FIRM_STATES = ("confirmed", "in_use", "done")
# What only the methods of the state machine may change.
GUARDED = {
    "state", "hold_until", "line_ids", "occupancy_ids", "name",
    "amount_total", "held_at", "hold_source", "claim_partner_id", "profile_id",
    "ics_sequence", "change_ids", "paid_elsewhere", "approval", "approval_chased", "terms",
    "cancellation_policy_id", "fee_at", "fee_percent", "fee_amount", "fee_undo", "is_waived", "amount_owed",
}
# What a booking that has left draft changes only by a move.
SETTLED = {"space_id", "start", "stop"}


class Booking(models.Model):
    """Who has which space, when, and at what price.

    A booking is confirmed, in use or done exactly when its occupancies are
    firm. Its price lines are frozen from the hold on. Only the methods of the
    state machine change its state, whoever calls them.
    """

    _name = "tierslieu.booking"
    _description = "Booking"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "start desc, id desc"

    name = fields.Char(string="Reference", readonly=True, copy=False, index="trigram")
    partner_id = fields.Many2one(
        "res.partner", string="For", required=True, ondelete="restrict", tracking=True
    )
    space_id = fields.Many2one(
        "tierslieu.space", required=True, index=True, ondelete="restrict", tracking=True
    )
    place_id = fields.Many2one(related="space_id.place_id", store=True, index=True)
    company_id = fields.Many2one(related="space_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    start = fields.Datetime(required=True, index=True, tracking=True)
    stop = fields.Datetime(required=True, tracking=True)
    place_tz = fields.Selection(related="space_id.place_id.tz", string="Zone of the place")
    when = fields.Char(compute="_compute_when")
    people = fields.Integer(default=1)
    profile_id = fields.Many2one(
        "tierslieu.profile", string="Fare", readonly=True, copy=False, ondelete="restrict",
        help="The fare profile that the price was made for.",
    )
    override_reason = fields.Char(
        string="Reason to set the rules aside", copy=False,
        help="For the team: why this booking goes round the rules of the space.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("hold", "On hold"),
            ("confirmed", "Confirmed"),
            ("in_use", "In use"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("no_show", "No-show"),
            ("expired", "Expired"),
        ],
        default="draft", required=True, readonly=True, copy=False,
        index=True, tracking=True,
    )
    held_at = fields.Datetime(readonly=True, copy=False)
    hold_until = fields.Datetime(readonly=True, copy=False)
    hold_source = fields.Char(
        readonly=True, copy=False, index="btree_not_null", groups="base.group_system",
        help="Keyed fingerprint of the visitor who holds, to cap holds; erased on confirmation.",
    )
    claim_partner_id = fields.Many2one(
        "res.partner", readonly=True, copy=False, groups="base.group_system",
        help="Account this guest purchase may join through the link mailed to it.",
    )
    cancel_reason = fields.Char(readonly=True, copy=False)
    occupancy_ids = fields.One2many("tierslieu.occupancy", "booking_id", readonly=True, copy=False)
    unit_ids = fields.Many2many("tierslieu.unit", string="Units", compute="_compute_unit_ids")
    line_ids = fields.One2many("tierslieu.booking.line", "booking_id", readonly=True, copy=False)
    amount_total = fields.Monetary(
        compute="_compute_amount_total", store=True, string="Total, tax included"
    )
    preview = fields.Char(compute="_compute_preview")
    preview_ok = fields.Boolean(compute="_compute_preview")
    refund_ids = fields.One2many("tierslieu.refund", "booking_id", readonly=True)
    note = fields.Text(string="Note for the team")
    uid_ics = fields.Char(
        default=lambda self: secrets.token_hex(16), readonly=True, copy=False,
        required=True, groups="base.group_system",
    )

    # Of one person, those of a month: years of past ones are not read.
    _by_person = models.Index("(partner_id, start)")
    _start_before_stop = models.Constraint(
        "CHECK (start < stop)", "The end must come after the start."
    )
    _people = models.Constraint("CHECK (people > 0)", "At least one person comes.")

    # -- Compute

    @api.depends("space_id.name", "start", "name")
    def _compute_display_name(self):
        for booking in self:
            parts = [booking.name or "", booking.space_id.name or "", booking.when or ""]
            booking.display_name = " · ".join(filter(None, parts))

    @api.depends("start", "stop", "space_id")
    @api.depends_context("lang")
    def _compute_when(self):
        this_year = fields.Date.today().year
        for booking in self:
            place = booking.sudo().space_id.place_id
            if place and booking.start and booking.stop:
                other_year = place.to_local(booking.start).year != this_year
                booking.when = place.format_range(
                    booking.start, booking.stop, year=other_year
                )
            else:
                booking.when = False

    @api.depends(
        "occupancy_ids.unit_id", "occupancy_ids.state", "occupancy_ids.change_id", "occupancy_ids.extra_id"
    )
    def _compute_unit_ids(self):
        """Give the units of the space held now; once all are released, those held last."""
        for booking in self:
            rows = booking.occupancy_ids.filtered(lambda row: not row.change_id and not row.extra_id)
            live = rows.filtered(lambda row: row.state != "released")
            if booking.space_id.allocation == "any":
                rows = rows.sorted("id")[-1:]
            booking.unit_ids = live.unit_id or rows.unit_id & booking.space_id.unit_ids

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for booking in self:
            booking.amount_total = sum(booking.line_ids.mapped("amount"))

    @api.depends(
        "space_id", "partner_id", "start", "stop", "people", "state", "override_reason", "use_credits",
        "extra_ids.extra_id", "extra_ids.quantity",
    )
    def _compute_preview(self):
        """Say, while a draft is being filled in, what it costs or what is wrong."""
        for booking in self:
            booking.preview, booking.preview_ok = booking._preview()

    def _preview(self):
        self.ensure_one()
        if self.state != "draft" or not (self.space_id and self.start and self.stop):
            return False, True
        space = self.space_id._origin or self.space_id
        partner = self.partner_id._origin or self.env.user.partner_id
        quote = space.quote(
            partner, self.start, self.stop, people=self.people,
            # Nobody's credits before it is said who comes.
            override_reason=self._typed_reason(), use_credits=self.use_credits and bool(self.partner_id),
            extras=self._extras_had(),
        )
        if quote["errors"]:
            return quote["errors"][0], False
        if not space.sudo()._free_whole(self.start, self.stop):
            return self._taken_sentence(space, self.start, self.stop), False
        price = format_amount(self.env, quote["total"], space.company_id.currency_id)
        said = f"{', '.join(quote['explanation'])} = {price}"
        return ". ".join(filter(None, (said, self._say_left(quote)))), True

    def _typed_reason(self):
        """Return the reason typed to set rules aside, or None while there is none."""
        reason = (self.override_reason or "").strip()
        return reason if len(reason) >= SHORTEST_REASON and self._is_staff() else None

    @api.onchange("start")
    def _onchange_start(self):
        """Keep the length while the start moves; begin with one hour."""
        if self.start and (not self.stop or self.stop <= self.start):
            length = (
                self._origin.stop - self._origin.start
                if self._origin.start
                else timedelta(hours=1)
            )
            self.stop = self.start + length

    @api.constrains("people", "space_id")
    def _check_people(self):
        """Refuse what the place cannot take: the seats of a space are a rule, judged at the hold."""
        for booking in self:
            errors = booking.space_id._party_errors(booking.people)
            if booking.state in ("hold", "confirmed") and not booking.override_reason:
                errors = errors or booking.space_id._seats_errors(booking.people)
            if errors:
                raise ValidationError(errors[0])

    # -- CRUD: the state machine is the only door

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(GUARDED & vals.keys() for vals in vals_list):
            raise UserError(
                self.env._("A booking begins as a draft: its state follows its actions.")
            )
        for vals in vals_list:
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code("tierslieu.booking")
        bookings = super().create(vals_list)
        # Looked at afterwards: a default in the context counts too.
        if not self.env.su and any(
            booking.state != "draft" or any(booking[field] for field in GUARDED - {"name", "state"})
            for booking in bookings.sudo()
        ):
            raise UserError(
                self.env._("A booking begins as a draft: its state follows its actions.")
            )
        return bookings

    def write(self, vals):
        if not self.env.su:
            if GUARDED & vals.keys():
                raise UserError(
                    self.env._("The state and price of a booking follow its actions.")
                )
            if SETTLED & vals.keys() and any(b.state != "draft" for b in self):
                return self._write_move(vals)
        return super().write(vals)

    def _write_move(self, vals):
        """Turn an edit of time or space of a settled booking into a move.

        The rest is written first: a reason typed to set rules aside counts.
        """
        rest = {key: value for key, value in vals.items() if key not in SETTLED}
        if rest:
            self.write(rest)
        for booking in self:
            booking.action_move(
                vals.get("start", booking.start),
                vals.get("stop", booking.stop),
                space=vals.get("space_id"),
            )
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(booking.state != "draft" for booking in self):
            raise UserError(
                self.env._("A booking leaves a trace: cancel it rather than delete it.")
            )

    # -- Helpers shared by the methods of the state machine

    @api.model
    def _known_options(self):
        return {
            "unit", "people", "hold_until", "override_reason", "note", "hold_source",
            "use_credits", "credit_types",
        }

    @api.model
    def _check_options(self, options):
        unknown = options.keys() - self._known_options()
        if unknown:
            raise UserError(
                self.env._("Unknown booking option: %(name)s.", name=sorted(unknown)[0])
            )

    def _is_staff(self):
        return self.env.user.has_group("tierslieu_base.group_host")

    def _transition(self, state, **vals):
        """Change the state for real: the one place where `state` is written."""
        return self.sudo().write({"state": state, **vals})

    def _check_state(self, allowed, sentence):
        for booking in self:
            if booking.state not in allowed:
                raise UserError(sentence)


class BookingLine(models.Model):
    """One line of a booking's frozen price, tax included."""

    _name = "tierslieu.booking.line"
    _description = "Booking price line"
    _order = "booking_id, sequence, id"

    booking_id = fields.Many2one(
        "tierslieu.booking", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    rate_id = fields.Many2one("tierslieu.rate", ondelete="set null")
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    description = fields.Char(required=True)
    count = fields.Float(digits=(16, 4))
    price_unit = fields.Float(digits="Product Price")
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="booking_id.currency_id")
