from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError

from .common import BookingCase

MONDAY = date(2027, 1, 11)
TUESDAY = MONDAY + timedelta(days=1)


class SearchCase(BookingCase):
    """Rooms of several sizes, prices, lengths and amenities, in one place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Space = cls.env["tierslieu.space"]
        cls.screen, cls.silence = cls.env["tierslieu.amenity"].create(
            [{"name": "Screen"}, {"name": "Silence"}]
        )
        cls.lounge.amenity_ids = cls.screen
        cls.hall = cls.a_space("Grande salle", 60, {"hour": 8, "day": 40}, sequence=1)
        cls.hall.amenity_ids = cls.screen | cls.silence

    @classmethod
    def a_space(cls, name, seats, prices, place=None, **values):
        """Create a space of one unit with its prices, tax included: {unit of time: price}."""
        space = cls.env["tierslieu.space"].create(
            {
                "name": name,
                "place_id": (place or cls.place).id,
                "kind": "meeting",
                "allocation": "all",
                "unit_count": 1,
                "seats": seats,
                **values,
            }
        )
        for unit, price in prices.items():
            product = cls.env["product.product"].create(
                {
                    "name": f"{name}, {unit}",
                    "type": "service",
                    "list_price": price,
                    "invoice_policy": "order",
                    "taxes_id": [Command.set(cls.taxes[20].ids)],
                    "company_id": space.company_id.id,
                }
            )
            cls.env["tierslieu.rate"].create(
                {"space_id": space.id, "time_unit": unit, "product_id": product.id}
            )
        return space

    @classmethod
    def open_evenings(cls):
        cls.place.day_part_ids = [
            Command.create({"code": "evening", "hour_from": 18, "hour_to": 22})
        ]

    def find(self, start=None, length="120", people=2, amenities=(), **options):
        place = options.pop("place", self.place)
        partner = options.pop("partner", self.alice)
        return self.Space.find(place, start, length, people, amenities, partner, **options)

    def names(self, found, key="offers"):
        """Return the names of the spaces found, in order, each once."""
        return list(dict.fromkeys(offer["name"] for offer in found[key]))

    def starts(self, found, space, key="offers"):
        return [offer["start"] for offer in found[key] if offer["space_id"] == space.id]

    def assertAgrees(self, found, people=2, partner=None):
        """Every slot given is what quoting, counting and reserving one by one say of it."""
        partner = partner or self.alice
        for offer in found["offers"] + found["alternatives"]:
            space, start, stop = (
                self.Space.browse(offer["space_id"]), offer["start"], offer["stop"]
            )
            with self.subTest(space=space.name, start=start, length=offer["length"]):
                party = people if space.allocation == "all" else 1
                quote = space.quote(partner, start, stop, people=party)
                self.assertEqual(quote["errors"], [])
                self.assertEqual(offer["price"], quote["total"])
                self.assertEqual(offer["explanation"], quote["explanation"])
                self.assertEqual(offer["free"], space.free_count(start, stop))
                self.assertEqual(offer["reason"], False)
                self.assertEqual(space._slot_stop(start, offer["length"]), stop)
                self.assertTrue(self.can_reserve(space, start, stop, partner, party))
        return found

    def can_reserve(self, space, start, stop, partner, people=1):
        class Undo(Exception):
            pass

        try:
            with self.env.cr.savepoint():
                booking = self.Booking.reserve(space, partner, start, stop, people=people)
                self.assertEqual(booking.state, "hold")
                raise Undo
        except UserError:
            return False
        except Undo:
            return True

    def fill(self, space, day, hour_from=9, hour_to=18):
        """Leave nothing of a space between two hours of a day."""
        self.Occupancy.create(
            [
                {"unit_id": unit.id, "start": self.at(day, 0) + timedelta(hours=hour_from),
                 "stop": self.at(day, 0) + timedelta(hours=hour_to), "partner_id": self.bruno.id}
                for unit in space.unit_ids
            ]
        )
