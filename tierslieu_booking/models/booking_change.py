from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# A change that may still be made: paid late, it is tried again.
OPEN = ("pending", "lapsed")


class BookingChange(models.Model):
    """A dearer slot that the owner of a booking chose, until they have paid the difference.

    The booking stays firm where it is. The change holds what the new slot
    needs besides, and its price, frozen, is in the cart: the new lines, less
    those they replace. The order's confirmation makes the move; leaving the
    cart, or too much time, lets the new slot go and the booking as it was.
    """

    _name = "tierslieu.booking.change"
    _description = "Move to pay"
    _order = "id desc"

    booking_id = fields.Many2one(
        "tierslieu.booking", required=True, index=True, ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(related="booking_id.partner_id")
    company_id = fields.Many2one(related="booking_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="booking_id.currency_id")
    space_id = fields.Many2one(
        "tierslieu.space", required=True, ondelete="restrict", readonly=True
    )
    place_tz = fields.Selection(related="space_id.place_id.tz", string="Zone of the place")
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True)
    when = fields.Char(compute="_compute_when")
    state = fields.Selection(
        [
            ("pending", "To pay"),
            ("done", "Moved"),
            ("lapsed", "Too late"),
            ("cancelled", "Given up"),
        ],
        default="pending", required=True, readonly=True, index=True,
    )
    held_at = fields.Datetime(required=True, readonly=True)
    hold_until = fields.Datetime(required=True, readonly=True, string="Held until")
    hold_source = fields.Char(
        readonly=True, index="btree_not_null", groups="base.group_system",
        help="Keyed fingerprint of the visitor who holds, to cap holds.",
    )
    amount_before = fields.Monetary(required=True, readonly=True)
    amount_after = fields.Monetary(required=True, readonly=True, string="New price")
    difference = fields.Monetary(
        compute="_compute_difference", store=True, string="To pay"
    )
    quote = fields.Json(
        required=True, readonly=True, help="The price of the new slot as it was shown."
    )
    occupancy_ids = fields.One2many("tierslieu.occupancy", "change_id", readonly=True)
    sale_line_ids = fields.One2many("sale.order.line", "tierslieu_change_id", readonly=True)

    _start_before_stop = models.Constraint(
        "CHECK (start < stop)", "The end must come after the start."
    )
    _dearer = models.Constraint(
        "CHECK (amount_after > amount_before)", "What costs no more is not paid first."
    )

    @api.depends("booking_id.name", "space_id.name", "start")
    def _compute_display_name(self):
        for change in self:
            parts = [change.booking_id.name, change.space_id.name, change.when]
            change.display_name = " · ".join(filter(None, parts))

    @api.depends("start", "stop", "space_id")
    @api.depends_context("lang")
    def _compute_when(self):
        for change in self:
            place = change.sudo().space_id.place_id
            change.when = place.format_range(change.start, change.stop)

    @api.depends("amount_before", "amount_after")
    def _compute_difference(self):
        for change in self:
            change.difference = change.amount_after - change.amount_before

    def _said(self):
        """Say what is wanted: “Petit salon, mardi 24 novembre, 14 h à 16 h”."""
        self.ensure_one()
        return f"{self.sudo().space_id.name}, {self.when}"

    # -- Chosen

    @api.model
    def _open(self, booking, start, stop, space, quote, source=None):
        """Hold the new slot of a booking and return the change, or raise one sentence."""
        booking.sudo().change_ids._give_up()
        booking._check_hold_limit(source)
        now = fields.Datetime.now()
        change = self.create(
            {
                "booking_id": booking.id,
                "space_id": space.id,
                "start": start,
                "stop": stop,
                "held_at": now,
                "hold_until": now + timedelta(minutes=booking.sudo().place_id.hold_minutes),
                "hold_source": source,
                "amount_before": booking.amount_total,
                "amount_after": quote["total"],
                "quote": quote,
            }
        )
        change._occupy()
        return change

    def _order_line_values(self, order):
        """Return the lines of a cart: the new price, then what it replaces, taken off."""
        self.ensure_one()
        change = self.with_context(lang=order._get_lang() or self.env.lang).sudo()
        booking = change.booking_id
        when = change.space_id.place_id.format_range(change.start, change.stop, year=True)
        shared = {
            "order_id": order.id,
            "product_uom_qty": 1,
            "tierslieu_booking_id": booking.id,
            "tierslieu_change_id": change.id,
        }
        key = f"tierslieu,change,{change.id}"
        new = [
            {
                "product_id": line["product_id"],
                "tierslieu_amount": line["amount"],
                "tierslieu_paid_in": change._paid_in(line),
                "name": f"{change.space_id.name}\n{when}\n{line['description']}",
                "sequence": 10 + index,
                "extra_tax_data": {"computation_key": f"{key},new"},
            }
            for index, line in enumerate(change.quote["lines"])
        ]
        old = [
            {
                "product_id": line.product_id.id,
                "tierslieu_amount": -line.amount,
                "tierslieu_paid_in": f"− {line._amount_said()}" if line.credit_type_id else False,
                "name": change.env._(
                    "Instead of: %(line)s", line=booking._order_line_name(line)
                ),
                "sequence": 10 + len(new) + index,
                "extra_tax_data": {"computation_key": f"{key},old"},
            }
            for index, line in enumerate(booking.line_ids)
        ]
        return [shared | values for values in new + old]

    def _paid_in(self, line):
        """Say the credits that pay a line of the new price, or False."""
        key = line.get("credit_type_id")
        return self.env["tierslieu.credit.type"].browse(key).say(line["credits"]) if key else False

    # -- The new slot, on hold

    def _occupy(self):
        """Claim what the new slot needs and the booking does not hold itself, or raise.

        In a space of interchangeable units the booking's own is tried first:
        to stay an hour longer is to stay at one's desk.
        """
        self.ensure_one()
        space = self.space_id
        if space.allocation == "all":
            had = self._claim_missing(space.unit_ids)
        else:
            mine = self.booking_id._own_rows().unit_id & space.unit_ids
            had = any(self._claim_missing(unit) for unit in mine)
            had = had or self._claim(
                space.unit_ids - mine, self._ranges(), together=False, space=space
            )
        if not had:
            space = space.with_context(tierslieu_moving=self.booking_id.id)
            raise UserError(self.booking_id._taken_sentence(space, self.start, self.stop))
        self._occupy_extras()

    def _ranges(self):
        return self.space_id._claim_ranges(self.start, self.stop)

    def _claim_missing(self, units):
        """Claim, of all these units, the stretches that the booking does not hold yet."""
        space = self.space_id
        wanted = space._as_intervals(self._ranges())
        own = defaultdict(list)
        for row in self.booking_id._own_rows():
            own[row.unit_id].append((row.start, row.stop))
        groups = defaultdict(units.browse)
        for unit in units.sorted("id"):
            missing = wanted - space._as_intervals(own[unit])
            groups[tuple((lo, hi) for lo, hi, _space in missing)] |= unit
        groups.pop((), None)
        return all(
            self._claim(group, list(ranges), together=True) for ranges, group in groups.items()
        )

    def _claim(self, units, ranges, together, space=None):
        """Hold units for this change; whether they were had."""
        rows = units and self.env["tierslieu.occupancy"]._claim(
            units,
            ranges,
            {
                "kind": "booking",
                "state": "hold",
                "hold_until": self.hold_until,
                "booking_id": self.booking_id.id,
            },
            together=together,
            space=space,
        )
        if not rows:
            return False
        rows.change_id = self
        return True

    def _live_rows(self):
        return self.occupancy_ids.filtered(lambda row: row.state == "hold")

    # -- Paid

    def _is_possible(self):
        """Whether the booking is still the one this change was chosen for."""
        booking = self.booking_id
        return (
            self.state in OPEN
            and booking.state == "confirmed"
            and not self.currency_id.compare_amounts(booking.amount_total, self.amount_before)
        )

    @api.model
    def _pending_domain(self):
        """Domain of the changes that keep a slot now, and that nobody has paid."""
        return fields.Domain("state", "=", "pending") & fields.Domain(
            "hold_until", ">", fields.Datetime.now()
        )

    def _is_over(self):
        """Whether it left its cart's reach: lapsed, given up, or about to be."""
        return self.state in ("lapsed", "cancelled") or (
            self.state == "pending" and self.hold_until <= fields.Datetime.now()
        )

    def _require_possible(self):
        """Refuse a change whose booking has moved, ended or begun meanwhile.

        Whoever used the old slot, or would pay for leaving it, does not trade it for a later one.
        """
        booking = self.booking_id
        begun = self._is_over() and (booking.start <= fields.Datetime.now() or booking._fee_now())
        if begun or not self._is_possible():
            raise UserError(
                self.env._(
                    "%(name)s can no longer be moved: take the move out of your cart.",
                    name=self.booking_id.name,
                )
            )

    def _renew(self):
        """Keep the new slot for the time of a payment, claiming it again when it had lapsed.

        :raises UserError: when it went to someone else, or the booking is no more what it was
        """
        self.ensure_one()
        if self.state == "done":
            return
        self._require_possible()
        minutes = self.booking_id.place_id.hold_minutes
        until = fields.Datetime.now() + timedelta(minutes=minutes)
        self.hold_until = max(until, self.hold_until)
        if self.state == "pending":
            self._live_rows().hold_until = self.hold_until
        else:
            self._occupy()
            self.state = "pending"

    def _renew_to_pay(self, longest):
        """Renew before a payment begins, within limits: not once the booking has begun.

        :param longest: how long a cart may keep a slot in all
        """
        self.ensure_one()
        now = fields.Datetime.now()
        late = self.held_at + longest < now and self._is_over()
        if late or (self.state != "done" and self.booking_id.start <= now):
            raise UserError(
                self.env._(
                    "%(name)s can no longer be moved: take the move out of your cart.",
                    name=self.booking_id.name,
                )
            )
        if self.state == "lapsed":
            self.booking_id._check_hold_limit(self.hold_source)
        if self.held_at + longest >= now:
            self._renew()

    def _apply(self):
        """Move the bookings whose difference is paid: once, all together.

        :raises UserError: when a slot is no longer free, or its booking no more what it was
        """
        for change in self.sudo().filtered(lambda change: change.state != "done"):
            change._require_possible()
            booking = change.booking_id
            was = booking._to_customer()._said()
            if not booking._is_ordered() and booking.line_ids:
                booking._create_order()
            booking._put_aside_free_lines()
            units = change._live_rows().unit_id
            booking._relocate(change.start, change.stop, change.space_id, prefer=units)
            booking._freeze(change._frozen())
            booking._redraw_credits(change.quote.get("credits", []))
            change._tie_lines()
            change.write({"state": "done", "hold_source": False})
            booking._tell_moved(
                was, self.env["tierslieu.refund"], self.env["account.move"], change.difference
            )

    def _frozen(self):
        """Return the quote as it was shown; a rate deleted since is left out."""
        rates = self.env["tierslieu.rate"].browse(
            line["rate_id"] for line in self.quote["lines"] if line["rate_id"]
        ).exists()
        lines = [
            line | {"rate_id": line["rate_id"] in rates.ids and line["rate_id"]}
            for line in self.quote["lines"]
        ]
        return self.quote | {"lines": lines}

    def _tie_lines(self):
        """Tie the new order lines to the price lines that they carry from now on.

        They were created before those they replace; some may be free, as an
        evening that is offered, so that an amount does not tell them apart.
        """
        new = self.sale_line_ids.sorted("id")[: len(self.quote["lines"])]
        for line, price in zip(new, self.booking_id.line_ids, strict=True):
            line.tierslieu_booking_line_id = price

    # -- Let go

    def _release(self):
        self._live_rows().write({"state": "released", "hold_until": False})

    def _lapse(self):
        """Let the new slot go after too much time: a late payment may still find it free."""
        due = self.filtered(lambda change: change.state == "pending")
        due._release()
        due.state = "lapsed"

    def _withdraw(self):
        """Let the new slot go for good."""
        changes = self.filtered(lambda change: change.state in OPEN)
        changes._release()
        changes.write({"state": "cancelled", "hold_source": False})

    def _give_up(self):
        """Withdraw changes and take them out of their carts, unless a payment is on its way."""
        changes = self.filtered(lambda change: change.state in OPEN)
        changes._withdraw()
        changes._drop_from_carts(said=False)

    def _drop_from_carts(self, said=True):
        """Take changes out of the carts they are in, with a word to who looks there."""
        lines = self.sale_line_ids.filtered(
            lambda line: line.order_id.state in ("draft", "sent")
            and not line.order_id._has_live_payment()
        )
        for order, group in lines.grouped("order_id").items():
            if said:
                order.shop_warning = self.env._(
                    "Too much time went by: the move of %(bookings)s has left your cart. Your"
                    " booking stays as it was.",
                    bookings=", ".join(group.tierslieu_booking_id.mapped("name")),
                )
            group.unlink()
