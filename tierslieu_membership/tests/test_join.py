from datetime import timedelta
from html import unescape
from unittest.mock import patch

from lxml import html

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.heavy import crossed
from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase

from .adhesion_common import create_adhesions
from .plan_common import create_plan_data

WHO = {"name": "Maya Delmas", "email": "maya@lequai.example", "phone": "06 12 34 56 78"}
LIMIT = "odoo.addons.tierslieu_membership.controllers.join.TRIES_AN_HOUR"
GARBAGE = (
    "", "0", "-1", "1e9", "9" * 30, "None", "%00", "\x00", "a\x00b", "' OR 1=1 --", "2026-02-30", "9999-12-31",
    "0001-01-01", "<script>alert(1)</script>", "x" * 5000, "٣", "é" * 300, "\N{SNOWMAN}", "\U0001f600",
)


class JoinCase(WebsiteCase):
    """A place that sells adhesions and plans on line, has a charter, and takes the demonstration's cards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.place.company_id
        for name, adhesion in create_adhesions(cls.env, company).items():
            setattr(cls, name, adhesion)
        data = {"place": cls.place, "desks": cls.desks, "taxes": cls.taxes}
        for name, value in create_plan_data(cls.env, data).items():
            setattr(cls, name, value)
        (cls.resident | cls.nomad).is_published = True
        cls.resident.caution_amount = 150.0
        cls.charter = cls.env["tierslieu.charter"].create({"name": "Charte", "company_id": company.id})
        cls.version = cls.env["tierslieu.charter.version"].create(
            {"charter_id": cls.charter.id, "body": "<p>On range sa tasse.</p>"}
        )
        cls.version.action_publish()
        cls.provider = cls.env.ref("payment.payment_provider_demo", raise_if_not_found=False)
        cls.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", "True")
        # What is mailed is mailed at once: one test has it wait, as it does by default.
        cls.env["ir.config_parameter"].sudo().set_param("sale.async_emails", "False")
        cls.company = company

    def step(self, name, /, **values):
        return self.post(f"/join/{name}", values)

    def cart(self):
        return self.env["sale.order"].search([("website_id", "=", self.website.id)], order="id desc", limit=1)

    def pay(self, order, state="done"):
        """Pay an order as the demonstration's provider does."""
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": order.amount_total, "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id, "operation": "online_redirect",
                "sale_order_ids": [Command.set(order.ids)],
                "reference": f"{order.name}-{len(order.transaction_ids)}-{state}",
            }
        )
        getattr(tx, {"done": "_set_done", "error": "_set_error"}[state])(
            *(["Refused"] if state == "error" else [])
        )
        tx._post_process()
        self.env.invalidate_all()
        return tx

    def chosen(self, adhesion=None, plan=None, start=None, **who):
        """Go through the steps as a visitor; return the cart."""
        self.new_visitor()
        self.step("who", **(WHO | who))
        self.step("charter", accept="1")
        if adhesion:
            self.step("adhesion", product=adhesion.id)
        if plan:
            self.step("plan", plan=plan.id, start=(start or self.place.now_local().date()).isoformat())
        return self.cart()

    def people(self, address=WHO["email"]):
        return self.env["res.partner"].with_context(active_test=False).search([("email_normalized", "=", address)])


