from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.cancel_common import CancelCase

from .books_common import SourcesBase

# NOW is 11 January 2027.
CLOSING = date(2027, 1, 20)
LATER = 15
D = Decimal


class PackSourceCase(SourcesBase, CancelCase):
    """Packs of ten half-days: an hour of a desk costs half a ticket, a day four; open every day from 9 to 18."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_accountant()
        calendar = cls.place.resource_calendar_id
        calendar.attendance_ids.unlink()
        calendar.attendance_ids = [
            Command.create({"name": "Ouvert", "dayofweek": str(day), "hour_from": 9, "hour_to": 18}) for day in range(7)
        ]
        # Nine hours of a day cost no less than eight: what is used is easily counted.
        cls.tickets.value_ids.filtered(lambda value: value.time_unit == "day").amount = 4
        cls.pack = cls.env["product.product"].create(
            {
                "name": "Carnet de dix", "type": "service", "list_price": 180, "invoice_policy": "order",
                "taxes_id": [(6, 0, cls.taxes[20].ids)], "tierslieu_credit_type_id": cls.tickets.id,
                "company_id": cls.env.company.id,
            }
        )

    def sell(self, quantity=1, partner=None, invoiced=True, product=None):
        """Sell packs by an order, invoiced today; return the first lot."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.alice).id,
                "order_line": [(0, 0, {"product_id": (product or self.pack).id, "product_uom_qty": quantity})],
            }
        )
        order.action_confirm()
        if invoiced:
            order._create_invoices().action_post()
        return order.order_line.tierslieu_lot_ids

    def note(self, lot, price=None, quantity=None, **values):
        """Post a credit note of the invoice of a lot."""
        moves = lot.sale_line_id.invoice_lines.move_id | lot.invoice_line_id.move_id
        note = moves.filtered(lambda move: move.move_type == "out_invoice")._reverse_moves([values])
        changed = {"price_unit": price, "quantity": quantity}
        note.invoice_line_ids.write({name: value for name, value in changed.items() if value})
        note.action_post()
        return note

    def use(self, day, tickets=1, partner=None):
        """Book a desk with so many tickets, two hours each; return the booking, confirmed."""
        start = self.at(day, 9)
        booking = self.Booking.reserve(
            self.desks, partner or self.alice, start, start + timedelta(hours=2 * tickets)
        )
        booking.action_confirm()
        self.assertEqual(sum(booking._drawn_credits().values()), tickets)
        return booking

    def deferred(self, closing=CLOSING):
        return self.total("pack", closing)


