from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_booking.tests.tour_common import ShopTourCase

from .test_join import JoinCase


@tagged("-at_install", "post_install")
class TestJoinTours(ShopTourCase, JoinCase):
    """A visitor joins, pays at the second attempt; another takes a desk on line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The invoice is printed afterwards, as it is by default: nobody waits for it on the page of the payment.
        cls.env["ir.config_parameter"].sudo().set_param("sale.async_emails", "True")

    def join(self):
        self.start_tour("/join", "tierslieu_join")
        partner = self.people("maya.tour@lequai.example")
        self.assertEqual(len(partner), 1)
        joined = self.env["membership.membership_line"].search([("partner_id", "=", partner.id)])
        self.assertEqual((joined.state, joined.member_price), ("paid", 12.0))
        states = joined.tierslieu_sale_line_id.order_id.transaction_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["error", "done"])
        self.assertTrue(self.env["tierslieu.charter.acceptance"].search([("partner_id", "=", partner.id)]))

    def desk(self):
        self.start_tour("/join", "tierslieu_join_desk")
        partner = self.people("rose.tour@lequai.example")
        contract = self.env["contract.contract"].search([("partner_id", "=", partner.id)])
        self.assertEqual(contract.tierslieu_plan_id, self.resident)
        self.assertTrue(contract.tierslieu_units)
        order = self.env["sale.order.line"].search([("tierslieu_contract_id", "=", contract.id)]).order_id
        caution = contract.tierslieu_caution_move_id
        paid = order.currency_id.round(order.invoice_ids.amount_total + caution.amount_total)
        self.assertEqual(paid, order.amount_total)
        self.assertEqual((order.invoice_ids.amount_residual, caution.amount_residual), (0.0, 0.0))

    def test_join_on_a_phone(self):
        self.on_a_phone()
        self.join()

    @heavy
    def test_join_on_a_desk(self):
        self.on_a_desk()
        self.join()

    def test_desk_on_a_phone(self):
        self.on_a_phone()
        self.desk()

    @heavy
    def test_desk_on_a_desk(self):
        self.on_a_desk()
        self.desk()