@tagged("post_install", "-at_install")
class TestJoin(JoinCase):
    """Joining over HTTP: one question a screen, one cart, one payment."""

    def test_who_charter_adhesion_plan_and_one_payment(self):
        self.new_visitor()
        self.assertIn("/join/who", self.get("/join").text)
        self.assertIn("/join/charter", self.step("who", **WHO).headers["Location"])
        self.assertIn("On range sa tasse", self.get("/join/charter").text)
        self.assertIn("/join/adhesion", self.step("charter", accept="1").headers["Location"])
        self.assertIn("/join/plan", self.step("adhesion", product=self.civil.id).headers["Location"])
        today = self.place.now_local().date()
        answer = self.step("plan", plan=self.nomad.id, start=today.isoformat())
        self.assertIn("/join/ready", answer.headers["Location"])
        order = self.cart()
        page = self.get("/join/ready").text
        self.assertIn(f"{order.amount_total:.2f}", page)
        self.assertIn("/book", page)
        plan = order.order_line.filtered("tierslieu_plan_id")
        self.assertIn(plan.name.splitlines()[0], self.get("/shop/cart").text, "From when to when the first payment is.")
        self.assertIn("/shop/checkout", self.step("ready").headers["Location"])
        checkout = self.get("/shop/checkout?try_skip_step=true")
        self.assertIn("/shop/payment", checkout.url, "Nothing more is asked.")
        self.pay(order)
        partner = order.partner_id
        self.assertEqual((partner.name, partner.email, partner.phone), tuple(WHO.values()))
        self.assertTrue(partner.user_ids, "They have an account.")
        self.assertEqual(partner.tierslieu_card_ids.mapped("state"), ["valid"])
        acceptance = self.env["tierslieu.charter.acceptance"].search([("partner_id", "=", partner.id)])
        self.assertEqual((acceptance.version_id, acceptance.channel), (self.version, "portal"))
        self.assertTrue(partner.with_company(self.company).is_tierslieu_member_on(today))
        contract = order.order_line.tierslieu_contract_id
        self.assertEqual((contract.partner_id, contract.tierslieu_plan_id), (partner, self.nomad))
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertEqual(order.invoice_ids.amount_total, order.amount_total)
        mails = self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)])
        welcome = mails.filtered(lambda one: "Choose my password" in (one.body_html or ""))
        self.assertEqual(len(welcome), 1)
        self.assertIn(self.civil.name, unescape(welcome.body_html))

    def test_one_welcome_when_mails_wait(self):
        self.env["ir.config_parameter"].sudo().set_param("sale.async_emails", "True")
        order = self.chosen(self.civil, self.nomad)
        self.pay(order)
        partner = order.partner_id
        self.assertFalse(partner.user_ids)
        self.assertTrue(order.pending_email_template_id)
        order._send_order_notification_mail(order.pending_email_template_id, allow_deferred_sending=False)
        mail = self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)])
        welcome = mail.filtered(lambda one: "Choose my password" in (one.body_html or ""))
        self.assertEqual(len(welcome), 1)
        self.assertIn("December 31", welcome.body_html)
        self.assertIn("Nomade", welcome.body_html)
        self.assertTrue(partner.user_ids)

    def test_at_most_twelve_fields(self):
        names = set()
        self.chosen(self.civil, self.nomad)
        for step in ("charter", "adhesion", "plan", "ready"):
            names |= self.fields_of(f"/join/{step}")
        self.new_visitor()
        names |= self.fields_of("/join/who") | self.fields_of("/join/charter")
        self.assertIn("email", names)
        self.assertIn("start", names)
        self.assertLessEqual(len(names), 12, names)

    def fields_of(self, path):
        tree = html.fromstring(self.get(path).text)
        found = tree.xpath(
            "//div[@id='wrap']//*[self::input or self::textarea or self::select][not(@type='hidden')]/@name"
        )
        return set(found)

    def test_leaving_at_any_step_goes_on_from_there(self):
        self.new_visitor()
        self.step("who", **WHO)
        page = self.get("/join").text
        self.assertIn("/join/charter", page)
        self.assertIn("Go on", page)
        self.assertIn(WHO["email"], self.get("/join/who").text, "What was typed is there.")
        self.step("charter", accept="1")
        self.step("adhesion", product=self.open.id, amount="12,50")
        self.assertIn("/join/plan", self.get("/join").text)
        self.assertIn("12.5", self.get("/join/adhesion").text)
        self.step("plan", skip="1")
        self.assertIn("/join/ready", self.get("/join").text)
        self.assertEqual(self.cart().amount_total, 12.5)
        self.step("adhesion", product=self.civil.id)
        self.assertEqual(len(self.cart().order_line), 1, "Another one in its place.")
        self.assertEqual(len(self.people()), 1)

    def test_no_step_is_jumped(self):
        self.new_visitor()
        for step in ("charter", "adhesion", "plan", "ready"):
            self.assertIn("/join/who", self.get(f"/join/{step}").url)
        answer = self.step("adhesion", product=self.civil.id)
        self.assertIn("/join/who", answer.headers["Location"])
        self.step("who", **WHO)
        answer = self.step("adhesion", product=self.civil.id)
        self.assertIn("/join/charter", answer.headers["Location"])
        self.assertIn("Tick the box", self.step("charter").text)

    def test_a_free_price_under_its_floor_is_refused_and_what_was_typed_stays(self):
        self.chosen()
        answer = self.step("adhesion", product=self.open.id, amount="4,99")
        self.assertIn("at least", answer.text)
        self.assertIn("4,99", answer.text)
        self.assertFalse(self.cart().order_line)

    def test_a_family_and_an_organisation(self):
        self.chosen()
        self.step("adhesion", product=self.family.id, people="Zoé Delmas\nLéo Delmas, leo@lequai.example")
        order = self.cart()
        self.pay(order)
        joined = self.env["membership.membership_line"].search([("partner_id", "=", order.partner_id.id)])
        self.assertEqual(
            sorted(joined.tierslieu_covered_ids.mapped("name")), ["Léo Delmas", "Maya Delmas", "Zoé Delmas"]
        )
        self.chosen(email="paul@fanal.example", name="Paul Fanal")
        self.assertIn("name of your organisation", self.step("adhesion", product=self.team.id).text)
        self.step("adhesion", product=self.team.id, organisation="Atelier Fanal")
        order = self.cart()
        self.pay(order)
        entity = order.partner_id.commercial_partner_id
        self.assertEqual((entity.name, entity.is_company), ("Atelier Fanal", True))
        joined = self.env["membership.membership_line"].search([("partner_id", "=", entity.id)])
        self.assertEqual((joined.state, joined.tierslieu_entity_id), ("paid", entity))

    def test_a_payment_refused_then_made(self):
        order = self.chosen(self.civil)
        self.pay(order, "error")
        self.assertEqual(order.state, "draft")
        answer = self.url_open("/shop/payment/validate", allow_redirects=False)
        self.assertIn("/shop/payment", answer.headers["Location"])
        self.assertEqual(self.cart(), order)
        self.assertIn("/join/ready", self.step("plan", skip="1").headers["Location"])
        self.assertIn("20.00", self.get("/join/ready").text)
        self.pay(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(len(self.people()), 1)

    def test_the_slot_chosen_first_stays(self):
        self.new_visitor()
        self.hold()
        self.step("who", **WHO)
        self.step("charter", accept="1")
        self.step("adhesion", product=self.civil.id)
        order = self.cart()
        self.assertEqual(len(order.tierslieu_booking_ids), 1)
        self.assertIn("stays in your cart", self.get("/join/plan").text)
        self.pay(order)
        self.assertEqual(order.tierslieu_booking_ids.state, "confirmed")
        self.assertEqual(order.tierslieu_booking_ids.partner_id, order.partner_id)

    def test_a_pack_with_it(self):
        pack = self.env["product.template"].create(
            {
                "name": "Carnet", "type": "service", "list_price": 50, "is_published": True, "sale_ok": True,
                "tierslieu_credit_type_id": self.ticket.id, "company_id": self.company.id,
            }
        )
        self.chosen(self.civil)
        self.step("plan", pack=pack.id)
        self.step("plan", pack=pack.id)
        order = self.cart()
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1.0, 1.0])
        self.pay(order)
        self.assertEqual(order._tierslieu_granted().partner_id, order.partner_id)

    def test_who_is_logged_in_is_known_already(self):
        self.new_visitor(self.alix)
        self.assertIn("/join/charter", self.get("/join").text)
        self.step("charter", accept="1")
        self.step("adhesion", product=self.civil.id)
        order = self.cart()
        self.assertEqual(order.partner_id, self.alix.partner_id)
        self.assertTrue(self.alix.partner_id.tierslieu_acceptance_ids)
        self.pay(order)
        self.assertIn("You are a member until", self.get("/join/adhesion").text)

    # -- The same address twice

    def test_joining_twice_makes_no_second_person(self):
        first = self.chosen(self.civil)
        self.pay(first)
        person = self.people()
        again = self.chosen(None, self.nomad, name="Maya")
        self.pay(again)
        self.assertEqual(self.people(), person)
        self.assertEqual(again.partner_id, person)
        self.assertEqual(again.order_line.tierslieu_contract_id.partner_id, person)
        self.assertEqual(person.name, WHO["name"], "Nobody renames another.")
        self.assertEqual(len(person.user_ids), 1)

    def test_a_second_adhesion_is_given_back(self):
        self.pay(self.chosen(self.civil))
        person = self.people()
        again = self.chosen(self.civil)
        tx = self.pay(again)
        self.assertEqual(self.people(), person)
        self.assertEqual(again.state, "cancel")
        refunds = self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)])
        self.assertEqual(refunds.mapped("amount"), [20.0])

    def test_a_known_address_is_told_to_nobody(self):
        self.alix.partner_id.write({"street": "12 rue Secrète", "phone": "02 99 99 99 99"})
        pages = {}
        for address in (self.alix.email, "personne@lequai.example"):
            order = self.chosen(self.civil, email=address)
            pages[address] = [self.get(f"/join/{step}").text.count("\n") for step in ("adhesion", "plan", "ready")]
            token = order.access_token
            self.get("/shop/payment")
            self.pay(order)
            seen = self.get("/shop/confirmation").text + self.get("/shop/print").text
            for secret in ("12 rue Secrète", "Alix Membre", "02 99 99 99 99"):
                self.assertNotIn(secret, seen)
            if token:
                self.assertNotEqual(order.access_token, token)
        self.assertEqual(*pages.values())
        self.assertEqual(self.people(self.alix.email), self.alix.partner_id)
        self.assertFalse(
            self.alix.partner_id.tierslieu_acceptance_ids, "Nobody accepts a charter in the name of another."
        )

    # -- A plan on line

    def test_order_first_invoice_and_page_are_one(self):
        start = self.place.now_local().date() + timedelta(days=3)
        order = self.chosen(None, self.resident, start)
        first = self.resident._tierslieu_first(order.partner_id, start)
        line = order.order_line._tierslieu_plan_lines()
        self.assertEqual(line.price_total, first["total"])
        self.assertEqual(order.amount_total, first["total"] + 150.0)
        words = " ".join(html.fromstring(self.get("/join/plan").content).text_content().split())
        self.assertIn(f"Choose · {order.amount_total:.2f}", words, "What is paid now, its caution included.")
        self.assertIn(f"{order.amount_total:.2f}", self.get("/join/ready").text)
        self.assertFalse(order.order_line.tierslieu_contract_id)
        self.pay(order)
        contract = line.tierslieu_contract_id
        invoice = order.invoice_ids
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", first["total"]))
        billed = invoice.invoice_line_ids
        self.assertEqual(
            (billed.contract_line_id.contract_id, billed.tierslieu_first, billed.tierslieu_last),
            (contract, start, first["part"].last),
        )
        self.assertEqual(contract._tierslieu_bill(start), self.env["account.move"], "Nothing is billed twice.")
        later = contract._tierslieu_bill(first["part"].last + timedelta(days=1))
        self.assertEqual(later.invoice_line_ids.tierslieu_first, first["part"].last + timedelta(days=1))
        self.assertEqual(later.amount_total, 310.0)
        caution = contract.tierslieu_caution_move_id
        self.assertEqual((caution.amount_total, caution.amount_residual), (150.0, 0.0))
        self.assertEqual(caution.invoice_line_ids.account_id.code, "165100")
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertTrue(contract.tierslieu_units)

    def test_a_plan_that_is_paid_and_opens_nothing_is_seen(self):
        order = self.chosen(None, self.nomad)
        self.pay(order)
        checks = self.env["tierslieu.integrity"]
        self.assertEqual(checks.run(), [])
        order.order_line.tierslieu_contract_id = False
        self.assertIn("opened no subscription", str(checks.run()))

    def test_a_plan_that_is_paid_afterwards_costs_nothing_to_begin(self):
        self.nomad.invoicing = "after"
        today = self.place.now_local().date()
        order = self.chosen(None, self.nomad, today)
        self.assertEqual(order.amount_total, 0.0)
        self.assertIn("Confirm", self.get("/join/ready").text)
        self.assertIn("/shop/", self.step("ready").headers["Location"])
        self.get("/shop/checkout?try_skip_step=true")
        self.get("/shop/payment/validate")
        self.env.invalidate_all()
        self.assertEqual(order.state, "sale")
        contract = order.order_line.tierslieu_contract_id
        self.assertEqual(contract.partner_id, self.people())
        self.assertTrue(self.people().user_ids, "An account, as whoever pays has.")
        self.assertTrue(self.people().tierslieu_acceptance_ids)
        self.assertFalse(order.invoice_ids)
        last = self.nomad._tierslieu_first(order.partner_id, today)["part"].last
        self.assertGreaterEqual(contract.recurring_next_date, last, "Invoiced once its period is over.")

    def test_what_the_order_billed_comes_back_with_an_early_end(self):
        today = self.place.now_local().date()
        order = self.chosen(None, self.nomad, today)
        self.pay(order)
        contract = order.order_line.tierslieu_contract_id
        part = self.nomad._tierslieu_first(order.partner_id, today)["part"]
        contract.action_terminate(today)
        notes = order.invoice_ids.reversal_move_ids
        if part.days > 1:
            self.assertEqual(len(notes), 1)
            per_day = contract.contract_line_ids._tierslieu_amount(type(part)(today, today))
            self.assertAlmostEqual(order.invoice_ids.amount_total - notes.amount_total, float(per_day))
        self.assertEqual(contract.date_end, today)

    def test_one_plan_with_its_caution(self):
        order = self.chosen(None, self.resident)
        line = order.order_line._tierslieu_plan_lines()
        order._cart_update_line_quantity(line.id, 3)
        self.assertEqual(line.product_uom_qty, 1)
        order._cart_update_line_quantity(line.tierslieu_caution_ids.id, 0)
        self.assertTrue(line.tierslieu_caution_ids)
        order._cart_update_line_quantity(line.id, 0)
        self.assertFalse(order.order_line)
        self.step("plan", plan=self.resident.id, start=self.place.now_local().date().isoformat())
        self.step("plan", plan=self.nomad.id, start=self.place.now_local().date().isoformat())
        self.assertEqual(order.order_line.tierslieu_plan_id, self.nomad)
        self.assertEqual(len(order.order_line), 1)

    def test_the_last_desk_went_meanwhile(self):
        today = self.place.now_local().date()
        order = self.chosen(self.civil, self.resident, today)
        order._check_cart_is_ready_to_be_paid()
        total = order.amount_total
        for unit in self.desks.unit_ids:
            other = self.env["res.partner"].create({"name": f"Voisine {unit.name}"})
            self.env["tierslieu.plan"].subscribe(self.resident, other, today, unit=unit, caution=False)
        self.assertIn("is full", self.get("/join/plan").text)
        tx = self.pay(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_total, 20.0, "The adhesion stays.")
        refunds = self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)])
        self.assertEqual(sum(refunds.mapped("amount")), total - 20.0)
        self.assertFalse(self.env["contract.contract"].search([("partner_id", "=", order.partner_id.id)]))
        told = order.message_ids.filtered(lambda message: message.subject and "could not be opened" in message.subject)
        self.assertIn(order.partner_id, told.partner_ids)

    def test_a_cart_of_another_day_is_brought_to_today(self):
        order = self.chosen(None, self.nomad)
        line = order.order_line
        line.tierslieu_plan_start -= timedelta(days=5)
        order._tierslieu_drop_lapsed()
        self.assertEqual(line.tierslieu_plan_start, self.place.now_local().date())
        self.assertIn("it begins on", order.shop_warning)
        order._check_cart_is_ready_to_be_paid()

    def test_a_plan_that_is_not_published_does_not_exist(self):
        self.chosen()
        today = self.place.now_local().date().isoformat()
        for value in (self.year.id, 0, "x", "9" * 30):
            with mute_logger("odoo.http"):
                self.assertEqual(self.step("plan", plan=value, start=today).status_code, 404, value)

    # -- Whatever is typed

    def test_garbage_in_every_field(self):
        fields = {
            "who": ("name", "email", "phone"), "charter": ("accept",),
            "adhesion": ("product", "amount", "people", "organisation", "skip"),
            "plan": ("plan", "start", "pack", "skip"), "ready": ("anything",),
        }
        with patch(LIMIT, 10 ** 6), mute_logger("odoo.http"):
            self.chosen(self.open)
            for step, names in fields.items():
                base = {
                    "who": WHO, "adhesion": {"product": self.open.id},
                    "plan": {"plan": self.nomad.id, "start": self.place.now_local().date().isoformat()},
                }.get(step, {})
                for value, name in crossed(GARBAGE, names):
                    answer = self.step(step, **(base | {name: value}))
                    self.assertIn(answer.status_code, (200, 303, 404), (step, name, value))
                    self.assertNotIn("<script>alert(1)", answer.text)

    def test_too_many_tries(self):
        self.new_visitor()
        with patch(LIMIT, 2), mute_logger("odoo.http"):
            answers = [self.step("who", **WHO).status_code for _nth in range(4)]
        self.assertEqual(answers[-1], 429)

    def test_the_address_of_joining(self):
        self.assertTrue(self.env["res.partner"]._tierslieu_join_address(self.company).endswith("/join"))
        self.assertIn('href="/join"', self.get("/book").text)
