from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# Hours that are written down late, a strike or a fair, still count that many days back.
# What is older stays as it was counted: hours that change do not change the past.
RECOUNTED = timedelta(days=60)
# How far bookings to come are compared with opening hours.
AHEAD = timedelta(days=92)
# Days counted between two commits of the nightly run.
CHUNK = timedelta(days=366)


class DayHours(models.Model):
    """The days of a place cut where it opens and closes, for the figures.

    Opening hours are worked out from a calendar, closed days and extra
    openings; figures over years are SQL. This table is between the two. The
    pieces of a local day follow each other from midnight to midnight, open
    or not, in naive UTC: a day may last 23 or 25 hours. A piece is kept as it
    was counted once its day is older than two months, so that a place that
    changes its hours keeps the rates that it had.
    """

    _name = "tierslieu.day.hours"
    _description = "Hours of a day, open or not"
    _order = "start"
    _log_access = False

    place_id = fields.Many2one(
        "tierslieu.place", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True)
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True)
    is_open = fields.Boolean(required=True, readonly=True)
    hours = fields.Float(
        string="Hours open", required=True, readonly=True, help="Zero when the place is closed."
    )

    _once = models.UniqueIndex("(place_id, start)", "These hours are counted already.")
    _by_day = models.Index("(place_id, date)")
    _start_before_stop = models.Constraint(
        "CHECK (start < stop)", "Hours end after they start."
    )

    @api.model
    def _bring_up(self, places=None, commit=False):
        """Count the days of places that are not counted yet, and the last two months again.

        Doing it twice changes nothing. Two managers who ask at once: one of
        them starts again, as PostgreSQL and Odoo settle between them.

        :param places: None: all of the companies of the user
        :param commit: keep what is done after each year of days: for the scheduler,
            which goes on there the next time when it runs out of time
        :return: whether all is counted
        """
        places = places or self.env["tierslieu.place"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        firsts = self._first_days(places)
        for place in places:
            today = place.now_local().date()
            for first, last in self._to_count(place, firsts[place.id], today):
                self._count(place, first, last)
                if commit and not self.env["ir.cron"]._commit_progress(1):
                    return False
        return True

    @api.model
    def _cron_bring_up(self):
        """Count the days of every place."""
        places = self.env["tierslieu.place"].search([], limit=1000)
        self.env["ir.cron"]._commit_progress(remaining=len(places))
        if self._bring_up(places, commit=True):
            self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _first_days(self, places):
        """Return {place id: local day since which it is one}: its first claim, or its creation."""
        if not places:
            return {}
        for model in ("tierslieu.occupancy", "tierslieu.place", "tierslieu.unit"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, LEAST(p.create_date, MIN(o.start))
                  FROM tierslieu_place p
                  LEFT JOIN tierslieu_unit u ON u.place_id = p.id
                  LEFT JOIN tierslieu_occupancy o ON o.unit_id = u.id AND o.state = 'firm'
                 WHERE p.id IN %s GROUP BY p.id
                """,
                tuple(places.ids),
            )
        )
        return {
            place.id: place.to_local(first).date()
            for place, first in ((places.browse(key), moment) for key, moment in rows)
        }

    @api.model
    def _to_count(self, place, first, today):
        """Return the (first day, last day) to count, at most a year each."""
        since = max(first, today - RECOUNTED)
        self.flush_model()
        known = {
            date for (date,) in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT date FROM tierslieu_day_hours WHERE place_id = %s AND date < %s",
                    place.id, since,
                )
            )
        }
        spans, day = [], first
        while day < since:
            if day in known:
                day += timedelta(days=1)
                continue
            last = day
            while last + timedelta(days=1) < min(since, day + CHUNK) and (
                last + timedelta(days=1) not in known
            ):
                last += timedelta(days=1)
            spans.append((day, last))
            day = last + timedelta(days=1)
        return [*spans, (since, today + AHEAD)]

    @api.model
    def _count(self, place, first, last):
        """Write the pieces of the days of a place from `first` to `last`, where they changed."""
        self.flush_model()
        known = defaultdict(list)
        for date, start, stop, is_open in self.env.execute_query(
            SQL(
                "SELECT date, start, stop, is_open FROM tierslieu_day_hours"
                " WHERE place_id = %s AND date BETWEEN %s AND %s ORDER BY start",
                place.id, first, last,
            )
        ):
            known[date].append((start, stop, is_open))
        found = self._cut_days(place, first, last)
        changed = [date for date, pieces in found.items() if known[date] != pieces]
        if not changed:
            return
        # The day beside one that changed may begin where the other ends: all of a
        # change goes before any of it comes.
        self.env.cr.execute(
            SQL(
                "DELETE FROM tierslieu_day_hours WHERE place_id = %s AND date IN %s",
                place.id, tuple(changed),
            )
        )
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s, %s)",
                place.id, date, start, stop, is_open,
                (stop - start) / timedelta(hours=1) if is_open else 0.0,
            )
            for date in changed for start, stop, is_open in found[date]
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO tierslieu_day_hours (place_id, date, start, stop, is_open, hours)"
                " VALUES %s ON CONFLICT DO NOTHING",
                SQL(", ").join(rows),
            ),
            log_exceptions=False,
        )
        self.invalidate_model(flush=False)

    @api.model
    def _cut_days(self, place, first, last):
        """Return {local day: [(start, stop, whether open), …]}, each day from end to end."""
        begin, end = place.day_bounds(first)[0], place.day_bounds(last)[1]
        opening = place.open_intervals(begin, end)
        days, nth, midnight, date = {}, 0, begin, first
        while date <= last:
            next_midnight = place.day_bounds(date)[1]
            pieces, at = [], midnight
            while at < next_midnight:
                while nth < len(opening) and opening[nth][1] <= at:
                    nth += 1
                start, stop = opening[nth] if nth < len(opening) else (end, end)
                is_open = start <= at
                until = min(stop if is_open else start, next_midnight)
                pieces.append((at, until, is_open))
                at = until
            days[date] = pieces
            midnight, date = next_midnight, date + timedelta(days=1)
        return days
