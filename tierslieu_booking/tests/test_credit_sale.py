from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .credit_desk_common import CreditCase


@tagged("-at_install", "post_install")
class TestCreditSale(CreditCase):
    """A pack sold at the desk: order, invoice, payment and credits, once, by the host alone."""

    def of(self, lot):
        """Return (order, invoice) that sold a lot."""
        order = lot.sale_line_id.order_id
        return order, order.invoice_ids

    def test_paid_at_once(self):
        wizard = self.sale(memo="Chèque 12")
        self.assertEqual(wizard.amount, 25.0)
        self.assertEqual(wizard.said, "10 × Ticket, until 10/01/2028.")
        action = wizard.action_sell()
        lot = wizard.lot_id.sudo()
        self.assertEqual((action["res_model"], action["res_id"], action["target"]), (lot._name, lot.id, "new"))
        self.assertEqual((lot.partner_id, lot.balance, lot.origin), (self.alice, 10.0, "pack"))
        self.assertEqual(lot.valid_until, date(2028, 1, 10))
        order, invoice = self.of(lot)
        self.assertEqual((order.state, order.amount_total, order.create_uid), ("sale", 25.0, self.host))
        self.assertEqual((invoice.state, invoice.amount_total, invoice.amount_tax), ("posted", 25.0, 4.17))
        self.assertEqual((invoice.amount_residual, lot.amount_due), (0.0, 0.0))
        payment = self.env["account.payment"].search([("partner_id", "=", self.alice.id)])
        self.assertEqual((payment.amount, payment.journal_id, payment.memo), (25.0, self.cash, "Chèque 12"))
        self.assertClean()

    def test_on_account_then_paid(self):
        lot = self.sell(journal="account", quantity=2)
        _order, invoice = self.of(lot)
        self.assertEqual((lot.balance, invoice.state, invoice.amount_residual), (20.0, "posted", 50.0))
        self.assertEqual(lot.amount_due, 50.0)
        action = lot.with_user(self.host).action_collect()
        till = self.env["tierslieu.collect"].with_user(self.host).with_context(**action["context"]).create(
            {"journal": str(self.cash.id)}
        )
        self.assertEqual(till.amount, 50.0)
        till.action_collect()
        self.assertEqual((lot.amount_due, invoice.amount_residual), (0.0, 0.0))
        with self.assertRaisesRegex(UserError, "nothing left to pay"):
            till.action_collect()

    def test_twice_is_once(self):
        wizard = self.sale()
        wizard.action_sell()
        lot = wizard.lot_id
        self.assertEqual(wizard.action_sell()["res_id"], lot.id)
        self.assertEqual(self.lots.search([("partner_id", "=", self.alice.id)]), lot.sudo())
        self.assertEqual(self.env["sale.order"].search_count([("partner_id", "=", self.alice.id)]), 1)

    def test_the_fare_of_who_buys(self):
        half = self.env["product.pricelist"].create(
            {
                "name": "Réduit",
                "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 50,
                                             "applied_on": "3_global"})],
            }
        )
        self.alice.tierslieu_profile_id = self.env["tierslieu.profile"].create(
            {"name": "Association", "code": "asso", "pricelist_id": half.id}
        )
        wizard = self.sale()
        self.assertEqual(wizard.amount, 12.5)
        wizard.action_sell()
        _order, invoice = self.of(wizard.lot_id.sudo())
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (12.5, 0.0))
        self.assertEqual(self.sale(partner_id=self.bruno.id).amount, 25.0)

    def test_a_free_pack(self):
        self.pack.list_price = 0
        lot = self.sell()
        self.assertEqual((lot.balance, lot.amount_due), (10.0, 0.0))

    def test_billed_on_delivery(self):
        self.pack.invoice_policy = "delivery"
        _order, invoice = self.of(self.sell())
        self.assertEqual(invoice.amount_total, 25.0)

    def test_for_an_organisation(self):
        self.pack.tierslieu_credit_shared = True
        wizard = self.sale(partner_id=self.solene.id)
        self.assertIn("for everyone of Studio Fanal", wizard.said)
        wizard.action_sell()
        lot = wizard.lot_id.sudo()
        self.assertEqual((lot.partner_id, lot.is_shared), (self.fanal, True))

    def test_wrong_in_one_sentence(self):
        article = self.env["product.product"].create({"name": "Café", "type": "consu"})
        for values, said in (
            ({"quantity": 0}, "one pack at least"),
            ({"quantity": -3}, "one pack at least"),
            ({"quantity": 101}, "100 at the most"),
            ({"product_id": article.id}, "Café is not a pack"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, said), self.env.cr.savepoint():
                self.sale(**values).action_sell()
        self.pack.sale_ok = False
        with self.assertRaisesRegex(UserError, "not a pack"), self.env.cr.savepoint():
            self.sale().action_sell()
        self.assertFalse(self.lots.search([("partner_id", "=", self.alice.id)]))
        self.assertFalse(self.env["sale.order"].search([("partner_id", "=", self.alice.id)]))
        for journal in ("999999", "caisse", "0"):
            with self.subTest(journal=journal), self.assertRaisesRegex(UserError, "how it is paid"):
                self.sale(journal=journal).action_sell()

    def test_who_may_not(self):
        for user in (self.member, self.visitor, self.employee):
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    self.sale(user=user)
                with self.assertRaisesRegex(UserError, "team|access|allowed"):
                    self.sale().with_user(user).action_sell()
        self.assertFalse(self.lots.search([("partner_id", "=", self.alice.id)]))

    def test_of_another_company(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        theirs = self.env["tierslieu.credit.type"].create({"name": "Leur ticket", "company_id": other.id})
        pack = self.env["product.product"].create(
            {"name": "Leur carnet", "type": "service", "tierslieu_credit_type_id": theirs.id}
        )
        far = self.env["res.partner"].create({"name": "Loin", "company_id": other.id})
        self.assertNotIn(pack, self.sale().pack_ids)
        for values in ({"product_id": pack.id}, {"partner_id": far.id}, {"company_id": other.id}):
            with self.subTest(values=values), self.assertRaises(UserError), self.cr.savepoint():
                self.sale(**values).action_sell()
        self.assertFalse(self.lots.search([("type_id", "=", theirs.id)]))

    def test_given_and_handed_over_within_ones_companies(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        theirs = self.env["tierslieu.credit.type"].create({"name": "Leur ticket", "company_id": other.id})
        gift = {"partner_id": self.alice.id, "amount": 2, "reason": "Coup de main"}
        gifts = self.env["tierslieu.credit.gift"].with_user(self.host)
        with self.assertRaises(AccessError), self.cr.savepoint():
            gifts.create(gift | {"type_id": theirs.id}).action_give()
        action = gifts.create(gift | {"type_id": self.tickets.id}).action_give()
        lot = self.lots.browse(action["res_id"])
        self.assertEqual((lot.balance, lot.origin, lot.move_ids.reason), (2.0, "gift", "Coup de main"))
        self.assertEqual(lot.move_ids.create_uid, self.host)
        transfer = self.env["tierslieu.credit.transfer"].with_user(self.host).create(
            {"lot_id": lot.id, "partner_id": self.bruno.id, "amount": 1.5, "reason": "Elle part"}
        )
        after = self.lots.browse(transfer.action_transfer()["res_id"])
        self.assertEqual((lot.balance, after.balance, after.partner_id), (0.5, 1.5, self.bruno))
        self.assertClean()


@tagged("-at_install", "post_install")
class TestCreditPack(CreditCase):
    """A pack that a manager makes is right at once, and stays what it was once it is sold."""

    def make(self, user=None, **values):
        wizard = self.env["tierslieu.credit.pack"].with_user(user or self.manager).create(
            {"name": "5 tickets", "type_id": self.tickets.id, "amount": 5, "price": 15, "months": 6, **values}
        )
        wizard.action_save()
        return self.env["product.template"].search([("name", "=", values.get("name", "5 tickets"))])

    def test_right_at_once(self):
        self.env.company.account_sale_tax_id = self.taxes[20]
        pack = self.make()
        self.assertEqual(
            (pack.type, pack.invoice_policy, pack.sale_ok, pack.purchase_ok, pack.is_published, pack.list_price),
            ("service", "order", True, False, True, 15.0),
        )
        self.assertEqual((pack.taxes_id, pack.company_id), (self.taxes[20], self.env.company))
        lot = self.sell(product_id=pack.product_variant_id.id)
        self.assertEqual((lot.balance, lot.valid_until), (5.0, date(2027, 7, 10)))
        self.assertEqual(lot.sale_line_id.order_id.amount_total, 15.0)

    def test_changed(self):
        pack = self.make()
        action = pack.with_user(self.manager).action_tierslieu_pack()
        wizard = self.env["tierslieu.credit.pack"].with_user(self.manager).with_context(**action["context"]).create({})
        self.assertEqual((wizard.name, wizard.amount, wizard.price, wizard.months), ("5 tickets", 5.0, 15.0, 6))
        wizard.write({"price": 18, "published": False})
        wizard.action_save()
        self.assertEqual((pack.list_price, pack.is_published, pack.tierslieu_credits), (18.0, False, 5.0))
        self.assertEqual(self.env["product.template"].search_count([("name", "=", "5 tickets")]), 1)

    def test_sold_packs_keep_what_they_hold(self):
        self.sell()
        with self.assertRaisesRegex(UserError, "no longer changes"), self.cr.savepoint():
            self.pack.tierslieu_credits = 20
        with self.assertRaisesRegex(UserError, "no longer changes"), self.cr.savepoint():
            self.pack.tierslieu_credit_type_id = False
        self.pack.write({"list_price": 30, "tierslieu_credits": 10})
        self.assertEqual(self.pack.list_price, 30)

    def test_who_may_not(self):
        for user in (self.host, self.member, self.employee):
            with self.subTest(user=user.name), self.assertRaises(UserError), self.cr.savepoint():
                self.make(user=user)
        other = self.env["res.company"].create({"name": "Ailleurs"})
        theirs = self.env["tierslieu.credit.type"].create({"name": "Leur ticket", "company_id": other.id})
        for values in ({"type_id": theirs.id}, {"company_id": other.id}, {"price": -1}):
            with self.subTest(values=values), self.assertRaises(UserError), self.cr.savepoint():
                self.make(**values)
        article = self.env["product.template"].create({"name": "Café", "list_price": 2})
        with self.assertRaisesRegex(UserError, "not a pack"), self.cr.savepoint():
            self.make(product_tmpl_id=article.id)
        self.assertEqual(article.list_price, 2)
