from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_screen import ScreenCase


@tagged("post_install", "-at_install")
class TestDoor(ScreenCase):
    def door(self, *moment, space=None):
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(self.at(0, *moment)):
            return (space or self.room)._door(self.visitor.partner_id)

    def offers(self, *moment, **options):
        return [(one["minutes"], one["path"].partition("at=")[2]) for one in self.door(*moment, **options)["offers"]]

    def test_the_next_half_hour_and_hour(self):
        self.assertEqual(
            self.offers(10, 5), [(30, "2027-01-11T09%3A00Z"), (60, "2027-01-11T09%3A00Z")]
        )
        for offer, price in zip(self.door(10, 5)["offers"], ("4[.,]00", "8[.,]00"), strict=True):
            self.assertRegex(offer["price"], price)

    def test_a_slot_nearly_over_is_not_worth_its_price(self):
        self.assertEqual(self.offers(10, 20)[0], (30, "2027-01-11T09%3A30Z"))
        self.confirmed(self.at(0, 10, 30))
        self.assertEqual(self.offers(10, 20), [(30, "2027-01-11T09%3A00Z")])

    def test_nothing_to_take_when_it_is_taken(self):
        self.confirmed(self.at(0, 10), 2)
        door = self.door(10, 40)
        self.assertEqual((door["offers"], door["now"]["state"]), ([], "taken"))

    def test_what_is_proposed_can_be_booked(self):
        """By anyone, through the usual method, whatever else is booked; and nothing is by itself."""
        self.confirmed(self.at(0, 11), 1)
        self.confirmed(self.at(0, 15, 30), 2)
        count = self.Booking.search_count([])
        proposed = 0
        for minutes in range(8 * 60 + 10, 19 * 60, 20):
            moment = divmod(minutes, 60)
            for offer in self.door(*moment)["offers"]:
                proposed += 1
                with freeze_time(self.at(0, *moment)), self.cr.savepoint() as kept:
                    at = offer["path"].partition("at=")[2]
                    start = self.at(0, int(at[11:13]) + 1, int(at[16:18]))
                    self.reserve(self.room, start, offer["minutes"] / 60)
                    kept.rollback()
                self.env.invalidate_all()
        self.assertGreater(proposed, 20)
        self.assertEqual(self.Booking.search_count([]), count)

    def test_rules_of_the_space_hold(self):
        self.room.notice_hours = 48
        door = self.door(10, 0)
        self.assertEqual(door["offers"], [])
        self.assertIn("Petit salon", door["reason"])
        self.room.write({"notice_hours": 0, "length_min": 1})
        self.assertEqual([minutes for minutes, _path in self.offers(10, 0)], [60])
        self.room.write({"length_min": 0, "step": 60})
        self.assertEqual([minutes for minutes, _path in self.offers(10, 0)], [60])
        self.room.write({"step": 0, "seats": 0})
        self.assertEqual([minutes for minutes, _path in self.offers(10, 0)], [30, 60])

    def test_a_space_that_is_not_booked_on_line(self):
        self.room.is_bookable = False
        door = self.door(10, 0)
        self.assertEqual((door["online"], door["offers"]), (False, []))
        self.assertEqual(door["now"]["state"], "free")

    def test_what_comes_next_names_nobody(self):
        self.confirmed(self.at(0, 11), 1)
        self.confirmed(self.at(0, 14), 2, title="Atelier CV")
        self.confirmed(self.at(1, 9), 1, title="Demain")
        door = self.door(10, 0)
        self.assertEqual([one["title"] for one in door["coming"]], ["", "Atelier CV"])
        self.assertNotIn("Alice", str(door))

    def test_off_with_its_place_or_alone(self):
        self.assertTrue(self.room._is_opened_by(None))
        self.room.has_door_page = False
        self.assertFalse(self.room._is_opened_by(None))
        self.room.has_door_page = True
        self.place.screen_mode = "off"
        self.assertFalse(self.room._is_opened_by(None))
        self.place.screen_mode = "public"
        self.room.active = False
        self.assertFalse(self.room._is_opened_by(None))

    def test_the_sheet_to_print(self):
        spaces = self.room | self.desks
        report = self.env["ir.actions.report"].with_user(self.host)
        html, _kind = report._render_qweb_html("tierslieu_booking.report_door_sheet", spaces.ids)
        for word in ("Petit salon", "Coworking", "Scan to book", "/book"):
            self.assertIn(word, html.decode())
        self.assertEqual(html.decode().count("data:image/png;base64,"), 2 + 2 * bool(self.env.company.logo))
        self.room.is_bookable = False
        with self.assertRaisesRegex(UserError, "a code on its door would lead nowhere"):
            report._render_qweb_html("tierslieu_booking.report_door_sheet", self.room.ids)

    def test_as_many_queries_for_five_as_for_fifty(self):
        counts = []
        for nth in range(1, 51):
            start = self.at(0, 10) + timedelta(minutes=5 * nth)
            self.Booking.sudo().create(
                {
                    "partner_id": self.alice.id, "space_id": self.room.id, "state": "confirmed",
                    "start": start, "stop": start + timedelta(minutes=5), "announced_as": f"N° {nth}",
                    "occupancy_ids": [(0, 0, {
                        "unit_id": self.room.unit_ids.id, "start": start,
                        "stop": start + timedelta(minutes=5), "kind": "booking", "state": "firm",
                    })],
                }
            )
            if nth in (5, 50):
                self.door(9, 0)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                with freeze_time(self.at(0, 9)):
                    self.room._door(self.visitor.partner_id)
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 60)
