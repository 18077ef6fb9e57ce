from odoo.tests import tagged

from .setup_common import SetupCase


@tagged("post_install", "-at_install")
class TestSetupPrices(SetupCase):
    """Usual prices with the spaces, then the table and the reduced fare."""

    def table(self, **changes):
        """Return the answers of the page with the prices of a space changed, by the key of its kind."""
        answers = self.answers("prices")
        made = {space.setup_key: str(space.id) for space in self.place().space_ids}
        for row in answers["prices"]:
            for key, prices in changes.items():
                if row["key"] == made[key]:
                    row.update(prices)
        return answers

    def test_spaces_come_with_their_prices(self):
        made = self.with_spaces("nomad", "meeting", "resident")
        self.assertEqual(
            self.prices(made["nomad"]), {"hour": 4, "half_day": 12, "day": 18, "week": 75, "month": 220}
        )
        self.assertEqual(self.prices(made["meeting"]), {"hour": 18, "half_day": 60, "day": 95})
        self.assertEqual(self.prices(made["resident"]), {"month": 250})
        for rate in made["nomad"].rate_ids:
            self.assertEqual(rate.product_id.company_id, self.company)
            self.assertFalse(rate.product_id.is_published)
            self.assertTrue(all(rate.product_id.taxes_id.mapped("price_include")))
            self.assertEqual(rate.product_id.taxes_id.mapped("amount"), [20])

    def test_prices_of_the_step_of_spaces(self):
        self.setup.apply("spaces", self.rows("nomad", nomad={"hour": "4,50", "day": ""}))
        nomad = self.place().space_ids
        self.assertEqual(self.prices(nomad)["hour"], 4.5)
        self.assertNotIn("day", self.prices(nomad))
        self.setup.apply("spaces", self.rows(nomad={"hour": 5, "day": 20}))
        self.assertEqual((self.prices(nomad)["hour"], self.prices(nomad)["day"]), (5, 20))

    def test_a_renamed_space_is_invoiced_by_its_name(self):
        made = self.with_spaces()
        self.setup.apply("spaces", self.rows(meeting={"name": "Salle du haut"}))
        for product in made["meeting"].rate_ids.product_id:
            self.assertTrue(product.name.startswith("Salle du haut, "))

    def test_table(self):
        made = self.with_spaces()
        rates = made["nomad"].rate_ids
        self.setup.apply("prices", self.table(nomad={"hour": "3,5", "week": "", "evening": 10}))
        self.assertEqual(
            self.prices(made["nomad"]),
            {"hour": 3.5, "half_day": 12, "evening": 10, "day": 18, "month": 220},
        )
        self.setup.apply("prices", self.table(nomad={"week": 80}))
        self.assertEqual(self.prices(made["nomad"])["week"], 80)
        self.assertLessEqual(rates, made["nomad"].rate_ids)

    def test_twice_is_once(self):
        made = self.with_spaces()
        for _time in range(2):
            self.setup.apply("prices", self.answers("prices", reduced=True, percent=40))
        self.assertEqual(len(made["nomad"].rate_ids), 5)
        profiles = self.env["tierslieu.profile"].search([("company_id", "=", self.company.id)])
        self.assertEqual(profiles.mapped("code"), ["reduced", "full"])
        self.assertEqual(len(profiles.pricelist_id.item_ids), 1)

    def test_reduced_fare(self):
        made = self.with_spaces()
        self.setup.apply("prices", self.answers("prices", reduced=True, percent="30"))
        reduced = self.setup.sudo()._reduced_fare()
        self.assertTrue(reduced.needs_proof)
        partner = self.env["res.partner"].create({"name": "Élodie"})
        full = partner.with_company(self.company).tierslieu_profile_on(self.place().now_local().date())
        self.assertEqual(full.code, "full")
        hour = made["meeting"].rate_ids.filtered(lambda rate: rate.time_unit == "hour")
        price = reduced.pricelist_id._get_product_price(hour.product_id, 1.0)
        self.assertAlmostEqual(price, 12.6)
        self.setup.apply("prices", self.answers("prices", reduced=True, percent=50))
        self.assertAlmostEqual(reduced.pricelist_id._get_product_price(hour.product_id, 1.0), 9)
        self.setup.apply("prices", self.answers("prices", reduced=False))
        self.assertFalse(reduced.active)
        self.assertFalse(self.setup.page("prices")["page"]["values"]["reduced"])
        self.setup.apply("prices", self.answers("prices", reduced=True, percent=20))
        self.assertTrue(reduced.active)

    def test_refusals(self):
        self.with_spaces()
        for changes, words in (
            ({"nomad": {"hour": "-1"}}, "Coworking, hour goes from 0"),
            ({"nomad": {"day": "1e9"}}, "Coworking, day goes from 0 to 100000"),
            ({"nomad": {"day": "free"}}, "Coworking, day: this cannot be read"),
            ({"nomad": {"key": "0"}}, "cannot be read"),
            ({"nomad": {"hour": ["4"]}}, "cannot be read"),
        ):
            with self.subTest(changes=changes):
                self.assertIn(words, self.refused("prices", self.table(**changes)))
        for percent in ("0", "91", "", "half", None):
            with self.subTest(percent=percent):
                self.refused("prices", self.answers("prices", reduced=True, percent=percent))
        self.assertIn(
            "Coworking, hour goes from 0",
            self.refused("spaces", self.rows(nomad={"hour": "-4"})),
        )

    def test_a_space_of_another_place(self):
        self.with_spaces()
        other = self.env["tierslieu.space"].create(
            {"name": "Ailleurs", "place_id": self.env["tierslieu.place"].create({"name": "X"}).id}
        )
        answers = self.answers("prices")
        answers["prices"][0]["key"] = str(other.id)
        self.refused("prices", answers)

    def test_without_spaces(self):
        """The step can come first: it says what it waits for."""
        page = self.setup.page("prices")["page"]
        self.assertIn("once there are spaces", page["notes"][0])
        self.setup.apply("prices", page["values"])
        self.assertTrue(self.setup.sudo()._full_fare())
