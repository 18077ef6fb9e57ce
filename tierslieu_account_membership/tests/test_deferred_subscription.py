from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.tierslieu_membership.tests.plan_common import PlanCase

from .deferred_common import DeferredDocuments, dice, some_amount
from .deferred_documents import Documents, some_day
from .deferred_oracle import of_subscriptions

N, NEXT = date(2026, 12, 31), date(2027, 12, 31)
# What account 487000 should hold, by days, in one query.
WAITING = """
    SELECT SUM(-l.balance - SIGN(-l.balance)
               * ROUND(ABS(l.balance) * GREATEST(%(closing)s - d.first + 1, 0) / (d.last - d.first + 1), 2))::text
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id AND a.account_type IN ('income', 'income_other')
      JOIN account_move m ON m.id = l.move_id
      JOIN LATERAL (
        SELECT COALESCE(l.tierslieu_first, MIN(o.tierslieu_first)) AS first,
               COALESCE(l.tierslieu_last, MAX(o.tierslieu_last)) AS last
          FROM account_move_line o
         WHERE o.move_id = m.reversed_entry_id AND m.move_type = 'out_refund' AND o.parent_state = 'posted'
           AND o.contract_line_id = l.contract_line_id) d ON d.last > %(closing)s
     WHERE l.contract_line_id IS NOT NULL AND l.parent_state = 'posted' AND l.display_type = 'product'
       AND l.date <= %(closing)s AND l.company_id = %(company)s
"""


