import random
from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import FULL

from .test_money import MoneyCase

CASES = 200 if FULL else 10
# What grows with each invoice and payment.
COUNTED = ("account_move", "account_move_line", "account_payment", "account_partial_reconcile")


@tagged("post_install", "-at_install")
class TestWholePrice(MoneyCase):
    """The price shown is the price held, ordered and invoiced, whoever logs in meanwhile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            name: cls.env["res.partner"].create(
                {
                    "name": name,
                    "email": f"{name}@lequai.example",
                    "tierslieu_profile_id": cls._profile(name, percent).id,
                }
            )
            for name, percent in (("plein", 0), ("reduit", 25), ("solidaire", 33.3))
        }
        for space, prices in ((cls.room, (25, 32)), (cls.desks, (10, 13))):
            for unit, price in zip(("half_day", "evening"), prices, strict=True):
                cls._rate(space, unit, price)
            cls._rate(space, "week", price * 5)
        cls.place.day_part_ids = [
            Command.create({"code": "evening", "hour_from": 18, "hour_to": 22})
        ]

    @classmethod
    def _profile(cls, name, percent):
        """Create a fare whose price list takes a share off, and more from four hours on."""
        pricelist = cls.env["product.pricelist"].create(
            {
                "name": name,
                "item_ids": [
                    Command.create(
                        {"compute_price": "percentage", "percent_price": percent,
                         "applied_on": "3_global"}
                    ),
                    Command.create(
                        {"compute_price": "percentage", "percent_price": percent + 10,
                         "applied_on": "0_product_variant", "min_quantity": 3,
                         "product_id": cls.products["room_hour"].id}
                    ),
                ],
            }
        )
        return cls.env["tierslieu.profile"].create(
            {"name": name, "pricelist_id": pricelist.id, "company_id": cls.env.company.id}
        )

    @classmethod
    def _rate(cls, space, unit, price):
        like = cls.products["room_hour" if space == cls.room else "desk_hour"]
        product = cls.env["product.product"].create(
            {"name": f"{space.name}, {unit}", "list_price": price, "type": "service",
             "invoice_policy": "order", "taxes_id": [Command.set(like.taxes_id.ids)]}
        )
        cls.env["tierslieu.rate"].create(
            {"space_id": space.id, "time_unit": unit, "product_id": product.id}
        )

    def test_bookings_of_three_fares_and_two_taxes(self):
        """Alone in a cart or up to four together: each keeps its price, and the cart is their sum."""
        dice = random.Random(3)
        self.units, self.logged_in, done, carts = set(), 0, 0, 0
        while done < CASES:
            if carts % 10 == 0:
                # One transaction: nobody else counts these rows for the planner.
                self.env.cr.execute(f"ANALYZE {', '.join(COUNTED)}")
            partner = dice.choice(list(self.people.values()))
            held = [self.some_booking(dice, partner) for _nth in range(min(dice.randint(1, 4), CASES - done))]
            with self.subTest(done, units=[line["time_unit"] for _b, quote in held for line in quote["lines"]]):
                self.follow(dice, carts, held)
            done, carts = done + len(held), carts + 1
        self.assertEqual(self.units, {"hour", "half_day", "day", "evening", "week"})
        self.assertGreater(self.logged_in, CASES // 10)
        self.assertClean()

    def some_booking(self, dice, partner):
        """Hold a slot that can be had; return (booking, quote)."""
        while True:
            space = dice.choice((self.room, self.desks, self.desks))
            start = self.at(dice.randint(1, 60), dice.randint(9, 21), dice.choice((0, 30)))
            stop = start + timedelta(minutes=30 * dice.randint(1, 30))
            if dice.random() < 0.15:
                stop = start + timedelta(days=dice.randint(1, 6))
            quote = space.quote(partner, start, stop)
            if quote["errors"] or not space.free_count(start, stop):
                continue
            booking = self.Booking.reserve(space, partner, start, stop)
            self.assertEqual(booking.amount_total, quote["total"])
            self.assertEqual(booking.profile_id, partner.tierslieu_profile_on(start.date()))
            self.units |= {line["time_unit"] for line in quote["lines"]}
            return booking, quote

    def follow(self, dice, nth, held):
        """Take bookings through cart, order and invoice, and compare each with its quote."""
        order = self.cart(*(booking for booking, _quote in held))
        if dice.random() < 0.5:
            # Someone else logs in: what was shown stays.
            self.logged_in += 1
            order.partner_id = dice.choice(list(self.people.values()))
        self.assertAlmostEqual(
            sum(line._get_cart_display_price() for line in order.order_line),
            sum(quote["total"] for _booking, quote in held),
        )
        order._recompute_cart()
        order._recompute_prices()
        if nth % 8:
            order.action_confirm()
            invoice = order._create_invoices()
            invoice.action_post()
        else:
            invoice = self.pay(order).invoice_ids
        self.assertEqual((order.state, invoice.state), ("sale", "posted"))
        for booking, quote in held:
            lines = booking.sale_line_ids
            # Prices of lines, tax included: of the cents that VAT is rounded to, Odoo gives some to another line.
            self.assertAlmostEqual(sum(lines.mapped("tierslieu_amount")), quote["total"])
            billed = sum(line.price_unit * line.quantity for line in lines.invoice_lines)
            self.assertAlmostEqual(billed, quote["total"])
            rate = 20 if booking.space_id == self.room else 10
            self.assertEqual(lines.invoice_lines.tax_ids, self.taxes[rate])
        whole = sum(quote["total"] for _booking, quote in held)
        self.assertAlmostEqual(order.amount_total, whole)
        self.assertAlmostEqual(invoice.amount_total, whole)
