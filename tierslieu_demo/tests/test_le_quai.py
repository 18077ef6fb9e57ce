import csv
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.served import ServedCase

from ..hooks import FILES, load_csv
from .adhesions import AdhesionsOfLeQuai
from .back_office import BackOfficeOfLeQuai
from .cancellations import CancellationsOfLeQuai
from .cards import CardsOfLeQuai
from .crawl import CrawlOfLeQuai
from .credits import CreditsOfLeQuai
from .events import EventsOfLeQuai
from .year import YearOfLeQuai

CSV = Path(__file__).parents[1] / "csv"


@tagged("post_install", "-at_install")
class TestLeQuai(
    AdhesionsOfLeQuai, BackOfficeOfLeQuai, CancellationsOfLeQuai, CardsOfLeQuai, CrawlOfLeQuai, CreditsOfLeQuai,
    EventsOfLeQuai, YearOfLeQuai, ServedCase
):
    """The demonstration builds from its CSV files, on a database of its own."""

    install = ("tierslieu_demo",)
    # Each fault is worth being read.
    maxDiff = None

    def rows(self, model):
        with (CSV / f"{model}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def test_every_row_of_every_file_is_there(self):
        with self.committed() as env:
            for path in CSV.glob("*.csv"):
                for row in self.rows(path.stem):
                    record = env.ref(row["id"])
                    self.assertEqual(record._name, path.stem)
            for row in self.rows("tierslieu.space"):
                space = env.ref(row["id"])
                self.assertEqual(len(space.unit_ids), int(row["unit_count"]), space.name)
                self.assertEqual(len(space.amenity_ids), row["amenity_ids/id"].count(",") + 1)
            for row in self.rows("product.product"):
                self.assertEqual(env.ref(row["id"]).list_price, float(row["list_price"]))

    def test_loading_again_makes_no_second_row(self):
        with self.committed() as env:
            before = {model: env[model].search_count([]) for model in FILES}
            for model in FILES:
                load_csv(env, model)
            self.assertEqual(before, {model: env[model].search_count([]) for model in FILES})
            env.cr.rollback()

    def test_prices_are_what_the_grid_says(self):
        with self.committed() as env:
            rate = env.ref("le_quai.rate_petit_salon_heure")
            self.assertEqual(rate.list_price, 8.0)
            self.assertEqual(rate.product_id.taxes_id.amount, 20.0)
            kitchen = env.ref("le_quai.rate_table_cuisine_heure").product_id.taxes_id
            self.assertEqual(kitchen.amount, 10.0)

    def test_the_whole_holds_its_parts_and_bookings_have_extras(self):
        with self.committed() as env:
            floor, whole = env.ref("le_quai.etage"), env.ref("le_quai.tout_le_lieu")
            self.assertLess(floor.unit_ids, whole.unit_ids)
            self.assertLess(env.ref("le_quai.salle_creative").unit_ids, floor.unit_ids)
            hired = env["tierslieu.booking"].search(
                [("space_id", "in", (floor | whole).ids), ("approval", "=", False)]
            )
            self.assertEqual(set(hired.mapped("state")), {"confirmed"})
            self.assertEqual(hired.space_id, floor | whole)
            for booking in hired:
                for space in (floor, whole, env.ref("le_quai.salle_creative")):
                    self.assertFalse(space._free_whole(booking.start, booking.stop))
            extras = env["tierslieu.booking.extra"].search([("booking_id.state", "=", "confirmed")])
            self.assertGreaterEqual(len(extras.booking_id), 6)
            self.assertEqual(extras.extra_id, env["tierslieu.extra"].search([]))
            self.assertEqual(env.ref("le_quai.avec_videoprojecteur").unit_ids.mapped("name"),
                             ["Vidéoprojecteur 1", "Vidéoprojecteur 2"])

    def test_fares_and_proofs_in_each_state(self):
        with self.committed() as env:
            proofs = env["tierslieu.proof"].search([])
            self.assertEqual(set(proofs.mapped("state")), {"pending", "accepted", "refused"})
            for proof in proofs:
                self.assertEqual(bool(proof.file), proof.state == "pending")
            self.assertEqual(len(proofs.filtered("is_over")), 1)
            today = env.company._tierslieu_today()

            def fare(who):
                return env.ref(f"le_quai.{who}").tierslieu_profile_on(today).code

            self.assertEqual(
                [fare(who) for who in ("driss", "elodie", "jeanne", "oscar", "alice", "bruno")],
                ["etudiant", "emploi", "association", "plein", "plein", "plein"],
            )
            bruno = env.ref("le_quai.bruno")
            self.assertEqual(bruno.property_product_pricelist, env.ref("le_quai.prix_plein"))

    def test_the_entrance_says_who_welcomes_and_what_is_on(self):
        with self.committed() as env:
            place = env.ref("le_quai.place")
            now = fields.Datetime.now()
            programme = place._programme(now, now + timedelta(days=31))
            self.assertGreaterEqual(len(programme), 12)
            self.assertGreaterEqual(len({one["title"] for one in programme}), 6)
            said = str(programme)
            for person in env["res.partner"].search([("is_company", "=", False), ("name", "!=", False)]):
                self.assertNotIn(person.name, said)
            self.assertEqual(place.screen_mode, "public")
            self.assertTrue(all(place.space_ids.mapped("whereabouts")))
            # Somebody welcomes on each day that it opens, under a first name.
            self.assertEqual(set(place.welcome_ids.mapped("weekday")), set("012345"))
            self.assertFalse([one.first_name for one in place.welcome_ids if " " in one.first_name])
            self.assertTrue(all(room["word"] for room in place._screen()["rooms"]))

    def test_life_is_believable_and_sound(self):
        with self.committed() as env:
            bookings = env["tierslieu.booking"].search([("state", "=", "confirmed")])
            self.assertGreater(len(bookings), 40)
            self.assertGreater(len(bookings.filtered(lambda b: b.payment_status == "paid")), 10)
            desks = env.ref("le_quai.coworking").unit_ids
            residents = env["tierslieu.occupancy"].search(
                [("kind", "=", "assignment"), ("unit_id", "in", desks.ids)]
            )
            self.assertEqual(len(residents), 8)
            env.cr.execute("SELECT SUM(debit) - SUM(credit) FROM account_move_line")
            self.assertEqual(env.cr.fetchall(), [(0,)])
        self.assertIntegrity()
