from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError

from .common import NOW, BookingCase


class TestHoldLimits(BookingCase):
    """One visitor cannot keep every desk from the others."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("tierslieu_booking.max_live_holds", "3")
        self.guest = self.visitor.partner_id

    def hold(self, nth, user=None, partner=None, source=None):
        model = self.Booking.with_user(user or self.visitor).sudo()
        return model.reserve(
            self.desks, partner or self.guest, self.at(1, 9 + nth), self.at(1, 10 + nth),
            hold_source=source,
        )

    def test_by_source(self):
        for nth in range(3):
            self.hold(nth, source="here")
        with self.assertRaisesRegex(UserError, "3 slots"), self.env.cr.savepoint():
            self.hold(4, source="here")
        self.assertEqual(self.hold(4, source="there").state, "hold")

    def test_a_name_given_meanwhile_does_not_start_over(self):
        for nth in range(3):
            booking = self.hold(nth, source="here")
            booking.partner_id = self.bruno
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.hold(4, source="here")

    def test_by_member(self):
        member = self.member.partner_id
        for nth in range(3):
            self.hold(nth, self.member, member, source=f"network {nth}")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.hold(4, self.member, member, source="yet another")

    def test_what_is_paid_or_lapsed_does_not_count(self):
        bookings = [self.hold(nth, source="here") for nth in range(3)]
        bookings[0].action_confirm()
        self.assertFalse(bookings[0].hold_source)
        self.hold(4, source="here")
        with freeze_time(NOW + timedelta(minutes=16)):
            for nth in range(3):
                self.hold(nth, source="here")

    def test_a_visitor_without_source_is_refused(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.hold(0)

    def test_the_team_is_exempt(self):
        for nth in range(5):
            self.hold(nth, self.host, self.alice)

    def test_by_cart(self):
        order = self.env["sale.order"].create({"partner_id": self.bruno.id})
        order = order.with_user(self.visitor).sudo()
        for nth in range(3):
            order._tierslieu_add(self.hold(nth, source=f"network {nth}"))
        one_more = self.hold(4, source="network 4")
        with self.assertRaises(UserError):
            order._tierslieu_add(one_more)

    def test_a_setting_that_makes_no_sense_is_the_default(self):
        self.env["ir.config_parameter"].set_param("tierslieu_booking.max_live_holds", "many")
        self.assertEqual(self.Booking._max_live_holds(), 6)
