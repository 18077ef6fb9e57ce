from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.test_money import MoneyCase


@tagged("post_install", "-at_install")
class TestDownPayment(MoneyCase):
    """A down payment on a booking waits on 419100 and is cleared by the final invoice, VAT by rate."""

    def entries(self, moves):
        found = {}
        for line in moves.line_ids:
            found[line.account_id.code] = round(found.get(line.account_id.code, 0) + line.balance, 2)
        return {code: balance for code, balance in found.items() if balance}

    def advance(self, order, **values):
        before = order.invoice_ids
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        ).create(values)
        wizard.create_invoices()
        invoice = order.invoice_ids - before
        invoice.action_post()
        return invoice

    def test_cleared_by_the_final_invoice(self):
        """A room of 40 at 20 % and a desk of 15 at 10 %: 30 % in advance."""
        room = self.reserve(self.room, self.at(3, 9), 9)
        desk = self.reserve(self.desks, self.at(3, 9), 9)
        (room | desk).action_confirm()
        order = (room | desk)._create_order()
        self.assertEqual(order.amount_total, 55.0)
        receivable = self.alice.property_account_receivable_id.code
        vat = self.taxes[20].invoice_repartition_line_ids.account_id.code
        income = self.products["room_day"]._get_product_accounts()["income"].code

        first = self.advance(order, advance_payment_method="percentage", amount=30)
        self.assertEqual(first.amount_total, 16.5)
        # 12.00 at 20 % and 4.50 at 10 %.
        self.assertEqual(self.entries(first), {receivable: 16.5, "419100": -14.09, vat: -2.41})
        self.assertEqual(
            {int(line.tax_line_id.amount): line.balance for line in first.line_ids if line.tax_line_id},
            {20: -2.0, 10: -0.41},
        )
        last = self.advance(order, advance_payment_method="delivered")
        self.assertEqual(last.amount_total, 38.5)
        both = self.entries(first | last)
        self.assertNotIn("419100", both)
        self.assertEqual(both, {receivable: 55.0, income: -46.97, vat: -8.03})
        self.env.invalidate_all()
        self.assertEqual({booking.payment_status for booking in room | desk}, {"to_pay"})

    def test_a_cancelled_order_that_keeps_one_is_found(self):
        def found():
            checks = self.env["tierslieu.books"]._closing_checks(
                self.env.company, self.at(0, 0).date().replace(day=1), self.at(30, 0).date()
            )
            return next(check["count"] for check in checks if check["key"] == "down_payments")

        before = found()
        order = self.env["sale.order"].create(
            {
                "partner_id": self.alice.id,
                "order_line": [(0, 0, {"product_id": self.products["room_day"].id, "price_unit": 40})],
            }
        )
        order.action_confirm()
        self.advance(order, advance_payment_method="percentage", amount=30)
        self.assertEqual(found(), before)
        order._action_cancel()
        self.assertEqual(found(), before + 1)
