from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from .common import BookingCase
from .http_common import WebsiteCase


def lockers(case):
    """Return a row of two lockers at 15 a month, kept overnight, in the place of a test."""
    product = case.env["product.product"].create(
        {"name": "Casier, le mois", "type": "service", "list_price": 15, "invoice_policy": "order",
         "taxes_id": [Command.set(case.taxes[20].ids)]}
    )
    space = case.env["tierslieu.space"].create(
        {"name": "Casier", "place_id": case.place.id, "kind": "locker", "allocation": "any", "unit_count": 2,
         "seats": 1, "overnight": True}
    )
    case.env["tierslieu.rate"].create({"space_id": space.id, "time_unit": "month", "product_id": product.id})
    return space


@tagged("-at_install", "post_install")
class TestMonths(BookingCase):
    """What is rented by the month is chosen in months: one slot a day, its price that of its months."""

    def setUp(self):
        super().setUp()
        self.locker = lockers(self)

    def test_lengths(self):
        self.assertEqual(
            self.locker._lengths(),
            [("month", "Month"), ("2months", "2 months"), ("3months", "3 months"), ("6months", "6 months"),
             ("12months", "12 months")],
        )
        self.locker.horizon_days = 100
        self.assertEqual([key for key, _label in self.locker._lengths()], ["month", "2months", "3months"])
        self.locker.horizon_days = 0
        self.locker.days_max = 60
        self.assertEqual([key for key, _label in self.locker._lengths()], ["month", "2months"])
        # A desk that is sold by the hour too is not offered for months on end.
        month = self.locker.rate_ids.copy({"space_id": self.desks.id})
        self.assertTrue(month)
        self.assertFalse([key for key, _label in self.desks._lengths() if key.endswith("months")])

    def test_price_and_dates(self):
        for length, months in (("month", 1), ("2months", 2), ("3months", 3), ("6months", 6), ("12months", 12)):
            with self.subTest(length):
                [slot] = self.locker.day_slots(date(2027, 1, 12), length, self.alice)
                self.assertEqual((slot["price"], slot["free"]), (15.0 * months, 2))
                first, last = (self.place.to_local(slot[end]).date() for end in ("start", "stop"))
                # To the last opening of its last day, or of the one before it that opens.
                end = date(2027, 1, 12) + timedelta(days=30 * months - 1)
                self.assertEqual(first, date(2027, 1, 12))
                self.assertTrue(end - timedelta(days=2) <= last <= end, (last, end))
                booking = self.Booking.reserve(self.locker, self.alice, slot["start"], slot["stop"])
                self.assertEqual(booking.amount_total, 15.0 * months)
                # Nights and closed days included: what is inside stays inside.
                self.assertEqual(
                    booking.occupancy_ids.mapped(lambda row: (row.start, row.stop)), [(slot["start"], slot["stop"])]
                )
                booking.action_cancel()

    def test_two_lockers_are_two(self):
        [slot] = self.locker.day_slots(date(2027, 1, 12), "6months", self.alice)
        for _nth in range(2):
            self.Booking.reserve(self.locker, self.alice, slot["start"], slot["stop"]).action_confirm()
        [slot] = self.locker.day_slots(date(2027, 3, 1), "month", self.bruno)
        self.assertEqual((slot["free"], slot["reason"]), (0, "All taken at that time."))
        self.assertEqual(self.locker.days_ahead(date(2027, 3, 1), 1, "month"), [(date(2027, 3, 1), "full")])
        self.assertClean()


@tagged("-at_install", "post_install")
class TestMonthsPage(WebsiteCase):
    def test_one_choice_a_day(self):
        locker = lockers(self)
        self.new_visitor()
        page = self.get(f"/book/{locker.id}?day={self.day}&length=3months").text
        self.assertEqual(page.count('name="start"'), 1)
        self.assertEqual(page.count("tl-bar__button"), 1)
        self.assertIn("45.00", page)
        for words in ("2 months", "12 months"):
            self.assertIn(words, page)
        [slot] = locker.day_slots(self.day, "3months", self.env.user.partner_id)
        self.hold(locker, slot["start"], length="3months")
        self.env.invalidate_all()
        booking = self.Booking.search([], order="id desc", limit=1)
        self.assertEqual((booking.amount_total, booking.stop), (45.0, slot["stop"]))
        self.assertEqual(booking.sale_order_id.amount_total, 45.0)
