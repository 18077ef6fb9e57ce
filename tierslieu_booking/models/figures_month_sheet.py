from babel.numbers import format_decimal, format_percent

from odoo import api, fields, models
from odoo.tools.date_utils import end_of

# What a page has lines for; what is beyond is told together.
MOST_SPACES = 22


class Month(models.Model):
    """What the page of a month says: totals, comparisons, spaces, activities."""

    _inherit = "tierslieu.month"

    # -- Figures

    @api.model
    def _totals(self, firsts):
        """Return {(place, first day of a month): totals}, in four queries however many there are.

        :return: totals: dict of `hours` (the place is open), `open_hours` (times
            units), `taken_hours`, `resident_hours`, `outside_hours`, `rate`,
            `revenue`, `bookings`, `people`, `new_faces`, `no_shows`, `known`,
            `no_show_rate`, `cancelled`; zero where there is nothing
        """
        measures = {
            "figures.occupancy": ("open_hours", "taken_hours", "resident_hours", "outside_hours", "rate"),
            "figures.revenue": ("amount",),
            "figures.booking": (
                "bookings", "new_faces", "no_shows", "known", "no_show_rate", "cancelled", "person_id",
            ),
            "day.hours": ("hours",),
        }
        names = {"amount": "revenue", "person_id": "people"}
        nothing = {names.get(name, name): 0 for each in measures.values() for name in each}
        told = {first: dict(nothing) for first in firsts}
        if not told:
            return told
        # One stretch for each place: a condition for each month costs more than it spares.
        months = {place: [first for each, first in told if each == place] for place, _first in told}
        domain = fields.Domain.OR(
            self._between(place, min(each), end_of(max(each), "month"))
            for place, each in months.items()
        )
        for model, columns in measures.items():
            figures = self.env[f"tierslieu.{model}"]
            specs = [f"{name}:{figures._fields[name].aggregator}" for name in columns]
            for place, first, *values in figures._read_group(domain, ["place_id", "date:month"], specs):
                if (place, first) not in told:
                    continue
                told[place, first].update(
                    (names.get(name, name), value or 0)
                    for name, value in zip(columns, values, strict=True)
                )
        return told

    @api.model
    def _between(self, place, first, last):
        return fields.Domain(
            [("place_id", "=", place.id), ("date", ">=", first), ("date", "<=", last)]
        )

    def _by_space(self, first, last):
        """Return {space: (share taken of all its units or None, bookings, revenue)} over some days.

        A unit that serves several spaces counts here in each of them.
        """
        domain = self._between(self.place_id, first, last)
        units = {
            unit.id: hours
            for unit, *hours in self.env["tierslieu.figures.occupancy"]._read_group(
                domain, ["unit_id"], ["taken_hours:sum", "open_hours:sum"]
            )
        }
        bookings = dict(
            self.env["tierslieu.figures.booking"]._read_group(
                domain, ["space_id"], ["bookings:sum"]
            )
        )
        revenue = dict(
            self.env["tierslieu.figures.revenue"]._read_group(domain, ["space_id"], ["amount:sum"])
        )
        every = self.env["tierslieu.space"].with_context(active_test=False)
        told = {}
        for space in every.search([("place_id", "=", self.place_id.id)]):
            hours = [units[unit.id] for unit in space.unit_ids if unit.id in units]
            taken, opened = (sum(column) for column in zip(*hours, strict=True)) if hours else (0, 0)
            if space.active or taken or bookings.get(space) or revenue.get(space):
                share = taken / opened if opened else None
                told[space] = (share, bookings.get(space) or 0, revenue.get(space) or 0.0)
        return told

    def _by_activity(self, first, last):
        """Return {kind of space or False: revenue} over some days: a hook for analytic accounts."""
        return dict(
            self.env["tierslieu.figures.revenue"]._read_group(
                self._between(self.place_id, first, last), ["kind"], ["amount:sum"]
            )
        )

    def _uninvoiced(self, first, last):
        """Return what is due of what people had, or did not come to, over some days that no invoice carries."""
        start, stop = self.place_id.day_bounds(first)[0], self.place_id.day_bounds(last)[1]
        return self.env["tierslieu.booking"].search(
            [
                ("place_id", "=", self.place_id.id),
                ("state", "in", ("done", "no_show", "cancelled")),
                ("start", ">=", start),
                ("start", "<", stop),
                ("payment_status", "=", "to_invoice"),
            ]
        )

    @api.model
    def _untaxed(self, booking):
        """Return what is to invoice of a booking, tax excluded, in the currency of its company."""
        booking = booking.sudo()
        company = booking.company_id
        lines = booking.sale_line_ids.filtered(lambda line: line.order_id.state == "sale")
        if lines:
            return sum(
                line.currency_id._convert(
                    line.price_subtotal * line.qty_to_invoice / (line.product_uom_qty or 1),
                    company.currency_id, company, fields.Date.context_today(line),
                )
                for line in lines
            )
        positions = self.env["account.fiscal.position"].sudo().with_company(company)
        position = positions._get_fiscal_position(booking.partner_id)
        total = 0.0
        for line in booking.line_ids:
            taxes = line.product_id.taxes_id._filter_taxes_by_company(company)
            details = position.map_tax(taxes)._get_tax_details(
                line._amount_owed(), 1.0, company.currency_id.rounding, special_mode="total_included"
            )
            total += company.currency_id.round(details["total_excluded"])
        return total

    # -- In words

    def _sheet(self):
        """Return what the screen and the page say of this month, in the language of who asks."""
        self.ensure_one()
        here = (self.date, self._last_day())
        before, last_year = (self._span(months) for months in (-1, -12))
        spans = {key: (self.place_id, span[0]) for key, span in
                 (("here", here), ("before", before), ("last_year", last_year)) if span}
        totals = self._totals(spans.values())
        told = {key: totals[span] for key, span in spans.items()}
        owed = self._uninvoiced(*here)
        amount = self._say_amount(sum(map(self._untaxed, owed))) if owed else False
        spaces = self._say_spaces(here, before)
        activities = self._say_activities(here, before, last_year)
        lines = len(spaces) + len(activities)
        address = self.place_id.partner_id.with_context(show_address=False)._display_address(
            without_company=True
        )
        return {
            "running": self._say_running(),
            # The smaller the more there is to tell: it stays on one page.
            "size": "is-roomy" if lines <= 18 else "is-tight" if lines > 26 else "",
            "address": [line.strip() for line in address.splitlines() if line.strip()],
            "before": self._say_month(before[0]) if before else self.env._("Month before"),
            "last_year": self._say_month(last_year[0]) if last_year else self.env._("A year before"),
            "opening": self.env._(
                "%(hours)s of opening", hours=self._say_hours(told["here"]["hours"])
            ),
            "outside": self.env._(
                "Outside opening hours: %(hours)s booked, counted apart",
                hours=self._say_hours(told["here"]["outside_hours"]),
            ),
            "cards": self._cards(told),
            "owed": amount,
            "owed_said": self.env._(
                "%(amount)s excl. VAT of what people had this month is not invoiced yet: counted apart.",
                amount=amount,
            ),
            "activities": activities,
            "spaces": spaces,
            "empty": not any(told["here"][name] for name in ("open_hours", "bookings", "revenue")),
        }

    def _span(self, months):
        """Return (first, last) of the month so many months later, or None: the place was not open."""
        found = self._neighbour(months)
        return (found.date, end_of(found.date, "month")) if found else None

    def _say_running(self):
        today = self.place_id.now_local().date()
        if today > self._last_day():
            return False
        return self.env._(
            "This month is not over: figures of %(day)s, with what is booked until its end.",
            day=self.place_id.format_date(today),
        )

    def _cards(self, told):
        """Return the figures at the top: label, value, what they were, a note."""
        _ = self.env._
        here = told["here"]
        due = here["known"]
        rows = [
            ("rate", _("Occupancy"), "fa-pie-chart", self._say_share,
             _("%(taken)s taken of %(open)s",
               taken=self._say_hours(here["taken_hours"]), open=self._say_hours(here["open_hours"]))),
            ("revenue", _("Revenue excl. VAT"), "fa-eur", self._say_amount,
             _("Invoices less credit notes")),
            ("bookings", _("Bookings"), "fa-calendar-check-o", self._say_number,
             _("%(count)s cancelled", count=self._say_number(here["cancelled"]))),
            ("people", _("People"), "fa-users", self._say_number,
             _("%(count)s bookings each on average", count=self._say_number(
                 (due - here["no_shows"]) / here["people"] if here["people"] else 0, 1))),
            ("new_faces", _("New faces"), "fa-leaf", self._say_number,
             _("%(count)s came back", count=self._say_number(here["people"] - here["new_faces"]))),
            ("no_show_rate", _("No-shows"), "fa-user-times", self._say_share,
             _("%(count)s of %(due)s", count=self._say_number(here["no_shows"]),
               due=self._say_number(due))),
        ]
        return [
            {
                "key": key, "label": label, "icon": icon, "note": note, "value": say(here[key]),
                "before": say(told["before"][key]) if "before" in told else "–",
                "last_year": say(told["last_year"][key]) if "last_year" in told else "–",
            }
            for key, label, icon, say, note in rows
        ] + [self._card_of(told, "cancelled"), self._card_of(told, "outside_hours")]

    def _card_of(self, told, key):
        """Return a figure of the table that has no card of its own on screen."""
        _ = self.env._
        say = self._say_number if key == "cancelled" else self._say_hours
        label = _("Cancellations") if key == "cancelled" else _("Outside opening hours")
        return {
            "key": key, "label": label, "icon": False, "note": "", "value": say(told["here"][key]),
            "before": say(told["before"][key]) if "before" in told else "–",
            "last_year": say(told["last_year"][key]) if "last_year" in told else "–",
        }

    def _say_spaces(self, here, before):
        """Return a row for each space, those beyond what a page holds together in the last."""
        now, past = self._by_space(*here), self._by_space(*before) if before else {}
        rows = [
            {
                "name": space.name, "share": share, "said": self._say_share(share),
                "width": min(round((share or 0) * 100), 100),
                "before": self._say_share(past[space][0]) if space in past else "–",
                "bookings": bookings, "revenue": revenue,
            }
            for space, (share, bookings, revenue) in now.items()
        ]
        if len(rows) > MOST_SPACES:
            rest = rows[MOST_SPACES - 1:]
            others = {
                "name": self.env._("%(count)s other spaces", count=len(rest)),
                "share": None, "said": "–", "width": 0, "before": "–",
                "bookings": sum(row["bookings"] for row in rest),
                "revenue": sum(row["revenue"] for row in rest),
            }
            rows = [*rows[:MOST_SPACES - 1], others]
        for row in rows:
            row["bookings"] = self._say_number(row["bookings"])
            row["revenue"] = self._say_amount(row["revenue"])
        return rows

    def _say_activities(self, here, before, last_year):
        """Return the rows of revenue by activity, the largest first, and their total."""
        spans = [self._by_activity(*span) if span else None for span in (here, before, last_year)]
        names = dict(self.env["tierslieu.space"]._fields["kind"]._description_selection(self.env))
        kinds = {kind for column in spans if column for kind in column}
        ordered = sorted(kinds, key=lambda kind: (-spans[0].get(kind, 0), kind or ""))
        rows = [
            {"name": names.get(kind) or self.env._("Without a booking"), "total": False,
             "amounts": [self._say_amount(column.get(kind, 0)) if column is not None else "–"
                         for column in spans]}
            for kind in ordered
        ]
        total = {
            "name": self.env._("Total"), "total": True,
            "amounts": [self._say_amount(sum(column.values())) if column is not None else "–"
                        for column in spans],
        }
        return [*rows, total]

    def _say_share(self, share):
        if share is None:
            return "–"
        said = format_percent(round(share, 3), locale=self.place_id._babel_locale(),
                              decimal_quantization=False)
        return _plain(said)

    def _say_number(self, number, decimals=0):
        return _plain(
            format_decimal(round(number, decimals), locale=self.place_id._babel_locale())
        )

    def _say_hours(self, hours):
        return f"{self._say_number(hours)}\N{NO-BREAK SPACE}h"

    def _say_amount(self, amount):
        return _plain(self.company_id.currency_id.format(amount))


def _plain(said):
    """Replace the thin space that the fonts of paper lack."""
    return said.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")
