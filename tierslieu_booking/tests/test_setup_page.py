from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.tierslieu_booking.models.setup_look import CHOICES, PALETTES

from .setup_common import SetupCase


@tagged("post_install", "-at_install")
class TestSetupPage(SetupCase):
    """The site of the company, and the end of the assistant."""

    def site(self):
        return self.env["website"].search([("company_id", "=", self.company.id)])

    def test_makes_the_site_of_the_company(self):
        others = self.env["website"].search([])
        for _time in range(2):
            self.setup.apply(
                "page",
                self.answers("page", name="La Grange", home="/welcome", title="Bienvenue",
                             text="Au bout du chemin.", domain="lagrange.example", tidy=True),
            )
        site = self.site()
        self.assertEqual(len(site), 1)
        self.assertNotIn(site, others)
        self.assertEqual(site.homepage_url, "/welcome")
        self.assertEqual(site.domain, "https://lagrange.example")
        urls = site.menu_id.child_id.mapped("url")
        self.assertEqual(urls.count("/book"), 1)
        self.assertNotIn("/shop", urls)

    def test_the_site_that_is_there(self):
        website = self.env["website"].search([], limit=1)
        website.company_id = self.company
        asked = [field["name"] for field in self.setup.page("page")["page"]["fields"]]
        self.assertNotIn("domain", asked)
        self.setup.apply("page", self.answers("page", name="La Grange", home="/book"))
        self.assertEqual(self.site(), website)
        self.assertEqual((website.name, website.homepage_url), ("La Grange", "/book"))

    def test_refusals(self):
        for changes, words in (
            ({"name": ""}, "Name of the site is missing"),
            ({"home": "/web/login"}, "cannot be read"),
            ({"home": ""}, "choose one"),
            ({"domain": "la grange"}, "not the address of a site"),
            ({"domain": "javascript:alert(1)"}, "not the address of a site"),
            ({"title": "x" * 121}, "120 characters"),
            ({"text": "x" * 2001}, "2000 characters"),
        ):
            with self.subTest(changes=changes):
                self.assertIn(words, self.refused("page", self.answers("page", **changes)))
        self.env["website"].search([], limit=1).domain = "lagrange.example"
        self.assertIn("Another site", self.refused("page", self.answers("page", domain="lagrange.example")))

    def chosen_colors(self):
        assets = self.env["website.assets"].with_context(website_id=self.site().id)
        url = assets._make_custom_asset_url(CHOICES, "web.assets_frontend")
        return (assets._get_content_from_url(url) or b"").decode()

    def test_colours(self):
        self.setup.apply("page", self.answers("page", home="/book"))
        self.assertNotIn("tierslieu", self.chosen_colors())  # the first palette is there already
        self.setup.apply("page", self.answers("page", palette="tierslieu-sea"))
        self.assertIn("'color-palettes-name': 'tierslieu-sea',", self.chosen_colors())
        self.assertEqual(self.answers("page")["palette"], "tierslieu-sea")
        others = self.env["website"].search([]) - self.site()
        self.assertNotIn("tierslieu-sea", [self.setup.sudo()._palette_of(one) for one in others])
        # Chosen in the editor of the website: nobody's choice is undone.
        self.env["website.assets"].with_context(website_id=self.site().id).make_scss_customization(
            CHOICES, {"color-palettes-name": "'default-light-1'"}
        )
        self.assertEqual(self.answers("page")["palette"], "keep")
        self.setup.apply("page", self.answers("page"))
        self.assertIn("default-light-1", self.chosen_colors())
        self.assertIn("cannot be read", self.refused("page", self.answers("page", palette="red; }")))

    def test_colours_are_those_of_the_editor_and_read(self):
        def light(color):
            parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
            parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

        def contrast(one, other):
            low, high = sorted((light(one), light(other)))
            return (high + 0.05) / (low + 0.05)

        with file_open("tierslieu_booking/static/src/look/primary_variables.scss") as sheet:
            written = sheet.read()
        for name, (main, second, paper, ink) in PALETTES.items():
            self.assertIn(f"'{name}': ({main}, {second}, {paper}, {ink})", written)
            for color, ground in ((main, "#FFFFFF"), (main, paper), (second, "#FFFFFF"), (ink, paper)):
                self.assertGreaterEqual(contrast(color, ground), 4.5, (name, color, ground))

    def test_the_end(self):
        """It leads to a first booking once one can be made, and else says what is missing."""
        for key, words in (("spaces", "no space"), ("prices", "price"), ("payment", "pay")):
            with self.subTest(key=key):
                self.assertIn(words, self.setup.page("end")["page"]["intro"])
            if key == "spaces":
                self.with_spaces()
                self.place().space_ids.rate_ids.active = False
            elif key == "prices":
                self.place().space_ids.with_context(active_test=False).rate_ids.active = True
        end = self.open_to_all()
        self.assertEqual((end["key"], end["done"], end["total"]), ("end", 7, 7))
        self.assertTrue(any(link.get("url", "").endswith("/book") for link in end["page"]["links"]))
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])

    def test_in_any_order(self):
        """Each step alone, the last one first, and nothing before it."""
        for key, changes in (
            ("page", {"home": "/book"}), ("payment", {"reception": True}),
            ("taxes", {"regime": "subject", "percent": "20"}), ("prices", {}),
        ):
            self.setup.apply(key, self.answers(key, **changes))
        self.with_spaces()
        self.assertEqual(self.setup.page("end")["done"], 7)
        quote = self.place().space_ids[0].quote(
            self.env["res.partner"].create({"name": "Alice"}),
            self.place().to_utc(self.at(14)), self.place().to_utc(self.at(16)),
        )
        self.assertEqual((quote["errors"], quote["total"]), ([], 8))

    def at(self, hour):
        return self.place().now_local().replace(tzinfo=None, hour=hour, minute=0)

    def test_today_leads_there(self):
        place = self.env["tierslieu.place"].with_context(allowed_company_ids=self.company.ids)
        self.assertTrue(place.with_user(self.manager).today()["set_up"])
        self.assertFalse(place.with_user(self.host).today()["set_up"])
        self.with_spaces()
        self.assertNotIn("set_up", place.with_user(self.manager).today())
