from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_booking.tests.tour_common import DeskTourCase, ShopTourCase

from .adhesion_common import create_adhesions


@tagged("-at_install", "post_install")
class TestAdhesionTours(ShopTourCase):
    """A member joins from their account, at a free price, and has their receipt."""

    def join(self):
        create_adhesions(self.env, self.place.company_id)
        self.alix.partner_id.write(
            {"street": "3 quai des Tanneurs", "city": "Nantes", "zip": "44000", "phone": "02 40 00 00 00",
             "country_id": self.env.ref("base.fr").id}
        )
        self.start_tour("/my/membership", "tierslieu_adhesion_renew", login=self.alix.login)
        line = self.env["membership.membership_line"].search([("partner_id", "=", self.alix.partner_id.id)])
        self.assertEqual((line.state, line.member_price), ("paid", 12.5))
        self.assertEqual(line.account_invoice_id.amount_residual, 0.0)

    def test_on_a_phone(self):
        self.on_a_phone()
        self.join()

    @heavy
    def test_on_a_desk(self):
        self.on_a_desk()
        self.join()


@tagged("-at_install", "post_install")
class TestAdhesionDeskTours(DeskTourCase):
    """A host enters an adhesion paid by cheque."""

    def enter(self):
        # The one that is proposed first.
        create_adhesions(self.env, self.place.company_id)["civil"].sequence = 0
        alice = self.env["res.partner"].create({"name": "Alice Renaud"})
        self.a_host("tour_host", "base.group_partner_manager")
        self.start_tour(
            "/odoo/action-tierslieu_membership.action_adhesion", "tierslieu_adhesion_desk", login="tour_host"
        )
        line = self.env["membership.membership_line"].search([("partner_id", "=", alice.id)])
        self.assertEqual((line.state, line.member_price), ("paid", 20.0))
        payment = self.env["account.payment"].search([("partner_id", "=", alice.id)])
        self.assertEqual((payment.memo, payment.journal_id.type), ("Chèque 1207", "bank"))

    def test_on_a_desk(self):
        self.enter()

    @heavy
    def test_on_a_phone(self):
        self.on_a_phone()
        self.enter()
