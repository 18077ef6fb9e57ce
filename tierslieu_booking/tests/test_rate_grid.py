from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import BookingCase


class TestRateGrid(BookingCase):
    """The grid shows and writes what quotes read; a simulation leaves nothing behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "camille", groups="tierslieu_base.group_manager", lang="en_US"
        )
        cls.host = new_test_user(cls.env, "sami", groups="tierslieu_base.group_host", lang="en_US")
        Profile = cls.env["tierslieu.profile"]
        Profile.search([]).active = False
        reduced = cls.env["product.pricelist"].create(
            {
                "name": "Étudiant",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 25,
                                    "applied_on": "3_global"})
                ],
            }
        )
        cls.full, cls.student, cls.bare = Profile.create(
            [
                {"name": "Plein", "is_default": True, "company_id": cls.env.company.id},
                {"name": "Étudiant", "pricelist_id": reduced.id, "company_id": cls.env.company.id},
                {"name": "Association", "company_id": cls.env.company.id},
            ]
        )
        cls.Grid = cls.env["tierslieu.rate.grid"].with_user(cls.manager)
        cls.bruno.tierslieu_profile_id = cls.student
        cls.hour, cls.day = cls.room.rate_ids.sorted("id")

    def change(self, rate, profile, price, **values):
        return {"space_id": rate.space_id.id, "rate_id": rate.id, "profile_id": profile.id,
                "price": price, **values}

    def cell(self, grid, rate, profile):
        [row] = [row for space in grid["spaces"] for row in space["rows"]
                 if row["rate_id"] == rate.id]
        [cell] = [cell for cell in row["cells"] if cell["profile_id"] == profile.id]
        return cell["price"], cell["own"]

    def total(self, partner):
        return self.room.quote(partner, self.at(1, 9), self.at(1, 11))["total"]

    def test_a_fare_in_another_currency_is_changed_in_its_list(self):
        """What is typed in euros does not become as many dollars."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2020-01-01", "rate": 2}
        )
        self.bare.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id}
        )
        before = self.cell(self.Grid.get_grid(self.place.id), self.hour, self.bare)
        with self.assertRaisesRegex(UserError, "Association are in USD"):
            self.Grid.save(self.place.id, [self.change(self.hour, self.bare, 6)])
        grid = self.Grid.get_grid(self.place.id)
        self.assertEqual(self.cell(grid, self.hour, self.bare), before)

    def test_the_grid_shows_what_a_quote_would(self):
        grid = self.Grid.get_grid(self.place.id)
        self.assertEqual([profile["name"] for profile in grid["profiles"]],
                         ["Plein", "Étudiant", "Association"])
        self.assertEqual(self.cell(grid, self.hour, self.full), (8.0, True))
        self.assertEqual(self.cell(grid, self.hour, self.student), (6.0, False))
        self.assertEqual(self.total(self.bruno), 12.0)
        self.assertIn("half_day", grid["spaces"][0]["missing"])

    def test_saving_changes_the_quotes(self):
        grid = self.Grid.save(
            self.place.id,
            [
                self.change(self.hour, self.full, 10),
                self.change(self.hour, self.student, 7.5),
                self.change(self.day, self.bare, 33),
            ],
        )
        self.assertEqual(self.cell(grid, self.hour, self.student), (7.5, True))
        self.assertEqual(self.total(self.alice), 20.0)
        self.assertEqual(self.total(self.bruno), 15.0)
        self.assertEqual(self.bare.pricelist_id.name, "Association")
        self.bruno.tierslieu_profile_id = self.bare
        self.assertEqual(self.total(self.bruno), 20.0)
        # An emptied cell goes back to what the list says.
        grid = self.Grid.save(self.place.id, [self.change(self.hour, self.student, False)])
        self.assertEqual(self.cell(grid, self.hour, self.student), (7.5, False))
        self.assertEqual(len(self.student.pricelist_id.item_ids), 1)

    def test_the_default_fare_may_have_a_list_of_its_own(self):
        self.full.pricelist_id = self.env["product.pricelist"].create({"name": "Plein tarif"})
        grid = self.Grid.save(self.place.id, [self.change(self.hour, self.full, 10)])
        self.assertEqual(self.cell(grid, self.hour, self.full), (10.0, True))
        self.assertEqual(self.hour.product_id.list_price, 10.0)
        self.assertFalse(self.full.pricelist_id.item_ids)
        self.assertEqual(self.cell(grid, self.hour, self.student), (7.5, False))

    def test_a_new_rate(self):
        values = {"space_id": self.room.id, "rate_id": False, "unit": "half_day"}
        grid = self.Grid.save(
            self.place.id,
            [
                {**values, "profile_id": self.student.id, "price": 11},
                {**values, "profile_id": self.full.id, "price": 20},
            ],
        )
        rate = self.room.rate_ids.filtered(lambda rate: rate.time_unit == "half_day")
        self.assertEqual(len(rate), 1)
        self.assertEqual(self.cell(grid, rate, self.full), (20.0, True))
        self.assertEqual(self.cell(grid, rate, self.student), (11.0, True))
        self.assertEqual(rate.product_id.taxes_id, self.hour.product_id.taxes_id)
        quote = self.room.quote(self.alice, self.at(1, 9), self.at(1, 13))
        self.assertEqual(quote["total"], 20.0)

    def test_what_is_refused_leaves_everything_as_it_was(self):
        good = self.change(self.hour, self.full, 10)
        for bad in (
            self.change(self.hour, self.student, -1),
            self.change(self.hour, self.student, "<b>"),
            self.change(self.hour, self.student, 1e9),
            self.change(self.hour, self.student, float("nan")),
            self.change(self.hour, self.full, False),
            {**good, "space_id": 0},
            {**good, "rate_id": self.lounge.rate_ids[0].id + 10_000},
            {**good, "rate_id": False, "unit": "century"},
            {**good, "rate_id": False, "unit": "week", "profile_id": self.student.id,
             "price": False},
        ):
            with self.subTest(bad), self.assertRaises(UserError):
                self.Grid.save(self.place.id, [good, bad])
        self.env.invalidate_all()
        self.assertEqual(self.total(self.alice), 16.0)

    def test_whatever_is_sent(self):
        whole = {"profile_id": self.full.id, "space_id": self.room.id, "price": 9}
        for changes in (
            None, 12, "abc", [None], [[]], [{}], [{**whole, "profile_id": "x"}],
            [{**whole, "space_id": None}], [{**whole, "profile_id": 0}],
            [{**whole, "rate_id": "x"}], [{**whole, "unit": []}], [{**whole, "unit": "hour", "price": "9"}],
        ):
            with self.subTest(changes=changes), self.assertRaises(UserError):
                self.Grid.save(self.place.id, changes)

    def test_only_managers(self):
        for call in (
            lambda grid: grid.get_grid(self.place.id),
            lambda grid: grid.save(self.place.id, []),
            lambda grid: grid.simulate(self.place.id, []),
        ):
            with self.assertRaises(AccessError):
                call(self.env["tierslieu.rate.grid"].with_user(self.host))

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        place = self.env["tierslieu.place"].create({"name": "Là-bas", "company_id": other.id})
        for call in (self.Grid.get_grid, lambda place: self.Grid.save(place, [])):
            with self.assertRaises(AccessError):
                call(place.id)

    def test_the_list_of_a_fare_is_not_everyone_s(self):
        """Odoo gives a customer without a list the first list it finds."""
        self.env["product.pricelist"].search([]).filtered(
            lambda pricelist: pricelist != self.student.pricelist_id
        ).active = False
        newcomer = self.env["res.partner"].create({"name": "Nouvelle venue"})
        self.assertFalse(newcomer.property_product_pricelist)
        self.assertEqual(self.total(newcomer), 16.0)

    def bookings(self):
        """Six bookings of two fares over two months, one cancelled, one lapsed."""
        made = []
        for partner, day, hours in ((self.alice, 1, 2), (self.alice, 2, 9), (self.bruno, 1, 2),
                                    (self.bruno, 30, 4)):
            space = self.room if partner == self.alice else self.lounge
            made.append(self.reserve(space, self.at(day, 9), hours, partner=partner))
        cancelled = self.reserve(self.room, self.at(3, 9), 2)
        for booking in [*made, cancelled]:
            booking.action_confirm()
        cancelled.action_cancel()
        self.reserve(self.room, self.at(4, 9), 2)
        return made

    def test_a_simulation(self):
        self.bookings()
        before = self.total(self.alice), self.env["product.pricelist.item"].search_count([])
        changes = [self.change(self.hour, self.full, 10), self.change(self.day, self.full, 44)]
        with freeze_time(self.at(40, 9)):
            result = self.Grid.simulate(self.place.id, changes)
        self.assertEqual(result["count"], 4)
        self.assertEqual(result["lost"], 0)
        # 16 and 40 at the full fare, 12 and 24 at the student's.
        self.assertEqual(
            {key: result["total"][key] for key in ("billed", "before", "after")},
            {"billed": 92.0, "before": 92.0, "after": 109.0},
        )
        self.assertEqual(
            [(row["space"], row["profile"], row["before"], row["after"]) for row in result["rows"]],
            [("Petit salon", "Plein", 56.0, 64.0), ("Salle créative", "Étudiant", 36.0, 45.0)],
        )
        self.env.invalidate_all()
        self.assertEqual(
            (self.total(self.alice), self.env["product.pricelist.item"].search_count([])), before
        )
        self.assertFalse(self.bare.pricelist_id)

    def test_a_simulation_says_what_it_lost(self):
        self.bookings()
        with freeze_time(self.at(40, 9)):
            self.day.product_id.list_price = 50
            result = self.Grid.simulate(self.place.id, [])
            self.assertEqual(result["total"]["billed"], 92.0)
            self.assertEqual(result["total"]["before"], result["total"]["after"])
            # Nine hours: 72 by the hour, 50 by the day.
            self.assertEqual(result["total"]["before"], 102.0)
            self.assertEqual(self.Grid.simulate(
                self.place.id, [], "2026-01-01", "2026-02-01")["count"], 0)
            for dates in (("2027-02-01", "2027-01-01"), ("2020-01-01", "2027-01-01")):
                with self.assertRaises(UserError):
                    self.Grid.simulate(self.place.id, [], *dates)

    def test_a_simulation_equals_what_saving_brings(self):
        self.bookings()
        changes = [self.change(self.hour, self.full, 5), self.change(self.hour, self.student, 5.5),
                   self.change(self.day, self.student, 18)]
        with freeze_time(self.at(40, 9)):
            foreseen = self.Grid.simulate(self.place.id, changes)["total"]["after"]
            self.Grid.save(self.place.id, changes)
            self.assertEqual(self.Grid.simulate(self.place.id, [])["total"]["before"], foreseen)

    def test_a_quarter_takes_few_queries(self):
        """Pricing again reads prices and hours once, however many bookings there are."""
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Grid.simulate(self.place.id, [])
            return self.env.cr.sql_log_count - before

        def book(days):
            for day in days:
                start = self.at(day, 9)
                if not self.desks.quote(self.alice, start, start + timedelta(hours=2))["errors"]:
                    self.reserve(self.desks, start, 2).action_confirm()

        book(range(1, 6))
        with freeze_time(self.at(60, 9)):
            count()
            few = count()
        book(range(7, 40))
        with freeze_time(self.at(60, 9)):
            self.assertLessEqual(count(), few + 4)
