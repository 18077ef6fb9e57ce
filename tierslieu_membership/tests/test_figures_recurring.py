from datetime import date

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .plan_common import PlanCase

# Another way to say it: lines one by one, without looking at subscriptions.
ORACLE = """
    SELECT COALESCE(SUM(l.tierslieu_price / 1.2 / CASE l.tierslieu_cycle
             WHEN 'month' THEN 1 WHEN 'quarter' THEN 3 ELSE 12 END), 0)
      FROM contract_line l JOIN contract_contract c ON c.id = l.contract_id
     WHERE l.tierslieu_cycle IS NOT NULL AND l.is_canceled IS NOT TRUE AND c.company_id = %(company)s
       AND l.date_start <= %(last)s AND (l.date_end IS NULL OR l.date_end > %(last)s OR (
           l.date_end = %(last)s AND EXISTS (
             SELECT FROM contract_line n WHERE n.contract_id = l.contract_id AND n.is_canceled IS NOT TRUE
              AND n.date_start = l.date_end + 1)))
"""


@tagged("post_install", "-at_install")
class TestRecurringFigures(PlanCase):
    """A year of subscriptions that begin, change and end, looked at from outside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Figures = cls.env["tierslieu.figures.recurring"]

    def live(self):
        """Begin, change and end subscriptions over 2027; it is 15 December."""
        people = [self.env["res.partner"].create({"name": f"Abonnée {nth}"}) for nth in range(8)]
        starts = ("2027-01-01", "2027-01-31", "2027-02-10", "2027-02-28", "2027-03-01", "2027-05-15", "2027-06-01",
                  "2027-11-30")
        plans = (self.resident, self.nomad, self.quarter, self.year, self.dues, self.resident, self.nomad, self.quarter)
        contracts = [
            self.subscribe(plan, start, partner=who) for plan, start, who in zip(plans, starts, people, strict=True)
        ]
        with self.on("2027-03-20"):
            contracts[0].action_change_plan(self.nomad, "2027-04-01")
            contracts[1].action_change_plan(self.resident, "2027-04-16")
            contracts[2].action_terminate("2027-04-30")
        with self.on("2027-06-10"):
            contracts[5].action_terminate("2027-06-12")
            # Begun and ended in one month; another that never began.
            contracts[6].action_terminate("2027-06-20")
            self.subscribe(self.resident, "2027-07-01", partner=people[5]).action_terminate("2027-06-30")
        with self.on("2027-12-15"):
            contracts[4].action_terminate("2027-12-31")
        return contracts

    def by_month(self, *specs, groupby=("date:month",)):
        self.env.flush_all()
        rows = self.Figures.with_user(self.manager)._read_group([], list(groupby), list(specs))
        return {row[0]: row[1:] for row in rows}

    def test_equal_to_the_lines_month_by_month(self):
        self.live()
        with self.on("2027-12-15"):
            found = self.by_month("amount:sum")
            self.assertEqual(len(found), 12)
            for first, (amount,) in found.items():
                last = min(fields.Date.end_of(first, "month"), date(2027, 12, 15))
                self.env.cr.execute(SQL(ORACLE, company=self.env.company.id, last=last))
                with self.subTest(first):
                    self.assertAlmostEqual(amount, float(self.env.cr.fetchone()[0]), 1)

    def test_numbers_follow_from_each_other(self):
        self.live()
        with self.on("2027-12-15"):
            found = self.by_month("running:sum", "began:sum", "ended:sum", "before:sum", "lost:sum")
        before = 0
        for first in sorted(found):
            running, began, ended, at_first, lost = found[first]
            with self.subTest(first):
                self.assertEqual(running, before + began - ended)
                self.assertEqual(at_first, before)
                self.assertLessEqual(lost, at_first)
            before = running
        self.assertEqual(found[date(2027, 6, 1)], (4, 1, 2, 5, 1))
        self.assertEqual(found[date(2027, 4, 1)], (4, 0, 1, 5, 1))
        self.assertEqual(found[date(2027, 12, 1)][0], 5, "Who ends on the 31st is still there on the 15th.")

    def test_churn_is_a_share_of_sums(self):
        self.live()
        with self.on("2027-12-15"):
            found = self.by_month("churn:avg")
            self.assertEqual(found[date(2027, 4, 1)], (0.2,))
            self.assertEqual(found[date(2027, 3, 1)], (0.0,))
            self.assertFalse(found[date(2027, 1, 1)][0], "Nobody was there to leave.")
            [(whole,)] = self.Figures._read_group([], [], ["churn:avg"])
            [(lost, before)] = self.Figures._read_group([], [], ["lost:sum", "before:sum"])
            self.assertAlmostEqual(whole, lost / before)

    def test_by_plan(self):
        self.live()
        with self.on("2027-12-15"):
            rows = self.Figures._read_group(
                [("date", "=", "2027-05-01")], ["plan_id"], ["amount:sum", "running:sum"]
            )
        found = {plan: (round(amount, 2), running) for plan, amount, running in rows}
        self.assertEqual(found[self.nomad], (50.0, 1))
        self.assertEqual(found[self.resident], (516.66, 2))
        self.assertEqual(found[self.dues], (69.44, 1))
        self.assertEqual(found[self.year], (83.33, 1))

    def test_screens_open_for_the_manager(self):
        self.live()
        for view in ("graph", "pivot", "list", "search"):
            self.Figures.with_user(self.manager).get_view(
                self.env.ref(f"tierslieu_membership.view_figures_recurring_{view}").id, view
            )
        self.assertFalse(self.Figures.with_user(self.host).has_access("read"))

    def test_on_the_page_of_the_month(self):
        self.subscribe(self.resident, "2027-01-01")
        self.env.cr.execute("UPDATE tierslieu_place SET create_date = '2026-11-01' WHERE id = %s", [self.place.id])
        self.env.cr.execute("UPDATE tierslieu_unit SET create_date = '2026-11-01'")
        self.env.invalidate_all()
        self.env["tierslieu.day.hours"]._bring_up(self.place)
        months = self.env["tierslieu.month"]
        month = months.browse(months._id_of(self.place, date(2027, 1, 1))).with_user(self.manager)
        cards = {card["key"]: card for card in month._sheet()["cards"]}
        self.assertEqual((cards["subscriptions"]["value"], cards["subscriptions"]["before"]), ("1", "0"))
        self.assertIn("258", cards["recurring"]["value"])
        self.assertIn("1 new, 0 ended", cards["subscriptions"]["note"])
