from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tools import say_day
from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase

from .adhesion_common import create_adhesions

PAGE = "/my/membership"


@tagged("post_install", "-at_install")
class TestAdhesionPortal(WebsiteCase):
    """The page of one's adhesion, over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, adhesion in create_adhesions(cls.env, cls.place.company_id).items():
            setattr(cls, name, adhesion)
        cls.person = cls.alix.partner_id
        cls.person.write({"street": "3 quai des Tanneurs", "city": "Nantes", "zip": "44000",
                          "country_id": cls.env.ref("base.fr").id, "phone": "02 40 00 00 00"})
        cls.cash = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.place.company_id.id)], limit=1
        )
        cls.Adhesion = cls.env["membership.membership_line"]

    def joined(self, product=None, partner=None, **values):
        wizard = self.env["tierslieu.adhesion.sale"].create(
            {
                "partner_id": (partner or self.person).id,
                "product_id": (product or self.rolling).product_variant_id.id,
                "journal": str(self.cash.id),
            }
            | values
        )
        wizard.action_sell()
        return wizard.line_id

    def renew(self, product, **values):
        return self.post(f"{PAGE}/renew", {"product": product.id} | values)

    def carts(self):
        return self.env["sale.order"].search([("partner_id", "=", self.person.id), ("state", "=", "draft")])

    def test_a_stranger_logs_in_first(self):
        self.new_visitor()
        answer = self.get(PAGE)
        self.assertIn("/web/login", answer.url)

    def test_who_is_no_member_reads_what_it_brings_and_costs(self):
        self.new_visitor(self.alix)
        page = self.get(PAGE).text
        self.assertIn("You are not a member yet.", page)
        self.assertIn("30.00", page)
        self.assertIn('id="tl_membership_plan"', page)
        self.assertIn("/my/membership", self.get("/my").text)

    def test_until_when_for_whom_and_the_receipt(self):
        self.family.tierslieu_adhesion = "rolling"
        line = self.joined(self.family, people="Zoé Membre")
        self.new_visitor(self.alix)
        page = self.get(PAGE).text
        self.assertIn("You are a member until", page)
        self.assertIn("Zoé Membre", page)
        self.assertIn(f"{PAGE}/{line.id}/receipt.pdf", page)
        self.assertIn("has joined today", page)

    def test_who_renews_reads_from_when_to_when(self):
        line = self.joined(self.civil)
        offers = self.Adhesion.with_context(lang="en_US")._tierslieu_offers(self.person, self.place.company_id, line)
        said = next(offer["said"] for offer in offers if offer["renews"])
        year = line.date_to.year + 1
        self.assertEqual(said, f"From January 1, {year} to December 31, {year}")
        others = self.Adhesion.with_context(lang="en_US")._tierslieu_offers(
            self.noe.partner_id, self.place.company_id, self.Adhesion
        )
        self.assertIn("Until the end of the year", [offer["said"] for offer in others])

    def test_what_a_renewal_says_in_the_days_of_grace_and_for_whom(self):
        """Who is late renews from the day after the former one, and what was for several people still is."""
        company = self.place.company_id
        company.tierslieu_adhesion_grace = 30
        self.family.tierslieu_adhesion = "rolling"
        line = self.joined(self.family, people="Zoé Membre")
        last, next_first = line.date_to, line.date_to + timedelta(days=1)

        def said(product, day):
            """Return what is read of an offer on a day, and the days that whoever buys it then has."""
            with freeze_time(f"{day} 10:00:00"):
                self.env.invalidate_all()
                adhesions = self.Adhesion.with_context(lang="en_US")
                current = adhesions._tierslieu_portal(self.person, company)["current"]
                self.assertEqual(current, line)
                offers = adhesions._tierslieu_offers(self.person, company, current)
                holder = adhesions._tierslieu_holder(self.person, product.tierslieu_adhesion_for)
                period = adhesions._tierslieu_period(product, holder, day)
                return next(offer["said"] for offer in offers if offer["product"] == product), period

        for late in (-3, 0, 2, 30):
            with self.subTest(late=late):
                text, (first, end) = said(self.family, last + timedelta(days=late))
                self.assertEqual(first, next_first)
                days = [say_day(self.env, day, lang="en_US") for day in (first, end)]
                self.assertEqual(text, "From {} to {}, for 4 people at the most".format(*days))
        # The day after its end is the day one joins, with or without grace; and a month later one begins anew.
        for late in (1, 31):
            text, (first, _end) = said(self.family, last + timedelta(days=late))
            self.assertEqual(first, last + timedelta(days=late))
            self.assertEqual(text, "Twelve months from the day you join, for 4 people at the most")
        text, _period = said(self.team, last + timedelta(days=2))
        self.assertTrue(text.endswith(", for everyone of your organisation"), text)

    def test_renewed_in_two_taps(self):
        self.new_visitor(self.alix)
        answer = self.renew(self.rolling)
        self.assertIn("/shop/checkout", answer.headers["Location"])
        self.assertEqual(self.carts().amount_total, 30.0)
        self.renew(self.rolling)
        self.assertEqual(len(self.carts().order_line), 1, "Tapped twice: one.")

    def test_a_free_price_is_refused_under_its_floor(self):
        self.new_visitor(self.alix)
        for typed in ("4,99", "0", "-3", "beaucoup", "1e9x"):
            answer = self.renew(self.open, amount=typed)
            self.assertIn(PAGE, answer.headers["Location"], typed)
            self.assertFalse(self.carts().order_line, typed)
        self.assertIn("in figures", self.get(PAGE).text)
        self.renew(self.open, amount="12,50")
        self.assertEqual(self.carts().amount_total, 12.5)

    def test_what_is_not_on_sale_does_not_exist(self):
        self.civil.is_published = False
        self.new_visitor(self.alix)
        for value in (self.civil.id, self.products["desk_day"].product_tmpl_id.id, 0, "x", "9" * 30):
            with mute_logger("odoo.http"):
                self.assertEqual(self.post(f"{PAGE}/renew", {"product": value}).status_code, 404)

    def test_what_is_another_s_does_not_exist(self):
        line = self.joined(self.family, self.noe.partner_id, people="Zoé Autre")
        self.new_visitor(self.alix)
        with mute_logger("odoo.http"):
            self.assertEqual(self.get(f"{PAGE}/{line.id}/receipt.pdf").status_code, 404)
            self.assertEqual(self.get(f"{PAGE}/{2 ** 40}/receipt.pdf").status_code, 404)
        page = self.get(PAGE).text
        self.assertNotIn("Zoé Autre", page)
        self.assertNotIn("Noé Autre", page)
        self.assertTrue(line._tierslieu_is_seen_by(self.noe.partner_id))
        self.assertFalse(line._tierslieu_is_seen_by(self.person))

    def test_the_receipt(self):
        line = self.joined(self.family, people="Zoé Membre").with_context(lang="en_US")
        html = self.env["ir.actions.report"].with_context(lang="en_US")._render_qweb_html(
            "tierslieu_membership.report_adhesion_receipt", line.ids
        )[0].decode()
        for said in ("Alix Membre", "3 quai des Tanneurs", "Zoé Membre", "35.00", self.cash.name,
                     line.account_invoice_id.name, "outside the scope of VAT", line._tierslieu_say(line.date_to)):
            self.assertIn(said, html)
        for nonsense in ("VAT 0", "Tax excl", "Untaxed", "Taxes"):
            self.assertNotIn(nonsense, html)
        self.new_visitor(self.alix)
        answer = self.get(f"{PAGE}/{line.id}/receipt.pdf")
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/pdf"))

    def test_no_receipt_of_what_is_not_paid(self):
        owed = self.joined(journal="account")
        self.new_visitor(self.alix)
        with mute_logger("odoo.http"):
            self.assertEqual(self.get(f"{PAGE}/{owed.id}/receipt.pdf").status_code, 404)
        page = self.get(PAGE).text
        self.assertIn("Pay", page)
        self.assertIn(f"/my/invoices/{owed.account_invoice_id.id}", page)

    def test_lapsed(self):
        with freeze_time("2020-03-01 10:00:00"):
            line = self.joined()
        self.new_visitor(self.alix)
        page = self.get(PAGE).text
        self.assertIn("It ended on", page)
        self.assertIn("Renew", page)
        self.assertEqual(line.tierslieu_status, "lapsed")
