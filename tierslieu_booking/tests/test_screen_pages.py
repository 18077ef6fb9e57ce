from datetime import timedelta

from odoo.tests import tagged

from .http_common import WebsiteCase


@tagged("post_install", "-at_install")
class TestScreenPages(WebsiteCase):
    """The pages as whoever passes by asks for them, with good and bad addresses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place.screen_mode = "token"
        cls.pages = {
            "entrance": cls.place._screen_url().partition("/entrance")[2],
            "door": cls.room._screen_url().partition("/door")[2],
        }

    def address(self, kind):
        return f"/{kind}{self.pages[kind]}"

    def test_who_has_the_link_sees_the_page(self):
        self.new_visitor()
        for kind, word in (("entrance", "Right now"), ("door", "Later today")):
            answer = self.assertWritesNothing(lambda kind=kind: self.get(self.address(kind)))
            self.assertEqual(answer.status_code, 200)
            self.assertIn(word, answer.text)
            self.assertIn('<html lang="en-US">', answer.text)
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.headers["X-Robots-Tag"], "noindex")
            self.assertIn('name="robots" content="noindex', answer.text)

    def test_what_it_says_when_cut_off_is_translated(self):
        """Odoo takes no words out of a template that begins with a doctype."""
        view = self.env.ref("tierslieu_booking.screen_words")
        terms = view._fields["arch_db"].get_trans_terms(view.arch_db)
        self.assertIn("This page is no longer shown here: ask the team for its new link.", terms)
        self.assertFalse(
            self.env.ref("tierslieu_booking.screen_layout").arch_db.count("Offline"), "It would stay in English."
        )
        self.new_visitor()
        for kind in self.pages:
            self.assertIn("tl-gone", self.get(self.address(kind)).text)

    def test_nothing_comes_from_elsewhere(self):
        self.new_visitor()
        for kind in self.pages:
            text = self.get(self.address(kind)).text
            for tag in ("src=\"http", "src=\"//", "href=\"http", "href=\"//", "<iframe"):
                self.assertNotIn(tag, text.replace(self.base_url(), ""))

    def test_the_secret_is_in_no_link_of_the_page(self):
        self.new_visitor()
        for kind in self.pages:
            key = self.address(kind).rpartition("/")[2]
            self.assertNotIn(key, self.get(self.address(kind)).text)

    def test_every_other_address_has_the_same_answer(self):
        """Unknown, archived, of another company, off, wrong or missing key: none is told apart."""
        other = self.env["res.company"].create({"name": "La Grange"})
        elsewhere = self.env["tierslieu.place"].with_company(other).create(
            {"name": "La Grange", "company_id": other.id, "screen_mode": "public"}
        )
        archived = self.env["tierslieu.place"].create(
            {"name": "Ancien", "screen_mode": "public", "active": False}
        )
        off = self.lounge
        off.has_door_page = False
        key = self.address("entrance").rpartition("/")[2]
        slug = f"le-quai-{self.place.id}"
        hostile = [
            f"/entrance/{slug}", f"/entrance/{slug}/{'x' * 32}", f"/entrance/{slug}/{key}x",
            f"/entrance/{elsewhere.id}", f"/entrance/{archived.id}", "/entrance/999999999",
            "/entrance/99999999999999999999", "/entrance/0", "/entrance/-1", "/entrance/le-quai",
            "/entrance/%00", "/entrance/" + "a" * 3000, f"/entrance/{slug}/%C3%A9{'x' * 31}",
            f"/door/{off.id}", f"/door/{self.room.id}/{key}", f"/door/{self.room.id}",
            f"/door/{self.desks.id}/{self.address('door').rpartition('/')[2]}",
        ]
        self.new_visitor()
        expected = None
        for path in hostile:
            with self.subTest(path=path[:60]):
                answer = self.assertWritesNothing(lambda path=path: self.get(path))
                self.assertEqual(answer.status_code, 404)
                said = len(answer.text.replace(path.rpartition("/")[2], ""))
                expected = expected or said
                self.assertAlmostEqual(said, expected, delta=300)
        self.assertEqual(self.url_open(self.address("entrance"), data={"a": "1"}).status_code, 405)

    def test_public_needs_no_key(self):
        self.place.screen_mode = "public"
        self.new_visitor()
        self.assertEqual(self.get(f"/entrance/{self.place.id}").status_code, 200)
        self.assertEqual(self.get(f"/door/{self.room.id}").status_code, 200)

    def test_names_stay_in_the_house(self):
        """Neither the page of the entrance nor that of the door says who booked."""
        now = self.place.to_utc(self.place.now_local().replace(tzinfo=None, minute=0, second=0, microsecond=0))
        booking = self.Booking.sudo().create(
            {
                "partner_id": self.alix.partner_id.id, "space_id": self.room.id, "state": "in_use",
                "start": now, "stop": now + timedelta(hours=1), "announced_as": "Atelier <b>CV</b>",
                "occupancy_ids": [(0, 0, {
                    "unit_id": self.room.unit_ids.id, "start": now, "stop": now + timedelta(hours=1),
                    "kind": "booking", "state": "firm",
                })],
            }
        )
        self.new_visitor()
        for kind in self.pages:
            text = self.get(self.address(kind)).text
            self.assertIn("Atelier &lt;b&gt;CV&lt;/b&gt;", text)
            for word in ("Alix", "Membre", booking.name):
                self.assertNotIn(word, text)

    def test_the_booking_page_takes_the_half_hour_of_the_door(self):
        """The code of the door opens the booking page with its slot chosen, and it can be held."""
        self.new_visitor()
        start = self.at(10)
        path = f"/book/{self.room.id}?day={self.day}&length=30&at={self.as_form(start)}"
        page = self.get(path)
        self.assertNotIn("not booked for that long", page.text)
        self.assertIn("30 min", page.text)
        self.assertRegex(page.text, rf'value="{self.as_form(start)}"[^>]* checked')
        self.assertEqual(self.hold(length="30", start=start).status_code, 303)
        booking = self.Booking.search([("space_id", "=", self.room.id)])
        self.assertEqual((booking.state, booking.stop - booking.start), ("hold", timedelta(minutes=30)))
        for length in ("31", "0", "-30", "99999999", "15"):
            self.assertIn("not booked for that long", self.get(path.replace("length=30", f"length={length}")).text)
