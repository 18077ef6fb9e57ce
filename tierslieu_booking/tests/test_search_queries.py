from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.proof_common import a_pdf

from .search_common import MONDAY, TUESDAY, SearchCase

# What a search may ask the database, whatever the number of spaces.
MOST_QUERIES = 15


@tagged("post_install", "-at_install")
class TestSearchQueries(SearchCase):
    """A search asks few questions, as many for five spaces as for forty, and forgets no change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("product.group_product_pricelist")

    def a_student(self):
        """Make Alice a student whose pricelist has rules by quantity."""
        self.pricelist = self.env["product.pricelist"].create(
            {
                "name": "Student",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": percent,
                                    "min_quantity": quantity})
                    for percent, quantity in ((30, 0), (35, 3))
                ],
            }
        )
        student = self.env["tierslieu.profile"].create(
            {"name": "Student", "needs_proof": True, "pricelist_id": self.pricelist.id}
        )
        proof = self.env["tierslieu.proof"]._submit(self.alice, student, "card.pdf", a_pdf())
        proof.with_user(self.host).action_accept(date(2026, 1, 1), date(2028, 1, 1))

    def queries(self, *asked, **options):
        """Count the queries of a search made before, for a session whose user is known."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.find(*asked, **options)
        self.env.invalidate_all()
        # The user of a session, their company and its currency are read before any page.
        self.assertTrue(self.env.user.partner_id.name)
        self.assertTrue(self.env.company.currency_id.name)
        before = self.env.cr.sql_log_count
        found = self.find(*asked, **options)
        return self.env.cr.sql_log_count - before, found

    def test_few_and_no_more_for_more_spaces(self):
        searches = {
            "a day": ((TUESDAY,), {}),
            "any day": ((), {}),
            "a moment": ((self.at(1, 10),), {}),
            "a half-day": ((TUESDAY,), {"hours": "morning"}),
            "nothing is as asked": ((TUESDAY,), {"amenities": self.screen | self.silence,
                                                 "people": 40, "hours": (2, 4)}),
        }
        counts = {}
        for student in (False, True):
            if student:
                self.a_student()
            for name, (asked, options) in searches.items():
                few, found = self.queries(*asked, **options)
                self.assertEqual(bool(found["offers"]), name != "nothing is as asked")
                self.assertLessEqual(few, MOST_QUERIES, name)
                counts[student, name] = few
        for nth in range(35):
            self.a_space(f"Salle {nth}", 45 if nth % 2 else 4, {"hour": 8, "day": 40})
        for name, (asked, options) in searches.items():
            many, found = self.queries(*asked, **options)
            self.assertEqual(many, counts[True, name], name)

    def a_product(self, **values):
        return self.env["product.product"].create(
            {"name": "Hour of lounge", "type": "service", "invoice_policy": "order",
             "taxes_id": [Command.set(self.taxes[20].ids)], **values}
        )

    def price_of_lounge(self, day=TUESDAY):
        found = self.find(day)
        [price] = {o["price"] for o in found["offers"] if o["space_id"] == self.lounge.id}
        return price

    def test_prices_are_never_those_of_before(self):
        """Whatever a price is made of changes the next search."""
        self.a_student()
        rate = self.lounge.rate_ids.filtered(lambda one: one.time_unit == "hour")
        product = rate.product_id
        rule = self.pricelist.item_ids.filtered(lambda item: not item.min_quantity)
        base = self.env["product.pricelist"].create({"name": "Base"})
        dollar = self.env.ref("base.USD")
        dollar.active = True
        later = self.env["product.pricelist.item"].create(
            {"pricelist_id": self.pricelist.id, "compute_price": "fixed", "fixed_price": 1,
             "applied_on": "3_global", "min_quantity": 1,
             "date_start": f"{TUESDAY + timedelta(days=1)} 00:00:00"}
        )
        changes = [
            lambda: setattr(product, "list_price", 10),
            lambda: setattr(rule, "percent_price", 50),
            lambda: setattr(rate, "product_id", self.a_product(list_price=3)),
            lambda: rule.write({"base": "pricelist", "base_pricelist_id": base.id}),
            lambda: setattr(base, "item_ids", [Command.create(
                {"compute_price": "fixed", "fixed_price": 8, "applied_on": "3_global"})]),
            lambda: setattr(base.item_ids, "fixed_price", 7),
            lambda: self.env["res.currency.rate"].create(
                {"currency_id": dollar.id, "name": MONDAY, "rate": 2}),
            lambda: (rule.write({"base": "list_price", "compute_price": "fixed",
                                 "fixed_price": 9}),
                     setattr(self.pricelist, "currency_id", dollar)),
            lambda: self.env["res.currency.rate"].create(
                {"currency_id": dollar.id, "name": TUESDAY, "rate": 4}),
            lambda: setattr(later, "date_start", f"{MONDAY} 00:00:00"),
            later.unlink,
            lambda: self.alice.tierslieu_proof_ids.action_set_dates(
                date(2026, 1, 1), MONDAY),
        ]
        before = self.price_of_lounge()
        for nth, change in enumerate(changes):
            change()
            start = self.at(1, 10)
            quote = self.lounge.quote(self.alice, start, start + timedelta(hours=2))
            now = self.price_of_lounge()
            self.assertEqual(now, quote["total"], nth)
            if nth not in UNSEEN:
                self.assertNotEqual(now, before, nth)
            before = now

    def assertQuoted(self, day=TUESDAY, space=None, **options):
        """A search says of a space what it is quoted; return that price."""
        space = space or self.lounge
        start = self.at((day - MONDAY).days, 10)
        found = self.find(day, **options)
        prices = {o["price"] for o in found["offers"] if o["space_id"] == space.id}
        quote = space.quote(self.alice, start, start + timedelta(hours=2))
        self.assertEqual(quote["errors"], [])
        self.assertEqual(prices, {quote["total"]})
        return quote["total"]

    def a_rate_of(self, currency, rate, day="2020-01-01", company=None):
        company = company or self.env.company
        return self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": day, "rate": rate, "company_id": company.id}
        )

    def test_the_company_s_own_currency_has_rates_too(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.alice.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dollars",
                "currency_id": dollar.id,
                "item_ids": [Command.create(
                    {"compute_price": "fixed", "fixed_price": 9, "applied_on": "3_global"})],
            }
        )
        self.a_rate_of(dollar, 2)
        self.assertEqual(self.assertQuoted(), 4.5)
        self.a_rate_of(self.env.company.currency_id, 0.5, TUESDAY)
        self.assertEqual(self.assertQuoted(), 2.25)

    def test_a_product_that_is_archived_keeps_its_dated_rules(self):
        product = self.lounge.rate_ids.filtered(lambda one: one.time_unit == "hour").product_id
        self.alice.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Winter",
                "item_ids": [Command.create(
                    {"compute_price": "fixed", "fixed_price": 3, "product_id": product.id,
                     "applied_on": "0_product_variant", "date_start": f"{TUESDAY} 00:00:00"})],
            }
        )
        self.assertEqual(self.assertQuoted(), 6.0)
        product.product_tmpl_id.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.assertQuoted(MONDAY), 16.0)
        self.assertEqual(self.assertQuoted(), 6.0)

    def test_a_product_that_companies_share(self):
        """It is priced in the currency of the main one, converted on the day of the slot."""
        euro, dollar = self.env.company.currency_id, self.env.ref("base.USD")
        self.assertEqual(self.env["res.company"]._get_main_company().currency_id, euro)
        dollar.active = True
        other = self.env["res.company"].create({"name": "Overseas", "currency_id": dollar.id})
        self.env.user.company_ids += other
        there = self.env(
            context={**self.env.context, "allowed_company_ids": [other.id, self.env.company.id]}
        )
        place = there["tierslieu.place"].create(
            {"name": "Overseas", "company_id": other.id, "tz": "Europe/Paris"}
        )
        space = there["tierslieu.space"].create(
            {"name": "There", "place_id": place.id, "kind": "meeting", "allocation": "all",
             "unit_count": 1, "seats": 6}
        )
        there["tierslieu.rate"].create(
            {"space_id": space.id, "time_unit": "hour",
             "product_id": self.a_product(list_price=10, taxes_id=False).id}
        )
        self.Space = there["tierslieu.space"]
        self.a_rate_of(euro, 0.5, "2000-01-01", other)
        self.a_rate_of(euro, 0.25, MONDAY, other)
        self.assertEqual(self.assertQuoted(space=space, place=place), 80.0)
        self.a_rate_of(euro, 0.2, TUESDAY, other)
        self.assertEqual(self.assertQuoted(space=space, place=place), 100.0)
        self.assertEqual(self.assertQuoted(MONDAY, space=space, place=place), 80.0)

    def test_hours_are_never_those_of_before(self):
        """Whatever the opening hours are made of changes the next search."""
        calendar = self.place.resource_calendar_id
        tuesday = calendar.attendance_ids.filtered(lambda line: line.dayofweek == "1")
        leave = self.env["resource.calendar.leaves"]
        before = self.first_starts()
        self.assertTrue(before)
        tuesday[0].hour_from += 1
        self.assertNotEqual(self.first_starts(), before)
        closed = leave.create(
            {"name": "Works", "calendar_id": calendar.id, "company_id": self.env.company.id,
             "date_from": f"{TUESDAY} 00:00:00", "date_to": f"{TUESDAY} 23:00:00"}
        )
        self.assertFalse(self.first_starts())
        opening = self.env["tierslieu.opening"].create(
            {"place_id": self.place.id, "date": TUESDAY, "hour_from": 14, "hour_to": 17}
        )
        self.assertEqual(self.first_starts()[0].hour, 13)
        opening.hour_from = 15
        self.assertEqual(self.first_starts()[0].hour, 14)
        opening.unlink()
        self.assertFalse(self.first_starts())
        closed.unlink()
        tuesday[0].hour_from -= 1
        self.assertEqual(self.first_starts(), before)
        self.place.day_part_ids.unlink()
        self.open_evenings()
        self.assertEqual(self.first_starts(hours="evening"), [])

    def first_starts(self, **options):
        found = self.find(TUESDAY, times=30, **options)
        return self.starts(found, self.lounge)


# Changes that Alice does not see: a base that changes nothing, a currency that is not used yet.
UNSEEN = {3, 6}
