from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

MONTHS_AT_MOST = 13
REPLAYED = ("confirmed", "in_use", "done", "no_show")


class RateGrid(models.AbstractModel):
    """What an edited grid would have earned: the past bookings, priced again."""

    _inherit = "tierslieu.rate.grid"

    @api.model
    def simulate(self, place, changes, date_from=None, date_to=None):
        """Replay past bookings under an edited grid, keeping nothing of it.

        The changes are written as `save` would, the bookings are priced by the
        same rule as for a member, and all is undone.

        :param changes: see `save`
        :param date_from, date_to: local dates, both included; the last three
            months when not given
        :return: dict: `date_from`, `date_to`, `count`; `rows` by space and
            profile and `spaces` by space ({space, profile, count, billed,
            before, after}), `total` (same keys): what was billed, what today's
            grid makes of it, what the edited one would; `lost`: how many the
            edited grid no longer prices
        """
        place = self._place(place)
        first, last = self._period(place, date_from, date_to)
        bookings = self._replayed(place, first, last)
        before = self._replay(place, bookings, first, last)
        after = {}

        class Undo(Exception):
            pass

        try:
            with self.env.cr.savepoint():
                self._apply(place, changes)
                after = self._replay(place, bookings, first, last)
                raise Undo
        except Undo:
            self.env.invalidate_all()
        return {
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(last),
            "lost": sum(after[b.id] is None and before[b.id] is not None for b in bookings),
            **self._sums(bookings, before, after),
        }

    @api.model
    def _period(self, place, date_from, date_to):
        last = fields.Date.to_date(date_to) or place.now_local().date()
        first = fields.Date.to_date(date_from) or last - relativedelta(months=3)
        if first > last:
            raise UserError(self.env._("The end must come after the start."))
        if first + relativedelta(months=MONTHS_AT_MOST) < last:
            raise UserError(self.env._("Replay a year at the most."))
        return first, last

    @api.model
    def _replayed(self, place, first, last):
        return self.env["tierslieu.booking"].sudo().search(
            Domain("place_id", "=", place.id)
            & Domain("state", "in", REPLAYED)
            & Domain("start", ">=", place.to_utc(datetime.combine(first, time.min)))
            & Domain("start", "<", place.day_bounds(last)[1]),
            order="start, id",
        )

    def _replay(self, place, bookings, first, last):
        """Return {booking id: its price under the grid as it stands, or None}."""
        if not bookings:
            return {}
        reach = max(bookings.mapped("stop"))
        opening = place.open_intervals(
            place.day_bounds(first)[0], max(place.day_bounds(last)[1], reach + timedelta(days=1))
        )
        rates = place.space_ids.rate_ids
        tiers, prices, own, follows = {}, {}, {}, {}
        for booking in bookings:
            space = booking.space_id
            date = space._local_date(booking.start)
            pricelist = self._pricelist_then(booking, date, own)
            if pricelist not in follows:
                follows[pricelist] = rates._prices_follow_date(pricelist)
            key = pricelist, date if follows[pricelist] else None
            if key not in tiers:
                tiers[key] = rates._tiers(pricelist, date)
            prices[booking.id] = self._price_again(booking, tiers[key], opening)
        return prices

    def _pricelist_then(self, booking, date, own):
        """Return the pricelist of a booking: of its frozen fare, or of its customer.

        :param own: cache of the lists of customers
        """
        if booking.profile_id.pricelist_id:
            return booking.profile_id.pricelist_id
        space, partner = booking.space_id, booking.partner_id
        if booking.profile_id:
            if partner not in own:
                own[partner] = space._pricelist_of(booking.profile_id, partner)
            return own[partner]
        return space._pricelist(partner, date)

    def _price_again(self, booking, tiers, opening):
        """Return the price of a booking today, or None when the grid does not cover it."""
        space = booking.space_id
        date = space._local_date(booking.start)
        until = space._local_date(booking.stop - timedelta(microseconds=1))
        begin, end = space.place_id.day_bounds(date)[0], space.place_id.day_bounds(until)[1]
        hours = [pair for pair in opening if pair[0] < end and pair[1] > begin]
        if any(rate not in tiers for rate in space.rate_ids):
            tiers = tiers | space.rate_ids._tiers(booking.profile_id.pricelist_id, date)
        sheet = space._sheet(date, until, tiers, hours)
        days = space._open_days(booking.start, booking.stop, sheet)
        if not space._covers(days, booking.start, booking.stop):
            return None
        best, problem = space._cheapest(sheet, booking.start, booking.stop)
        return None if problem else float(best.total)

    def _sums(self, bookings, before, after):
        """Add up by space, and by space and profile."""
        rows, spaces = {}, {}
        total = {"count": 0, "billed": 0.0, "before": 0.0, "after": 0.0}
        currency = bookings[:1].currency_id
        for booking in bookings:
            space, profile = booking.space_id, booking.profile_id
            names = {"space": space.name, "space_id": space.id}
            row = rows.setdefault(
                (space, profile), {**names, "profile": profile.name or "", **dict.fromkeys(total, 0)}
            )
            whole = spaces.setdefault(space, {**names, **dict.fromkeys(total, 0)})
            # What no grid prices (hours that have changed since) weighs the same on both sides.
            billed = booking.amount_total - sum(
                line.amount for line in booking.line_ids if line.extra_id
            )
            then = billed if before[booking.id] is None else before[booking.id]
            now = 0.0 if before[booking.id] is not None else then
            now = now if after[booking.id] is None else after[booking.id]
            for sums in (row, whole, total):
                sums["count"] += 1
                sums["billed"] = currency.round(sums["billed"] + billed)
                sums["before"] = currency.round(sums["before"] + then)
                sums["after"] = currency.round(sums["after"] + now)
        return {
            "count": total["count"],
            "rows": [
                rows[key] for key in sorted(rows, key=lambda key: (key[0].sequence, key[0].id, key[1].id))
            ],
            "spaces": [
                spaces[key] for key in sorted(spaces, key=lambda key: (key.sequence, key.id))
            ],
            "total": total,
        }
