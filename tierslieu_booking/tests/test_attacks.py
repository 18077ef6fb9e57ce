from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import NOW
from .test_money import MoneyCase


class AttackCase(MoneyCase):
    def draft_payment(self, order, amount=None):
        """A payment page left open: its amount is what the cart was worth then."""
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name}-late-{len(order.transaction_ids)}",
                "amount": amount or order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [(6, 0, order.ids)],
            }
        )

    def done(self, tx):
        tx._process("demo", {"reference": tx.reference, "simulated_state": "done"})
        tx._post_process()
        self.env.invalidate_all()

    def refunds(self, tx):
        return self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)])

    def two(self):
        """A room at 16 and a desk at 6, held for the same person."""
        start = self.at(1, 10)
        return self.reserve(self.room, start, 2), self.reserve(self.desks, start, 2)


@tagged("post_install", "-at_install")
class TestPayingLess(AttackCase):
    """Nobody gets a slot for less than its price, nor loses money without a slot."""

    def test_pay_for_a_desk_and_get_a_room(self):
        desk = self.reserve(self.desks, self.at(1, 10), 1)
        order = self.cart(desk)
        tx = self.draft_payment(order)
        room = self.reserve(self.room, self.at(1, 9), 8)
        order._tierslieu_add(room)
        self.done(tx)
        self.assertEqual((order.state, desk.state, room.state), ("draft", "hold", "hold"))
        self.assertIn("not confirmed", order.activity_ids.summary)
        self.done(self.draft_payment(order))
        self.assertEqual(order.state, "sale")
        self.assertEqual(sum(self.refunds(order.transaction_ids[-1]).mapped("amount"))
                         + sum(self.refunds(order.transaction_ids[0]).mapped("amount")), 3.0)

    def test_what_was_paid_is_the_most_that_comes_back(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(room)
        with freeze_time(NOW + timedelta(minutes=20)):
            self.reserve(self.room, self.at(1, 10), 2, partner=self.bruno)
            tx = self.draft_payment(order, amount=1.0)
            self.done(tx)
        self.assertEqual(self.env["tierslieu.refund"].search(
            [("partner_id", "=", self.alice.id)]).mapped("amount"), [1.0])

    def test_pay_what_another_tab_cancelled(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(room)
        tx = self.draft_payment(order)
        room.action_cancel()
        self.done(tx)
        self.assertEqual((order.state, self.refunds(tx).mapped("amount")), ("cancel", [16.0]))

    def test_pay_a_cart_that_shrank(self):
        room, desk = self.two()
        order = self.cart(room, desk)
        tx = self.draft_payment(order)
        order.order_line.filtered(lambda line: line.tierslieu_booking_id == room).unlink()
        self.done(tx)
        self.assertEqual((order.state, desk.state), ("sale", "confirmed"))
        self.assertEqual(self.refunds(tx).mapped("amount"), [16.0])

    def test_a_weak_currency(self):
        jpy = self.env.ref("base.JPY")
        jpy.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": jpy.id, "rate": 160.0, "name": "2020-01-01",
             "company_id": self.env.company.id}
        )
        yen = self.env["product.pricelist"].create(
            {"name": "JPY", "currency_id": jpy.id, "selectable": True}
        )
        order = self.cart(self.reserve(self.room, self.at(1, 10), 2))
        # The visitor chooses it in another request.
        self.env.flush_all()
        self.env.invalidate_all()
        order.pricelist_id = yen
        order._recompute_prices()
        self.assertEqual(order.currency_id, jpy)
        self.assertGreater(order.amount_total, 2000)

    def test_a_tax_that_comes_on_top(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "DOM", "company_id": self.env.company.id}
        )
        self.taxes[20].copy(
            {"name": "8,5 % HT", "amount": 8.5, "price_include_override": "tax_excluded",
             "fiscal_position_ids": [(6, 0, position.ids)],
             "original_tax_ids": [(6, 0, self.taxes[20].ids)]}
        )
        self.alice.property_account_position_id = position
        booking = self.reserve(self.room, self.at(1, 10), 2)
        self.assertEqual(self.cart(booking).amount_total, booking.amount_total)


