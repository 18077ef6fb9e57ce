import random
from collections import defaultdict
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import FULL

from . import proration_oracle as oracle
from .plan_common import PlanCase
from .test_proration import make_history

HISTORIES = 100 if FULL else 3
ONE_DAY = timedelta(days=1)
LONGEST = 200  # days: a history of years of months is the same over and over


@tagged("post_install", "-at_install")
class TestHistories(PlanCase):
    """Random histories lived through posted invoices and credit notes: what is left of them is what days add up to."""

    def histories(self):
        dice = random.Random(61)
        while True:
            history = make_history(dice)
            short = (history[-1].last - history[0].first).days <= LONGEST
            if short and not any(stretch.goes_on for stretch in history):
                yield history

    def plan_for(self, stretch):
        return {"month": self.nomad, "quarter": self.quarter, "year": self.year, "dues": self.dues}[stretch.cycle]

    def live(self, history):
        """Subscribe, bill, change and end as the history says, each in its time; return the subscription."""
        plans = [self.plan_for(stretch).copy({"name": f"Formule {nth}"}) for nth, stretch in enumerate(history)]
        for nth, stretch in enumerate(history):
            with self.on(stretch.first):
                if not nth:
                    contract = self.subscribe(plans[0], stretch.first, price=stretch.cents / 100)
                else:
                    contract.action_change_plan(plans[nth], stretch.first, price=stretch.cents / 100)
                contract._tierslieu_bill()
            with self.on(stretch.last):
                contract._tierslieu_bill()
        with self.on(history[-1].last):
            contract.action_terminate(history[-1].last)
        return contract, plans

    def test_posted_documents_are_worth_what_the_days_add_up_to(self):
        self.nomad.allowance_ids.unlink()
        histories = self.histories()
        for nth in range(HISTORIES):
            if nth % 10 == 0:
                # One long transaction: nobody else sees these rows, and counts them for the planner.
                self.cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment")
            history = next(histories)
            contract, plans = self.live(history)
            moves = self.moves(contract) | self.moves(contract, "out_refund")
            self.assertEqual(set(moves.mapped("state")) - {"posted"}, set())
            found = defaultdict(int)
            for line in moves.invoice_line_ids:
                stretch = plans.index(line.contract_line_id.tierslieu_plan_id)
                key = stretch, oracle.period(line.tierslieu_first, history[stretch].cycle)
                sign = 1 if line.move_id.move_type == "out_invoice" else -1
                self.assertEqual(len(line.move_id.invoice_line_ids), 1)
                found[key] += sign * round(line.move_id.amount_total * 100)
            wanted = {key: cents for key, cents in oracle.owed(history).items() if cents}
            self.assertEqual({key: cents for key, cents in found.items() if cents}, wanted, history)
        self.assertClean()
