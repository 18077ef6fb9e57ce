from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.cancel_common import CancelCase

FEES = "758100"


@tagged("post_install", "-at_install")
class TestFeeAccount(CancelCase):
    """What stays due of a booking that did not take place: on the account of the service, or on its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.income = cls.products["room_hour"]._get_product_accounts()["income"].code
        cls.vat = cls.taxes[20].invoice_repartition_line_ids.account_id.code

    def books(self, *bookings):
        """Return {account: debit less credit} of all the documents of bookings, receivable left out."""
        found = {}
        for line in self.documents(*bookings).line_ids:
            if line.account_id.account_type != "asset_receivable":
                code = line.account_id.code
                found[code] = round(found.get(code, 0) + line.balance, 2)
        return {code: balance for code, balance in found.items() if balance}

    def apart(self, tax=None):
        self.company.write({"tierslieu_fee_mode": "apart", "tierslieu_fee_tax_id": tax and tax.id})

    def cancelled(self, how, hours=3):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        if how == "card":
            self.paid(booking)
        elif how == "billed":
            self.billed(booking)
        else:
            booking.action_confirm()
        with self.late(booking, hours):
            booking.action_cancel()
        if how == "nothing":
            booking.with_user(self.host).action_invoice()
        self.env.invalidate_all()
        return booking

    def test_by_default_as_the_service(self):
        for how in ("card", "billed", "nothing"):
            with self.subTest(how):
                self.assertEqual(self.books(self.cancelled(how)), {self.income: -6.67, self.vat: -1.33})
        self.assertClean()

    def test_apart_without_vat(self):
        self.apart()
        for how in ("card", "billed", "nothing"):
            with self.subTest(how):
                booking = self.cancelled(how)
                self.assertEqual(self.books(booking), {FEES: -8.0})
                self.assertEqual(booking.amount_owed, 8.0)
                status = "paid" if how == "card" else "to_pay"
                self.assertEqual(booking.payment_status, status)
                if how == "card":
                    self.assertEqual(booking.refund_ids.amount, 8.0)
                    self.send_refunds(booking)
        self.assertEqual(self.owed(self.alice), 16.0)
        self.assertClean()

    def test_apart_with_vat(self):
        self.apart(self.taxes[10])
        booking = self.cancelled("card")
        self.assertEqual(self.books(booking)[FEES], -7.27)
        self.assertEqual(self.charged(booking), {10: (7.27, 0.73)})
        self.assertClean()

    def test_the_whole_price_goes_to_the_account_of_fees_too(self):
        self.apart()
        for how in ("card", "billed", "nothing"):
            with self.subTest(how):
                booking = self.cancelled(how, hours=1)
                self.assertEqual((booking.fee_amount, self.books(booking)), (16.0, {FEES: -16.0}))
                self.assertFalse(booking.refund_ids)
        self.assertClean()

    def no_show(self, percent):
        self.room.cancellation_policy_id = self.a_policy([(24, 50)], no_show=percent)
        booking = self.reserve(self.room, self.at(1, 10), 2)
        self.paid(booking)
        with self.late(booking, -0.5):
            booking.with_user(self.host).action_no_show()
        return booking

    def test_nobody_came(self):
        self.apart()
        for percent, kept in ((50, 8.0), (100, 16.0)):
            with self.subTest(percent):
                booking = self.no_show(percent)
                self.assertEqual(self.books(booking), {FEES: -kept})
                [line] = booking._current_order_lines().filtered("product_uom_qty")
                self.assertEqual(line.product_id, self.company.tierslieu_no_show_fee_product_id)
                with freeze_time(booking.start.replace(minute=33)):
                    booking.with_user(self.host).action_step_back()
                self.assertEqual(self.books(booking), {self.income: -13.33, self.vat: -2.67})
                self.assertEqual(booking.payment_status, "paid")
                self.assertClean()
                booking.with_user(self.host).action_cancel(waive="Une autre histoire")

    def test_the_team_gives_it_back(self):
        self.apart()
        booking = self.cancelled("card")
        booking.with_user(self.host).action_waive_fee("Malade")
        self.assertEqual(self.books(booking), {})
        self.assertEqual(sum(booking.refund_ids.mapped("amount")), 16.0)
        self.assertClean()

    def test_what_is_in_time_is_no_fee(self):
        self.apart()
        booking = self.cancelled("card", hours=48)
        self.assertEqual(self.books(booking), {})
        self.assertFalse(self.company.tierslieu_cancel_fee_product_id)

    def test_the_article_follows_the_settings(self):
        self.apart()
        product = self.company._tierslieu_fee_product("cancelled")
        self.assertEqual(product.with_company(self.company).property_account_income_id.code, FEES)
        self.apart(self.taxes[20])
        self.assertEqual(self.company._tierslieu_fee_product("cancelled"), product)
        self.assertEqual(product.taxes_id, self.taxes[20])
        self.assertNotEqual(self.company._tierslieu_fee_product("no_show"), product)
