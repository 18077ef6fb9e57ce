from odoo import fields
from odoo.tests import tagged

from .fec_books import FecHttpCase


@tagged("post_install", "-at_install")
class TestFecTour(FecHttpCase):
    """An accountant goes from a line without a label to the official file, in French, at a desk."""

    browser_size = "1280x800"

    def test_from_a_fault_to_the_official_file(self):
        year = fields.Date.today().year - 1
        move = self.entry(
            {"account_id": self.a606.id, "balance": 12.5, "name": "/"},
            {"account_id": self.a512.id, "balance": -12.5, "name": "Carte"},
            day=f"{year}-03-12",
        )
        self.sale(day=f"{year}-12-31")
        self.accountant.write({"password": "a long password", "lang": "fr_FR"})
        self.company.fiscalyear_lock_date = False
        self.start_tour(
            "/odoo/action-tierslieu_account.action_fec_export", "tierslieu_fec", login=self.accountant.login
        )
        self.env.invalidate_all()
        official, test = self.Export.search([("done_by", "=", self.accountant.id)])
        self.assertEqual((official.mode, test.mode), ("official", "test"))
        self.assertEqual(official.sha256, test.sha256)
        self.assertEqual(str(self.company.fiscalyear_lock_date), f"{year}-12-31")
        self.assertIn("Café du matin", move.line_ids.mapped("name"))
        self.assertIn("Café du matin", self.content(official).decode("iso-8859-15"))
