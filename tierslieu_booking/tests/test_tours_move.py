from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .tour_common import ShopTourCase


@tagged("-at_install", "post_install")
class TestMoveTours(ShopTourCase):
    """A member moves a paid booking: dearer, then paid; cheaper, then given back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking = cls.paid_booking()

    @classmethod
    def paid_booking(cls):
        """Return the small lounge from ten to noon, paid on line and invoiced: 16 euros."""
        start = cls.at(cls, 10)
        booking = cls.Booking.reserve(
            cls.room, cls.alix.partner_id, start, start + timedelta(hours=2)
        )
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.alix.partner_id.id,
                "website_id": cls.website.id,
                "company_id": cls.website.company_id.id,
            }
        )
        order._tierslieu_add(booking)
        tx = cls.env["payment.transaction"].create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": cls.env["payment.method"].search(
                    [("code", "=", "demo"), ("active", "in", (True, False))], limit=1
                ).id,
                "reference": f"{order.name}-tour",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [fields.Command.set(order.ids)],
            }
        )
        tx._process("demo", {"reference": tx.reference, "simulated_state": "done"})
        tx._post_process()
        return booking

    def rows(self, state):
        """Return {(space, from, to)} of what this booking occupies in a state."""
        self.env.invalidate_all()
        return {
            (
                next(space for space in (self.room, self.desks) if row.unit_id in space.unit_ids),
                row.start,
                row.stop,
            )
            for row in self.booking.occupancy_ids
            if row.state == state
        }

    def documents(self):
        return [
            (move.move_type.removeprefix("out_"), move.amount_total)
            for move in self.booking.invoice_ids.sorted("id")
            if move.state == "posted"
        ]

    def vat(self):
        taxes = self.booking.invoice_ids.line_ids.filtered("tax_line_id")
        return round(-sum(taxes.mapped("balance")), 2)

    def assertSettled(self):
        """Nobody owes anything: every document is matched with its money."""
        self.assertFalse(any(self.booking.invoice_ids.mapped("amount_residual")))
        receivable = self.booking.invoice_ids.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(set(receivable.mapped("reconciled")), {True})
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])

    def dearer(self):
        old = (self.room, self.at(10), self.at(12))
        new = (self.room, self.at(15), self.at(18))
        self.assertEqual(self.documents(), [("invoice", 16.0)])
        self.start_tour("/my/bookings", "tierslieu_move_dearer", login=self.alix.login)
        self.assertEqual((self.rows("firm"), self.rows("hold")), ({old}, {new}))
        change = self.booking.change_ids
        self.assertEqual((change.state, change.difference), ("pending", 8.0))
        self.start_tour("/my/bookings", "tierslieu_move_pay", login=self.alix.login)
        self.assertEqual((self.rows("firm"), self.rows("hold")), ({new}, set()))
        self.assertIn(old, self.rows("released"))
        self.assertEqual(change.state, "done")
        self.assertEqual((self.booking.state, self.booking.amount_total), ("confirmed", 24.0))
        payment = change.sale_line_ids.order_id.transaction_ids
        self.assertEqual((payment.state, payment.amount), ("done", 8.0))
        self.assertEqual(self.documents(), [("invoice", 16.0), ("invoice", 8.0)])
        self.assertEqual(self.vat(), 4.0)
        self.assertFalse(self.booking.refund_ids)
        self.assertSettled()

    def cheaper(self):
        old = (self.room, self.at(10), self.at(12))
        new = (self.desks, self.at(15), self.at(17))
        self.start_tour("/my/bookings", "tierslieu_move_cheaper", login=self.alix.login)
        self.assertEqual((self.rows("firm"), self.rows("hold")), ({new}, set()))
        self.assertIn(old, self.rows("released"))
        self.assertFalse(self.booking.change_ids)
        self.assertEqual((self.booking.state, self.booking.amount_total), ("confirmed", 6.0))
        self.assertEqual(self.documents(), [("invoice", 16.0), ("refund", 10.0)])
        # 16 at 20 % taken back, 6 at 10 % in its place
        self.assertEqual(self.vat(), 0.55)
        refund = self.booking.refund_ids
        self.assertEqual((refund.state, refund.amount), ("pending", 10.0))
        self.assertEqual(refund.transaction_id.provider_id, self.provider)
        # The scheduler comes by once the time to undo is over.
        refund.sudo().write({"send_from": fields.Datetime.now() - timedelta(minutes=1)})
        self.env.flush_all()
        for _nth in range(2):
            self.env.ref("tierslieu_booking.cron_send_refunds").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(refund.state, "done")
        self.assertEqual(refund.refund_transaction_id.amount, -10.0)
        self.assertSettled()

    def test_dearer_on_a_phone(self):
        self.on_a_phone()
        self.dearer()

    @heavy
    def test_dearer_on_a_desk(self):
        self.on_a_desk()
        self.dearer()

    @heavy
    def test_cheaper_on_a_phone(self):
        self.on_a_phone()
        self.cheaper()

    @heavy
    def test_cheaper_on_a_desk(self):
        self.on_a_desk()
        self.cheaper()
