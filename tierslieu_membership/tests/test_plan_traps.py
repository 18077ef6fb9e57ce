from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
class TestTrapsOfContract(PlanCase):
    """What OCA's `contract` does by itself and a subscription must not: each was measured on a prototype."""

    def test_a_stub_of_310_is_200_not_201_50(self):
        contract = self.subscribe(self.resident, "2027-01-12")
        with self.on("2027-01-12"):
            self.bill()
        self.assertEqual(self.totals(contract), [200.0])
        self.assertEqual(self.moves(contract).invoice_line_ids.quantity, 1)

    def test_begun_on_the_31st_it_does_not_drift(self):
        contract = self.subscribe(self.resident, "2027-01-31")
        with self.on("2027-06-30"):
            self.bill()
        self.assertEqual({move.invoice_date.day for move in self.moves(contract)[1:]}, {1})

    def test_twelve_dues_of_a_thousand_are_a_thousand(self):
        contract = self.subscribe(self.dues, "2027-01-01")
        with self.on("2027-12-31"):
            self.bill()
        self.assertEqual(len(self.totals(contract)), 12)
        self.assertAlmostEqual(sum(self.totals(contract)), 1000, 2)

    def test_three_months_late_is_one_night(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        with self.on("2027-04-01"):
            self.bill()
        self.assertEqual(len(self.moves(contract)), 4)

    def test_a_deleted_draft_gives_its_month_back(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        contract._recurring_create_invoice()
        draft = self.moves(contract)
        self.assertEqual(draft.state, "draft")
        self.assertEqual(contract.recurring_next_date, date(2027, 2, 1))
        draft.unlink()
        self.assertEqual(contract.recurring_next_date, date(2027, 1, 1))
        self.bill()
        self.assertEqual(self.totals(contract), [310.0])

    def test_a_cancelled_invoice_gives_its_month_back(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        move = self.moves(contract)
        move.button_draft()
        move.button_cancel()
        self.bill()
        self.assertEqual(self.moves(contract).mapped("state"), ["cancel", "posted"])
        with self.assertRaisesRegex(UserError, "invoiced again already"):
            move.button_draft()
        self.assertClean()

    def test_a_cancelled_invoice_taken_up_again_takes_its_month_again(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        move = self.moves(contract)
        move.button_draft()
        move.button_cancel()
        move.button_draft()
        move.action_post()
        self.bill()
        self.assertEqual(self.moves(contract), move)

    def test_a_month_in_the_middle_is_not_given_back(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        with self.on("2027-02-01"):
            self.bill()
        first = self.moves(contract)[0]
        first.button_draft()
        with self.assertRaisesRegex(UserError, "Later days"):
            first.button_cancel()

    def test_nobody_follows_the_contract_nor_is_told_of_its_changes(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        contract.action_change_plan(self.nomad, "2027-01-11")
        contract.action_terminate("2027-01-31")
        self.assertNotIn(self.alice, contract.message_partner_ids)
        self.assertFalse(self.env["mail.mail"].search([("recipient_ids", "in", self.alice.ids)]))

    def test_inside_an_invoiced_period_it_can_be_ended(self):
        contract = self.subscribe(self.year, "2027-01-01")
        self.bill()
        contract.action_terminate("2027-06-30")
        self.assertEqual(contract.contract_line_ids.last_date_invoiced, date(2027, 6, 30))

    def test_the_header_has_no_start_and_is_not_due_for_ever(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.assertFalse(contract.date_start)
        contract.action_terminate("2027-01-10")
        self.bill()
        self.assertFalse(contract.recurring_next_date)

    def test_other_contracts_are_left_to_oca(self):
        other = self.Contract.create(
            {
                "name": "Nettoyage", "partner_id": self.bruno.id, "line_recurrence": True,
                "contract_line_ids": [(0, 0, {
                    "product_id": self.products["room_hour"].id, "name": "Nettoyage", "quantity": 1,
                    "specific_price": 80, "date_start": "2027-01-01", "recurring_rule_type": "monthly",
                    "recurring_next_date": "2027-01-01", "recurring_invoicing_type": "pre-paid"})],
            }
        )
        self.bill()
        self.assertFalse(other._get_related_invoices())
        self.Contract.cron_recurring_create_invoice()
        self.assertEqual(other._get_related_invoices().amount_total, 80)
        other._get_related_invoices().unlink()


@tagged("post_install", "-at_install")
class TestTrapsOfPeers(PlanCase):
    """What broke in the billing of others: each of their mistakes, tried here."""

    def test_double_issue_leaves_no_hole_in_the_numbers(self):
        for nth in range(3):
            self.subscribe(self.resident, partner=self.env["res.partner"].create({"name": f"Abonnée {nth}"}))
        self.bill()
        self.bill()
        moves = self.env["account.move"].search([("line_ids.tierslieu_billed", "=", True)], order="name")
        numbers = [int(name.rsplit("/", 1)[1]) for name in moves.mapped("name")]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))

    def test_the_database_refuses_a_period_twice(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        contract._recurring_create_invoice()
        contract.contract_line_ids.last_date_invoiced = False
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            contract._recurring_create_invoice()

    def test_double_cancel_makes_one_credit_note(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        contract.action_terminate("2027-01-20")
        with self.assertRaises(UserError):
            contract.action_terminate("2027-01-20")
        self.assertEqual(self.totals(contract, "out_refund"), [110.0])

    def test_an_invoice_credited_by_hand_is_not_credited_again(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        self.moves(contract)._reverse_moves(cancel=True)
        self.assertEqual(self.totals(contract, "out_refund"), [310.0])
        contract.action_terminate("2027-01-20")
        self.assertEqual(self.totals(contract, "out_refund"), [310.0])

    def test_two_subscriptions_of_one_person_are_both_billed(self):
        """Idempotence by client would skip the second one."""
        both = self.subscribe(self.resident, "2027-01-01") | self.subscribe(self.nomad, "2027-01-05")
        self.bill()
        self.assertEqual([len(self.moves(each)) for each in both], [1, 1])

    def test_a_second_subscription_to_the_same_plan_is_billed_too(self):
        both = self.subscribe(self.quarter, "2027-01-01") | self.subscribe(self.quarter, "2027-01-01")
        self.bill()
        self.assertEqual([len(self.moves(each)) for each in both], [1, 1])

    def test_vat_is_split_by_rate(self):
        contract = self.subscribe(self.resident, "2027-02-01")
        contract.sudo().contract_line_ids = [(0, 0, {
            "product_id": self.products["desk_day"].id, "name": "Repas", "quantity": 1, "specific_price": 110,
            "date_start": "2027-02-01", "recurring_rule_type": "monthlylastday",
            "recurring_invoicing_type": "pre-paid"})]
        with self.on("2027-02-01"):
            self.bill()
        taxes = self.moves(contract).line_ids.filtered("tax_line_id")
        self.assertEqual(
            {line.tax_line_id.amount: line.credit for line in taxes}, {20.0: 51.67, 10.0: 10.0}
        )

    def test_a_credit_note_is_a_document_with_its_reason_and_its_invoice(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        contract.action_terminate("2027-01-20")
        [credit] = self.moves(contract, "out_refund")
        self.assertEqual(credit.reversed_entry_id, self.moves(contract))
        self.assertEqual(credit.state, "posted")
        self.assertIn("Not used: Poste résident", credit.invoice_line_ids.name)

    def test_booking_dated_after_the_end_has_no_credit_of_it(self):
        contract = self.subscribe(self.nomad, "2027-01-01")
        contract.action_terminate("2027-01-20")
        booking = self.reserve(self.desks, self.at(15, 10), 1)
        self.assertEqual(booking.amount_total, 3.0)

    def test_price_of_a_booking_that_is_made_stays_after_a_change_of_plan(self):
        contract = self.subscribe(self.nomad, "2027-01-01")
        booking = self.reserve(self.desks, self.at(4, 10), 2)
        booking.action_confirm()
        contract.action_change_plan(self.resident, "2027-01-12")
        self.assertEqual((booking.state, booking.amount_total), ("confirmed", 0))

    def test_first_period_of_28_and_of_31_days(self):
        january = self.subscribe(self.resident, "2027-01-31")
        february = self.subscribe(self.resident, "2027-02-28", partner=self.bruno)
        with self.on("2027-02-28"):
            self.bill()
        self.assertEqual((self.totals(january)[0], self.totals(february)[0]), (10.0, 11.07))

    def test_price_changed_before_the_next_period(self):
        """Nobody is renewed at a price they did not agree to, old or new."""
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        self.resident.product_id.list_price = 999
        with self.on("2027-02-01"):
            self.bill()
        self.assertEqual(self.totals(contract), [310.0, 310.0])
        self.assertEqual(self.subscribe(self.resident, "2027-02-01", partner=self.bruno).tierslieu_price, 999)

    def test_a_duplicate_of_an_invoice_is_not_a_period(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        copy = self.moves(contract).copy()
        self.assertFalse(copy.invoice_line_ids.tierslieu_billed)
        copy.unlink()
        self.assertEqual(contract.recurring_next_date, date(2027, 2, 1))
