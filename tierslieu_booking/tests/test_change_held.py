from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .change_common import ChangeCase
from .common import NOW


@tagged("post_install", "-at_install")
class TestHeld(ChangeCase):
    """What a change keeps from the others, and no more."""

    def test_an_hour_longer_holds_that_hour_only(self):
        change = self.ask(self.at(1, 10), 3)
        self.assertEqual(
            self.live(), {("Petit salon", "firm", 10, 12), ("Petit salon", "hold", 12, 13)}
        )
        self.pay(self.order(change))
        self.assertEqual(self.live(), {("Petit salon", "firm", 10, 13)})
        self.assertClean()

    def test_earlier_and_longer_holds_both_ends(self):
        self.ask(self.at(1, 9), 4)
        self.assertEqual(
            self.live(),
            {("Petit salon", "firm", 10, 12), ("Petit salon", "hold", 9, 10),
             ("Petit salon", "hold", 12, 13)},
        )

    def test_the_same_desk_when_it_is_free(self):
        desk = self.desks.unit_ids[7]
        booking = self.reserve(
            self.desks, self.at(1, 10), 2, partner=self.member.partner_id, unit=desk
        )
        self.pay(self.cart(booking))
        change = self.ask(self.at(1, 10), 3, booking=booking)
        self.assertEqual(change.occupancy_ids.unit_id, desk)
        self.assertEqual(booking.unit_ids, desk)
        self.pay(self.order(change))
        self.assertEqual(self.live(booking), {(desk.name, "firm", 10, 13)})

    def test_another_desk_when_it_is_not(self):
        desk = self.desks.unit_ids[7]
        booking = self.reserve(
            self.desks, self.at(1, 10), 2, partner=self.member.partner_id, unit=desk
        )
        self.pay(self.cart(booking))
        self.reserve(self.desks, self.at(1, 12), 1, partner=self.bruno, unit=desk)
        change = self.ask(self.at(1, 10), 3, booking=booking)
        self.assertNotEqual(change.occupancy_ids.unit_id, desk)
        self.assertEqual(booking.unit_ids, desk)
        other = change.occupancy_ids.unit_id
        self.assertEqual(
            self.live(booking), {(desk.name, "firm", 10, 12), (other.name, "hold", 10, 13)}
        )
        self.assertClean()
        self.pay(self.order(change))
        self.assertEqual(self.live(booking), {(other.name, "firm", 10, 13)})
        self.assertClean()

    def test_a_floor_that_holds_the_room_already(self):
        floor = self.lounge.copy({"name": "Étage", "rate_ids": False, "unit_ids": False})
        floor.unit_ids = self.room.unit_ids + self.lounge.unit_ids
        self.env["tierslieu.rate"].create(
            {"space_id": floor.id, "time_unit": "hour", "product_id": self.products["room_day"].id}
        )
        change = self.ask(self.at(1, 10), 2, floor)
        self.assertEqual(
            self.live(), {("Petit salon", "firm", 10, 12), ("Salle créative", "hold", 10, 12)}
        )
        self.pay(self.order(change))
        self.assertEqual(
            self.live(), {("Petit salon", "firm", 10, 12), ("Salle créative", "firm", 10, 12)}
        )
        self.assertBooks(self.booking, 80.0)

    def test_nobody_else_gets_the_new_slot_meanwhile(self):
        self.ask(self.at(2, 14), 3)
        with self.assertRaisesRegex(UserError, "is taken on"):
            self.reserve(self.room, self.at(2, 15), 1, partner=self.bruno)
        with freeze_time(NOW + timedelta(minutes=16)):
            self.reserve(self.room, self.at(2, 15), 1, partner=self.bruno)
        self.assertEqual(self.booking.change_ids.state, "lapsed")
        self.assertEqual(self.live(), {("Petit salon", "firm", 10, 12)})
        self.assertClean()

    def test_a_second_choice_replaces_the_first(self):
        first = self.ask(self.at(2, 14), 3)
        order = self.order(first)
        second = self.ask(self.at(3, 14), 3)
        self.assertEqual((first.state, second.state), ("cancelled", "pending"))
        self.assertFalse(order.order_line)
        self.assertEqual(self.room.free_count(self.at(2, 14), self.at(2, 17)), 1)
        self.assertClean()

    def test_changes_count_among_what_one_may_hold(self):
        self.ask(self.at(2, 14), 3)
        mine = self.Booking.with_user(self.member).sudo()
        for nth in range(5):
            mine.reserve(self.desks, self.member.partner_id, self.at(4, 9 + nth),
                         self.at(4, 10 + nth), hold_source="x")
        with self.assertRaisesRegex(UserError, "6 slots"):
            mine.reserve(self.desks, self.member.partner_id, self.at(4, 15), self.at(4, 16),
                         hold_source="x")

    def test_holds_count_before_a_change(self):
        mine = self.Booking.with_user(self.member).sudo()
        for nth in range(6):
            mine.reserve(self.desks, self.member.partner_id, self.at(4, 9 + nth),
                         self.at(4, 10 + nth), hold_source="x")
        with self.assertRaisesRegex(UserError, "6 slots"):
            self.ask(self.at(2, 14), 3)
        self.assertFalse(self.booking.change_ids)

    def test_the_hold_lasts_while_one_pays(self):
        change = self.ask(self.at(2, 14), 3)
        with freeze_time(NOW + timedelta(minutes=14)):
            self.order(change)._check_cart_is_ready_to_be_paid()
        self.assertEqual(change.hold_until, NOW + timedelta(minutes=29))
        self.assertEqual(
            change.occupancy_ids.mapped("hold_until"), [NOW + timedelta(minutes=29)]
        )
        with freeze_time(NOW + timedelta(hours=3)):
            self.Booking._expire_due()
            with self.assertRaises(ValidationError):
                self.order(change)._check_cart_is_ready_to_be_paid()

    def test_it_is_said_until_when(self):
        change = self.ask(self.at(2, 14), 3)
        said, _seconds = self.order(change)._tierslieu_kept_until()
        self.assertIn("8:15", said)


