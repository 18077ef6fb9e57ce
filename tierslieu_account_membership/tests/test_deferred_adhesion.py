from datetime import date, timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_membership.tests.adhesion_common import AdhesionCase

from .deferred_common import DeferredDocuments, dice, some_amount
from .deferred_documents import Documents, some_day
from .deferred_oracle import of_adhesions

N, NEXT = date(2026, 12, 31), date(2027, 12, 31)


class DeferredAdhesionCase(DeferredDocuments, AdhesionCase):
    """Adhesions with a counterpart, which bear VAT, beside those that are fees: 120 a year, VAT at 20 % inside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_accountant()

        def product(name, kind):
            return cls.env["product.template"].create(
                {
                    "name": name, "tierslieu_adhesion": kind, "list_price": 120, "company_id": cls.company.id,
                    "tierslieu_untaxed": False, "taxes_id": [Command.set(cls.taxes[20].ids)],
                }
            )

        cls.club = product("Adhésion au club", "rolling")
        cls.club_year = product("Adhésion au club, de l'année", "civil")


@tagged("post_install", "-at_install")
class TestDeferredAdhesions(DeferredAdhesionCase):
    """What adhesions leave to later days, from invoices and credit notes as the team makes them."""

    def by_document(self, closing):
        found = {}
        for key, value in self.told("adhesion", closing).items():
            kind = self.env["account.move.line"].browse(key).move_id.move_type
            found[kind] = found.get(kind, 0) + value
        return found

    def test_twelve_months_from_the_day(self):
        """100 without VAT from 11 January 2027 to 10 January 2028: 10 days of 365 are left."""
        self.invoice(self.club)
        self.assertEqual(self.by_document(NEXT), {"out_invoice": Decimal("2.74")})
        self.company.tierslieu_deferral_method = "months"
        # 10 / 31 of a month of twelve.
        self.assertEqual(self.by_document(NEXT), {"out_invoice": Decimal("2.69")})
        self.assertEqual(self.by_document(date(2027, 1, 10)), {}, "It is not in the books yet.")
        self.assertEqual(self.by_document(date(2028, 1, 10)), {}, "It is over.")

    def test_a_calendar_year_leaves_nothing_at_its_end(self):
        self.invoice(self.club_year)
        self.assertEqual(self.by_document(NEXT), {})
        # From 11 January, 355 days: 184 of them after 30 June.
        self.assertEqual(self.by_document(date(2027, 6, 30)), {"out_invoice": Decimal("51.83")})

    def test_a_renewal_before_the_end_of_the_year_is_of_the_next_one(self):
        self.pay(self.invoice(self.club_year))
        with freeze_time("2027-12-05 10:00:00"):
            self.env.invalidate_all()
            self.invoice(self.club_year)
        self.assertEqual(self.by_document(NEXT), {"out_invoice": Decimal("100")})

    def test_a_fee_without_counterpart_is_income_at_once(self):
        self.invoice(self.civil)
        self.invoice(self.rolling, self.bruno)
        self.assertEqual(self.by_document(date(2027, 6, 30)), {})
        self.company.tierslieu_defer_fees = True
        # 20 for 355 days, 184 are left; 30 for 365, 194 are left.
        self.assertEqual(self.by_document(date(2027, 6, 30)), {"out_invoice": Decimal("10.37") + Decimal("15.95")})

    def test_the_account_of_fees_says_that_there_is_no_counterpart(self):
        move = self.invoice(self.club, post=False)
        move.invoice_line_ids.write({"account_id": self.account("756100").id, "tax_ids": [Command.clear()]})
        move.action_post()
        self.assertEqual(self.by_document(NEXT), {})

    def test_a_credit_note_gives_back_what_it_defers(self):
        move = self.invoice(self.club)
        self.credit(move, date="2027-02-01")
        self.assertEqual(
            self.by_document(NEXT), {"out_invoice": Decimal("2.74"), "out_refund": Decimal("-2.74")}
        )
        # It is not in the books at the end of January.
        self.assertEqual(self.by_document(date(2027, 1, 31)), {"out_invoice": Decimal("94.25")})

    def test_a_part_given_back(self):
        move = self.invoice(self.club)
        self.credit(move, amount=60, date="2027-02-01")
        self.assertEqual(
            self.by_document(date(2027, 6, 30)), {"out_invoice": Decimal("53.15"), "out_refund": Decimal("-26.58")}
        )

    def test_drafts_count_for_nothing(self):
        self.invoice(self.club, post=False)
        move = self.invoice(self.club, self.bruno)
        move.button_draft()
        self.assertEqual(self.by_document(NEXT), {})


@tagged("post_install", "-at_install")
class TestDeferredManyAdhesions(DeferredAdhesionCase):
    """Two thousand documents at random, two years closed one after the other."""

    def documents(self, count, seed):
        """Write invoices of one to three adhesions, and credit notes of a part, of one, or of all of them."""
        rng, documents = dice(seed), Documents(self)
        fees = self.account("756100")
        products = [self.club.product_variant_id, self.club_year.product_variant_id, self.civil.product_variant_id]
        invoices = []
        for _nth in range(count):
            state = rng.choice(("posted",) * 9 + ("draft",))
            if invoices and rng.random() < 0.25:
                move, of_day, lines = rng.choice(invoices)
                back = rng.choice((lines, [rng.choice(lines)]))
                share = rng.choice((1, 1, rng.random()))
                credits_ = [line | {"cents": max(1, int(line["cents"] * share))} for line in back]
                documents.add("out_refund", of_day + timedelta(days=rng.randrange(200)), credits_, state, move)
                continue
            day, lines, periods = some_day(rng), [], []
            for product in rng.choices(products, k=rng.choice((1, 1, 1, 2, 3))):
                is_fee = product == products[2] or rng.random() < 0.1
                lines.append(
                    {"cents": some_amount(rng), "product_id": product.id,
                     "account_id": (fees if is_fee else documents.income).id}
                )
                first = day + timedelta(days=rng.choice((0, 0, 0, 20, 90)))
                civil = date(first.year + (first.month >= 11), 12, 31)
                periods.append((product, first, rng.choice((civil, first + timedelta(days=364)))))
            move, ids = documents.add("out_invoice", day, lines, state)
            for line, period in zip(ids, periods, strict=True):
                documents.add_adhesion(line, *period)
            invoices.append((move, day, lines))
        documents.write()

    def test_two_thousand_documents_and_two_closings(self):
        self.documents(2000, 8702)
        lengths = {}
        for method, fees, closing in (
            ("days", False, N), ("days", False, NEXT), ("months", False, date(2027, 4, 15)), ("months", True, NEXT)
        ):
            self.company.write({"tierslieu_deferral_method": method, "tierslieu_defer_fees": fees})
            expected = of_adhesions(self.env, self.company, closing, method, lengths, fees)
            self.assertGreater(len(expected), 200)
            self.assertSame(self.told("adhesion", closing), expected, (method, fees, closing))
        self.company.write({"tierslieu_deferral_method": "days", "tierslieu_defer_fees": False})
        waiting = self.account("487000")
        runs = [self.close(N), self.close(NEXT)]
        for run in runs:
            self.assertEqual(run.state, "posted")
            expected = sum(of_adhesions(self.env, self.company, run.closing, "days", {}).values())
            self.assertEqual(self.balance(waiting, run.closing), expected)
            self.assertEqual(self.balance(waiting, run.closing + timedelta(days=1)), 0)
        before = [run.move_ids.line_ids.ids for run in runs]
        for run in runs:
            run.action_prepare()
        self.assertEqual([run.move_ids.line_ids.ids for run in runs], before)
        # Fees are wanted too, from now on: what is posted stays, the difference is a draft.
        self.company.tierslieu_defer_fees = True
        posted = runs[1].move_ids
        balances = posted.line_ids.mapped("balance")
        runs[1].action_prepare()
        self.assertEqual(posted.line_ids.mapped("balance"), balances)
        further = runs[1].move_ids - posted
        self.assertEqual(further.mapped("state"), ["draft", "draft"])
        expected = sum(of_adhesions(self.env, self.company, NEXT, "days", {}, fees=True).values())
        runs[1].action_post()
        self.assertEqual(self.balance(waiting, NEXT), expected)
