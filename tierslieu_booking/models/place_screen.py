from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.image import image_data_uri

from .screen import stamp

# How far ahead the programme is announced, and how many entries of it at most.
AHEAD = timedelta(days=15)
MOST = 12


class Place(models.Model):
    """The screen at the entrance: what whoever comes in wants to know, and nothing private."""

    _name = "tierslieu.place"
    _inherit = ["tierslieu.place", "tierslieu.screen"]

    screen_mode = fields.Selection(
        [("off", "Nobody"), ("token", "Whoever has the link"), ("public", "Everyone")],
        string="Who sees the screens", required=True, default="off",
        help="The screen at the entrance and the pages of the doors.",
    )
    screen_note = fields.Char(
        string="Word of the day", translate=True, help="One line on the screen at the entrance."
    )
    screen_join_path = fields.Char(
        string="Page to join", required=True, default="/book",
        help="The page of the website that the QR code of the screen leads to.",
    )

    @api.constrains("screen_join_path")
    def _check_screen_join_path(self):
        for place in self:
            path = place.screen_join_path
            if not path.startswith("/") or path.startswith("//") or set(path) & set(" \\\n\t"):
                raise ValidationError(
                    self.env._("The page to join is one of this website: it begins with one “/”.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        places._give_keys()
        return places

    def write(self, vals):
        result = super().write(vals)
        if "screen_mode" in vals:
            self._give_keys()
            self.space_ids._give_keys()
        return result

    def _screen_mode(self):
        return self.screen_mode if self.active else "off"

    def _screen_path(self):
        return f"/entrance/{self.env['ir.http']._slug(self)}"

    # -- What it shows

    def _screen(self):
        """Return what the screen at the entrance shows now, in words.

        Names nobody but who welcomes; in as many queries for five spaces and
        bookings as for fifty.

        :return: dict: `clock` (see `_screen_clock`), `opening` (see
            `_screen_opening`), `welcome`, `rooms` and `programme`, lists of
            dicts in the order of the screen
        """
        self.ensure_one()
        now = fields.Datetime.now()
        opening = self.open_intervals(self._day_of(now)[0], now + timedelta(days=15))
        spaces = self.env["tierslieu.space"].sudo().search([("place_id", "=", self.id)])
        states = spaces._states_now(now, opening)
        return {
            "clock": self._screen_clock(now),
            "opening": self._screen_opening(now, opening),
            "welcome": self._screen_welcome(now, opening),
            "rooms": [states[space] | {"space": space} for space in spaces if space in states],
            "programme": self._screen_programme(now),
        }

    def _day_of(self, moment):
        """Return the bounds of the local day of a naive UTC moment."""
        return self.day_bounds(self.to_local(moment).date())

    def _screen_clock(self, now):
        """Return what the clock says, and what a screen cut from the network needs to go on."""
        _ = self.env._
        local = self.to_local(now)
        return {
            "hello": _("Good evening") if local.hour >= 18 or local.hour < 5 else _("Hello"),
            "date": self.format_date(local.date()),
            "time": self._say_time(local),
            "now": stamp(now),
            "midnight": stamp(self._day_of(now)[1]),
            "tz": self.tz,
            "french": self._babel_locale().startswith("fr"),
        }

    def _screen_opening(self, now, opening):
        """Say whether it is open, until when, or when it opens again."""
        _ = self.env._
        current = next((stop for start, stop in opening if start <= now < stop), None)
        if current:
            said = _("Open until %(time)s", time=self._say_moment(current, now))
            return {"open": True, "said": said, "until": stamp(current)}
        later = next((start for start, _stop in opening if start > now), None)
        if not later:
            return {"open": False, "said": _("Closed"), "until": 0}
        said = _("Closed, opens again %(when)s", when=self._say_later(later, now))
        return {"open": False, "said": said, "until": stamp(later)}

    def _say_moment(self, moment, now):
        """Say an hour of today, or “midnight” for its very end."""
        return self.env._("midnight") if moment == self._day_of(now)[1] else self.format_time(moment)

    def _say_later(self, moment, now):
        """Say when, from now: “at 9 h”, “tomorrow at 9 h”, “on mardi 24 novembre at 9 h”."""
        _ = self.env._
        time_said = self.format_time(moment)
        days = (self.to_local(moment).date() - self.to_local(now).date()).days
        if not days:
            return _("at %(time)s", time=time_said)
        if days == 1:
            return _("tomorrow at %(time)s", time=time_said)
        day = self.format_date(self.to_local(moment).date())
        return _("on %(day)s at %(time)s", day=day, time=time_said)

    # -- Who welcomes

    def _screen_welcome(self, now, opening):
        """Return who welcomes today: nobody of the week on a day that is closed."""
        start, stop = self._day_of(now)
        rows = self.env["tierslieu.welcome"]._on(self, self.to_local(now).date())
        if not any(lo < stop and hi > start for lo, hi in opening):
            rows = rows.filtered("date")
        return [self._welcome_card(row, now) for row in rows if self._wall_moment(now, row.hour_to) > now]

    def _welcome_card(self, row, now):
        start, stop = (self._wall_moment(now, hour) for hour in (row.hour_from, row.hour_to))
        return {
            "name": row.first_name,
            "role": row.role or "",
            "hours": self.env._(
                "%(start)s to %(stop)s", start=self.format_time(start), stop=self._say_moment(stop, now)
            ),
            "here": start <= now < stop,
            "photo": image_data_uri(row.image_256) if row.image_256 else False,
            "until": stamp(stop),
        }

    def _wall_moment(self, now, hour):
        """Return the naive UTC moment when the clock of today shows `hour`, a float."""
        midnight = datetime.combine(self.to_local(now).date(), time.min)
        return self.to_utc(midnight + timedelta(minutes=round(hour * 60)))

    # -- Programme

    def _screen_programme(self, now):
        """Return the programme by day: [{`title`, `today`, `items`}, …], today always there."""
        today = self.to_local(now).date()
        days = {today: []}
        for one in self._programme(now, now + AHEAD)[:MOST]:
            date = max(self.to_local(one["start"]).date(), today)
            days.setdefault(date, []).append(self._programme_item(one, now))
        return [
            {"title": self._day_title(date, today), "today": date == today, "items": items}
            for date, items in days.items()
        ]

    def _day_title(self, date, today):
        """Name a day as people do: today, tomorrow, “mardi 24 novembre”."""
        if date == today:
            return self.env._("Today")
        if date == today + timedelta(days=1):
            return self.env._("Tomorrow")
        said = self.format_date(date)
        return said[:1].upper() + said[1:]

    def _programme_item(self, one, now):
        return {
            "hours": self._programme_hours(one["start"], one["stop"], now),
            "title": one["title"],
            "summary": one["summary"],
            "where": one["space"].name or "",
            "now": one["start"] <= now,
            "until": stamp(one["stop"]),
        }

    def _programme_hours(self, start, stop, now):
        """Say when it is: hours of one day, or until which day it lasts."""
        first, last = (self.to_local(moment).date() for moment in (start, stop - timedelta(minutes=1)))
        if first == last:
            return self.format_hours(start, stop)
        until = self.env._("until %(day)s", day=self.format_date(last))
        return until if start <= now else f"{self.format_time(start)}, {until}"
