from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import BookingCase

TITLE = "Repair café"


@tagged("post_install", "-at_install")
class TestProgramme(BookingCase):
    def programme(self, first=0, last=7, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        place = self.place.with_user(user) if user else self.place
        return place._programme(self.at(first, 0), self.at(last, 0))

    def announced(self, start, title=TITLE, space=None, **values):
        booking = self.reserve(space or self.room, start)
        booking.action_confirm()
        booking.with_user(self.host).write({"announced_as": title, **values})
        return booking

    def titles(self, *days, **options):
        return [one["title"] for one in self.programme(*days, **options)]

    def end_request(self):
        """Write the traces that are written at the end of a request."""
        self.env.flush_all()
        self.cr.precommit.run()

    # -- What is announced

    def test_an_announced_booking(self):
        booking = self.announced(self.at(1, 10), announced_summary=" Venez avec vos objets ")
        [one] = self.programme(user=self.visitor)
        self.assertEqual(
            one,
            {
                "start": booking.start, "stop": booking.stop, "title": TITLE,
                "summary": "Venez avec vos objets", "space": self.room, "url": False, "uid": f"booking-{booking.id}",
            },
        )

    def test_nobody_is_named(self):
        """Neither who booked nor their reference is in what the public is given."""
        booking = self.announced(self.at(1, 10), announced_summary="")
        said = str(self.programme(user=self.visitor))
        for word in (*self.alice.name.split(), self.alice.email, booking.name):
            self.assertNotIn(word, said)

    def test_private_bookings_never_leak(self):
        for title in (False, "", "   "):
            self.announced(self.at(1, 10), title=title, announced_summary="Secret").action_cancel()
            self.announced(self.at(1, 10), title=title, announced_summary="Secret")
            self.assertEqual(self.programme(), [])
            self.Booking.search([("space_id", "=", self.room.id)]).action_cancel()

    def test_only_what_will_be_is_announced(self):
        """Held, lapsed, called off or missed: it is not in the programme."""
        booking = self.announced(self.at(1, 10))
        for state in dict(self.Booking._fields["state"].selection):
            with self.subTest(state=state):
                booking.sudo().write({"state": state})
                shown = state in ("confirmed", "in_use", "done")
                self.assertEqual(self.titles(), [TITLE] if shown else [])

    def test_cancelling_takes_it_off(self):
        booking = self.announced(self.at(1, 10))
        booking.action_cancel()
        self.assertEqual(self.titles(), [])

    def test_a_copy_is_private(self):
        copy = self.announced(self.at(1, 10)).copy({"start": self.at(2, 10), "stop": self.at(2, 11)})
        self.assertFalse(copy.announced_as or copy.announced_summary)

    # -- When, where

    def test_soonest_first_and_half_open(self):
        self.announced(self.at(2, 9), "Atelier CV")
        self.announced(self.at(1, 14), "Aide aux devoirs", space=self.lounge)
        self.announced(self.at(1, 10), "Yoga du midi")
        self.assertEqual(self.titles(), ["Yoga du midi", "Aide aux devoirs", "Atelier CV"])
        between = [one["title"] for one in self.place._programme(self.at(1, 11), self.at(2, 9))]
        self.assertEqual(between, ["Aide aux devoirs"])
        going_on = [one["title"] for one in self.place._programme(self.at(1, 10, 30), self.at(1, 11))]
        self.assertEqual(going_on, ["Yoga du midi"])

    def test_another_place_has_its_own(self):
        other = self.env["tierslieu.place"].create({"name": "La Rive"})
        self.announced(self.at(1, 10))
        self.assertEqual(other._programme(self.at(0, 0), self.at(7, 0)), [])

    def test_as_many_queries_for_five_as_for_fifty(self):
        counts = []
        for day in range(1, 51):
            start = self.at(day // 6, 9 + day % 6)
            booking = self.Booking.sudo().create(
                {
                    "partner_id": self.alice.id, "space_id": self.lounge.id, "state": "confirmed",
                    "start": start, "stop": start + timedelta(hours=1), "announced_as": f"N° {day}",
                }
            )
            self.assertTrue(booking)
            if day in (5, 50):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                found = self.place._programme(self.at(0, 0), self.at(30, 0))
                counts.append(self.env.cr.sql_log_count - before)
                self.assertEqual(len(found), day)
                self.assertEqual({one["space"].name for one in found}, {self.lounge.name})
        self.assertEqual(counts[0], counts[1])

    # -- Who announces

    def test_the_team_announces(self):
        booking = self.reserve(self.room, self.at(1, 10))
        booking.action_confirm()
        self.end_request()
        for user in (self.host, self.manager):
            with Form(booking.with_user(user)) as form:
                form.announced_as = user.name
            self.assertEqual(booking.announced_as, user.name)
        for user in (self.member, self.visitor, self.employee):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                booking.with_user(user).write({"announced_as": "Moi"})
        # Who made it public stays in the trace of the booking.
        self.end_request()
        tracked = booking.sudo().message_ids.tracking_value_ids
        self.assertIn(self.manager.name, tracked.mapped("new_value_char"))

    def test_it_goes_with_the_person(self):
        """Erasing who booked erases the words: they may name someone."""
        booking = self.announced(self.at(1, 10), announced_summary="Avec Alice")
        booking._forget_words()
        self.assertFalse(booking.announced_as or booking.announced_summary)
