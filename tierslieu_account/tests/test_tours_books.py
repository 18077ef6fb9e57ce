from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .books_common import Entries


@tagged("post_install", "-at_install")
class TestBooksTour(Entries, HttpCase):
    """An accountant logs in, finds what was forgotten, mends it, and comes back to a home in order."""

    browser_size = "1280x800"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.company = cls.env.company
        cls.alice = cls.env["res.partner"].create({"name": "Alice Renaud"})
        cls.env["res.users"].create(
            {
                "name": "Claire Comptable", "login": "claire", "password": "claire_password", "lang": "fr_FR",
                "tz": "Europe/Paris",
                "group_ids": [Command.set(cls.env.ref("tierslieu_account.group_accountant").ids)],
            }
        )

    def test_finds_what_is_wrong_and_mends_it(self):
        draft = self.invoice(day=fields.Date.today() - timedelta(days=40), post=False)
        root = self.env.ref("tierslieu_base.menu_root")
        self.start_tour(f"/odoo/action-tierslieu_account.action_books_home?menu_id={root.id}", "tierslieu_books_home",
                        login="claire", timeout=180)
        self.assertEqual(draft.state, "posted")
        home = self.env["tierslieu.books.home"].sudo().search([("user_id.login", "=", "claire")])
        self.assertTrue(home.seen_at)
