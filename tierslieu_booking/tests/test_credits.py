from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import BookingCase


@tagged("-at_install", "post_install")
class TestCredits(BookingCase):
    """Credits pay bookings: drawn with the hold, given back with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["tierslieu.credit.type"].create(
            {
                "name": "Ticket",
                "value_ids": [
                    (0, 0, {"space_id": cls.desks.id, "time_unit": "hour", "amount": 0.5}),
                    (0, 0, {"space_id": cls.desks.id, "time_unit": "day", "amount": 2}),
                ],
            }
        )
        cls.lots = cls.env["tierslieu.credit.lot"]

    def grant(self, amount=10, partner=None, **values):
        return self.lots._grant(self.tickets, partner or self.alice, amount, **values)

    def hours(self, first, last):
        return self.at(0, first), self.at(0, last)

    def book(self, space, first, last, partner=None, **options):
        return self.Booking.reserve(space, partner or self.alice, *self.hours(first, last), **options)

    def balances(self, *lots):
        self.assertClean()
        for lot in lots:
            self.assertAlmostEqual(lot.balance, sum(lot.move_ids.mapped("amount")))
        return [lot.balance for lot in lots]

    def test_quote_and_hold(self):
        lot = self.grant()
        quote = self.desks.quote(self.alice, *self.hours(9, 11))
        drawn = [{"lot_id": lot.id, "type_id": self.tickets.id, "amount": 1.0}]
        self.assertEqual((quote["total"], quote["credits"]), (0.0, drawn))
        self.assertEqual(quote["explanation"], ["2 h for 1 × Ticket"])
        booking = self.book(self.desks, 9, 11)
        self.assertEqual((booking.amount_total, booking.line_ids.credits), (0.0, 1.0))
        self.assertEqual(self.balances(lot), [9.0])
        self.assertEqual(lot.move_ids.sorted("id")[-1].kind, "consume")

    def test_money_when_told_so(self):
        lot = self.grant()
        self.assertEqual(self.desks.quote(self.alice, *self.hours(9, 11), use_credits=False)["total"], 6.0)
        booking = self.book(self.desks, 9, 11, use_credits=False)
        self.assertEqual((booking.amount_total, self.balances(lot)), (6.0, [10.0]))

    def test_what_is_not_covered_is_paid(self):
        lot = self.grant(1)
        booking = self.book(self.desks, 9, 12)
        self.assertEqual((booking.amount_total, self.balances(lot)), (3.0, [0.0]))
        self.assertEqual(self.book(self.desks, 9, 11).amount_total, 6.0)

    def test_another_space(self):
        self.grant()
        self.assertEqual(self.room.quote(self.alice, *self.hours(9, 11))["credits"], [])

    def test_given_back_to_the_same_lot(self):
        first = self.grant(1, valid_until=date(2027, 2, 1))
        second = self.grant(1, valid_until=date(2027, 3, 1))
        booking = self.book(self.desks, 9, 12)
        booking.action_confirm()
        self.assertEqual(self.balances(first, second), [0.0, 0.5])
        booking.action_cancel()
        self.assertEqual(self.balances(first, second), [1.0, 1.0])
        booking.action_cancel()
        self.assertEqual(self.balances(first, second), [1.0, 1.0])

    def test_hold_that_lapses(self):
        lot = self.grant(1)
        booking = self.book(self.desks, 9, 11)
        booking._expire()
        self.assertEqual(self.balances(lot), [1.0])
        booking.action_confirm()
        self.assertEqual(self.balances(lot), [0.0])
        other = self.book(self.desks, 11, 12)
        self.assertEqual(other.amount_total, 3.0)

    def test_lapsed_hold_whose_credits_went_elsewhere(self):
        lot = self.grant(1)
        booking = self.book(self.desks, 9, 11)
        booking._expire()
        self.book(self.desks, 11, 13)
        with self.assertRaisesRegex(UserError, "used meanwhile"), self.cr.savepoint():
            booking.action_confirm()
        self.assertEqual(self.balances(lot), [0.0])

    def test_validity_is_judged_on_the_day_of_the_slot(self):
        lot = self.grant(valid_from=date(2027, 1, 12), valid_until=date(2027, 1, 13))
        for day, paid in ((11, 3.0), (12, 0.0), (13, 0.0), (14, 3.0)):
            with self.subTest(day=day):
                start, stop = datetime(2027, 1, day, 8), datetime(2027, 1, day, 9)
                self.assertEqual(self.desks.quote(self.alice, start, stop)["total"], paid)
        self.assertEqual(self.alice.credit_balance(self.tickets), 0.0)
        self.assertEqual(self.alice.credit_balance(self.tickets, "2027-01-12"), 10.0)
        self.assertEqual(lot.state, "coming")

    def test_shared_by_an_organisation(self):
        company = self.env["res.partner"].create({"name": "Fanal", "is_company": True})
        self.alice.parent_id = company
        lot = self.grant(partner=self.alice, shared=True)
        self.assertEqual(lot.partner_id, company)
        bob = self.env["res.partner"].create({"name": "Bob", "parent_id": company.id})
        booking = self.env["tierslieu.booking"].reserve(self.desks, bob, *self.hours(9, 11))
        self.assertEqual((booking.amount_total, self.balances(lot)), (0.0, [9.0]))
        mine = self.grant(partner=self.alice)
        self.assertEqual(bob.credit_balance(self.tickets), 9.0)
        self.assertEqual(self.alice.credit_balance(self.tickets), 19.0)
        # Personal ones before shared ones.
        self.book(self.desks, 9, 11)
        self.assertEqual(self.balances(mine, lot), [9.0, 9.0])

    def test_move_draws_the_difference(self):
        lot = self.grant(2)
        booking = self.book(self.desks, 9, 11)
        booking.action_confirm()
        booking.action_move(*self.hours(9, 13))
        self.assertEqual((booking.amount_total, self.balances(lot)), (0.0, [0.0]))
        booking.action_move(*self.hours(9, 10))
        self.assertEqual((booking.amount_total, self.balances(lot)), (0.0, [1.5]))

    def test_ledger_is_append_only(self):
        lot = self.grant()
        move = lot.move_ids
        for call in (
            lambda: move.write({"amount": 3}),
            move.unlink,
            lot.unlink,
            lambda: lot.with_user(self.host).write({"balance": 99}),
            lambda: move.with_user(self.host).create({"lot_id": lot.id, "kind": "grant", "amount": 1}),
        ):
            with self.assertRaises(UserError):
                call()
        with self.assertRaisesRegex(UserError, "not so many"):
            lot._post("expire", -11)
        self.assertEqual(self.balances(lot), [10.0])

    def test_expired_lot_opens_again(self):
        lot = self.grant(1, valid_until=date(2027, 1, 11))
        booking = self.book(self.desks, 9, 11)
        booking.action_confirm()
        with freeze_time("2027-01-20 08:00:00"):
            lot._give_back(1, booking)
            self.assertEqual((lot.reopened_until, lot.state), (date(2027, 2, 19), "valid"))
            later = datetime(2027, 1, 21, 8), datetime(2027, 1, 21, 10)
            self.assertEqual(self.desks.quote(self.alice, *later)["total"], 0.0)

    def test_expiry(self):
        lot = self.grant(2, valid_until=date(2027, 1, 15))
        self.run_cron("cron_credit_expiry")
        self.assertTrue(lot.is_told)
        self.assertEqual(self.balances(lot), [2.0])
        with freeze_time("2027-01-18 08:00:00"):
            self.run_cron("cron_credit_expiry")
        self.assertEqual(self.balances(lot), [0.0])
        self.assertEqual(lot.move_ids.sorted("id")[-1].kind, "expire")

    def test_an_hour_that_has_no_exact_step(self):
        with self.assertRaisesRegex(ValidationError, "hundredths"), self.cr.savepoint():
            self.desks.step = 20
        self.tickets.value_ids[0].amount = 0.6
        self.desks.step = 20
        with self.assertRaisesRegex(ValidationError, "hundredths"), self.cr.savepoint():
            self.tickets.value_ids[0].amount = 1

    def test_pack_in_an_order(self):
        pack = self.env["product.product"].create(
            {"name": "Carnet", "type": "service", "list_price": 100,
             "tierslieu_credit_type_id": self.tickets.id}
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.alice.id,
             "order_line": [(0, 0, {"product_id": pack.id, "product_uom_qty": 2})]}
        )
        order.action_confirm()
        lot = order.order_line.tierslieu_lot_ids
        self.assertEqual((lot.balance, lot.valid_until, lot.origin), (20.0, date(2028, 1, 10), "pack"))
        booking = self.book(self.desks, 9, 11)
        with self.assertRaisesRegex(UserError, "not so many"), self.env.cr.savepoint():
            order._action_cancel()
        booking.action_cancel()
        order._action_cancel()
        self.assertEqual(self.balances(lot), [0.0])

    def test_pack_on_an_invoice_and_its_credit_note(self):
        pack = self.env["product.product"].create(
            {"name": "Carnet", "type": "service", "list_price": 100,
             "tierslieu_credit_type_id": self.tickets.id}
        )
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.alice.id,
             "invoice_line_ids": [(0, 0, {"product_id": pack.id, "quantity": 1})]}
        )
        move.action_post()
        lot = move.invoice_line_ids.tierslieu_lot_ids
        self.assertEqual(lot.balance, 10.0)
        note = move._reverse_moves()
        note.action_post()
        self.assertEqual(self.balances(lot), [0.0])
        note.button_draft()
        self.assertEqual(self.balances(lot), [10.0])
