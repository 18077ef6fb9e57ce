from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .charge_common import ChargeCase, create_card

MAILS = [("subject", "ilike", "did not go through")]


@tagged("post_install", "-at_install")
class TestCharge(ChargeCase):
    """What cards are charged for, and when."""

    def mails(self):
        return self.env["mail.mail"].search(MAILS)

    def test_a_due_invoice_is_charged_once(self):
        contract = self.resident_with_card()
        self.charge()
        self.charge()
        [charge] = self.charges(contract)
        [tx] = charge.transaction_ids
        self.assertEqual((charge.state, charge.tries, tx.state, tx.amount), ("paid", 1, "done", 310.0))
        [move] = self.moves(contract)
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.assertEqual(move.amount_residual, 0)
        self.assertEqual(tx.payment_id.amount, 310.0)
        self.assertClean()

    def test_each_month_has_its_own(self):
        contract = self.resident_with_card()
        self.charge()
        for day in ("2027-02-01", "2027-03-01"):
            with self.on(day):
                self.bill()
                self.charge()
                self.charge()
        self.assertEqual(self.charges(contract).transaction_ids.mapped("amount"), [310.0] * 3)

    def test_nothing_before_the_day(self):
        term = self.env["account.payment.term"].create(
            {"name": "Dix jours", "line_ids": [(0, 0, {"value": "percent", "value_amount": 100, "nb_days": 10})]}
        )
        self.alice.property_payment_term_id = term
        contract = self.resident_with_card(start="2027-01-11")
        with self.on("2027-01-20"):
            self.charge()
            self.assertFalse(self.charges(contract))
        with self.on("2027-01-21"):
            self.charge()
            self.assertEqual(self.charges(contract).state, "paid")

    def test_what_is_paid_in_part_is_charged_for_the_rest(self):
        contract = self.resident_with_card()
        [move] = self.moves(contract)
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
            {"journal_id": self.provider.journal_id.id, "amount": 100}
        ).action_create_payments()
        self.charge()
        self.assertEqual(self.charges(contract).transaction_ids.amount, 210.0)
        self.assertEqual(move.amount_residual, 0)

    def test_no_card_no_charge(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        self.charge()
        self.assertFalse(self.charges(contract))

    def test_no_charge_without_consent(self):
        contract = self.resident_with_card()
        contract.tierslieu_card_consent_on = False
        self.charge()
        self.assertEqual((self.charges(contract).state, len(self.charges(contract).transaction_ids)), ("stopped", 0))

    def test_the_card_of_somebody_else_is_refused(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        card = create_card(self.env, self.provider, self.bruno)
        with self.assertRaises(UserError):
            contract._tierslieu_keep_card(card, self.bruno)
        with self.assertRaises(ValidationError):
            contract.tierslieu_token_id = card

    def test_a_card_that_is_deleted_is_charged_no_more(self):
        contract = self.resident_with_card()
        self.Charge._find_due()
        self.card.active = False
        self.assertFalse(contract.tierslieu_token_id)
        self.charge()
        self.assertEqual(self.charges(contract).state, "stopped")
        self.assertIn("No card", self.charges(contract).message)
        other = create_card(self.env, self.provider, self.alice)
        contract._tierslieu_keep_card(other, self.alice)
        self.charge()
        self.assertEqual((self.charges(contract).state, self.charges(contract).transaction_ids.token_id),
                         ("paid", other))

    def test_a_disabled_provider_is_not_asked(self):
        contract = self.resident_with_card()
        self.env.cr.execute("UPDATE payment_provider SET state = 'disabled' WHERE id = %s", [self.provider.id])
        self.env.invalidate_all()
        self.charge()
        charge = self.charges(contract)
        self.assertEqual((charge.state, len(charge.transaction_ids), len(charge.activity_ids)), ("check", 0, 1))
        self.assertIn("is disabled", charge.message)
        self.provider.state = "test"
        contract.tierslieu_token_id.active = True
        charge.with_user(self.host).action_charge_again()
        self.charge()
        self.assertEqual((charge.state, len(charge.activity_ids)), ("paid", 0))

    def test_over_and_settled_nothing_is_charged(self):
        contract = self.resident_with_card()
        self.Charge._find_due()
        contract.action_terminate("2027-01-11")
        with self.on("2027-01-13"), patch.object(
            type(contract), "_compute_tierslieu_owed", lambda each: each.update({"tierslieu_owed": 0.0})
        ):
            self.charge()
        self.assertEqual(self.charges(contract).state, "stopped")
        self.assertFalse(self.charges(contract).transaction_ids)

    def test_what_was_used_before_the_end_is_charged(self):
        contract = self.resident_with_card()
        contract.action_terminate("2027-01-11")
        with self.on("2027-01-13"):
            self.charge()
        # 10 days of 31 used, 11 with the last: the credit note is set off first.
        self.assertEqual(self.charges(contract).transaction_ids.amount, 110.0)
        self.assertEqual(sum(self.moves(contract).mapped("amount_residual")), 0)

    # -- Other payments of the same invoice

    def test_refused_while_another_payment_is_under_way(self):
        for state in ("draft", "pending", "authorized"):
            contract = self.resident_with_card(start="2027-01-01")
            [move] = self.moves(contract)
            other = self.other_payment(move, state)
            self.charge()
            self.assertEqual(self.charges(contract).state, "due", state)
            self.assertEqual(move.transaction_ids, other)
            other.state = "cancel"
            self.charge()
            self.assertEqual(self.charges(contract).state, "paid", state)

    def test_a_payment_that_somebody_left_is_shown_to_the_team(self):
        contract = self.resident_with_card()
        self.other_payment(self.moves(contract), "pending")
        self.charge()
        with self.on("2027-01-15"):
            self.charge()
        charge = self.charges(contract)
        self.assertEqual((charge.state, len(charge.activity_ids)), ("check", 1))
        self.assertIn("Another payment", charge.message)

    def test_nobody_pays_by_hand_what_is_being_charged(self):
        self.card.demo_simulated_state = "pending"
        contract = self.resident_with_card()
        self.charge()
        self.assertEqual(self.charges(contract).state, "waiting")
        with self.assertRaises(ValidationError):
            self.other_payment(self.moves(contract), "draft")

    def test_a_payment_by_hand_stops_the_retries(self):
        self.card.demo_simulated_state = "error"
        contract = self.resident_with_card()
        self.charge()
        self.pay_by_hand(self.moves(contract))
        self.card.demo_simulated_state = "done"
        with self.on("2027-01-14"):
            self.charge()
        charge = self.charges(contract)
        self.assertEqual((charge.state, len(charge.transaction_ids)), ("stopped", 1))

    # -- Refused

    def test_refused_three_retries_then_the_team(self):
        self.card.demo_simulated_state = "error"
        contract = self.resident_with_card()
        self.charge()
        charge = self.charges(contract)
        self.assertEqual((charge.state, charge.next_on, charge.tries), ("due", date(2027, 1, 14), 1))
        [mail] = self.mails()
        # The dates of a place follow the languages that it has.
        self.assertRegex(mail.body_html, "January 14, 2027|14 janvier 2027")
        self.assertIn(f"/my/invoices/{charge.move_id.id}", mail.body_html)
        tries = {}
        for day in range(12, 22):
            with self.on(f"2027-01-{day}"):
                self.charge()
                self.charge()
                tries[day] = charge.tries
        self.assertEqual(tries, {12: 1, 13: 1, 14: 2, 15: 2, 16: 3, 17: 3, 18: 4, 19: 4, 20: 4, 21: 4})
        self.assertEqual(charge.state, "failed")
        self.assertEqual(len(charge.activity_ids), 1)
        self.assertEqual(len(self.mails()), 2, "The first time and the last.")
        self.assertIn("do not try again", self.mails().sorted("id")[-1].body_html)

    def test_a_later_success_clears_everything(self):
        self.card.demo_simulated_state = "error"
        contract = self.resident_with_card()
        self.charge()
        self.card.demo_simulated_state = "done"
        with self.on("2027-01-14"):
            self.charge()
        charge = self.charges(contract)
        self.assertEqual((charge.state, charge.message, len(charge.activity_ids)), ("paid", False, 0))
        self.assertEqual(self.moves(contract).amount_residual, 0)

    def test_failed_for_good_then_paid_by_hand_leaves_no_activity(self):
        self.company.tierslieu_charge_retries = ""
        self.card.demo_simulated_state = "error"
        contract = self.resident_with_card()
        self.charge()
        self.assertEqual((self.charges(contract).state, len(self.charges(contract).activity_ids)), ("failed", 1))
        self.pay_by_hand(self.moves(contract))
        self.charge()
        self.assertEqual((self.charges(contract).state, len(self.charges(contract).activity_ids)), ("stopped", 0))

    def test_another_card_is_charged_at_once(self):
        self.card.demo_simulated_state = "error"
        contract = self.resident_with_card()
        self.charge()
        other = create_card(self.env, self.provider, self.alice)
        contract._tierslieu_keep_card(other, self.alice)
        self.charges(contract)._again()
        self.charge()
        self.assertEqual(self.charges(contract).transaction_ids.mapped("state"), ["done", "error"])

    def test_retries_are_days(self):
        for wrong in ("trois", "7, 3", "0", "3 3", "1 2 3 4 5 6", "90", "-3"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                self.company.tierslieu_charge_retries = wrong

    # -- The provider takes its time, or nobody knows

    def test_a_provider_that_takes_its_time(self):
        self.card.demo_simulated_state = "pending"
        contract = self.resident_with_card()
        self.charge()
        self.charge()
        charge = self.charges(contract)
        self.assertEqual((charge.state, len(charge.transaction_ids)), ("waiting", 1))
        charge.transaction_ids.action_demo_set_done()
        self.charge()
        self.assertEqual((charge.state, len(charge.transaction_ids)), ("paid", 1))

    def test_pending_then_refused_is_tried_again(self):
        self.card.demo_simulated_state = "pending"
        contract = self.resident_with_card()
        self.charge()
        charge = self.charges(contract)
        charge.transaction_ids.action_demo_set_canceled()
        self.charge()
        self.assertEqual((charge.state, charge.next_on), ("due", date(2027, 1, 14)))

    def test_a_surprise_while_asking_is_never_asked_again(self):
        contract = self.resident_with_card()
        surprise = patch.object(
            type(self.env["payment.transaction"]), "_send_payment_request", side_effect=RuntimeError("cable")
        )
        with surprise as asked, mute_logger("odoo.addons.tierslieu_membership.models.charge"):
            self.charge()
            self.charge()
            self.charge()
        charge = self.charges(contract)
        self.assertEqual((asked.call_count, charge.state, len(charge.activity_ids)), (1, "check", 1))
        self.assertEqual(charge.transaction_ids.state, "draft", "It stays, for whoever asks the bank.")

    def test_the_team_says_that_the_bank_never_had_it(self):
        contract = self.resident_with_card()
        self.Charge._find_due()
        charge = self.charges(contract)
        charge._claim()
        self.charge()
        self.assertEqual((charge.state, charge.transaction_ids.state), ("check", "draft"))
        with self.assertRaises(UserError):
            charge.with_user(self.host).action_charge_again()
        with self.assertRaises(UserError):
            charge.with_user(self.host).action_give_up()
        charge.with_user(self.manager).action_give_up()
        charge.with_user(self.host).action_charge_again()
        self.charge()
        self.assertEqual((charge.state, sorted(charge.transaction_ids.mapped("state"))), ("paid", ["cancel", "done"]))

    def test_the_bank_answers_after_all(self):
        contract = self.resident_with_card()
        self.Charge._find_due()
        charge = self.charges(contract)
        tx = charge._claim()
        self.charge()
        self.assertEqual(charge.state, "check")
        tx._process("demo", {"reference": tx.reference, "simulated_state": "done"})
        self.charge()
        self.assertEqual((charge.state, len(charge.transaction_ids), len(charge.activity_ids)), ("paid", 1, 0))

    def test_the_database_refuses_a_second_payment_under_way(self):
        contract = self.resident_with_card()
        self.Charge._find_due()
        charge = self.charges(contract)
        tx = charge._claim()
        self.env.flush_all()
        with self.assertRaises(Exception) as caught, mute_logger("odoo.sql_db"), self.cr.savepoint():
            tx.copy({"reference": "again", "tierslieu_charge_id": charge.id})
            self.env.flush_all()
        self.assertIn("tierslieu_one_live", str(caught.exception))

    # -- The first payment on line

    def test_the_card_of_the_first_payment_is_kept_when_they_agree(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        tx = self.other_payment(self.moves(contract), "draft")
        tx.write({"tokenize": True})
        tx._process("demo", {"reference": tx.reference, "simulated_state": "done", "payment_details": "1234"})
        tx._post_process()
        self.assertEqual(contract.tierslieu_token_id.payment_details, "1234")
        self.assertEqual(contract.tierslieu_card_consent_by, self.alice)
        self.assertTrue(contract.tierslieu_card_consent_on)
        self.charge()
        self.assertFalse(self.charges(contract).transaction_ids, "It is paid.")

    def test_not_ticked_it_is_not_kept(self):
        contract = self.subscribe(self.resident, "2027-01-01")
        self.bill()
        tx = self.other_payment(self.moves(contract), "draft")
        tx._process("demo", {"reference": tx.reference, "simulated_state": "done", "payment_details": "1234"})
        tx._post_process()
        self.assertFalse(contract.tierslieu_token_id)

    def test_only_the_team_charges_again(self):
        contract = self.resident_with_card()
        self.charge()
        for user in (self.member, self.employee):
            with self.subTest(user.name), self.assertRaises(UserError):
                self.charges(contract).with_user(user).action_charge_again()
        with self.assertRaises(UserError):
            self.charges(contract).with_user(self.host).action_charge_again()

    def test_billing_calls_the_charges(self):
        contract = self.resident_with_card()
        cron = self.env.ref("tierslieu_membership.cron_charge")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        with self.on("2027-02-01"):
            self.bill()
        self.assertGreater(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before)
        self.assertEqual(len(self.moves(contract)), 2)