@tagged("post_install", "-at_install")
class TestDeferredPack(PackSourceCase):
    """Packs of a single purpose: what was paid without tax, for the credits that are left."""

    def test_the_figures_of_the_rules(self):
        """Ten half-days for 150.00 without tax, four of them used: 90.00."""
        lot = self.sell()
        for day in (1, 2, 3, 4):
            self.use(day)
        [row] = self.rows("pack", CLOSING)
        self.assertEqual((row["deferred"], row["amount"], row["partner_id"]), (90.0, 150.0, self.alice.id))
        self.assertEqual(row["record"], ("tierslieu.credit.lot", lot.id))
        self.assertEqual(row["explanation"].replace("\xa0", " "), "6 credits left of 10, of 150.00 €")

    def test_the_last_use_takes_the_rest(self):
        self.pack.list_price = 119.99
        self.sell()
        # 99.99 without tax: nine uses of 10.00 but for cents, and the rest.
        left = [self.deferred(date(2027, 1, 11))]
        for nth in range(10):
            self.use(1 + nth)
            left.append(self.deferred(date(2027, 1, 12 + nth)))
        self.assertEqual((left[0], left[-1]), (D("99.99"), 0))
        earned = [before - after for before, after in pairwise(left)]
        self.assertEqual(sum(earned), D("99.99"))
        self.assertLessEqual(set(earned), {D("9.99"), D("10.00")})

    def test_a_use_is_of_the_day_of_its_slot(self):
        self.sell()
        self.use(LATER, 4)
        self.assertEqual(self.deferred(), 150, "Booked, and still to come.")
        self.assertEqual(self.deferred(date(2027, 1, 26)), 90)

    def test_what_comes_back_is_not_used(self):
        self.sell()
        kept, given_up = self.use(1, 2), self.use(8, 2)
        self.assertEqual(self.deferred(), 90)
        given_up.action_cancel()
        self.assertEqual(self.deferred(), 120)
        self.assertEqual(kept.state, "confirmed")

    def test_a_fee_counts_when_it_is_decided(self):
        self.desks.cancellation_policy_id = self.policy
        self.sell()
        booking = self.use(10, 4)
        with self.late(booking, 12):
            booking.action_cancel()
            self.env.flush_all()
        self.assertEqual(sum(booking._drawn_credits().values()), 2)
        self.assertEqual(self.deferred(date(2027, 1, 19)), 150)
        self.assertEqual(self.deferred(date(2027, 1, 20)), 120)
        self.assertEqual(self.deferred(date(2027, 1, 21)), 120)

    def test_nobody_came(self):
        self.desks.cancellation_policy_id = self.policy
        self.policy.no_show_fee = 50
        self.sell()
        booking = self.use(9, 4)
        # Decided the day after: of the day of the slot all the same.
        with freeze_time("2027-01-21 09:00:00"):
            booking.with_user(self.host).action_no_show()
            self.env.flush_all()
        self.assertEqual(self.deferred(), 120)

    def test_a_slot_over_the_closing(self):
        """Two days of four tickets each: one of them is after the closing."""
        self.sell()
        booking = self.Booking.reserve(self.desks, self.alice, self.at(9, 9), self.at(10, 18))
        booking.action_confirm()
        self.assertEqual(sum(booking._drawn_credits().values()), 8)
        self.assertEqual([self.deferred(date(2027, 1, day)) for day in (19, 20, 21)], [150, 90, 30])

    def test_over_on_the_day_of_the_closing(self):
        lot = self.sell()
        self.use(1, 4)
        end = lot.last_day
        self.assertEqual(end, date(2028, 1, 10))
        self.assertEqual([self.deferred(end - timedelta(days=nth)) for nth in (1, 0, -1)], [90, 0, 0])

    def test_written_off_the_next_year(self):
        """The nightly run comes the day after: it changes nothing of what was earned."""
        lot = self.sell()
        self.use(1, 4)
        with freeze_time("2028-01-12 09:00:00"):
            lot._expire()
            self.env.flush_all()
        self.assertEqual(lot.balance, 0)
        closings = (date(2027, 12, 31), date(2028, 1, 9), date(2028, 1, 10), date(2028, 12, 31))
        self.assertEqual([self.deferred(day) for day in closings], [90, 90, 0, 0])

    def test_opened_again_after_its_end(self):
        lot = self.sell()
        booking = self.use(LATER, 4)
        lot.sudo().valid_until = date(2027, 1, 31)
        with freeze_time("2027-02-03 09:00:00"):
            booking.with_user(self.host).action_cancel()
            self.env.flush_all()
        self.assertEqual((lot.balance, lot.reopened_until), (4, date(2027, 3, 5)))
        # Six were written off; what came back is still to be used.
        self.assertEqual(self.deferred(date(2027, 2, 3)), 60)
        self.assertEqual(self.deferred(date(2027, 3, 5)), 0)

    def test_gifts_and_what_was_brought_in(self):
        self.lots._grant(self.tickets, self.alice, 10)
        self.lots._grant(self.tickets, self.alice, 10, origin="import")
        self.pack.list_price = 0
        self.sell()
        self.assertFalse(self.rows("pack", CLOSING))

    def test_gifts_are_used_apart(self):
        self.lots._grant(self.tickets, self.alice, 4, valid_until=date(2027, 2, 1))
        self.sell()
        self.use(1, 4)
        self.assertEqual(self.deferred(), 150, "What expires first is used first: the gift.")

    def test_handed_over_to_somebody_else(self):
        lot = self.sell()
        heir = lot._transfer(self.bruno, 4, "They share a desk")
        third = heir._transfer(self.lots.env["res.partner"].create({"name": "Chloé"}), 2, "They share it too")
        self.assertEqual(self.deferred(), 150)
        self.use(1, 2, self.bruno)
        self.assertEqual(self.deferred(), 120)
        [row] = self.rows("pack", CLOSING)
        self.assertEqual(row["partner_id"], self.alice.id)
        # What is left of one of the lots is over before the others.
        third.sudo().valid_until = CLOSING
        self.assertEqual(self.deferred(), 90)

    def test_handed_over_when_the_first_lot_is_over(self):
        lot = self.sell()
        heir = lot._transfer(self.bruno, 4, "They share a desk")
        heir.sudo().valid_until = date(2028, 6, 1)
        self.assertEqual(self.deferred(date(2028, 3, 1)), 60)

    def test_refunded_whole(self):
        lot = self.sell()
        self.note(lot)
        self.assertEqual(lot.balance, 0)
        self.assertFalse(self.rows("pack", CLOSING))

    def test_refunded_in_part(self):
        lot = self.sell()
        self.use(1, 2)
        self.note(lot, price=90)
        self.assertEqual(lot.balance, 3)
        self.assertEqual(sorted(row["deferred"] for row in self.rows("pack", CLOSING)), [-45.0, 90.0])
        self.use(2, 3)
        self.assertEqual(self.deferred(), 0)

    def test_refunded_after_the_closing(self):
        lot = self.sell()
        with freeze_time("2027-02-03 09:00:00"):
            self.note(lot, date=date(2027, 2, 3), invoice_date=date(2027, 2, 3))
            self.env.flush_all()
        self.assertEqual(self.deferred(), 150)
        self.assertEqual(self.deferred(date(2027, 2, 3)), 0)

    def test_not_invoiced_yet(self):
        self.sell(invoiced=False)
        self.assertFalse(self.rows("pack", CLOSING))

    def test_one_pack_more_that_is_not_invoiced_yet(self):
        lot = self.sell()
        self.use(1, 4)
        order = lot.sale_line_id.order_id
        order.order_line.product_uom_qty = 2
        self.assertEqual(len(order.order_line.tierslieu_lot_ids), 2)
        self.assertEqual(self.deferred(), 90)
        order._create_invoices().action_post()
        self.assertEqual(self.deferred(), 240)

    def test_invoiced_before_it_was_confirmed(self):
        """An accountant dates the invoice of the year that is over: all of it is still to come."""
        lot = self.sell(invoiced=False)
        invoice = lot.sale_line_id.order_id._create_invoices()
        invoice.write({"invoice_date": date(2026, 12, 31), "date": date(2026, 12, 31)})
        invoice.action_post()
        self.assertEqual(self.deferred(date(2026, 12, 31)), 150)

    def test_an_invoice_without_an_order(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": self.alice.id, "invoice_date": date(2027, 1, 11),
                "invoice_line_ids": [(0, 0, {"product_id": self.pack.id, "quantity": 2, "price_unit": 180,
                                             "tax_ids": [(6, 0, self.taxes[20].ids)]})],
            }
        )
        invoice.action_post()
        lot = invoice.invoice_line_ids.tierslieu_lot_ids
        self.use(1, 4)
        self.assertEqual(self.deferred(), 240)
        self.note(lot, quantity=1)
        self.assertEqual(lot.balance, 6)
        self.assertEqual(self.deferred(), 90)

    def test_two_packs_of_a_line_are_one_sale(self):
        self.sell(quantity=2)
        self.use(1, 4)
        [row] = self.rows("pack", CLOSING)
        self.assertEqual((row["deferred"], row["amount"]), (240, 300))

    def test_an_order_that_was_cancelled_before_its_credit_note(self):
        """Nobody has credits any more: there is nothing to come."""
        lot = self.sell()
        lot.sale_line_id.order_id._action_cancel()
        self.assertFalse(self.rows("pack", CLOSING))

    def test_another_currency(self):
        """What the books of the company say, in its own currency."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2027-01-01", "rate": 1.2, "company_id": self.company.id}
        )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": self.alice.id, "currency_id": dollar.id,
                "invoice_date": date(2027, 1, 11),
                "invoice_line_ids": [(0, 0, {"product_id": self.pack.id, "price_unit": 120,
                                             "tax_ids": [(6, 0, self.taxes[20].ids)]})],
            }
        )
        invoice.action_post()
        [row] = self.rows("pack", CLOSING)
        self.assertEqual((row["amount"], row["deferred"]), (83.33, 83.33))
        self.use(1, 3)
        self.assertEqual(self.deferred(), D("58.33"))

    def test_another_company_is_not_asked(self):
        self.sell()
        other = self.env["res.company"].create({"name": "Le Phare"})
        self.assertFalse(self.rows("pack", CLOSING, other))

    def test_two_years_closed_one_after_the_other(self):
        self.sell()
        self.use(1, 4)
        before = self.balance("487000", date(2027, 1, 10))
        first, second = date(2027, 1, 31), date(2027, 2, 28)
        self.close(first)
        self.use(30, 3)
        self.close(second)
        found = [self.balance("487000", day) - before for day in (first, date(2027, 2, 27), second, date(2027, 3, 1))]
        self.assertEqual(found, [90, 0, 45, 0])
