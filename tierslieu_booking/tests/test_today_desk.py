from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_today import MOST_QUERIES, TodayCase


@tagged("-at_install", "post_install")
class TestTodayDesk(TodayCase):
    """What hosts do on the screen of the day, and what others may not."""

    def live(self, start, hours=1, space=None, **options):
        """Book and confirm an hour before it begins."""
        with freeze_time(start - timedelta(hours=1)):
            booking = self.reserve(space or self.room, start, hours, **options)
            booking.action_confirm()
        return booking.with_user(self.host)

    # -- Taking back

    def test_each_step_is_taken_back(self):
        booking = self.live(self.at(0, 9))
        with freeze_time(self.at(0, 9, 30)):
            for step, back in (
                ("action_check_in", "confirmed"), ("action_no_show", "confirmed"),
            ):
                getattr(booking, step)()
                booking.action_step_back()
                self.assertEqual(booking.state, back)
            booking.action_check_in()
            booking.action_check_out()
            booking.action_step_back()
            self.assertEqual(booking.state, "in_use")
        self.assertClean()

    def test_a_no_show_taken_back_has_its_desk_again(self):
        desk = self.desks.unit_ids[7]
        booking = self.live(self.at(0, 9), hours=2, space=self.desks, unit=desk)
        with freeze_time(self.at(0, 9, 30)):
            booking.action_no_show()
            self.assertEqual(self.desks.free_count(self.at(0, 10), self.at(0, 11)), 20)
            booking.action_step_back()
        self.assertEqual(booking.unit_ids, desk)
        self.assertEqual(self.desks.free_count(self.at(0, 10), self.at(0, 11)), 19)
        self.assertClean()

    def test_a_no_show_is_not_taken_back_onto_others(self):
        booking = self.live(self.at(0, 9), hours=2)
        with freeze_time(self.at(0, 9, 30)):
            booking.action_no_show()
            self.live(self.at(0, 10), partner=self.bruno)
            with self.assertRaisesRegex(UserError, "taken"):
                booking.action_step_back()
        self.assertEqual(booking.state, "no_show")
        self.assertClean()

    def test_the_day_before_yesterday_stays(self):
        booking = self.live(self.at(0, 9))
        with freeze_time(self.at(0, 9, 30)):
            booking.action_no_show()
        with freeze_time(self.at(2, 9)), self.assertRaisesRegex(UserError, "That day is over"):
            booking.action_step_back()

    # -- Rooms

    def test_a_room_is_ready_until_its_booking_moves(self):
        booking = self.live(self.at(0, 10))
        self.assertIn(booking.id, self.shown("rooms"))
        booking.action_set_up()
        self.assertNotIn(booking.id, self.shown("rooms"))
        booking.action_not_set_up()
        self.assertIn(booking.id, self.shown("rooms"))
        booking.action_set_up()
        booking.action_move(self.at(0, 14), self.at(0, 15))
        self.assertIn(booking.id, self.shown("rooms"))

    def test_a_desk_is_no_room_to_set_up(self):
        booking = self.live(self.at(0, 10), space=self.desks)
        self.assertNotIn(booking.id, self.shown("rooms"))
        with self.assertRaisesRegex(UserError, "no room to lay out"):
            booking.action_set_up()

    def test_what_lapsed_is_confirmed_while_it_is_free(self):
        held = self.reserve(self.room, self.at(0, 10))
        with freeze_time(fields.Datetime.now() + timedelta(minutes=20)):
            row = next(row for row in self.today()["rows"] if row["id"] == held.id)
            self.assertEqual((row["tiles"], row["actions"]), (["lapsed"], ["action_confirm"]))
            held._expire()
            held.with_user(self.host).action_confirm()
            self.assertNotIn(held.id, self.shown("lapsed"))
            self.assertIn(held.id, self.shown("expected"))

    # -- Queries

    def queries(self):
        self.today()
        self.env.flush_all()
        self.env.invalidate_all()
        place = self.env["tierslieu.place"].with_user(self.host)
        # The user of a session and their company are read before any page.
        self.assertTrue(place.env.user.partner_id.name)
        self.assertTrue(place.env.company.currency_id.name)
        before = self.cr.sql_log_count
        day = place.today(self.place.id)
        return self.cr.sql_log_count - before, day

    def test_fifty_arrivals_cost_no_more_than_five(self):
        people = self.env["res.partner"].create([{"name": f"Personne {n}"} for n in range(50)])
        counts = []
        for some in (people[:5], people[5:]):
            for nth, partner in enumerate(some):
                booking = self.live(self.at(0, 9 + nth // 15), space=self.desks, partner=partner)
                if nth % 5 == 0:
                    self.pay(booking)
                elif nth % 5 == 1:
                    booking._invoice()
            asked, day = self.queries()
            counts.append(asked)
        self.assertEqual(len(day["rows"]), 50)
        self.assertEqual(*counts)
        self.assertLessEqual(counts[1], MOST_QUERIES)

    # -- Rights

    def test_only_the_team(self):
        booking = self.live(self.at(0, 9))
        accountant = new_test_user(self.env, "compta", groups="account.group_account_invoice")
        for user in (self.member, self.visitor, self.employee, accountant):
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    self.today(user=user)
                for name in ("action_check_in", "action_no_show", "action_step_back",
                             "action_set_up", "action_not_set_up", "action_view_order", "action_view_invoices"):
                    with self.assertRaises(UserError):
                        getattr(booking.with_user(user), name)()
                notes = self.env["tierslieu.handover"].with_user(user)
                with self.assertRaises(AccessError):
                    notes.create({"place_id": self.place.id, "text": "Psst"})
                with self.assertRaises(AccessError):
                    notes.search([])
        self.assertEqual(booking.state, "confirmed")
        self.assertTrue(self.today(user=self.manager)["rows"])

    def test_each_company_keeps_to_itself(self):
        booking = self.live(self.at(0, 9))
        booking.set_up_at = booking.start
        note = self.env["tierslieu.handover"].with_user(self.host).create(
            {"place_id": self.place.id, "text": "La clé est chez Ana"}
        )
        company = self.env["res.company"].create({"name": "Ailleurs"})
        stranger = new_test_user(
            self.env, "ailleurs", groups="tierslieu_base.group_host",
            company_id=company.id, company_ids=[Command.set(company.ids)],
        )
        place = self.env["tierslieu.place"].with_user(stranger)
        self.assertEqual(place.today()["places"], [])
        self.assertEqual(place.today()["rows"], [])
        for hostile in (self.place.id, 10**12, -1, "1 OR 1=1", [self.place.id], {"id": 1}, True):
            with self.subTest(hostile=hostile), self.assertRaisesRegex(UserError, "not one of yours"):
                place.today(hostile)
        for name in ("action_check_in", "action_no_show", "action_set_up", "action_not_set_up"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                getattr(booking.with_user(stranger), name)()
        self.assertTrue(booking.set_up_at)
        self.assertFalse(self.env["tierslieu.handover"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            note.with_user(stranger).action_done()
        with self.assertRaises(AccessError):
            self.env["tierslieu.handover"].with_user(stranger).create(
                {"place_id": self.place.id, "text": "Psst"}
            )

    def test_places_are_chosen_among(self):
        other = self.env["tierslieu.place"].create({"name": "La Fabrique", "tz": "Pacific/Noumea"})
        self.live(self.at(0, 9))
        day = self.today(place=other)
        self.assertEqual((day["place"], day["rows"]), (other.id, []))
        self.assertLessEqual({self.place.id, other.id}, {one["id"] for one in day["places"]})
        self.assertTrue(self.today()["rows"])


@tagged("-at_install", "post_install")
class TestHandover(TodayCase):
    """A word from one host to the next."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Note = cls.env["tierslieu.handover"].with_user(cls.host)

    def say(self, text, **values):
        return self.Note.create({"place_id": self.place.id, "text": text, **values})

    def test_it_is_signed_whatever_is_sent(self):
        note = self.say("  Un colis pour Alice  ", user_id=self.manager.id,
                        date="2020-01-01 00:00:00", done_at="2020-01-01 00:00:00")
        self.assertEqual(note.text, "Un colis pour Alice")
        self.assertEqual((note.user_id, note.date, note.done_at),
                         (self.host, fields.Datetime.now(), False))
        for vals in ({"user_id": self.manager.id}, {"date": "2020-01-01"},
                     {"done_by_id": self.manager.id}):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                note.write(vals)

    def test_a_note_says_something(self):
        for text in ("", "   ", False, None):
            with self.assertRaisesRegex(UserError, "Write the note first"):
                self.say(text)
        with self.assertRaisesRegex(UserError, "say it shorter"):
            self.say("x" * 1001)
        with self.assertRaisesRegex(UserError, "Write the note first"):
            self.say("Chauffage").text = " "

    def test_done_leaves_at_midnight(self):
        first, second = self.say("Premier"), self.say("Second")
        first.action_done()
        first.with_user(self.manager).action_done()
        self.assertEqual(first.done_by_id, self.host)
        self.assertEqual([(n["text"], n["done"]) for n in self.today()["notes"]],
                         [("Second", False), ("Premier", True)])
        first.action_not_done()
        self.assertEqual({n["done"] for n in self.today()["notes"]}, {False})
        first.action_done()
        with freeze_time(self.at(1, 9)):
            notes = self.today(user=self.manager)["notes"]
        self.assertEqual([n["text"] for n in notes], ["Second"])
        self.assertIn("Monday, January 11", notes[0]["when"])
        self.assertEqual(notes[0]["who"], self.host.name)
        self.assertTrue(second.exists())

    def test_notes_stay_at_their_place(self):
        other = self.env["tierslieu.place"].create({"name": "La Fabrique"})
        self.say("Ici")
        self.say("Là-bas", place_id=other.id)
        self.assertEqual([n["text"] for n in self.today()["notes"]], ["Ici"])
