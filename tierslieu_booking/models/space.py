from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.intervals import Intervals

from ..kernels import cover

# A stretch longer than this, or further away, is a mistake or an attack.
MAX_LENGTH = timedelta(days=366)
MAX_AHEAD = timedelta(days=730)
# More people than any place takes: a mistake or an attack.
MAX_PEOPLE = 10_000


class Space(models.Model):
    _inherit = "tierslieu.space"

    rate_ids = fields.One2many("tierslieu.rate", "space_id", string="Rates", copy=True)
    booking_ids = fields.One2many("tierslieu.booking", "space_id", string="Bookings")
    booking_count = fields.Integer(compute="_compute_booking_count")

    def _compute_booking_count(self):
        counts = dict(
            self.env["tierslieu.booking"]._read_group(
                [
                    ("space_id", "in", self.ids),
                    ("state", "in", ("hold", "confirmed", "in_use")),
                    ("stop", ">", fields.Datetime.now()),
                ],
                ["space_id"],
                ["__count"],
            )
        )
        for space in self:
            space.booking_count = counts.get(space, 0)

    def action_view_bookings(self):
        """Open the bookings of this space."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieu_booking.action_booking"
        )
        action["domain"] = [("space_id", "=", self.id)]
        action["context"] = {"default_space_id": self.id}
        return action

    # -- Availability

    def availability(self, start, stop):
        """Return when each unit is free and open, as far as it is known now.

        :param start, stop: naive UTC datetimes, half-open
        :return: {unit_id: [(start, stop), …]}, naive UTC, sorted
        """
        self.ensure_one()
        self.check_access("read")
        start = fields.Datetime.to_datetime(start)
        stop = fields.Datetime.to_datetime(stop)
        space = self.sudo()
        if not (start < stop):
            return {unit.id: [] for unit in space.unit_ids}
        opening = space._as_intervals(space.place_id.open_intervals(start, stop))
        return {
            unit.id: [(begin, end) for begin, end, _ in opening - busy]
            for unit, busy in space._busy(start, stop).items()
        }

    def _busy(self, start, stop):
        """Return {unit: Intervals taken} over a range, in one query."""
        pairs = defaultdict(list)
        for row in self.env["tierslieu.occupancy"]._live(self.unit_ids, [(start, stop)]):
            pairs[row.unit_id].append((row.start, row.stop or max(stop, row.start)))
        return {unit: self._as_intervals(pairs[unit]) for unit in self.unit_ids}

    def _as_intervals(self, pairs):
        return Intervals((begin, end, self) for begin, end in pairs if begin < end)

    def free_count(self, start, stop):
        """Return how many `reserve()` calls of this whole range would succeed in a row."""
        self.ensure_one()
        self.check_access("read")
        start = fields.Datetime.to_datetime(start)
        stop = fields.Datetime.to_datetime(stop)
        space = self.sudo()
        if space._range_errors(start, stop) or not space.rate_ids:
            return 0
        return space._free_over(space._busy(start, stop), space._claim_ranges(start, stop))

    def _free_over(self, busy, ranges):
        """Count the claims that the units can take over all of `ranges`."""
        wanted = self._as_intervals(ranges)
        free = [not (taken & wanted) for taken in busy.values()]
        if self.allocation == "all":
            return int(bool(free) and all(free))
        return sum(free)

    # -- The shape of a range

    def _open_days(self, start, stop, opening=None):
        """Cut a range by local day: [(date, open intervals asked, open minutes of the day)].

        Days without any opening asked are left out.

        :param opening: Intervals already read, over all the local days touched
        """
        self.ensure_one()
        place = self.sudo().place_id
        first = place.to_local(start).date()
        last = place.to_local(stop - timedelta(microseconds=1)).date()
        if opening is None:
            begin = place.day_bounds(first)[0]
            end = place.day_bounds(last)[1]
            opening = self._as_intervals(place.open_intervals(begin, end))
        days = []
        for offset in range((last - first).days + 1):
            date = first + timedelta(days=offset)
            bounds = place.day_bounds(date)
            whole = opening & self._as_intervals([bounds])
            asked = whole & self._as_intervals([(start, stop)])
            if asked:
                days.append(
                    (
                        date,
                        [(lo, hi) for lo, hi, _ in asked],
                        sum(_minutes(lo, hi) for lo, hi, _ in whole),
                    )
                )
        return days

    def _claim_ranges(self, start, stop):
        """Return what a booking of this range occupies: a stretch a day, joined.

        Within a day the closed hours between two openings are kept too; the
        nights are not. Naive UTC pairs.
        """
        return self._hulls(self._open_days(start, stop))

    def _hulls(self, days):
        """Join the stretches of `_open_days`, one a day, where they touch."""
        hulls = [(asked[0][0], asked[-1][1]) for _date, asked, _whole in days]
        return [(lo, hi) for lo, hi, _ in self._as_intervals(hulls)]

    def _covers(self, days, start, stop):
        """Whether a range begins and ends while the place is open."""
        return bool(days) and days[0][1][0][0] == start and days[-1][1][-1][1] == stop

    def _range_errors(self, start, stop):
        """Return why this space cannot be booked over a range, as sentences.

        Says nothing of who already has it: that is availability's business.
        """
        self.ensure_one()
        errors = self._clock_errors(start, stop)
        if not errors and not self._covers(self._open_days(start, stop), start, stop):
            errors = [self._closed_sentence(start)]
        return errors

    def _clock_errors(self, start, stop):
        """Return what is wrong with a range whatever the opening hours."""
        _ = self.env._
        now = fields.Datetime.now()
        if not start or not stop or start >= stop:
            return [_("The end must come after the start.")]
        if stop - start > MAX_LENGTH:
            return [_("A booking lasts a year at the most.")]
        if start > now + MAX_AHEAD:
            return [_("This date is too far away to be booked yet.")]
        step = self.step_minutes()
        if start + timedelta(minutes=step) <= now:
            return [_("This time has already passed.")]
        if self._off_grid(start) or self._off_grid(stop):
            off = start if self._off_grid(start) else stop
            return [
                _("Times go by steps of %(step)s minutes here, such as %(example)s.",
                  step=step,
                  example=self.sudo().place_id.format_time(self._floor(off)))
            ]
        if not self.sudo().active or not self.sudo().unit_ids:
            return [_("%(space)s cannot be booked at the moment.", space=self.sudo().name)]
        return []

    def _off_grid(self, moment):
        """Whether a moment falls between two steps of the place's clock."""
        return self._floor(moment) != moment

    def _floor(self, moment):
        """Return the grid time at or before a moment, naive UTC."""
        step = self.step_minutes()
        local = self.sudo().place_id.to_local(moment)
        rest = (local.hour * 60 + local.minute) % step
        return moment.replace(second=0, microsecond=0) - timedelta(minutes=rest)

    def _closed_sentence(self, moment):
        """Say when the place opens on the local day of a moment."""
        place = self.sudo().place_id
        date = place.to_local(moment).date()
        hours = place.open_intervals(*place.day_bounds(date))
        if not hours:
            return self.env._(
                "%(place)s is closed on %(day)s.",
                place=place.name,
                day=place.format_date(date),
            )
        return self.env._(
            "%(place)s is open %(hours)s on %(day)s.",
            place=place.name,
            day=place.format_date(date),
            hours=", ".join(place.format_hours(lo, hi) for lo, hi in hours),
        )

    # -- Price

    def quote(self, partner, start, stop, **options):
        """Price a range for a partner, writing nothing.

        :param partner: `res.partner` or id; its pricelist decides
        :return: dict with `total` and `currency` (code), tax included; `lines`
            (dicts: rate_id, product_id, time_unit, count, price_unit, amount,
            description); `credits` (list); `explanation` and `errors`
            (sentences). With errors, `total` is 0.0 and `lines` is empty.
        """
        self.ensure_one()
        self.check_access("read")
        self.env["tierslieu.booking"]._check_options(options)
        partner = self.env["tierslieu.booking"]._as_record("res.partner", partner)
        start = fields.Datetime.to_datetime(start)
        stop = fields.Datetime.to_datetime(stop)
        currency = self.sudo().company_id.currency_id
        result = {
            "total": 0.0,
            "currency": currency.name,
            "lines": [],
            "credits": [],
            "explanation": [],
            "errors": self._range_errors(start, stop)
            or self._party_errors(options.get("people", 1)),
        }
        if result["errors"]:
            return result
        days = self._open_days(start, stop)
        prices = self._rate_prices(partner, days[0][0])
        return result | self._price_days(days, prices)

    def _party_errors(self, people):
        """Refuse a party that the space cannot seat."""
        seats = self.sudo().seats
        try:
            people = int(people)
        except (TypeError, ValueError):
            people = 0
        if people < 1:
            return [self.env._("Say how many people come: at least one.")]
        if self.allocation == "any" or not seats:
            # A desk seats one, but a party may take the first of several.
            seats = self.sudo().place_id.people_max or MAX_PEOPLE
        if people > seats:
            return [
                self.env._(
                    "%(space)s takes %(seats)s people at the most.",
                    space=self.sudo().name,
                    seats=seats,
                )
            ]
        return []

    def _rate_prices(self, partner, date):
        """Return {rate: Decimal price} for a partner on the date of the slot."""
        pricelist = self._pricelist(partner)
        return {
            rate: Decimal(str(rate._price(pricelist, date)))
            for rate in self.sudo().rate_ids
        }

    def _pricelist(self, partner):
        company = self.sudo().company_id
        return partner.sudo().with_company(company).property_product_pricelist

    def _price_days(self, days, prices):
        """Return the priced part of a quote: total, lines, explanation, errors."""
        currency = self.sudo().company_id.currency_id
        rates = {rate.id: rate for rate in prices}
        try:
            best = cover.cover(
                [cover.Day(sum(_minutes(*pair) for pair in asked), whole)
                 for _date, asked, whole in days],
                [cover.Rate(rate.id, rate.time_unit, price) for rate, price in prices.items()],
                self.step_minutes(),
                currency.decimal_places,
            )
        except cover.NoPrice as error:
            return {
                "errors": [
                    self.env._(
                        "%(space)s has no price on %(day)s: ask the team.",
                        space=self.sudo().name,
                        day=self.sudo().place_id.format_date(days[error.day][0]),
                    )
                ]
            }
        lines = [
            {
                "rate_id": line.rate_key,
                "product_id": rates[line.rate_key].product_id.id,
                "time_unit": line.time_unit,
                "count": float(line.count),
                "price_unit": float(line.price),
                "amount": float(line.total),
                "description": self._line_sentence(line),
            }
            for line in best.lines
        ]
        return {
            "total": float(best.total),
            "lines": lines,
            "explanation": [line["description"] for line in lines],
        }

    def _line_sentence(self, line):
        """Say how a line is paid: “2 h at €8.00”."""
        currency = self.sudo().company_id.currency_id
        count = f"{float(line.count):g}"
        if self.env.lang and self.env.lang.startswith("fr"):
            count = count.replace(".", ",")
        price = currency.format(float(line.price))
        if line.time_unit == "hour":
            return self.env._("%(count)s h at %(price)s", count=count, price=price)
        if line.count == 1:
            return self.env._("1 day at %(price)s", price=price)
        return self.env._("%(count)s days at %(price)s", count=count, price=price)

    def _require_quote(self, partner, start, stop, **options):
        """Return the quote or raise its first error."""
        quote = self.quote(partner, start, stop, **options)
        if quote["errors"]:
            raise UserError(quote["errors"][0])
        return quote

    # -- Archiving

    @api.ondelete(at_uninstall=False)
    def _unlink_keeps_history(self):
        if self.env["tierslieu.booking"].sudo().search_count(
            [("space_id", "in", self.ids)], limit=1
        ):
            raise UserError(
                self.env._("This space has bookings: archive it, its history stays.")
            )


def _minutes(start, stop):
    return int((stop - start).total_seconds() // 60)
