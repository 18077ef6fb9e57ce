from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .adhesion_common import AdhesionCase


@tagged("post_install", "-at_install")
class TestAdhesion(AdhesionCase):
    """How long an adhesion is good for, and what its invoice makes of it."""

    def test_civil_year(self):
        line = self.paid()
        self.assertEqual((line.date_from, line.date_to), (self.day("2027-01-11"), self.day("2027-12-31")))
        self.assertEqual((line.state, line.tierslieu_covered_ids, line.company_id), ("paid", self.alice, self.company))
        self.assertFalse(self.is_member(self.alice, "2027-01-10"))
        self.assertTrue(self.is_member(self.alice, "2027-01-11"))
        self.assertTrue(self.is_member(self.alice, "2027-12-31"))
        self.assertTrue(self.is_member(self.alice, "2028-01-10"), "The last day of grace.")
        self.assertFalse(self.is_member(self.alice, "2028-01-11"))
        self.assertFalse(self.is_member(self.bruno, "2027-06-01"))
        self.assertClean()

    def test_twelve_months(self):
        line = self.paid(self.rolling)
        self.assertEqual((line.date_from, line.date_to), (self.day("2027-01-11"), self.day("2028-01-10")))

    def test_joining_from_october_counts_for_the_next_year_too(self):
        self.company.tierslieu_adhesion_from_month = 10
        with freeze_time("2027-09-30 10:00:00"):
            self.assertEqual(self.paid().date_to, self.day("2027-12-31"))
        with freeze_time("2027-10-01 10:00:00"):
            self.assertEqual(self.paid(partner=self.bruno).date_to, self.day("2028-12-31"))

    def test_the_date_is_that_of_the_invoice(self):
        line = self.paid(self.rolling, date="2026-12-20")
        self.assertEqual((line.date_from, line.date_to), (self.day("2026-12-20"), self.day("2027-12-19")))

    def test_the_date_is_that_of_the_place(self):
        with freeze_time("2027-12-31 23:30:00"):
            line = self.paid()
        self.assertEqual((line.date_from, line.date_to), (self.day("2028-01-01"), self.day("2028-12-31")))

    def test_a_renewal_goes_on_from_the_end(self):
        self.paid(self.rolling)
        with freeze_time("2027-12-20 10:00:00"):
            line = self.paid(self.rolling)
        self.assertEqual((line.date_from, line.date_to), (self.day("2028-01-11"), self.day("2029-01-10")))
        with freeze_time("2029-01-15 10:00:00"):
            line = self.paid(self.rolling)
            self.assertEqual(line.date_from, self.day("2029-01-11"), "Within the days of grace.")
        with freeze_time("2030-03-01 10:00:00"):
            self.assertEqual(self.paid(self.rolling).date_from, self.day("2030-03-01"))

    # -- The state follows the payment

    def test_invoices_drag_no_members_along(self):
        """What is written on any invoice has no dates or states of members worked out again for it."""
        registry, dragged = self.env.registry, set()
        for field in self.env["account.move"]._fields.values():
            dragged |= {
                f"{field.name}: {dependent}"
                for dependent in registry.get_dependent_fields(field)
                if dependent.model_name in ("res.partner", "res.users") and "member" in dependent.name
            }
        self.assertFalse(dragged)

    def test_a_state_is_known_before_anything_is_saved(self):
        """Paid, taken back, paid again: each is seen in the transaction that does it."""
        move = self.invoice()
        line = move.invoice_line_ids.membership_line_ids
        self.pay(move)
        self.assertEqual((line.state, self.alice.membership_state), ("paid", "paid"))
        move.line_ids.remove_move_reconcile()
        self.assertEqual((line.state, self.alice.membership_state), ("invoiced", "invoiced"))
        self.assertFalse(self.is_member(self.alice, "2027-06-01"))


    def test_from_draft_to_paid(self):
        move = self.invoice(post=False)
        line = self.of(move)
        self.assertEqual(line.state, "waiting")
        self.assertFalse(self.is_member(self.alice, "2027-02-01"))
        move.action_post()
        self.assertEqual(line.state, "invoiced")
        self.assertFalse(self.is_member(self.alice, "2027-02-01"))
        self.pay(move, 5.0)
        self.assertEqual(line.state, "invoiced", "Paid in part is not paid.")
        self.pay(move)
        self.assertEqual((line.state, line.tierslieu_paid_on), ("paid", self.day("2027-01-11")))
        self.assertTrue(self.is_member(self.alice, "2027-02-01"))
        self.assertClean()

    def test_reset_to_draft_and_posted_again(self):
        move = self.invoice()
        line = self.of(move)
        self.pay(move)
        move.button_draft()
        self.assertEqual((line.state, line.tierslieu_paid_on), ("waiting", False))
        self.assertFalse(self.is_member(self.alice, "2027-02-01"))
        move.action_post()
        if move.amount_residual:
            self.pay(move)
        self.assertEqual(self.of(move), line, "The same one, no second.")
        self.assertEqual((line.state, line.date_cancel), ("paid", False))
        self.assertClean()

    def test_cancelled_draft(self):
        move = self.invoice(post=False)
        move.button_cancel()
        self.assertEqual(self.of(move).state, "canceled")
        self.assertFalse(self.is_member(self.alice, "2027-02-01"))
        move.button_draft()
        self.assertEqual((self.of(move).state, self.of(move).date_cancel), ("waiting", False))
        move.action_post()
        self.pay(move)
        self.assertTrue(self.is_member(self.alice, "2027-02-01"))
        self.assertEqual(len(self.of(move)), 1)

    def test_credited_in_full(self):
        move = self.invoice()
        self.pay(move)
        self.credit(move)
        line = self.of(move)
        self.assertEqual((line.state, line.date_cancel), ("canceled", self.day("2027-01-20")))
        self.assertTrue(self.is_member(self.alice, "2027-01-19"), "It was one until then.")
        self.assertFalse(self.is_member(self.alice, "2027-01-20"))
        self.assertFalse(self.is_member(self.alice, "2028-01-05"), "No grace after that.")
        self.assertClean()

    def test_credited_before_it_was_paid(self):
        move = self.invoice()
        self.credit(move)
        self.assertEqual(self.of(move).state, "canceled")
        self.assertFalse(self.is_member(self.alice, "2027-01-15"))

    def test_credited_in_part(self):
        """OCA ends the membership on the date of any credit note."""
        move = self.invoice()
        self.pay(move)
        self.credit(move, 8.0)
        line = self.of(move)
        self.assertEqual((line.state, line.date_cancel), ("paid", False))
        self.assertTrue(self.is_member(self.alice, "2027-06-01"))
        self.credit(move, 12.0, "2027-02-10")
        self.assertEqual((line.state, line.date_cancel), ("canceled", self.day("2027-02-10")))

    def test_a_credit_of_something_else_takes_no_adhesion_away(self):
        move = self.invoice(post=False)
        move.invoice_line_ids = [
            Command.create({"product_id": self.products["desk_day"].id, "quantity": 1, "price_unit": 15.0})
        ]
        move.action_post()
        self.pay(move)
        note = self.credit_of(move, self.products["desk_day"])
        self.assertEqual(note.state, "posted")
        self.assertEqual((self.of(move).state, self.of(move).date_cancel), ("paid", False))
        self.credit_of(move, self.civil.product_variant_id)
        self.assertEqual(self.of(move).state, "canceled")

    def credit_of(self, move, product):
        note = self.draft_credit(move)
        note.invoice_line_ids.filtered(lambda line: line.product_id != product).unlink()
        with freeze_time("2027-01-20 10:00:00"):
            note.action_post()
        return note

    def test_a_credit_note_that_is_undone(self):
        move = self.invoice()
        self.pay(move)
        note = self.credit(move)
        note.button_draft()
        self.assertEqual((self.of(move).state, self.of(move).date_cancel), ("paid", False))
        note.button_cancel()
        self.assertEqual((self.of(move).state, self.of(move).date_cancel), ("paid", False))
        self.assertTrue(self.is_member(self.alice, "2027-06-01"))
        self.assertClean()

    def test_a_copy_of_an_invoice_is_another_adhesion(self):
        move = self.invoice()
        self.pay(move)
        copy = move.copy()
        self.assertEqual(self.of(copy).state, "waiting")
        copy.action_post()
        self.assertEqual(self.of(copy).date_from, self.day("2028-01-01"))
        self.assertEqual(len(self.of(move)), 1)

    def test_a_deduction_makes_no_member(self):
        move = self.invoice(post=False)
        move.invoice_line_ids = [
            Command.create({"product_id": self.civil.product_variant_id.id, "quantity": -1, "price_unit": 5.0})
        ]
        move.action_post()
        self.assertEqual((len(self.of(move)), move.amount_total), (1, 15.0))
        self.pay(move)
        self.assertEqual(self.of(move).state, "paid")

    def test_another_article_on_the_same_line(self):
        move = self.invoice(post=False)
        move.invoice_line_ids.product_id = self.products["desk_day"]
        self.assertFalse(self.of(move))
        move.invoice_line_ids.product_id = self.rolling.product_variant_id
        self.assertEqual(self.of(move).membership_id, self.rolling.product_variant_id)
        self.assertEqual(self.of(move).date_to, self.day("2028-01-10"))
        move.unlink()
        self.assertFalse(self.Adhesion.search([("partner_id", "=", self.alice.id)]))

    def test_an_invoice_that_changes_hands(self):
        move = self.invoice(post=False)
        move.partner_id = self.bruno
        self.assertEqual((self.of(move).partner_id, self.of(move).tierslieu_covered_ids), (self.bruno, self.bruno))

    # -- Whom it covers

    def test_everyone_of_an_organisation(self):
        line = self.paid(self.team, self.solene)
        self.assertEqual((line.partner_id, line.tierslieu_entity_id), (self.fanal, self.fanal))
        newcomer = self.env["res.partner"].create({"name": "Nour", "parent_id": self.fanal.id})
        for person in (self.solene, self.fanal, newcomer):
            self.assertTrue(self.is_member(person, "2027-06-01"))
        self.assertFalse(self.is_member(self.alice, "2027-06-01"))
        self.solene.parent_id = False
        self.assertFalse(self.is_member(self.solene, "2027-06-01"))

    def test_company_by_company(self):
        self.paid()
        other = self.env["res.company"].create({"name": "La Gare"})
        self.assertFalse(self.alice.with_company(other).is_tierslieu_member_on("2027-06-01"))
        self.assertTrue(self.is_member(self.alice, "2027-06-01"))

    def test_many_people_in_a_constant_number_of_queries(self):
        def queries(number):
            people = self.env["res.partner"].create([{"name": f"Membre {nth}"} for nth in range(number)])
            for person in people[::2]:
                self.paid(partner=person)
            self.paid(self.team, people[1])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = [self.is_member(person, "2027-06-01") for person in people]
            self.assertEqual(sum(found), number // 2 + 1)
            return self.cr.sql_log_count - before

        self.assertEqual(queries(4), queries(12))

    # -- What is sold

    def test_a_fee_without_counterpart_bears_no_tax(self):
        self.assertFalse(self.civil.taxes_id)
        with self.assertRaisesRegex(ValidationError, "bears no tax"), self.cr.savepoint():
            self.civil.taxes_id = self.taxes[20]
        with self.assertRaisesRegex(ValidationError, "bears no tax"), self.cr.savepoint():
            self.invoice(post=False).invoice_line_ids.tax_ids = self.taxes[20]
        self.civil.tierslieu_untaxed = False
        self.civil.taxes_id = self.taxes[20]
        self.assertEqual(self.invoice().amount_tax, 3.33)

    def test_oca_asks_for_dates_of_its_own_articles_still(self):
        with self.assertRaisesRegex(ValidationError, "start date and an end date"), self.cr.savepoint():
            self.env["product.template"].create({"name": "Une autre", "membership": True})

    def test_the_floor_is_in_the_model(self):
        for price in (4.99, 0.0, -1.0):
            with self.assertRaisesRegex(ValidationError, "at least"), self.cr.savepoint():
                self.invoice(self.open, price=price)
        self.assertEqual(self.paid(self.open).member_price, 10.0, "What is suggested.")
        self.invoice(self.open, self.bruno, price=5.0)

    def test_accounts(self):
        """Account by account: 756100 without VAT, cash, then given back."""
        move = self.invoice()
        income = move.invoice_line_ids.account_id
        self.assertEqual(income.code, "756100")
        entries = {line.account_id.code[:3]: line.balance for line in move.line_ids}
        self.assertEqual(entries, {"756": -20.0, move.line_ids.account_id.filtered(
            lambda account: account.account_type == "asset_receivable").code[:3]: 20.0})
        self.assertFalse(move.line_ids.tax_ids | move.line_ids.tax_line_id)
        self.pay(move)
        self.assertEqual((move.amount_residual, move.amount_tax), (0.0, 0.0))
        note = self.credit(move)
        back = note.invoice_line_ids
        self.assertEqual((back.account_id.code, back.balance, note.amount_tax), ("756100", 20.0, 0.0))

    def test_may_not_be_had_twice(self):
        self.paid(date="2027-01-04")
        with self.assertRaisesRegex(UserError, "until December 31, 2027: the renewal opens on October 2, 2027"):
            self.Adhesion._tierslieu_check_buyable(self.civil, self.alice)
        with freeze_time("2027-10-02 10:00:00"):
            self.Adhesion._tierslieu_check_buyable(self.civil, self.alice)
        self.invoice(partner=self.bruno)
        with self.assertRaisesRegex(UserError, "not paid yet"):
            self.Adhesion._tierslieu_check_buyable(self.civil, self.bruno)
