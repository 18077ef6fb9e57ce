from contextlib import contextmanager
from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.common import TierslieuCase

# A Monday morning in winter: Paris is one hour ahead of UTC.
NOW = datetime(2027, 1, 11, 7, 0)


def create_booking_data(env, company=None, open_every_day=False):
    """Create one place with a room, a floor of desks and their prices.

    Shared by unit tests, tours and races. Prices, tax included: the room 8 an
    hour and 40 a day at 20 %, a desk 3 an hour and 15 a day at 10 %.

    :return: dict of records: place, room, desks, lounge, taxes, products
    """
    company = company or env.company
    company.account_price_include = "tax_included"
    taxes = {rate: _included_tax(env, company, rate) for rate in (20, 10)}
    place = env["tierslieu.place"].create(
        {"name": "Le Quai", "company_id": company.id, "tz": "Europe/Paris", "step": 30}
    )
    # An hour rate would open the evenings too: tests of evenings put the part back.
    place.day_part_ids.filtered(lambda part: part.code == "evening").unlink()
    if open_every_day:
        calendar = place.resource_calendar_id
        calendar.attendance_ids.unlink()
        calendar.attendance_ids = [
            Command.create(
                {
                    "name": "Ouvert",
                    "dayofweek": str(day),
                    "hour_from": 9,
                    "hour_to": 18,
                    "day_period": "morning",
                }
            )
            for day in range(7)
        ]

    def product(name, price, tax):
        return env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": price,
                "invoice_policy": "order",
                "taxes_id": [Command.set(taxes[tax].ids)],
                "company_id": company.id,
            }
        )

    products = {
        "room_hour": product("Salle, l'heure", 8, 20),
        "room_day": product("Salle, la journée", 40, 20),
        "desk_hour": product("Poste, l'heure", 3, 10),
        "desk_day": product("Poste, la journée", 15, 10),
    }

    def space(name, kind, allocation, units, hour, day, seats):
        record = env["tierslieu.space"].create(
            {
                "name": name,
                "place_id": place.id,
                "kind": kind,
                "allocation": allocation,
                "unit_count": units,
                "seats": seats,
            }
        )
        env["tierslieu.rate"].create(
            [
                {"space_id": record.id, "time_unit": unit, "product_id": products[key].id}
                for unit, key in (("hour", hour), ("day", day))
            ]
        )
        return record

    return {
        "place": place,
        "room": space("Petit salon", "meeting", "all", 1, "room_hour", "room_day", 6),
        "lounge": space("Salle créative", "meeting", "all", 1, "room_hour", "room_day", 12),
        "desks": space("Coworking", "coworking", "any", 20, "desk_hour", "desk_day", 1),
        "taxes": taxes,
        "products": products,
    }


def demo_payment(env):
    """Let the demonstration provider take money for the company; return (provider, its method, the website)."""
    of_company = ("company_id", "=", env.company.id)
    provider = env.ref("payment.payment_provider_demo")
    bank = env["account.journal"].search([("type", "=", "bank"), of_company], limit=1)
    provider.write({"state": "test", "is_published": True, "journal_id": bank.id})
    method = env["payment.method"].with_context(active_test=False).search([("code", "=", "demo")], limit=1)
    return provider, method, env["website"].search([of_company], limit=1)


def _included_tax(env, company, rate):
    """Return a sale tax of the company's chart at this rate, included in prices."""
    tax = env["account.tax"].with_context(active_test=False).search(
        [
            ("company_id", "=", company.id),
            ("type_tax_use", "=", "sale"),
            ("amount_type", "=", "percent"),
            ("amount", "=", rate),
        ],
        limit=1,
    )
    return tax.copy({"name": f"TVA {rate} % TTC", "price_include_override": "tax_included",
                     "active": True})


class BookingCase(TierslieuCase):
    """The place of `create_booking_data`, at nine in the morning of a Monday in 2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Sentences are compared in the language they are written in.
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        for name, value in create_booking_data(cls.env).items():
            setattr(cls, name, value)
        cls.Booking = cls.env["tierslieu.booking"]
        cls.Occupancy = cls.env["tierslieu.occupancy"]
        cls.alice = cls.env["res.partner"].create(
            {"name": "Alice Renaud", "email": "alice@lequai.example", "lang": "en_US"}
        )
        cls.bruno = cls.env["res.partner"].create(
            {"name": "Bruno Costa", "email": "bruno@lequai.example", "lang": "en_US"}
        )

    def at(self, day, hour, minute=0):
        """Return a naive UTC moment of the place's wall clock, `day` days from NOW."""
        local = datetime(2027, 1, 11, hour, minute) + timedelta(days=day)
        return self.place.to_utc(local)

    def reserve(self, space, start, hours=1, partner=None, **options):
        return self.Booking.reserve(
            space, partner or self.alice, start, start + timedelta(hours=hours), **options
        )

    def run_cron(self, name):
        """Run a scheduled action of ours as the scheduler does, commits included."""
        self.env.flush_all()
        self.env.ref(f"tierslieu_booking.{name}").method_direct_trigger()
        self.env.invalidate_all()

    @contextmanager
    def assertRefused(self):
        """What is written within is refused, by a rule or by a constraint of the database."""
        refused = False
        try:
            with mute_logger("odoo.sql_db"), self.cr.savepoint():
                yield
        except (ValidationError, CheckViolation):
            refused = True
        self.assertTrue(refused)

    def assertClean(self):
        """Every invariant of the suite holds."""
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])
