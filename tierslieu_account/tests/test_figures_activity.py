import random
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .analytic_common import AnalyticCase


@tagged("post_install", "-at_install")
class TestFiguresActivity(AnalyticCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Figures = cls.env["tierslieu.figures.activity"]

    def totals(self, by, measure="turnover"):
        return {
            key.name if key else False: total
            for key, total in self.Figures._read_group(
                [("company_id", "=", self.company.id), ("date", ">=", "2027-01-01")], [by], [f"{measure}:sum"]
            )
            if total
        }

    def ledger(self):
        """Return (class 7, class 6) of the company as its accounts say, read without our view."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT left(a.code_store ->> %s, 1), SUM(l.debit - l.credit)
              FROM account_move_line l JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
             WHERE m.state = 'posted' AND l.company_id = %s GROUP BY 1
            """,
            [str(self.company.id), self.company.id],
        )
        classes = dict(self.env.cr.fetchall())
        return -classes.get("7", 0), classes.get("6", 0)

    def assertLedger(self):
        [(income, expense)] = self.Figures._read_group(
            [("company_id", "=", self.company.id)], [], ["income:sum", "expense:sum"]
        )
        seven, six = self.ledger()
        self.assertEqual((f"{income:.2f}", f"{expense:.2f}"), (f"{seven:.2f}", f"{six:.2f}"))

    def test_by_activity_and_place(self):
        self.invoice((self.coffee, 10), (self.book, 20), (self.other, 3))
        self.invoice((self.coffee, 4), kind="out_refund")
        self.invoice((self.coffee, 6), kind="in_invoice")
        self.invoice((self.coffee, 100), post=False)
        self.assertEqual(self.totals("activity_id"), {"Bar": 6, "Boutique": 20, False: 3})
        self.assertEqual(self.totals("activity_id", "result"), {"Boutique": 20, False: 3})
        self.assertEqual(self.totals("activity_id", "expense"), {"Bar": 6})
        self.assertEqual(self.totals("place_id"), {"Le Quai": 29})
        self.assertLedger()

    def test_shares_sum_to_the_line(self):
        place = self.place.analytic_account_id.id
        move = self.invoice((self.other, 100.01, {"analytic_distribution": {
            f"{place},{self.bar.id}": 33.33, f"{place},{self.shop.id}": 33.33}}))
        bar, shop = move.invoice_line_ids.analytic_line_ids.sorted("id").mapped("amount")
        totals = self.totals("activity_id")
        self.assertAlmostEqual(totals["Bar"], bar, places=2)
        self.assertAlmostEqual(totals["Boutique"], shop, places=2)
        self.assertAlmostEqual(totals[False], 100.01 - bar - shop, places=2)
        self.assertEqual(self.totals("place_id"), {"Le Quai": 100.01})
        self.assertLedger()

    def test_typed_apart_counts_once(self):
        place = self.place.analytic_account_id.id
        self.invoice((self.other, 50, {"analytic_distribution": {str(place): 100.0, str(self.bar.id): 100.0}}))
        self.assertEqual(self.totals("activity_id"), {"Bar": 50})
        self.assertEqual(self.totals("place_id"), {"Le Quai": 50})
        self.assertLedger()

    def test_two_places_of_one_line(self):
        other = self.env["tierslieu.place"].create({"name": "La Halle", "company_id": self.company.id})
        self.invoice((self.other, 50, {"analytic_distribution": {
            str(self.place.analytic_account_id.id): 60.0, str(other.analytic_account_id.id): 40.0}}))
        self.assertEqual(self.totals("place_id"), {"Le Quai": 30, "La Halle": 20})
        self.assertLedger()

    def test_an_account_without_a_place_is_no_place(self):
        plan = self.env.ref("tierslieu_account.plan_place")
        stray = self.accounts.create({"name": "Réserve", "plan_id": plan.id, "company_id": self.company.id})
        self.invoice((self.coffee, 8, {"analytic_distribution": {str(stray.id): 100.0}}))
        self.assertEqual(self.totals("place_id"), {False: 8})
        self.assertLedger()

    def test_anything_sums_to_the_ledger(self):
        seed = random.Random(8)
        accounts = [self.bar, self.shop, self.place.analytic_account_id]
        for _nth in range(60):
            lines = []
            for _line in range(seed.randint(1, 4)):
                product, amount = seed.choice([self.coffee, self.book, self.other]), seed.randint(1, 99999) / 100
                given = {}
                if seed.random() < 0.5:
                    for _key in range(seed.randint(1, 3)):
                        key = ",".join(str(one.id) for one in seed.sample(accounts, seed.randint(1, 2)))
                        given[key] = seed.choice([100.0, 33.33, 50.0, 12.5, 66.67])
                lines.append((product, amount, {"analytic_distribution": given} if given else {}))
            kind = seed.choice(["out_invoice", "out_invoice", "out_refund", "in_invoice"])
            self.invoice(*lines, kind=kind, day=f"2027-{seed.randint(1, 6):02}-{seed.randint(1, 15):02}")
        self.assertLedger()
        ids = [row.id for row in self.Figures.search([])]
        self.assertEqual(len(ids), len(set(ids)))

    def test_who_reads(self):
        self.invoice((self.coffee, 10))
        rows = self.Figures.with_user(self.manager).search([("company_id", "=", self.company.id)])
        self.assertIn("Bar", rows.mapped("activity_id.name"))
        with self.assertRaises(AccessError):
            self.Figures.with_user(self.host).search([])

    def test_asked_about_before_closing(self):
        def found():
            checks = self.env["tierslieu.books"]._closing_checks(self.company, first, last)
            [check] = [check for check in checks if check["key"] == "activity"]
            return check["count"]

        first, last = date(2027, 6, 1), date(2027, 6, 30)
        before = found()
        self.invoice((self.other, 3), (self.coffee, 4))
        self.assertEqual(found(), before + 1)
