from bisect import bisect_left
from math import ceil
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import format_date

from odoo.addons.tierslieu_base.qr import qr_png

# What the head and the foot leave of an A3 page, in the pixels of the sheet.
ROOM = 1000
# No page holds as many, however short they are.
MOST_EVENTS = 60
# What the line takes that says how many are left out.
MORE = 40
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


class Row(NamedTuple):
    """An event of a poster, on its day: two dicts, as `_agenda` has them."""

    day: dict
    event: dict


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

        :return: dict: `month`, `year` (said), `size`, `columns` (lists of days, as `_agenda`, with their `weekday`;
            a day that is cut is in both), `more` (says how many find no room; may be empty)
        """
        self.ensure_one()
        asked = fields.Date.to_date(self.env.context.get("tierslieu_month"))
        month = (asked or self.now_local().date()).replace(day=1)
        days = [
            day | {"weekday": format_date(self.env, day["date"], date_format="EEE")}
            for day in self._agenda(month)["days"]
        ]
        rows = [Row(day, event) for day in days for event in day["events"]]
        columns, size, left_out = self._poster_set(rows)
        name = format_date(self.env, month, date_format="MMMM")
        return {
            "month": name[:1].upper() + name[1:],
            "year": month.year,
            "columns": [_by_day(column) for column in columns],
            "size": size,
            "more": self.env._(
                "And %(count)s more by the end of the month: see the agenda.", count=left_out
            ) if left_out else "",
        }

    def _poster_set(self, rows):
        """Set rows on one page, as large as they fit it; the last ones are left out when none does.

        :return: (columns (lists of rows), size, how many rows are left out)
        """
        fitted = len(rows) <= MOST_EVENTS and self._poster_fitted(rows, SIZES, ROOM)
        if fitted:
            return *fitted, 0

        def of_first(left_out):
            return self._poster_fitted(rows[: len(rows) - left_out], SIZES[-1:], ROOM - MORE)

        least = max(0, len(rows) - MOST_EVENTS)
        left_out = bisect_left(range(len(rows)), True, least, key=lambda count: of_first(count) is not None)
        return *of_first(left_out), left_out

    def _poster_fitted(self, rows, sizes, room):
        """Return (columns, size) in the first of these sizes in which no column is taller than the room; else None.

        What is left below the columns is then between their events.
        """
        for size in sizes:
            sized = [(row, self._poster_height(row.event, size)) for row in rows]
            for cuts in _cuts(rows, size.columns):
                columns = min(
                    ([sized[:cut], sized[cut:]][: size.columns] for cut in cuts),
                    key=lambda columns, size=size: max(_tall(column, size) for column in columns),
                )
                left = [room - _tall(column, size) for column in columns]
                if min(left) >= 0:
                    air = min(int(more / max(len(column), 1)) for column, more in zip(columns, left, strict=True))
                    gap = min(size.gap + air, size.gap * MOST_AIR)
                    return [[row for row, _height in column] for column in columns], size._replace(gap=gap)
        return None

    def _poster_height(self, event, size):
        """Return about how many pixels an event takes."""

        def lines(text, letter):
            return max(1, ceil(len(text or "") * letter / size.width))

        return (
            lines(event["title"], size.title * WIDE) * size.title * TALL
            + (size.text * TALL if size.has_summary and event["summary"] else 0)
            + lines(self._poster_when_said(event), size.text * NARROW) * size.text * TALL
            + size.gap
        )

    def _poster_when_said(self, event):
        """Say when and where an event of the programme is, and what it costs."""
        parts = event["hours"], event["space"].name if event["space"] else "", event.get("price")
        return " · ".join(part for part in parts if part)

    def _poster_qr(self):
        """Return the code that leads to the agenda, as the address of a picture."""
        return qr_png(f"{self.get_base_url()}/agenda")


def _tall(column, size):
    """Return about how many pixels a column, [(row, height)], takes: a day is as tall as its date at least."""
    days = {}
    for row, height in column:
        days[row.day["date"]] = days.get(row.day["date"], 0) + height
    return sum(max(height, size.title * 3) + 1 for height in days.values())


def _cuts(rows, columns):
    """Return lists of how many rows the first column may have: those that end with a day, then whatever number."""
    if columns == 1:
        return [[len(rows)]]
    counts = range(1, len(rows)) or [len(rows)]
    between = [count for count in counts if count == len(rows) or rows[count].day is not rows[count - 1].day]
    return [between, counts] if between else [counts]


def _by_day(rows):
    """Return the days of rows, each with its events among them."""
    days = {}
    for row in rows:
        days.setdefault(row.day["date"], row.day | {"events": []})["events"].append(row.event)
    return list(days.values())
