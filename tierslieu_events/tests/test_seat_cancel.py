from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import EventCase, put_in


class SeatCancelCase(EventCase):
    """Seats of which half of the price stays due two days before, and all of it two hours before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["tierslieu.cancellation.policy"].create(
            {
                "name": "Billets", "back": "payment",
                "step_ids": [Command.create({"hours": 48, "fee": 50}), Command.create({"hours": 2, "fee": 100})],
            }
        )
        cls.event.write({"tierslieu_policy_id": cls.policy.id, "seats_max": 20})
        cls.product = cls.full.product_id
        cls.product.taxes_id = cls.taxes[20]
        cls.receivable = cls.alice.property_account_receivable_id.code

    def buy(self, number=1, ticket=None, **options):
        order = self.cart_of(self.alice, ticket or self.full, number, **options)
        self.pay(order)
        return order, order._tierslieu_seats()

    def on_account(self, number=1):
        """Sell seats in the back office, on an invoice that is left open."""
        line = {
            "product_id": self.product.id, "event_id": self.event.id, "event_ticket_id": self.full.id,
            "product_uom_qty": number,
        }
        order = self.env["sale.order"].create({"partner_id": self.alice.id, "order_line": [Command.create(line)]})
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        seats = order._tierslieu_seats()
        seats.action_confirm()
        return order, seats, invoice

    def late(self):
        """Go to where half of the price stays due."""
        return self.later(days=48)

    def sums(self, moves):
        """Return {account: debit less credit} of several moves together."""
        found = {}
        for line in moves.line_ids:
            code = line.account_id.code
            found[code] = round(found.get(code, 0.0) + line.debit - line.credit, 2)
        return found

    def credit_notes(self, order):
        return order.invoice_ids.filtered(lambda move: move.move_type == "out_refund" and move.state == "posted")


@tagged("post_install", "-at_install")
class TestSeatCancel(SeatCancelCase):
    """A seat that is given up: each refund by its own way, once, and books that say so."""

    # -- Ways

    def test_card_in_time(self):
        order, seat = self.buy()
        [said] = seat._tierslieu_cancelling_said()
        self.assertIn("12,00", said)
        self.assertIn("go back to your means of payment", said)
        self.assertEqual(self.left(self.full)[0], 19)
        seat.tierslieu_give_up()
        self.assertEqual((seat.state, seat.tierslieu_fee_percent, self.left(self.full)[0]), ("cancel", 0.0, 20))
        [note] = self.credit_notes(order)
        invoice = order.invoice_ids - note
        income, vat = invoice.invoice_line_ids.account_id.code, invoice.line_ids.filtered("tax_line_id").account_id.code
        self.assertEqual(
            self.entries(note), {self.receivable: (0.0, 12.0), income: (10.0, 0.0), vat: (2.0, 0.0)}
        )
        refund = seat.tierslieu_refund_ids
        self.assertEqual((refund.amount, refund.state, refund.move_id), (12.0, "pending", note))
        self.run_cron("cron_send_refunds")
        self.assertEqual(refund.state, "done")
        self.assertEqual(order.amount_total, 0.0)
        payments = (order.transaction_ids | refund.refund_transaction_id).payment_id
        self.assertEqual(self.sums(order.invoice_ids | payments.move_id)[self.receivable], 0.0)
        self.assertClean()

    def test_card_late(self):
        order, seat = self.buy()
        with self.late():
            self.assertIn("6,00", " ".join(seat._tierslieu_cancelling_said()))
            seat.tierslieu_give_up()
            self.assertEqual((seat.tierslieu_fee_percent, seat.tierslieu_refund_ids.amount), (50.0, 6.0))
            [note] = self.credit_notes(order)
            invoice = order.invoice_ids - note
            income = invoice.invoice_line_ids.account_id.code
            self.assertEqual(set(note.invoice_line_ids.mapped("account_id.code")), {income})
            self.assertEqual(note.amount_total, 6.0)
            self.assertEqual(self.sums(order.invoice_ids)[income], -5.0)
            self.assertEqual((order.amount_total, order.invoice_status), (6.0, "invoiced"))
            self.assertFalse(order._tierslieu_give_back_excess())
        self.assertClean()

    def test_too_late_and_begun(self):
        order, seat = self.buy()
        with self.later(days=49, minutes=-30):
            seat.tierslieu_give_up()
            self.assertFalse(seat.tierslieu_refund_ids | self.env["tierslieu.refund"])
            self.assertFalse(self.credit_notes(order))
            self.assertEqual(order.amount_total, 12.0)
        order, seat = self.buy()
        with self.later(days=49, hours=2), self.assertRaisesRegex(UserError, "begun"):
            seat.tierslieu_give_up()

    def test_twice_is_once_and_never_back(self):
        order, seats = self.buy(2)
        seats[0].tierslieu_give_up()
        with self.assertRaisesRegex(UserError, "already"):
            seats[0].tierslieu_give_up()
        seats[0].write({"state": "cancel"})
        self.assertEqual(sum(seats.tierslieu_refund_ids.mapped("amount")), 12.0)
        with self.assertRaisesRegex(UserError, "settled"), self.cr.savepoint():
            seats[0].action_confirm()
        self.assertEqual((order.amount_total, seats[1].state), (12.0, "open"))
        seats[1].tierslieu_give_up()
        self.assertEqual(sum(seats.tierslieu_refund_ids.mapped("amount")), 24.0)
        self.assertEqual(order.amount_total, 0.0)
        free = self.register(self.event.event_ticket_ids.create(
            {"name": "Gratuit", "event_id": self.event.id, "price": 0, "product_id": self.product.id}
        ))
        free.tierslieu_give_up()
        free.action_confirm()
        self.assertEqual(free.state, "open")
        self.assertClean()

    def test_free_price(self):
        self.full.write({"tierslieu_free_price": True, "tierslieu_floor": 3, "tierslieu_suggested": 6})
        order, seat = self.buy(tierslieu_seat_price=8.5)
        self.assertEqual(order.amount_total, 8.5)
        seat.tierslieu_give_up()
        self.assertEqual(seat.tierslieu_refund_ids.amount, 8.5)
        self.assertClean()

    def test_voucher_is_used_again(self):
        voucher = self.env["tierslieu.event.voucher"].create(
            {"code": "amis", "event_id": self.event.id, "uses": 1, "effect": "price", "price": 5.0}
        )
        order, seat = self.buy(tierslieu_voucher_id=voucher.id)
        self.assertEqual((order.amount_total, seat.tierslieu_voucher_id), (5.0, voucher))
        with self.assertRaisesRegex(UserError, "no seat left"), self.cr.savepoint():
            self.event._tierslieu_have(
                {self.full: (1, None)}, [("Bob", "bob@example.org", "")], self.bob, voucher=voucher,
                order=lambda: self.env["sale.order"].create({"partner_id": self.bob.id, "website_id": self.website.id}),
            )
        seat.tierslieu_give_up()
        self.assertEqual(seat.tierslieu_refund_ids.amount, 5.0)
        self.assertEqual(self.buy(tierslieu_voucher_id=voucher.id)[0].amount_total, 5.0)

    def test_on_account_and_paid_in_cash(self):
        order, seats, invoice = self.on_account(2)
        seats[0].tierslieu_give_up()
        self.assertFalse(seats.tierslieu_refund_ids)
        self.assertEqual((invoice.amount_residual, self.credit_notes(order).amount_residual), (12.0, 0.0))
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {"journal_id": self.bank.id}
        )._create_payments()
        seats[1].tierslieu_give_up()
        refund = seats[1].tierslieu_refund_ids
        self.assertEqual((refund.amount, refund.state), (12.0, "manual"))
        self.assertTrue(refund.activity_id)
        self.assertClean()

    def test_kept_on_account(self):
        self.policy.back = "credit"
        _order, seat = self.buy()
        self.assertIn("stay on your account", " ".join(seat._tierslieu_cancelling_said()))
        seat.tierslieu_give_up()
        self.assertEqual(seat.tierslieu_refund_ids.state, "kept")
        sale = self.env["tierslieu.door.sale"].with_user(self.host).create(
            {
                "event_id": self.event.id, "ticket_id": self.full.id, "partner_id": self.alice.id, "come_in": False,
                "journal": "account",
            }
        )
        sale.action_sell()
        self.assertEqual(sale.sudo().registration_ids.sale_order_id.invoice_ids.amount_residual, 0.0)
        self.assertClean()

    def test_not_invoiced_yet(self):
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "False")
        order, seats = self.buy(2)
        self.assertFalse(order.invoice_ids)
        price = order.order_line.price_unit
        self.full.price = 99.0
        with self.late():
            seats[0].tierslieu_give_up()
            self.assertEqual(order.order_line.filtered("event_ticket_id").price_unit, price)
            self.assertEqual((order.amount_total, seats[0].tierslieu_refund_ids.amount), (18.0, 6.0))
            invoice = order._create_invoices()
            self.assertEqual(invoice.amount_total, 18.0)
            self.assertEqual(len(set(invoice.invoice_line_ids.mapped("account_id"))), 1)

    def test_draft_invoice(self):
        order, seats, invoice = self.on_account(3)
        invoice.button_draft()
        with self.late():
            seats[0].tierslieu_give_up()
            self.assertEqual((invoice.amount_total, order.amount_total), (30.0, 30.0))
            seats[1].tierslieu_give_up()
            seats[2].tierslieu_give_up()
            self.assertEqual((invoice.amount_total, order.amount_total), (18.0, 18.0))
        self.assertFalse(self.credit_notes(order))

    def test_a_tax_on_top_to_the_cent(self):
        on_top = self.taxes[20].copy({"name": "TVA 20 % HT", "price_include_override": "tax_excluded"})
        self.product.taxes_id = on_top
        self.full.price = 8.33
        order, seats, invoice = self.on_account(3)
        whole = invoice.amount_total
        for seat in seats:
            seat.tierslieu_give_up()
        notes = self.credit_notes(order)
        self.assertEqual(round(sum(notes.mapped("amount_total")), 2), whole)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertFalse(any(self.sums(order.invoice_ids).values()))

    def test_paid_in_credits(self):
        tokens = self.env["tierslieu.credit.type"].create({"name": "Carnet"})
        lots = self.env["tierslieu.credit.lot"]
        lot = lots._grant(tokens, self.alice, 4)
        self.full.write({"tierslieu_credit_type_id": tokens.id, "tierslieu_credits": 2})
        self.assertEqual(self.full._tierslieu_credit_offer(self.alice, self.event._tierslieu_date()), 2)
        seats, order = self.event._tierslieu_have(
            {self.full: (2, None)}, [("Alice", "alice@lequai.example", "")], self.alice, in_credits=True
        )
        self.assertFalse(order)
        self.assertEqual((lot.balance, set(seats.mapped("state"))), (0.0, {"open"}))
        with self.assertRaisesRegex(UserError, "not enough credits"), self.cr.savepoint():
            self.event._tierslieu_have(
                {self.full: (1, None)}, [("Alice", "a@lequai.example", "")], self.alice, in_credits=True
            )
        seats[0].tierslieu_give_up()
        self.assertEqual(lot.balance, 2.0)
        with self.late():
            self.assertIn("1 × Carnet", " ".join(seats[1]._tierslieu_cancelling_said()))
            seats[1].tierslieu_give_up()
        self.assertEqual(lot.balance, 3.0)
        self.assertEqual(
            lot.move_ids.sorted("id").mapped("kind"),
            ["grant", "consume", "consume", "return", "return", "return", "fee"],
        )
        self.assertClean()

    # -- Orders and carts

    def test_an_order_that_is_cancelled(self):
        order, seats = self.buy(2)
        with self.late():
            seats[0].tierslieu_give_up()
            order._action_cancel()
            self.assertEqual(set(seats.mapped("state")), {"cancel"})
            refunds = self.env["tierslieu.refund"].search([("transaction_id", "in", order.transaction_ids.ids)])
            self.assertEqual(sum(refunds.mapped("amount")), 24.0)
            self.assertFalse(any(self.sums(order.invoice_ids).values()))
        self.assertClean()

    def test_a_cart_is_left(self):
        order = self.cart_of(self.alice, self.full, 2)
        put_in(order, self.reduced)
        seats = order._tierslieu_seats()
        seats[0].write({"state": "cancel"})
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1.0, 1.0])
        seats[1].write({"state": "cancel"})
        self.assertEqual(order.order_line.event_ticket_id, self.reduced)

    # -- The team

    def test_the_team_gives_back_everything_and_says_why(self):
        _order, seat = self.buy()
        with self.late():
            wizard = self.env["tierslieu.seat.cancel"].with_user(self.host).create(
                {"registration_ids": seat.ids, "decision": "waive", "reason": "x"}
            )
            self.assertIn("6,00", wizard.said)
            with self.assertRaisesRegex(UserError, "Say why"), self.cr.savepoint():
                wizard.action_cancel()
            wizard.reason = "Hospitalisée"
            wizard.action_cancel()
        self.assertEqual((seat.state, seat.tierslieu_refund_ids.amount), ("cancel", 12.0))
        trace = self.env["tierslieu.override"].search([("res_model", "=", seat._name), ("res_id", "=", seat.id)])
        self.assertEqual(trace.reason, "Hospitalisée")
        _order, seat = self.buy()
        with self.late():
            seat.with_user(self.host).action_cancel()
            self.assertEqual(seat.tierslieu_refund_ids.amount, 6.0)

    def test_a_context_waives_nothing(self):
        _order, seat = self.buy()
        with self.late():
            seat.with_user(self.host).with_context(tierslieu_fee_waived=True).action_cancel()
            self.assertEqual(seat.tierslieu_refund_ids.amount, 6.0)
