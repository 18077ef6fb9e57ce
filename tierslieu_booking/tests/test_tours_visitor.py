from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import new_test_user, tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .tour_common import ShopTourCase


@tagged("-at_install", "post_install")
class TestVisitorTours(ShopTourCase):
    """From the first page to a paid invoice, on a phone and on a desk."""

    def assertInvoiced(self, booking, amount):
        """The price of the page, the booking, its payment and its invoice are one."""
        order = booking.sale_order_id
        self.assertEqual(order.state, "sale")
        invoice = booking.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        self.assertEqual(invoice.state, "posted")
        payment = order.transaction_ids.filtered(lambda tx: tx.operation != "refund")
        self.assertEqual(
            {booking.amount_total, payment.amount, invoice.amount_total}, {amount}
        )

    def visitor(self):
        self.start_tour("/book", "tierslieu_visitor")
        booking = self.Booking.search([("partner_id.email", "=like", "camille.passage@%")])
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(set(booking.occupancy_ids.mapped("state")), {"firm"})
        self.assertEqual(self.place.to_local(booking.start).hour, 15)
        self.assertFalse(booking.hold_source)
        self.assertInvoiced(booking, 16.0)
        self.assertEqual(booking.payment_status, "paid")

    @heavy
    def test_visitor_pays_at_the_reception(self):
        """Nobody gives a card number: it is firm at once, and the host finds it to collect on its day."""
        self.on_a_phone()
        self.provider.write({"state": "disabled", "is_published": False})
        places = self.env["tierslieu.place"]
        reception = self.env["payment.provider"].with_context(lang="en_US")
        reception._tierslieu_open_reception(self.place.company_id)
        self.start_tour("/book", "tierslieu_visitor_reception")
        booking = self.Booking.search([("partner_id.email", "=like", "camille.passage@%")])
        self.assertEqual((booking.state, booking.payment_status), ("confirmed", "to_invoice"))
        self.assertEqual(set(booking.occupancy_ids.mapped("state")), {"firm"})
        self.assertFalse(booking.invoice_ids)
        host = new_test_user(self.env, "reception_host", groups="tierslieu_base.group_host", lang="en_US")
        with freeze_time(booking.start - timedelta(hours=1)):
            day = places.with_user(host).today(self.place.id)
            row = next(row for row in day["rows"] if row["id"] == booking.id)
            self.assertEqual((row["who"], row["due"]), ("Camille Passage", 16.0))
            self.assertIn("unpaid", row["tiles"])
            self.assertIn("action_collect", row["actions"])
            self.env["tierslieu.collect"].with_user(host).create({"booking_ids": booking.ids}).action_collect()
            self.env.invalidate_all()
            self.assertEqual(booking.payment_status, "paid")
            invoice = booking.invoice_ids
            paid = (invoice.state, invoice.amount_total, invoice.amount_residual)
            self.assertEqual(paid, ("posted", 16.0, 0))

    def member(self):
        self.start_tour("/book", "tierslieu_member", login=self.alix.login)
        booking = self.alix.partner_id.tierslieu_booking_ids
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(set(booking.occupancy_ids.mapped("state")), {"released"})
        self.assertInvoiced(booking, 16.0)
        self.assertEqual(booking.payment_status, "credited")
        self.assertEqual(booking.refund_ids.mapped("amount"), [16.0])
        self.assertEqual(booking.refund_ids.transaction_id.provider_id, self.provider)

    def search(self):
        """Search, book, pay; then the same again a week later, in one tap."""
        self.start_tour("/book", "tierslieu_search", login=self.alix.login)
        first, again = self.alix.partner_id.tierslieu_booking_ids.sorted("start")
        self.assertEqual(first.start, self.at(14))
        self.assertEqual(again.start, self.at(14, day=7))
        for booking in (first, again):
            self.assertEqual((booking.state, booking.people), ("confirmed", 2))
            self.assertInvoiced(booking, 16.0)

    def test_search_on_a_phone(self):
        self.on_a_phone()
        self.search()

    @heavy
    def test_search_on_a_desk(self):
        self.on_a_desk()
        self.search()

    def test_visitor_on_a_phone(self):
        self.on_a_phone()
        self.visitor()

    @heavy
    def test_visitor_on_a_desk(self):
        self.on_a_desk()
        self.visitor()

    def test_member_on_a_phone(self):
        self.on_a_phone()
        self.member()

    @heavy
    def test_member_on_a_desk(self):
        self.on_a_desk()
        self.member()
