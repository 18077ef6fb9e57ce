import random
from datetime import date, timedelta

from odoo.tests import tagged

from . import figures_oracle
from .figures_common import FiguresCase

STATES = ("done", "done", "done", "in_use", "no_show", "cancelled", "confirmed", "hold", "expired")


@tagged("post_install", "-at_install")
class TestFiguresPeople(FiguresCase):
    def some_lives(self, dice):
        """Write the bookings of a few people over a hundred days; return what the oracle reads."""
        people = self.env["res.partner"].create([{"name": f"Personne {nth}"} for nth in range(9)])
        rows = []
        for _nth in range(90):
            start = self.at(-dice.randrange(-20, 80), dice.randrange(24), dice.choice((0, 30)))
            booking = self.Booking.sudo().create(
                {
                    "partner_id": dice.choice(people).id, "state": dice.choice(STATES),
                    "space_id": dice.choice((self.room, self.lounge, self.desks)).id,
                    "start": start, "stop": start + timedelta(hours=dice.randrange(1, 9)),
                }
            )
            day = self.place.to_local(start).date()
            rows.append((day, start, booking.partner_id.id, booking.state))
        return rows

    def test_oracle(self):
        """A month counts what plain Python does: no-shows, new faces, different people."""
        for zone in ("Europe/Paris", "America/Cayenne", "Pacific/Noumea"):
            with self.subTest(zone=zone), self.cr.savepoint() as savepoint:
                self.place.tz = zone
                rows = self.some_lives(random.Random(zone))
                self.count()
                for year, month in ((2026, 11), (2026, 12), (2027, 1)):
                    first, last = figures_oracle.month_bounds(year, month)
                    wanted = figures_oracle.people(rows, first, last)
                    told = self.Month.with_user(self.manager)._totals([(self.place, first)])
                    told = told[self.place, first]
                    self.assertEqual({name: told[name] for name in wanted}, wanted)
                    share = wanted["no_shows"] / wanted["known"] if wanted["known"] else 0
                    self.assertAlmostEqual(told["no_show_rate"], share)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_left_a_cart_was_not_cancelled(self):
        self.a_booking(self.room, self.at(-1, 9), self.at(-1, 10), "cancelled", hold_source="x")
        self.a_booking(self.room, self.at(-1, 9), self.at(-1, 10), "cancelled")
        [(cancelled, bookings)] = self.figures(
            "booking", [("place_id", "=", self.place.id)], [], "cancelled:sum", "bookings:sum"
        )
        self.assertEqual((cancelled, bookings), (1, 0))

    def test_by_weekday_and_fare(self):
        fare = self.env["tierslieu.profile"].create({"name": "Étudiant"})
        self.a_booking(self.room, self.at(-7, 9), self.at(-7, 10), "no_show", profile_id=fare.id)
        self.a_booking(self.room, self.at(-7, 11), self.at(-7, 12), profile_id=fare.id)
        self.a_booking(self.lounge, self.at(-6, 9), self.at(-6, 10))
        domain = [("place_id", "=", self.place.id)]
        self.assertEqual(
            self.figures("booking", domain, ["weekday"], "no_show_rate:avg", "known:sum"),
            [("1", 0.5, 2), ("2", 0, 1)],
        )
        by_fare = self.figures("booking", domain, ["profile_id"], "bookings:sum", "new_faces:sum")
        self.assertEqual(by_fare, [(fare.with_env(by_fare[0][0].env), 1, 1),
                                   (fare.browse().with_env(by_fare[1][0].env), 1, 0)])

    def test_erased_and_merged(self):
        """Who was erased stays one person; two cards of one person become one."""
        twin = self.alice.copy({"name": "Alice R."})
        self.a_booking(self.room, self.at(-40, 9), self.at(-40, 10), partner=twin)
        self.a_booking(self.room, self.at(-3, 9), self.at(-3, 10), partner=self.alice)
        self.a_booking(self.room, self.at(-2, 9), self.at(-2, 10), partner=self.bruno)
        self.count()

        def told():
            self.env.flush_all()
            totals = self.Month._totals([(self.place, date(2027, 1, 1))])
            return totals[self.place, date(2027, 1, 1)]

        self.assertEqual((told()["people"], told()["new_faces"]), (2, 2))
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.alice.id, twin.id], self.alice
        )
        self.assertEqual((told()["people"], told()["new_faces"]), (2, 1))
        self.bruno._tierslieu_pseudonymise()
        self.assertEqual((told()["people"], told()["new_faces"]), (2, 1))
        self.assertIn("People", self.month(2027, 1).page)
