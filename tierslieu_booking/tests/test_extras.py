from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .extras_common import create_extras
from .move_common import MoveCase


class ExtrasCase(MoveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, value in create_extras(cls.env, cls.place, cls.taxes, cls.env.company).items():
            setattr(cls, name, value)

    def quote(self, extras, space=None, hours=2, day=2, hour=10, **options):
        start = self.at(day, hour)
        return (space or self.room).quote(
            self.alice, start, start + timedelta(hours=hours), extras=extras, **options
        )

    def held(self, booking):
        """Return the units of equipment that a booking holds."""
        return booking._own_equipment().unit_id

    def busy_projectors(self, number, day=2, hour=10, hours=2):
        return self.reserve(self.lounge, self.at(day, hour), hours, self.bruno, extras={self.projector.id: number})


@tagged("post_install", "-at_install")
class TestExtrasPrice(ExtrasCase):
    """What extras cost, and what is said when they cannot be had."""

    def test_each_way_of_paying(self):
        quote = self.quote(
            {self.coffee.id: 1, self.set_up.id: 1, self.projector.id: 2, self.phone.id: 1}, people=4
        )
        self.assertEqual(quote["errors"], [])
        lines = {line["extra_id"]: line for line in quote["lines"] if line.get("extra_id")}
        self.assertEqual(
            {self.env["tierslieu.extra"].browse(key).name: (line["quantity"], line["count"], line["amount"])
             for key, line in lines.items()},
            {
                "Coffee": (1, 4.0, 14.0), "Room set up": (1, 1.0, 30.0),
                "Projector": (2, 4.0, 20.0), "Conference phone": (1, 1.0, 0.0),
            },
        )
        # Two hours of the room are 16.00.
        self.assertEqual(quote["total"], 80.0)
        self.assertEqual(sum(line["amount"] for line in quote["lines"]), 80.0)
        said = [line["description"] for line in quote["lines"][1:]]
        self.assertEqual(said, quote["explanation"][1:])
        money = self.env.company.currency_id.format
        self.assertEqual(
            said,
            [f"Coffee: 4 people at {money(3.5)}", f"Room set up: {money(30)}",
             f"2 × Projector: 2 h at {money(5)}", "Conference phone, free of charge"],
        )
        taxes = {line["product_id"] for line in quote["lines"]}
        self.assertEqual(len(taxes), 5)

    def test_per_day_counts_the_days_that_are_open(self):
        self.set_up.pricing = "day"
        self.room.overnight = False
        quote = self.quote([self.set_up.id], hours=24 * 2 + 8, day=1)
        self.assertEqual(quote["errors"], [])
        line = quote["lines"][-1]
        self.assertEqual((line["count"], line["amount"]), (3.0, 90.0))

    def test_per_hour_of_a_booking_of_half_hours_is_exact(self):
        self.projector.list_price = 3.33
        line = self.quote([self.projector.id], hours=1.5)["lines"][-1]
        self.assertEqual((line["count"], line["amount"]), (1.5, 5.0))

    def test_the_pricelist_of_the_profile(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Moitié", "item_ids": [
                    (0, 0, {"compute_price": "percentage", "percent_price": 50, "applied_on": "3_global"})
                ],
            }
        )
        profile = self.env["tierslieu.profile"].create(
            {"name": "Moitié", "code": "moitie", "pricelist_id": pricelist.id, "company_id": self.env.company.id}
        )
        self.alice.tierslieu_profile_id = profile
        quote = self.quote([self.set_up.id])
        self.assertEqual([line["amount"] for line in quote["lines"]], [8.0, 15.0])

    def test_forms_that_rpc_may_send(self):
        for extras in (
            {self.set_up.id: 1}, {str(self.set_up.id): "1"}, [self.set_up.id], [[self.set_up.id, 1]],
            [(self.set_up.id, 1), (self.coffee.id, 0)], self.set_up, [self.set_up],
        ):
            with self.subTest(extras=extras):
                self.assertEqual(self.quote(extras)["total"], 46.0)
        for nothing in (None, [], {}, (), False, {self.set_up.id: 0}):
            with self.subTest(extras=nothing):
                self.assertEqual(self.quote(nothing)["total"], 16.0)

    def test_nonsense_is_one_sentence(self):
        for extras in (
            {self.set_up.id: -1}, {self.set_up.id: "beaucoup"}, {self.set_up.id: 1.5}, {self.set_up.id: 10**9},
            {"x": 1}, {0: 1}, {-4: 1}, {2**40: 1}, {2**31 - 1: 1}, "3", 7, [[1, 2, 3]], [[]], [None], self.room,
            {self.set_up.id: True}, {self.set_up.id: None}, {None: None}, [{}], {self.set_up.id: [1]},
        ):
            with self.subTest(extras=extras):
                quote = self.quote(extras)
                self.assertEqual((len(quote["errors"]), quote["total"], quote["lines"]), (1, 0.0, []))
                with self.assertRaises(UserError):
                    self.reserve(self.room, self.at(2, 10), extras=extras)
        self.assertFalse(self.Booking.search([("partner_id", "=", self.alice.id)]))

    def test_not_offered_with_this_space(self):
        self.set_up.space_ids = self.lounge
        self.assertEqual(self.quote([self.set_up.id])["errors"], ["Room set up is not offered with Petit salon."])
        self.assertEqual(self.quote([self.set_up.id], space=self.lounge)["errors"], [])
        self.set_up.active = False
        self.assertEqual(
            self.quote([self.set_up.id], space=self.lounge)["errors"],
            ["Room set up is not offered with Salle créative."],
        )

    def test_what_another_company_offers_is_not_named(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        place = self.env["tierslieu.place"].create({"name": "Ailleurs", "company_id": other.id})
        product = self.env["product.product"].create({"name": "Secret", "type": "service", "taxes_id": False})
        extra = self.env["tierslieu.extra"].create(
            {"name": "Secret", "place_id": place.id, "product_id": product.id}
        )
        self.assertEqual(self.quote([extra.id])["errors"], ["This extra is not offered with Petit salon."])

    def test_too_late(self):
        [sentence] = self.quote([self.coffee.id], day=0, hour=10)["errors"]
        self.assertIn("Coffee is asked for 24 h ahead", sentence)
        self.assertIn("10", sentence)

    def test_too_many(self):
        self.assertEqual(
            self.quote({self.projector.id: 3})["errors"],
            ["Projector: only 2 are free at that time.", "Projector: 2 at most in one booking."],
        )
        self.assertEqual(self.quote({self.coffee.id: 2})["errors"], ["Coffee: 1 at most in one booking."])
        self.coffee.most = 0
        self.assertEqual(self.quote({self.coffee.id: 2})["errors"], [])

    def test_how_many_are_free_is_said(self):
        self.busy_projectors(1)
        self.assertEqual(self.quote([self.projector.id])["errors"], [])
        self.assertEqual(
            self.quote({self.projector.id: 2})["errors"], ["Projector: only one is free at that time."]
        )
        self.reserve(self.desks, self.at(2, 11), 1, self.bruno, extras=[self.projector.id])
        self.assertEqual(self.quote([self.projector.id])["errors"], ["Projector: none is free at that time."])
        self.assertEqual(self.quote([self.projector.id], hour=12)["errors"], [])

    def test_the_team_sets_notice_and_most_aside_not_what_is_taken(self):
        start = self.at(0, 10)
        bookings = self.Booking.with_user(self.host)
        reason = {"override_reason": "La cafetière est encore chaude"}
        booking = bookings.reserve(
            self.room, self.alice, start, start + timedelta(hours=1), extras={self.coffee.id: 2}, **reason
        )
        self.assertEqual(booking.sudo().extra_ids.quantity, 2)
        logged = self.env["tierslieu.override"].sudo().search([("res_id", "=", booking.id)])
        self.assertTrue(logged)
        with self.assertRaisesRegex(UserError, "only 2 are free"):
            bookings.reserve(
                self.lounge, self.alice, start, start + timedelta(hours=1), extras={self.projector.id: 3}, **reason
            )

    def test_credits_never_pay_extras(self):
        tickets = self.env["tierslieu.credit.type"].create(
            {"name": "Ticket", "value_ids": [(0, 0, {"space_id": self.room.id, "time_unit": "hour", "amount": 1})]}
        )
        lot = self.env["tierslieu.credit.lot"]._grant(tickets, self.alice, 10)
        quote = self.quote([self.set_up.id])
        self.assertEqual((quote["total"], [draw["amount"] for draw in quote["credits"]]), (30.0, [2.0]))
        booking = self.reserve(self.room, self.at(2, 10), 2, extras=[self.set_up.id])
        self.assertFalse(booking._settle_by_credits())
        self.assertEqual((booking.amount_total, lot.balance), (30.0, 8.0))
        booking.action_confirm()
        booking.with_user(self.host).action_set_extras([])
        self.assertEqual((booking.amount_total, lot.balance), (0.0, 8.0))
        booking.action_cancel()
        self.assertEqual(lot.balance, 10.0)
        self.assertClean()

    def test_as_many_queries_for_one_extra_as_for_all(self):
        def count(extras):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(self.quote(extras)["errors"], [])
            return self.cr.sql_log_count - before

        more = create_extras(self.env, self.place, self.taxes, self.env.company).values()
        every = {extra.id: 1 for extra in (self.coffee, self.set_up, self.projector, self.phone, *more)}
        count(every)
        none, one, all_of_them = count({}), count([self.projector.id]), count(every)
        self.assertEqual(one, all_of_them)
        self.assertLessEqual(one - none, 12)

    def test_what_is_refused_of_an_extra(self):
        with self.assertRefused():
            self.set_up.icon = "<script>"
        with self.assertRaises(ValidationError):
            self.projector.unit_ids[0].space_ids = self.room
        with self.assertRaises(ValidationError):
            self.room.unit_ids = [(4, self.projector.unit_ids[0].id)]
        with self.assertRefused():
            self.set_up.most = -1
        self.busy_projectors(1)
        with self.assertRaisesRegex(UserError, "archive it"):
            self.projector.unlink()
        with self.assertRaisesRegex(UserError, "archive it"):
            self.projector.kind = "service"
        with self.assertRaisesRegex(UserError, "Someone counts on it"):
            self.projector.unit_count = 0
