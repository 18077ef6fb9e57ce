from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .figures_common import FiguresCase

BOOKS = """
    SELECT COALESCE(SUM(l.credit - l.debit), 0)
      FROM account_move_line l JOIN account_move m ON m.id = l.move_id
     WHERE m.state = 'posted' AND l.company_id = %s AND l.product_id IN %s
       AND l.date BETWEEN %s AND %s
"""


@tagged("post_install", "-at_install")
class TestFiguresMoney(FiguresCase):
    def books(self, first, last):
        """Return what the ledger says of the products of the price grid."""
        self.env.flush_all()
        products = [product.id for product in self.products.values()]
        self.cr.execute(BOOKS, [self.env.company.id, tuple(products), first, last])
        return float(self.cr.fetchone()[0])

    def revenue(self, first, last, *groupby):
        rows = self.figures(
            "revenue", [("place_id", "=", self.place.id), ("date", ">=", first), ("date", "<=", last)],
            groupby, "amount:sum",
        )
        return rows if groupby else rows[0][0] or 0.0

    def live_two_months(self):
        """Book, invoice, move and cancel over December and January; write one line by hand."""
        with freeze_time("2026-12-14 08:00:00"):
            kept = self.reserve(self.room, self.at(-25, 9), 2)
            moved = self.reserve(self.lounge, self.at(-25, 9), 3, partner=self.bruno)
            desk = self.reserve(self.desks, self.at(-25, 9), 9, partner=self.bruno)
            called_off = self.reserve(self.room, self.at(-20, 9), 9)
            bookings = kept | moved | desk | called_off
            bookings.action_confirm()
            bookings.with_user(self.host).action_invoice_each()
            moved.with_user(self.host).action_move(self.at(-25, 9), self.at(-25, 10))
        with freeze_time("2027-01-05 08:00:00"):
            called_off.override_reason = "Panne de chauffage"
            called_off.with_user(self.host).action_cancel()
            self.by_hand = self.env["account.move"].create(
                {
                    "move_type": "out_invoice", "partner_id": self.alice.id,
                    "invoice_date": "2027-01-05",
                    "invoice_line_ids": [
                        Command.create({"product_id": self.products["desk_hour"].id, "quantity": 7,
                                        "price_unit": 3.33})
                    ],
                }
            )
            self.by_hand.action_post()
            self.env["account.move"].create(
                {
                    "move_type": "out_invoice", "partner_id": self.alice.id,
                    "invoice_line_ids": [
                        Command.create({"product_id": self.products["desk_hour"].id, "quantity": 9})
                    ],
                }
            )
        return bookings

    def test_equal_to_the_books(self):
        """Revenue of a month is the ledger's, to the cent: moves, credit notes, lines by hand."""
        bookings = self.live_two_months()
        december, january = ("2026-12-01", "2026-12-31"), ("2027-01-01", "2027-01-31")
        for span in (december, january):
            self.assertTrue(self.books(*span))
            self.assertAlmostEqual(self.revenue(*span), self.books(*span), 2)
        self.assertLess(self.revenue("2027-01-01", "2027-01-04"), 0.001)
        # What was invoiced of each booking, whatever the number of its documents.
        for booking in bookings:
            domain = [("booking_id", "=", booking.id)]
            said = self.figures("revenue", domain, [], "amount:sum")[0][0]
            lines = booking.sale_line_ids.invoice_lines
            self.assertAlmostEqual(said, -sum(lines.mapped("balance")), 2)
        # 16 at 20 %, 8 once moved, a day at 15 with 10 %, 40 that come back in January.
        self.assertAlmostEqual(
            self.revenue(*december), round(16 / 1.2, 2) + round(8 / 1.2, 2)
            + round(15 / 1.1, 2) + round(40 / 1.2, 2), 1,
        )

    def test_by_activity(self):
        self.live_two_months()
        kinds = dict(self.revenue("2026-12-01", "2027-01-31", "kind"))
        self.assertEqual(kinds.keys(), {"meeting", "coworking", False})
        self.assertAlmostEqual(kinds["coworking"], 13.64, 2)
        self.assertAlmostEqual(kinds[False], 21.19, 2)
        self.assertAlmostEqual(sum(kinds.values()), self.books("2026-12-01", "2027-01-31"), 2)

    def test_in_another_currency(self):
        """An order in dollars counts as the ledger of the company has it."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2027-01-01", "rate": 1.25,
             "company_id": self.env.company.id}
        )
        booking = self.reserve(self.room, self.at(0, 9), 2)
        booking.action_confirm()
        self.alice.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": dollar.id}
        )
        booking.with_user(self.host).action_invoice()
        invoice = booking.invoice_ids
        self.assertEqual(invoice.currency_id, dollar)
        said = self.revenue("2027-01-01", "2027-01-31")
        self.assertAlmostEqual(said, self.books("2027-01-01", "2027-01-31"), 2)
        self.assertAlmostEqual(said, 16 / 1.2, 1)

    def test_done_not_invoiced_yet(self):
        """What people had and no invoice carries is told apart, tax excluded, then no more."""
        self.a_booking(self.room, self.at(-7, 9), self.at(-7, 12), amount=24.0)
        self.a_booking(self.room, self.at(-6, 9), self.at(-6, 10), "no_show", amount=8.0)
        self.a_booking(self.room, self.at(1, 9), self.at(1, 10), "confirmed", amount=8.0)
        self.a_booking(self.room, self.at(-5, 9), self.at(-5, 10), "cancelled", amount=8.0)
        # On New Year's Eve in Paris, still December.
        self.a_booking(self.lounge, self.place.to_utc(self.at(-11, 23).replace(hour=22, minute=30)),
                       self.at(-10, 1), amount=8.0)
        self.count()
        month = self.month(2027, 1)
        owed = month._uninvoiced(month.date, month._last_day())
        self.assertEqual(sorted(owed.mapped("amount_total")), [8, 24])
        self.assertAlmostEqual(sum(map(month._untaxed, owed)), 20 + 6.67, 2)
        self.assertRegex(month._sheet()["owed"], r"\b26[.,]67\b")
        self.assertEqual(set(month.action_view_to_invoice()["domain"][0][2]), set(owed.ids))
        self.assertFalse(month._totals([(self.place, month.date)])[self.place, month.date]["revenue"])
        owed.with_user(self.host).action_invoice_each()
        self.env.invalidate_all()
        self.assertFalse(month._sheet()["owed"])
        revenue = month._totals([(self.place, date(2027, 1, 1))])[self.place, date(2027, 1, 1)]["revenue"]
        self.assertAlmostEqual(revenue, 26.67, 2)
