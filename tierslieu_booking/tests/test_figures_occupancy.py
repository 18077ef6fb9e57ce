import random
from datetime import date, datetime, timedelta
from itertools import pairwise

from odoo import Command
from odoo.tests import tagged

from . import figures_oracle
from .figures_common import FiguresCase

# Days around which to look, among them those when the clock changes.
MOMENTS = (
    ("Europe/Paris", "2026-12-02"),
    ("Europe/Paris", "2027-03-28"),  # 23 hours
    ("Europe/Paris", "2026-10-25"),  # 25 hours
    ("America/Cayenne", "2026-12-31"),
    ("Pacific/Noumea", "2027-01-01"),
)
MEASURES = ("open_hours", "booked_hours", "resident_hours", "outside_hours")


@tagged("post_install", "-at_install")
class TestFiguresOccupancy(FiguresCase):
    def open_by(self, weekly, closed=(), extra=()):
        calendar = self.place.resource_calendar_id
        calendar.attendance_ids.unlink()
        calendar.attendance_ids = [
            Command.create({"name": "Ouvert", "dayofweek": str(day), "hour_from": low,
                            "hour_to": high, "day_period": "morning"})
            for day, (low, high) in weekly.items()
        ]
        self.place.closed_day_ids = [
            Command.create({"name": "Fermé", "tierslieu_first_day": day, "tierslieu_last_day": day})
            for day in closed
        ]
        self.place.opening_ids = [
            Command.create({"date": day, "hour_from": low, "hour_to": high})
            for day, (low, high) in dict(extra).items()
        ]

    def told(self, first, last):
        """Return {(day, unit id): [hours]} as the figures say."""
        rows = self.figures(
            "occupancy",
            [("place_id", "=", self.place.id), ("date", ">=", first), ("date", "<=", last)],
            ["date:day", "unit_id"], *(f"{name}:sum" for name in MEASURES),
        )
        return {(day, unit.id): values for day, unit, *values in rows if any(values)}

    def some_claims(self, dice, first, days, units):
        """Take some units at random hours, days in a row included; return what the oracle reads."""
        claims = []
        for unit in units:
            moment = self.place.to_utc(datetime.combine(first, datetime.min.time()))
            end = moment + timedelta(days=days)
            moment += timedelta(hours=dice.randrange(20))
            if dice.random() < 0.25:
                stop = dice.choice((None, moment + timedelta(hours=dice.randrange(20, 90))))
                self.Occupancy.create(
                    {"unit_id": unit.id, "partner_id": self.bruno.id, "start": moment, "stop": stop}
                )
                claims.append((unit.id, moment, stop, "assignment"))
                continue
            while moment < end:
                stop = moment + timedelta(minutes=30 * dice.randrange(1, 70))
                state = dice.choice(("confirmed", "in_use", "done", "no_show", "cancelled", "hold"))
                self.a_booking(unit.space_ids[:1], moment, stop, state, unit, buffer=15)
                if state in ("confirmed", "in_use", "done"):
                    claims.append((unit.id, moment, stop, "booking"))
                moment = stop + timedelta(hours=dice.randrange(1, 30))
        return claims

    def test_oracle(self):
        """Hours of random claims are those that a wall clock counts, in any zone and on any day."""
        for nth, (zone, day) in enumerate(MOMENTS):
            with self.subTest(zone=zone, day=day), self.cr.savepoint() as savepoint:
                dice = random.Random(nth)
                self.place.tz = zone
                middle = date.fromisoformat(day)
                first, last = middle - timedelta(days=2), middle + timedelta(days=2)
                self.since(self.place, f"{first - timedelta(days=9)} 00:00:00")
                weekly = {
                    weekday: (dice.randrange(0, 10) if weekday != middle.weekday() else 0,
                              dice.randrange(14, 25))
                    for weekday in range(7) if weekday == middle.weekday() or dice.random() < 0.8
                }
                closed = [middle + timedelta(days=dice.choice((-2, -1, 1, 2)))]
                extra = {closed[0]: (20, 22.5)}
                self.open_by(weekly, closed, extra)
                units = self.room.unit_ids | self.lounge.unit_ids | self.desks.unit_ids[:5]
                claims = self.some_claims(dice, first, 5, units)
                self.count()
                wanted = figures_oracle.occupancy(
                    zone, first, last, (weekly, closed, extra), self.place.unit_ids.ids, claims
                )
                told = self.told(first, last)
                self.assertEqual(told.keys(), wanted.keys())
                for key, values in wanted.items():
                    for name, value, said in zip(MEASURES, values, told[key], strict=True):
                        self.assertAlmostEqual(said, value, 6, (key, name))
                self.assertTrue(any(values[1] and values[3] for values in wanted.values()))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_share_is_not_a_mean_of_shares(self):
        self.a_booking(self.room, self.at(-7, 9), self.at(-7, 18))
        self.a_booking(self.desks, self.at(-6, 9), self.at(-6, 13, 30))
        self.count()
        domain = [("place_id", "=", self.place.id), ("date", "=", "2027-01-04")]
        self.assertEqual(self.figures("occupancy", domain, [], "rate:avg"), [(1 / 22,)])
        [(rate, taken, opened)] = self.figures(
            "occupancy", [("date", ">=", "2027-01-04"), ("date", "<=", "2027-01-05")], [],
            "rate:avg", "taken_hours:sum", "open_hours:sum",
        )
        self.assertEqual((taken, opened), (13.5, 2 * 9 * 22))
        self.assertAlmostEqual(rate, taken / opened)

    def test_a_shared_unit_counts_once(self):
        """A hire of the whole floor takes each room of it, and its hours count once."""
        floor = self.room.copy({"name": "Tout l'étage", "unit_count": 0})
        floor.unit_ids = self.room.unit_ids | self.lounge.unit_ids
        self.a_booking(floor, self.at(-7, 9), self.at(-7, 18), units=floor.unit_ids)
        self.count()
        rows = self.figures(
            "occupancy", [("date", "=", "2027-01-04"), ("place_id", "=", self.place.id)],
            ["space_id"], "taken_hours:sum", "open_hours:sum",
        )
        self.assertEqual(
            {space.id: tuple(hours) for space, *hours in rows},
            {self.room.id: (9, 9), self.lounge.id: (9, 9), self.desks.id: (0, 180)},
        )
        shares = {space: share for space, (share, *_rest) in
                  self.month(2027, 1)._by_space(date(2027, 1, 4), date(2027, 1, 4)).items()}
        self.assertEqual((shares[floor], shares[self.room], shares[self.desks]), (1, 1, 0))

    def test_units_that_come_and_go(self):
        """A unit counts from its creation or first claim, until its last claim once put away."""
        fresh, gone = self.desks.unit_ids[:2]
        self.env.flush_all()
        self.cr.execute(
            "UPDATE tierslieu_unit SET create_date = '2027-01-06 10:00:00' WHERE id = %s", [fresh.id]
        )
        self.a_booking(self.desks, self.at(-5, 10), self.at(-5, 12), units=gone)
        gone.active = False
        self.count()

        def days(unit):
            rows = self.figures(
                "occupancy", [("unit_id", "=", unit.id), ("open_hours", ">", 0)], ["date:day"],
            )
            return [day for (day,) in rows if day <= date(2027, 1, 11)]

        self.assertEqual(days(fresh)[0], date(2027, 1, 6))
        self.assertEqual((days(gone)[0], days(gone)[-1]), (date(2026, 11, 2), date(2027, 1, 6)))

    def test_counting_again(self):
        """Twice changes nothing; the last two months follow the hours, older days keep theirs."""
        self.count()
        self.cr.execute("SELECT MAX(id), COUNT(*) FROM tierslieu_day_hours")
        before = self.cr.fetchone()
        self.count()
        self.cr.execute("SELECT MAX(id), COUNT(*) FROM tierslieu_day_hours")
        self.assertEqual(self.cr.fetchone(), before)
        self.place.resource_calendar_id.attendance_ids.hour_to = 17
        self.count()

        def opened(day):
            rows = self.Hours.search([("place_id", "=", self.place.id), ("date", "=", day)])
            return sum(rows.mapped("hours"))

        self.assertEqual([opened(day) for day in ("2026-11-02", "2027-01-04", "2027-02-01")], [9, 8, 8])
        self.month(2026, 11).action_count_again()
        self.env.invalidate_all()
        self.assertEqual(opened("2026-11-02"), 8)
        self.assertFalse(
            self.Hours.search([("place_id", "=", self.place.id), ("date", "<", "2026-11-01")])
        )

    def test_scheduled(self):
        """The scheduler counts every place, those of other companies too."""
        other = self.env["res.company"].create({"name": "Ailleurs"})
        place = self.env["tierslieu.place"].create({"name": "Là-bas", "company_id": other.id})
        self.run_cron("cron_day_hours")
        for each in self.place | place:
            rows = self.Hours.search([("place_id", "=", each.id)])
            self.assertTrue(sum(rows.mapped("hours")))
            for row, after in pairwise(rows):
                self.assertEqual(row.stop, after.start)
