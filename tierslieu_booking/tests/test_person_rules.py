from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import BookingCase


class PersonRulesCase(BookingCase):
    """A laser cutter (the room), desks, and a student fare."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.laser = cls.env["tierslieu.habilitation.kind"].create(
            {"name": "Laser", "months": 12, "way": "An hour with Driss.", "space_ids": [(6, 0, cls.room.ids)]}
        )
        cls.student = cls.env["tierslieu.profile"].create({"name": "Student"})

    def quota(self, **values):
        return self.env["tierslieu.quota"].create(values)

    def errors(self, space, start, hours=1, partner=None):
        return space.quote(partner or self.alice, start, start + (self.at(0, hours) - self.at(0, 0)))["errors"]


@tagged("-at_install", "post_install")
class TestHabilitation(PersonRulesCase):
    def test_refused_without_it_whatever_the_door(self):
        sentence = "Petit salon asks for the habilitation Laser. An hour with Driss."
        self.assertEqual(self.errors(self.room, self.at(0, 10)), [sentence])
        with self.assertRaisesRegex(UserError, "asks for the habilitation"):
            self.reserve(self.room, self.at(0, 10))
        elsewhere = self.reserve(self.lounge, self.at(0, 10))
        elsewhere.action_confirm()
        with self.assertRaisesRegex(UserError, "asks for the habilitation"), self.cr.savepoint():
            elsewhere.action_move(self.at(0, 11), self.at(0, 12), space=self.room)

    def test_valid_on_the_day_of_the_slot(self):
        given = self.env["tierslieu.habilitation"].create(
            {"kind_id": self.laser.id, "partner_id": self.alice.id, "valid_from": date(2026, 1, 13)}
        )
        self.assertEqual(given.valid_until, date(2027, 1, 12))
        self.assertEqual(given.state, "valid")
        self.reserve(self.room, self.at(1, 10)).action_confirm()
        self.assertEqual(
            self.errors(self.room, self.at(2, 10)),
            ["The habilitation Laser is over since Tuesday, January 12, 2027. An hour with Driss."],
        )
        self.assertTrue(self.errors(self.room, self.at(1, 14), partner=self.bruno))

    def test_taken_back_with_a_reason(self):
        given = self.env["tierslieu.habilitation"].create(
            {"kind_id": self.laser.id, "partner_id": self.alice.id}
        )
        with self.assertRaisesRegex(UserError, "Say why"):
            given.action_revoke()
        given.revoked_reason = "Left it running"
        given.action_revoke()
        self.assertEqual(given.state, "revoked")
        self.assertTrue(self.errors(self.room, self.at(0, 10)))
        given.action_restore()
        self.assertFalse(self.errors(self.room, self.at(0, 10)))
        with self.assertRaisesRegex(UserError, "leaves a trace"):
            given.unlink()

    def test_the_team_sets_it_aside_with_a_reason(self):
        env = self.env(user=new_test_user(self.env, "sami2", "tierslieu_base.group_host"))
        start = self.at(0, 10)
        booking = env["tierslieu.booking"].reserve(
            self.room.id, self.alice.id, start, self.at(0, 11), override_reason="Driss is beside her"
        )
        trace = self.env["tierslieu.override"].search([("res_id", "=", booking.id)])
        self.assertIn("asks for the habilitation Laser", trace.mapped("rule")[0])

    def test_members_write_none(self):
        portal = new_test_user(self.env, "alice2", "base.group_portal")
        with self.assertRaises(AccessError):
            self.env["tierslieu.habilitation"].with_user(portal).create(
                {"kind_id": self.laser.id, "partner_id": portal.partner_id.id}
            )


@tagged("-at_install", "post_install")
class TestFares(PersonRulesCase):
    def test_kept_for_a_fare(self):
        self.lounge.allowed_profile_ids = self.student
        self.assertEqual(
            self.errors(self.lounge, self.at(0, 10)),
            ["Salle créative is kept for: Student. See the fares, or ask the team."],
        )
        self.alice.tierslieu_profile_id = self.student
        self.assertFalse(self.errors(self.lounge, self.at(0, 10)))


@tagged("-at_install", "post_install")
class TestQuotas(PersonRulesCase):
    def test_hours_a_week(self):
        self.quota(most=3, period="week", space_ids=[(6, 0, self.desks.ids)])
        self.reserve(self.desks, self.at(0, 9), 2).action_confirm()
        self.assertEqual(
            self.errors(self.desks, self.at(1, 9), 2),
            ["Coworking: 3 h a week at the most; 1 h left. Choose another time, or ask the team."],
        )
        self.assertFalse(self.errors(self.desks, self.at(1, 9)))
        # The week after, another space, somebody else.
        self.assertFalse(self.errors(self.desks, self.at(7, 9), 3))
        self.assertFalse(self.errors(self.lounge, self.at(1, 9), 4))
        self.assertFalse(self.errors(self.desks, self.at(1, 9), 3, partner=self.bruno))

    def test_a_day_and_a_month(self):
        self.quota(most=1, measure="count", period="day")
        month = self.quota(most=2, measure="count", period="month")
        self.reserve(self.desks, self.at(0, 9))
        self.assertIn("a day", self.errors(self.lounge, self.at(0, 14))[0])
        self.reserve(self.desks, self.at(1, 9))
        self.assertIn("a month", self.errors(self.lounge, self.at(2, 14))[0])
        self.assertFalse(self.errors(self.lounge, self.at(21, 14)))
        month.active = False
        self.assertFalse(self.errors(self.lounge, self.at(2, 14)))

    def test_to_come_at_the_same_time(self):
        self.quota(most=1, measure="count", period="pending")
        booking = self.reserve(self.desks, self.at(0, 9))
        self.assertTrue(self.errors(self.desks, self.at(7, 9)))
        booking.action_cancel()
        self.assertFalse(self.errors(self.desks, self.at(7, 9)))

    def test_buffers_are_nobody_s_hours(self):
        self.lounge.write({"buffer_before": 30, "buffer_after": 30})
        self.quota(most=2, period="day")
        self.reserve(self.lounge, self.at(0, 10))
        self.assertFalse(self.errors(self.desks, self.at(0, 14)))
        self.assertTrue(self.errors(self.desks, self.at(0, 14), 2))

    def test_a_move_does_not_count_twice(self):
        self.quota(most=2, period="day")
        booking = self.reserve(self.desks, self.at(0, 9), 2)
        booking.action_confirm()
        booking.action_move(self.at(0, 14), self.at(0, 16))
        with self.assertRaisesRegex(UserError, "2 h a day at the most; 2 h left"), self.cr.savepoint():
            booking.action_move(self.at(0, 14), self.at(0, 17))

    def test_by_fare_and_by_organisation(self):
        company = self.env["res.partner"].create({"name": "Fanal", "is_company": True})
        (self.alice | self.bruno).parent_id = company
        self.quota(most=1, measure="count", period="week", per="organisation")
        self.reserve(self.desks, self.at(0, 9))
        self.assertTrue(self.errors(self.desks, self.at(1, 9), partner=self.bruno))
        self.env["tierslieu.quota"].search([]).profile_ids = self.student
        self.assertFalse(self.errors(self.desks, self.at(1, 9), partner=self.bruno))

    def test_a_hold_that_lapsed_counts_no_more(self):
        self.quota(most=1, measure="count", period="week")
        booking = self.reserve(self.desks, self.at(0, 9))
        booking._transition("hold", hold_until=self.at(-1, 9))
        self.assertFalse(self.errors(self.desks, self.at(1, 9)))
