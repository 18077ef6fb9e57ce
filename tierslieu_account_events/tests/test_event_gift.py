from odoo.tests import tagged

from odoo.addons.tierslieu_events.tests.test_seat_cancel import SeatCancelCase

GIFTS = "754100"


@tagged("post_install", "-at_install")
class TestEventGift(SeatCancelCase):
    """A free price from 3 on, of which what is above is a gift: VAT on the price, none on the gift."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.full.write(
            {
                "tierslieu_free_price": True, "tierslieu_floor": 3, "tierslieu_suggested": 6,
                "tierslieu_gift_above": True,
            }
        )
        cls.income = cls.product._get_product_accounts()["income"].code
        cls.vat = cls.taxes[20].invoice_repartition_line_ids.account_id.code

    def accounts(self, moves):
        found = self.sums(moves)
        found.pop(self.receivable)
        return {code: balance for code, balance in found.items() if balance}

    def test_price_and_gift_are_parted(self):
        order, _seats = self.buy(2, tierslieu_seat_price=8.5)
        invoice = order.invoice_ids
        self.assertEqual((order.amount_total, invoice.amount_total), (17.0, 17.0))
        self.assertEqual(self.accounts(invoice), {self.income: -5.0, self.vat: -1.0, GIFTS: -11.0})
        self.assertEqual(order.order_line.qty_invoiced, 2)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertClean()

    def test_given_up_both_go_back(self):
        order, seat = self.buy(tierslieu_seat_price=8.5)
        seat.tierslieu_give_up()
        self.assertEqual(seat.tierslieu_refund_ids.amount, 8.5)
        [note] = self.credit_notes(order)
        self.assertEqual(note.amount_total, 8.5)
        self.assertEqual(self.accounts(order.invoice_ids), {})
        self.assertEqual(order.order_line.qty_invoiced, 0)
        self.assertClean()

    def test_one_of_two_given_up(self):
        order, seats = self.buy(2, tierslieu_seat_price=10)
        seats[0].tierslieu_give_up()
        self.assertEqual(self.accounts(order.invoice_ids), {self.income: -2.5, self.vat: -0.5, GIFTS: -7.0})
        self.assertEqual(order.order_line[:1].qty_invoiced, 1)
        self.assertClean()

    def test_all_of_it_is_a_gift(self):
        self.full.tierslieu_floor = 0
        order, seat = self.buy(tierslieu_seat_price=5)
        self.assertEqual(self.accounts(order.invoice_ids), {GIFTS: -5.0})
        self.assertFalse(order.invoice_ids.amount_tax)
        self.assertEqual(order.order_line.qty_invoiced, 1)
        seat.tierslieu_give_up()
        self.assertEqual(self.accounts(order.invoice_ids), {})
        self.assertClean()

    def test_the_least_is_no_gift(self):
        order, _seat = self.buy(tierslieu_seat_price=3)
        self.assertEqual(self.accounts(order.invoice_ids), {self.income: -2.5, self.vat: -0.5})

    def test_where_the_ticket_does_not_say_so_it_is_all_price(self):
        self.full.tierslieu_gift_above = False
        order, _seat = self.buy(tierslieu_seat_price=9)
        self.assertEqual(self.accounts(order.invoice_ids), {self.income: -7.5, self.vat: -1.5})

    def test_another_account(self):
        self.env.company.tierslieu_gift_account_id = self.env["account.account"].create(
            {"code": "754199", "name": "Dons", "account_type": "income_other"}
        )
        order, _seat = self.buy(tierslieu_seat_price=4)
        self.assertEqual(self.accounts(order.invoice_ids), {self.income: -2.5, self.vat: -0.5, "754199": -1.0})
