from datetime import date as Date
from datetime import timedelta

from odoo import models
from odoo.tools.date_utils import end_of, start_of

from .place_days import to_moment


class Place(models.Model):
    """What happens in a place over a month, and when it opens otherwise than usual."""

    _inherit = "tierslieu.place"

    def _agenda(self, month):
        """Return a month of the place, in a constant number of queries.

        :param month: any local date of it
        :return: dict: `first`, `last` (dates), `weeks` (lists of 7 days, None out
            of the month; a day is {date, opening (said, or False), events}),
            `days` (those to come with something announced: {date, said,
            events}; an event is what `_programme` says, with its `hours` said)
            and `unusual` (sentences: closed days and extra openings to come)
        """
        self.ensure_one()
        first, last = start_of(month, "month"), end_of(month, "month")
        today = self.now_local().date()
        events = self._events_by_day(first, last, today)
        opening = {
            Date.fromordinal(ordinal): day.opening
            for ordinal, day in self._kernel_days(first, last).items()
        }
        days = [
            {
                "date": date,
                "said": self.format_date(date),
                "opening": self._say_opening(opening[date]),
                "events": events.get(date, []),
                "over": date < today,
            }
            for date in sorted(opening)
        ]
        return {
            "first": first,
            "last": last,
            "weeks": _weeks(days),
            "days": [day for day in days if day["events"] and not day["over"]],
            "unusual": self._unusual_days(max(first, today), last, opening),
        }

    def _agenda_opens_on(self, last):
        """Return the first day of the month that the agenda opens on: the first with something to come.

        At the end of a month, what is announced is all in the next one. Without
        anything announced, it is the current month.

        :param last: any local date of the last month to look at
        """
        today = self.now_local().date()
        coming = self._programme(self.day_bounds(today)[0], self.day_bounds(end_of(last, "month"))[1])
        dates = [self.to_local(event["start"]).date() for event in coming]
        return start_of(max(min(dates, default=today), today), "month")

    def _events_by_day(self, first, last, today):
        """Return {date: events} of what is announced, those that are over left out."""
        start, stop = self.day_bounds(max(first, min(today, last)))[0], self.day_bounds(last)[1]
        events = {}
        for event in self._programme(start, stop):
            begin = max(event["start"], start)
            date = self.to_local(begin).date()
            events.setdefault(date, []).append(
                event | {"hours": self._say_event_hours(event["start"], event["stop"])}
            )
        return events

    def _say_event_hours(self, start, stop):
        """Say when an event is: its hours, with its days when it lasts several."""
        if self.to_local(start).date() == self.to_local(stop - timedelta(microseconds=1)).date():
            return self.format_hours(start, stop)
        said = self.format_range(start, stop)
        return said[:1].upper() + said[1:]

    def _say_opening(self, stretches):
        return ", ".join(
            self.format_hours(to_moment(lo), to_moment(hi)) for lo, hi in stretches
        )

    # -- Days that are not as usual

    def _unusual_days(self, first, last, opening):
        """Return the days on which the hours are not those of the week: [{when, word, open}]."""
        week = set(self._week())
        lines = []
        for leave in self._closures(first, last):
            begin = max(leave.tierslieu_first_day, first)
            end = min(leave.tierslieu_last_day, last)
            dates = [begin + timedelta(days=nth) for nth in range((end - begin).days + 1)]
            usual = [date for date in dates if date.weekday() in week]
            if usual and not any(opening[date] for date in usual):
                lines.append((begin, self._say_dates(begin, end), self._say_closed(leave.name), False))
            else:
                # A part of the day: what is left of it.
                lines += [
                    (date, self.format_date(date), self._say_open(opening[date], leave.name), True)
                    for date in usual
                ]
        for extra in self._extra_days(first, last):
            said = self._say_open(opening[extra.date], extra.name)
            lines.append((extra.date, self.format_date(extra.date), said, True))
        return [
            {"when": when, "word": word, "open": is_open}
            for _date, when, word, is_open in sorted(lines, key=lambda line: (line[0], line[3]))
        ]

    def _closures(self, first, last):
        """Return the closed days of this place that touch some local days."""
        place = self.sudo()
        return self.env["resource.calendar.leaves"].sudo().search(
            [
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("calendar_id", "in", [False, place.resource_calendar_id.id]),
                ("company_id", "in", [False, place.company_id.id]),
                ("date_from", "<", self.day_bounds(last)[1]),
                ("date_to", ">", self.day_bounds(first)[0]),
            ],
            order="date_from, id",
        )

    def _extra_days(self, first, last):
        return self.sudo().opening_ids.filtered(lambda extra: first <= extra.date <= last)

    def _say_closed(self, why):
        """Say that it is closed, and why when someone wrote it."""
        return self.env._("Closed: %(why)s", why=why) if why else self.env._("Closed")

    def _say_open(self, stretches, why):
        """Say when it is open on a day like no other: “Open 10 h to 12 h (open day)”."""
        if not stretches:
            return self._say_closed(why)
        said = self.env._("Open %(hours)s", hours=self._say_opening(stretches))
        return f"{said} ({why})" if why else said

    def _say_dates(self, first, last):
        if first == last:
            return self.format_date(first)
        return self.env._(
            "From %(first)s to %(last)s", first=self.format_date(first), last=self.format_date(last)
        )


def _weeks(days):
    """Cut the days of a month into weeks from Monday to Sunday, None out of it."""
    cells = [None] * days[0]["date"].weekday() + days
    cells += [None] * (-len(cells) % 7)
    return [cells[nth : nth + 7] for nth in range(0, len(cells), 7)]
