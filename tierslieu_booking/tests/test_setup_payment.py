from odoo.tests import tagged

from .setup_common import SetupCase

IBAN = "FR89000000000000LEQUAI00028"


@tagged("post_install", "-at_install")
class TestSetupPayment(SetupCase):
    """At the reception, on line, by transfer."""

    def reception(self):
        return self.env["payment.provider"]._tierslieu_reception(self.company)

    def journal(self):
        return self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )

    def test_reception(self):
        self.assertTrue(self.setup.page("payment")["page"]["values"]["reception"])
        for _time in range(2):
            self.setup.apply("payment", self.answers("payment", reception=True))
        self.assertEqual(len(self.reception()), 1)
        self.assertEqual((self.reception().state, self.reception().is_published), ("enabled", True))
        self.assertTrue(self.reception().payment_method_ids.active)
        tills = self.env["account.journal"].search_count(
            [("type", "=", "cash"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(tills, 1)

    def test_online(self):
        demo = self.env.ref("payment.payment_provider_demo").copy({"company_id": self.company.id})
        demo.write({"state": "test", "is_published": False})
        name = f"online_{demo.id}"
        self.assertFalse(self.answers("payment")[name])
        self.setup.apply("payment", self.answers("payment", reception=True))
        self.setup.apply("payment", self.answers("payment", **{"reception": False, name: True}))
        self.assertTrue(demo.is_published)
        self.assertEqual((self.reception().state, self.reception().is_published), ("disabled", False))
        self.assertIn("Leave one way", self.refused(
            "payment", self.answers("payment", **{"reception": False, name: False})
        ))

    def test_iban(self):
        for _time in range(2):
            self.setup.apply(
                "payment", self.answers("payment", iban="FR89 0000 0000 0000 LEQU AI00 028")
            )
        account = self.journal().bank_account_id
        self.assertEqual(account.sanitized_acc_number, IBAN)
        self.assertEqual(account.partner_id, self.company.partner_id)
        self.assertEqual(len(self.company.partner_id.bank_ids), 1)

    def test_refusals(self):
        for changes, words in (
            ({"reception": False}, "Leave one way to pay"),
            ({"iban": "FR88000000000000LEQUAI00028"}, "This IBAN is not right"),
            ({"iban": "FR76"}, "This IBAN is not right"),
            ({"iban": 12}, "cannot be read"),
        ):
            with self.subTest(changes=changes):
                self.assertIn(words, self.refused("payment", self.answers("payment", **changes)))

    def test_not_of_the_other_company(self):
        """The ways to pay of one company are not those of another."""
        self.setup.apply("payment", self.answers("payment", reception=True))
        self.assertFalse(self.env["payment.provider"]._tierslieu_reception(self.env.company))
