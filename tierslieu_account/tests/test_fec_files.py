import hashlib
import io
import zipfile

from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.common import UNINVITED

from .fec_books import FecHttpCase


@tagged("post_install", "-at_install")
class TestFecFiles(FecHttpCase):
    """The file and its archive go to the accountants of their company, and to nobody else."""

    @classmethod
    @freeze_time("2027-02-01 10:00:00")
    def setUpClass(cls):
        super().setUpClass()
        cls.others = [
            new_test_user(cls.env, f"fec {group}", groups=group, context=UNINVITED)
            for group in ("tierslieu_base.group_host", "tierslieu_base.group_manager", "base.group_portal",
                          "base.group_user", "account.group_account_invoice")
        ]
        for user in (cls.accountant, cls.reader, *cls.others):
            user.password = "a long password"

    @freeze_time("2027-02-01 10:00:00")
    def official(self):
        self.sale(label="Été à 10 €")
        export = self.export(mode="official")
        export.action_check()
        export._write_once()
        self.assertEqual(export.state, "done")
        return export

    def log_in(self, user):
        self.authenticate(user.login, "a long password")

    def test_the_same_bytes_each_time(self):
        export = self.official()
        for user in (self.accountant, self.reader):
            self.log_in(user)
            for _time in range(2):
                answer = self.url_open(f"/tierslieu/fec/{export.id}/file")
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(hashlib.sha256(answer.content).hexdigest(), export.sha256)
                self.assertIn(export.file_name, answer.headers["Content-Disposition"])
                self.assertIn("no-store", answer.headers["Cache-Control"])
            self.sale()

    def test_the_archive(self):
        export = self.official()
        self.log_in(self.accountant)
        answer = self.url_open(f"/tierslieu/fec/{export.id}/archive", timeout=120)
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/zip"))
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            self.assertEqual(hashlib.sha256(archive.read(export.file_name)).hexdigest(), export.sha256)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_nobody_else_knows_that_there_is_one(self):
        export, draft = self.official(), self.export()
        other = self.env["res.company"].create({"name": "Ailleurs"})
        stranger = new_test_user(
            self.env, "ailleurs", groups="account.group_account_user", password="a long password",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )
        for user in (*self.others, stranger):
            self.log_in(user)
            for what in ("file", "archive"):
                with self.subTest(user=user.login, what=what):
                    answer = self.url_open(f"/tierslieu/fec/{export.id}/{what}", allow_redirects=False)
                    self.assertEqual(answer.status_code, 404)
                    self.assertNotIn("732829320", answer.text)
            attachment = self.url_open(f"/web/content/{export.sudo().file_id.id}", allow_redirects=False)
            self.assertEqual(attachment.status_code, 404)
            report = self.url_open(
                f"/report/html/tierslieu_account.report_fec_description/{export.id}", allow_redirects=False
            )
            self.assertNotEqual(report.status_code, 200)
            self.assertNotIn(export.sha256, report.text)
        self.log_in(self.accountant)
        for number in (draft.id, 0, 2**31, 10**30, export.id + 10**6):
            for what in ("file", "archive"):
                self.assertEqual(self.url_open(f"/tierslieu/fec/{number}/{what}").status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open(f"/tierslieu/fec/{export.id}/file", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
