from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .change_common import ChangeCase
from .common import NOW


@tagged("post_install", "-at_install")
class TestPayFirst(ChangeCase):
    def test_the_old_slot_stays_until_the_difference_is_paid(self):
        change = self.ask(self.at(2, 14), 3)
        self.assertEqual((change.state, change.difference), ("pending", 8.0))
        self.assertEqual(self.booking.start, self.at(1, 10))
        self.assertEqual(self.booking.amount_total, 16.0)
        self.assertEqual(
            self.live(), {("Petit salon", "firm", 10, 12), ("Petit salon", "hold", 14, 17)}
        )
        order = self.order(change)
        self.assertEqual((order.amount_total, order.cart_quantity), (8.0, 1))
        self.assertClean()
        tx = self.pay(order)
        self.env.invalidate_all()
        self.assertEqual(change.state, "done")
        self.assertEqual((self.booking.start, self.booking.stop), (self.at(2, 14), self.at(2, 17)))
        self.assertEqual(self.live(), {("Petit salon", "firm", 14, 17)})
        self.assertEqual(self.booking.amount_total, 24.0)
        self.assertEqual(self.booking.payment_status, "paid")
        self.assertEqual(tx.invoice_ids.amount_total, 8.0)
        self.assertFalse(self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)]))
        self.assertBooks(self.booking, 24.0)

    def test_account_by_account(self):
        [invoice] = self.booking.invoice_ids
        customer = invoice.partner_id.property_account_receivable_id.code
        income = invoice.invoice_line_ids.account_id.code
        vat = invoice.line_ids.filtered("tax_line_id").account_id.code
        self.pay(self.order(self.ask(self.at(2, 14), 3)))
        self.assertEqual(self.balances(self.booking), {customer: 24.0, income: -20.0, vat: -4.0})
        self.assertFalse(self.open_amounts(self.booking))
        self.booking.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(self.balances(self.booking), {})
        # Given back through the two payments that brought it.
        self.assertEqual(
            sorted(self.refunded(self.booking)), [("pending", 8.0), ("pending", 16.0)]
        )
        self.assertEqual(len(self.booking.refund_ids.transaction_id), 2)
        self.run_cron("cron_send_refunds")
        self.assertEqual(set(self.booking.refund_ids.mapped("state")), {"done"})
        self.assertFalse(self.open_amounts(self.booking))
        self.assertEqual(self.booking.payment_status, "credited")
        self.assertBooks(self.booking, 0.0)

    def test_a_cent_of_vat_does_not_drift(self):
        booking = self.paid(hours=1, partner=self.member.partner_id, day=3)
        self.pay(self.order(self.ask(self.at(3, 14), 2, booking=booking)))
        self.assertBooks(booking, 16.0)

    def test_another_rate_of_vat(self):
        """From the room, 20 %, to a longer slot of the kitchen, 10 %."""
        self.pay(self.order(self.ask(self.at(2, 14), 3, self.kitchen)))
        self.assertEqual({rate: str(vat) for rate, vat in self.vat(self.booking).items()},
                         {10: "2.18"})
        self.assertBooks(self.booking, 24.0)

    @heavy
    def test_the_team_moves_what_was_paid_in_two_orders(self):
        self.pay(self.order(self.ask(self.at(2, 14), 3)))
        self.move(self.booking, self.at(3, 10), 1)
        self.assertEqual(
            sum(refund.amount for refund in self.booking.refund_ids), 16.0
        )
        self.assertBooks(self.booking, 8.0)
        # Whoever polls again finds nothing more to give back.
        for tx in self.booking.sale_line_ids.order_id.transaction_ids:
            tx._post_process()
        self.assertEqual(sum(self.booking.refund_ids.mapped("amount")), 16.0)
        self.booking.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(sum(self.booking.refund_ids.mapped("amount")), 24.0)
        self.assertEqual(set(self.booking.refund_ids.mapped("state")), {"pending"})
        self.assertBooks(self.booking, 0.0)

    @heavy
    def test_what_is_free_in_the_new_price(self):
        """A price line of nothing, such as an evening that is offered, is a line as any other."""
        self.place.day_part_ids = [
            Command.create({"code": "evening", "hour_from": 18, "hour_to": 22})
        ]
        free = self.env["product.product"].create(
            {"name": "Evening", "type": "service", "list_price": 0, "invoice_policy": "order",
             "taxes_id": [Command.set(self.taxes[20].ids)], "company_id": self.env.company.id}
        )
        self.env["tierslieu.rate"].create(
            {"space_id": self.lounge.id, "time_unit": "evening", "product_id": free.id}
        )
        change = self.ask(self.at(2, 15), 5, space=self.lounge)
        self.assertEqual([line["amount"] for line in change.quote["lines"]], [0.0, 24.0])
        tx = self.pay(self.order(change))
        self.env.invalidate_all()
        self.assertEqual((change.state, tx.invoice_ids.amount_total), ("done", 8.0))
        self.assertEqual(
            self.booking._current_order_lines().mapped("tierslieu_amount"), [0.0, 24.0]
        )
        self.assertBooks(self.booking, 24.0)
        # And on to what costs money only.
        change = self.ask(self.at(3, 10), 4, space=self.lounge)
        self.pay(self.order(change))
        self.env.invalidate_all()
        self.assertBooks(self.booking, 32.0)

    @heavy
    def test_from_what_was_free(self):
        """An order of nothing is not invoiced: it does not wait for it once a price is paid."""
        self.products["room_hour"].list_price = self.products["room_day"].list_price = 0
        booking = self.reserve(self.room, self.at(3, 10), 2, partner=self.member.partner_id)
        self.cart(booking).action_confirm()
        self.products["room_hour"].list_price = 8
        self.products["room_day"].list_price = 40
        self.env.flush_all()
        self.assertEqual((booking.amount_total, booking.payment_status), (0.0, "none"))
        self.pay(self.order(self.ask(self.at(4, 10), 3, booking=booking)))
        self.env.invalidate_all()
        self.assertEqual(booking.payment_status, "paid")
        self.assertBooks(booking, 24.0)
        booking.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(self.refunded(booking), [("pending", 24.0)])
        self.assertBooks(booking, 0.0)

    def test_twice(self):
        self.pay(self.order(self.ask(self.at(2, 14), 3)))
        self.pay(self.order(self.ask(self.at(3, 9), 4)))
        self.assertEqual(self.documents(self.booking),
                         [("invoice", 16.0), ("invoice", 8.0), ("invoice", 8.0)])
        self.assertBooks(self.booking, 32.0)
        cheaper = self.ask(self.at(3, 9), 1)
        self.assertFalse(cheaper)
        self.assertEqual(sum(self.booking.refund_ids.mapped("amount")), 24.0)
        self.assertBooks(self.booking, 8.0)
        self.booking.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(sum(self.booking.refund_ids.mapped("amount")), 32.0)
        self.assertBooks(self.booking, 0.0)

    @heavy
    def test_beside_another_booking_in_one_cart(self):
        change = self.ask(self.at(2, 14), 3)
        desk = self.reserve(self.desks, self.at(2, 9), 2, partner=self.member.partner_id)
        order = self.order(change)
        order._tierslieu_add(desk)
        self.assertEqual((order.amount_total, order.cart_quantity), (14.0, 2))
        self.pay(order)
        self.assertEqual((change.state, desk.state), ("done", "confirmed"))
        self.assertEqual(self.documents(self.booking), [("invoice", 16.0), ("invoice", 14.0)])
        desk.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(self.refunded(desk), [("pending", 6.0)])
        self.assertEqual((self.booking.state, self.booking.payment_status), ("confirmed", "paid"))
        self.assertFalse(self.booking.refund_ids)
        self.assertClean()
        self.booking.action_cancel()
        self.assertEqual(sum(self.booking.refund_ids.mapped("amount")), 24.0)
        self.assertClean()

    def test_what_was_to_be_paid_at_the_desk_still_is(self):
        booking = self.reserve(self.room, self.at(3, 10), 2, partner=self.member.partner_id)
        booking.action_confirm()
        self.pay(self.order(self.ask(self.at(3, 14), 3, booking=booking)))
        self.env.invalidate_all()
        self.assertEqual(booking.amount_total, 24.0)
        self.assertEqual(booking.payment_status, "to_invoice")
        self.assertIn(booking, self.Booking.search([("payment_status", "=", "to_invoice")]))
        self.assertEqual(self.collect(booking), 16.0)
        self.assertEqual(booking.payment_status, "paid")
        self.assertBooks(booking, 24.0)

    def test_the_price_is_the_one_that_was_shown(self):
        change = self.ask(self.at(2, 14), 3)
        self.products["room_hour"].list_price = 50
        order = self.order(change)
        order._recompute_cart()
        order._recompute_prices()
        self.assertEqual(order.amount_total, 8.0)
        self.room.rate_ids.filtered(lambda rate: rate.time_unit == "hour").unlink()
        self.pay(order)
        self.assertEqual(self.booking.amount_total, 24.0)
        self.assertBooks(self.booking, 24.0)

    @heavy
    def test_a_shop_in_another_currency(self):
        jpy = self.env.ref("base.JPY")
        jpy.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": jpy.id, "rate": 160.0, "name": "2020-01-01",
             "company_id": self.env.company.id}
        )
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        order.pricelist_id = self.env["product.pricelist"].create(
            {"name": "JPY", "currency_id": jpy.id, "selectable": True}
        )
        order._recompute_prices()
        self.assertEqual(order.amount_total, 1280)
        self.pay(order)
        self.assertEqual(self.booking.amount_total, 24.0)
        self.assertClean()
        self.booking.action_cancel()
        self.env.invalidate_all()
        refunds = self.booking.refund_ids
        self.assertEqual(
            {(refund.currency_id.name, refund.amount) for refund in refunds},
            {("EUR", 16.0), ("JPY", 1280.0)},
        )
        self.assertClean()


