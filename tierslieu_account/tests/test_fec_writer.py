import io
from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError

from odoo.addons.tierslieu_account.kernels.fec_check import balance_of

from .fec_common import SIREN, SIRET, FecCase


class TestFecWriter(FecCase):
    """Each field says what the law asks for."""

    def test_an_invoice(self):
        invoice = self.invoice(
            self.alix, "2026-03-01", [("Bureau de mars", 100, self.twenty), ("Repas", 50, self.ten)],
            moment="2026-03-02 09:00",
        )  # fmt: skip
        rows = self.rows_of(invoice)
        self.assertEqual(len(rows), 5)
        for row in rows:
            self.assertEqual(row["JournalCode"], self.sales.code)
            self.assertEqual(row["JournalLib"], self.sales.with_context(lang="fr_FR").name)
            self.assertEqual(row["EcritureDate"], "20260301")
            self.assertEqual((row["PieceRef"], row["PieceDate"]), (invoice.name, "20260301"))
            self.assertEqual(row["ValidDate"], "20260302")
            self.assertEqual(
                [row[field] for field in ("EcritureLet", "DateLet", "Montantdevise", "Idevise")], [""] * 4
            )
        by_account = {row["CompteNum"]: row for row in rows}
        receivable = by_account[invoice.line_ids.account_id.filtered(lambda a: a.code.startswith("411")).code]
        self.assertEqual((receivable["CompAuxNum"], receivable["CompAuxLib"]), ("C0001", "Alix Dupont"))
        self.assertEqual((receivable["Debit"], receivable["Credit"]), ("175,00", "0,00"))
        desk = next(row for row in rows if row["EcritureLib"] == "Bureau de mars")
        self.assertEqual((desk["Debit"], desk["Credit"]), ("0,00", "100,00"))
        self.assertEqual((desk["CompAuxNum"], desk["CompAuxLib"]), ("", ""))
        self.assertEqual(desk["CompteLib"], self.account(desk["CompteNum"]).with_context(lang="fr_FR").name)

    def test_third_parties(self):
        """By reference, else by id; always by id when asked."""
        self.invoice(self.alix, "2026-03-01", [("Bureau", 100, self.twenty)])
        self.invoice(self.zoe, "2026-03-01", [("Bureau", 100, self.twenty)])
        for auxiliary, first in (("ref", "C0001"), ("id", str(self.alix.id))):
            rows = self.rows(self.write(auxiliary=auxiliary)[0])
            found = {row["CompAuxNum"]: row["CompAuxLib"] for row in rows if row["CompAuxNum"]}
            self.assertEqual(found, {first: "Alix Dupont", str(self.zoe.id): "Zoé Martin"})

    def test_a_name_in_english_only(self):
        account = self.account("706000")
        account.with_context(lang="en_US").name = "Services"
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_account SET name = name - 'fr_FR' WHERE id = %s", [account.id])
        move = self.entry("2026-03-01", [("706000", "Bureau", -10), ("471000", "Bureau", 10)])
        self.assertIn("Services", [row["CompteLib"] for row in self.rows_of(move)])

    def test_pieces(self):
        """A reference, else the number of the entry; the date of the piece, else that of the entry."""
        bill = self.invoice(
            self.seller, "2026-03-05", [("Pain", 30, self.env["account.tax"])], kind="in_invoice", ref="F-77",
            invoice_date="2026-02-28", date="2026-03-05",
        )  # fmt: skip
        self.assertEqual({(row["PieceRef"], row["PieceDate"]) for row in self.rows_of(bill)}, {("F-77", "20260228")})
        for ref in (False, "  "):
            move = self.entry("2026-03-01", [("706000", "Bureau", -10), ("471000", "Bureau", 10)], ref=ref)
            self.assertEqual(
                {(row["PieceRef"], row["PieceDate"]) for row in self.rows_of(move)}, {(move.name, "20260301")}
            )

    def test_labels(self):
        """The label, else the reference, else the journal and the third party: never a slash."""
        journal = self.other.with_context(lang="fr_FR").name
        for label in ("", "/", "  ", "\n\t", "\u200b", "\ufe0f"):
            with self.subTest(label=label):
                lines = [("706000", label, -10), ("471000", "x", 10)]
                move = self.entry("2026-03-01", lines, ref="Don de Zoé")
                self.assertEqual([row["EcritureLib"] for row in self.rows_of(move)], ["Don de Zoé", "x"])
                move = self.entry("2026-03-01", lines)
                self.assertEqual([row["EcritureLib"] for row in self.rows_of(move)], [journal, "x"])
                move = self.entry("2026-03-01", [("411100", label, -10, self.zoe), ("471000", "x", 10)])
                self.assertEqual([row["EcritureLib"] for row in self.rows_of(move)], [f"{journal} Zoé Martin", "x"])

    def test_letters(self):
        """Complete ones only, with the date of the last entry of the group."""
        invoice = self.invoice(self.alix, "2026-03-01", [("Bureau", 100, self.twenty)])
        payment = self.pay(invoice, "2026-03-20", amount=70)

        def letters(*moves):
            content, _told = self.write()
            return {
                (row["EcritureLet"], row["DateLet"])
                for move in moves for row in self.rows_of(move, content) if row["CompteNum"].startswith("411")
            }  # fmt: skip

        self.assertEqual(letters(invoice, payment), {("", "")})
        rest = self.pay(invoice, "2026-04-05")
        full = invoice.line_ids.full_reconcile_id
        self.assertEqual(len(full), 1)
        self.assertEqual(letters(invoice, payment, rest), {(str(full.id), "20260405")})

    def test_foreign_currency(self):
        invoice = self.invoice(self.zoe, "2026-03-01", [("Desk", 110, self.env["account.tax"])],
                               currency_id=self.dollar.id)  # fmt: skip
        found = {
            row["CompteNum"][:1]: [row[field] for field in ("Debit", "Credit", "Montantdevise", "Idevise")]
            for row in self.rows_of(invoice)
        }
        self.assertEqual(
            found, {"4": ["100,00", "0,00", "110,00", "USD"], "7": ["0,00", "100,00", "-110,00", "USD"]}
        )
        self.pay(invoice, "2026-04-15", currency_id=self.dollar.id)
        self.assertTrue(invoice.line_ids.full_reconcile_id)
        content, told = self.write()
        self.assertRight(content, told, date(2026, 1, 1), date(2026, 12, 31))

    def test_order_is_that_of_validation(self):
        """Not of dates; those validated together, by their numbers; drafts are not in."""
        lines = [("706000", "Bureau", -10), ("471000", "Bureau", 10)]
        first = self.entry("2026-05-01", lines, moment="2026-05-01 08:00")
        third = self.entry("2026-03-01", lines, moment="2026-06-01 08:00")
        second = self.entry("2026-04-01", lines, moment="2026-05-20 08:00")
        draft = self.env["account.move"].create({
            "journal_id": self.other.id, "date": "2026-05-02",
            "line_ids": [(0, 0, {"account_id": self.account(code).id, "name": label, "balance": balance})
                         for code, label, balance in lines],
        })  # fmt: skip
        self.env.flush_all()

        def order():
            rows = self.rows(self.write()[0])
            return list(dict.fromkeys(row["EcritureNum"] for row in rows if row["JournalCode"] == self.other.code))

        self.assertEqual(order(), [first.name, second.name, third.name])
        # A draft again, posted again: validated again.
        first.button_draft()
        self.assertFalse(first.tierslieu_validated_on)
        self.assertEqual(order(), [second.name, third.name])
        self.post(first, "2026-06-01 08:00")
        together = sorted((first, third), key=lambda move: (move.date, move.sequence_number))
        self.assertEqual(order(), [second.name, *(move.name for move in together)])
        self.assertEqual(draft.state, "draft")

    def test_the_day_of_validation_is_that_of_the_place(self):
        move = self.entry("2026-07-01", [("706000", "x", -10), ("471000", "x", 10)], moment="2026-07-01 22:30")
        self.assertEqual({row["ValidDate"] for row in self.rows_of(move)}, {"20260702"})
        self.company.partner_id.tz = "America/Guadeloupe"
        self.assertEqual({row["ValidDate"] for row in self.rows_of(move)}, {"20260701"})

    def test_lines_of_nothing_are_left_out(self):
        move = self.entry("2026-03-01", [("706000", "Bureau", -10), ("471000", "Bureau", 10), ("471000", "Rien", 0)])
        _content, told = self.write()
        self.assertEqual(told["left_out_zero"], 1)
        self.assertNotIn("Rien", [row["EcritureLib"] for row in self.rows_of(move)])
        self.assertEqual((told["rows"], told["entries"], told["debit"]), (2, 1, Decimal("10.00")))

    def test_notes_of_invoices_are_no_lines(self):
        note = (0, 0, {"display_type": "line_note", "name": "Merci"})
        invoice = self.invoice(self.alix, "2026-03-01", [("Bureau", 100, self.twenty)])
        invoice.button_draft()
        invoice.invoice_line_ids = [note]
        self.post(invoice)
        _content, told = self.write()
        self.assertEqual((told["rows"], told["left_out_zero"]), (3, 0))

    def test_an_empty_year(self):
        content, told = self.write(2031)
        self.assertEqual(content.count(b"\n"), told["rows"])
        self.assertFalse(content.endswith(b"\n"))

    # -- The file

    def test_siren(self):
        for registry, siren in (
            (SIRET, SIREN), (SIREN, SIREN), ("732 829 320 00074", SIREN), ("732\u00a0829\u202f320", SIREN),
            ("732829321", ""), ("73282932100074", ""), ("7328293200007", ""), ("", ""), (False, ""), ("RNA W44", ""),
        ):  # fmt: skip
            self.env.cr.execute(
                "UPDATE res_partner SET company_registry = %s WHERE id = %s",
                [registry or None, self.company.partner_id.id],
            )
            self.env.invalidate_all()
            self.assertEqual(self.writer._siren(self.company), siren, registry)

    def test_name(self):
        last = date(2026, 12, 31)
        self.assertEqual(self.writer._file_name(self.company, last), f"{SIREN}FEC20261231.txt")
        self.assertEqual(self.writer._file_name(self.company, last, official=False), f"{SIREN}FEC20261231-TEST.txt")

    def test_without_siren_only_a_test(self):
        self.entry("2026-03-01", [("706000", "Bureau", -10), ("471000", "Bureau", 10)])
        with_siren, _told = self.write()
        self.company.company_registry = False
        with self.assertRaisesRegex(UserError, "SIREN"):
            self.write()
        with self.assertRaisesRegex(UserError, "SIREN"):
            self.writer._file_name(self.company, date(2026, 12, 31))
        self.assertEqual(self.write(official=False)[0], with_siren)

    def test_bars_and_utf_8(self):
        self.invoice(self.zoe, "2026-03-01", [("Goûter 🎉", 100, self.twenty)])
        content, told = self.write(delimiter="|", charset="UTF-8")
        self.assertRight(content, told, date(2026, 1, 1), date(2026, 12, 31), "UTF-8")
        self.assertIn("Goûter 🎉", {row["EcritureLib"] for row in self.rows(content, "utf-8", "|")})
        self.assertEqual(told["replaced"], [])

    def test_what_no_fec_has(self):
        for options in (
            {"charset": "UTF-16"}, {"delimiter": ";"}, {"auxiliary": "name"},
            {"first": date(2026, 2, 1), "last": date(2026, 1, 1)},
        ):  # fmt: skip
            with self.assertRaises(UserError):
                self.write(**options)

    def test_opening_of_a_part_of_a_year(self):
        """Income since the year began opens by account; only what is earlier is a result."""
        self.entry("2025-03-01", [("706000", "Avant", -70), ("512001", "Avant", 70)])
        self.entry("2026-02-01", [("706000", "Bureau", -10), ("512001", "Bureau", 10)])
        self.entry("2026-07-02", [("706000", "Bureau", -1), ("512001", "Bureau", 1)])
        content, _told = self.write(first=date(2026, 7, 1))
        balance = balance_of(io.BytesIO(content))
        self.assertEqual(balance["706000"], (0, 11))
        self.assertEqual(balance["120000"], (0, 70))
        self.assertEqual(balance["512001"], (81, 0))

    def test_branches_are_in(self):
        """A branch keeps its entries apart, not its books."""
        branch = self.env["res.company"].create({"name": "Le Quai, l'atelier", "parent_id": self.company.id})
        move = self.env["account.move"].with_company(branch).create({
            "journal_id": self.other.id, "date": "2026-03-01", "company_id": branch.id,
            "line_ids": [(0, 0, {"account_id": self.account(code).id, "name": "x", "balance": balance})
                         for code, balance in (("706000", -10), ("471000", 10))],
        })  # fmt: skip
        self.post(move)
        self.assertEqual(move.company_id, branch)
        self.assertEqual([row["CompteNum"] for row in self.rows_of(move)], ["706000", "471000"])

    def test_a_moment_that_nobody_kept(self):
        """What was written beside the models counts as validated on its day, wherever that is."""
        move = self.entry("2026-03-01", [("706000", "x", -10), ("471000", "x", 10)])
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET tierslieu_validated_on = NULL WHERE id = %s", [move.id])
        self.env.invalidate_all()
        for zone in ("Europe/Paris", "America/Guadeloupe", "Pacific/Tahiti", "Pacific/Noumea", "Pacific/Wallis"):
            self.company.partner_id.tz = zone
            self.assertEqual({row["ValidDate"] for row in self.rows_of(move)}, {"20260301"})
