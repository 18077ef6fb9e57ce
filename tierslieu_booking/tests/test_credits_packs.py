import re
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import tagged

from .credits_common import CreditsWebCase


@tagged("-at_install", "post_install")
class TestCreditsPacks(CreditsWebCase):
    """Packs in the shop: what they say, what paying them grants, and to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        cls.provider.state = "test"
        cls.env["ir.config_parameter"].sudo().set_param("sale.async_emails", "False")
        cls.pack = cls.a_pack()

    def order(self, partner, quantity=1, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "website_id": self.website.id,
                "company_id": self.place.company_id.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.pack.product_variant_id.id, "product_uom_qty": quantity}
                    )
                ],
            }
            | values
        )

    def pay(self, order):
        method = self.env["payment.method"].with_context(active_test=False).search(
            [("code", "=", "demo")], limit=1
        )
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": method.id,
                "reference": order.name,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [(6, 0, order.ids)],
            }
        )
        tx._process("demo", {"reference": tx.reference, "simulated_state": "done"})
        tx._post_process()
        self.env.flush_all()
        self.env.invalidate_all()
        return order._tierslieu_granted()

    def mails(self, partner):
        mails = self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)], order="id")
        return mails.filtered(lambda mail: mail.model != "account.move")

    def test_what_a_pack_says(self):
        self.new_visitor()
        page = self.text(self.pack.website_url)
        for words in ("10 × Ticket, good for 12 months", "For the open space.", "An hour 0.5 × Ticket"):
            self.assertIn(words, page)
        prices = self.get("/prices").text
        self.assertIn(self.pack.website_url, prices)
        self.assertRegex(self.text("/prices"), r"Carnet de dix 10 × Ticket.*(100\.00 €|€ ?100\.00)")
        self.pack.is_published = False
        self.assertNotIn(self.pack.website_url, self.get("/prices").text)

    def test_packs_of_another_place_stay_there(self):
        place = self.env["tierslieu.place"].create(
            {"name": "Annexe", "company_id": self.place.company_id.id}
        )
        self.assertEqual(self.pack._tierslieu_good_at(self.place), self.pack)
        self.assertFalse(self.pack._tierslieu_good_at(place))

    def test_paid_and_told(self):
        order = self.order(self.alix.partner_id, 2)
        self.assertEqual(order.amount_total, 200.0)
        [lot] = self.pay(order)
        until = fields.Date.today() + relativedelta(months=12, days=-1)
        self.assertEqual((order.state, lot.balance, lot.valid_until), ("sale", 20.0, until))
        self.assertEqual(lot.partner_id, self.alix.partner_id)
        [mail] = self.mails(self.alix.partner_id)
        self.assertIn("20 × Ticket, good until", mail.subject)
        self.assertIn("20 × Ticket, good until", mail.body_html)
        self.assertIn("/my/credits", mail.body_html)

    def test_with_a_booking_one_mail_says_both(self):
        start = self.at(10)
        booking = self.Booking.reserve(
            self.room, self.alix.partner_id, start, start + timedelta(hours=1)
        )
        order = self.order(self.alix.partner_id)
        order._tierslieu_add(booking)
        self.assertTrue(self.pay(order))
        [mail] = self.mails(self.alix.partner_id)
        self.assertIn("Petit salon", mail.body_html)
        self.assertIn("10 × Ticket, good until", mail.body_html)

    def test_a_guest_gets_an_account(self):
        guest = self.env["res.partner"].create({"name": "Lou", "email": "lou@lequai.example", "lang": "en_US"})
        [lot] = self.pay(self.order(guest))
        self.assertTrue(guest.user_ids._is_portal())
        self.assertEqual(lot.partner_id, guest)
        [mail] = self.mails(guest)
        self.assertIn("Choose my password", mail.body_html)

    def test_a_guest_who_has_an_account_joins_it_by_the_link(self):
        guest = self.env["res.partner"].create({"name": "Alix", "email": self.alix.email})
        order = self.order(guest)
        [lot] = self.pay(order)
        self.assertEqual(lot.partner_id, guest)
        [mail] = self.mails(guest)
        path = re.search(r"/book/join/[^\"']+", mail.body_html).group()
        # Whoever only knows the address sees nothing of it.
        self.new_visitor(self.noe)
        self.assertIn("No credits yet", self.text("/my/credits"))
        self.new_visitor()
        page = self.text(path)
        self.assertIn("You bought without logging in", page)
        self.assertIn("10 × Ticket", page)
        self.assertEqual(lot.partner_id, guest)
        self.assertEqual(self.post(path).headers["Location"], "/my/credits")
        self.env.invalidate_all()
        self.assertEqual((lot.partner_id, order.partner_id), (self.alix.partner_id,) * 2)
        self.assertEqual(lot.move_ids.partner_id, self.alix.partner_id)
        self.assertIn("This link no longer works", self.text(path))

    def test_shared_by_the_buyer_s_organisation(self):
        self.pack.tierslieu_credit_shared = True
        company = self.organisation(self.alix, self.noe)
        [lot] = self.pay(self.order(self.alix.partner_id))
        self.assertEqual((lot.partner_id, lot.is_shared), (company, True))
        self.new_visitor(self.noe)
        self.assertIn("Shared by Fanal", self.text("/my/credits"))
