import threading
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data

from .plan_common import create_plan_data

NOW = datetime(2030, 1, 7, 7)  # a Monday, eight in Paris
NOISE = ("odoo.sql_db", "odoo.service.model")
TIMES = 3


class PlanRaceCase(RaceCase):
    """Two desks, plans, and people who want them at the same instant."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        plans = create_plan_data(env, data)
        cls.desks = data["desks"].id
        data["desks"].unit_count = 2
        cls.plans = {name: record.id for name, record in plans.items()}
        cls.company = env.company.id
        cls.nobody = 0

    def setUp(self):
        super().setUp()
        self.local = threading.local()
        clock = patch("odoo.fields.Datetime.now", lambda: getattr(self.local, "now", NOW))
        clock.start()
        self.addCleanup(clock.stop)

    def tearDown(self):
        """Free every desk, and forget what a control has spoilt: other races look at the whole database."""
        with self.committed() as env:
            self.clean_up(env)
        super().tearDown()

    def clean_up(self, env):
        env.cr.execute("UPDATE contract_contract SET active = FALSE")
        env.cr.execute("UPDATE tierslieu_occupancy SET state = 'released'")
        env.cr.execute("UPDATE tierslieu_booking SET state = 'cancelled' WHERE state IN ('hold', 'confirmed')")

    def someone(self, env):
        type(self).nobody += 1
        return env["res.partner"].create({"name": f"Contender {self.nobody}"})

    def people(self, number):
        with self.committed() as env:
            return [self.someone(env).id for _nth in range(number)]

    def subscribe(self, partner, plan="resident"):
        return lambda env: env["tierslieu.plan"].subscribe(self.plans[plan], partner, date(2030, 1, 7)).id

    def book(self, partner, hour=3):
        start = NOW + timedelta(hours=hour)
        return lambda env: env["tierslieu.booking"].reserve(
            self.desks, partner, start, start + timedelta(hours=1)).id

    def at_once(self, *actions, work=0.1):
        with self.expected_logs(*NOISE):
            return self.race(len(actions), lambda env, nth: actions[nth](env), work=work)

    def live(self):
        with self.committed() as env:
            return env["tierslieu.occupancy"].search_count(
                [("unit_id.space_ids", "=", self.desks), ("state", "in", ("hold", "firm"))]
            )


@tagged("post_install", "-at_install", "race")
class TestPlanRaces(PlanRaceCase):
    """What two want at the same instant, of which one only can be had."""

    # -- The last desk

    def last_desk(self):
        """Two desks, one taken for good: five who subscribe and five who book want the other."""
        people = self.people(11)
        with self.committed() as env:
            self.subscribe(people.pop())(env)
        return self.at_once(*(self.subscribe(who) if nth % 2 else self.book(who) for nth, who in enumerate(people)))

    def test_a_subscription_against_bookings_for_the_last_desk(self):
        for _nth in range(TIMES):
            outcomes = self.last_desk()
            self.assertEqual(sum(outcome.won for outcome in outcomes), 1, outcomes)
            for outcome in outcomes:
                if not outcome.won:
                    self.assertIsInstance(outcome.error, UserError, outcome)
            self.assertEqual(self.live(), 2)
            with self.committed() as env:
                self.assertEqual(env["tierslieu.integrity"].run(), [])
                self.clean_up(env)

    @heavy
    def test_control_the_last_desk(self):
        with self.without_constraint("tierslieu_occupancy", "tierslieu_occupancy_no_overlap"):
            registry = self.registry["tierslieu.occupancy"]

            def blind(occupancy, units, ranges, vals, together, space=None):
                free = units - occupancy._live(units, ranges).unit_id
                return occupancy._insert(free[:1], ranges, vals) if free else occupancy.browse()

            with patch.object(registry, "_claim", blind):
                outcomes = self.last_desk()
            self.assertGreater(sum(outcome.won for outcome in outcomes), 1, "The control run shows no race")

    # -- The allowance of a month

    def draws(self, work=0.1):
        """Someone has one ticket left of the month; four bookings at once want it."""
        [who] = self.people(1)
        with self.committed() as env:
            env["tierslieu.space"].browse(self.desks).unit_count = 20
            env["tierslieu.plan.allowance"].search([("plan_id", "=", self.plans["nomad"])]).amount = 1.24
            contract = env["contract.contract"].browse(self.subscribe(who, "nomad")(env))
            # 25 days of 31: one ticket.
            lot = contract.tierslieu_lot_ids.sorted("valid_from")[:1].id
        outcomes = self.at_once(*[self.book(who)] * 4, work=work)
        with self.committed() as env:
            bookings = env["tierslieu.booking"].browse([outcome.value for outcome in outcomes if outcome.won])
            left = sum(env["tierslieu.credit.lot"].browse(lot).move_ids.mapped("amount"))
            return outcomes, sorted(bookings.mapped("amount_total")), left

    def test_the_allowance_of_a_month_by_four_bookings(self):
        outcomes, prices, left = self.draws()
        self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
        self.assertEqual(prices, [0.0, 3.0, 3.0, 3.0])
        self.assertEqual(left, 0)

    @heavy
    def test_control_the_allowance_of_a_month(self):
        def post(lot, kind, amount, booking=None, reason=None, invoice_line=None):
            lot = lot.sudo()
            if sum(lot.move_ids.mapped("amount")) + float(amount) < 0:
                raise UserError("There are not so many credits left")  # pylint: disable=translation-required
            return lot.env["tierslieu.credit.move"].create(
                {"lot_id": lot.id, "kind": kind, "amount": float(amount), "booking_id": booking and booking.id}
            )

        real = self.registry["tierslieu.credit.lot"]._post
        blind = threading.Event()

        def either(lot, *arguments, **options):
            return (post if blind.is_set() and arguments[0] == "consume" else real)(lot, *arguments, **options)

        with patch.object(self.registry["tierslieu.credit.lot"], "_post", either):
            blind.set()
            _outcomes, prices, left = self.draws(work=0.5)
        self.assertLess(left, 0, "The control run shows no race")
        self.assertGreater(prices.count(0.0), 1)

    # -- One subscription, twice at once

    def test_two_ends_make_one_credit_note(self):
        [who] = self.people(1)
        with self.committed() as env:
            contract = env["contract.contract"].browse(self.subscribe(who)(env))
            contract._tierslieu_bill()
            contract = contract.id
        outcomes = self.at_once(
            *[lambda env: env["contract.contract"].browse(contract).action_terminate("2030-01-20")] * 3
        )
        self.assertOneWinner(outcomes, UserError)
        self.assertEqual(self.credit_notes(contract), 1)

    def test_two_changes_make_one_credit_note(self):
        [who] = self.people(1)
        with self.committed() as env:
            contract = env["contract.contract"].browse(self.subscribe(who)(env))
            contract._tierslieu_bill()
            contract = contract.id
        outcomes = self.at_once(
            *[lambda env: env["contract.contract"].browse(contract).action_change_plan(
                self.plans["nomad"], "2030-01-20")] * 3
        )
        self.assertOneWinner(outcomes, UserError)
        self.assertEqual(self.credit_notes(contract), 1)

    def credit_notes(self, contract):
        with self.committed() as env:
            lines = env["account.move.line"].search([("contract_line_id.contract_id", "=", contract)])
            return len(lines.move_id.filtered(lambda move: move.move_type == "out_refund"))

    def test_two_billing_runs_bill_once(self):
        people = self.people(6)
        with self.committed() as env:
            contracts = [self.subscribe(who, "quarter")(env) for who in people]
        outcomes = self.at_once(
            *[lambda env: env["contract.contract"].browse(contracts)._tierslieu_bill().ids] * 3
        )
        self.assertTrue(any(outcome.won for outcome in outcomes), outcomes)
        with self.committed() as env:
            lines = env["account.move.line"].search([("contract_line_id.contract_id", "in", contracts)])
            self.assertEqual(len(lines.move_id), 6)
            self.assertEqual(len(set(lines.move_id.mapped("name"))), 6)
