from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_booking.tests.tour_common import DeskTourCase, ShopTourCase

from .plan_common import create_plan_data
from .test_join import JoinCase


@tagged("-at_install", "post_install")
class TestPlanTours(ShopTourCase, JoinCase):
    """A member books with what their plan gives, and takes another plan."""

    def setUp(self):
        super().setUp()
        # A whole month, whatever the day of it.
        first = self.company._tierslieu_today().replace(day=1)
        self.contract = self.nomad.subscribe(self.nomad, self.alix.partner_id, first)
        self.contract._tierslieu_bill()

    def use(self):
        self.start_tour("/my/membership", "tierslieu_plan_use", login=self.alix.login)
        booking = self.Booking.search([("partner_id", "=", self.alix.partner_id.id)])
        self.assertEqual((booking.state, booking.amount_total), ("confirmed", 0.0))
        self.assertEqual(sum(booking.credit_move_ids.mapped("amount")), -1.0)
        lot, day = booking.credit_move_ids.lot_id, self.place.to_local(booking.start).date()
        self.assertIn(lot, self.contract.tierslieu_lot_ids)
        self.assertTrue(lot.valid_from <= day <= lot.valid_until)

    def change(self):
        self.start_tour("/my/membership", "tierslieu_plan_change", login=self.alix.login)
        self.env.invalidate_all()
        self.assertEqual(self.contract.tierslieu_plan_id, self.resident)
        self.assertTrue(self.contract.tierslieu_units)

    def test_use_on_a_phone(self):
        self.on_a_phone()
        self.use()

    @heavy
    def test_use_on_a_desk(self):
        self.on_a_desk()
        self.use()

    @heavy
    def test_change_on_a_phone(self):
        self.on_a_phone()
        self.change()

    @heavy
    def test_change_on_a_desk(self):
        self.on_a_desk()
        self.change()


@tagged("-at_install", "post_install")
class TestPlanDeskTours(DeskTourCase):
    """A host sells a plan at the desk."""

    def sell(self):
        plans = create_plan_data(self.env, {"place": self.place, "desks": self.desks, "taxes": self.taxes})
        alice = self.env["res.partner"].create({"name": "Alice Renaud"})
        self.a_host("tour_host", "base.group_partner_manager")
        self.start_tour(
            "/odoo/action-tierslieu_membership.action_plan_sale", "tierslieu_plan_desk", login="tour_host"
        )
        contract = self.env["contract.contract"].search([("partner_id", "=", alice.id)])
        self.assertEqual(contract.tierslieu_plan_id, plans["resident"])
        self.assertEqual(contract._get_related_invoices().mapped("state"), ["posted"])

    def test_a_host_sells_a_plan(self):
        self.sell()

    @heavy
    def test_a_host_sells_a_plan_on_a_phone(self):
        self.on_a_phone()
        self.sell()
