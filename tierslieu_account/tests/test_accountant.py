from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .books_common import BooksCase


@tagged("post_install", "-at_install")
class TestAccountant(BooksCase):
    """What an accountant sees and does not: the books, and nobody's documents or notes."""

    def call(self, model, method, *args, user=None, **kwargs):
        return call_kw(self.env[model].with_user(user or self.accountant), method, list(args), kwargs)

    def test_posts_a_closing_entry(self):
        move = self.entry({"706000": 10.0, "487000": -10.0}, post=False)
        self.call("account.move", "action_post", move.ids)
        self.assertEqual(move.state, "posted")

    def test_reads_what_entries_name(self):
        place = self.env["tierslieu.place"].create({"name": "Le Quai"})
        found = self.call("tierslieu.place", "web_search_read", domain=[("id", "=", place.id)],
                          specification={"name": {}})
        self.assertEqual(found["length"], 1)
        with self.assertRaises(AccessError):
            self.call("tierslieu.place", "write", place.ids, {"name": "La Gare"})

    def test_prices_are_not_theirs(self):
        product = self.env["product.product"].create({"name": "Salle", "list_price": 8})
        with self.assertRaises(AccessError):
            self.call("product.product", "write", product.ids, {"list_price": 9})

    def test_nobodys_documents(self):
        for model in ("tierslieu.proof", "tierslieu.card", "tierslieu.charter", "tierslieu.charter.acceptance",
                      "tierslieu.data.request", "tierslieu.override", "tierslieu.import", "tierslieu.welcome"):
            for method, arguments in (
                ("web_search_read", {"domain": [], "specification": {"display_name": {}}}),
                ("search_read", {"domain": []}), ("search_count", {"domain": []}),
                ("name_search", {"name": "a"}), ("formatted_read_group", {"domain": [], "groupby": []}),
            ):
                with self.subTest(model=model, method=method), self.assertRaises(AccessError):
                    self.call(model, method, **arguments)

    def test_notes_about_people_are_not_read(self):
        partner = self.alice
        read = {
            "read": ("read", partner.ids, ["comment"]),
            "domain": ("search_count", [("comment", "ilike", "fragile")]),
            "export": ("export_data", partner.ids, ["comment"]),
            "change": ("write", partner.ids, {"comment": "Rien"}),
        }
        for what, (method, *arguments) in read.items():
            with self.subTest(what), self.assertRaises(AccessError):
                self.call("res.partner", method, *arguments)
        with self.assertRaises(AccessError):
            self.call("res.partner", "web_read", partner.ids, specification={"comment": {}})
        [known] = self.call("res.partner", "read", partner.ids, ["name", "email", "vat"])
        self.assertEqual(known["name"], "Alice Renaud")
        self.assertNotIn("comment", self.call("res.partner", "fields_get"))
        # A host, and an accountant who welcomes people too, read them.
        both = self.accountant.copy({"login": "les deux"})
        both.group_ids |= self.env.ref("tierslieu_base.group_host")
        for user in (self.host, both):
            [told] = self.call("res.partner", "read", partner.ids, ["comment"], user=user)
            self.assertIn("Fragile", told["comment"])

    def test_screens_have_no_place_for_notes(self):
        for view in ("form", "list", "search"):
            archs = {
                user: self.call("res.partner", "get_views", views=[(False, view)], user=user)["views"][view]["arch"]
                for user in (self.host, self.accountant, self.host)
            }
            self.assertNotIn('name="comment"', archs[self.accountant])
            if view == "form":
                self.assertIn('name="comment"', archs[self.host])

    def test_the_discussion_about_people_is_not_read(self):
        note = self.alice.message_post(body="A pleuré à l'accueil")
        found = [["model", "=", "res.partner"], ["res_id", "=", self.alice.id]]
        self.assertFalse(self.call("mail.message", "search_count", domain=found))
        with self.assertRaises(AccessError):
            self.call("mail.message", "read", note.ids, ["body"])
        self.assertTrue(self.call("mail.message", "search_count", domain=found, user=self.host))
        # That of an invoice is theirs.
        invoice = self.invoice()
        invoice.message_post(body="Relancée")
        found = [["model", "=", "account.move"], ["res_id", "=", invoice.id]]
        self.assertTrue(self.call("mail.message", "search_count", domain=found))

    # -- Menus

    def menus(self):
        """Return the menus below Tiers-lieu that the accountant sees: those whose folders they see."""
        tree = self.env["ir.ui.menu"].with_user(self.accountant).load_menus(False)
        found, ahead = [], [self.env.ref("tierslieu_base.menu_root").id]
        while ahead:
            below = tree[ahead.pop()]["children"]
            found += below
            ahead += below
        return self.env["ir.ui.menu"].browse(found)

    def test_the_books_and_nothing_of_the_team(self):
        books = self.env.ref("tierslieu_account.menu_books")
        menus = self.menus()
        self.assertIn(books, menus)
        strays = menus.filtered(lambda menu: not menu.parent_path.startswith(books.parent_path))
        self.assertEqual(strays.mapped("complete_name"), [])

    def test_the_first_screen_is_the_home_of_the_books(self):
        root = self.env.ref("tierslieu_base.menu_root")
        menus = self.env["ir.ui.menu"].with_user(self.accountant).load_web_menus(False)
        self.assertEqual(menus[root.id]["actionID"], self.env.ref("tierslieu_account.action_books_home").id)

    def test_no_menu_fails_on_click(self):
        tried = 0
        for menu in self.menus().filtered("action"):
            with self.subTest(menu.complete_name):
                action = menu.action.with_user(self.accountant)
                if action._name == "ir.actions.server":
                    action = action.run()
                    model, views = action["res_model"], action["views"]
                else:
                    model, views = action.sudo().res_model, action.sudo().views
                call_kw(self.env[model].with_user(self.accountant), "get_views", [], {"views": views})
                self.call(model, "search_count", domain=[])
                tried += 1
        self.assertGreater(tried, 0)
