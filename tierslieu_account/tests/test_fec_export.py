import hashlib
import io
import zipfile
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.tierslieu_account.kernels.fec_check import check

from .fec_books import FecCase


@tagged("post_install", "-at_install")
@freeze_time("2027-02-01 10:00:00")
class TestFecExport(FecCase):
    """An export is checked, written once, and kept when it is official."""

    def written(self, mode="test", **values):
        export = self.export(mode=mode, **values)
        export.action_check()
        if mode == "test":
            export.action_write()
        else:
            self.confirm(export)
        self.assertEqual(export.state, "done")
        return export

    def confirm(self, export, lock=False):
        action = export.action_write()
        self.assertEqual((action["res_model"], action["target"]), ("tierslieu.fec.official", "new"))
        asked = self.env["tierslieu.fec.official"].with_user(export.env.user).with_context(**action["context"])
        wizard = asked.create({})
        wizard.lock = lock
        wizard.action_write()
        return wizard

    def test_the_last_year_that_is_over_is_proposed(self):
        self.assertEqual(str(self.Export.new({}).last), "2027-12-31")
        self.sale()
        proposed = self.Export.new({})
        self.assertEqual((str(proposed.first), str(proposed.last)), ("2026-01-01", "2026-12-31"))

    def test_a_test_file(self):
        self.sale(), self.sale(amount=50.5, day="2026-04-01")
        export = self.written()
        content = self.content(export)
        lines = content.decode("iso-8859-15").splitlines()
        self.assertTrue(lines[0].startswith("JournalCode\tJournalLib"))
        self.assertEqual((len(lines) - 1, export.row_count, export.entry_count), (4, 4, 2))
        self.assertEqual((export.debit, export.credit), (150.5, 150.5))
        self.assertEqual(export.sha256, hashlib.sha256(content).hexdigest())
        self.assertEqual((export.done_by, export.done_at), (self.accountant, fields.Datetime.now()))
        self.assertEqual(export.file_name, "732829320FEC20261231-TEST.txt")
        self.assertEqual(export.file_size, len(content))

    def test_the_official_file_is_right(self):
        self.entry((self.a512, 80), (self.a101310, -80), day="2025-03-12")
        self.sale(label="Un | deux\tété 🎉"), self.sale(amount=50.5, day="2026-04-01", label=False, ref=False)
        export = self.written("official")
        totals = {"rows": export.row_count, "debit": Decimal("230.50"), "credit": Decimal("230.50")}
        faults = check(
            io.BytesIO(self.content(export)), name=export.file_name, first=export.first, last=export.last, totals=totals
        )
        self.assertEqual(list(faults), [])
        self.assertEqual((export.debit, export.credit, export.row_count), (230.5, 230.5, 6))

    def test_how_it_is_written(self):
        self.sale(label="Été — 10 €")
        export = self.written(charset="UTF-8", delimiter="bar", auxiliary="id")
        first, *_rest = self.content(export).decode("utf-8").splitlines()[1:]
        self.assertIn("Été — 10 €", first)
        self.assertIn(f"|{self.partner.id}|", first)

    def test_who_only_reads_makes_tests_and_no_official_file(self):
        self.sale()
        export = self.export(user=self.reader)
        export.action_check()
        export.action_write()
        self.assertEqual(export.state, "done")
        official = self.export(user=self.reader, mode="official")
        official.action_check()
        self.assertFalse(official.may_close)
        with self.assertRaises(AccessError):
            official.action_write()
        with self.assertRaises(AccessError):
            self.env["tierslieu.fec.official"].with_user(self.reader).create({"export_id": official.id})

    def test_an_official_file_waits_for_what_blocks(self):
        draft = self.sale(post=False)
        export = self.export(mode="official")
        export.action_check()
        self.assertEqual(export.state, "faulty")
        self.confirm(export)
        self.assertFalse(export.file_id)
        draft.unlink()
        self.sale()
        export.action_check()
        self.assertEqual(export.state, "ready")
        self.confirm(export)
        self.assertEqual((export.state, export.file_name), ("done", "732829320FEC20261231.txt"))

    def test_what_came_up_after_the_check_stops_it(self):
        self.sale()
        export = self.export(mode="official")
        export.action_check()
        self.sale(post=False)
        self.confirm(export)
        self.assertEqual((export.state, export.finding_ids.key), ("faulty", "draft"))

    def test_without_a_siren_a_test_can_be_written(self):
        self.company.company_registry = False
        self.sale()
        export = self.written()
        self.assertEqual(export.blocking_count, 1)

    def test_twice_is_once(self):
        self.sale()
        export = self.written("official")
        before, at = self.content(export), export.done_at
        self.sale()
        with freeze_time("2027-03-01 10:00:00"):
            export._write_once()
        self.assertEqual((self.content(export), export.done_at), (before, at))

    # -- Kept

    def test_an_official_file_never_changes(self):
        self.sale()
        export = self.written("official")
        attachment = export.sudo().file_id
        before = self.content(export)
        admin = self.env.ref("base.user_admin")
        for who in (export, export.with_user(admin), export.sudo()):
            for values in ({"last": "2026-11-30"}, {"state": "draft"}, {"sha256": "0"}, {"file_id": False},
                           {"mode": "test"}):
                with self.subTest(who=who.env.user.login, su=who.env.su, values=values), self.assertRaises(UserError):
                    who.write(values)
            with self.assertRaises(UserError):
                who.unlink()
            with self.assertRaises(UserError):
                who.action_check()
        for who in (attachment, attachment.with_user(admin), attachment.with_user(self.accountant)):
            for values in ({"raw": b"x"}, {"name": "x"}, {"public": True}, {"res_id": 1}, {"raw": before, "name": "x"},
                           {"db_datas": b"x"}):
                with self.subTest(who=who.env.user.login, values=values), self.assertRaises(UserError):
                    who.write(values)
            with self.assertRaises(UserError):
                who.unlink()
        # Odoo may move the bytes elsewhere.
        attachment.write({"raw": before, "mimetype": attachment.mimetype})
        self.assertEqual(self.content(export), before)
        for finding in export.finding_ids:
            with self.assertRaises(AccessError):
                finding.write({"title": "x"})

    def test_a_file_that_has_gone_is_found(self):
        self.sale()
        export = self.written("official")

        def broken():
            return [check["name"] for check in self.env["tierslieu.integrity"].run()]

        self.assertNotIn("Official FEC files are kept", broken())
        self.env.cr.execute("UPDATE ir_attachment SET store_fname = NULL WHERE id = %s", [export.sudo().file_id.id])
        self.assertIn("Official FEC files are kept", broken())

    def test_it_may_go_after_ten_years(self):
        self.sale()
        export = self.written("official")
        self.assertEqual(str(export.kept_until), "2036-12-31")
        with freeze_time("2036-12-31 10:00:00"), self.assertRaises(UserError):
            export.unlink()
        with freeze_time("2037-01-02 10:00:00"):
            attachment = export.sudo().file_id
            export.unlink()
        self.assertFalse(attachment.exists())

    def test_a_test_goes_with_its_file(self):
        self.sale()
        export = self.written()
        attachment = export.sudo().file_id
        with self.assertRaises(UserError):
            export.mode = "official"
        export.unlink()
        self.assertFalse(attachment.exists())

    def test_what_is_shared_by_two_files_stays(self):
        self.sale()
        test, official = self.written(), self.written("official")
        self.assertEqual(test.sha256, official.sha256)
        before = self.content(official)
        test.unlink()
        self.env["ir.attachment"]._gc_file_store_unsafe()
        official.sudo().file_id.invalidate_recordset()
        self.assertEqual(self.content(official), before)

    def test_nothing_is_said_by_whoever_creates_it(self):
        for values in ({"state": "done"}, {"sha256": "0"}, {"file_id": 1}, {"done_by": 1}, {"row_count": 3}):
            with self.subTest(values), self.assertRaises(UserError):
                self.export(**values)
        with self.assertRaises(UserError):
            self.Export.with_user(self.accountant).with_context(default_state="done").create(
                {"first": "2026-01-01", "last": "2026-12-31"}
            )

    def test_other_days_are_checked_again(self):
        self.sale(post=False)
        export = self.export()
        export.action_check()
        self.assertTrue(export.finding_ids)
        export.last = "2026-02-28"
        self.assertEqual((export.state, len(export.finding_ids)), ("draft", 0))
        with self.assertRaises(UserError):
            export.action_download()

    # -- Days

    def test_days_of_one_year(self):
        self.sale(day="2025-03-01")
        with self.assertRaises(ValidationError):
            self.export(first="2026-06-01", last="2027-05-31")
        self.company.write({"fiscalyear_last_month": "8", "fiscalyear_last_day": 31})
        self.export(first="2026-09-01", last="2027-08-31")
        with self.assertRaises(ValidationError):
            self.export()

    def test_a_first_year_may_be_longer(self):
        self.sale(day="2026-10-01")
        self.export(first="2026-09-15", last="2027-12-31")
        with self.assertRaises(ValidationError):
            self.export(first="2026-09-15", last="2028-01-01")
        self.sale(day="2026-09-14")
        with self.assertRaises(ValidationError):
            self.export(first="2026-09-15", last="2027-12-31")

    # -- Lock dates

    def test_the_year_is_locked_when_asked(self):
        move = self.sale()
        self.company.fiscalyear_lock_date = "2025-12-31"
        export = self.written("official")
        self.assertEqual(str(self.company.fiscalyear_lock_date), "2025-12-31")
        self.assertFalse(export.locked)
        other = self.export(mode="official")
        other.action_check()
        wizard = self.confirm(other, lock=True)
        self.assertIn("An official file of these days was written", wizard.said)
        self.assertEqual(str(self.company.fiscalyear_lock_date), "2026-12-31")
        self.assertTrue(other.locked)
        with self.assertRaises(UserError):
            move.button_draft()

    def test_a_lock_is_never_moved_back(self):
        self.sale()
        self.company.fiscalyear_lock_date = "2027-01-31"
        export = self.export(mode="official")
        export.action_check()
        wizard = self.confirm(export, lock=True)
        self.assertFalse(wizard.may_lock)
        self.assertEqual(str(self.company.fiscalyear_lock_date), "2027-01-31")

    def test_lines_of_the_bank_that_wait_refuse_the_lock(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        self.env["account.bank.statement.line"].create(
            {"journal_id": bank.id, "date": "2026-05-01", "payment_ref": "Virement", "amount": 10}
        )
        export = self.export(mode="official")
        export.action_check()
        with self.assertRaisesRegex(UserError, "Lines of the bank not reconciled until .*: 1"):
            self.confirm(export, lock=True)
        self.confirm(export)
        self.assertEqual(export.state, "done")

    # -- Afterwards

    def test_what_is_posted_afterwards_is_said_at_closing(self):
        self.sale()
        self.written("official")

        def changed():
            checks = self.env["tierslieu.books"]._closing_checks(self.company, *self.days)
            return next(check for check in checks if check["key"] == "fec_changed")

        self.days = (fields.Date.to_date("2026-01-01"), fields.Date.to_date("2026-12-31"))
        self.assertEqual(changed()["count"], 0)
        with freeze_time("2027-02-03 10:00:00"):
            late = self.sale(day="2026-12-31")
        self.assertEqual((changed()["count"], changed()["action"]["res_id"]), (1, late.id))
        with freeze_time("2027-02-04 10:00:00"):
            self.written("official")
        self.assertEqual(changed()["count"], 0)

    def test_go_on_to_the_official_file(self):
        self.sale()
        test = self.written(delimiter="bar", charset="UTF-8")
        official = self.Export.browse(test.action_make_official()["res_id"])
        self.assertEqual((official.mode, official.state, official.delimiter, official.charset),
                         ("official", "ready", "bar", "UTF-8"))
        self.assertFalse(official.file_id)

    # -- Description and archive

    def invoice(self, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": self.partner.id, "invoice_date": "2026-05-04",
                "journal_id": self.sales.id,
                "invoice_line_ids": [
                    Command.create({"name": "Salle", "account_id": self.a706000.id, "price_unit": 30, "tax_ids": False})
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def keep_pdf(self, invoice, content=b"%PDF-1.4 invoice"):
        self.env["ir.attachment"].create(
            {"name": f"{invoice.name}.pdf", "raw": content, "res_model": "account.move", "res_id": invoice.id,
             "res_field": "invoice_pdf_report_file", "mimetype": "application/pdf"}
        )
        invoice.invalidate_recordset()

    def test_the_description_says_it_all(self):
        self.entry((self.a512, 80), (self.a101310, -80), day="2025-03-12")
        self.sale(amount=1234.5)
        export = self.written("official")
        self.assertEqual(
            [journal[:4] for journal in export.details["journals"]],
            [["OUV", "Balance initiale", 1, 2], ["ODX", "Opérations d'essai", 1, 2]],
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            "tierslieu_account.report_fec_description", export.ids
        )[0].decode()
        for said in (export.sha256, export.file_name, "ISO-8859-15", "Tab", "EcritureLet", "732829320", "Opérations",
                     "1,234.50", "1,314.50", str(export.row_count), "19.0"):
            self.assertIn(said, html)

    def test_the_archive_holds_it_all(self):
        kept, made, listed = self.invoice(), self.invoice(), self.invoice()
        self.invoice(invoice_date="2027-01-05")
        self.keep_pdf(kept)
        export = self.written()
        self.assertEqual((export.invoice_count, export.missing_count), (3, 2))
        self.patch(type(self.Export), "_make_pdf", lambda _self, move: b"%PDF made" if move == made else None)
        out = io.BytesIO()
        export._write_archive(out)
        with zipfile.ZipFile(out) as archive:
            self.assertIsNone(archive.testzip())
            names = archive.namelist()
            self.assertEqual(archive.read(export.file_name), self.content(export))
            [first] = [name for name in names if kept.name.replace("/", "-") in name]
            self.assertEqual(first.split("/")[1], "2026-05")
            self.assertEqual(archive.read(first), b"%PDF-1.4 invoice")
            [second] = [name for name in names if made.name.replace("/", "-") in name]
            self.assertEqual(archive.read(second), b"%PDF made")
            text = archive.read("Invoices/Without a PDF.txt").decode()
            self.assertIn(listed.name, text)
            self.assertNotIn(made.name, text)
            self.assertEqual(len(names), 5)
            self.assertIn("732829320FEC20261231-TEST-description.pdf", names)

    # -- Companies

    def test_each_company_keeps_to_itself(self):
        self.sale()
        export = self.written()
        other = self.env["res.company"].create({"name": "Ailleurs"})
        stranger = new_test_user(
            self.env, "ailleurs", groups="account.group_account_user", company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.Export.with_user(stranger).search([]))
        for call in ("read", "action_download", "action_archive", "action_check", "unlink"):
            with self.subTest(call), self.assertRaises(UserError):
                getattr(export.with_user(stranger), call)()
        with self.assertRaises(AccessError):
            self.export(user=stranger, company_id=self.company.id)
