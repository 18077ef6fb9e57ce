from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase

from .common import create_evening


@tagged("post_install", "-at_install")
class TestSeatPages(WebsiteCase):
    """The page of a seat, for whoever has its key: shown, printed, given up; for nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = create_evening(cls, seats=6, tickets=[("Entrée libre", 0, 0.0)])
        cls.seat = cls.env["event.registration"].create(
            {
                "event_id": cls.event.id, "event_ticket_id": cls.event.event_ticket_ids.id, "name": "Ana Voisine",
                "email": "ana@example.org",
            }
        )
        cls.address = cls.seat._tierslieu_url().split("//", 1)[1].partition("/")[2]
        cls.address = f"/{cls.address}"

    def test_shown_printed_given_up(self):
        self.new_visitor()
        page = self.get(self.address)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Ana Voisine", page.text)
        self.assertIn(self.seat.barcode, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertTrue(self.get(f"{self.address}/code.png").content.startswith(b"\x89PNG"))
        self.assertIn("BEGIN:VEVENT", self.get(f"{self.address}/calendar.ics").text)
        confirm = self.get(f"{self.address}/cancel").text
        self.assertIn("You will owe nothing.", confirm)
        answer = self.post(f"{self.address}/cancel", {"shown": "something else"})
        self.env.invalidate_all()
        self.assertEqual(self.seat.state, "open")
        self.assertIn("read it again", self.get(f"{self.address}/cancel").text)
        answer = self.post(f"{self.address}/cancel", {"shown": "You will owe nothing."})
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.seat.state, "cancel")
        self.assertIn("Given up", self.get(self.address).text)
        self.assertNotIn(self.seat.barcode, self.get(self.address).text)
        self.post(f"{self.address}/cancel", {})
        self.assertTrue(self.get(f"{self.address}/ticket.pdf").url.endswith(self.address))

    def test_a_key_is_not_guessed(self):
        self.new_visitor()
        token = self.env["tierslieu.token"]._issue(self.alix.partner_id, "seat")
        for key in ("x", "é" * 30, "0" * 32, self.address.rsplit("/", 1)[1][:-1] + "!", token, "a" * 500):
            with self.subTest(key=key[:40]):
                self.assertEqual(self.get(f"/event/seat/{key}").status_code, 404)

    def test_an_event_called_off(self):
        self.new_visitor()
        for there in ("ticket.pdf", "Give my seat up", self.seat.barcode):
            self.assertIn(there, self.get(self.address).text)
        self.event.tierslieu_call_off("Pluie de grenouilles")
        page = self.get(self.address).text
        for said in ("Called off", "Pluie de grenouilles", "What else is on"):
            self.assertIn(said, page)
        for gone in ("ticket.pdf", "Give my seat up", self.seat.barcode, "What you paid comes back"):
            self.assertNotIn(gone, page)
        self.assertTrue(self.get(f"{self.address}/ticket.pdf").url.endswith(self.address))

    def test_the_same_address_each_time(self):
        self.assertTrue(self.seat._tierslieu_url().endswith(self.address))
