from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.import_common import Imports, as_csv_file, as_xlsx

from .common import BookingCase

HEAD = ["Espace", "Type d'espace", "Nombre d'unités", "Personnes", "Unité de temps", "Prix TTC", "Tarif", "Jours", "De",
        "À", "TVA"]


@tagged("post_install", "-at_install")
class TestImportGrid(Imports, BookingCase):
    """Spaces and prices, brought in from another tool."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tierslieu.place"].search([("id", "!=", cls.place.id)]).active = False
        cls.env["tierslieu.profile"].search([]).active = False
        cls.full, cls.student = cls.env["tierslieu.profile"].create(
            [{"name": "Plein tarif", "is_default": True}, {"name": "Étudiant·e", "code": "etudiant"}]
        )

    def line(self, space="Atelier", kind="", units="", seats="", unit="heure", price="10", profile="", days="",
             start="", stop="", tax=""):
        return [space, kind, units, seats, unit, price, profile, days, start, stop, tax]

    def rates(self, space):
        return {rate.time_unit: rate.list_price for rate in space.rate_ids}

    def test_a_rate_of_vat_as_a_spreadsheet_keeps_it(self):
        """A cell that shows 5,5 % holds 0.055."""
        tax = self.env["account.tax"].search(
            [("type_tax_use", "=", "sale"), ("company_id", "=", self.place.company_id.id)], limit=1
        )
        reduced = tax.copy({"name": "5,5 %", "amount": 5.5, "price_include_override": "tax_included"})
        record = self.bring_in("grid", as_xlsx([HEAD, self.line("Fablab", "machine", tax=0.055)]))
        self.assertEqual(self.counts(record), (1, 0, 0))
        space = self.env["tierslieu.space"].search([("name", "=", "Fablab")])
        self.assertEqual(space.rate_ids.product_id.taxes_id, reduced)

    def test_a_new_space_and_its_prices(self):
        rows = [
            HEAD,
            self.line("Fablab", "machine", "3", "2", "heure", "10,50 €", tax="20"),
            self.line("fablab", unit="Journée", price="60"),
            self.line("FABLAB", unit="heure", price="7", profile="etudiant"),
            self.line("Fablab", unit="heure", price="15", days="samedi et dimanche", start="10:00", stop="00:00"),
        ]
        record = self.bring_in("grid", as_csv_file(rows, "cp1252"))
        self.assertEqual(self.counts(record), (3, 1, 0))
        space = self.env["tierslieu.space"].search([("name", "=", "Fablab")])
        self.assertEqual((len(space.unit_ids), space.seats, space.allocation, space.kind), (3, 2, "any", "machine"))
        hours = space.rate_ids.filtered(lambda rate: rate.time_unit == "hour")
        self.assertEqual(sorted(hours.mapped("list_price")), [10.5, 15.0])
        weekend = hours.filtered("sat").filtered(lambda rate: not rate.mon)
        self.assertEqual((weekend.hour_from, weekend.hour_to, weekend.sun), (10.0, 24.0, True))
        self.assertEqual(hours[0].product_id.taxes_id.amount, 20)
        grid = self.env["tierslieu.rate.grid"].with_user(self.manager).get_grid(self.place.id)
        cells = [row["cells"] for line in grid["spaces"] if line["name"] == "Fablab" for row in line["rows"]]
        self.assertIn([10.5, 7.0], [[cell["price"] for cell in row] for row in cells])
        self.assertClean()

    def test_again_without_doubles(self):
        rows = [HEAD, self.line("Petit salon", price="8"), self.line("Petit salon", unit="jour", price="45"),
                self.line("Petit salon", profile="Étudiant·e", price="5")]
        self.assertEqual(self.counts(self.bring_in("grid", rows)), (0, 2, 1))
        self.assertEqual(self.counts(self.bring_in("grid", as_xlsx(rows))), (0, 0, 3))
        self.assertEqual(self.rates(self.room), {"hour": 8.0, "day": 45.0})

    def test_units_of_a_space_that_is_there(self):
        self.assertEqual(self.counts(self.bring_in("grid", [HEAD, self.line("Coworking", units="22", price="3")])),
                         (0, 1, 0))
        self.assertEqual(len(self.desks.unit_ids), 22)
        for unit in self.desks.unit_ids:
            self.reserve(self.desks, self.at(1, 10), unit=unit).action_confirm()
        found = self.problems("grid", [HEAD, self.line("Coworking", units="21", price="3")])
        self.assertIn("Someone counts on it", found[2][0])
        self.assertEqual(len(self.desks.unit_ids), 22)

    def test_faults(self):
        faults = [
            (self.line(""), "Space is empty."),
            (self.line(kind="vaisseau"), "“vaisseau” is not known here."),
            (self.line(units="douze"), "“douze” is not a whole number."),
            (self.line(units="501"), "A space has from 0 to 500 units."),
            (self.line(unit="siècle"), "“siècle” is not known here."),
            (self.line(price="cher"), "“cher” is not an amount."),
            (self.line(price="-1"), "“-1” is below zero."),
            (self.line(price="200000"), "A price goes from 0 to 100,000."),
            (self.line(price="1.234"), "“1.234” can be read in two ways."),
            (self.line(profile="Inconnu"), "“Inconnu” is not known here."),
            (self.line(days="jamais"), "“jamais” names no days of the week."),
            (self.line(start="25h"), "“25h” is not an hour."),
            (self.line(start="18:00", stop="09:00"), "The hours end before they begin."),
            (self.line(tax="7"), "No sales tax of 7 % is included in prices here."),
            (self.line(tax="beaucoup"), "“beaucoup” is not a rate of VAT."),
            (self.line("Coworking", unit="semaine", profile="etudiant"), "has no full price yet."),
            (self.line("Petit salon", seats="6", price="8"), None),
            (self.line("petit salon", seats="6", price="9"), "Petit salon, Hour is on line 18 already."),
            (self.line("Petit salon", seats="9", unit="jour"), "Line 18 says something else of Petit salon."),
            (self.line("Atelier", seats="-1"), "The number of people cannot be negative."),
        ]
        before = self.rates(self.room), self.env["tierslieu.space"].search_count([])
        with mute_logger("odoo.sql_db"):
            found = self.problems("grid", [HEAD, *(line for line, _said in faults)])
        for number, (line, said) in enumerate(faults, start=2):
            with self.subTest(line=line):
                if said:
                    self.assertEqual(len(found.get(number, [])), 1, found.get(number))
                    self.assertIn(said, found[number][0])
                else:
                    self.assertNotIn(number, found)
        self.assertEqual((self.rates(self.room), self.env["tierslieu.space"].search_count([])), before)

    def test_days(self):
        kind = self.env["tierslieu.import.grid"]
        week = ["mon", "tue", "wed", "thu", "fri"]
        for text, days in (
            ("lundi à vendredi", week), ("Lun-Ven", week), ("Monday to Friday", week), ("du lundi au vendredi", week),
            ("sam, dim", ["sat", "sun"]), ("vendredi à lundi", ["fri", "sat", "sun", "mon"]), ("mardi", ["tue"]),
        ):
            self.assertEqual(kind._parse_days(text, None), set(days), text)
