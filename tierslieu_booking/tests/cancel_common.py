import re
from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from freezegun import freeze_time

from odoo import Command

from .credit_common import create_tickets
from .test_money import MoneyCase

CENT = Decimal("0.01")


class CancelCase(MoneyCase):
    """A place whose room costs half its price the day before, and all of it the last two hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["tierslieu.cancellation.policy"]
        cls.policy = cls.a_policy([(24, 50), (2, 100)])
        cls.room.cancellation_policy_id = cls.policy
        cls.tickets = create_tickets(cls.env, cls.desks)
        cls.lots = cls.env["tierslieu.credit.lot"]

    @classmethod
    def a_policy(cls, steps, back="payment", no_show=100, **values):
        return cls.env["tierslieu.cancellation.policy"].create(
            {
                "name": "A day before",
                "back": back,
                "no_show_fee": no_show,
                "step_ids": [Command.create({"hours": hours, "fee": fee}) for hours, fee in steps],
            }
            | values
        )

    def late(self, booking, hours=3):
        """Return a clock that stands so many hours before a booking begins."""
        return freeze_time(booking.start - timedelta(hours=hours))

    def send_refunds(self, booking):
        """Run what sends refunds, once the day of a booking is over."""
        with self.late(booking, -12):
            self.run_cron("cron_send_refunds")

    def say(self, sentence):
        """Return a sentence with plain blanks, and numbers written one way: “8.00 €”, “0.5 × Ticket”."""
        plain = sentence.replace("\xa0", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        return re.sub(r"€ ?(\d+\.\d\d)", r"\1 €", re.sub(r"(\d),(\d)", r"\1.\2", plain))

    def owner(self, booking):
        """Return a booking as the portal has it for its owner."""
        return booking.with_user(self.member).sudo()

    def paid(self, *bookings):
        """Pay bookings by card: invoiced at once."""
        return self.pay(self.cart(*bookings))

    def billed(self, booking):
        """Invoice a booking at the desk, unpaid."""
        booking.action_confirm()
        booking.with_user(self.host).action_invoice()
        self.env.invalidate_all()

    # -- The books, apart from what the addon says of them

    def documents(self, *bookings):
        return self.env["account.move"].union(*(booking.invoice_ids for booking in bookings)).filtered(
            lambda move: move.state == "posted"
        )

    def charged(self, *bookings):
        """Return {tax rate: (untaxed, VAT)} that all the documents of bookings come to, exact."""
        found = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for line in self.documents(*bookings).line_ids:
            amount = Decimal(str(line.credit)) - Decimal(str(line.debit))
            if line.tax_line_id:
                found[int(line.tax_line_id.amount)][1] += amount
            elif line.display_type == "product":
                found[int(line.tax_ids.amount)][0] += amount
        return {rate: tuple(map(float, pair)) for rate, pair in found.items() if any(pair)}

    def split_vat(self, amount, rate):
        """Return (untaxed, VAT) of an amount, tax included, as the law rounds it."""
        amount = Decimal(str(amount))
        vat = (amount * rate / (100 + rate)).quantize(CENT, ROUND_HALF_UP)
        return float(amount - vat), float(vat)

    def owed(self, partner):
        """Return what a customer owes by the ledger: above zero, they are to pay."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id), ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def moves(self, booking):
        return [(move.kind, move.amount) for move in booking.credit_move_ids.sorted("id")]
