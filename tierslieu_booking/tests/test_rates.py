from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import UserError

from .common import BookingCase


class TestRates(BookingCase):
    """Rates as the page, the quote and the booking see them; the rule itself is the kernel's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place.day_part_ids = [
            Command.create({"code": "evening", "hour_from": 18, "hour_to": 23})
        ]
        cls.hour, cls.day = cls.room.rate_ids.sorted("id")

    def rate(self, unit, price, space=None, **values):
        product = self.products["room_hour"]
        product = self.env["product.product"].create(
            {"name": unit, "list_price": price, "type": "service", "invoice_policy": "order",
             "taxes_id": [Command.set(product.taxes_id.ids)]}
        )
        space = space or self.room
        return self.env["tierslieu.rate"].create(
            {"space_id": space.id, "time_unit": unit, "product_id": product.id, **values}
        )

    def total(self, start, stop, partner=None):
        quote = self.room.quote(partner or self.alice, start, stop)
        self.assertFalse(quote["errors"])
        self.assertAlmostEqual(sum(line["amount"] for line in quote["lines"]), quote["total"])
        return quote["total"]

    def test_the_examples_of_the_price_rule(self):
        self.rate("half_day", 25)
        self.rate("week", 150)
        at = self.at
        self.assertEqual(self.total(at(1, 9), at(1, 11)), 16)
        self.assertEqual(self.total(at(1, 9), at(1, 12, 30)), 25)
        self.assertEqual(self.total(at(1, 10), at(1, 15)), 40)
        self.assertEqual(self.total(at(1, 9), at(3, 11)), 96)
        self.assertEqual(self.total(at(1, 9), at(3, 18)), 120)
        self.assertEqual(self.total(at(1, 9), at(4, 18)), 150)

    def test_the_lunch_gap_is_paid_by_the_hour(self):
        self.rate("half_day", 12)
        quote = self.room.quote(self.alice, self.at(1, 9), self.at(1, 18))
        self.assertEqual(quote["total"], 32)
        self.assertEqual(
            [(line["time_unit"], line["count"]) for line in quote["lines"]],
            [("half_day", 2.0), ("hour", 1.0)],
        )

    def test_what_nothing_covers_is_named(self):
        self.hour.active = False
        self.day.active = False
        self.rate("half_day", 25)
        quote = self.room.quote(self.alice, self.at(1, 9), self.at(1, 18))
        self.assertEqual(quote["total"], 0.0)
        self.assertIn("1:00", quote["errors"][0])
        self.assertIn("2:00", quote["errors"][0])
        self.assertIn("no price", quote["errors"][0])
        self.assertEqual(self.room.free_count(self.at(1, 9), self.at(1, 18)), 0)
        with self.assertRaisesRegex(UserError, "no price"):
            self.Booking.reserve(self.room, self.alice, self.at(1, 9), self.at(1, 18))
        self.assertEqual(self.total(self.at(1, 9), self.at(1, 13)), 25)

    def test_an_evening_opens_by_its_rate(self):
        evening = self.at(1, 19), self.at(1, 22)
        self.assertIn("open", self.room.quote(self.alice, *evening)["errors"][0])
        rate = self.rate("evening", 60)
        self.assertEqual(self.total(*evening), 60)
        self.assertEqual(self.total(self.at(1, 16), self.at(1, 22)), 76)
        self.assertIn(("evening", "Evening"), self.room._lengths())
        [slot] = self.room.day_slots(self.at(1, 9).date(), "evening", self.alice)
        self.assertEqual((slot["start"], slot["stop"]), (self.at(1, 18), self.at(1, 23)))
        self.assertEqual((slot["price"], slot["free"]), (60, 1))
        # A closed day has no evening, nor a day outside the window.
        self.assertEqual(self.room.day_slots(self.at(5, 9).date(), "evening", self.alice), [])
        rate.tue = False
        self.assertIn("open", self.room.quote(self.alice, *evening)["errors"][0])
        self.assertEqual(self.total(self.at(2, 19), self.at(2, 22)), 60)

    def test_an_hour_rate_opens_the_evening_within_its_hours(self):
        self.hour.write({"hour_from": 9, "hour_to": 20})
        self.assertEqual(self.total(self.at(1, 17), self.at(1, 20)), 24)
        self.assertIn("open", self.room.quote(
            self.alice, self.at(1, 19), self.at(1, 21))["errors"][0])
        last = self.room.day_slots(self.at(1, 9).date(), 60, self.alice)[-1]
        self.assertEqual(last["stop"], self.at(1, 20))
        # The day does not reach into the evening.
        [day] = self.room.day_slots(self.at(1, 9).date(), "day", self.alice)
        self.assertEqual(day["stop"], self.at(1, 18))

    def test_windows_by_weekday_and_hour(self):
        cheap = self.rate("hour", 5, mon=False, tue=False, hour_from=14, hour_to=18)
        self.assertEqual(self.total(self.at(1, 14), self.at(1, 16)), 16)
        self.assertEqual(self.total(self.at(2, 14), self.at(2, 16)), 10)
        self.assertEqual(self.total(self.at(2, 12), self.at(2, 15)), 21)
        self.assertEqual(cheap.window, "Wednesday to Sunday, 14:00 to 18:00")
        self.assertEqual(self.day.window, "")
        for values in ({"hour_from": 18, "hour_to": 18}, {"hour_to": 25},
                       dict.fromkeys(("wed", "thu", "fri", "sat", "sun"), False)):
            with self.subTest(values), self.assertRefused():
                cheap.write(values)
                self.env.flush_all()

    def test_months_and_flats(self):
        self.rate("month", 500)
        self.assertEqual(self.total(self.at(0, 9), self.at(25, 18)), 500)
        self.assertEqual(self.total(self.at(0, 9), self.at(15, 18)), 480)
        [slot] = self.room.day_slots(self.at(1, 9).date(), "month", self.alice)
        self.assertEqual(slot["price"], 500)
        self.assertEqual(slot["stop"], self.at(30, 18))
        self.rate("flat", 90)
        self.assertEqual(self.total(self.at(1, 9), self.at(3, 18)), 90)

    def test_a_pricelist_by_quantity(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Au volume",
                "item_ids": [
                    Command.create({
                        "applied_on": "0_product_variant", "min_quantity": 3,
                        "product_id": self.products["room_hour"].id,
                        "compute_price": "fixed", "fixed_price": 5,
                    })
                ],
            }
        )
        self.alice.property_product_pricelist = pricelist
        self.assertEqual(self.total(self.at(1, 9), self.at(1, 11)), 16)
        self.assertEqual(self.total(self.at(1, 9), self.at(1, 12)), 15)
        self.assertEqual(self.total(self.at(1, 9), self.at(1, 18)), 40, "a day is still cheaper")
        # Three hours on two days make the quantity too.
        self.day.active = False
        self.assertEqual(self.total(self.at(1, 16), self.at(2, 11)), 20)

    def test_a_pricelist_by_date(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Février",
                "item_ids": [
                    Command.create({
                        "applied_on": "3_global", "compute_price": "percentage",
                        "percent_price": 50, "date_start": datetime(2027, 2, 1),
                        "date_end": datetime(2027, 2, 28, 22, 59),
                    })
                ],
            }
        )
        self.alice.property_product_pricelist = pricelist
        self.assertEqual(self.total(self.at(18, 9), self.at(18, 10)), 8, "29 January")
        self.assertEqual(self.total(self.at(21, 9), self.at(21, 10)), 4, "1 February")
        self.assertEqual(self.total(self.at(49, 9), self.at(49, 10)), 8, "1 March")

    def test_why(self):
        self.rate("half_day", 25)
        self.rate("week", 150)

        def said(start, stop):
            return self.room.quote(self.alice, start, stop)["explanation"]

        self.assertEqual(said(self.at(1, 9), self.at(3, 18)),
                         ["3 days at 40,00\N{NO-BREAK SPACE}€: cheaper than the week"])
        self.assertIn("the same price as", said(self.at(1, 10), self.at(1, 15))[0])
        self.assertIn("cheaper than 3 h 30", said(self.at(1, 9), self.at(1, 12, 30))[0])
        mixed = said(self.at(1, 9), self.at(3, 11))
        self.assertEqual(len(mixed), 3)
        self.assertEqual(mixed[-1], "Cheaper than the week.")

    def test_prices_take_constant_queries(self):
        def count(space):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            space.quote(self.alice, self.at(1, 9), self.at(3, 18))
            return self.env.cr.sql_log_count - before

        count(self.lounge)
        few = count(self.lounge)
        for unit in ("half_day", "evening", "week", "month", "hour"):
            self.rate(unit, 70, space=self.lounge)
        count(self.lounge)
        self.assertLessEqual(count(self.lounge), few)

    def test_grids_that_lie_off_the_step(self):
        """Open from a quarter past eight: a step begun is a step due."""
        calendar = self.place.resource_calendar_id
        calendar.attendance_ids.filtered(lambda line: line.dayofweek == "1").hour_from = 8.25
        self.assertEqual(self.total(self.at(1, 8, 30), self.at(1, 9, 30)), 8)
        self.assertIn("open", self.room.quote(
            self.alice, self.at(1, 8), self.at(1, 9))["errors"][0])
        slots = self.room.day_slots(self.at(1, 9).date(), 60, self.alice)
        self.assertEqual(slots[0]["start"], self.at(1, 8, 30))

    def test_24_hours_and_a_clock_change(self):
        calendar = self.place.resource_calendar_id
        calendar.attendance_ids.unlink()
        calendar.attendance_ids = [
            Command.create({"name": "Ouvert", "dayofweek": str(day), "hour_from": 0,
                            "hour_to": 24, "day_period": "morning"})
            for day in range(7)
        ]
        self.hour.write({"hour_from": 0, "hour_to": 4})
        start = self.place.to_utc(datetime(2027, 10, 31, 1))
        stop = self.place.to_utc(datetime(2027, 10, 31, 4))
        self.assertEqual(stop - start, timedelta(hours=4))
        self.assertEqual(self.total(start, stop), 32)
        start = self.place.to_utc(datetime(2027, 3, 28, 1))
        stop = self.place.to_utc(datetime(2027, 3, 28, 4))
        self.assertEqual(stop - start, timedelta(hours=2))
        self.assertEqual(self.total(start, stop), 16)