@tagged("post_install", "-at_install")
class TestTill(AttackCase):
    """What the screen says is what is registered."""

    def till(self, *bookings):
        ids = [booking.id for booking in bookings]
        return self.env["tierslieu.collect"].create({"booking_ids": [(6, 0, ids)]})

    def test_two_bookings_on_one_invoice(self):
        room, desk = self.two()
        (room | desk).action_confirm()
        (room | desk)._invoice()
        self.assertEqual(self.till(room, desk).amount, 22.0)

    def test_one_of_an_order_takes_the_order(self):
        room, desk = self.two()
        self.cart(room, desk).action_confirm()
        till = self.till(room)
        said = till.amount
        till.action_collect()
        self.assertEqual((said, room.invoice_ids.amount_total), (22.0, 22.0))

    def test_a_hold_of_the_web_confirmed_at_the_desk(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        cart = self.cart(room)
        room.action_confirm()
        self.assertFalse(cart.order_line)
        self.till(room).action_collect()
        self.assertEqual(room.payment_status, "paid")
        self.assertClean()

    def test_what_was_credited_by_hand_is_not_credited_again(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(room)
        self.pay(order)
        credit = order.invoice_ids._reverse_moves([{"invoice_date": order.invoice_ids.invoice_date}])
        credit.action_post()
        room.action_cancel()
        self.assertEqual(room.invoice_ids.filtered(lambda m: m.move_type == "out_refund"), credit)

    def test_a_refund_interrupted_asks_a_person(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        self.pay(self.cart(room))
        room.action_cancel()
        refund = room.refund_ids
        refund.state = "sent"
        self.run_cron("cron_send_refunds")
        self.assertEqual(refund.state, "failed")
        self.assertRegex(room.activity_ids.summary, "16[.,]00")

    def test_a_provider_that_takes_its_time(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        self.pay(self.cart(room))
        room.action_cancel()
        model = type(self.env["payment.transaction"])
        with patch.object(model, "_send_refund_request", lambda tx: tx._set_pending()):
            self.run_cron("cron_send_refunds")
        refund = room.refund_ids
        self.assertEqual(refund.state, "sent")
        refund.refund_transaction_id._set_done()
        self.run_cron("cron_send_refunds")
        self.assertEqual(refund.state, "done")
        self.assertEqual(len(refund.transaction_id.child_transaction_ids), 1)


@tagged("post_install", "-at_install")
class TestOrders(AttackCase):
    """An order cannot sell time that nobody holds."""

    def salesperson(self):
        return new_test_user(
            self.env, "vendeuse",
            groups="tierslieu_base.group_host,sales_team.group_sale_manager",
        )

    def test_a_cancelled_order_does_not_come_back(self):
        order = self.cart(self.reserve(self.room, self.at(1, 10), 2))
        order.action_cancel()
        order.action_draft()
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_a_copy_sells_nothing(self):
        order = self.cart(self.reserve(self.room, self.at(1, 10), 2))
        self.assertFalse(order.copy().order_line)

    def test_a_locked_order_still_moves_and_cancels(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(booking)
        self.pay(order)
        order.action_lock()
        booking.action_move(self.at(2, 10), self.at(2, 12))
        booking.action_cancel()
        self.assertEqual((booking.state, order.locked), ("cancelled", True))

    def test_people_inside_keep_their_order(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(booking)
        self.pay(order)
        with freeze_time(self.at(1, 10)):
            booking.action_check_in()
            with self.assertRaises(UserError):
                order._action_cancel()

    def test_no_line_is_adopted_or_swapped(self):
        user = self.salesperson()
        room = self.reserve(self.room, self.at(1, 10), 2)
        cheap = self.reserve(self.desks, self.at(1, 10), 1)
        line = self.cart(room).order_line.with_user(user)
        other = self.env["sale.order"].create(
            {
                "partner_id": self.bruno.id,
                "order_line": [
                    Command.create({"product_id": self.products["desk_hour"].id, "price_unit": 1})
                ],
            }
        )
        free_line = other.order_line.with_user(user)
        attempts = {
            "adopt": lambda: free_line.write({"tierslieu_booking_id": room.id}),
            "swap": lambda: line.write({"tierslieu_booking_line_id": cheap.line_ids.id}),
            "unit": lambda: line.write({"product_uom_id": self.env.ref("uom.product_uom_dozen").id}),
            "order": lambda: line.write({"order_id": other.id}),
            "default": lambda: free_line.with_context(
                default_tierslieu_booking_id=room.id
            ).create({"order_id": other.id, "name": "x",
                      "product_id": self.products["desk_hour"].id}),
        }
        for name, attempt in attempts.items():
            with self.subTest(name), self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()


@tagged("post_install", "-at_install")
class TestRules(AttackCase):
    def test_a_host_makes_no_row_of_a_booking(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        rows = self.Occupancy.with_user(self.host)
        values = {"unit_id": self.desks.unit_ids[0].id,
                  "start": self.at(1, 10), "stop": self.at(1, 11)}
        claim = {"booking_id": booking.id, "kind": "booking"}
        resident = rows.create({**values, "start": self.at(3, 10), "stop": self.at(3, 11)})
        attempts = {
            "create": lambda: rows.create(values | claim),
            "default": lambda: rows.with_context(
                default_booking_id=booking.id, default_kind="booking"
            ).create(values),
            "adopt": lambda: resident.write(claim),
        }
        for name, attempt in attempts.items():
            with self.subTest(name), self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()

    def test_a_default_state_is_refused(self):
        with self.assertRaises(UserError):
            self.Booking.with_user(self.host).with_context(default_state="confirmed").create(
                {"partner_id": self.alice.id, "space_id": self.room.id,
                 "start": self.at(1, 10), "stop": self.at(1, 11)}
            )

    def test_a_party_stays_within_the_seats(self):
        booking = self.reserve(self.room, self.at(1, 10), people=2)
        with self.assertRaises(UserError):
            booking.with_user(self.host).write({"people": 5000})

    def test_no_move_to_another_company(self):
        other = self.env["res.company"].create(
            {"name": "La Grange", "currency_id": self.env.company.currency_id.id}
        )
        place = self.env["tierslieu.place"].create(
            {"name": "La Grange", "company_id": other.id, "tz": "Europe/Paris"}
        )
        barn = self.env["tierslieu.space"].create(
            {"name": "Grange", "place_id": place.id, "unit_count": 1, "seats": 6}
        )
        booking = self.reserve(self.room, self.at(1, 10))
        with self.assertRaises(UserError):
            booking.action_move(self.at(1, 14), self.at(1, 15), space=barn)

    def test_lapsing_in_waves_does_not_add_up(self):
        cart = self.env["sale.order"].create(
            {"partner_id": self.member.partner_id.id, "website_id": self.website.id,
             "company_id": self.env.company.id}
        ).with_user(self.member).sudo()
        bookings = self.Booking.with_user(self.member).sudo()
        now = NOW
        for wave in range(3):
            with freeze_time(now):
                for _nth in range(6):
                    cart._tierslieu_add(bookings.reserve(
                        self.desks, self.member.partner_id, self.at(1, 10), self.at(1, 11),
                        hold_source="x"))
                if not wave:
                    self.draft_payment(cart)
            now += timedelta(minutes=16)
            with freeze_time(now):
                self.Booking._expire_due()
        with freeze_time(now):
            cart._check_cart_is_ready_to_be_paid()
            live = self.Occupancy._live(self.desks.unit_ids, [(self.at(1, 10), self.at(1, 11))])
        self.assertLessEqual(len(live), 6)

    def test_an_underscore_is_no_wildcard(self):
        new_test_user(self.env, "marie.dupont@x.example", groups="base.group_portal")
        self.assertFalse(self.Booking._user_of("marie_dupont@x.example"))
        self.assertTrue(self.Booking._user_of("Marie.Dupont@x.example"))

    @mute_logger("odoo.addons.base.models.ir_access", "odoo.addons.base.models.ir_model")
    def test_a_member_asks_the_models_nothing(self):
        spaces = self.env["tierslieu.space"].with_user(self.member)
        start, stop = str(self.at(1, 10)), str(self.at(1, 11))
        for name, args in {
            "quote": [self.bruno.id, start, stop],
            "availability": [start, stop],
            "free_count": [start, stop],
            "day_slots": ["2027-01-12", "60", self.bruno.id],
            "days_ahead": ["2027-01-12", 3, "60"],
        }.items():
            with self.subTest(name), self.assertRaises(AccessError):
                call_kw(spaces, name, [[self.room.id], *args], {})
        with self.assertRaises(AccessError):
            self.env["tierslieu.integrity"].with_user(self.member).run()
