from datetime import datetime, timedelta

from odoo.addons.tierslieu_booking.models.space import MAX_AHEAD

from .common import BookingCase


class TestSpace(BookingCase):
    def test_availability_is_free_and_open(self):
        self.reserve(self.room, self.at(1, 10), 2)
        unit = self.room.unit_ids
        self.assertEqual(
            self.room.availability(self.at(1, 0), self.at(2, 0)),
            {
                unit.id: [
                    (self.at(1, 9), self.at(1, 10)),
                    (self.at(1, 12), self.at(1, 18)),
                ]
            },
        )

    def test_availability_is_clipped(self):
        [stretches] = self.room.availability(self.at(1, 10, 30), self.at(1, 11)).values()
        self.assertEqual(stretches, [(self.at(1, 10, 30), self.at(1, 11))])

    def test_an_expired_hold_is_free(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        booking.sudo().occupancy_ids.hold_until = (
            datetime(2027, 1, 11, 6)
        )
        self.assertEqual(self.room.free_count(self.at(1, 10), self.at(1, 12)), 1)

    def test_availability_takes_constant_queries(self):
        def count(space, days):
            self.env.invalidate_all()
            with self.profile_queries() as queries:
                space.availability(self.at(0, 0), self.at(days, 0))
            return queries[0]

        few = count(self.room, 1)
        self.reserve(self.desks, self.at(1, 10), 2)
        many = count(self.desks, 120)
        self.assertLessEqual(many, few + 1, "availability grows with units or days")

    def test_many_spaces_are_read_in_one_query(self):
        floor = self.lounge.copy({"name": "Étage"})
        floor.unit_ids = self.room.unit_ids + self.lounge.unit_ids
        self.reserve(self.room, self.at(1, 10), 2)
        self.reserve(self.desks, self.at(1, 10), 2)
        self.Occupancy.create(
            {"unit_id": self.lounge.unit_ids.id, "start": self.at(1, 17), "stop": False}
        )
        spaces = self.room + self.lounge + self.desks + floor
        bounds = self.at(1, 0), self.at(2, 0)
        self.env.flush_all()
        spaces.unit_ids.mapped("name")
        with self.profile_queries() as queries:
            busy = self.env["tierslieu.space"]._busy_of(spaces, *bounds)
        self.assertEqual(queries[0], 1)
        for space in spaces:
            alone = space._busy(*bounds)
            self.assertEqual(list(busy[space]), list(space.unit_ids))
            for unit, taken in busy[space].items():
                self.assertEqual(
                    [stretch[:2] for stretch in taken], [stretch[:2] for stretch in alone[unit]]
                )
        self.assertEqual(
            [next(iter(taken))[:2] for taken in busy[floor].values()],
            [(self.at(1, 10), self.at(1, 12)), (self.at(1, 17), self.at(2, 0))],
        )

    def profile_queries(self):
        case = self

        class Counter:
            def __enter__(self):
                self.before = case.env.cr.sql_log_count
                self.counts = [0]
                return self.counts

            def __exit__(self, *exc):
                self.counts[0] = case.env.cr.sql_log_count - self.before

        return Counter()

    def test_quote_two_hours(self):
        quote = self.room.quote(self.alice, self.at(1, 10), self.at(1, 12))
        self.assertEqual(quote["total"], 16.0)
        self.assertEqual(quote["currency"], "EUR")
        self.assertEqual(len(quote["lines"]), 1)
        self.assertFalse(quote["errors"])

    def test_quote_prefers_the_day(self):
        quote = self.room.quote(self.alice, self.at(1, 10), self.at(1, 16))
        self.assertEqual(quote["total"], 40.0)

    def test_quote_of_three_days_skips_the_nights(self):
        quote = self.room.quote(self.alice, self.at(1, 9), self.at(3, 18))
        self.assertEqual(quote["total"], 120.0)
        booking = self.reserve(self.room, self.at(1, 9), 57)
        self.assertEqual(len(booking.occupancy_ids), 3)
        self.assertEqual(booking.amount_total, 120.0)

    def test_quote_follows_the_pricelist(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Réduit",
                "item_ids": [
                    (0, 0, {"compute_price": "percentage", "percent_price": 25,
                            "applied_on": "3_global"})
                ],
            }
        )
        self.bruno.property_product_pricelist = pricelist
        self.assertEqual(self.room.quote(self.bruno, self.at(1, 10), self.at(1, 12))["total"], 12)

    def test_quote_writes_nothing(self):
        before = self.Booking.search_count([])
        self.room.quote(self.alice.id, "2027-01-12 09:00:00", "2027-01-12 11:00:00")
        self.assertEqual(self.Booking.search_count([]), before)

    def test_refusals_say_why(self):
        cases = {
            "reversed": (self.at(1, 12), self.at(1, 10), "after the start"),
            "empty": (self.at(1, 12), self.at(1, 12), "after the start"),
            "past": (self.at(-1, 10), self.at(-1, 12), "passed"),
            "off grid": (self.at(1, 10, 10), self.at(1, 11), "steps of 30"),
            "closed hour": (self.at(1, 7), self.at(1, 9), "open"),
            "closed day": (self.at(5, 10), self.at(5, 12), "closed"),
            "too far": (self.at(0, 10) + MAX_AHEAD + timedelta(days=3),
                        self.at(0, 11) + MAX_AHEAD + timedelta(days=3), "far"),
            "too long": (self.at(1, 10), self.at(1, 10) + timedelta(days=400), "year"),
        }
        for name, (start, stop, words) in cases.items():
            with self.subTest(name):
                quote = self.room.quote(self.alice, start, stop)
                self.assertEqual(quote["total"], 0.0)
                self.assertIn(words, quote["errors"][0])
                self.assertEqual(self.room.free_count(start, stop), 0)

    def test_a_space_without_rate_has_no_price(self):
        self.room.rate_ids.unlink()
        quote = self.room.quote(self.alice, self.at(1, 10), self.at(1, 12))
        self.assertIn("no price", quote["errors"][0])
        self.assertEqual(self.room.free_count(self.at(1, 10), self.at(1, 12)), 0)

    def test_too_many_people(self):
        quote = self.room.quote(self.alice, self.at(1, 10), self.at(1, 12), people=7)
        self.assertIn("6", quote["errors"][0])

    def test_words_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        place = self.place.with_context(lang="fr_FR")
        said = place.format_range(self.at(1, 14), self.at(1, 16, 30))
        self.assertEqual(said.replace("\N{NO-BREAK SPACE}", " "), "mardi 12 janvier, 14 h à 16 h 30")
