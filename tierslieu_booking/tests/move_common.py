from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from .test_money import MoneyCase

CENT = Decimal("0.01")


class MoveCase(MoneyCase):
    """Bookings that move, and what the books say of them afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A kitchen at 10 %, as dear as the room: only the VAT differs.
        cls.products["kitchen_hour"] = cls.env["product.product"].create(
            {
                "name": "Cuisine, l'heure",
                "type": "service",
                "list_price": 8,
                "invoice_policy": "order",
                "taxes_id": [(6, 0, cls.taxes[10].ids)],
                "company_id": cls.env.company.id,
            }
        )
        cls.kitchen = cls.lounge.copy({"name": "Cuisine", "unit_ids": False, "rate_ids": False})
        cls.kitchen.unit_count = 1
        cls.env["tierslieu.rate"].create(
            {
                "space_id": cls.kitchen.id,
                "time_unit": "hour",
                "product_id": cls.products["kitchen_hour"].id,
            }
        )

    def move(self, booking, start, hours, space=None, unit=None):
        """Move as the team does."""
        booking.with_user(self.host).action_move(
            start, start + timedelta(hours=hours), space=space, unit=unit
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def paid(self, hours=2, space=None, partner=None, day=1):
        """Return a booking of ten o'clock, paid on line and invoiced."""
        booking = self.reserve(space or self.room, self.at(day, 10), hours, partner=partner)
        self.pay(self.cart(booking))
        self.env.invalidate_all()
        return booking

    def at_the_desk(self, hours=2, space=None, collect=True):
        """Return a booking of the desk, invoiced, and its payment taken or not."""
        booking = self.reserve(space or self.room, self.at(1, 10), hours)
        booking.action_confirm()
        booking._invoice()
        if collect:
            self.collect(booking)
        self.env.invalidate_all()
        return booking

    def till(self, booking):
        return self.env["tierslieu.collect"].with_user(self.host).create(
            {"booking_ids": [(6, 0, booking.ids)], "journal": str(self.bank.id)}
        )

    def collect(self, booking):
        """Take what is left to pay at the desk; return how much it was."""
        till = self.till(booking)
        amount = till.amount
        till.action_collect()
        self.env.flush_all()
        self.env.invalidate_all()
        return amount

    def documents(self, booking):
        """Return [(type, total)] of the posted documents, as they came."""
        moves = booking.sudo().invoice_ids.filtered(lambda move: move.state == "posted")
        return [
            (move.move_type.removeprefix("out_"), move.amount_total) for move in moves.sorted("id")
        ]

    def balances(self, booking):
        """Return {account code: debit less credit} over all the documents of a booking."""
        sums = defaultdict(Decimal)
        moves = booking.sudo().invoice_ids.filtered(lambda move: move.state == "posted")
        for line in moves.line_ids:
            sums[line.account_id.code] += Decimal(str(line.debit)) - Decimal(str(line.credit))
        return {code: float(amount) for code, amount in sums.items() if amount}

    def vat(self, booking):
        """Return {rate: VAT} charged by all the documents of a booking."""
        sums = defaultdict(Decimal)
        moves = booking.sudo().invoice_ids.filtered(lambda move: move.state == "posted")
        for line in moves.line_ids.filtered("tax_line_id"):
            amount = Decimal(str(line.credit)) - Decimal(str(line.debit))
            sums[int(line.tax_line_id.amount)] += amount
        return {rate: amount for rate, amount in sums.items() if amount}

    def vat_of_price(self, booking):
        """Return {rate: VAT} of an invoice of the price alone."""
        totals = defaultdict(Decimal)
        for line in booking.line_ids:
            totals[int(line.product_id.taxes_id.amount)] += Decimal(str(line.amount))
        return {
            rate: (total * rate / (100 + rate)).quantize(CENT, ROUND_HALF_UP)
            for rate, total in totals.items()
            if total
        }

    def open_amounts(self, booking):
        """Return {type: what is left open} of the documents of a booking."""
        left = defaultdict(float)
        for move in booking.sudo().invoice_ids:
            left[move.move_type.removeprefix("out_")] += move.amount_residual
        return {kind: amount for kind, amount in left.items() if amount}

    def refunded(self, booking):
        """Return [(state, amount)] of what goes back, as it was decided."""
        refunds = booking.sudo().refund_ids.sorted("id")
        return [(refund.state, refund.amount) for refund in refunds]

    def assertBooks(self, booking, price=None):
        """The documents come to the price: in all, by rate of VAT, and for every check."""
        price = booking.amount_total if price is None else price
        signed = [
            amount if kind == "invoice" else -amount for kind, amount in self.documents(booking)
        ]
        self.assertAlmostEqual(sum(signed), price, 2)
        self.assertEqual(self.vat(booking), self.vat_of_price(booking) if price else {})
        lines = booking.sudo().sale_line_ids.filtered(lambda line: line.order_id.state == "sale")
        self.assertAlmostEqual(sum(lines.mapped("price_total")), price, 2)
        self.assertFalse(any(lines.mapped("qty_to_invoice")))
        self.assertClean()
