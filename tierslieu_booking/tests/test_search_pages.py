import random
import re
from datetime import timedelta
from urllib.parse import urlencode

from lxml import html as lxml_html

from odoo.tests import new_test_user, tagged

from .http_common import PASSWORD, WebsiteCase

NOTHING = (
    "", " ", "0", "-1", "1e9", "99999999999999999999", "'", '"><script>x</script>', "é" * 300,
    "2026-02-30", "0000-00-00", "9999-12-31", "24:00", "12:60", "None", "null", "[]", "{}", "%00",
    "../../etc/passwd", "1,2", "1;DROP TABLE", "٣", "half_day", "week", "evening", "60", "61",
)
FIELDS = ("place", "people", "length", "day", "date", "part", "hour", "amenity", "step", "x")


@tagged("post_install", "-at_install")
class TestSearchPages(WebsiteCase):
    """The page of search, as a browser without a script gets it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tierslieu.place"].search([("id", "!=", cls.place.id)]).active = False
        cls.screen, cls.piano = cls.env["tierslieu.amenity"].create(
            [{"name": "Screen of the test"}, {"name": "Piano of the test"}]
        )
        cls.room.amenity_ids = cls.screen
        cls.lounge.amenity_ids = cls.screen | cls.piano

    def search(self, **asked):
        """Return the page of a search, and the code of its answer."""
        pairs = [
            (name, one)
            for name, value in asked.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        answer = self.get(f"/book?{urlencode(pairs)}")
        self.assertEqual(answer.status_code, 200)
        return lxml_html.fromstring(answer.content)

    def offers(self, page):
        """Return {space: its card} of what a page found."""
        return {
            " ".join(card.find_class("tl-offer__name")[0].text_content().split()): card
            for card in page.find_class("tl-offer")
        }

    def sentence(self, page):
        return " ".join(" ".join(found.text_content().split())
                        for found in page.find_class("tl-sentence"))

    # -- What is asked, and what is found

    def test_without_anything_asked_all_the_spaces_are_there(self):
        page = self.search()
        names = {card.text_content().strip() for card in page.find_class("tl-card__name")}
        self.assertLessEqual({self.room.name, self.lounge.name, self.desks.name}, names)
        self.assertFalse(self.offers(page))

    def test_a_day_and_a_length(self):
        page = self.search(day=self.day, length="120", hour="10:00")
        offers = self.offers(page)
        self.assertIn(self.room.name, offers)
        start = self.at(10)
        quote = self.room.quote(self.env.user.partner_id, start, start + timedelta(hours=2))
        button = offers[self.room.name].find_class("btn-primary")[0].text_content()
        self.assertIn(f"{quote['total']:.2f}", button)
        [form] = offers[self.room.name].xpath(".//form")
        self.assertEqual(form.fields["start"], self.as_form(start))

    def test_the_form_holds_what_was_asked(self):
        """The address alone says what is looked for: kept, sent, gone back to."""
        page = self.search(
            day=self.day, length="120", hour="10:00", people=3,
            amenity=[self.screen.id, self.piano.id],
        )
        [form] = page.xpath("//form[contains(@class, 'tl-search__form')]")
        fields = form.form_values()
        self.assertEqual(form.method.upper(), "GET")
        self.assertIn(("people", "3"), fields)
        self.assertIn(("length", "120"), fields)
        self.assertIn(("day", self.day.isoformat()), fields)
        self.assertIn(("hour", "10:00"), fields)
        self.assertEqual(
            {value for name, value in fields if name == "amenity"},
            {str(self.screen.id), str(self.piano.id)},
        )
        again = self.get(f"/book?{urlencode(fields)}")
        self.assertEqual(
            self.offers(lxml_html.fromstring(again.content)).keys(), self.offers(page).keys()
        )
        self.assertEqual(list(self.offers(page)), [self.lounge.name])

    def test_one_person_more_without_a_script(self):
        answer = self.url_open(
            f"/book?people=2&step=1&length=60&day={self.day}", allow_redirects=False
        )
        self.assertEqual(answer.status_code, 303)
        self.assertIn("people=3", answer.headers["Location"])
        self.assertIn("length=60", answer.headers["Location"])
        self.assertNotIn("step", answer.headers["Location"])

    def test_a_search_is_not_for_robots(self):
        answer = self.get(f"/book?day={self.day}")
        self.assertEqual(answer.headers["X-Robots-Tag"], "noindex")
        self.assertNotIn("X-Robots-Tag", self.get("/book").headers)

    def test_search_then_hold_with_what_the_page_says(self):
        self.new_visitor()
        page = self.search(day=self.day, length="60", hour="10:00")
        card = self.offers(page)[self.room.name]
        fields = dict(card.xpath(".//form")[0].form_values())
        fields.pop("csrf_token")
        answer = self.post("/book/hold", fields)
        self.assertIn("/shop", answer.headers["Location"])
        booking = self.Booking.search([("space_id", "=", self.room.id)])
        self.assertEqual((booking.state, booking.start), ("hold", self.at(10)))
        self.assertIn(
            f"{booking.amount_total:.2f}", card.find_class("btn-primary")[0].text_content()
        )

    # -- Nothing is as asked

    def test_three_alternatives_and_why(self):
        """Taken at that hour: the nearest that can be had, each with its difference."""
        for space in (self.room, self.lounge):
            start = self.at(10)
            self.Booking.reserve(space, self.noe.partner_id, start, start + timedelta(hours=2))
        page = self.search(day=self.day, length="120", hour="10:00",
                           amenity=[self.screen.id])
        cards = page.find_class("tl-offer")
        self.assertEqual(len(cards), 3)
        for card in cards:
            self.assertTrue(card.find_class("tl-offer__difference")[0].text_content().strip())
        self.assertIn("Nothing is free", self.sentence(page))

    def test_too_many_people(self):
        page = self.search(day=self.day, people=500)
        self.assertIn("largest space", self.sentence(page))
        self.assertFalse(self.offers(page))

    def test_a_day_that_has_passed(self):
        page = self.search(day=self.day - timedelta(days=30), length="60")
        self.assertIn("This day has passed", self.sentence(page))

    def test_what_means_nothing_is_said_and_left_out(self):
        self.assertIn("does not exist", self.sentence(self.search(day="2026-02-30")))
        self.assertIn("that long", self.sentence(self.search(length="month", day=self.day)))

    def test_garbage_is_never_an_error(self):
        dice = random.Random(7)
        for _nth in range(60):
            asked = [
                (dice.choice(FIELDS), dice.choice(NOTHING)) for _count in range(dice.randint(1, 6))
            ]
            answer = self.url_open(f"/book?{urlencode(asked)}", timeout=60)
            self.assertEqual(answer.status_code, 200, asked)
            self.assertNotIn("<script>x", answer.text)

    # -- Book again in one tap

    def test_again_in_one_tap(self):
        last = self.confirmed(self.alix, hour=10)
        self.new_visitor(self.alix)
        page = lxml_html.fromstring(self.get("/book").content)
        [form] = page.xpath("//form[contains(@class, 'tl-again')]")
        self.assertEqual(form.action.split("/")[-2:], [str(last.id), "again"])
        fields = dict(form.form_values())
        self.assertEqual(fields["start"], self.as_form(last.start + timedelta(days=7)))
        fields.pop("csrf_token")
        shown = re.search(r"[0-9]+\.[0-9]{2}", form.text_content())[0]
        answer = self.post(form.action, fields)
        self.assertIn("/shop/checkout", answer.headers["Location"])
        held = self.alix.partner_id.tierslieu_booking_ids - last
        self.assertEqual((held.state, held.start), ("hold", last.start + timedelta(days=7)))
        self.assertEqual(f"{held.amount_total:.2f}", shown)

    def test_again_of_someone_else_is_not_found(self):
        theirs = self.confirmed(self.noe, hour=10)
        self.new_visitor(self.alix)
        path = f"/my/bookings/{theirs.id}/again"
        answer = self.assertWritesNothing(lambda: self.post(path))
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.assertWritesNothing(
            lambda: self.post("/my/bookings/999999999/again")).status_code, 404)
        self.new_visitor(None)
        answer = self.assertWritesNothing(lambda: self.post(path))
        self.assertIn("/web/login", answer.headers["Location"])

    def test_again_what_is_taken_meanwhile(self):
        last = self.confirmed(self.alix, hour=10)
        taken = last.start + timedelta(days=7)
        self.Booking.reserve(
            self.room, self.noe.partner_id, taken, taken + timedelta(hours=1)
        ).action_confirm()
        self.new_visitor(self.alix)
        answer = self.post(
            f"/my/bookings/{last.id}/again", {"start": self.as_form(taken), "length": "60"}
        )
        self.assertIn(f"/book/{self.env['ir.http']._slug(self.room)}", answer.headers["Location"])
        page = lxml_html.fromstring(self.get(answer.headers["Location"]).content)
        self.assertIn("taken", self.sentence(page))
        self.assertEqual(self.alix.partner_id.tierslieu_booking_ids, last)

    def test_again_of_a_space_that_is_booked_no_more(self):
        last = self.confirmed(self.alix, hour=10)
        self.room.rate_ids.active = False
        self.new_visitor(self.alix)
        self.assertEqual(self.get("/book").status_code, 200)
        answer = self.post(f"/my/bookings/{last.id}/again")
        self.assertEqual(answer.headers["Location"].split("/")[-1], "book")
        slug = self.env["ir.http"]._slug(self.room)
        self.assertEqual(self.get(f"/book/{slug}").status_code, 404)

    def test_a_space_of_which_no_length_is_sold(self):
        """Its rules leave no length: it is not on line, and nothing breaks."""
        self.room.write({"length_min": 24 * 3, "length_max": 24 * 3, "days_max": 5})
        self.room.rate_ids.filtered(lambda rate: rate.time_unit != "hour").active = False
        self.assertFalse(self.room._lengths())
        slug = self.env["ir.http"]._slug(self.room)
        self.assertEqual(self.get(f"/book/{slug}").status_code, 404)
        self.assertNotIn(self.room.name, self.offers(self.search(day=self.day)))
        self.assertEqual(self.get("/sitemap.xml").status_code, 200)

    def test_again_with_garbage(self):
        last = self.confirmed(self.alix, hour=10)
        self.new_visitor(self.alix)
        for start in NOTHING:
            for length in ("60", "x", "99999", "week"):
                if length != "60" and start:
                    continue
                answer = self.post(
                    f"/my/bookings/{last.id}/again", {"start": start, "length": length}
                )
                self.assertIn(answer.status_code, (200, 303), (start, length))

    # -- Questions to the database

    def test_a_page_asks_no_more_for_more_spaces(self):
        member = new_test_user(
            self.env, "lea@lequai.example", groups="base.group_portal", password=PASSWORD
        )
        self.new_visitor(member)
        path = f"/book?day={self.day}&length=60"
        few = self.queries_of(path)
        for nth in range(20):
            space = self.room.copy({"name": f"Salle {nth}"})
            space.unit_count = 1
        self.assertLessEqual(self.queries_of(path), few)

    def queries_of(self, path):
        """Count the queries of a page seen before."""
        self.get(path)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.get(path)
        return self.env.cr.sql_log_count - before
