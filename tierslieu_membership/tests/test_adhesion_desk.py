from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .adhesion_common import AdhesionCase


@tagged("post_install", "-at_install")
class TestAdhesionDesk(AdhesionCase):
    """An adhesion entered by the host: order, invoice, payment and adhesion in one go, once."""

    def test_the_day_of_the_host_says_whose_adhesion_is_not_in_order(self):
        self.paid()
        self.invoice(partner=self.bruno)

        def said(day):
            with freeze_time(f"{day} 07:00:00"):
                self.env.invalidate_all()
                rows = self.env["tierslieu.place"].with_user(self.host).today(self.place.id)["rows"]
                return {row["who"]: row["warning"] for row in rows}

        for day in ("2027-01-12", "2028-02-01"):
            for hour, who in ((9, self.alice), (11, self.bruno), (13, self.solene)):
                start = fields.Datetime.to_datetime(f"{day} 00:00:00") + timedelta(hours=hour)
                with freeze_time(start - timedelta(days=1)):
                    self.env["tierslieu.booking"].reserve(
                        self.room, who, start, start + timedelta(hours=1)
                    ).action_confirm()
        self.assertEqual(
            said("2027-01-12"),
            {self.alice.display_name: "", self.bruno.display_name: "Adhesion to pay", self.solene.display_name: ""},
        )
        self.assertEqual(said("2028-02-01")[self.alice.display_name], "Adhesion lapsed")

    def test_paid_by_cheque(self):
        wizard = self.wizard(memo="Chèque 12")
        self.assertEqual(wizard.amount, 20.0)
        self.assertEqual(wizard.said, "Alice Renaud: member from 01/11/2027 to 12/31/2027.")
        action = wizard.action_sell()
        line = wizard.line_id.sudo()
        self.assertEqual((action["res_model"], action["res_id"]), (line._name, line.id))
        self.assertEqual((line.state, line.partner_id, line.member_price), ("paid", self.alice, 20.0))
        move = line.account_invoice_id
        self.assertEqual((move.state, move.amount_residual, move.create_uid), ("posted", 0.0, self.host))
        payment = self.env["account.payment"].search([("partner_id", "=", self.alice.id)])
        self.assertEqual((payment.amount, payment.journal_id, payment.memo), (20.0, self.cash, "Chèque 12"))
        self.assertTrue(self.is_member(self.alice, "2027-06-01"))
        self.assertClean()

    def test_the_receipt_names_the_bank_when_cheques_are_banked_together(self):
        first, second = self.sell(journal="account"), self.sell(partner=self.bruno, journal="account")
        bank = self.cash.copy({"code": "CHQ"})
        bank.name = "Remises de chèques"
        due = (first | second).account_invoice_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": bank.id,
                "date": "2027-01-29",
                "line_ids": [
                    Command.create({"account_id": bank.default_account_id.id, "balance": 40.0}),
                    *(
                        Command.create(
                            {"account_id": line.account_id.id, "partner_id": line.partner_id.id, "balance": -20.0}
                        )
                        for line in due
                    ),
                ],
            }
        )
        entry.action_post()
        for line in due:
            (line | entry.line_ids.filtered(lambda one, line=line: one.partner_id == line.partner_id)).reconcile()
        for line in first | second:
            self.assertTrue(line._tierslieu_has_receipt())
            self.assertEqual(line._tierslieu_payments(), [(self.day("2027-01-29"), "Remises de chèques")])
            self.assertEqual(line._tierslieu_means(), "Remises de chèques")

    def test_the_receipt_says_what_was_set_against_what_was_owed(self):
        line = self.sell(journal="account")
        due = line.account_invoice_id.line_ids.filtered(
            lambda one: one.account_id.account_type == "asset_receivable"
        )
        owed = {"account_id": due.account_id.id, "partner_id": due.partner_id.id, "balance": -20.0}
        worked = {"account_id": self.cash.default_account_id.id, "balance": 20.0}
        other = self.env["account.move"].create(
            {"date": "2027-01-29", "line_ids": [Command.create(worked), Command.create(owed)]}
        )
        other.action_post()
        (due | other.line_ids.filtered("partner_id")).reconcile()
        self.assertEqual((line.state, line._tierslieu_payments()), ("paid", []))
        self.assertEqual(line._tierslieu_means(), "Set against what was owed")

    def test_twice_is_once(self):
        wizard = self.wizard()
        wizard.action_sell()
        line = wizard.line_id
        self.assertEqual(wizard.action_sell()["res_id"], line.id)
        self.assertEqual(len(self.Adhesion.search([("partner_id", "=", self.alice.id)])), 1)
        with self.assertRaisesRegex(UserError, "has joined today: a member until"):
            self.wizard().action_sell()

    def test_the_team_sells_it_all_the_same(self):
        first = self.sell()
        wizard = self.wizard()
        self.assertTrue(wizard.is_refused)
        rule = wizard.said
        with self.assertRaisesRegex(UserError, "Say why"), self.cr.savepoint():
            self.wizard(override_reason="x").action_sell()
        wizard.override_reason = "Paie aussi l'an prochain"
        wizard.action_sell()
        second = wizard.line_id.sudo()
        self.assertEqual((first.date_to, second.date_from), (self.day("2027-12-31"), self.day("2028-01-01")))
        self.assertEqual(second.state, "paid")
        trace = self.env["tierslieu.override"].search([("res_model", "=", second._name), ("res_id", "=", second.id)])
        self.assertEqual((trace.rule, trace.reason), (rule, "Paie aussi l'an prochain"))
        given = self.sell(partner=self.bruno, journal="free", reason="Bénévole")
        again = self.sell(partner=self.bruno, journal="free", reason="Bénévole", override_reason="L'an prochain")
        self.assertEqual(again.date_from, self.day("2028-01-01"))
        self.assertNotEqual(given, again)

    def test_left_open_then_paid(self):
        line = self.sell(journal="account")
        self.assertEqual((line.state, line.tierslieu_status), ("invoiced", "unpaid"))
        self.assertFalse(self.is_member(self.alice, "2027-06-01"))
        with self.assertRaisesRegex(UserError, "not paid yet"), self.cr.savepoint():
            self.sell()
        action = line.with_user(self.host).action_tierslieu_collect()
        till = self.env["tierslieu.collect"].with_user(self.host).with_context(**action["context"]).create(
            {"journal": str(self.cash.id)}
        )
        self.assertEqual(till.amount, 20.0)
        till.action_collect()
        self.assertEqual((line.state, line.tierslieu_status), ("paid", "valid"))
        with self.assertRaisesRegex(UserError, "nothing left to pay"):
            till.action_collect()

    def test_the_fare_of_who_joins(self):
        reduced = self.env["product.pricelist"].create(
            {
                "name": "Réduit",
                "item_ids": [
                    (0, 0, {"compute_price": "fixed", "fixed_price": 10, "applied_on": "1_product",
                            "product_tmpl_id": self.civil.id})
                ],
            }
        )
        self.alice.tierslieu_profile_id = self.env["tierslieu.profile"].create(
            {"name": "Solidaire", "code": "soli", "pricelist_id": reduced.id}
        )
        self.assertEqual(self.wizard().amount, 10.0)
        self.assertEqual(self.sell().account_invoice_id.amount_total, 10.0)
        self.assertEqual(self.sell(partner=self.bruno).account_invoice_id.amount_total, 20.0)

    def test_nobody_types_a_price_that_is_set(self):
        with self.assertRaisesRegex(UserError, "costs"), self.cr.savepoint():
            self.sell(amount=1.0)
        self.assertFalse(self.Adhesion.search([("partner_id", "=", self.alice.id)]))

    def test_a_free_price(self):
        wizard = self.wizard(self.open)
        self.assertEqual(wizard.amount, 10.0)
        with self.assertRaisesRegex(ValidationError, "5.00.€ at least"), self.cr.savepoint():
            self.sell(self.open, amount=4.99)
        line = self.sell(self.open, amount=7.5)
        self.assertEqual((line.member_price, line.account_invoice_id.amount_total), (7.5, 7.5))

    def test_a_floor_of_nothing(self):
        self.open.tierslieu_floor = 0.0
        line = self.sell(self.open, amount=0.0)
        self.assertEqual((line.state, line.member_price), ("free", 0.0))
        self.assertTrue(self.is_member(self.alice, "2027-06-01"))
        order = line.tierslieu_sale_line_id.order_id
        order._create_invoices()
        self.assertEqual(len(self.Adhesion.search([("partner_id", "=", self.alice.id)])), 1)
        self.assertClean()

    def test_given_with_a_reason(self):
        for reason in (False, " ", "x"):
            with self.assertRaisesRegex(UserError, "Say why"), self.cr.savepoint():
                self.sell(journal="free", reason=reason)
        line = self.sell(journal="free", reason="Tient le repair café")
        self.assertEqual((line.state, line.tierslieu_free_reason), ("free", "Tient le repair café"))
        self.assertFalse(line.account_invoice_id)
        self.assertEqual((line.date_from, line.date_to), (self.day("2027-01-11"), self.day("2027-12-31")))
        self.assertTrue(self.is_member(self.alice, "2027-06-01"))
        trace = self.env["tierslieu.override"].search([("res_model", "=", line._name), ("res_id", "=", line.id)])
        self.assertEqual((trace.reason, trace.user_id), ("Tient le repair café", self.host))
        self.assertIn(line, self.Adhesion.search([("state", "=", "free"), ("tierslieu_scope", "!=", False)]))
        self.assertClean()

    def test_one_pays_and_several_are_members(self):
        line = self.sell(self.family, people="Zoé Renaud, zoe@lequai.example\nLéo Renaud")
        self.assertEqual(line.partner_id, self.alice)
        names = sorted(line.tierslieu_covered_ids.mapped("name"))
        self.assertEqual(names, ["Alice Renaud", "Léo Renaud", "Zoé Renaud"])
        for person in line.tierslieu_covered_ids:
            self.assertTrue(self.is_member(person, "2027-06-01"))
        zoe = line.tierslieu_covered_ids.filtered("email") - self.alice
        # Next year: the same people, found again by their name or their address.
        people = self.alice._tierslieu_people_typed("ZOE RENAUD\nleo renaud\nZoé, Zoe@lequai.example")
        self.assertEqual(people, line.tierslieu_covered_ids - self.alice)
        self.assertIn(zoe, people)
        # A namesake of somebody else's family is another person.
        self.assertNotIn(self.bruno._tierslieu_people_typed("Léo Renaud"), line.tierslieu_covered_ids)

    def test_not_more_than_it_is_for(self):
        with self.assertRaisesRegex(UserError, "4 people at the most: these are 5"), self.cr.savepoint():
            self.sell(self.family, people="A B\nC D\nE F\nG H")
        self.assertFalse(self.env["res.partner"].search([("name", "=", "A B")]))
        self.assertEqual(len(self.sell(self.family, people="A B\nC D\nE F").tierslieu_covered_ids), 4)

    def test_renewed_by_its_button(self):
        line = self.sell(self.family, people="Zoé Renaud")
        action = line.with_user(self.host).action_tierslieu_renew()
        wizard = self.env["tierslieu.adhesion.sale"].with_user(self.host).with_context(**action["context"]).create(
            {"journal": str(self.cash.id)}
        )
        self.assertEqual((wizard.partner_id, wizard.product_id), (self.alice, line.membership_id))
        self.assertEqual(wizard.covered_ids.mapped("name"), ["Zoé Renaud"])
        self.assertIn("has joined today", wizard.said)

    def test_wrong_in_one_sentence(self):
        article = self.products["desk_day"]
        for values, said in (
            ({"product_id": article.id, "amount": 15.0}, "not an adhesion"),
            ({"journal": "999999"}, "how it is paid"),
        ):
            with self.assertRaisesRegex((UserError, ValueError), said), self.cr.savepoint():
                self.sell(**values)

    def test_who_may_not(self):
        for user in (self.member, self.visitor, self.employee):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.wizard(user=user).action_sell()
            with self.assertRaises(UserError), self.cr.savepoint():
                self.wizard().with_user(user).action_sell()
        self.assertFalse(self.Adhesion.search([("partner_id", "=", self.alice.id)]))


