from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.tools import as_record

from .booking import FIRM_STATES


class Booking(models.Model):
    """The life of a booking: held, confirmed, cancelled, lapsed."""

    _inherit = "tierslieu.booking"

    # -- Hold

    @api.model
    def reserve(self, space, partner, start, stop, **options):
        """Hold a space for a partner and return the booking, in state hold.

        :param space, partner: records or ids
        :param start, stop: naive UTC
        :param options: `people`; `unit` (a wanted unit, record or id);
            `hold_until` (naive UTC; None: the place's minutes); `note`;
            `override_reason` (the team only: why rules of the space are set aside);
            `use_credits` (True: pay with the customer's credits what they can) and
            `credit_types` (records or ids: only these); `extras` ({id: quantity},
            [(id, quantity)…] or [id…]: what is wanted besides, paid with money)
        :raises UserError: one sentence saying why not, with what is free near it
        """
        self._check_options(options)
        space = as_record(self.env, "tierslieu.space", space)
        partner = as_record(self.env, "res.partner", partner)
        people = options.get("people") or 1
        reason = self.env["tierslieu.override"]._checked_reason(options.get("override_reason"))
        # Refused before anything is written when the range itself is wrong.
        quote = space._require_quote(
            partner, start, stop, people=people, override_reason=reason,
            use_credits=options.get("use_credits", True), credit_types=options.get("credit_types"),
            extras=options.get("extras"),
        )
        booking = self.create(
            {
                "space_id": space.id,
                "partner_id": partner.id,
                "start": fields.Datetime.to_datetime(start),
                "stop": fields.Datetime.to_datetime(stop),
                "people": int(people),
                "note": options.get("note"),
                "override_reason": reason,
                "use_credits": bool(options.get("use_credits", True)),
                **self._extra_values(options.get("extras")),
            }
        )
        booking._hold(options, quote)
        return booking

    def _hold(self, options, quote=None):
        """Freeze the price of drafts and claim their units, or raise.

        :param quote: that of a single draft, made a moment ago; None: quote each now
        """
        for booking in self:
            quoted = quote or booking._quoted()
            hold_until = booking._hold_end(options)
            booking.sudo()._freeze(quoted)
            booking._transition(
                "hold",
                held_at=fields.Datetime.now(),
                hold_until=hold_until,
                hold_source=options.get("hold_source"),
            )
            booking._occupy("hold", hold_until=hold_until, unit=options.get("unit"))
            booking._draw_credits(quoted["credits"])
            booking._take_quota_turn()
            booking._log_overrides(quoted)

    def _hold_end(self, options):
        """Return until when a new hold keeps its units, naive UTC; False: until somebody decides."""
        minutes = self.sudo().place_id.hold_minutes
        return options.get("hold_until") or fields.Datetime.now() + timedelta(minutes=minutes)

    def _quoted(self):
        """Return the quote of a draft, or raise what is wrong with it."""
        return self.space_id._require_quote(
            self.partner_id, self.start, self.stop, people=self.people,
            override_reason=self._typed_reason(), use_credits=self.use_credits, extras=self._extras_had(),
        )

    def _log_overrides(self, quote):
        """Keep who set which rules aside, and why."""
        self.ensure_one()
        if quote["overrides"]:
            self.env["tierslieu.override"]._log(self, quote["overrides"], self.override_reason)

    def _freeze(self, quote):
        """Write the lines of a quote as the booking's price."""
        self.ensure_one()
        self.profile_id = quote["profile_id"]
        self.line_ids = [fields.Command.clear()] + [
            fields.Command.create(
                {
                    "sequence": index,
                    "rate_id": line["rate_id"],
                    "product_id": line["product_id"],
                    "description": line["description"],
                    "count": line["count"],
                    "price_unit": line["price_unit"],
                    "amount": line["amount"],
                    "credit_type_id": line.get("credit_type_id"),
                    "credits": line.get("credits", 0.0),
                    "extra_id": line.get("extra_id"),
                    "quantity": line.get("quantity", 0),
                }
            )
            for index, line in enumerate(quote["lines"])
        ]

    def _frozen_lines(self):
        """Return the booking's price as the lines of a quote."""
        self.ensure_one()
        return [
            {
                "rate_id": line.rate_id.id,
                "product_id": line.product_id.id,
                "description": line.description,
                "count": line.count,
                "price_unit": line.price_unit,
                "amount": line.amount,
                "credit_type_id": line.credit_type_id.id,
                "credits": line.credits,
                "extra_id": line.extra_id.id,
                "quantity": line.quantity,
            }
            for line in self.line_ids
        ]

    def _occupy(self, state, hold_until=None, unit=None):
        """Claim the units of the booking, or raise one human sentence."""
        self.ensure_one()
        space = self.sudo().space_id
        units = space.unit_ids
        if unit:
            units = as_record(self.env, "tierslieu.unit", unit).sudo()
            if units not in space.unit_ids or (space.allocation == "all" and units != space.unit_ids):
                raise UserError(
                    self.env._("%(unit)s cannot be chosen in %(space)s.",
                               unit=units.name, space=space.name)
                )
        ranges = space._claim_ranges(self.start, self.stop)
        if not ranges:
            # The hours have changed since it was held.
            raise UserError(space._closed_sentence(self.start))
        with self._with_equipment(state, hold_until):
            rows = self.env["tierslieu.occupancy"].sudo()._claim(
                units,
                ranges,
                {
                    "kind": "booking",
                    "state": state,
                    "hold_until": hold_until,
                    "booking_id": self.id,
                },
                together=space.allocation == "all",
                # Whoever asks for one desk sends nobody away from it.
                space=space if space.allocation == "any" and not unit else None,
            )
            if not rows:
                raise UserError(self._taken_sentence(space, self.start, self.stop))
        return rows

    # -- Confirm

    def action_confirm(self):
        """Make bookings firm: holds as they stand, drafts and lapsed ones if still free.

        Confirming twice is confirming once.

        :raises UserError: when the slot went to someone else meanwhile
        """
        for booking in self:
            if booking.state in ("confirmed", "in_use", "done"):
                continue
            booking._check_state(
                ("draft", "hold", "expired"),
                self.env._("This booking was cancelled: make a new one."),
            )
            if booking.state == "draft":
                booking._hold({})
            booking._make_firm()
            # Confirmed by the team: nobody pays for it in a cart any more.
            booking.sudo().sale_line_ids.filtered(
                lambda line: line.order_id.state in ("draft", "sent")
            ).unlink()
        return True

    def _renew_hold(self):
        """Keep the slot for the time of a payment, claiming it again when it had lapsed.

        :raises UserError: when it went to someone else, or was cancelled
        """
        self.ensure_one()
        booking = self.sudo()
        until = fields.Datetime.now() + timedelta(minutes=booking.place_id.hold_minutes)
        if booking.state == "hold":
            if booking.hold_until:
                until = max(until, booking.hold_until)
                rows = booking.occupancy_ids.filtered(lambda row: row.state == "hold")
                rows.write({"hold_until": until})
                booking.hold_until = until
        elif booking.state == "expired":
            booking._occupy("hold", hold_until=until)
            booking._draw_credits()
            booking._transition("hold", hold_until=until)
        elif booking.state not in FIRM_STATES:
            raise UserError(self.env._("A booking has left your cart: refresh the page."))

    def _make_firm(self):
        """Turn the claim firm, claiming again when the hold had lapsed."""
        self.ensure_one()
        booking = self.sudo()
        if booking.state == "expired":
            booking._occupy("firm")
            booking._draw_credits()
        else:
            booking.occupancy_ids.filtered(lambda row: row.state == "hold").write(
                {"state": "firm", "hold_until": False}
            )
        booking._transition("confirmed", hold_until=False, hold_source=False)

    # -- Check-in, check-out

    def action_check_in(self):
        """Note that the people are here."""
        self._check_state(("confirmed",), self.env._("Only a confirmed booking checks in."))
        self._require_staff()
        return self._transition("in_use")

    def action_check_out(self):
        """Note that the people have left."""
        self._check_state(("in_use",), self.env._("Only a booking in use checks out."))
        self._require_staff()
        return self._transition("done")

    def _require_staff(self):
        if not (self.env.su or self._is_staff()):
            raise UserError(self.env._("Ask the team: this is done at the reception."))
        # Of their own companies.
        self.check_access("read")

    # -- Cancel, lapse

    def action_cancel(self, reason=None, waive=None):
        """Cancel bookings: the slot is free at once, what was paid comes back, less the fee.

        A member may cancel until the start, the team at any time before
        the people are in. Cancelling twice is cancelling once.

        :param reason: what to keep in the trace
        :param waive: the team only: why the cancellation policy is set aside
        """
        waive = self.env["tierslieu.override"]._checked_reason(waive)
        for booking in self:
            if booking.state in ("cancelled", "expired"):
                continue
            booking._check_state(
                ("draft", "hold", "confirmed"),
                self.env._("This booking has begun: it can no longer be cancelled."),
            )
            if (
                booking.state == "confirmed"
                and booking.start <= fields.Datetime.now()
                and not self._is_staff()
            ):
                raise UserError(
                    self.env._("This booking has begun: it can no longer be cancelled.")
                )
            was_firm = booking.state == "confirmed"
            booking._decide_fee(waive)
            booking._release()
            booking._transition("cancelled", hold_until=False, cancel_reason=reason)
            self.env.flush_all()
            booking.sudo()._settle_cancelled(was_firm)
        return True

    def _release(self):
        """Free the units: the rows stay as a trace."""
        self.sudo().occupancy_ids.filtered(lambda row: row.state != "released").write(
            {"state": "released", "hold_until": False}
        )

    def _expire(self, rows=None):
        """Let lapsed holds go; `rows` are stray lapsed occupancies to free with them."""
        lapsed = self.sudo().filtered(lambda booking: booking.state == "hold")
        if rows:
            rows.sudo().write({"state": "released"})
        lapsed._release()
        lapsed._transition("expired")
        self.env.flush_all()

    @api.model
    def _cron_expire_holds(self, limit=200):
        """Expire the holds that nobody paid in time, in small batches."""
        done = self._expire_due(limit)
        left = self.sudo().search_count(self._due_domain())
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    def _due_domain(self):
        return [("state", "=", "hold"), ("hold_until", "<=", fields.Datetime.now())]

    @api.model
    def _expire_due(self, limit=200):
        """Expire some of the holds that are due and nobody else is at; return how many."""
        bookings = self.sudo().search(self._due_domain(), limit=limit).try_lock_for_update()
        bookings._expire()
        bookings._drop_from_carts()
        return len(bookings)

    # -- What to say when it is taken

    @api.model
    def _taken_sentence(self, space, start, stop):
        """Say that a slot is taken and what is free near it."""
        sentence = self.env._(
            "%(space)s is taken on %(when)s.",
            space=space.sudo().name,
            when=space.sudo().place_id.format_range(start, stop),
        )
        nearest = self._nearest(space, start, stop)
        if not nearest:
            return sentence
        return sentence + " " + self.env._("Free: %(slots)s.", slots="; ".join(nearest))

    @api.model
    def _nearest(self, space, start, stop, most=2):
        """Name the nearest free slots of the same length: same space, then others."""
        space = space.sudo()
        place = space.place_id
        step = timedelta(minutes=space.step_minutes())
        found = []
        day = place.day_bounds(place.to_local(start).date())
        if stop - start < timedelta(hours=24):
            starts = []
            moment = start
            for offset in range(1, 97):
                starts += [start + offset * step, start - offset * step]
            date = space._local_date(start)
            sheet = space._slots_sheet(date, "60")
            busy = space._busy(*space._reach([day]))
            for moment in starts:
                if len(found) >= most - 1:
                    break
                end = moment + (stop - start)
                if moment < day[0] or end > day[1]:
                    continue
                if any(space._range_errors(moment, end, sheet=sheet)):
                    continue
                wanted = space._hulls(space._open_days(moment, end, sheet))
                if space._free_over(busy, wanted, most=1):
                    found.append(place.format_hours(moment, end))
        for other in space.search(
            [
                ("place_id", "=", place.id),
                ("id", "!=", space.id),
                ("kind", "=", space.kind),
                ("is_bookable", "=", True),
            ],
            limit=5,
        ):
            if len(found) >= most:
                break
            if other.free_count(start, stop):
                found.append(
                    self.env._("%(space)s at the same time", space=other.name)
                )
        return found
