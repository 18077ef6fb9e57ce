from datetime import datetime, time

from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time

from odoo import fields, models


class Place(models.Model):
    """How dates and hours are said to people: in the place's zone, in their words."""

    _inherit = "tierslieu.place"

    def _planning_hours(self, start, stop):
        """Return what the planning must know of the place: name, zone, opening hours."""
        self.ensure_one()
        return {
            "name": self.name,
            "tz": self.tz,
            "open": [
                [fields.Datetime.to_string(lo), fields.Datetime.to_string(hi)]
                for lo, hi in self.open_intervals(start, stop)
            ],
        }

    def _babel_locale(self):
        return (self.env.lang or "en_US").split("@")[0]

    def format_time(self, moment):
        """Say a naive UTC moment as an hour of the place: “14 h 30”, “2:30 PM”."""
        self.ensure_one()
        return self._say_time(self.to_local(moment))

    def _say_time(self, local):
        if self._babel_locale().startswith("fr"):
            minutes = f" {local.minute:02d}" if local.minute else ""
            return f"{local.hour} h{minutes}".replace(" ", "\N{NO-BREAK SPACE}")
        return babel_time(
            time(local.hour, local.minute), format="short", locale=self._babel_locale()
        )

    def format_date(self, date, year=False):
        """Say a date: “mardi 24 novembre”, with its year on request."""
        locale = self._babel_locale()
        if locale.startswith("fr"):
            pattern = "EEEE d MMMM y" if year else "EEEE d MMMM"
            said = babel_date(date, pattern, locale=locale)
            return said.replace(" 1 ", " 1er ") if date.day == 1 else said
        return babel_date(date, "EEEE, MMMM d, y" if year else "EEEE, MMMM d", locale=locale)

    def format_hours(self, start, stop):
        """Say two naive UTC moments as hours: “14 h à 16 h”."""
        return self.env._(
            "%(start)s to %(stop)s",
            start=self.format_time(start),
            stop=self.format_time(stop),
        )

    def format_range(self, start, stop, year=False):
        """Say a range: “mardi 24 novembre, 14 h à 16 h”.

        A range over several days names both: “lundi 23 novembre, 9 h –
        mercredi 25 novembre, 18 h”. Ending at midnight is the same day.
        """
        self.ensure_one()
        first, last = self.to_local(start), self.to_local(stop)
        midnight = datetime.combine(last.date(), time.min)
        same_day = first.date() == last.date() or (
            last.replace(tzinfo=None) == midnight
            and (last.date() - first.date()).days == 1
        )
        if same_day:
            return f"{self.format_date(first.date(), year)}, {self.format_hours(start, stop)}"
        return " – ".join(
            f"{self.format_date(local.date(), year)}, {self._say_time(local)}"
            for local in (first, last)
        )
