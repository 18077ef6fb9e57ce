from itertools import product as every

from odoo.tests import tagged

from .fare_common import FareCase


@tagged("post_install", "-at_install")
class TestSeatFares(FareCase):
    """What a seat costs: the same on the page, in the cart, at the door and on the invoice, whatever is set in Odoo."""

    def test_the_fare_shown_is_the_fare_charged(self):
        """With and without Odoo's Discounts, a pricelist on the order, a price on the product."""
        lists = {
            "none": None, "plain": self.a_list("Usuel"),
            "less": self.a_list("Moins 10 %", compute_price="percentage", percent_price=10.0),
        }
        for shown, price, key in every((False, True), (0.0, 30.0), lists):
            with self.subTest(discounts=shown, product=price, pricelist=key):
                self.show_discounts(shown)
                self.product.list_price = price
                self.assertEqual(self.on_the_page(self.alice), 6.0)
                order = self.order_of(self.alice, number=3, pricelist=lists[key])
                line = order.order_line
                self.assertEqual((line.price_unit, line.discount, order.amount_total), (6.0, 0.0, 18.0))
                self.assertFalse(line.pricelist_item_id)
                other = self.order_of(self.bob, pricelist=lists[key]).order_line
                usual = 10.8 if key == "less" else 12.0
                self.assertEqual((other.price_unit, other.discount, other.price_total), (usual, 0.0, usual))

    def test_the_door_asks_what_the_page_says(self):
        for shown in (False, True):
            self.show_discounts(shown)
            for partner, price in ((self.alice, 6.0), (self.bob, 12.0), (None, 12.0)):
                with self.subTest(discounts=shown, partner=partner):
                    self.assertEqual(self.on_the_page(partner or self.env["res.partner"]), price)
                    sale = self.at_the_door(partner, number=2)
                    self.assertEqual(sale.amount, 2 * price)
                    sale.action_sell()
                    invoice = sale.sudo().registration_ids.sale_order_id.invoice_ids
                    self.assertEqual((invoice.amount_total, invoice.amount_residual), (2 * price, 0.0))
        self.assertClean()

    def test_the_door_knows_an_address(self):
        """Who is known by the e-mail address that is typed has their fare before they pay, not after."""
        self.assertEqual(self.at_the_door(email=self.alice.email).amount, 6.0)
        self.assertEqual(self.at_the_door(email="somebody@example.org").amount, 12.0)

    def test_paid_to_the_cent(self):
        """A third off 12 € is 8 € a seat, thirteen times."""
        self.half.item_ids.percent_price = 33.33
        self.show_discounts()
        self.assertEqual(self.on_the_page(self.alice), 8.0)
        order = self.order_of(self.alice, number=13)
        self.assertEqual((order.order_line.price_unit, order.amount_total), (8.0, 104.0))
        self.pay(order)
        self.assertEqual(order.invoice_ids.amount_total, 104.0)
        self.assertClean()

    def test_a_voucher_comes_after_the_fare(self):
        vouchers = self.env["tierslieu.event.voucher"]
        five = vouchers.create(
            {"code": "CINQ", "event_id": self.event.id, "uses": 50, "effect": "price", "price": 5.0}
        )
        most = vouchers.create(
            {"code": "TIERS", "event_id": self.event.id, "uses": 50, "effect": "percent", "percent": 33.33}
        )
        usual = self.a_list("Moins 10 %", compute_price="percentage", percent_price=10.0)
        for shown, price, pricelist in every((False, True), (0.0, 30.0), (None, usual)):
            self.show_discounts(shown)
            self.product.list_price = price
            for voucher, partner, wanted in (
                (five, self.alice, 5.0), (most, self.alice, 4.0), (five, self.bob, 5.0),
                (most, self.bob, 7.2 if pricelist else 8.0),
            ):
                with self.subTest(discounts=shown, product=price, pricelist=pricelist, voucher=voucher.code):
                    order = self.order_of(partner, number=2, pricelist=pricelist, tierslieu_voucher_id=voucher.id)
                    self.assertEqual((order.order_line.discount, order.amount_total), (0.0, 2 * wanted))
                    if partner == self.alice or not pricelist:
                        self.assertEqual(self.on_the_page(partner, voucher=voucher), wanted)

    def test_prices_that_no_fare_changes(self):
        """Set so, made for some already, or chosen by each: fares, pricelists and Discounts leave them alone."""
        less = self.a_list("Moins 10 %", compute_price="percentage", percent_price=10.0)
        for shown, values in every(
            (False, True), ({"tierslieu_own_price": True}, {"tierslieu_profile_ids": self.student.ids})
        ):
            with self.subTest(discounts=shown, values=values):
                self.show_discounts(shown)
                self.reduced.write({"tierslieu_own_price": False, "tierslieu_profile_ids": False})
                self.assertEqual(self.on_the_page(self.alice, self.reduced), 3.0)
                self.reduced.write(values)
                self.assertEqual(self.on_the_page(self.alice, self.reduced), 6.0)
                for pricelist in (None, less):
                    line = self.order_of(self.alice, self.reduced, pricelist=pricelist).order_line
                    self.assertEqual((line.price_unit, line.discount, line.price_total), (6.0, 0.0, 6.0))
                self.assertEqual(self.at_the_door(self.alice, self.reduced).amount, 6.0)
        self.full.write({"tierslieu_free_price": True, "tierslieu_suggested": 8.0})
        line = self.order_of(self.alice, pricelist=less, tierslieu_seat_price=7.5).order_line
        self.assertEqual((line.price_unit, line.discount, line.price_total), (7.5, 0.0, 7.5))
        self.assertEqual(self.at_the_door(self.alice, chosen=9.0).amount, 9.0)

    def test_a_fixed_price_of_no_fare_is_a_share_as_in_odoo(self):
        usual = self.a_list("Huit euros", compute_price="fixed", fixed_price=8.0)
        for listed, wanted in ((32.0, [3.0, 1.5]), (4.0, [24.0, 12.0]), (0.0, [12.0, 6.0])):
            self.product.list_price = listed
            self.env.invalidate_all()
            orders = [self.order_of(self.bob, ticket, pricelist=usual) for ticket in (self.full, self.reduced)]
            self.assertEqual([order.amount_total for order in orders], wanted)
            seen = (self.full | self.reduced).with_context(pricelist=usual.id)
            self.assertEqual(seen.mapped("price_reduce"), wanted)

    def test_what_members_have_first_is_everybody_s(self):
        self.full.tierslieu_public = "members"
        self.assertEqual(self.on_the_page(self.alice), 12.0)
        self.full.write({"tierslieu_public": "members_first", "tierslieu_members_until": self.event.date_begin})
        self.assertEqual(self.on_the_page(self.alice), 6.0)

    def test_odoo_s_own_pages_say_the_same(self):
        """Whatever the product costs, the price that they show is that of the ticket by the pricelist."""
        for price in (0.0, 30.0):
            self.product.list_price = price
            self.env.invalidate_all()
            seen = (self.full | self.reduced).with_context(pricelist=self.half.id)
            self.assertEqual(seen.mapped("price_reduce"), [6.0, 3.0])
            self.assertEqual(seen.mapped("price_reduce_taxinc"), [6.0, 3.0])
        self.full.tierslieu_own_price = True
        seen = self.full.with_context(pricelist=self.half.id)
        self.assertEqual((seen.price_reduce, self.full.price_reduce), (12.0, 12.0))

    # -- Rules

    def test_what_each_rule_makes_of_a_ticket(self):
        self.product.write({"list_price": 30.0, "standard_price": 2.0})
        chained = {"compute_price": "formula", "base": "pricelist", "base_pricelist_id": self.half.id}
        for rule, full, reduced in (
            ({"compute_price": "fixed", "fixed_price": 8.0}, 8.0, 6.0),
            ({"compute_price": "fixed", "fixed_price": 0.0}, 0.0, 0.0),
            ({"compute_price": "formula", "base": "list_price", "price_discount": 25.0}, 9.0, 4.5),
            ({"compute_price": "formula", "base": "list_price", "price_discount": -20.0}, 14.4, 7.2),
            ({"compute_price": "formula", "base": "list_price", "price_surcharge": -8.0}, 4.0, 0.0),
            ({"compute_price": "formula", "base": "standard_price", "price_markup": 20.0}, 12.0, 6.0),
            (chained | {"price_discount": 50.0}, 3.0, 1.5),
            (chained | {"price_surcharge": 1.0}, 7.0, 4.0),
            ({"compute_price": "percentage", "percent_price": 50.0, "min_quantity": 2}, 12.0, 6.0),
            ({"compute_price": "percentage", "percent_price": 100.0}, 0.0, 0.0),
            ({"compute_price": "percentage", "percent_price": 50.0, "date_end": "2020-01-01"}, 12.0, 6.0),
        ):
            with self.subTest(rule=rule):
                self.student.pricelist_id = self.a_list("Règle", **rule)
                shown = [self.on_the_page(self.alice, ticket) for ticket in (self.full, self.reduced)]
                self.assertEqual(shown, [full, reduced])
                self.assertEqual(self.at_the_door(self.alice).amount, full)
                self.assertEqual(self.order_of(self.alice).amount_total, full)

    def test_a_fare_that_makes_it_free(self):
        self.half.item_ids.percent_price = 100.0
        seats, order = self.event._tierslieu_have(
            {self.full: (2, None)}, [("Alice", "alice@lequai.example", "")], self.alice
        )
        self.assertFalse(order)
        self.assertEqual(set(seats.mapped("state")), {"open"})

    def test_a_fare_in_another_currency(self):
        """Two dollars for one euro: percents are percents, eight dollars are four euros."""
        dollars = self.env.ref("base.USD")
        self.assertNotEqual(dollars, self.env.company.currency_id)
        dollars.active = True
        dollars.rate_ids.unlink()
        self.env["res.currency.rate"].create({"name": "2020-01-01", "currency_id": dollars.id, "rate": 2.0})
        theirs = self.a_list("Dollars", compute_price="percentage", percent_price=50.0)
        theirs.currency_id = dollars
        self.student.pricelist_id = theirs
        self.assertEqual((self.on_the_page(self.alice), self.order_of(self.alice).amount_total), (6.0, 6.0))
        theirs.item_ids.write({"compute_price": "fixed", "fixed_price": 8.0})
        self.assertEqual((self.on_the_page(self.alice), self.order_of(self.alice).amount_total), (4.0, 4.0))
        order = self.order_of(self.bob, pricelist=self.a_list("Dollars").copy({"currency_id": dollars.id}))
        self.assertEqual((order.currency_id, order.amount_total), (dollars, 24.0))