@tagged("post_install", "-at_install")
class TestAdhesionLists(AdhesionCase):
    """Who is a member on a date, who has let it lapse, what a person's form says."""

    def states(self, *people):
        self.env.invalidate_all()
        return [person.tierslieu_adhesion_state for person in people]

    def found(self, *states):
        return self.env["res.partner"].with_user(self.host).search(
            [("tierslieu_adhesion_state", "in", states), ("id", "in", (self.alice | self.bruno | self.solene).ids)]
        )

    def test_states(self):
        self.company.tierslieu_adhesion_grace = 15
        self.paid(date="2026-01-05")
        self.invoice(partner=self.bruno)
        self.assertEqual(self.states(self.alice, self.bruno, self.solene), ["grace", "unpaid", "none"])
        self.company.tierslieu_adhesion_grace = 0
        self.assertEqual(self.states(self.alice), ["lapsed"])
        self.assertEqual(self.found("lapsed"), self.alice)
        self.assertEqual(self.found("unpaid"), self.bruno)
        self.assertEqual(self.found("none"), self.solene)
        self.paid(self.team, self.solene)
        self.assertEqual(self.states(self.solene), ["valid"])
        self.assertEqual(self.found("valid", "grace"), self.solene)
        self.paid()
        self.assertEqual(self.states(self.alice), ["valid"], "The best of them decides.")
        self.assertFalse(self.found("lapsed"))

    def test_members_on_a_date(self):
        self.paid(date="2026-06-01")
        self.paid(partner=self.bruno)
        self.paid(self.team, self.solene)
        credited = self.env["res.partner"].create({"name": "Rendu"})
        move = self.invoice(partner=credited)
        self.pay(move)
        self.credit(move)
        everyone = self.alice | self.bruno | self.solene | self.fanal | credited
        for day in ("2026-05-31", "2026-06-01", "2027-01-10", "2027-01-11", "2027-01-19", "2027-01-20", "2028-06-01"):
            wizard = self.env["tierslieu.adhesion.day"].with_user(self.host).create({"date": day})
            action = wizard.action_show()
            listed = self.env[action["res_model"]].with_user(self.host).search(action["domain"]) & everyone
            expected = everyone.filtered(lambda one, day=day: self.is_member(one, day))
            self.assertEqual(listed, expected.with_user(self.host), day)
        # For an assembly, a grant, an insurance: who manages may take the list away, who welcomes only reads it.
        self.assertFalse(self.host.has_group("base.group_allow_export"))
        manager = new_test_user(self.env, "gerante_export", groups="tierslieu_base.group_manager")
        exported = self.bruno.with_user(manager).export_data(
            ["name", "email", "tierslieu_adhesion_state", "tierslieu_adhesion_until"]
        )
        self.assertEqual(exported["datas"][0][:2], ["Bruno Costa", "bruno@lequai.example"])

    def test_the_form_of_a_person(self):
        line = self.sell(self.family, people="Zoé Renaud")
        zoe = line.tierslieu_covered_ids - self.alice
        action = zoe.with_user(self.host).action_view_tierslieu_adhesions()
        self.assertEqual(self.Adhesion.search(action["domain"]), line)
        self.assertEqual(zoe.with_user(self.host).tierslieu_adhesion_said, "12/31/2027")
        self.assertIn(("Adhesion", "until 12/31/2027"), zoe._tierslieu_card_lines())
        self.assertFalse(zoe._tierslieu_card_warnings())

    def test_the_card_warns(self):
        self.paid(date="2026-01-05")
        self.assertIn("Adhesion over since 12/31/2026: propose to renew it.", self.alice._tierslieu_card_warnings())
        self.invoice(partner=self.bruno)
        self.assertIn("Adhesion not paid yet.", self.bruno._tierslieu_card_warnings())
