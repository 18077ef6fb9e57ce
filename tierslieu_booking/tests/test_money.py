from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import NOW, BookingCase, demo_payment


class MoneyCase(BookingCase):
    """Carts and payments without a browser: the demo provider, driven by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        cls.env["ir.config_parameter"].set_param("sale.async_emails", "True")
        cls.provider, cls.method, cls.website = demo_payment(cls.env)
        cls.bank = cls.provider.journal_id

    def cart(self, *bookings):
        order = self.env["sale.order"].create(
            {
                "partner_id": bookings[0].partner_id.id,
                "website_id": self.website.id,
                "company_id": self.env.company.id,
            }
        )
        for booking in bookings:
            order._tierslieu_add(booking)
        return order

    def pay(self, order, state="done", amount=None):
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name}-{len(order.transaction_ids)}",
                "amount": amount or order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [(6, 0, order.ids)],
            }
        )
        tx._process("demo", {"reference": tx.reference, "simulated_state": state})
        tx._post_process()
        return tx

    def entries(self, move):
        """Return {account code: (debit, credit)} of a move."""
        return {
            line.account_id.code: (line.debit, line.credit) for line in move.line_ids
        }


@tagged("post_install", "-at_install")
class TestMoney(MoneyCase):
    def test_one_price_from_page_to_invoice(self):
        room = self.reserve(self.room, self.at(1, 10), 2.5)
        desk = self.reserve(self.desks, self.at(1, 9), 4)
        quoted = [
            space.quote(self.alice, b.start, b.stop)["total"]
            for space, b in ((self.room, room), (self.desks, desk))
        ]
        self.assertEqual(quoted, [20.0, 12.0])
        order = self.cart(room, desk)
        self.assertEqual(order.amount_total, 32.0)
        self.assertEqual(order.cart_quantity, 2)
        order._recompute_cart()
        order._recompute_prices()
        self.assertEqual(order.amount_total, 32.0)
        tx = self.pay(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual((room.state, desk.state), ("confirmed", "confirmed"))
        invoice = tx.invoice_ids
        self.assertEqual(invoice.amount_total, 32.0)
        self.assertEqual(invoice.state, "posted")
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(room.payment_status, "paid")
        taxes = {
            line.tax_line_id: line.credit
            for line in invoice.line_ids.filtered("tax_line_id")
        }
        self.assertEqual(taxes, {self.taxes[20]: 3.33, self.taxes[10]: 1.09})
        self.assertClean()

    def test_accounts_of_invoice_payment_and_credit_note(self):
        booking = self.reserve(self.room, self.at(1, 10), 3)
        order = self.cart(booking)
        tx = self.pay(order)
        invoice = tx.invoice_ids
        income = invoice.invoice_line_ids.account_id.code
        vat = invoice.line_ids.filtered("tax_line_id").account_id.code
        customer = invoice.partner_id.property_account_receivable_id.code
        self.assertTrue(income.startswith("70"))
        self.assertTrue(vat.startswith("445"))
        self.assertTrue(customer.startswith("411"))
        self.assertEqual(
            self.entries(invoice),
            {customer: (24.0, 0.0), income: (0.0, 20.0), vat: (0.0, 4.0)},
        )
        money = self.entries(tx.payment_id.move_id)
        self.assertEqual(money.pop(customer), (0.0, 24.0))
        [(bank, amounts)] = money.items()
        self.assertTrue(bank.startswith("51"))
        self.assertEqual(amounts, (24.0, 0.0))

        booking.action_cancel()
        credit = booking.invoice_ids - invoice
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(
            self.entries(credit),
            {customer: (0.0, 24.0), income: (20.0, 0.0), vat: (4.0, 0.0)},
        )
        refund = booking.refund_ids
        self.assertEqual((refund.state, refund.amount), ("pending", 24.0))
        self.run_cron("cron_send_refunds")
        self.assertEqual(refund.state, "done")
        back = self.entries(refund.refund_transaction_id.payment_id.move_id)
        self.assertEqual(back, {customer: (24.0, 0.0), bank: (0.0, 24.0)})
        self.assertTrue(all(
            line.reconciled
            for line in (invoice | credit | tx.payment_id.move_id
                         | refund.refund_transaction_id.payment_id.move_id).line_ids
            if line.account_id.account_type == "asset_receivable"
        ))
        self.assertEqual(booking.payment_status, "credited")
        self.assertNotEqual(order.invoice_status, "to invoice")
        self.assertClean()

    def test_cancel_twice_refunds_once(self):
        booking = self.reserve(self.room, self.at(1, 10), 3)
        self.pay(self.cart(booking))
        booking.action_cancel()
        booking.action_cancel()
        self.run_cron("cron_send_refunds")
        self.run_cron("cron_send_refunds")
        self.assertEqual(len(booking.refund_ids), 1)
        self.assertEqual(len(booking.invoice_ids), 2)
        children = booking.refund_ids.transaction_id.child_transaction_ids
        self.assertEqual(sum(children.mapped("amount")), -24.0)

    def test_cancel_one_of_two(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        desk = self.reserve(self.desks, self.at(1, 10), 2)
        self.pay(self.cart(room, desk))
        desk.action_cancel()
        credit = desk.invoice_ids.filtered(lambda m: m.move_type == "out_refund")
        self.assertEqual(credit.amount_total, 6.0)
        self.assertEqual(desk.refund_ids.amount, 6.0)
        self.assertEqual(room.state, "confirmed")
        room.action_cancel()
        self.assertEqual(sum((room | desk).refund_ids.mapped("amount")), 22.0)
        self.assertClean()

    def test_cancel_an_unpaid_invoice_of_the_desk(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        booking.action_confirm()
        booking.with_user(self.host).action_invoice()
        self.env.invalidate_all()
        self.assertEqual(booking.payment_status, "to_pay")
        self.assertEqual(booking.invoice_ids.amount_total, 16.0)
        booking.with_user(self.host).action_cancel()
        self.assertFalse(booking.refund_ids)
        self.assertEqual(
            set(booking.invoice_ids.mapped("payment_state")), {"reversed", "paid"}
        )

    def test_an_invoice_says_what_the_order_says(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        booking.action_confirm()
        booking.with_user(self.host).action_invoice()
        line = booking.invoice_ids.invoice_line_ids
        self.assertEqual(line.name, line.sale_line_ids.name)
        self.assertIn("Petit salon", line.name)
        self.assertNotIn(line.product_id.name, line.name)

    def test_the_host_takes_cash_at_the_desk(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        booking.action_confirm()
        till = self.env["tierslieu.collect"].with_user(self.host).create(
            {"booking_ids": [(6, 0, booking.ids)], "journal": str(self.bank.id)}
        )
        self.assertEqual(till.amount, 16.0)
        till.action_collect()
        self.env.invalidate_all()
        self.assertEqual(booking.payment_status, "paid")
        with self.assertRaises(UserError):
            till.action_collect()
        booking.with_user(self.host).action_cancel()
        self.assertEqual(booking.refund_ids.state, "manual")
        self.assertEqual(booking.refund_ids.amount, 16.0)
        self.assertTrue(booking.activity_ids)

    def test_removing_the_line_frees_the_slot(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(booking)
        order._cart_update_line_quantity(order.order_line.id, 0)
        self.assertFalse(order.order_line)
        self.assertEqual(booking.occupancy_ids.state, "released")
        self.assertClean()

    def test_deleting_the_cart_frees_the_slot(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        self.cart(booking).unlink()
        self.assertEqual(self.room.free_count(self.at(1, 10), self.at(1, 12)), 1)
        self.assertClean()

    def test_quantity_and_price_are_not_for_sale(self):
        order = self.cart(self.reserve(self.room, self.at(1, 10), 2))
        line = order.order_line
        result = order._cart_update_line_quantity(line.id, 5)
        self.assertTrue(result["warning"])
        self.assertEqual(line.product_uom_qty, 1)
        salesman = self.host
        salesman.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        for vals in ({"price_unit": 1}, {"discount": 50}, {"product_uom_qty": 3}):
            with self.subTest(vals), self.assertRaises(UserError):
                line.with_user(salesman).write(vals)

    def test_an_article_never_merges_into_a_booking(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(booking)
        product = booking.line_ids.product_id
        self.assertFalse(
            order._cart_find_product_line(product.id, product.uom_id.id)
        )

    def test_a_lapsed_hold_leaves_the_cart_with_a_word(self):
        order = self.cart(self.reserve(self.room, self.at(1, 10), 2))
        with freeze_time(NOW + timedelta(minutes=16)):
            order._verify_cart()
        self.assertFalse(order.order_line)
        self.assertIn("Petit salon", order.shop_warning)

    def test_the_hold_lasts_while_one_pays(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(booking)
        with freeze_time(NOW + timedelta(minutes=14)):
            order._check_cart_is_ready_to_be_paid()
        self.assertEqual(booking.hold_until, NOW + timedelta(minutes=29))
        self.assertEqual(booking.occupancy_ids.hold_until, NOW + timedelta(minutes=29))

    def test_nobody_pays_for_a_lost_slot(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(booking)
        with freeze_time(NOW + timedelta(minutes=20)):
            self.reserve(self.room, self.at(1, 10), 2, partner=self.bruno)
            with self.assertRaises(ValidationError):
                order._check_cart_is_ready_to_be_paid()

    def test_a_late_payment_of_a_free_slot_confirms(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(booking)
        with freeze_time(NOW + timedelta(minutes=20)):
            booking._expire()
            self.pay(order)
        self.assertEqual((booking.state, order.state), ("confirmed", "sale"))
        self.assertClean()

    def test_a_late_payment_of_a_lost_slot_is_given_back_once(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        desk = self.reserve(self.desks, self.at(1, 10), 2)
        order = self.cart(room, desk)
        with freeze_time(NOW + timedelta(minutes=20)):
            self.reserve(self.room, self.at(1, 10), 2, partner=self.bruno)
            tx = self.pay(order)
            tx._post_process()
            self.run_cron("cron_send_refunds")
            self.run_cron("cron_send_refunds")
        self.assertEqual((desk.state, room.state), ("confirmed", "expired"))
        self.assertEqual(order.invoice_ids.amount_total, 6.0)
        self.assertEqual(sum(tx.child_transaction_ids.mapped("amount")), -16.0)
        self.assertClean()

    def test_a_late_payment_with_everything_lost(self):
        room = self.reserve(self.room, self.at(1, 10), 2)
        order = self.cart(room)
        with freeze_time(NOW + timedelta(minutes=20)):
            self.reserve(self.room, self.at(1, 10), 2, partner=self.bruno)
            tx = self.pay(order)
            self.run_cron("cron_send_refunds")
        self.assertEqual(order.state, "cancel")
        self.assertFalse(tx.invoice_ids)
        self.assertEqual(sum(tx.child_transaction_ids.mapped("amount")), -16.0)
        receivable = (tx.payment_id | tx.child_transaction_ids.payment_id).move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertTrue(all(receivable.mapped("reconciled")))

    def test_the_rate_refuses_a_tax_on_top(self):
        tax = self.taxes[20].copy({"price_include_override": "tax_excluded", "name": "HT"})
        product = self.env["product.product"].create(
            {"name": "HT", "type": "service", "taxes_id": [(6, 0, tax.ids)]}
        )
        with self.assertRaises(ValidationError):
            self.env["tierslieu.rate"].create(
                {"space_id": self.room.id, "time_unit": "hour", "product_id": product.id}
            )


@tagged("post_install", "-at_install")
class TestMails(MoneyCase):
    def test_one_confirmation_also_when_mails_do_not_wait(self):
        """Without the scheduler the same mail leaves at once, and only that one."""
        self.env["ir.config_parameter"].set_param("sale.async_emails", "False")
        booking = self.reserve(self.room, self.at(1, 10), 2, partner=self.member.partner_id)
        with self.mock_mails() as mails:
            self.pay(self.cart(booking))
        received = [
            mail.model for mail in mails if booking.partner_id in mail.recipient_ids
        ]
        self.assertEqual(
            [model for model in received if model != "account.move"], ["tierslieu.booking"]
        )

    def paid(self, partner):
        booking = self.reserve(self.room, self.at(1, 10), 2, partner=partner)
        order = self.cart(booking)
        self.pay(order)
        with self.mock_mails() as mails:
            self.env.flush_all()
            self.env.ref("sale.send_pending_emails_cron").method_direct_trigger()
            self.env.invalidate_all()
        return booking, mails

    def mock_mails(self):
        env = self.env

        class Box:
            def __enter__(self):
                self.before = env["mail.mail"].search([])
                self.mails = []
                return self.mails

            def __exit__(self, *exc):
                self.mails.extend(env["mail.mail"].search([]) - self.before)

        return Box()

    def test_a_guest_gets_one_mail_with_calendar_and_account(self):
        guest = self.env["res.partner"].create(
            {"name": "Zoé Petit", "email": "Zoe@Example.com", "lang": "en_US"}
        )
        _booking, mails = self.paid(guest)
        [mail] = mails
        self.assertEqual(mail.attachment_ids.mimetype, "text/calendar")
        self.assertIn(b"DTSTART:20270112T090000Z", mail.attachment_ids.raw)
        self.assertIn("Choose my password", mail.body_html)
        self.assertEqual(guest.user_ids.login, "zoe@example.com")
        self.assertTrue(guest.user_ids._is_portal())

    def test_a_stranger_with_a_members_address_gets_nothing(self):
        stranger = self.env["res.partner"].create(
            {"name": "Mallory", "email": self.member.login, "lang": "en_US"}
        )
        booking, mails = self.paid(stranger)
        [mail] = mails
        self.assertIn("/book/join/", mail.body_html)
        self.assertFalse(stranger.user_ids)
        self.assertNotEqual(booking.partner_id, self.member.partner_id)
        booking._join_account()
        self.assertEqual(booking.partner_id, self.member.partner_id)
        self.assertEqual(booking.sale_order_id.partner_id, self.member.partner_id)

    def test_a_member_is_told_where_to_look(self):
        booking, mails = self.paid(self.member.partner_id)
        self.assertIn("/my/bookings", mails[0].body_html)
        booking.action_cancel()
        cancelled = self.env["mail.mail"].search([("res_id", "=", booking.id)], order="id desc", limit=1)
        self.assertIn("cancelled", cancelled.subject)
        self.assertIn(b"STATUS:CANCELLED", cancelled.attachment_ids.raw)
