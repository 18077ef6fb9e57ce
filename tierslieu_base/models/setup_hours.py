from datetime import timedelta
from itertools import pairwise

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..kernels import french

# Half an hour is the finest that a week is typed in by hand: minutes are kept all the same.
MOST_STRETCHES = 4


class Setup(models.Model):
    """Second step: when the place opens, and the days when it does not."""

    _inherit = "tierslieu.setup"

    def _is_there_hours(self):
        return bool(self.place_id)

    # -- What is asked

    def _page_hours(self):
        _ = self.env._
        place = self.place_id
        address = place.partner_id - self.company_id.partner_id
        fields = [
            self._field("name", "text", _("Name of the place")),
            self._field("week", "week", _("Every week"), presets=self._week_presets(),
                        days=self._day_names()),
            self._field("holidays", "toggle", _("Closed on public holidays"),
                        help=_("The eleven of France, this year and the next.")),
            self._field("people_max", "number", _("Most people at once"), width="half",
                        help=_("Fire safety, all spaces together. Empty: no limit is kept.")),
        ]
        if self._has_own_address():
            fields[1:1] = [
                self._field("street", "text", _("Street")),
                self._field("zip", "text", _("Postcode"), width="half"),
                self._field("city", "text", _("Town"), width="half"),
            ]
        return {
            "title": _("When do you open?"),
            "intro": _("Nothing is booked outside these hours, evenings apart if you sell them."),
            "fields": fields,
            "values": {
                "name": place.name or self.company_id.name,
                "week": self._week_of(place) if place else self._weekdays(5, 9, 18),
                "holidays": not place or not self._open_holidays(place),
                "people_max": place.people_max or "",
                "street": address.street or "",
                "zip": address.zip or "",
                "city": address.city or "",
            },
        }

    def _week_presets(self):
        _ = self.env._
        return [
            {"label": _("Office hours"), "week": self._weekdays(5, 9, 18)},
            {"label": _("With Saturday"), "week": self._weekdays(5, 9, 18, saturday=[10, 17])},
            {"label": _("With evenings"), "week": self._weekdays(5, 9, 22, saturday=[10, 17])},
            {"label": _("Every day"), "week": self._weekdays(7, 9, 18)},
        ]

    def _weekdays(self, days, start, stop, saturday=None):
        week = [[[start, stop]] if day < days else [] for day in range(7)]
        if saturday:
            week[5] = [saturday]
        return week

    def _day_names(self):
        selection = self.env["resource.calendar.attendance"]._fields["dayofweek"]
        return [label for _key, label in selection._description_selection(self.env)]

    def _week_of(self, place):
        """Return the opening hours of a week: seven lists of [from, to], merged."""
        week = [[] for _day in range(7)]
        for line in place.attendance_ids.filtered(lambda line: not line.display_type).sorted("hour_from"):
            day = week[int(line.dayofweek)]
            if day and line.hour_from <= day[-1][1]:
                day[-1][1] = max(day[-1][1], line.hour_to)
            else:
                day.append([line.hour_from, line.hour_to])
        return week

    def _has_own_address(self):
        """Whether this place is not the first of its company: its address is another one."""
        first = self.env["tierslieu.place"].search([("company_id", "=", self.company_id.id)], limit=1)
        return bool(first) and first != self.place_id

    # -- What is written

    def _apply_hours(self, answers):
        """Open the place at these hours, and close it on public holidays."""
        _ = self.env._
        name = answers.text("name", _("Name of the place"), required=True)
        week = self._read_week(answers)
        people = answers.number(
            "people_max", _("Most people at once"), 0, 100_000, whole=True, required=False
        )
        place = self._ensure_place(name)
        place.write({"name": name, "people_max": people or 0})
        if self._has_own_address():
            self._write_address(place, answers)
        if week != self._week_of(place):
            place.resource_calendar_id.write(
                {
                    "two_weeks_calendar": False,
                    "attendance_ids": [Command.clear(), *self._attendances(week)],
                }
            )
        self._close_on_holidays(place, answers.flag("holidays"))

    def _attendances(self, week):
        return [
            Command.create(
                {
                    "name": self.env._("Open"),
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": stop,
                    "day_period": "morning" if start < 12 else "afternoon",
                }
            )
            for day, stretches in enumerate(week)
            for start, stop in stretches
        ]

    def _read_week(self, answers):
        """Return the hours of each day, sorted, or say which day is wrong."""
        label = self.env._("Every week")
        week = answers.values.get("week")
        if not isinstance(week, list) or len(week) != 7:
            answers.refuse(label)
        names = self._day_names()
        read = [self._read_day(answers, name, day) for name, day in zip(names, week, strict=True)]
        if not any(read):
            raise UserError(self.env._("The place opens on one day of the week at least."))
        return read

    def _read_day(self, answers, name, day):
        if not isinstance(day, list) or len(day) > MOST_STRETCHES:
            answers.refuse(name)
        stretches = []
        for stretch in day:
            if not isinstance(stretch, list) or len(stretch) != 2:
                answers.refuse(name)
            start, stop = (answers.read_number(hour, name, 0, 24) for hour in stretch)
            if start >= stop:
                raise UserError(self.env._("%(day)s: it closes before it opens.", day=name))
            stretches.append([start, stop])
        stretches.sort()
        for earlier, later in pairwise(stretches):
            if earlier[1] > later[0]:
                raise UserError(self.env._("%(day)s: two openings overlap.", day=name))
        return stretches

    def _write_address(self, place, answers):
        """Give a second place the address of its own."""
        _ = self.env._
        values = {
            "street": answers.text("street", _("Street"), required=True),
            "zip": answers.text("zip", _("Postcode"), most=20),
            "city": answers.text("city", _("Town"), required=True),
        }
        if place.partner_id == self.company_id.partner_id:
            place.partner_id = self.env["res.partner"].create(
                values
                | {
                    "name": place.name,
                    "type": "other",
                    "parent_id": self.company_id.partner_id.id,
                    "country_id": self.company_id.country_id.id,
                }
            )
        else:
            place.partner_id.write(values)

    # -- Public holidays

    def _coming_holidays(self, place):
        """Return the public holidays to come, this year and the next: {date: name}."""
        _ = self.env._
        names = {
            "new_year": _("New Year's Day"), "easter_monday": _("Easter Monday"),
            "labour_day": _("Labour Day"), "victory_1945": _("Victory 1945"),
            "ascension": _("Ascension Day"), "whit_monday": _("Whit Monday"),
            "national_day": _("Bastille Day"), "assumption": _("Assumption"),
            "all_saints": _("All Saints' Day"), "armistice_1918": _("Armistice 1918"),
            "christmas": _("Christmas"),
        }
        today = place.now_local().date()
        return {
            day: names[key]
            for year in (today.year, today.year + 1)
            for day, key in french.public_holidays(year).items()
            if day >= today
        }

    def _closed_dates(self, place):
        """Return the days on which the place is closed: {date: the closure}."""
        closed = {}
        for leave in place.closed_day_ids:
            day = leave.tierslieu_first_day
            while day <= leave.tierslieu_last_day:
                closed[day] = leave
                day += timedelta(days=1)
        return closed

    def _open_holidays(self, place):
        """Return the public holidays to come on which the place would open: {date: name}."""
        closed = self._closed_dates(place)
        return {day: name for day, name in self._coming_holidays(place).items() if day not in closed}

    def _close_on_holidays(self, place, close):
        """Close the place on the public holidays that are not yet, or open it on them again.

        Closures of several days are somebody's holidays: they stay.
        """
        if close:
            place._close_on(self._open_holidays(place))
        elif not self._open_holidays(place):
            holidays = self._coming_holidays(place)
            place.closed_day_ids.filtered(
                lambda leave: leave.tierslieu_first_day == leave.tierslieu_last_day
                and leave.tierslieu_first_day in holidays
            ).unlink()
