import io
from collections import Counter
from datetime import date
from decimal import Decimal

from odoo.addons.tierslieu_account.kernel.fec_check import balance_of

from .fec_common import FecCase

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


class TestFecYear(FecCase):
    """Two years as people make them: the file of each says what Odoo's balance says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.tax_exigibility = True
        nothing = cls.env["account.tax"]
        cls.capital = cls.entry("2025-01-02", [("101300", "Capital", -5000), ("512001", "Capital", 5000)])
        cls.rent = cls.entry("2025-06-30", [("613200", "Loyer", 1200), ("512001", "Loyer", -1200)])
        cls.old_invoice = cls.invoice(cls.alix, "2025-12-10", [("Bureau de décembre", 1000, cls.twenty)])
        cls.old_bill = cls.invoice(
            cls.seller, "2025-11-05", [("Pain", 60, nothing)], kind="in_invoice", ref="F-11"
        )
        # Posted in advance: validated before the year that it is of.
        cls.early = cls.invoice(cls.zoe, "2026-01-01", [("Bureau de janvier", 90, cls.twenty)], moment="2025-12-20")
        cls.pay(cls.old_invoice, "2026-01-15")
        cls.two_rates = cls.invoice(
            cls.alix, "2026-02-01", [("Salle", 120.55, cls.twenty), ("Repas", 33.33, cls.ten), ("Don", 7, nothing)]
        )
        cls.pay(cls.two_rates, "2026-02-20")
        cls.credited = cls.invoice(cls.zoe, "2026-03-01", [("Salle", 200, cls.twenty)])
        with cls.at("2026-03-15 09:00"):
            wizard = cls.env["account.move.reversal"].with_context(
                active_model="account.move", active_ids=cls.credited.ids
            )
            wizard = wizard.create({"date": "2026-03-15", "reason": "Annulée", "journal_id": cls.sales.id})
            wizard.refund_moves()
            cls.credit = wizard.new_move_ids
            cls.credit.action_post()
        cls.receipt = cls.invoice(cls.zoe, "2026-03-20", [("Conseil", 500, cls.on_receipt)])
        cls.pay(cls.receipt, "2026-04-02", amount=300)
        cls.foreign = cls.invoice(
            cls.zoe, "2026-03-21", [("Desk", 1100, cls.twenty)], currency_id=cls.dollar.id
        )
        cls.pay(cls.foreign, "2026-05-02", currency_id=cls.dollar.id)
        cls.bill = cls.invoice(
            cls.seller, "2026-04-05", [("Pain | farine", 61.2, nothing)], kind="in_invoice", ref="F\t12"
        )
        cls.pay(cls.bill, "2026-04-06")

    def setUp(self):
        super().setUp()
        self.env.invalidate_all()

    def checked(self, year, **options):
        content, told = self.write(year, **options)
        self.assertRight(
            content, told, date(year, 1, 1), date(year, 12, 31), options.get("charset", "ISO-8859-15")
        )
        return content, told

    def test_both_years_are_right(self):
        for year in (2025, 2026, 2027):
            for charset in ("ISO-8859-15", "UTF-8"):
                self.checked(year, charset=charset)

    def test_a_year_opens_as_the_one_before_closed(self):
        """By account; what 2025 earned and nobody closed is on one line."""
        closed = balance_of(io.BytesIO(self.checked(2025)[0]))
        opened = Counter()
        for row in self.rows(self.checked(2026)[0]):
            if row["JournalCode"] == "OUV":
                self.assertEqual(row["EcritureNum"], "OUVERTURE/2026")
                opened[row["CompteNum"]] += Decimal(row["Debit"].replace(",", ".")) - Decimal(
                    row["Credit"].replace(",", ".")
                )
        net = {code: debit - credit for code, (debit, credit) in closed.items()}
        result = sum(net.pop(code) for code in list(net) if code[0] in "67")
        self.assertEqual(result, Decimal("1260.00") - Decimal("1000.00"))
        self.assertEqual(opened.pop("129000"), result)
        self.assertEqual(dict(opened), {code: balance for code, balance in net.items() if balance})

    def test_opening_comes_first_by_third_party(self):
        rows = self.rows(self.write()[0])
        opening = [row for row in rows if row["JournalCode"] == "OUV"]
        self.assertEqual(rows[: len(opening)], opening)
        self.assertEqual(
            {(row["CompAuxNum"], row["Debit"], row["Credit"]) for row in opening if row["CompAuxNum"]},
            {("C0001", "1200,00", "0,00"), ("F0001", "0,00", "60,00")},
        )
        # An invoice of January that was posted in December does not stand before its own opening.
        self.assertEqual({row["ValidDate"] for row in opening}, {"20251220"})
        self.assertEqual(rows[len(opening)]["EcritureNum"], self.early.name)

    def test_what_each_document_becomes(self):
        rows = self.rows(self.checked(2026)[0])
        of = {}
        for row in rows:
            of.setdefault(row["EcritureNum"], []).append(row)
        self.assertEqual(
            sorted((row["Debit"], row["Credit"]) for row in of[self.credit.name]),
            [("0,00", "240,00"), ("200,00", "0,00"), ("40,00", "0,00")],
        )
        letters = {
            name: {(row["EcritureLet"], row["DateLet"]) for row in of[name] if row["CompteNum"].startswith("411")}
            for name in (self.credited.name, self.credit.name, self.receipt.name, self.foreign.name)
        }
        self.assertEqual(letters[self.credited.name], letters[self.credit.name])
        self.assertEqual({day for _letter, day in letters[self.credit.name]}, {"20260315"})
        self.assertEqual(letters[self.receipt.name], {("", "")})
        # The difference that the rates of two days make is dated later than the payment.
        group = self.foreign.line_ids.full_reconcile_id.reconciled_line_ids
        last = max(group.mapped("date"))
        self.assertEqual(letters[self.foreign.name], {(str(group.full_reconcile_id.id), f"{last:%Y%m%d}")})
        # Such a difference, and VAT that is due with the payment, are entries too.
        self.assertTrue({"EXCH", "CABA"} <= {row["JournalCode"] for row in rows})
        self.assertEqual({row["EcritureLib"] for row in of[self.bill.name]} - {"F 12"}, {"Pain farine"})

    def test_a_merged_third_party_is_one(self):
        with self.at("2026-06-01 10:00"):
            self.env["base.partner.merge.automatic.wizard"]._merge((self.alix | self.zoe).ids, self.alix)
        content, _told = self.checked(2026)
        found = {(row["CompAuxNum"], row["CompAuxLib"]) for row in self.rows(content) if row["CompAuxNum"]}
        self.assertEqual(found, {("C0001", "Alix Dupont"), ("F0001", "Fournil & Cie")})

    def test_a_locked_period(self):
        """What is locked is written as it was; what comes late is dated after it."""
        before, _told = self.checked(2026)
        self.company.fiscalyear_lock_date = "2026-06-30"
        self.assertEqual(self.checked(2026)[0], before)
        with self.at("2026-07-02 10:00"):
            late = self.invoice(self.alix, "2026-06-30", [("Salle", 10, self.twenty)], moment="2026-07-02 10:00")
        self.assertGreater(late.date, date(2026, 6, 30))
        after, _told = self.checked(2026)
        self.assertTrue(after.startswith(before))
        self.assertTrue(self.rows_of(late, after))

    def test_a_closed_result_is_no_longer_one(self):
        """The closing of 2025 leaves nothing of it to open; the decision of 2026 moves what it made."""
        before = balance_of(io.BytesIO(self.write(2026)[0]))
        self.assertIn("129000", before)
        self.entry("2025-12-31", [("613200", "Clôture", -1200), ("607000", "Clôture", 0), ("129000", "Clôture", 1200)])
        content, _told = self.checked(2026)
        self.assertEqual(
            [row["Debit"] for row in self.rows(content) if row["CompteNum"] == "129000"], ["1200,00"]
        )

    def test_an_unclosed_profit(self):
        self.entry("2025-12-31", [("741000", "Subvention", -900), ("512001", "Subvention", 900)])
        content, _told = self.checked(2026)
        [row] = [row for row in self.rows(content) if row["CompteNum"].startswith("12")]
        self.assertEqual((row["CompteNum"], row["Debit"], row["Credit"]), ("120000", "0,00", "640,00"))
