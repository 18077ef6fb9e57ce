from collections import defaultdict
from datetime import timedelta

from odoo import models
from odoo.fields import Domain

from .screen import stamp

# A locker or someone's time is no room that one looks for from the entrance.
NOT_ROOMS = ("locker", "service")
ICONS = {
    "free": "fa-check-circle", "taken": "fa-minus-circle", "soon": "fa-clock-o",
    "closed": "fa-moon-o",
}


class Space(models.Model):
    """What a space is at this very moment, as a screen says it: never whose it is."""

    _inherit = "tierslieu.space"

    def _states_now(self, now, opening):
        """Return {space: what it is now} for the spaces of one place that are rooms to anyone.

        Three queries, however many spaces and bookings.

        :param now: naive UTC
        :param opening: sorted (start, stop) of its opening hours, over today at least
        :return: dicts: `state` (free, taken, soon or closed), `icon`, `word`
            (“Free”), `when` (“until 16 h”, or empty), `title` (what is
            announced, or empty), `until` (when to look again, as `stamp` says
            it; 0: unknown), `coming` (what follows today: see `_coming`)
        """
        spaces = self.filtered(lambda space: space.kind not in NOT_ROOMS and space.unit_ids)
        if not spaces:
            return {}
        place = spaces.place_id.ensure_one()
        midnight = place._day_of(now)[1]
        closing = next((stop for start, stop in opening if start <= now < stop), None)
        claims = spaces._claims_ahead(now, max(midnight, closing or midnight))
        states = {}
        for space in spaces:
            rows = sorted(
                (row for unit in space.unit_ids for row in claims[unit.id]),
                key=lambda row: (row.start, row.id),
            )
            many = space.allocation == "any" and len(space.unit_ids) > 1
            about = space._any_now if many else space._whole_now
            state = about(rows, now, closing)
            states[space] = state | {
                "icon": ICONS[state["state"]],
                "coming": [] if many else space._coming(rows, now, midnight),
            }
        return states

    def _claims_ahead(self, now, end):
        """Return {unit id: live claims} from now to an end, in one query."""
        rows = self.env["tierslieu.occupancy"].sudo().search(
            Domain("unit_id", "in", self.unit_ids.ids)
            & self.env["tierslieu.occupancy"]._live_domain()
            & Domain("start", "<", end)
            & (Domain("stop", "=", False) | Domain("stop", ">", now))
        )
        claims = defaultdict(list)
        for row in rows:
            claims[row.unit_id.id].append(row)
        return claims

    # -- A room

    def _whole_now(self, rows, now, closing):
        """Say what a space taken as a whole is now."""
        _ = self.env._
        current = [row for row in rows if row.start <= now]
        if current:
            return self._taken_now(current, rows, now)
        ahead = min((row.start for row in rows), default=None)
        if not closing:
            return about_now("closed", _("Closed"), "", ahead)
        until = min(filter(None, (ahead, closing)))
        return about_now("free", _("Free"), self._say_until(until, now), until)

    def _taken_now(self, current, rows, now):
        """Say by what a room is taken: someone, or the time kept free around a booking."""
        _ = self.env._
        used = [row for row in current if not row.booking_id or in_use(row.booking_id, now)]
        if not used:
            coming = [row.booking_id.start for row in current if row.booking_id.start > now]
            if coming:
                start = min(coming)
                when = _("from %(time)s", time=self.place_id._say_moment(start, now))
                return about_now("soon", _("Taken"), when, start)
            until = max(row.stop for row in current)
            return about_now("soon", _("Being tidied"), self._say_until(until, now), until)
        until = self._taken_until(used, rows)
        title = next(filter(None, (row.booking_id._announced_title() for row in used if row.booking_id)), "")
        if not until or until > self.place_id._day_of(now)[1]:
            return about_now("taken", _("Taken"), _("all day"), until, title)
        return about_now("taken", _("Taken"), self._say_until(until, now), until, title)

    def _taken_until(self, used, rows):
        """Return when a room is free again: what follows at once is no freedom.

        :return: naive UTC; None: until further notice
        """
        step = timedelta(minutes=self.step_minutes())
        last = used[0]
        until = real_stop(last)
        for row in [*used, *rows]:
            if until and row.start < max(last.stop, until) + step:
                stop = real_stop(row)
                if not stop or stop > until:
                    last, until = row, stop
            if not until:
                return None
        return until

    def _coming(self, rows, now, midnight):
        """Return what comes later today: [{`hours`, `title`}, …], soonest first."""
        place = self.place_id
        found = {}
        for row in rows:
            start = row.booking_id.start or row.start
            if row.start > now or start > now:
                key = row.booking_id.id or -row.id
                stop = row.booking_id.stop or row.stop or midnight
                found.setdefault(key, (max(start, row.start), min(stop, row.stop or stop), row))
        return [
            {
                "hours": place.format_hours(start, stop),
                "title": row.booking_id._announced_title() if row.booking_id else "",
                "until": stamp(stop),
            }
            for start, stop, row in sorted(found.values(), key=lambda one: one[:2])
        ]

    # -- Desks

    def _any_now(self, rows, now, closing):
        """Say how many units of a space are free now, for a step of its clock at least."""
        _ = self.env._
        if not closing:
            return about_now("closed", _("Closed"), "", None)
        soon = now + timedelta(minutes=self.step_minutes())
        busy = {row.unit_id.id for row in rows if row.start < soon}
        count = len(self.unit_ids) - len(busy)
        if count:
            return about_now("free", self._say_free_units(count), "", closing)
        until = min((row.stop for row in rows if row.start <= now and row.stop), default=None)
        if not until or until >= closing:
            return about_now("taken", _("All taken"), "", until)
        return about_now("taken", _("All taken"), self._say_until(until, now), until)

    def _say_free_units(self, count):
        _ = self.env._
        if self.kind == "coworking":
            return _("1 desk free") if count == 1 else _("%(count)s desks free", count=count)
        return _("1 free") if count == 1 else _("%(count)s free", count=count)

    def _say_until(self, moment, now):
        return self.env._("until %(time)s", time=self.place_id._say_moment(moment, now))


def about_now(state, word, when, until, title=""):
    """Return what a space is now, `until` when it is worth looking again."""
    return {
        "state": state, "word": word, "when": when, "title": title,
        "until": stamp(until) if until else 0,
    }


def in_use(booking, now):
    """Whether the time of a booking itself, without what is kept free around it, is now."""
    return booking.start <= now < booking.stop


def real_stop(row):
    """Return when people leave: a booking ends before the time kept free after it."""
    if not row.booking_id or not row.stop:
        return row.stop
    return min(row.stop, row.booking_id.stop)
