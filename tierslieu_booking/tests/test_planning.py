from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BookingCase


@tagged("-at_install", "post_install")
class TestPlanning(BookingCase):
    """What the planning shows, and what a drag on it does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host = cls.env["res.users"].create(
            {
                "name": "Sami",
                "login": "planning_host",
                "group_ids": [
                    fields.Command.set(cls.env.ref("tierslieu_base.group_host").ids)
                ],
            }
        )

    def rows(self, domain=()):
        day = self.place.day_bounds(self.place.now_local().date())
        return self.env["tierslieu.unit"].with_user(self.host).planning_rows(
            [("place_id", "=", self.place.id), *domain], *map(fields.Datetime.to_string, day)
        )

    def row_of(self, booking):
        """Return the live occupancy of a booking, as its host sees it."""
        live = booking.occupancy_ids.filtered(lambda row: row.state != "released")
        return live.with_user(self.host)

    def test_rows_are_every_unit_in_order(self):
        names = [row["name"] for row in self.rows()]
        self.assertEqual(len(names), 22)
        self.assertLess(names.index("Coworking 2"), names.index("Coworking 10"))
        firsts = [row["name"] for row in self.rows() if row["first"]]
        self.assertEqual(set(firsts), {"Petit salon", "Salle créative", "Coworking 1"})

    def test_first_row_tells_the_hours_of_the_place(self):
        place = self.rows()[0]["place"]
        self.assertEqual(place["tz"], "Europe/Paris")
        self.assertEqual(place["open"], [["2027-01-11 08:00:00", "2027-01-11 17:00:00"]])
        self.assertFalse(any("place" in row for row in self.rows()[1:]))

    def test_rows_follow_a_search_on_units_alone(self):
        by_unit = self.rows([("unit_id", "ilike", "coworking 1")])
        self.assertEqual(len(by_unit), 11)
        by_space = self.rows(
            ["|", ("unit_id", "ilike", "salon"), ("unit_id.space_ids", "ilike", "salon")]
        )
        self.assertEqual([row["name"] for row in by_space], ["Petit salon"])
        self.assertEqual(len(self.rows([("partner_id", "=", self.alice.id)])), 22)
        self.assertEqual(len(self.rows(["!", ("kind", "=", "booking")])), 22)

    def test_rows_stay_within_companies(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        stranger = self.host.copy({"login": "stranger"})
        stranger.write({"company_ids": [fields.Command.set(other.ids)], "company_id": other.id})
        rows = self.env["tierslieu.unit"].with_user(stranger).planning_rows(
            [], "2027-01-11 00:00:00", "2027-01-12 00:00:00"
        )
        self.assertEqual(rows, [])

    def test_drag_moves_the_booking_twice(self):
        booking = self.reserve(self.room, self.at(0, 10))
        booking.action_confirm()
        for hour in (14, 16):
            row = self.row_of(booking)
            row.write({"start": self.at(0, hour), "stop": self.at(0, hour + 1)})
            self.assertEqual(booking.start, self.at(0, hour))
            self.assertEqual(self.row_of(booking).start, self.at(0, hour))
        self.assertClean()

    def test_drag_to_the_row_of_another_space(self):
        booking = self.reserve(self.room, self.at(0, 10))
        desk = self.desks.unit_ids[2]
        self.row_of(booking).write({"unit_id": desk.id})
        self.assertEqual(booking.space_id, self.desks)
        self.assertEqual(booking.unit_ids, desk)
        self.assertEqual(booking.amount_total, 3)

    def test_refused_drag_changes_nothing(self):
        booking = self.reserve(self.room, self.at(0, 10))
        self.reserve(self.lounge, self.at(0, 10), partner=self.bruno)
        row = self.row_of(booking)
        with self.assertRaisesRegex(UserError, "taken"), self.env.cr.savepoint():
            row.write({"unit_id": self.lounge.unit_ids.id})
        self.assertEqual(self.row_of(booking).unit_id, self.room.unit_ids)
        self.assertEqual(booking.space_id, self.room)

    def test_resident_leaves(self):
        desk = self.desks.unit_ids[0]
        resident, later = self.Occupancy.with_user(self.host).create(
            [
                {"unit_id": desk.id, "partner_id": self.alice.id,
                 "start": self.at(-30, 9), "stop": self.at(5, 9)},
                {"unit_id": desk.id, "partner_id": self.bruno.id, "start": self.at(6, 9)},
            ]
        )
        (resident | later).action_end()
        self.assertEqual(resident.stop, fields.Datetime.now())
        self.assertEqual(later.state, "released")
        ended = resident.stop
        resident.action_end()
        self.assertEqual(resident.stop, ended)
        self.assertEqual(self.desks.free_count(self.at(0, 10), self.at(0, 11)), 20)

    def test_end_is_not_for_bookings(self):
        booking = self.reserve(self.room, self.at(0, 10))
        with self.assertRaises(UserError):
            self.row_of(booking).action_end()

    def test_walk_in_takes_the_unit_of_the_row(self):
        desk = self.desks.unit_ids[11]
        wizard = self.env["tierslieu.walk.in"].with_user(self.host).create(
            {"partner_id": self.alice.id, "space_id": self.desks.id, "unit_id": desk.id,
             "start": self.at(0, 10), "hours": 2}
        )
        self.assertTrue(wizard.preview_ok)
        self.assertRegex(wizard.preview, r"= 6[.,]00")
        wizard.action_book()
        self.assertEqual(self.row_of(self.alice.tierslieu_booking_ids).unit_id, desk)
        again = wizard.copy({"start": self.at(0, 11)})
        self.assertFalse(again.preview_ok)
        self.assertIn(desk.name, again.preview)
        with self.assertRaisesRegex(UserError, "taken"):
            again.action_book()

    def test_search_on_payment(self):
        """The filters of the list find what the column shows, whatever the status."""
        paid, to_pay, to_invoice, cancelled, held = self.Booking.browse(
            self.reserve(self.desks, self.at(0, 10), partner=partner).id
            for partner in (self.alice, self.bruno, self.alice, self.alice, self.bruno)
        )
        (paid | to_pay | to_invoice | cancelled).action_confirm()
        till = self.env["tierslieu.collect"].create({"booking_ids": paid.ids})
        till.action_collect()
        to_pay._invoice()
        cancelled.action_cancel()
        expected = {
            "paid": paid, "to_pay": to_pay, "to_invoice": to_invoice,
            "none": cancelled | held, "credited": self.Booking,
        }
        everyone = [("partner_id", "in", (self.alice | self.bruno).ids)]
        for status, bookings in expected.items():
            with self.subTest(status=status):
                found = self.Booking.with_user(self.host).search(
                    [*everyone, ("payment_status", "=", status)]
                )
                self.assertEqual(found, bookings.sorted(lambda b: -b.id))
                self.assertEqual(set(bookings.mapped("payment_status")) - {status}, set())
        paid.action_cancel()
        self.assertEqual(self.Booking.search([("payment_status", "=", "credited")]), paid)

    def test_a_booking_of_another_year_says_its_year(self):
        soon = self.reserve(self.room, self.at(0, 10))
        far = self.reserve(self.room, self.at(364, 10))
        self.assertNotIn("2027", soon.when)
        self.assertIn("2028", far.when)
        self.assertEqual(far.stop - far.start, timedelta(hours=1))
