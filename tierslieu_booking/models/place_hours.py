from datetime import time
from itertools import groupby

from babel.dates import get_day_names

from odoo import models


class Place(models.Model):
    """The weekly hours of a place, as people read them on a door."""

    _inherit = "tierslieu.place"

    def _weekly_hours(self):
        """Return [(days, hours), …] said: “From Monday to Friday”, “9 h to 18 h”."""
        self.ensure_one()
        week = self._week()
        lines = []
        for said, days in groupby(range(7), key=week.get):  # pylint: disable=bad-builtin-groupby
            if said:
                days = list(days)
                lines.append((self._say_days(days[0], days[-1]), said))
        return lines

    def _week(self):
        """Return {weekday: its hours said} of the days that open, Monday being 0."""
        lines = self.sudo().attendance_ids.filtered(lambda line: not line.display_type)
        week = {}
        for day, own in lines.grouped("dayofweek").items():
            # A calendar of two weeks has its hours twice.
            spans = sorted({(line.hour_from, line.hour_to) for line in own})
            week[int(day)] = ", ".join(self._say_span(*span) for span in _merged(spans))
        return week

    def _say_span(self, hour_from, hour_to):
        return self.env._(
            "%(start)s to %(stop)s",
            start=self._say_time(_wall(hour_from)),
            stop=self._say_time(_wall(hour_to)),
        )

    def _say_days(self, first, last):
        names = get_day_names("wide", locale=self._babel_locale())
        if first == last:
            return self.env._("On %(day)s", day=names[first])
        return self.env._("From %(first)s to %(last)s", first=names[first], last=names[last])


def _merged(spans):
    """Join hours that touch.

    >>> _merged([(9.0, 12.0), (12.0, 18.0), (19.0, 20.0)])
    [(9.0, 18.0), (19.0, 20.0)]
    """
    merged = []
    for start, stop in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((start, stop))
    return merged


def _wall(hour):
    """Turn a number of hours into what the clock shows; 24 is midnight."""
    minutes = round(hour * 60) % (24 * 60)
    return time(*divmod(minutes, 60))