@tagged("post_install", "-at_install")
class TestGivenUp(ChangeCase):
    """The new slot is let go; the booking is as it was."""

    def assertUntouched(self, change, state):
        self.env.invalidate_all()
        self.assertEqual(change.state, state)
        self.assertFalse(change._live_rows())
        self.assertEqual(self.booking.start, self.at(1, 10))
        self.assertEqual(self.live(), {("Petit salon", "firm", 10, 12)})
        self.assertEqual(self.room.free_count(self.at(2, 14), self.at(2, 17)), 1)
        self.assertBooks(self.booking, 16.0)

    def test_the_line_is_taken_out_of_the_cart(self):
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        order._cart_update_line_quantity(order.order_line[0].id, 0)
        self.assertFalse(order.order_line)
        self.assertUntouched(change, "cancelled")

    def test_the_hold_lapses_in_the_cart(self):
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        with freeze_time(NOW + timedelta(minutes=16)):
            order._verify_cart()
        self.assertFalse(order.order_line)
        self.assertIn("stays as it was", order.shop_warning)
        self.assertUntouched(change, "cancelled")

    def test_the_hold_lapses_by_the_cron(self):
        change = self.ask(self.at(2, 14), 3)
        with freeze_time(NOW + timedelta(minutes=16)):
            self.run_cron("cron_expire_holds")
        self.assertFalse(self.order(change))
        self.assertUntouched(change, "cancelled")

    def test_the_cart_is_cancelled(self):
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        order._action_cancel()
        self.assertUntouched(change, "cancelled")
        order.action_draft()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.action_confirm()
        self.assertUntouched(change, "cancelled")

    def test_the_cart_is_deleted(self):
        change = self.ask(self.at(2, 14), 3)
        self.order(change).unlink()
        self.assertUntouched(change, "cancelled")

    def test_the_booking_is_cancelled(self):
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        self.booking.action_cancel()
        self.env.invalidate_all()
        self.assertEqual((change.state, self.live()), ("cancelled", set()))
        self.assertFalse(order.order_line)
        self.assertBooks(self.booking, 0.0)

    def test_the_team_moves_the_booking(self):
        change = self.ask(self.at(2, 14), 3)
        self.move(self.booking, self.at(3, 9), 2)
        self.assertEqual(change.state, "cancelled")
        self.assertFalse(self.order(change))
        self.assertEqual(self.live(), {("Petit salon", "firm", 9, 11)})
        self.assertBooks(self.booking, 16.0)

    def test_the_people_are_in(self):
        change = self.ask(self.at(2, 14), 3)
        with freeze_time(self.at(1, 10)):
            self.booking.with_user(self.host).action_check_in()
        self.assertEqual(change.state, "cancelled")
        self.assertClean()

    def test_the_order_of_a_paid_move_is_cancelled(self):
        """It carries a part of the booking's price: the booking goes with it, once."""
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        self.pay(order)
        order._action_cancel()
        self.env.invalidate_all()
        self.assertEqual((self.booking.state, self.live()), ("cancelled", set()))
        self.assertEqual(sum(self.booking.refund_ids.mapped("amount")), 24.0)
        self.assertEqual(
            sum(move.amount_total_signed for move in self.booking.invoice_ids), 0.0
        )
        self.assertClean()
