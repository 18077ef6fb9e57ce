import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import FULL

from .common import BookingCase
from .today_oracle import TILES, ask

STATES = ("draft", "hold", "confirmed", "in_use", "done", "cancelled", "no_show", "expired")
# Zones with the wall clock of a random hour, among them the two nights when it changes.
MOMENTS = (
    ("Europe/Paris", "2027-01-11 10:20"),
    ("Europe/Paris", "2027-03-28 01:59"),  # 23 hours: 2 o'clock does not come
    ("Europe/Paris", "2027-03-28 22:10"),
    ("Europe/Paris", "2027-10-31 03:30"),  # 25 hours: 2 o'clock comes twice
    ("Europe/Paris", "2027-10-31 23:50"),
    ("America/Cayenne", "2027-05-03 23:59"),
    ("Pacific/Noumea", "2027-05-03 00:00"),
    ("America/Miquelon", "2027-03-14 15:00"),
)
# What the day of fifty arrivals may ask the database.
MOST_QUERIES = 25


class TodayCase(BookingCase):
    def a_booking(self, state, start, minutes=60, space=None, amount=8.0, **values):
        """Write a booking as it would be after its life, without living it."""
        space = space or self.room
        booking = self.Booking.sudo().create(
            {
                "partner_id": self.alice.id, "space_id": space.id, "state": state,
                "start": start, "stop": start + timedelta(minutes=minutes), **values,
            }
        )
        if amount:
            booking.line_ids = [
                Command.create({"product_id": self.products["room_hour"].id,
                                "description": "Salle", "count": 1, "amount": amount})
            ]
        return booking

    def today(self, user=None, place=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["tierslieu.place"].with_user(user or self.host).today(
            (place or self.place).id
        )

    def shown(self, tile, **options):
        return {row["id"] for row in self.today(**options)["rows"] if tile in row["tiles"]}

    def pay(self, bookings):
        self.env["tierslieu.collect"].with_user(self.host).create(
            {"booking_ids": bookings.ids}
        ).action_collect()


@tagged("-at_install", "post_install")
class TestTodayOracle(TodayCase):
    """The tiles are what plain SQL counts, on days made by chance, on any clock."""

    def a_day(self, dice, zone, moment):
        """Move the place to a zone and fill the days around a moment."""
        self.place.tz = zone
        around = self.place.to_utc(datetime.fromisoformat(moment))
        hall = self.lounge.copy({"name": "Grande halle", "kind": "hall"})
        spaces = self.room | self.desks | hall
        made = self.Booking
        for _nth in range(60):
            state = dice.choice(STATES)
            until = around + timedelta(minutes=dice.choice((-90, 0, 5)))
            asked = state == "hold" and dice.random() < 0.3
            made |= self.a_booking(
                state,
                around + timedelta(minutes=5 * dice.randint(-500, 500)),
                minutes=5 * dice.choice((6, 12, 24, 96, 600)),
                space=dice.choice(spaces),
                amount=dice.choice((0, 8.0, 12.5)),
                hold_until=until if state in ("hold", "expired") and not asked else False,
                approval=asked and "asked",
                set_up_at=around if dice.random() < 0.2 else False,
            )
        return around, made

    def test_tiles_are_what_sql_counts(self):
        dice = random.Random(19)  # The same days each time.
        for zone, moment in MOMENTS if FULL else MOMENTS[1::2]:
            with self.subTest(zone=zone, moment=moment), self.cr.savepoint() as kept:
                around, made = self.a_day(dice, zone, moment)
                with freeze_time(around):
                    owing = made.filtered(lambda b: b.payment_status == "to_invoice")
                    self.pay(owing[0])
                    self.pay(owing[1])
                    owing[2].with_user(self.host)._invoice()
                    self.assertTiles(zone, around)
                kept.rollback()

    def assertTiles(self, zone, now):
        day = self.today()
        counts = {tile["key"]: tile["count"] for tile in day["tiles"]}
        self.assertEqual(list(counts), list(TILES))
        for tile in TILES:
            expected = ask(self.env, tile, self.place.id, zone, now)
            found = {row["id"] for row in day["rows"] if tile in row["tiles"]}
            self.assertEqual(found, expected, tile)
            self.assertEqual(counts[tile], len(expected), tile)
        self.assertTrue(any(counts.values()))

    def test_days_of_23_and_25_hours(self):
        """The last half-hour of a long day is today's, the first of the next is not."""
        for date in ("2027-03-28", "2027-10-31"):
            midnight = self.place.to_utc(datetime.fromisoformat(date) + timedelta(days=1))
            last = self.a_booking("confirmed", midnight - timedelta(minutes=30), 30)
            after = self.a_booking("confirmed", midnight, 30)
            with freeze_time(self.place.to_utc(datetime.fromisoformat(f"{date} 00:10"))):
                shown = self.shown("expected")
            self.assertIn(last.id, shown)
            self.assertNotIn(after.id, shown)


@tagged("-at_install", "post_install")
class TestToday(TodayCase):
    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()

    def row(self, booking):
        [row] = [row for row in self.today()["rows"] if row["id"] == booking.id]
        return row

    def in_minutes(self, minutes):
        return self.now + timedelta(minutes=minutes)

    def live(self, start, hours=1, space=None, **options):
        """Book and confirm as people do; starts may be past."""
        with freeze_time(start - timedelta(hours=1)):
            booking = self.reserve(space or self.room, start, hours, **options)
            booking.action_confirm()
        return booking

    # -- Rows

    def test_words_of_a_row(self):
        """The hours of the place, and where each booking stands."""
        said = {
            "confirmed": {20: "In 20 min", -5: "Any minute now", -25: "25 min late", -90: "Did not come"},
            "in_use": {-30: "Is here", -90: "Should have left at 8:30"},
            "done": {-90: "Has left"},
            "no_show": {-90: "No-show"},
        }
        for state, cases in said.items():
            for minutes, words in cases.items():
                with self.subTest(state=state, minutes=minutes):
                    booking = self.a_booking(state, self.in_minutes(60 + minutes))
                    with freeze_time(self.in_minutes(60)):
                        row = self.row(booking)
                    self.assertIn(words, row["said"].replace("\N{NARROW NO-BREAK SPACE}", " "))
                    self.assertEqual(row["who"], "Alice Renaud")

    def test_who_never_left_yesterday_is_still_there(self):
        forgotten = self.a_booking("in_use", self.in_minutes(-24 * 60))
        gone = self.a_booking("done", self.in_minutes(-24 * 60))
        row = self.row(forgotten)
        self.assertEqual(row["status"], "overdue")
        self.assertIn("Sunday, January 10", row["when"])
        self.assertNotIn(gone.id, self.shown("gone"))

    def test_due_is_what_the_till_takes(self):
        booking = self.live(self.at(0, 10))
        self.assertEqual(self.row(booking)["due"], 8)
        self.assertRegex(self.row(booking)["due_said"], "8[.,]00")
        till = self.env["tierslieu.collect"].with_user(self.host).create({"booking_ids": booking.ids})
        self.assertEqual(till.amount, self.row(booking)["due"])
        till.action_collect()
        self.assertEqual(self.row(booking)["due"], 0)
        self.assertNotIn("action_collect", self.row(booking)["actions"])

    def test_rows_come_in_the_order_of_what_happens_next(self):
        late = self.a_booking("confirmed", self.in_minutes(-40))
        leaving = self.a_booking("in_use", self.in_minutes(-50))
        coming = self.a_booking("confirmed", self.in_minutes(30))
        ids = [row["id"] for row in self.today()["rows"]]
        self.assertEqual(ids, [late.id, leaving.id, coming.id])

    # -- Actions

    def test_what_is_offered_is_what_the_methods_take(self):
        """In every state, before, during and after: an action is offered exactly when it works."""
        tried = ("action_check_in", "action_check_out", "action_no_show", "action_step_back",
                 "action_set_up")
        noon = self.at(0, 13)
        for state in STATES:
            for minutes in (-3 * 24 * 60, -90, -30, 30):
                start = noon + timedelta(minutes=minutes)
                booking = self.a_booking(state, start, space=self.lounge)
                for name in tried:
                    with self.subTest(state=state, minutes=minutes, action=name), freeze_time(noon):
                        offered = booking.with_user(self.host)._desk_actions()
                        with self.cr.savepoint() as kept:
                            try:
                                getattr(booking.with_user(self.host), name)()
                                works = True
                            except UserError:
                                works = False
                            kept.rollback()
                        self.env.invalidate_all()
                        self.assertEqual(name in offered, works)

    def test_nobody_came(self):
        booking = self.live(self.at(0, 9), hours=3)
        with freeze_time(self.at(0, 10)):
            booking.with_user(self.host).action_no_show()
            self.assertEqual(booking.state, "no_show")
            self.assertTrue(self.room.free_count(self.at(0, 10), self.at(0, 12)))
            self.assertIn(booking.id, self.shown("gone"))
            self.assertEqual(self.row(booking)["due"], booking.amount_total)
            self.assertEqual(self.row(booking)["actions"][0], "action_collect")
            self.pay(booking)
            self.assertEqual(booking.payment_status, "paid")
        self.assertClean()

    def test_nobody_is_missing_before_their_time(self):
        booking = self.live(self.at(0, 10))
        with self.assertRaisesRegex(UserError, "Their time has not come"):
            booking.with_user(self.host).action_no_show()
        self.assertFalse(booking.with_user(self.host).may_be_no_show)
        self.assertEqual(booking.state, "confirmed")
