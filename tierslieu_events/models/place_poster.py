from math import ceil
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import format_date

from odoo.addons.tierslieu_base.qr import qr_png

# What the head and the foot leave of an A3 page, in the pixels of the sheet.
ROOM = 1060
# How wide a letter is of its size: titles are bold.
WIDE, NARROW = 0.56, 0.5
TALL = 1.25


class Size(NamedTuple):
    """How a poster is set: pixels, but for `columns`, and `has_summary` that tells whether it says what each is."""

    columns: int
    width: int
    title: int
    text: int
    gap: int
    has_summary: bool


# From the largest on: the first in which a month fits one page is its own.
SIZES = (
    Size(1, 800, 44, 25, 34, True),
    Size(1, 800, 36, 22, 24, True),
    Size(2, 350, 28, 19, 24, True),
    Size(2, 360, 24, 17, 18, True),
    Size(2, 370, 20, 15, 14, True),
    Size(2, 385, 17, 14, 10, True),
    Size(2, 390, 16, 13, 8, False),
    Size(2, 395, 14, 12, 5, False),
)


class Place(models.Model):
    """The month of a place on one A3 page, to put up in its window."""

    _inherit = "tierslieu.place"

    def _poster(self):
        """Return what the poster of a month says; the month is in the context, this one by default.

        :return: dict: `month`, `year` (said), `columns` (lists of days, as `_agenda`), `size`
        """
        self.ensure_one()
        asked = fields.Date.to_date(self.env.context.get("tierslieu_month"))
        month = (asked or self.now_local().date()).replace(day=1)
        days = self._agenda(month)["days"]
        for size in SIZES:
            columns = self._poster_columns(days, size)
            if all(self._poster_height(column, size) <= ROOM for column in columns):
                break
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
