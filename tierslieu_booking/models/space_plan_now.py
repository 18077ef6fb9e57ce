from datetime import timedelta

from odoo import api, fields, models

from .place_days import to_moment

# How far the next opening of a closed place is looked for.
DAYS_LOOKED = 14


class Space(models.Model):
    """What can be said of spaces right now, to whoever looks at the plan."""

    _inherit = "tierslieu.space"

    @api.model
    def _now_of(self, spaces):
        """Return {space: what is said of it now}, in queries that do not grow with the spaces.

        :return: dicts: `state` (free, taken or closed), `word` (a sentence) and
            `free` (the ids of the units that are free)
        """
        now = self._this_minute()
        found = {}
        for place, own in spaces.sudo().grouped("place_id").items():
            openings = place._openings_from(now)
            if not openings or now < openings[0][0]:
                word = place._closed_word(now, openings)
                found |= {space: {"state": "closed", "word": word, "free": set()} for space in own}
                continue
            closing = openings[0][1]
            free = self.sudo().availability_of(own, now, closing)
            found |= {space: space._say_now(free[space.id], now, closing) for space in own}
        return found

    @api.model
    def _this_minute(self):
        """Return the beginning of this minute: opening hours are told by the minute."""
        return fields.Datetime.now().replace(second=0, microsecond=0)

    def _say_now(self, free, now, closing):
        """Say whether one can come in now, and until when that lasts.

        :param free: {unit id: [(start, stop), …]} until the place closes
        """
        _ = self.env._
        place = self.place_id
        here = {unit for unit, stretches in free.items() if stretches and stretches[0][0] <= now}
        if self.allocation == "any" and len(free) > 1:
            stretches = [pair for pairs in free.values() for pair in pairs]
            word = _("%(count)s free out of %(total)s", count=len(here), total=len(free))
        else:
            stretches = self._common(free, now, closing)
            here = here if stretches and stretches[0][0] <= now else set()
            word = here and _("Free until %(hour)s", hour=place.format_time(stretches[0][1]))
        if here:
            return {"state": "free", "word": word, "free": here}
        again = min((start for start, _stop in stretches), default=None)
        word = (
            _("Taken until %(hour)s", hour=place.format_time(again))
            if again
            else _("Taken until closing time")
        )
        return {"state": "taken", "word": word, "free": set()}

    def _common(self, free, start, stop):
        """Return when all the units are free at once."""
        common = self._as_intervals([(start, stop)] if free else [])
        for stretches in free.values():
            common &= self._as_intervals(stretches)
        return [(begin, end) for begin, end, _record in common]


class Place(models.Model):
    """Whether a place is open now, and when it opens next."""

    _inherit = "tierslieu.place"

    def _openings_from(self, now):
        """Return the openings of the coming days that are not over: naive UTC pairs."""
        today = self.to_local(now).date()
        days = self._kernel_days(today, today + timedelta(days=DAYS_LOOKED))
        pairs = self.env["tierslieu.space"]._as_intervals(
            (to_moment(lo), to_moment(hi)) for day in days.values() for lo, hi in day.opening
        )
        return [(start, stop) for start, stop, _record in pairs if stop > now]

    def _closed_word(self, now, openings):
        """Say that it is closed, and when it opens again: “Closed, opens at 9 h”."""
        _ = self.env._
        if not openings:
            return _("Closed")
        start = openings[0][0]
        day = self.to_local(start).date()
        away = (day - self.to_local(now).date()).days
        hour = self.format_time(start)
        if away == 0:
            return _("Closed, opens at %(hour)s", hour=hour)
        if away == 1:
            return _("Closed, opens tomorrow at %(hour)s", hour=hour)
        return _("Closed, opens on %(day)s at %(hour)s", day=self.format_date(day), hour=hour)

    def _open_word(self):
        """Say whether the place is open now, and until when: {"open", "word"}."""
        self.ensure_one()
        now = fields.Datetime.now()
        openings = self._openings_from(now)
        if openings and openings[0][0] <= now:
            word = self.env._("Open until %(hour)s", hour=self.format_time(openings[0][1]))
            return {"open": True, "word": word}
        return {"open": False, "word": self._closed_word(now, openings)}
