"""Figures counted half an hour by half an hour, without the code that they judge.

Everything in the tests lies on half hours, in zones a whole number of hours
from UTC; what the wall clock shows says which day it is and whether it is open.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta

import pytz

HALF = timedelta(minutes=30)


def halves(zone, first, last):
    """Yield (naive UTC moment, wall date, wall hour) of each half hour of some local days."""
    zone = pytz.timezone(zone)
    moment = datetime.combine(first, datetime.min.time()) - timedelta(days=2)
    until = datetime.combine(last, datetime.min.time()) + timedelta(days=3)
    while moment < until:
        wall = pytz.utc.localize(moment).astimezone(zone)
        if first <= wall.date() <= last:
            yield moment, wall.date(), wall.hour + wall.minute / 60
        moment += HALF


def is_open(day, hour, weekly, closed, extra):
    """Whether a wall clock says open.

    :param weekly: {weekday: (from, to)}
    :param closed: dates
    :param extra: {date: (from, to)}
    """
    low, high = extra.get(day, (0, 0))
    if low <= hour < high:
        return True
    low, high = weekly.get(day.weekday(), (0, 0))
    return day not in closed and low <= hour < high


def occupancy(zone, first, last, hours, units, claims):
    """Return {(day, unit): [open, booked, resident, outside]} in hours.

    :param hours: (weekly, closed, extra), as `is_open`
    :param claims: (unit, start, stop or None, "booking" or "assignment"), without buffers
    """
    told = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for moment, day, hour in halves(zone, first, last):
        opened = is_open(day, hour, *hours)
        for unit in units:
            told[day, unit][0] += 0.5 * opened
        for unit, start, stop, kind in claims:
            if start <= moment and (stop is None or moment < stop):
                if opened:
                    told[day, unit][1 if kind == "booking" else 2] += 0.5
                elif kind == "booking":
                    told[day, unit][3] += 0.5
    return {key: value for key, value in told.items() if any(value)}


def people(rows, first, last):
    """Return what happened between two dates, both included.

    :param rows: (local date of the start, moment, person, state), every booking ever
    :return: dict: bookings, people, new_faces, no_shows, known, cancelled
    """
    debut = {}
    for day, moment, person, state in sorted(rows, key=lambda row: row[1]):
        if state in ("in_use", "done"):
            debut.setdefault(person, (day, moment))
    inside = [row for row in rows if first <= row[0] <= last]

    def count(*states):
        return sum(row[3] in states for row in inside)

    return {
        "bookings": count("confirmed", "in_use", "done"),
        "people": len({row[2] for row in inside if row[3] in ("in_use", "done")}),
        "new_faces": sum(first <= day <= last for day, _moment in debut.values()),
        "no_shows": count("no_show"),
        "known": count("no_show", "in_use", "done"),
        "cancelled": count("cancelled"),
    }


def month_bounds(year, month):
    """Return the first and the last day of a month."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)