@tagged("post_install", "-at_install")
class TestPaidLate(ChangeCase):
    def test_still_free(self):
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        tx = self.draft(order)
        with freeze_time(NOW + timedelta(minutes=20)):
            self.Booking._expire_due()
            self.assertEqual(change.state, "lapsed")
            self.done(tx)
            self.done(tx)
        self.assertEqual(change.state, "done")
        self.assertEqual(self.booking.start, self.at(2, 14))
        self.assertFalse(self.booking.refund_ids)
        self.assertBooks(self.booking, 24.0)

    def test_gone_to_someone_else(self):
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        tx = self.draft(order)
        with freeze_time(NOW + timedelta(minutes=20)):
            self.reserve(self.room, self.at(2, 15), 1, partner=self.bruno)
            before = self.mails()
            self.done(tx)
            self.done(tx)
            told = self.mails() - before
        self.assertEqual((change.state, order.state), ("cancelled", "cancel"))
        self.assertEqual(self.booking.start, self.at(1, 10))
        self.assertEqual(self.refunded(self.booking), [("pending", 8.0)])
        self.assertEqual(len(told), 1)
        self.assertIn("no longer possible", told.subject)
        self.assertIn("stays as it was", told.body_html)
        self.assertRegex(told.body_html, "8[.,]00")
        self.assertFalse(told.attachment_ids)
        with freeze_time(NOW + timedelta(minutes=20)):
            self.run_cron("cron_send_refunds")
        self.assertEqual(sum(tx.child_transaction_ids.mapped("amount")), -8.0)
        self.assertBooks(self.booking, 16.0)

    def test_the_booking_moved_meanwhile(self):
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        tx = self.draft(order)
        self.move(self.booking, self.at(3, 9), 1)
        # A payment is on its way: the cart does not shrink under it.
        self.assertTrue(order.order_line)
        self.done(tx)
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.booking.start, self.at(3, 9))
        self.assertEqual(sorted(self.booking.refund_ids.mapped("amount")), [8.0, 8.0])
        self.assertBooks(self.booking, 8.0)

    def test_the_booking_was_cancelled_meanwhile(self):
        change = self.ask(self.at(2, 14), 3)
        tx = self.draft(self.order(change))
        self.booking.action_cancel()
        self.done(tx)
        self.assertEqual(sorted(self.booking.refund_ids.mapped("amount")), [8.0, 16.0])
        self.assertIn("no longer possible", self.mails()[-1].subject)
        self.assertNotIn("stays as it was", self.mails()[-1].body_html)

    def test_who_used_the_old_slot_does_not_trade_it(self):
        with freeze_time(self.at(1, 9, 30)):
            change = self.ask(self.at(2, 14), 3)
            tx = self.draft(self.order(change))
        with freeze_time(self.at(1, 9, 50)):
            self.Booking._expire_due()
            self.assertEqual(change.state, "lapsed")
        with freeze_time(self.at(1, 10)):
            self.done(tx)
        self.assertEqual(change.state, "cancelled")
        self.assertEqual(self.booking.start, self.at(1, 10))
        self.assertEqual(self.refunded(self.booking), [("pending", 8.0)])

    def test_long_after(self):
        """The cart has let the move go for good: the money goes back, and they are told."""
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        tx = self.draft(order)
        with freeze_time(NOW + timedelta(hours=2)):
            self.Booking._expire_due()
            self.assertFalse(order.order_line)
            self.done(tx)
            self.done(tx)
        self.assertEqual(self.booking.start, self.at(1, 10))
        refunds = self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)])
        self.assertEqual(refunds.mapped("amount"), [8.0])
        told = order.message_ids.filtered(lambda m: self.member.partner_id in m.partner_ids)
        self.assertEqual(len(told), 1)
        self.assertRegex(told.subject, "8[.,]00")

    def test_nobody_begins_to_pay_once_it_has_begun(self):
        with freeze_time(self.at(1, 9, 55)):
            change = self.ask(self.at(2, 14), 3)
        with freeze_time(self.at(1, 10)), self.assertRaises(ValidationError):
            self.order(change)._check_cart_is_ready_to_be_paid()

    def test_half_of_the_difference_moves_nothing(self):
        change = self.ask(self.at(2, 14), 3)
        order = self.order(change)
        self.pay(order, amount=4.0)
        self.assertEqual((order.state, change.state), ("draft", "pending"))
        self.assertEqual(self.booking.start, self.at(1, 10))
        self.assertTrue(order.activity_ids)

    def draft(self, order):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name}-late",
                "amount": order.amount_total,
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


