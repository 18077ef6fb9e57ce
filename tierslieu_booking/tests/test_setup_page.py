from odoo.tests import tagged

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
