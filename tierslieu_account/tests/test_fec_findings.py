from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from ..models import fec_check
from .fec_books import FecCase


@tagged("post_install", "-at_install")
@freeze_time("2027-02-01 10:00:00")
class TestFecCheck(FecCase):
    """Each fault is found, with the entry that has it; and none where there is none."""

    def touch(self, table, record, **values):
        """Write around the ORM what Odoo would refuse."""
        self.env.flush_all()
        for column, value in values.items():
            self.env.cr.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, record.id])
        self.env.invalidate_all()

    def only(self, key, **values):
        """Check 2026 and return the one finding of a kind, whose entries it opens."""
        export = self.export(**values)
        export.action_check()
        return export.finding_ids.filtered(lambda finding: finding.key == key)

    def test_clean_books_say_nothing(self):
        self.sale()
        self.assertEqual(self.found(), {})
        export = self.export()
        export.action_check()
        self.assertEqual((export.state, export.summary), ("ready", "All is in order."))

    def test_unbalanced(self):
        move = self.sale()
        self.touch("account_move_line", move.line_ids[0], debit=101, balance=101)
        finding = self.only("unbalanced", mode="official")
        self.assertEqual((finding.count, finding.blocking, finding.problem_ids.move_id), (1, True, move))
        self.assertIn(move.name, finding.problem_ids.sentence)
        self.assertIn("1.00", finding.problem_ids.sentence)
        self.assertEqual(finding.export_id.state, "faulty")

    def test_an_entry_of_an_earlier_year_that_does_not_balance_is_in_the_opening(self):
        move = self.entry((self.a512, 50), (self.a101310, -50), day="2025-03-12")
        self.touch("account_move_line", move.line_ids[0], debit=51, balance=51)
        self.assertEqual(self.only("unbalanced").problem_ids.move_id, move)

    def test_lines_without_a_label(self):
        self.sale()
        move = self.sale(label="  ")
        slash = self.sale(label="/")
        finding = self.only("no_label")
        self.assertEqual((finding.count, finding.blocking), (4, False))
        self.assertEqual(finding.problem_ids.move_id, move | slash)
        self.assertIn("2 lines without a label (411100, 706000)", finding.problem_ids[0].sentence)

    def test_no_number(self):
        move = self.sale()
        self.touch("account_move", move, name=None)
        finding = self.only("no_number")
        self.assertEqual((finding.count, finding.blocking, finding.problem_ids.move_id), (1, True, move))

    def test_a_bill_without_the_reference_of_the_supplier(self):
        bills = self.env["account.move"].create(
            [
                {
                    "move_type": "in_invoice", "partner_id": self.partner.id, "invoice_date": "2026-05-04",
                    "date": "2026-05-04", "journal_id": self.purchases.id, "ref": ref,
                    "invoice_line_ids": [
                        Command.create({"name": "Café", "account_id": self.a606.id, "price_unit": 12, "tax_ids": False})
                    ],
                }
                for ref in ("F-1", False)
            ]
        )
        bills.action_post()
        self.assertEqual(self.only("no_ref").problem_ids.move_id, bills[1])

    def test_accounts_without_three_digits(self):
        odd = self.env["account.account"].create({"code": "X1", "name": "Divers", "account_type": "expense"})
        self.entry((odd, 10), (self.a512, -10))
        finding = self.only("short_account")
        self.assertEqual((finding.count, finding.blocking, finding.problem_ids.account_id), (1, True, odd))
        action = finding.action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.account", odd.id))

    def test_drafts_of_the_period(self):
        self.sale(post=False, day="2025-12-31")
        self.sale(post=False, day="2027-01-01")
        inside = self.sale(post=False, day="2026-12-31") | self.sale(post=False, day="2026-01-01")
        finding = self.only("draft", mode="official")
        self.assertEqual((finding.count, finding.blocking, finding.problem_ids.move_id), (2, True, inside))
        self.assertEqual(finding.export_id.state, "faulty")
        action = finding.action_open()
        self.assertEqual(self.env["account.move"].search(action["domain"]), inside)

    def test_gaps(self):
        first, second, third = self.sale(day="2026-03-01"), self.sale(day="2026-03-02"), self.sale(day="2026-03-03")
        self.assertNotIn("gap", self.found())
        second.button_draft()
        second.button_cancel()
        finding = self.only("gap")
        self.assertEqual((finding.count, finding.problem_ids.move_id), (1, third))
        self.assertEqual(
            finding.problem_ids.sentence, f"One number is missing between {first.name} and {third.name}."
        )
        first.button_draft()
        first.button_cancel()
        self.assertEqual(self.only("gap").problem_ids.sentence, f"The series begins with {third.name}.")

    def test_dates_that_do_not_agree(self):
        late, other = self.sale(), self.sale()
        self.touch("account_move", late, invoice_date="2027-01-15")
        self.touch("account_move", other, sequence_prefix="ODX/2025/", name="ODX/2025/00001")
        finding = self.only("date_outside")
        self.assertEqual(finding.problem_ids.move_id, late | other)
        self.assertIn("its document is dated", finding.problem_ids[0].sentence)
        self.assertIn("its number is of another year", finding.problem_ids[1].sentence)

    def test_characters_that_the_file_cannot_hold(self):
        label = self.sale(label="Soirée 🎉")
        ref = self.sale(ref="Ω-12")
        self.partner.name = "Łukasz — Café €"
        found = self.only("charset")
        self.assertEqual((found.count, found.blocking), (4, False))
        self.assertEqual(found.problem_ids.move_id, label | ref)
        self.assertEqual(found.problem_ids.partner_id, self.partner)
        self.assertNotIn("charset", self.found(charset="UTF-8"))

    def test_what_french_needs_is_in_the_charset(self):
        self.sale(label="Où naît l'œuvre ? « Ça », Noël à 10 € ; Ÿ, ž", ref="№ 1".replace("№", "n°"))
        self.assertEqual(self.found(), {})

    def test_separators_within_a_text(self):
        moves = self.sale(label="un\tdeux") | self.sale(ref="un|deux") | self.sale(label="un\nfin")
        finding = self.only("delimiter")
        self.assertEqual(finding.problem_ids.move_id, moves)
        self.assertEqual(finding.count, 5)
        self.assertIn("un⇥deux", finding.problem_ids[0].sentence)

    def test_lines_of_zero(self):
        move = self.entry((self.a411100, 10), (self.a706000, -10), (self.a606, 0))
        finding = self.only("zero")
        self.assertEqual((finding.count, finding.problem_ids.move_id), (1, move))

    def test_third_parties_without_a_partner(self):
        move = self.entry(
            {"account_id": self.a411100.id, "balance": 10, "name": "x"}, (self.a706000, -10)
        )
        finding = self.only("no_partner")
        self.assertEqual((finding.count, finding.problem_ids.move_id), (1, move))
        self.assertIn("411100", finding.problem_ids.sentence)

    def test_two_partners_with_one_reference(self):
        twin = self.partner.copy({"name": "Alix Jumelle", "ref": "C00123"})
        self.sale()
        self.assertNotIn("aux_twice", self.found())
        move = self.sale(post=False)
        move.line_ids.filtered("partner_id").partner_id = twin
        move.action_post()
        self.assertEqual(self.found()["aux_twice"], ["C00123: Alix Durand, Alix Jumelle"])
        self.assertNotIn("aux_twice", self.found(auxiliary="id"))

    def test_an_earlier_result_waits(self):
        self.sale(amount=300, day="2025-06-01")
        self.assertIn("A profit of", self.found()["result"][0])
        allocation = self.entry((self.a706000, 300), (self.a120, -300), day="2025-12-31")
        self.assertNotIn("result", self.found())
        allocation.button_draft()
        allocation.unlink()
        self.entry((self.a999999, 300), (self.a120, -300), day="2026-06-01")
        [sentence] = self.found()["result"]
        self.assertIn("Account 999999 has a balance of", sentence)

    def test_an_earlier_loss_waits(self):
        self.entry((self.a606, 40), (self.a512, -40), day="2025-06-01")
        [sentence] = self.found()["result"]
        self.assertIn("A loss of", sentence)
        self.assertIn("40.00", sentence)

    def test_entries_without_a_date_of_validation(self):
        move = self.sale()
        self.touch("account_move", move, tierslieu_validated_on=None)
        self.assertEqual(self.only("no_validation").problem_ids.move_id, move)

    def test_no_siren(self):
        self.sale()
        for registry in (False, "123", "732829320", "73282932100074"):
            self.company.company_registry = registry
            finding = self.only("siren", mode="official")
            if registry == "732829320":
                self.assertFalse(finding)
                continue
            self.assertEqual((finding.count, finding.blocking), (1, True))
            self.assertEqual(finding.export_id.state, "faulty")

    def test_a_part_of_a_year_and_a_year_that_is_not_over(self):
        self.sale()
        self.assertEqual(list(self.found(last="2026-06-30")), ["partial"])
        with freeze_time("2026-12-31 10:00:00"):
            finding = self.only("not_over", mode="official")
        self.assertTrue(finding.blocking)
        self.assertEqual(finding.export_id.state, "faulty")

    def test_other_companies_have_their_own_faults(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        self.sale(post=False)
        findings = self.Check._findings(self.export()._period()._replace(company=other))
        self.assertEqual([finding["key"] for finding in findings if finding["count"]], ["siren"])

    def test_so_many_are_listed_and_all_are_counted(self):
        self.patch(fec_check, "MOST", 2)
        for _index in range(3):
            self.sale(post=False)
        finding = self.only("draft")
        self.assertEqual((finding.count, len(finding.problem_ids)), (3, 2))

    def test_closing_checks_have_them(self):
        draft = self.sale(post=False)
        checks = {
            check["key"]: check
            for check in self.env["tierslieu.books"].with_user(self.accountant)._closing_checks(
                self.company, self.export().first, self.export().last
            )
        }
        check = checks["fec_draft"]
        self.assertEqual((check["count"], check["blocking"]), (1, True))
        self.assertEqual(check["action"]["res_id"], draft.id)
        self.assertEqual((checks["fec_gap"]["count"], checks["fec_gap"]["action"]), (0, None))
        self.assertEqual(checks["fec_changed"]["count"], 0)
