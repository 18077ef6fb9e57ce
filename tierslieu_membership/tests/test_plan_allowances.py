from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
class TestAllowances(PlanCase):
    """Credits each period: a lot of each, ahead of time, to the day at both ends."""

    def lots(self, contract):
        return contract.tierslieu_lot_ids.sorted("valid_from")

    def left(self, contract):
        return {lot.valid_from: lot.balance for lot in self.lots(contract)}

    def test_a_lot_a_month_as_far_ahead_as_one_books(self):
        contract = self.subscribe(self.nomad, "2027-01-16")
        lots = self.lots(contract)
        # 16 days of 31, then whole months.
        self.assertEqual(lots[0].granted, 5.16)
        self.assertEqual((lots[0].valid_from, lots[0].valid_until), (date(2027, 1, 16), date(2027, 1, 31)))
        self.assertEqual((lots[1].granted, lots[1].valid_from, lots[1].valid_until),
                         (10.0, date(2027, 2, 1), date(2027, 2, 28)))
        self.assertGreaterEqual(lots[-1].valid_until, date(2027, 3, 1))
        self.assertEqual(set(lots.mapped("origin")), {"plan"})
        self.assertClean()

    def test_granted_once_and_further_each_night(self):
        contract = self.subscribe(self.nomad, "2027-01-01")
        before = self.lots(contract)
        contract._tierslieu_grant_allowances()
        self.assertEqual(self.lots(contract), before)
        with self.on("2027-03-15"):
            self.night()
            self.assertGreater(self.lots(contract)[-1].valid_from, date(2027, 4, 30))

    def test_a_booking_of_next_month_draws_on_next_month(self):
        contract = self.subscribe(self.nomad, "2027-01-01")
        booking = self.reserve(self.desks, self.at(24, 10), 3)
        self.assertEqual(booking.amount_total, 0)
        self.assertEqual(self.left(contract)[date(2027, 1, 1)], 10)
        self.assertEqual(self.left(contract)[date(2027, 2, 1)], 7)

    def test_nothing_is_carried_over(self):
        contract = self.subscribe(self.nomad, "2027-01-01")
        with self.on("2027-02-03"):
            self.expire()
            self.assertEqual(self.left(contract)[date(2027, 1, 1)], 0)
            self.assertEqual(self.left(contract)[date(2027, 2, 1)], 10)

    def test_carried_over_when_the_plan_says_so(self):
        self.nomad.allowance_ids.carry_over = True
        contract = self.subscribe(self.nomad, "2027-01-01")
        with self.on("2027-02-03"):
            self.expire()
            self.assertEqual(self.left(contract)[date(2027, 1, 1)], 10)
            contract.action_terminate("2027-02-10")
        with self.on("2027-02-13"):
            self.expire()
        self.assertFalse(sum(self.left(contract).values()))

    def test_the_end_takes_back_what_comes_after(self):
        contract = self.subscribe(self.nomad, "2027-01-01")
        self.reserve(self.desks, self.at(1, 10), 2).action_confirm()
        contract.action_terminate("2027-01-15")
        # 15 days of 31 are 4.84: two are spent.
        self.assertEqual(self.left(contract)[date(2027, 1, 1)], 2.84)
        self.assertFalse(any(left for day, left in self.left(contract).items() if day > date(2027, 1, 15)))
        booking = self.reserve(self.desks, self.at(7, 10), 2)
        self.assertGreater(booking.amount_total, 0)
        self.assertClean()

    def test_what_comes_back_after_the_end_is_of_no_use(self):
        contract = self.subscribe(self.nomad, "2027-01-01")
        booking = self.reserve(self.desks, self.at(24, 10), 3)
        booking.action_confirm()
        contract.action_terminate("2027-01-15")
        booking.action_cancel()
        self.assertEqual(self.left(contract)[date(2027, 2, 1)], 0)
        self.assertClean()

    def test_what_is_booked_for_after_the_end_is_handed_to_the_team(self):
        contract = self.subscribe(self.nomad, "2027-01-01")
        self.reserve(self.desks, self.at(1, 10), 2).action_confirm()
        later = self.reserve(self.desks, self.at(24, 10), 3)
        later.action_confirm()
        gone = self.reserve(self.desks, self.at(25, 10), 1)
        gone.action_confirm()
        gone.action_cancel()
        wizard = self.env["tierslieu.subscription.end"].create({"contract_id": contract.id, "date": "2027-01-15"})
        self.assertIn(later.when, wizard.booked_after)
        self.assertNotIn(";", wizard.booked_after)
        wizard.date = "2027-02-28"
        self.assertFalse(wizard.booked_after)
        contract.action_terminate("2027-01-15")
        self.assertEqual(later.state, "confirmed")
        [activity] = contract.activity_ids.filtered(lambda one: "after the end" in one.summary)
        self.assertIn(later.when, activity.note)
        self.assertClean()

    def test_change_of_plan_in_a_month(self):
        twice = self.nomad.copy({"name": "Nomade double"})
        twice.allowance_ids.amount = 20
        contract = self.subscribe(self.nomad, "2027-01-01")
        contract.action_change_plan(twice, "2027-01-16")
        lots = self.lots(contract).filtered(lambda lot: not lot.is_taken_back)
        self.assertEqual(lots[0].balance, 4.84)
        self.assertEqual(lots[0].valid_until, date(2027, 1, 15))
        self.assertEqual((lots[1].granted, lots[1].valid_from), (10.32, date(2027, 1, 16)))
        self.assertEqual(lots[2].granted, 20)
        self.assertClean()

    def test_what_bookings_have_drawn_is_not_given_twice(self):
        """Next month's credits are spent, then the plan changes: the new plan gives what is left of its own."""
        twice = self.nomad.copy({"name": "Nomade double"})
        twice.allowance_ids.amount = 20
        contract = self.subscribe(self.nomad, "2027-01-01")
        self.reserve(self.desks, self.at(24, 9), 8).action_confirm()
        contract.action_change_plan(twice, "2027-02-01")
        february = self.lots(contract).filtered(lambda lot: lot.valid_from == date(2027, 2, 1) and lot.balance)
        self.assertEqual(february.mapped("balance"), [12.0])
        contract._tierslieu_grant_allowances()
        self.assertEqual(sum(self.lots(contract).filtered(
            lambda lot: lot.valid_from == date(2027, 2, 1)).mapped("balance")), 12.0)
        self.assertClean()

    def test_another_price_gives_no_credits_again(self):
        for day in ("2027-02-01", "2027-02-15"):
            contract = self.subscribe(self.nomad, "2027-01-01", partner=self.bruno)
            before = self.left(contract)
            contract.action_change_plan(self.nomad, day, price=70)
            self.assertEqual(self.left(contract), before)
            with self.on("2027-02-20"):
                self.night()
                self.assertEqual({k: v for k, v in self.left(contract).items() if k in before}, before)
            self.assertEqual(len(self.lots(contract)), len(self.left(contract)))

    def test_no_more_than_the_month_has(self):
        self.subscribe(self.nomad, "2027-01-01")
        self.reserve(self.desks, self.at(1, 9), 8)
        booking = self.reserve(self.desks, self.at(2, 9), 8)
        # 2 hours are left: the others are paid.
        self.assertGreater(booking.amount_total, 0)

    def test_holders_are_not_told_each_month(self):
        self.subscribe(self.nomad, "2027-01-01")
        lots = self.env["tierslieu.credit.lot"]
        self.assertFalse(lots.search(lots._soon_domain()).filtered("contract_line_id"))

    def test_a_quarter_s_credits_on_a_monthly_plan(self):
        self.nomad.allowance_ids.write({"period": "quarter", "amount": 9})
        contract = self.subscribe(self.nomad, "2027-02-15")
        # 45 days of 90.
        self.assertEqual(self.lots(contract)[0].granted, 4.5)

    def test_another_company_s_credits_are_refused(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        theirs = self.env["tierslieu.credit.type"].create({"name": "Jeton", "company_id": other.id})
        with self.assertRaisesRegex(UserError, "another company"):
            self.nomad.allowance_ids = [(0, 0, {"type_id": theirs.id, "amount": 1})]