@tagged("post_install", "-at_install")
class TestGuards(ChangeCase):
    def test_the_team_drags_no_hold_of_a_change(self):
        change = self.ask(self.at(2, 14), 3)
        row = change.occupancy_ids.with_user(self.host)
        with self.assertRaisesRegex(UserError, "paying for a move"):
            row.write({"start": self.at(2, 15), "stop": self.at(2, 18)})
        firm = (self.booking.occupancy_ids - change.occupancy_ids).with_user(self.host)
        firm.write({"start": self.at(1, 13), "stop": self.at(1, 15)})
        self.assertEqual(self.booking.start, self.at(1, 13))
        self.assertEqual(change.state, "cancelled")

    def test_nobody_writes_a_change(self):
        change = self.ask(self.at(2, 14), 3)
        line = self.order(change).order_line[0]
        free = self.env["sale.order"].create(
            {"partner_id": self.bruno.id,
             "order_line": [(0, 0, {"product_id": self.products["desk_hour"].id})]}
        ).order_line
        seller = self.host
        seller.group_ids |= self.env.ref("sales_team.group_sale_manager")
        attempts = {
            "state": lambda: change.with_user(self.host).write({"state": "done"}),
            "create": lambda: change.with_user(self.host).create({"booking_id": self.booking.id}),
            "through the booking": lambda: self.booking.with_user(self.host).write(
                {"change_ids": [(1, change.id, {"state": "done"})]}),
            "sequence": lambda: self.booking.with_user(self.host).write({"ics_sequence": 9}),
            "price": lambda: line.with_user(seller).write({"price_unit": 0}),
            "frozen": lambda: line.with_user(seller).write({"tierslieu_amount": 0}),
            "taxes": lambda: line.with_user(seller).write({"extra_tax_data": {}}),
            "adopt": lambda: free.with_user(seller).write({"tierslieu_change_id": change.id}),
            "row": lambda: self.Occupancy.with_user(self.host).create(
                {"unit_id": self.lounge.unit_ids.id, "start": self.at(5, 9),
                 "stop": self.at(5, 10), "change_id": change.id}),
        }
        for name, attempt in attempts.items():
            with self.subTest(name), self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()

    def test_quantity_and_copies(self):
        order = self.order(self.ask(self.at(2, 14), 3))
        result = order._cart_update_line_quantity(order.order_line[0].id, 5)
        self.assertTrue(result["warning"])
        self.assertEqual(order.amount_total, 8.0)
        self.assertFalse(order.copy().order_line)

    def test_integrity_sees_a_stray_hold(self):
        change = self.ask(self.at(2, 14), 3)
        self.env.flush_all()
        with patch.object(type(change), "_release", lambda self: None):
            change._withdraw()
        self.env.flush_all()
        broken = [each["name"] for each in self.env["tierslieu.integrity"].run()]
        self.assertEqual(broken, ["Only live bookings hold units"])

    def test_integrity_sees_what_the_books_lost(self):
        self.pay(self.order(self.ask(self.at(2, 14), 3)))
        self.assertClean()
        line = self.booking.invoice_ids.sorted("id")[-1].invoice_line_ids[0]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET price_total = price_total + 1 WHERE id = %s", [line.id]
        )
        broken = [each["name"] for each in self.env["tierslieu.integrity"].run()]
        self.assertEqual(broken, ["What is invoiced is the price"])
