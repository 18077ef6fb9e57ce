from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import BookingCase


class ScreenCase(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place.screen_mode = "public"

    def confirmed(self, start, hours=1, space=None, title=False):
        with freeze_time(min(start, self.at(0, 8)) - timedelta(hours=1)):
            booking = self.reserve(space or self.room, start, hours)
            booking.action_confirm()
        booking.announced_as = title
        return booking

    def screen(self, moment=None):
        """Return the screen as whoever passes by gets it, written by nobody."""
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(moment or self.at(0, 10)):
            return self.place.with_user(self.visitor).sudo()._screen()

    def room_now(self, moment=None, space=None):
        [room] = [one for one in self.screen(moment)["rooms"] if one["space"] == (space or self.room)]
        return room

    def assertNow(self, state, said, moment=None, space=None):
        room = self.room_now(moment, space)
        shown = f"{room['word']} {room['when']}".strip()
        plain = shown.replace("\N{NARROW NO-BREAK SPACE}", " ")
        self.assertEqual((room["state"], plain), (state, said))
        return room


@tagged("post_install", "-at_install")
class TestRoomsNow(ScreenCase):
    """What a room is said to be is what one could book of it."""

    def test_free_until_it_closes_or_someone_comes(self):
        self.assertNow("free", "Free until 6:00 PM")
        self.confirmed(self.at(0, 14))
        self.assertNow("free", "Free until 2:00 PM")

    def test_taken_until_it_is_free(self):
        self.confirmed(self.at(0, 9), 2)
        self.assertNow("taken", "Taken until 11:00 AM")
        self.confirmed(self.at(0, 11), 1)
        self.assertNow("taken", "Taken until 12:00 PM")
        self.confirmed(self.at(0, 13), 1)
        self.assertNow("taken", "Taken until 12:00 PM")

    def test_a_gap_too_short_to_be_booked_is_no_freedom(self):
        self.room.buffer_after = 15
        self.confirmed(self.at(0, 9), 1.5)
        self.confirmed(self.at(0, 11), 1)
        room = self.assertNow("taken", "Taken until 12:00 PM")
        self.assertEqual([one["title"] for one in room["coming"]], [""])

    def test_the_time_kept_free_around_a_booking(self):
        """People inside read when they leave, those outside when they may come."""
        self.room.write({"buffer_before": 30, "buffer_after": 30})
        self.confirmed(self.at(0, 11), 1)
        self.assertNow("free", "Free until 10:30 AM")
        self.assertNow("soon", "Taken from 11:00 AM", self.at(0, 10, 45))
        self.assertNow("taken", "Taken until 12:00 PM", self.at(0, 11, 15))
        self.assertNow("soon", "Being tidied until 12:30 PM", self.at(0, 12, 10))
        self.assertNow("free", "Free until 6:00 PM", self.at(0, 12, 30))

    def test_closed(self):
        self.assertNow("closed", "Closed", self.at(0, 8))
        self.assertNow("closed", "Closed", self.at(0, 18))
        self.assertNow("free", "Free until 6:00 PM", self.at(0, 17, 59))

    def test_whole_days(self):
        with freeze_time(self.at(0, 8)):
            booking = self.Booking.reserve(self.room, self.alice, self.at(0, 9), self.at(2, 18))
            booking.action_confirm()
        self.assertNow("taken", "Taken until 6:00 PM")
        self.Occupancy.create({"unit_id": self.lounge.unit_ids.id, "start": self.at(-1, 9)})
        self.assertNow("taken", "Taken all day", space=self.lounge)

    def test_what_is_called_off_frees_it(self):
        booking = self.confirmed(self.at(0, 9), 2)
        booking.with_user(self.host).action_cancel()
        self.assertNow("free", "Free until 6:00 PM")

    def test_a_lapsed_hold_frees_it(self):
        with freeze_time(self.at(0, 9)):
            self.reserve(self.room, self.at(0, 9), 2)
        self.assertNow("taken", "Taken until 11:00 AM", self.at(0, 9, 10))
        self.assertNow("free", "Free until 6:00 PM", self.at(0, 9, 20))

    def test_desks(self):
        self.assertNow("free", "20 desks free", space=self.desks)
        with freeze_time(self.at(0, 8)):
            for _nth in range(19):
                self.reserve(self.desks, self.at(0, 10), 2).action_confirm()
        self.assertNow("free", "1 desk free", space=self.desks)
        self.confirmed(self.at(0, 9), 1.5, space=self.desks)
        self.assertNow("taken", "All taken until 10:30 AM", space=self.desks)

    def test_said_free_is_bookable_now(self):
        """Whatever the hour: free says that `free_count` of the next step is not nought."""
        self.confirmed(self.at(0, 9, 30), 1)
        self.confirmed(self.at(0, 12), 2.5)
        self.confirmed(self.at(0, 16), 2)
        seen = set()
        for minutes in range(8 * 60, 19 * 60, 30):
            moment = self.at(0, *divmod(minutes, 60))
            with freeze_time(moment):
                free = self.room.free_count(moment, moment + timedelta(minutes=30))
            state = self.room_now(moment)["state"]
            seen.add(state)
            self.assertEqual(state == "free", bool(free), moment)
        self.assertEqual(seen, {"free", "taken", "closed"})

    def test_lockers_and_archived_spaces_are_no_rooms(self):
        self.lounge.kind = "locker"
        self.desks.active = False
        self.assertEqual([room["space"] for room in self.screen()["rooms"]], [self.room])

    def test_nobody_is_named(self):
        self.confirmed(self.at(0, 9), 2)
        self.confirmed(self.at(0, 14), 2, title="Atelier CV")
        said = str(self.screen())
        self.assertIn("Atelier CV", said)
        for word in (*self.alice.name.split(), self.alice.email):
            self.assertNotIn(word, said)

    def test_what_is_announced_has_its_title(self):
        self.confirmed(self.at(0, 9), 2, title="Repair café")
        self.assertEqual(self.room_now()["title"], "Repair café")


@tagged("post_install", "-at_install")
class TestEntrance(ScreenCase):
    def test_opening(self):
        cases = {
            (0, 8, 0): (False, "Closed, opens again at 9:00 AM"),
            (0, 9, 0): (True, "Open until 6:00 PM"),
            (0, 18, 0): (False, "Closed, opens again tomorrow at 9:00 AM"),
            (4, 19, 0): (False, "Closed, opens again on Monday, January 18 at 9:00 AM"),
        }
        for moment, expected in cases.items():
            opening = self.screen(self.at(*moment))["opening"]
            said = opening["said"].replace("\N{NARROW NO-BREAK SPACE}", " ")
            self.assertEqual((opening["open"], said), expected)

    def test_a_place_that_never_opens(self):
        self.place.attendance_ids.unlink()
        screen = self.screen()
        self.assertEqual((screen["opening"]["open"], screen["opening"]["said"]), (False, "Closed"))

    def test_a_place_without_spaces(self):
        (self.room | self.lounge | self.desks).active = False
        screen = self.screen()
        self.assertEqual(screen["rooms"], [])
        self.assertEqual([day["items"] for day in screen["programme"]], [[]])

    def test_the_day_changes_at_midnight_of_the_place(self):
        """Cayenne is four hours behind UTC: its evening is still today."""
        self.place.tz = "America/Cayenne"
        self.confirmed(self.at(0, 9), title="Jeudi")  # at() follows the place
        with freeze_time(self.at(0, 22)):
            tomorrow = self.reserve(self.room, self.at(1, 9))
            tomorrow.action_confirm()
            tomorrow.announced_as = "Demain"
        before, after = (self.screen(self.at(*moment)) for moment in ((0, 23, 59), (1, 0, 0)))
        self.assertEqual([day["title"] for day in before["programme"]], ["Today", "Tomorrow"])
        self.assertEqual([day["title"] for day in after["programme"]], ["Today"])
        self.assertIn("January 11", before["clock"]["date"])
        self.assertIn("January 12", after["clock"]["date"])

    def test_programme_of_today_and_the_next_days(self):
        self.confirmed(self.at(0, 9), 2, title="Yoga")
        self.confirmed(self.at(3, 14), 2, title="Atelier CV", space=self.lounge)
        today, later = self.screen()["programme"]
        [yoga], [workshop] = today["items"], later["items"]
        self.assertEqual((yoga["title"], yoga["now"], yoga["where"]), ("Yoga", True, "Petit salon"))
        self.assertEqual(later["title"], "Thursday, January 14")
        self.assertEqual(workshop["where"], "Salle créative")
        self.assertFalse(workshop["now"])
        self.assertEqual(self.screen(self.at(0, 11))["programme"][0]["items"], [])

    def test_what_lasts_several_days(self):
        with freeze_time(self.at(0, 8)):
            booking = self.Booking.reserve(self.room, self.alice, self.at(0, 9), self.at(2, 18))
            booking.action_confirm()
        booking.announced_as = "Exposition"
        [item] = self.screen()["programme"][0]["items"]
        self.assertEqual(item["hours"], "until Wednesday, January 13")
        with freeze_time(self.at(0, 8)):
            [item] = self.place._screen_programme(self.at(0, 8))[0]["items"]
        self.assertIn("9:00", item["hours"])

    # -- Who welcomes

    def welcome(self, **values):
        return self.env["tierslieu.welcome"].with_user(self.manager).create(
            {"place_id": self.place.id, "hour_from": 9, "hour_to": 18, **values}
        )

    def hosts(self, *moment):
        return [host["name"] for host in self.screen(self.at(*moment))["welcome"]]

    def test_who_welcomes(self):
        self.welcome(first_name="Sami", weekday="0", hour_to=13)
        self.welcome(first_name="Camille", weekday="0", hour_from=14)
        self.welcome(first_name="Wendy", weekday="1")
        self.assertEqual(self.hosts(0, 10), ["Sami", "Camille"])
        here = [host["here"] for host in self.screen()["welcome"]]
        self.assertEqual(here, [True, False])
        self.assertEqual(self.hosts(0, 13), ["Camille"])
        self.assertEqual(self.hosts(1, 10), ["Wendy"])
        self.assertEqual(self.hosts(2, 10), [])

    def test_a_date_takes_the_place_of_its_weekday(self):
        self.welcome(first_name="Sami", weekday="0")
        self.welcome(first_name="Yasmine", date="2027-01-11")
        self.assertEqual(self.hosts(0, 10), ["Yasmine"])
        self.assertEqual(self.hosts(7, 10), ["Sami"])

    def test_nobody_of_the_week_on_a_closed_day(self):
        self.welcome(first_name="Sami", weekday="6")
        self.assertEqual(self.hosts(6, 10), [])
        self.welcome(first_name="Bruno", date="2027-01-17")
        self.assertEqual(self.hosts(6, 10), ["Bruno"])

    def test_first_names_only(self):
        row = self.welcome(partner_id=self.alice.id, weekday="0")
        self.assertEqual(row.first_name, "Alice")
        self.assertNotIn("Renaud", str(self.screen()))

    def test_a_day_or_a_date(self):
        for values in ({}, {"weekday": "0", "date": "2027-01-11"}, {"weekday": "0", "hour_to": 8}):
            with self.subTest(values=values), self.assertRefused():
                self.welcome(first_name="Sami", **values)

    def test_only_a_manager_puts_people_there(self):
        row = self.welcome(first_name="Sami", weekday="0")
        self.assertEqual(row.with_user(self.host).first_name, "Sami")
        for user in (self.host, self.member, self.visitor, self.employee):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                row.with_user(user).write({"first_name": "Moi"})

    def test_who_asks_to_be_erased_is_taken_off(self):
        self.welcome(partner_id=self.alice.id, weekday="0")
        rules = {rule.key: rule for rule in self.env["tierslieu.retention"]._rules()}
        rule = rules["base.welcome"]
        found = self.env[rule.model].search(rule.person(self.alice))
        self.assertEqual((found.first_name, rule.erasure), ("Alice", "delete"))

    # -- Settings

    def test_off_until_someone_decides(self):
        place = self.env["tierslieu.place"].create({"name": "La Rive"})
        self.assertEqual(place.screen_mode, "off")
        self.assertFalse(place.screen_url)
        with self.assertRaisesRegex(UserError, "This page is off"):
            place.with_user(self.manager).action_open_screen()

    def test_the_link_has_a_key_only_when_it_must(self):
        path = f"/entrance/le-quai-{self.place.id}"
        self.assertTrue(self.place.screen_url.endswith(path))
        with Form(self.place.with_user(self.manager)) as form:
            form.screen_mode = "token"
        self.place.invalidate_recordset()
        self.room.invalidate_recordset()
        self.assertRegex(self.place.screen_url, path + "/[A-Za-z0-9_-]{32}$")
        self.assertRegex(self.room.screen_url, f"/door/petit-salon-{self.room.id}/[A-Za-z0-9_-]{{32}}$")
        new = self.room.copy({"name": "Alcôve"})
        self.assertRegex(new.screen_url, "/door/alcove-")

    def test_renewing_makes_the_former_link_worthless(self):
        self.place.screen_mode = "token"
        former = self.place._screen_url().rpartition("/")[2]
        self.assertTrue(self.place._is_opened_by(former))
        for user in (self.host, self.employee):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.place.with_user(user).action_renew_screen()
        self.place.with_user(self.manager).action_renew_screen()
        new = self.place._screen_url().rpartition("/")[2]
        self.assertNotEqual(new, former)
        self.assertFalse(self.place._is_opened_by(former))
        self.assertTrue(self.place._is_opened_by(new))

    def test_a_key_opens_one_page_only(self):
        self.place.screen_mode = "token"
        place, room, lounge = (
            one._screen_url().rpartition("/")[2] for one in (self.place, self.room, self.lounge)
        )
        self.assertTrue(self.room._is_opened_by(room))
        for key in (place, lounge, "", None, "x" * 32, "é" * 32):
            self.assertFalse(self.room._is_opened_by(key))
        self.assertFalse(self.place._is_opened_by(room))

    def test_the_link_is_for_the_team(self):
        self.assertTrue(self.place.with_user(self.host).screen_url)
        with self.assertRaises(AccessError):
            self.place.with_user(self.employee).read(["screen_url"])
        self.place.screen_mode = "token"
        for user in (self.member, self.visitor, self.employee):
            for record in (self.place, self.room):
                with self.subTest(user=user.name, record=record.name), self.assertRaises(AccessError):
                    record.with_user(user).action_open_screen()
        key = self.place._screen_url().rpartition("/")[2]
        self.assertIn(key, self.place.with_user(self.host).action_open_screen()["url"])

    def test_the_code_leads_to_a_page_of_this_website(self):
        for path in ("https://ailleurs.example", "//ailleurs.example", "book", "/a b", "/\\ailleurs"):
            with self.subTest(path=path), self.assertRaises(ValidationError), self.cr.savepoint():
                self.place.screen_join_path = path

    # -- How much it asks

    def test_as_many_queries_for_five_as_for_fifty(self):
        counts = []
        for nth in range(1, 51):
            space = self.room.copy({"name": f"Salle {nth}"})
            space.unit_count = 1
            self.Booking.sudo().create(
                {
                    "partner_id": self.alice.id, "space_id": space.id, "state": "confirmed",
                    "start": self.at(0, 10), "stop": self.at(0, 12), "announced_as": f"N° {nth}",
                    "occupancy_ids": [(0, 0, {
                        "unit_id": space.unit_ids.id, "start": self.at(0, 10), "stop": self.at(0, 12),
                        "kind": "booking", "state": "firm",
                    })],
                }
            )
            if nth in (5, 50):
                self.screen()  # what is read once and for all
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                with freeze_time(self.at(0, 10, 30)):
                    screen = self.place._screen()
                counts.append(self.env.cr.sql_log_count - before)
                self.assertEqual(sum(room["title"] != "" for room in screen["rooms"]), nth)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 30)
