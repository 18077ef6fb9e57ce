from datetime import timedelta

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase

from .charge_common import create_card, create_provider, create_refused_charge
from .plan_common import create_plan_data

PAGE = "/my/membership/payment"


@tagged("post_install", "-at_install")
class TestCardPortal(WebsiteCase):
    """The card that one's subscriptions are charged to, over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        data = {"place": cls.place, "desks": cls.desks, "taxes": cls.taxes}
        cls.plans = create_plan_data(cls.env, data)
        cls.provider = create_provider(cls.env, cls.place.company_id)
        cls.mine = create_card(cls.env, cls.provider, cls.alix.partner_id)
        cls.theirs = create_card(cls.env, cls.provider, cls.noe.partner_id)
        cls.today = cls.place.now_local().date()
        cls.contract, cls.other = (
            cls.env["tierslieu.plan"].subscribe(cls.plans["resident"], user.partner_id, cls.today + timedelta(days=40))
            for user in (cls.alix, cls.noe)
        )

    def keep(self, contract=None, card=None, **values):
        return self.post(f"{PAGE}/keep", {
            "contract": (contract or self.contract).id, "card": (card or self.mine).id, "agree": "1", **values})

    def test_a_stranger_logs_in_first(self):
        self.new_visitor()
        self.assertIn("/web/login", self.get(PAGE).url)

    def test_what_it_is_charged_for_and_when(self):
        self.new_visitor(self.alix)
        page = self.get(PAGE).text
        self.assertIn("No card is charged", page)
        self.assertIn("Poste résident", page)
        self.assertIn("/my/payment_method", page)
        self.assertIn(PAGE, self.get("/my/membership").text)
        self.assertEqual(self.keep().status_code, 303)
        page = self.get(PAGE).text
        self.assertIn("from now on", page)
        self.assertIn("Charged to", page)
        self.contract.invalidate_recordset()
        self.assertEqual(self.contract.tierslieu_token_id, self.mine)
        self.assertEqual(self.contract.tierslieu_card_consent_by, self.alix.partner_id)

    def test_without_the_box_nothing_is_kept(self):
        self.new_visitor(self.alix)
        self.keep(agree="")
        self.contract.invalidate_recordset()
        self.assertFalse(self.contract.tierslieu_token_id)
        self.assertIn("Tick the box", self.get(PAGE).text)

    @mute_logger("odoo.http")
    def test_the_ids_of_others_do_not_exist(self):
        self.new_visitor(self.alix)
        for contract, card in (
            (self.other, self.mine), (self.contract, self.theirs), (self.other, self.theirs),
        ):
            self.assertEqual(self.assertWritesNothing(lambda c=contract, k=card: self.keep(c, k)).status_code, 404)
        for wrong in ("", "0", "-1", "9" * 30, "1 OR 1=1", "²"):
            with self.subTest(wrong):
                for form in ({"contract": self.contract.id, "card": wrong}, {"contract": wrong, "card": self.mine.id}):
                    self.assertEqual(self.post(f"{PAGE}/keep", form | {"agree": "1"}).status_code, 404)
                self.assertEqual(self.post(f"{PAGE}/drop", {"contract": wrong}).status_code, 404)
        self.other._tierslieu_keep_card(self.theirs, self.noe.partner_id)
        self.assertEqual(self.post(f"{PAGE}/drop", {"contract": self.other.id}).status_code, 404)
        self.assertEqual(self.other.tierslieu_token_id, self.theirs)
        page = self.get(PAGE).text
        self.assertNotIn(f'value="{self.theirs.id}"', page)
        self.assertNotIn(f"subscription-{self.other.id}", page)

    def test_taken_away(self):
        self.contract._tierslieu_keep_card(self.mine, self.alix.partner_id)
        self.new_visitor(self.alix)
        self.post(f"{PAGE}/drop", {"contract": self.contract.id})
        self.contract.invalidate_recordset()
        self.assertFalse(self.contract.tierslieu_token_id)
        self.assertFalse(self.contract.tierslieu_card_consent_on)
        self.assertIn("no card is charged any more", self.get(PAGE).text)

    def test_who_works_there_does_not_pay_with_a_colleague_s_card(self):
        studio = self.env["res.partner"].create({"name": "Studio", "is_company": True})
        (self.alix | self.noe).partner_id.parent_id = studio
        contract = self.env["tierslieu.plan"].subscribe(self.plans["nomad"], studio, self.today + timedelta(days=40))
        self.new_visitor(self.alix)
        with mute_logger("odoo.http"):
            self.assertEqual(self.keep(contract, self.theirs).status_code, 404)
        self.keep(contract, self.mine)
        contract.invalidate_recordset()
        self.assertEqual(contract.tierslieu_token_id, self.mine)

    def test_what_was_refused_is_said_with_a_way_to_pay(self):
        charge = create_refused_charge(self.env, self.contract)
        self.new_visitor(self.alix)
        page = self.get(PAGE).text
        self.assertIn("Your card was refused", page)
        self.assertIn(f"/my/invoices/{charge.move_id.id}", page)

    def test_the_payment_of_an_invoice_says_what_a_card_is_kept_for(self):
        move = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.alix.partner_id.id, "invoice_date": self.today,
            "invoice_line_ids": [Command.create({
                "name": "Poste", "price_unit": 310, "contract_line_id": self.contract.contract_line_ids.id})],
        })
        plain = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.alix.partner_id.id, "invoice_date": self.today,
            "invoice_line_ids": [Command.create({"name": "Café", "price_unit": 3})],
        })
        (move | plain).action_post()
        self.new_visitor(self.alix)
        said = "the invoices of your subscription are charged to this card"
        self.assertIn(said, self.get(f"/my/invoices/{move.id}").text)
        self.assertNotIn(said, self.get(f"/my/invoices/{plain.id}").text)
