from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase

from .adhesion_common import AdhesionCase, create_adhesions


@tagged("post_install", "-at_install")
class TestMembersOnly(AdhesionCase):
    """A space kept for members opens with a paid adhesion that covers the day of the slot."""

    def test_reserve(self):
        self.lounge.adhesion_needed = True
        with self.assertRaisesRegex(UserError, "is for members .* Join or renew: http.*/join"):
            self.reserve(self.lounge, self.at(1, 10))
        move = self.invoice()
        with self.assertRaisesRegex(UserError, "is for members"):
            self.reserve(self.lounge, self.at(1, 10))
        self.pay(move)
        self.assertEqual(self.reserve(self.lounge, self.at(1, 10)).state, "hold")
        with self.assertRaisesRegex(UserError, "is for members"):
            self.reserve(self.lounge, self.at(400, 10))
        self.assertFalse(self.lounge.quote(self.alice, self.at(301, 10), self.at(301, 11))["errors"])
        self.credit(move)
        with self.assertRaisesRegex(UserError, "is for members"):
            self.reserve(self.lounge, self.at(10, 10))

    def test_by_another_company_of_the_same_base(self):
        """The company that keeps the space decides, not that of who asks."""
        self.lounge.adhesion_needed = True
        self.paid()
        other = self.env["res.company"].create({"name": "La Gare"})
        lounge = self.lounge.with_company(other)
        self.assertFalse(lounge.quote(self.alice, self.at(1, 10), self.at(1, 11))["errors"])

    def test_rpc(self):
        self.lounge.adhesion_needed = True
        reserve = self.Booking.with_user(self.host).reserve
        slot = (self.at(1, 10), self.at(1, 11))
        with self.assertRaisesRegex(UserError, "is for members"):
            reserve(self.lounge.id, self.alice.id, *slot)
        self.sell(journal="free", reason="Bénévole")
        self.assertEqual(reserve(self.lounge.id, self.alice.id, *slot).state, "hold")


@tagged("post_install", "-at_install")
class TestMembersOnlyOnTheSite(WebsiteCase):
    def test_portal(self):
        adhesions = create_adhesions(self.env, self.place.company_id)
        self.room.adhesion_needed = True
        self.new_visitor(self.alix)
        self.hold()
        self.assertFalse(self.Booking.search([("partner_id", "=", self.alix.partner_id.id)]))
        self.env["membership.membership_line"]._tierslieu_give(
            adhesions["rolling"], self.alix.partner_id, "Bénévole"
        )
        self.hold()
        booking = self.Booking.search([("partner_id", "=", self.alix.partner_id.id)])
        self.assertEqual((booking.state, booking.space_id), ("hold", self.room))
