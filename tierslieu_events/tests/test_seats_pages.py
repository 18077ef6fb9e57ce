import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase

from .common import create_evening


@tagged("post_install", "-at_install")
class TestSeatsPages(WebsiteCase):
    """Seats from a page: one form, no account, no script."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = create_evening(
            cls, seats=6, tickets=[("Entrée libre", 0, 0.0), ("Soutien", 2, 10.0)],
            tierslieu_space_ids=[Command.set(cls.room.ids)],
        )
        cls.free, cls.support = cls.event.event_ticket_ids
        cls.address = f"/event/{cls.event.id}/seats"

    def ask(self, **values):
        form = {"name": "Ana Voisine", "email": "ana@example.org"} | values
        return self.post(self.address, {key.replace("_", "-"): value for key, value in form.items()})

    def seats(self):
        self.env.invalidate_all()
        return self.event.registration_ids.sorted("id")

    def plain(self, page):
        return " ".join(re.sub(r"<[^>]+>", " ", page).split())

    def test_an_inhabitant_registers_without_account(self):
        self.new_visitor()
        page = self.get(self.address)
        self.assertEqual(page.status_code, 200)
        self.assertIn("No account is needed", page.text)
        fields_shown = re.findall(r'<(?:input|select|textarea)[^>]*\bname="(?!csrf_token|slot)([^"]+)"', page.text)
        # Those of the search box of the site are not asked for.
        self.assertLessEqual(len([name for name in fields_shown if name not in ("search", "order")]), 5, fields_shown)
        answer = self.ask(**{f"number_{self.free.id}": "2", "others": "Luc Voisin"})
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.seats().mapped("name"), ["Ana Voisine", "Luc Voisin"])
        self.assertEqual(set(self.seats().mapped("state")), {"open"})
        self.assertFalse(self.seats().sale_order_id)
        self.assertFalse(self.seats().partner_id)
        self.assertIn("See you there", self.get(f"{self.address}/done").text)
        self.new_visitor()
        self.assertNotIn("Ana Voisine", self.get(f"{self.address}/done").text)

    def test_seats_to_pay_go_to_the_cart(self):
        self.new_visitor(self.alix)
        answer = self.ask(**{f"number_{self.support.id}": "2"})
        self.assertTrue(answer.headers["Location"].endswith("/shop/cart"))
        self.assertEqual(set(self.seats().mapped("state")), {"draft"})
        order = self.seats().sale_order_id
        self.assertEqual((order.amount_total, order.partner_id), (20.0, self.alix.partner_id))
        self.new_visitor(self.noe)
        self.assertIn("Full. Some seats may come back soon.", self.plain(self.get(self.address).text))
        answer = self.ask(**{f"number_{self.support.id}": "1"})
        self.assertEqual(answer.status_code, 200)
        self.assertIn("no seat left", self.plain(answer.text))
        self.assertEqual(len(self.seats()), 2)

    def test_what_is_wrong_is_said_and_nothing_is_kept(self):
        self.new_visitor()
        for values, said in (
            ({}, "how many seats"),
            ({f"number_{self.free.id}": "7"}, "only 6 seats are left"),
            ({f"number_{self.free.id}": "abc"}, "how many seats"),
            ({f"number_{self.free.id}": "99999999999999"}, "how many seats"),
            ({f"number_{self.free.id}": "1", "email": "nothing"}, "e-mail address"),
            ({f"number_{self.free.id}": "1", "name": " "}, "your name"),
            ({f"number_{self.free.id}": "1", "voucher": "rien"}, "No voucher"),
            ({f"number_{self.free.id}": "1", f"price_{self.free.id}": "3"}, "has its price"),
        ):
            answer = self.ask(**values)
            self.assertEqual(answer.status_code, 200, values)
            self.assertIn(said, self.plain(answer.text), values)
        self.assertFalse(self.seats())
        self.assertFalse(self.env["sale.order"].search([("order_line.event_id", "=", self.event.id)]))

    def test_hostile_addresses(self):
        self.new_visitor()
        for path in ("/event/0/seats", "/event/999999999/seats", "/event/99999999999999999999/seats",
                     f"{self.address}?slot=abc&voucher=%00", f"{self.address}?slot=-1", f"{self.address}/done?x=1"):
            self.assertLess(self.get(path).status_code, 500, path)
        self.event.is_published = False
        self.assertEqual(self.get(self.address).status_code, 404)

    def test_a_free_price_and_a_code(self):
        self.support.write({"tierslieu_free_price": True, "tierslieu_floor": 5, "tierslieu_suggested": 8})
        self.env["tierslieu.event.voucher"].create(
            {"code": "AMIS", "event_id": self.event.id, "ticket_id": self.free.id, "uses": 1}
        )
        self.new_visitor(self.alix)
        page = self.get(f"{self.address}?voucher=amis").text
        self.assertIn("Code AMIS applied", self.plain(page))
        self.assertIn("at least", self.plain(
            self.ask(**{f"number_{self.support.id}": "1", f"price_{self.support.id}": "2"}).text
        ))
        self.ask(**{f"number_{self.support.id}": "1", f"price_{self.support.id}": "6,50"})
        self.assertEqual(self.seats().sale_order_id.amount_total, 6.5)

    def test_early_birds_and_later_ones(self):
        """What is on sale until a day is refused after it, from a page that was open meanwhile too."""
        now = fields.Datetime.now()
        early, later = self.free, self.support
        early.write({"price": 5.0, "end_sale_datetime": now + timedelta(days=1)})
        later.start_sale_datetime = now + timedelta(days=1)
        self.new_visitor(self.alix)
        page = self.plain(self.get(self.address).text)
        self.assertIn(early.name, page)
        self.assertIn("On sale from", page)
        self.assertIn("not on sale", self.plain(self.ask(**{f"number_{later.id}": "1"}).text))
        with freeze_time(now + timedelta(days=1, minutes=1)):
            self.assertNotIn(early.name, self.plain(self.get(self.address).text))
            self.assertIn("not on sale", self.plain(self.ask(**{f"number_{early.id}": "1"}).text))
            self.assertFalse(self.seats())
            self.assertEqual(self.ask(**{f"number_{later.id}": "1"}).status_code, 303)
        self.assertEqual(self.seats().event_ticket_id, later)

    def test_the_page_of_the_event_leads_there(self):
        self.new_visitor()
        self.assertIn(f"{self.address}\"", self.get(self.event.website_url).text)
