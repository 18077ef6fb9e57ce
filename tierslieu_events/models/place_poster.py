from math import ceil
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import format_date

from odoo.addons.tierslieu_base.qr import qr_png

# What the head and the foot leave of an A3 page, in the pixels of the sheet.
ROOM = 1000
# What is left is shared out between the events, up to so many times the usual gap.
MOST_AIR = 3
# How wide a letter is of its size: titles are bold.
WIDE, NARROW = 0.56, 0.5
TALL = 1.25


class Size(NamedTuple):
    """How a poster is set: pixels, but for `columns`, and `has_summary` that tells whether it says what each is."""

    columns: int
    title: int
    has_summary: bool
    gap: int

    @property
    def text(self):
        return max(12, self.title * 18 // 25)

    @property
    def day(self):
        """Return how wide the day is, before its events."""
        return self.title * 5 // 2

    @property
    def width(self):
        """Return how wide an event is."""
        return (890 if self.columns == 1 else 430) - self.day


# From the largest on: the first in which a month fits one page is its own.
SIZES = tuple(
    Size(columns, title, has_summary, title * 2 // 3)
    for columns, has_summary, titles in (
        (1, True, range(48, 34, -2)), (2, True, range(34, 18, -1)), (2, False, range(24, 11, -1)),
    )
    for title in titles
)


class Place(models.Model):
    """The month of a place on one A3 page, to put up in its window."""

    _inherit = "tierslieu.place"

    def _poster(self):
        """Return what the poster of a month says; the month is in the context, this one by default.

        :return: dict: `month`, `year` (said), `size`, `columns` (lists of days, as `_agenda`, with their `weekday`)
        """
        self.ensure_one()
        asked = fields.Date.to_date(self.env.context.get("tierslieu_month"))
        month = (asked or self.now_local().date()).replace(day=1)
        days = [
            day | {"weekday": format_date(self.env, day["date"], date_format="EEE")}
            for day in self._agenda(month)["days"]
        ]
        for size in SIZES:
            columns = self._poster_columns(days, size)
            if all(self._poster_height(column, size) <= ROOM for column in columns):
                break
        size = self._poster_aired(columns, size)
        name = format_date(self.env, month, date_format="MMMM")
        return {"month": name[:1].upper() + name[1:], "year": month.year, "columns": columns, "size": size}

    def _poster_columns(self, days, size):
        """Share days out into columns, in their order, about as long as each other."""
        if size.columns == 1:
            return [days]
        cuts = range(len(days) + 1)
        cut = min(
            cuts,
            key=lambda at: max(self._poster_height(days[:at], size), self._poster_height(days[at:], size)),
        )
        return [days[:cut], days[cut:]]

    def _poster_aired(self, columns, size):
        """Return the size with the room that is left below the longest column between its events."""
        longest = max(columns, key=lambda days: self._poster_height(days, size))
        events = sum(len(day["events"]) for day in longest)
        left = max(0, ROOM - self._poster_height(longest, size))
        return size._replace(gap=min(size.gap + int(left / max(events, 1)), size.gap * MOST_AIR))

    def _poster_height(self, days, size):
        """Return about how many pixels these days take, one below the other."""

        def lines(text, letter):
            return max(1, ceil(len(text or "") * letter / size.width))

        height = 0
        for day in days:
            events = sum(
                lines(event["title"], size.title * WIDE) * size.title * TALL
                + (size.text * TALL if size.has_summary and event["summary"] else 0)
                + lines(self._poster_when_said(event), size.text * NARROW) * size.text * TALL
                + size.gap
                for event in day["events"]
            )
            height += max(events, size.title * 3) + 1
        return height

    def _poster_when_said(self, event):
        """Say when and where an event of the programme is, and what it costs."""
        parts = event["hours"], event["space"].name if event["space"] else "", event.get("price")
        return " · ".join(part for part in parts if part)

    def _poster_qr(self):
        """Return the code that leads to the agenda, as the address of a picture."""
        return qr_png(f"{self.get_base_url()}/agenda")
