from odoo.tests import new_test_user, tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .tour_common import DeskTourCase


@tagged("-at_install", "post_install")
class TestImportTour(DeskTourCase):
    """A manager moves in: the template, a file with mistakes, their list, the right file, done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env, "tour_mover", groups="tierslieu_base.group_manager", lang="en_US", password="tour_mover_password"
        )
        cls.alice = cls.env["res.partner"].create({"name": "Alice Renaud", "email": "alice@lequai.example"})

    def start(self):
        self.start_tour("/odoo/action-tierslieu_base.action_import", "tierslieu_import", login="tour_mover")
        bookings = self.env["tierslieu.booking"].search([("partner_id", "=", self.alice.id)])
        self.assertEqual(sorted(bookings.mapped("payment_status")), ["paid", "to_invoice"])
        self.assertEqual(set(bookings.mapped("state")), {"confirmed"})

    @heavy
    def test_at_a_desk(self):
        self.start()

    @heavy
    def test_on_a_phone(self):
        self.browser_size = "390x844"
        self.start()

    def test_files(self):
        """The template and the list of problems are given to managers, and hidden from others."""
        self.authenticate("tour_mover", "tour_mover_password")
        imports = self.env["tierslieu.import"]
        for kind in ("members", "grid", "bookings"):
            record = imports.create({"kind": kind})
            for suffix in ("xlsx", "csv"):
                answer = self.url_open(f"/tierslieu/import/{record.id}/template.{suffix}")
                self.assertEqual(answer.status_code, 200)
                self.assertIn("attachment", answer.headers["Content-Disposition"])
        record = imports.create({"kind": "members", "file": b"Tm9tO0NvdWxldXINClpvZTtibGV1"})
        record.action_check()
        answer = self.url_open(f"/tierslieu/import/{record.id}/problems.csv")
        self.assertIn("Couleur", answer.content.decode("utf-8-sig"))
        for path in ("0/problems.csv", f"{2**40}/problems.csv", f"{record.id + 1000}/template.xlsx"):
            self.assertEqual(self.url_open(f"/tierslieu/import/{path}").status_code, 404, path)
        self.a_host("tour_import_host")
        self.authenticate("tour_import_host", "tour_import_host_password")
        for path in (f"{record.id}/problems.csv", f"{record.id}/template.xlsx", f"{record.id}/template.csv"):
            self.assertEqual(self.url_open(f"/tierslieu/import/{path}").status_code, 404)
