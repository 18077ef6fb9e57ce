from odoo.exceptions import UserError
from odoo.tests import tagged

from .credit_common import CreditCase


@tagged("-at_install", "post_install")
class TestCreditPacks(CreditCase):
    """Credits follow the order or the invoice of their pack, whatever becomes of it."""

    def order(self, quantity=1):
        order = self.env["sale.order"].create(
            {"partner_id": self.alice.id,
             "order_line": [(0, 0, {"product_id": self.pack.id, "product_uom_qty": quantity})]}
        )
        order.action_confirm()
        return order, order.order_line.tierslieu_lot_ids

    def invoice(self, quantity=1):
        invoice = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.alice.id,
             "invoice_line_ids": [(0, 0, {"product_id": self.pack.id, "quantity": quantity, "price_unit": 100})]}
        )
        invoice.action_post()
        return invoice, invoice.invoice_line_ids.tierslieu_lot_ids

    def note(self, invoice, quantity=1, price=100):
        note = invoice._reverse_moves()
        note.invoice_line_ids.write({"quantity": quantity, "price_unit": price})
        note.action_post()
        return note

    def use(self, hours):
        """Use half a ticket an hour, from today on, and return the booking."""
        return self.book(9, 9 + hours)

    def assertUsed(self, method, *args):
        with self.assertRaisesRegex(UserError, "not so many credits left"), self.cr.savepoint():
            method(*args)
        self.env.invalidate_all()

    # -- Orders

    def test_order_cancelled_and_confirmed_again(self):
        order, lot = self.order()
        order._action_cancel()
        self.assertEqual(self.balances(lot), [0.0])
        order.action_draft()
        order.action_confirm()
        self.assertEqual(sum(self.balances(*order.order_line.tierslieu_lot_ids)), 10.0)
        order._action_cancel()
        self.assertEqual(sum(self.balances(*order.order_line.tierslieu_lot_ids)), 0.0)

    def test_order_of_credits_that_expired(self):
        """What nobody can use any more does not stand in the way of cancelling its order."""
        order, lot = self.order()
        lot._expire()
        order._action_cancel()
        self.assertEqual(self.balances(lot), [0.0])
        order.action_draft()
        order.action_confirm()
        self.assertEqual(sum(self.balances(*order.order_line.tierslieu_lot_ids)), 10.0)

    def test_one_pack_more_and_one_less(self):
        order, _lot = self.order()
        order.order_line.product_uom_qty = 3
        lots = order.order_line.tierslieu_lot_ids
        self.assertEqual(sum(self.balances(*lots)), 30.0)
        order.order_line.product_uom_qty = 1
        self.assertEqual(sum(self.balances(*lots)), 10.0)
        self.use(2)
        self.assertUsed(order.order_line.write, {"product_uom_qty": 0})
        self.assertEqual(order.order_line.product_uom_qty, 1)

    def test_pack_added_to_a_confirmed_order(self):
        order, lot = self.order()
        line = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.pack.id, "product_uom_qty": 1}
        )
        self.assertEqual(self.balances(lot, line.tierslieu_lot_ids), [10.0, 10.0])

    def test_credit_note_back_to_draft_then_order_cancelled(self):
        order, lot = self.order()
        invoice = order._create_invoices()
        invoice.action_post()
        note = self.note(invoice, quantity=0.5)
        self.assertEqual(self.balances(lot), [5.0])
        note.button_draft()
        self.assertEqual(self.balances(lot), [10.0])
        note.unlink()
        order._action_cancel()
        self.assertEqual(self.balances(lot), [0.0])

    def test_order_credited_then_invoiced_again(self):
        """A corrected invoice of an order brings the credits back that its credit note took."""
        order, lot = self.order()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(self.balances(lot), [10.0])
        note = self.note(invoice)
        self.assertEqual(self.balances(lot), [0.0])
        again = order._create_invoices()
        again.action_post()
        self.assertEqual(self.balances(lot), [10.0])
        again.button_draft()
        self.assertEqual(self.balances(lot), [0.0])
        note.button_draft()
        self.assertEqual(self.balances(lot), [10.0])

    # -- Invoices

    def test_invoice_back_to_draft_after_use(self):
        """What was used stays used: posting again gives back what draft took, not a pack more."""
        invoice, lot = self.invoice()
        self.use(4)
        invoice.button_draft()
        self.assertEqual(self.balances(lot), [0.0])
        self.assertEqual(self.book(14, 16).amount_total, 6.0)
        invoice.action_post()
        self.assertEqual(self.balances(lot), [8.0])
        self.assertEqual(invoice.invoice_line_ids.tierslieu_lot_ids, lot)

    def test_invoice_back_to_draft_for_fewer(self):
        invoice, lot = self.invoice(2)
        self.use(4)
        invoice.button_draft()
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        self.assertEqual(self.balances(lot), [8.0])
        invoice.button_draft()
        invoice.invoice_line_ids.quantity = 0.1
        self.assertUsed(invoice.action_post)

    def test_invoice_back_to_draft_for_someone_else(self):
        invoice, lot = self.invoice()
        invoice.button_draft()
        invoice.partner_id = self.bruno
        invoice.action_post()
        other = invoice.invoice_line_ids.tierslieu_lot_ids - lot
        self.assertEqual((other.partner_id, self.balances(lot, other)), (self.bruno, [0.0, 10.0]))

    def test_invoice_of_one_of_an_organisation(self):
        """The pack is whose name is on the invoice, not the organisation's."""
        self.alice.parent_id = self.env["res.partner"].create({"name": "Fanal", "is_company": True})
        _invoice, lot = self.invoice()
        self.assertEqual(lot.partner_id, self.alice)

    def test_credit_note_posted_twice(self):
        """Draft gives back what posting took, as often as it is done."""
        invoice, lot = self.invoice()
        note = self.note(invoice)
        for _nth in range(3):
            self.assertEqual(self.balances(lot), [0.0])
            note.button_draft()
            self.assertEqual(self.balances(lot), [10.0])
            note.action_post()
        self.assertEqual(self.balances(lot), [0.0])

    def test_credit_note_of_a_part(self):
        """Credits go back with their money, however the part was written."""
        for quantity, price, left in ((0.5, 100, 5.0), (1, 50, 5.0), (1, 10, 9.0), (0.1, 100, 9.0)):
            with self.subTest(quantity=quantity, price=price):
                invoice, lot = self.invoice()
                self.note(invoice, quantity, price)
                self.assertEqual(self.balances(lot), [left])

    def test_credit_note_of_what_was_used(self):
        invoice, lot = self.invoice()
        self.use(4)
        note = invoice._reverse_moves()
        with self.assertRaisesRegex(UserError, "not so many credits left on .*: 8"), self.cr.savepoint():
            note.action_post()
        self.env.invalidate_all()
        self.assertEqual(self.balances(lot), [8.0])
        self.note(invoice, quantity=0.8)
        self.assertEqual(self.balances(lot), [0.0])
