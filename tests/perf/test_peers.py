"""Ours beside a peer's, the same month computed by both in one run: ./setup/test --full."""

import os
import statistics
from datetime import datetime, time, timedelta
from unittest.mock import patch

import pytz
from big import BOOKINGS, DAYS, FIRST, ROOMS, book_month, copy_row, create_rooms, moment, opening_hours, taken_hours
from figures import figure
from measure import queries_of, seconds_of

from odoo import SUPERUSER_ID, Command, api, release
from odoo.modules.registry import Registry
from odoo.tests import get_db_name

import odoo.addons
from odoo.addons.tierslieu_base.tests.race import RaceCase

HOUR, STEP = timedelta(hours=1), timedelta(minutes=30)
TIMES_FASTER = 30
ZONE = pytz.timezone("Europe/Paris")


class TestResourceBooking(RaceCase):
    """Where an hour is free in a month, for 20 rooms with 5,000 hours taken: OCA's `resource_booking` and ours.

    Same machine, same server, same process, same hours; each in a database where the other is not.
    """

    @classmethod
    def _copy_database(cls, source):
        super()._copy_database(os.environ["TIERSLIEU_PEERS_DB"])

    @classmethod
    def _load(cls):
        """Load the registry; for that time only, Odoo knows the peer's folder."""
        folder = os.path.join(os.environ["TIERSLIEU_PEERS"], "odoo", "addons")
        with patch.object(odoo.addons, "__path__", [*odoo.addons.__path__, folder]):
            return super()._load()

    @classmethod
    def prepare(cls, env):
        env = env(context={**env.context, "tracking_disable": True, "tz": ZONE.zone})
        calendar = env["resource.calendar"].create(
            {"name": "Le Quai", "tz": ZONE.zone, "attendance_ids": [Command.clear(), *opening_hours()]}
        )
        resources = env["resource.resource"].create(
            [
                {"name": f"Salle {nth}", "resource_type": "material", "calendar_id": calendar.id, "tz": ZONE.zone}
                for nth in range(ROOMS)
            ]
        )
        rooms = env["resource.booking.combination"].create(
            [{"resource_ids": [Command.set(resource.ids)]} for resource in resources]
        )
        types = env["resource.booking.type"].create(
            [
                {
                    "name": room.name,
                    "resource_calendar_id": calendar.id,
                    "duration": 1.0,
                    "slot_duration": 0.5,
                    "combination_rel_ids": [Command.create({"combination_id": room.id})],
                }
                for room in rooms
            ]
        )
        cls.asked = cls.ask(env, types).ids
        cls.book(env, types, rooms)

    @classmethod
    def ask(cls, env, types):
        """Create one booking to schedule for each room: what the peer asks its free slots of."""
        visitor = env["res.partner"].create({"name": "Alice Renaud"})
        return env["resource.booking"].create(
            [{"type_id": kind.id, "partner_ids": [Command.set(visitor.ids)]} for kind in types]
        )

    @classmethod
    def book(cls, env, types, rooms):
        """Book the hours of the month: one booking made by the peer's models, copied."""
        after = utc(DAYS, 10)
        booking = cls.ask(env, types[0])
        booking.write({"start": after, "duration": 1.0})
        env.flush_all()
        wanted = taken_hours()
        begins = [utc(day, hour) for _room, day, hour in wanted]
        ends = [begin + HOUR for begin in begins]
        event = booking.meeting_id
        copy_row(
            env.cr, "calendar_event", event.id,
            start=("timestamp", begins), stop=("timestamp", ends),
            name=("text", [f"E{nth}" for nth in range(BOOKINGS)]),
        )
        env.cr.execute(
            "SELECT id FROM calendar_event WHERE id > %s ORDER BY substr(name, 2)::int", [event.id]
        )
        copy_row(
            env.cr, "resource_booking", booking.id,
            start=("timestamp", begins), stop=("timestamp", ends),
            meeting_id=("int", [event_id for (event_id,) in env.cr.fetchall()]),
            type_id=("int", [types[room].id for room, _day, _hour in wanted]),
            combination_id=("int", [rooms[room].id for room, _day, _hour in wanted]),
        )
        booking.action_unschedule()
        env.flush_all()
        env.cr.execute("ANALYZE")

    def theirs(self, env):
        """Return {(room, start)} of the peer: where an hour is free, every half-hour."""
        start, stop = (ZONE.localize(local(day)) for day in (0, DAYS))
        slots = set()
        for room, booking in enumerate(env["resource.booking"].browse(self.asked)):
            for starts in booking._get_available_slots(start, stop).values():
                slots.update((room, begin.astimezone(pytz.utc).replace(tzinfo=None)) for begin in starts)
        return slots

    def ours(self, rooms):
        """Return {(room, start)} of ours: where an hour is free, every half-hour."""
        place = rooms.place_id
        free = rooms.availability_of(rooms.ids, moment(place, 0, 0), moment(place, DAYS, 0))
        slots = set()
        for nth, space_id in enumerate(rooms.ids):
            for pairs in free[space_id].values():
                for begin, end in pairs:
                    while begin + HOUR <= end:
                        slots.add((nth, begin))
                        begin += STEP
        return slots

    def test_a_month_of_twenty_rooms(self):
        with Registry(self.database).cursor() as their_cr, Registry(get_db_name()).cursor() as our_cr:
            their_env = api.Environment(their_cr, SUPERUSER_ID, {"tz": ZONE.zone})
            our_env = api.Environment(our_cr, SUPERUSER_ID, {})
            modules = their_env["ir.module.module"]
            self.assertFalse(modules.search([("name", "=like", "tierslieu%"), ("state", "=", "installed")]))
            version = modules.search([("name", "=", "resource_booking")]).installed_version
            self.assertEqual(their_env["calendar.event"].search_count([]), BOOKINGS)
            rooms = create_rooms(our_env)
            book_month(rooms)
            expected = self.ours(rooms)
            self.assertEqual(self.theirs(their_env), expected)
            asked = queries_of(their_env, lambda: self.theirs(their_env))
            answered = queries_of(our_env, lambda: self.ours(rooms))
            # In turns: a machine that slows down slows both.
            theirs, ours = [], []
            for _round in range(3):
                theirs.append(seconds_of(their_env, lambda: self.theirs(their_env), 1))
                ours.append(seconds_of(our_env, lambda: self.ours(rooms), 9))
            our_cr.rollback()
        slow, quick = statistics.median(theirs), statistics.median(ours)
        figure(
            f"The {len(expected):,} free hours of a month of {ROOMS} rooms with {BOOKINGS:,} taken,"
            f" on Odoo {release.version}:"
            f" OCA resource_booking {version} {1000 * slow:,.0f} ms in {asked:,} queries,"
            f" ours {1000 * quick:,.0f} ms in {answered} queries: {slow / quick:.0f} times faster."
        )
        self.assertGreater(slow / quick, TIMES_FASTER)


def local(day, hour=0):
    """Return a moment of the month on the clock of the wall."""
    return datetime.combine(FIRST + timedelta(days=day), time(hour))


def utc(day, hour):
    """Return a moment of the month, naive UTC."""
    return ZONE.localize(local(day, hour)).astimezone(pytz.utc).replace(tzinfo=None)