@tagged("post_install", "-at_install")
class TestDeferredSubscriptions(DeferredDocuments, PlanCase):
    """What subscriptions leave to later days, from the documents of one that is lived."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Dates and amounts are said in the language of the sentences.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.make_accountant()

    def by_document(self, closing):
        lines = self.env["account.move.line"]
        return {
            lines.browse(key).move_id.move_type: value for key, value in self.told("subscription", closing).items()
        }

    def test_a_year_paid_in_advance(self):
        self.subscribe(self.year, "2027-01-01")
        self.bill()
        # 1,200 with 20 % of VAT inside: 184 days of 365 of 1,000.
        self.assertEqual(self.by_document(date(2027, 6, 30)), {"out_invoice": Decimal("504.11")})
        self.company.tierslieu_deferral_method = "months"
        self.assertEqual(self.by_document(date(2027, 6, 30)), {"out_invoice": Decimal("500")})
        # Before it was posted, and once it is over.
        self.assertEqual(self.by_document(N), {})
        self.assertEqual(self.by_document(NEXT), {})

    def test_what_is_said(self):
        contract = self.subscribe(self.year, "2027-01-01")
        self.bill()
        [move] = self.moves(contract)
        sources = self.env["tierslieu.deferred.source"].sudo()
        [row] = sources._deferred_subscriptions(self.company, date(2027, 6, 30))
        self.assertEqual(row["label"], f"{move.name}, Alice Renaud")
        self.assertEqual(
            row["explanation"].replace("\N{NO-BREAK SPACE}", " "),
            "Jan 1, 2027 to Dec 31, 2027: 184 days of 365 of 1,000.00 €",
        )
        self.assertEqual(row["record"], ("account.move.line", row["line_id"]))

    def test_a_change_of_plan_gives_back_what_it_defers(self):
        contract = self.subscribe(self.year, "2027-01-01")
        self.bill()
        with self.on("2027-06-15"):
            contract.action_change_plan(self.nomad, "2027-07-01")
        self.assertEqual(
            self.by_document(date(2027, 6, 30)), {"out_invoice": Decimal("504.11"), "out_refund": Decimal("-504.11")}
        )
        # The change is not in the books before it is made.
        self.assertEqual(self.by_document(date(2027, 6, 14)), {"out_invoice": Decimal("547.95")})
        # Nothing is deferred of what is given back, from its last day on.
        self.assertEqual(self.by_document(NEXT), {})

    def test_an_end_gives_back_what_it_defers(self):
        contract = self.subscribe(self.year, "2027-01-01")
        self.bill()
        with self.on("2027-03-10"):
            contract.action_terminate("2027-03-31")
        told = self.by_document(date(2027, 3, 20))
        # Of a year 286 days are left, of which 275 will not be lived: 11 days of 1,000 / 365 remain.
        self.assertEqual(sum(told.values()), Decimal("30.14"))
        self.assertEqual(sum(self.by_document(date(2027, 3, 31)).values()), 0)

    def test_a_credit_note_made_by_hand_is_about_the_days_of_its_invoice(self):
        contract = self.subscribe(self.year, "2027-01-01")
        self.bill()
        [move] = self.moves(contract)
        with self.on("2027-05-02"):
            wizard = self.env["account.move.reversal"].with_context(
                active_model="account.move", active_ids=move.ids
            ).create({"reason": "Geste", "journal_id": move.journal_id.id, "date": "2027-05-02"})
            note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
            note.invoice_line_ids.price_unit = 600
            note.action_post()
        self.assertEqual(
            self.by_document(date(2027, 6, 30)), {"out_invoice": Decimal("504.11"), "out_refund": Decimal("-252.05")}
        )

    def test_what_is_invoiced_after_its_period_defers_nothing(self):
        self.resident.invoicing = "after"
        self.subscribe(self.resident, "2027-01-01")
        with self.on("2027-02-05"):
            self.bill()
            self.assertEqual(self.told("subscription", date(2027, 2, 5)), {})

    def test_a_month_in_advance(self):
        self.subscribe(self.resident, "2027-01-01")
        self.bill()
        # 310 with VAT inside: 258.33; 20 days of 31 are left on the 11th.
        self.assertEqual(self.by_document(date(2027, 1, 11)), {"out_invoice": Decimal("166.66")})


@tagged("post_install", "-at_install")
class TestDeferredManySubscriptions(DeferredDocuments, PlanCase):
    """Two thousand documents at random, two years closed one after the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_accountant()
        contract = cls.Plan.subscribe(cls.year, cls.alice, "2027-01-01")
        contract.contract_line_ids._tierslieu_billed_lines().move_id.button_draft()
        contract.contract_line_ids._tierslieu_billed_lines().move_id.unlink()
        cls.contract_line = contract.contract_line_ids

    def documents(self, count, seed):
        """Write documents of subscriptions: invoices, credit notes of days and made by hand, drafts, other accounts."""
        rng, documents = dice(seed), Documents(self)
        fees, deposit = self.account("708300"), self.account("165100")
        invoices = []
        for _nth in range(count):
            day = some_day(rng)
            state = rng.choice(("posted",) * 9 + ("draft", "cancel"))
            first = day + timedelta(days=rng.choice((0, 0, 0, 1, 30, -20, 100)))
            last = first + timedelta(days=rng.choice((0, 27, 30, 89, 364, 365, rng.randrange(500))))
            days = {"tierslieu_first": first, "tierslieu_last": last}
            account = rng.choice((documents.income,) * 8 + (fees, deposit)).id
            line = {"cents": some_amount(rng), "contract_line_id": self.contract_line.id, "account_id": account}
            kind = rng.choice(("invoice",) * 7 + ("credit", "by hand", "no days"))
            if kind == "by hand" and invoices:
                # Of the whole or of a part, some days later.
                move, of_day, charged = rng.choice(invoices)
                cents = charged["cents"]
                line = charged | {"cents": rng.choice((cents, rng.randrange(1, cents + 1)))}
                later = of_day + timedelta(days=rng.randrange(200))
                documents.add("out_refund", later, [line], state, reverses=move)
                continue
            columns = line if kind == "no days" else line | days
            lines = [columns, {"cents": some_amount(rng)}] if rng.random() < 0.2 else [columns]
            refund = kind == "credit"
            move, _ids = documents.add("out_refund" if refund else "out_invoice", day, lines, state)
            if not refund:
                invoices.append((move, day, line))
        documents.write()

    def test_two_thousand_documents_and_two_closings(self):
        self.documents(2000, 8701)
        lengths = {}
        for method, closing in (("days", N), ("days", NEXT), ("months", N), ("months", date(2027, 4, 15))):
            self.company.tierslieu_deferral_method = method
            expected = of_subscriptions(self.env, self.company, closing, method, lengths)
            self.assertGreater(len(expected), 200)
            self.assertSame(self.told("subscription", closing), expected, (method, closing))
        self.company.tierslieu_deferral_method = "days"
        waiting, income = self.account("487000"), self.account("706000")
        before = [self.balance(income, N, date(2026, 1, 1)), self.balance(income, NEXT, date(2027, 1, 1))]
        first, second = self.close(N), self.close(NEXT)
        for run in (first, second):
            self.assertEqual(run.state, "posted")
            oracle = of_subscriptions(self.env, self.company, run.closing, "days", {})
            self.assertEqual(self.balance(waiting, run.closing), sum(oracle.values()))
            self.assertEqual(Decimal(str(run.deferred)), sum(oracle.values()))
            self.env.cr.execute(WAITING, {"closing": run.closing, "company": self.company.id})
            [recomputed] = self.env.cr.fetchone()
            self.assertEqual(self.balance(waiting, run.closing), Decimal(recomputed))
            self.assertEqual(
                self.balance(waiting, run.closing + timedelta(days=1)), 0, "All of it is back on the day after."
            )
        # Each year keeps what it earned, to the cent, account by account.
        left = [self._of_account(income, closing) for closing in (N, NEXT)]
        self.assertEqual(self.balance(income, N, date(2026, 1, 1)), before[0] - left[0])
        self.assertEqual(self.balance(income, NEXT, date(2027, 1, 1)), before[1] + left[0] - left[1])
        entries = {run: run.move_ids.line_ids.ids for run in (first, second)}
        for run in (first, second):
            run.action_prepare()
            self.assertEqual(run.said, "Nothing has changed since the entry was posted.")
            self.assertEqual(run.move_ids.line_ids.ids, entries[run])

    def _of_account(self, account, closing):
        oracle = of_subscriptions(self.env, self.company, closing, "days", {})
        lines = self.env["account.move.line"].browse(oracle).filtered(lambda line: line.account_id == account)
        return sum(oracle[line.id] for line in lines)
