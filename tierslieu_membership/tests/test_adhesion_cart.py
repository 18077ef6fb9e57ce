from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.test_money import MoneyCase

from .adhesion_common import AdhesionCase


@tagged("post_install", "-at_install")
class TestAdhesionCart(AdhesionCase, MoneyCase):
    """Bought on the website, at today's price, once."""

    def cart_of(self, product=None, partner=None, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.alice).id,
                "website_id": self.website.id,
                "company_id": self.company.id,
            }
        )
        order._tierslieu_add_adhesion(product or self.civil, **values)
        return order

    def pay_cart(self, order, **values):
        return MoneyCase.pay(self, order, **values)

    def adhesions(self, partner=None):
        return self.Adhesion.search([("partner_id", "=", (partner or self.alice).id)])

    def test_paid_online(self):
        order = self.cart_of()
        self.assertEqual((order.amount_total, order.amount_tax), (20.0, 0.0))
        order._check_cart_is_ready_to_be_paid()
        self.assertFalse(self.adhesions())
        self.pay_cart(order)
        line = self.adhesions()
        self.assertEqual((order.state, line.state), ("sale", "paid"))
        self.assertEqual((line.date_from, line.date_to), (self.day("2027-01-11"), self.day("2027-12-31")))
        move = line.account_invoice_id
        self.assertEqual(move.invoice_line_ids.account_id.code, "756100")
        self.assertFalse(move.line_ids.tax_ids)
        self.assertTrue(self.is_member(self.alice, "2027-06-01"))
        self.assertTrue(line._tierslieu_means())
        self.assertClean()

    def test_the_free_price_is_held_to_its_floor(self):
        for amount in (4.99, 0.0, -5.0):
            with self.assertRaisesRegex(ValidationError, "at least"), self.cr.savepoint():
                self.cart_of(self.open, amount=amount)
        order = self.cart_of(self.open, amount=12.0)
        self.assertEqual(order.amount_total, 12.0)
        line = order.order_line
        with self.assertRaisesRegex(ValidationError, "at least"), self.cr.savepoint():
            line.price_unit = 1.0
        with self.assertRaisesRegex(ValidationError, "at least"), self.cr.savepoint():
            line.discount = 90.0
        with self.assertRaisesRegex(ValidationError, "one at a time"), self.cr.savepoint():
            line.product_uom_qty = 2
        self.pay_cart(order)
        self.assertEqual(self.adhesions().member_price, 12.0)

    def test_what_is_suggested_when_nothing_is_typed(self):
        self.assertEqual(self.cart_of(self.open).amount_total, 10.0)

    def test_today_s_price_never_an_old_one(self):
        order = self.cart_of()
        self.civil.list_price = 25.0
        with self.assertRaisesRegex(ValidationError, "25.00.€ today"), self.cr.savepoint():
            order._check_cart_is_ready_to_be_paid()
        order._tierslieu_drop_lapsed()
        self.assertEqual(order.amount_total, 25.0)
        self.assertRegex(order.shop_warning, "25.00.€ today")
        order._check_cart_is_ready_to_be_paid()
        self.pay_cart(order)
        self.assertEqual(self.adhesions().member_price, 25.0)
        self.civil.list_price = 28.0
        with freeze_time("2027-12-01 10:00:00"):
            renewal = self.cart_of()
            self.assertEqual(renewal.amount_total, 28.0)
            self.pay_cart(renewal)
        self.assertEqual(sorted(self.adhesions().mapped("date_from")), [self.day("2027-01-11"), self.day("2028-01-01")])

    def test_one_in_the_cart(self):
        order = self.cart_of()
        order._tierslieu_add_adhesion(self.rolling)
        order._tierslieu_add_adhesion(self.rolling)
        self.assertEqual(order.order_line.product_id, self.rolling.product_variant_id)
        self.assertEqual(order.order_line.product_uom_qty, 1)
        order._cart_add(product_id=self.rolling.product_variant_id.id, quantity=1)
        self.assertEqual(order.order_line.product_uom_qty, 1)

    def test_not_what_is_not_on_sale(self):
        self.civil.is_published = False
        for product in (self.civil, self.products["desk_day"].product_tmpl_id):
            with self.assertRaisesRegex(UserError, "not on sale"), self.cr.savepoint():
                self.cart_of(product)

    def test_not_what_one_has(self):
        self.paid(date="2027-01-05")
        with self.assertRaisesRegex(UserError, "is a member until"):
            self.cart_of()

    def test_at_the_end_of_the_year_a_second_one_is_not_next_year_s(self):
        with freeze_time("2027-12-20 10:00:00"):
            first, second = self.cart_of(), self.cart_of()
            self.pay_cart(first)
            tx = self.pay_cart(second)
            self.assertEqual(self.adhesions().date_to, self.day("2027-12-31"))
            self.assertTrue(self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)]))
        with freeze_time("2027-12-21 10:00:00"):
            self.pay_cart(self.cart_of())
            self.assertEqual(max(self.adhesions().mapped("date_to")), self.day("2028-12-31"))

    def test_paid_in_two_carts_is_bought_once_and_given_back_once(self):
        first, second = self.cart_of(), self.cart_of()
        self.pay_cart(first)
        with self.assertRaisesRegex(ValidationError, "has joined today"), self.cr.savepoint():
            second._check_cart_is_ready_to_be_paid()
        tx = self.pay_cart(second)
        self.assertEqual(len(self.adhesions()), 1)
        self.assertEqual(second.state, "cancel")
        refunds = self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)])
        self.assertEqual(refunds.mapped("amount"), [20.0])
        self.assertClean()

    def test_with_a_booking_in_the_same_cart(self):
        order = self.cart(self.reserve(self.room, self.at(1, 10)))
        order._tierslieu_add_adhesion(self.civil)
        self.assertEqual(order.amount_total, 28.0)
        self.pay_cart(order)
        self.assertEqual((order.tierslieu_booking_ids.state, self.adhesions().state), ("confirmed", "paid"))
        order.tierslieu_booking_ids.with_user(self.manager).action_cancel()
        self.assertEqual(self.adhesions().state, "paid", "The credit note of the booking leaves the adhesion.")
        self.assertClean()

    def test_the_family_is_made_once_it_is_paid(self):
        order = self.cart_of(self.family, people="Zoé Renaud")
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Zoé Renaud")]))
        self.pay_cart(order)
        self.assertEqual(sorted(self.adhesions().tierslieu_covered_ids.mapped("name")), ["Alice Renaud", "Zoé Renaud"])

    def test_a_refused_payment_makes_no_member(self):
        order = self.cart_of()
        self.pay_cart(order, state="error")
        self.assertFalse(self.adhesions())
        order._check_cart_is_ready_to_be_paid()
        self.pay_cart(order)
        self.assertEqual(self.adhesions().state, "paid")

    def welcome(self, order):
        """Send what the scheduler would, and return the mail that it makes."""
        before = self.env["mail.mail"].search([])
        order._send_order_notification_mail(order._get_confirmation_template(), allow_deferred_sending=False)
        mails = self.env["mail.mail"].search([]) - before
        # Beside what tells a salesperson that the order is theirs.
        return mails.filtered(lambda mail: order.partner_id in mail.recipient_ids)

    def test_the_welcome(self):
        order = self.cart_of(self.family, people="Zoé Renaud")
        self.pay_cart(order)
        mail = self.welcome(order)
        self.assertEqual(len(mail), 1)
        self.assertIn("you are a member", mail.subject)
        for said in ("Zoé Renaud", "December 31, 2027", "Adhésion familiale"):
            self.assertIn(said, mail.body_html)

    def test_a_guest_with_an_account_finds_it_there(self):
        guest = self.env["res.partner"].create({"name": "Alix", "email": self.member.email, "lang": "en_US"})
        order = self.cart_of(partner=guest)
        # The team's order: on the website, the cart goes to the account as it is paid.
        order.website_id = False
        self.pay_cart(order)
        self.assertIn("this link adds the adhesion to it", self.welcome(order).body_html)
        self.assertEqual(order._tierslieu_account(), self.member.partner_id)
        self.assertEqual(order._tierslieu_bought_said(), ["Adhésion de l'année, until December 31, 2027"])
        self.assertEqual(order._tierslieu_page(), "/my/membership")
        order._join_account()
        line = self.adhesions(self.member.partner_id)
        self.assertEqual((line.state, line.tierslieu_covered_ids), ("paid", self.member.partner_id))
        self.assertTrue(self.is_member(self.member.partner_id, "2027-06-01"))
        self.assertFalse(self.is_member(guest, "2027-06-01"))
        self.assertClean()

    def test_a_guest_without_one_gets_it(self):
        guest = self.env["res.partner"].create({"name": "Nour", "email": "nour@lequai.example", "lang": "en_US"})
        order = self.cart_of(partner=guest)
        self.pay_cart(order)
        self.assertIn("Choose my password", self.welcome(order).body_html)
        self.assertEqual(guest.user_ids.login, "nour@lequai.example")
