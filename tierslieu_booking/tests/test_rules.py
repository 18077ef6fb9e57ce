from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import NOW, BookingCase


class TestRules(BookingCase):
    """The rules of a space hold for everyone; the team sets them aside with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host = new_test_user(
            cls.env, "sami", groups="tierslieu_base.group_host", name="Sami Hôte", lang="en_US"
        )
        cls.member = new_test_user(
            cls.env, "membre", groups="base.group_portal", name="Lou Membre", lang="en_US"
        )

    def refusal(self, start, hours=1, space=None, **options):
        """Return the one sentence that refuses a booking, the same from quote and reserve."""
        space = space or self.room
        stop = start + timedelta(hours=hours)
        errors = space.quote(self.alice, start, stop, **options)["errors"]
        if not errors:
            return None
        with self.assertRaises(UserError) as refused:
            self.Booking.reserve(space, self.alice, start, stop, **options)
        self.assertEqual(str(refused.exception), errors[0])
        if not options:
            self.assertEqual(space.free_count(start, stop), 0)
        return errors[0]

    def test_shortest_and_longest(self):
        self.room.write({"length_min": 2, "length_max": 4})
        self.assertIn("2 h at least", self.refusal(self.at(1, 10), 1))
        self.assertIsNone(self.refusal(self.at(1, 10), 2))
        self.assertIsNone(self.refusal(self.at(1, 10), 4))
        self.assertIn("4 h at the most", self.refusal(self.at(1, 10), 4.5))
        self.assertEqual([key for key, _label in self.room._lengths()], ["120", "180", "240"])

    def test_a_length_is_counted_in_open_hours(self):
        """From 16 h to 11 h the next day the place is open four hours."""
        self.room.length_max = 4
        self.assertIsNone(self.refusal(self.at(1, 16), 19))
        self.assertIn("at the most", self.refusal(self.at(1, 16), 20))

    def test_within_one_day(self):
        self.room.days_max = 1
        self.assertIn("within one day", self.refusal(self.at(1, 16), 19))
        self.assertIsNone(self.refusal(self.at(1, 9), 9))
        self.assertNotIn("3days", dict(self.room._lengths()))

    def test_days_in_a_row(self):
        self.room.days_max = 2
        self.assertIsNone(self.refusal(self.at(1, 9), 24 + 9))
        self.assertIn("2 days in a row", self.refusal(self.at(1, 9), 48 + 9))

    def test_notice(self):
        self.room.notice_hours = 24
        # NOW is eight in the morning of a Monday, by the clock of the place.
        sentence = self.refusal(self.at(0, 14))
        self.assertIn("24 h ahead", sentence)
        self.assertIn("Tuesday, January 12", sentence)
        self.assertIsNone(self.refusal(self.at(1, 9)))
        with freeze_time(self.at(0, 9, 1)):
            self.assertIsNotNone(self.refusal(self.at(1, 9)))
        with freeze_time(self.at(0, 9)):
            self.assertIsNone(self.refusal(self.at(1, 9)))

    def test_the_horizon_is_measured_to_the_end(self):
        self.room.horizon_days = 3
        self.assertIsNone(self.refusal(self.at(3, 17)))
        self.assertIn("until Thursday, January 14", self.refusal(self.at(4, 9)))
        # Begun in time, it ends too late: nobody books long to cut afterwards.
        self.assertIn("until", self.refusal(self.at(3, 16), 19))
        with freeze_time(self.at(0, 23, 59)):
            self.assertIsNotNone(self.refusal(self.at(4, 9)))
        with freeze_time(self.at(1, 0, 1)):
            self.assertIsNone(self.refusal(self.at(4, 9)))

    def test_seats(self):
        self.assertIn("6 people", self.refusal(self.at(1, 10), people=7))
        self.assertIsNone(self.refusal(self.at(1, 10), people=6))

    def test_buffers_keep_time_free_on_both_sides(self):
        self.room.write({"buffer_before": 15, "buffer_after": 30})
        booking = self.reserve(self.room, self.at(1, 10), 1)
        row = booking.occupancy_ids
        self.assertEqual((row.start, row.stop), (self.at(1, 9, 45), self.at(1, 11, 30)))
        self.assertEqual(booking.stop, self.at(1, 11))
        self.assertEqual(booking.amount_total, 8.0)
        for minutes, free in ((0, 0), (30, 0), (60, 1)):
            start = self.at(1, 11) + timedelta(minutes=minutes)
            stop = start + timedelta(hours=1)
            with self.subTest(minutes=minutes):
                self.assertEqual(self.room.free_count(start, stop), free)
        slots = self.room.day_slots(self.at(1, 9).date(), 60, self.alice)
        reasons = {slot["start"]: slot["reason"] for slot in slots if not slot["free"]}
        self.assertIn("Already taken", reasons[self.at(1, 10)])
        self.assertIn(self.at(1, 11), reasons)
        self.assertIn(self.at(1, 9), reasons)

    def test_nights_are_kept_where_the_space_says_so(self):
        apart = self.reserve(self.room, self.at(1, 16), 19)
        self.assertEqual(len(apart.occupancy_ids), 2)
        self.lounge.overnight = True
        kept = self.reserve(self.lounge, self.at(1, 16), 19)
        self.assertEqual(
            [(row.start, row.stop) for row in kept.occupancy_ids],
            [(self.at(1, 16), self.at(2, 11))],
        )
        self.assertEqual(kept.amount_total, apart.amount_total, "the night costs nothing")

    def test_impossible_rules_are_refused(self):
        for values in (
            {"length_min": 4, "length_max": 2},
            {"days_max": -1},
            {"buffer_after": -5},
            {"buffer_before": 2000},
            {"horizon_days": 1, "notice_hours": 72},
        ):
            with self.subTest(values), self.assertRefused():
                self.room.write(values)
                self.env.flush_all()

    # -- The team

    def as_host(self, record):
        return record.with_user(self.host)

    def test_the_team_says_why(self):
        self.room.write({"notice_hours": 48, "length_max": 2})
        start, stop = self.at(1, 10), self.at(1, 14)
        booking = self.as_host(self.Booking).reserve(
            self.room.id, self.alice.id, start, stop, override_reason="Vu avec Camille"
        )
        self.assertEqual(booking.state, "hold")
        logged = self.env["tierslieu.override"].search([("res_id", "=", booking.id)])
        self.assertEqual(len(logged), 2)
        self.assertEqual(logged.user_id, self.host)
        self.assertEqual(set(logged.mapped("reason")), {"Vu avec Camille"})
        self.assertEqual(logged.company_id, self.place.company_id)
        self.assertEqual(logged[0].date, NOW)
        self.assertEqual(logged[0].action_open()["res_id"], booking.id)

    def test_nothing_is_logged_when_no_rule_is_in_the_way(self):
        booking = self.as_host(self.Booking).reserve(
            self.room, self.alice, self.at(1, 10), self.at(1, 11), override_reason="Au cas où"
        )
        self.assertFalse(self.env["tierslieu.override"].search([("res_id", "=", booking.id)]))

    def test_a_draft_confirmed_by_the_team(self):
        self.room.length_max = 2
        values = {"space_id": self.room.id, "partner_id": self.alice.id,
                  "start": self.at(1, 10), "stop": self.at(1, 14)}
        draft = self.as_host(self.Booking).create(values)
        with self.assertRaisesRegex(UserError, "2 h at the most"):
            draft.action_confirm()
        draft.override_reason = "Une fois n'est pas coutume"
        self.assertTrue(draft.preview_ok, draft.preview)
        draft.action_confirm()
        self.assertEqual(draft.state, "confirmed")

    def test_nobody_else_sets_a_rule_aside(self):
        self.room.length_max = 2
        start, stop = self.at(1, 10), self.at(1, 14)
        member = self.member
        with self.assertRaisesRegex(UserError, "Only the team"):
            self.Booking.with_user(member).sudo().reserve(
                self.room, member.partner_id, start, stop, override_reason="S'il vous plaît"
            )
        with self.assertRaisesRegex(UserError, "Only the team"):
            self.room.with_user(member).sudo().quote(
                member.partner_id, start, stop, override_reason="S'il vous plaît"
            )
        with self.assertRaisesRegex(UserError, "why"):
            self.as_host(self.Booking).reserve(
                self.room, self.alice, start, stop, override_reason="  "
            )

    def test_a_reason_typed_by_the_team_serves_nobody_else(self):
        """A member's own draft confirmed by a member keeps the rules."""
        self.room.length_max = 2
        draft = self.Booking.create(
            {"space_id": self.room.id, "partner_id": self.alice.id, "start": self.at(1, 10),
             "stop": self.at(1, 14), "override_reason": "Je me l'accorde"}
        )
        with self.assertRaisesRegex(UserError, "2 h at the most"):
            draft.with_user(self.member).sudo().action_confirm()

    def test_what_nobody_sets_aside(self):
        """Opening hours, steps, the past, fire safety and a taken unit."""
        self.place.people_max = 10
        self.reserve(self.room, self.at(2, 10), 1)
        cases = {
            "closed": (self.at(1, 19), self.at(1, 20), {}),
            "steps of 30": (self.at(1, 10, 10), self.at(1, 11), {}),
            "passed": (self.at(-1, 10), self.at(-1, 11), {}),
            "10 people": (self.at(1, 10), self.at(1, 11), {"people": 11}),
            "taken": (self.at(2, 10), self.at(2, 11), {}),
        }
        cases["open"] = cases.pop("closed")
        for words, (start, stop, options) in cases.items():
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.as_host(self.Booking).reserve(
                    self.room, self.alice, start, stop, override_reason="Exception", **options
                )

    def test_an_override_stays(self):
        self.room.length_max = 2
        booking = self.as_host(self.Booking).reserve(
            self.room, self.alice, self.at(1, 10), self.at(1, 14), override_reason="Exception"
        )
        logged = self.env["tierslieu.override"].search([("res_id", "=", booking.id)])
        for call in (lambda: self.as_host(logged).write({"reason": "x"}),
                     lambda: self.as_host(logged).unlink()):
            with self.assertRaises(AccessError), self.cr.savepoint():
                call()
        self.assertClean()
