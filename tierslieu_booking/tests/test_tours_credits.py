from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .credits_common import CreditsWebCase
from .tour_common import ShopTourCase


@tagged("-at_install", "post_install")
class TestCreditsTours(ShopTourCase, CreditsWebCase):
    """On a phone, a member books a desk with a ticket, then buys ten more."""

    @heavy
    def test_a_desk_with_a_ticket_and_a_pack(self):
        self.on_a_phone()
        self.desks.credit_value_ids.unlink()
        self.tickets.value_ids = [
            Command.create({"space_id": self.desks.id, "time_unit": "day", "amount": 1})
        ]
        self.a_pack()
        lot = self.grant(self.alix, 1)
        self.start_tour("/book", "tierslieu_credits", login=self.alix.login)
        booking = self.alix.partner_id.tierslieu_booking_ids
        self.assertEqual((booking.state, booking.amount_total), ("confirmed", 0.0))
        self.assertFalse(booking.sale_order_id)
        bought = self.lots.search([("partner_id", "=", self.alix.partner_id.id)]) - lot
        self.assertEqual((lot.balance, bought.balance, bought.origin), (0.0, 10.0, "pack"))
        self.assertEqual(bought.sale_line_id.order_id.invoice_ids.amount_total, 100.0)
