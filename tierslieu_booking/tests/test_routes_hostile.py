import re
from datetime import timedelta
from urllib.parse import quote, urljoin

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.heavy import crossed

from .http_common import WebsiteCase

LONG = "x" * 10_000
HTML = "<script>alert(1)</script>"
GARBAGE = (
    "", "0", "-1", "1e9", "9" * 30, "None", "null", "%00", "' OR 1=1 --", "../../etc/passwd",
    "2026-02-30", "9999-99-99", "9999-12-31", "0001-01-01", "10000-01-01", "day", "3days",
    "2999-01-01T00:00Z", "0001-01-01T00:00Z", "9999-12-31T23:59Z", "12h", "٣", "\N{SNOWMAN}",
    HTML, LONG,
)


@tagged("-at_install", "post_install")
class TestHostile(WebsiteCase):
    """Whatever is asked: 404 or one sentence, never a server error, nothing written."""

    def assertCalm(self, answer, allowed=(200, 303, 404)):
        self.assertIn(answer.status_code, allowed, answer.text[:500])
        self.assertNotIn("Traceback", answer.text)
        self.assertNotIn(HTML, answer.text)
        return answer

    # -- Reading


    def test_a_page_connects_to_nobody_else(self):
        page = self.get("/book").text
        self.assertNotIn("gstatic", page)
        self.assertNotIn("googleapis", page)

    def test_a_nul_in_the_address_is_unknown(self):
        for path in ("/book/%00", "/book/x%00-1", "/my/bookings/%00", "/%00"):
            with self.subTest(path):
                self.assertEqual(self.get(path).status_code, 404)

    def test_a_number_without_end_is_unknown(self):
        self.new_visitor(self.alix)
        for path in ("/my/bookings/%s", "/my/invoices/%s", "/book/%s/picture", "/my/charter/%s"):
            with self.subTest(path):
                self.assertCalm(self.get(path % ("9" * 5000)), (200, 404))

    def test_dots_in_the_address_lead_where_a_browser_would_go(self):
        for path in (
            "/%2e%2e%2fetc", "/book/..%2f..%2fx", "/x%2f..%2fy", "/my/bookings/..%2f1", "/%2e/x",
            "/..%2f%2fexample.org",
        ):
            with self.subTest(path):
                answer = self.url_open(path, allow_redirects=False)
                # Two slashes in a row are Odoo's own redirection.
                self.assertIn(answer.status_code, (301, 303))
                here = urljoin(self.base_url(), answer.headers["Location"])
                self.assertTrue(here.startswith(self.base_url() + "/"), here)
                self.assertEqual(self.get(path).status_code, 404)

    def test_garbage_in_addresses(self):
        slug = self.room.id
        self.new_visitor()
        asking = (f"/book/{slug}?day=", f"/book/{slug}?length=", f"/book/{slug}?people=", f"/book/{slug}?at=",
                  "/book?place=")
        for value, asked in crossed(GARBAGE, asking):
            path = asked + quote(value)[:10_300]
            with self.subTest(path[:80]):
                answer = self.assertWritesNothing(lambda path=path: self.get(path))
                self.assertCalm(answer, (200, 414))

    @mute_logger("odoo.http")
    def test_garbage_as_a_space(self):
        self.new_visitor()
        for value in ("0", "-1", "9" * 12, "9" * 30, "nobody", "nobody-0", HTML, "x" * 3000,
                      f"{self.room.id}.5", "hold", "join"):
            with self.subTest(value[:20]):
                answer = self.get(f"/book/{quote(value, safe='')}")
                self.assertCalm(answer, (400, 404, 405))

    def test_one_sentence_for_what_cannot_be(self):
        self.new_visitor()
        for query, words in (
            ("day=9999-99-99", "does not exist"),
            ("day=2020-01-01", "has passed"),
            ("day=2099-01-01", "too far away"),
            ("length=-60", "for that long"),
            ("length=61", "for that long"),
            ("people=700", "6 people"),
        ):
            with self.subTest(query):
                answer = self.get(f"/book/{self.room.id}?{query}")
                self.assertEqual(answer.status_code, 200)
                self.assertIn(words, answer.text)

    @mute_logger("odoo.http")
    def test_spaces_that_are_not_for_visitors(self):
        company = self.env["res.company"].create({"name": "Ailleurs"})
        place = self.env["tierslieu.place"].create({"name": "Là-bas", "company_id": company.id})
        elsewhere = self.env["tierslieu.space"].create(
            {"name": "Secrète", "place_id": place.id, "unit_count": 1}
        )
        off_line = self.lounge
        off_line.is_bookable = False
        archived = self.room.copy({"name": "Fermée", "unit_ids": False})
        archived.unit_count = 1
        archived.active = False
        priceless = self.desks.copy({"name": "Sans prix", "unit_ids": False, "rate_ids": False})
        priceless.unit_count = 1
        self.new_visitor()
        for space in (elsewhere, off_line, archived, priceless):
            with self.subTest(space.name):
                for path in (f"/book/{space.id}", f"/book/{space.id}/picture"):
                    answer = self.get(path)
                    self.assertEqual(answer.status_code, 404)
                    self.assertNotIn(space.name, answer.text)
                answer = self.assertWritesNothing(lambda space=space: self.hold(space))
                self.assertEqual(answer.status_code, 404)
        self.assertNotIn("Secrète", self.get("/book").text)

    # -- Holding

    def test_garbage_in_the_form(self):
        self.new_visitor()
        for value, field in crossed(GARBAGE, ("start", "length", "people")):
            if (field, value) in {("people", ""), ("length", "day"), ("length", "3days")}:
                continue  # These are choices.
            with self.subTest(field=field, value=value[:20]):
                self.env["tierslieu.throttle"].search([]).unlink()
                answer = self.assertWritesNothing(
                    lambda field=field, value=value: self.hold(**{field: value})
                    if field != "start"
                    else self.post("/book/hold", {"space": self.room.id, "length": "60",
                                                  "start": value})
                )
                self.assertCalm(answer, (303,))
                back = self.get(answer.headers["Location"])
                self.assertCalm(back, (200,))
                self.assertIn("tl-sentence", back.text)

    @mute_logger("odoo.http")
    def test_garbage_as_the_space_of_the_form(self):
        self.new_visitor()
        for value in GARBAGE:
            if self.env["ir.http"]._unslug(value)[1] in self.env["tierslieu.space"].search([]).ids:
                continue  # Any words before a number are a good address.
            with self.subTest(value[:20]):
                answer = self.assertWritesNothing(
                    lambda value=value: self.post(
                        "/book/hold",
                        {"space": value, "start": self.as_form(self.at(10)), "length": "60"},
                    )
                )
                self.assertCalm(answer, (404,))

    @mute_logger("odoo.http")
    def test_without_its_token_a_form_is_nothing(self):
        booking = self.confirmed(self.alix)
        self.new_visitor(self.alix)
        for path, data in (
            ("/book/hold", {"space": self.room.id, "start": self.as_form(self.at(12)),
                            "length": "60"}),
            (f"/my/bookings/{booking.id}/cancel", {}),
            ("/book/join/whatever", {}),
        ):
            with self.subTest(path):
                answer = self.assertWritesNothing(
                    lambda path=path, data=data: self.post(path, data, csrf=False)
                )
                self.assertEqual(answer.status_code, 400)

    def test_the_past_closed_hours_and_other_grids(self):
        self.new_visitor()
        for start in (self.at(10, day=-8), self.at(3), self.at(10, 7), self.at(17, 30)):
            answer = self.assertWritesNothing(lambda start=start: self.hold(start=start))
            self.assertEqual(answer.status_code, 303)
            self.assertIn("tl-sentence", self.get(answer.headers["Location"]).text)

    def test_a_price_that_is_brought_along_changes_nothing(self):
        self.new_visitor()
        self.hold(price="0.01", amount_total="0", price_unit="0", partner_id=self.noe.id,
                  state="confirmed", hold_until="2099-01-01 00:00:00", hold_source="x")
        booking = self.Booking.search([("space_id", "=", self.room.id)])
        self.assertEqual(booking.amount_total, 8.0)
        self.assertEqual(booking.sale_line_ids.price_total, 8.0)
        self.assertEqual(booking.state, "hold")
        self.assertNotEqual(booking.partner_id, self.noe.partner_id)
        self.assertNotEqual(booking.hold_source, "x")

    def test_taken_comes_back_with_what_is_free(self):
        self.confirmed(self.alix)
        self.new_visitor()
        answer = self.assertWritesNothing(lambda: self.hold(people="2"))
        self.assertEqual(answer.status_code, 303)
        where = answer.headers["Location"]
        self.assertIn(f"day={self.day.isoformat()}", where)
        self.assertIn("length=60", where)
        self.assertIn("people=2", where)
        page = self.get(where).text
        self.assertIn("is taken on", page)
        self.assertIn("Free:", page)
        self.assertNotIn("Alix", page)
        self.assertNotIn("is taken on", self.get(where).text, "A sentence is said once.")

    # -- Holding everything

    def live_holds(self):
        self.env.invalidate_all()
        return self.Booking.search_count([("state", "=", "hold")])

    def test_a_script_that_takes_every_desk(self):
        for _nth in range(10):
            self.new_visitor()
            answer = self.hold(self.desks)
            self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.live_holds(), 6)
        self.assertIn("6 slots", self.get(answer.headers["Location"]).text)
        self.assertGreaterEqual(self.desks.free_count(self.at(10), self.at(11)), 14)

    def test_a_script_with_one_cart_and_its_free_places(self):
        self.new_visitor()
        for nth in range(8):
            self.hold(self.desks, start=self.at(9 + nth))
        self.assertEqual(self.live_holds(), 6)

    def test_a_member_who_takes_every_desk(self):
        for nth in range(8):
            self.new_visitor(self.alix)
            self.hold(self.desks, start=self.at(9 + nth))
        self.assertEqual(self.live_holds(), 6)
        self.new_visitor(self.noe)
        self.hold(self.desks)
        self.assertEqual(self.live_holds(), 7)

    def test_a_script_that_never_stops_asking(self):
        self.new_visitor()
        self.confirmed(self.alix)
        for _nth in range(60):
            self.hold()
        answer = self.hold(start=self.at(15))
        self.assertIn("a lot of tries", self.get(answer.headers["Location"]).text)
        self.assertEqual(self.live_holds(), 0)

    # -- A member's bookings

    @mute_logger("odoo.http")
    def test_what_belongs_to_others_does_not_exist(self):
        booking = self.confirmed(self.alix)
        draft = self.Booking.create(
            {"space_id": self.lounge.id, "partner_id": self.noe.partner_id.id,
             "start": self.at(10), "stop": self.at(11)}
        )
        self.new_visitor(self.noe)
        nothing = self.get("/my/bookings/2000000000")
        self.assertEqual(nothing.status_code, 404)
        for number in (booking.id, draft.id, 0, 2**31, 10**30):
            for tail in ("", "/cancel", "/calendar.ics"):
                with self.subTest(number=number, tail=tail):
                    answer = self.get(f"/my/bookings/{number}{tail}")
                    self.assertEqual(answer.status_code, 404)
                    self.assertNotIn(booking.name, answer.text)
                    self.assertNotIn("Petit salon", answer.text)
            answer = self.assertWritesNothing(
                lambda number=number: self.post(f"/my/bookings/{number}/cancel")
            )
            self.assertEqual(answer.status_code, 404)
        for tail in ("-1", "1.5", "abc", quote(HTML, safe=""), "x" * 3000):
            self.assertCalm(self.get(f"/my/bookings/{tail}"), (404,))
        for page in ("0", "2", "999999999999", "-1", "abc"):
            self.assertCalm(self.get(f"/my/bookings/page/{page}"), (200, 404))
        for tab in GARBAGE:
            self.assertCalm(self.get(f"/my/bookings?tab={quote(tab)}"), (200, 414))

    def test_colleagues_share_their_company_s_bookings(self):
        company = self.env["res.partner"].create({"name": "Coop", "is_company": True})
        (self.alix | self.noe).partner_id.parent_id = company
        booking = self.confirmed(self.alix)
        self.new_visitor(self.noe)
        self.assertEqual(self.get(f"/my/bookings/{booking.id}").status_code, 200)

    def test_a_visitor_logs_in_first(self):
        booking = self.confirmed(self.alix)
        self.new_visitor()
        for path in ("/my/bookings", f"/my/bookings/{booking.id}",
                     f"/my/bookings/{booking.id}/cancel",
                     f"/my/bookings/{booking.id}/calendar.ics"):
            answer = self.get(path)
            self.assertIn("/web/login", answer.url)
            self.assertNotIn(booking.name, answer.text)

    def test_cancelling_what_has_begun(self):
        booking = self.confirmed(self.alix)
        booking.sudo().write({"start": self.at(10, day=-8), "stop": self.at(11, day=-8)})
        self.new_visitor(self.alix)
        answer = self.assertWritesNothing(
            lambda: self.post(f"/my/bookings/{booking.id}/cancel")
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(booking.state, "confirmed")

    @mute_logger("odoo.http")
    def test_the_calendar_of_nobody(self):
        self.new_visitor()
        self.assertEqual(self.get("/book/calendar.ics").status_code, 404)
        self.hold()
        self.get("/shop/checkout?try_skip_step=true")
        self.assertEqual(self.get("/book/calendar.ics").status_code, 404)

    # -- A guest and an account

    def bought(self, email):
        """Buy as a guest under an e-mail, up to the confirmation, and return its page."""
        self.new_visitor()
        self.hold(self.desks, start=self.at(11))
        self.get("/shop/checkout?try_skip_step=true")
        answer = self.post(
            "/shop/address/submit",
            {"name": "Camille Passage", "email": email, "required_fields": "name,email",
             "address_type": "billing", "use_delivery_as_billing": "", "parent_id": ""},
        )
        self.assertEqual(answer.status_code, 200, answer.text[:500])
        seen = answer.text
        seen += self.get("/shop/checkout?try_skip_step=true").text
        order = self.env["sale.order"].search([], order="id desc", limit=1)
        self.assertEqual(order.partner_id.email, email)
        order.action_confirm()
        order._send_order_notification_mail(
            order._get_confirmation_template(), allow_deferred_sending=False
        )
        page = self.get("/shop/confirmation")
        self.assertEqual(page.status_code, 200)
        return order, seen + page.text

    def neutral(self, page, order, email):
        """Take out of a page what is of one order, whoever buys."""
        booking = order.tierslieu_booking_ids
        for own in (email, order.name, booking.name, order.access_token or "-"):
            page = page.replace(own, "…")
        page = re.sub(r"csrf_token\W+[\w]+", "", page)
        page = re.sub(r"[0-9a-f]{32,}\w*", "", page)
        return re.sub(r"\d+", "9", page)

    def test_a_member_s_address_reveals_nothing(self):
        before = self.alix.partner_id.signup_type
        known, page_known = self.bought("alix@lequai.example")
        unknown, page_unknown = self.bought("qui@lequai.example")
        self.assertIn("A message is on its way to", page_known)
        self.assertEqual(
            self.neutral(page_known, known, "alix@lequai.example"),
            self.neutral(page_unknown, unknown, "qui@lequai.example"),
        )
        self.assertNotEqual(known.partner_id, self.alix.partner_id)
        self.new_visitor(self.alix)
        booking = known.tierslieu_booking_ids
        self.assertNotIn(booking.name, self.get("/my/bookings").text)
        self.assertEqual(self.alix.partner_id.signup_type, before)

    def joinable(self):
        order, _page = self.bought("alix@lequai.example")
        booking = order.tierslieu_booking_ids
        mail = self.env["mail.mail"].search(
            [("model", "=", "tierslieu.booking"), ("res_id", "=", booking.id)]
        )
        [token] = set(re.findall(r"/book/join/([\w-]+)", str(mail.body_html)))
        return booking, token

    def test_the_link_of_a_mail_joins_once(self):
        booking, token = self.joinable()
        self.new_visitor()
        page = self.assertWritesNothing(lambda: self.get(f"/book/join/{token}"))
        self.assertIn("Coworking", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        answer = self.post(f"/book/join/{token}")
        self.assertEqual(answer.headers["Location"], "/my/bookings")
        self.assertEqual(booking.partner_id, self.alix.partner_id)
        self.assertIn("no longer works", self.get(f"/book/join/{token}").text)
        self.new_visitor(self.alix)
        self.assertIn("Coworking", self.get("/my/bookings").text)

    @mute_logger("odoo.http")
    def test_links_that_open_nothing_look_alike(self):
        booking, token = self.joinable()
        other = self.env["tierslieu.token"]._issue(booking, "card")
        self.env["tierslieu.token"]._revoke(booking, "join")
        self.new_visitor()
        pages = set()
        for key in (token, other, "a" * 32, "ab", quote("<b>"), "x" * 3000):
            for call in (self.get, self.post):
                answer = self.assertWritesNothing(
                    lambda call=call, key=key: call(f"/book/join/{key}")
                )
                self.assertCalm(answer, (200,))
                self.assertNotIn("Coworking", answer.text)
                pages.add(re.search(r"<h1.*?</h1>", answer.text, re.S).group())
        self.assertEqual(len(pages), 1)

    def test_guessing_links_is_slow(self):
        booking, token = self.joinable()
        self.new_visitor()
        for _nth in range(30):
            self.get("/book/join/" + "a" * 32)
        self.assertIn("no longer works", self.get(f"/book/join/{token}").text)
        self.assertNotEqual(booking.partner_id, self.alix.partner_id)

    # -- The rest

    def test_the_source_is_given(self):
        self.new_visitor()
        answer = self.get("/source")
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        for name in (b"tierslieu_base/models/place.py", b"tierslieu_booking/models/space.py"):
            self.assertIn(name, answer.content)
        self.assertNotIn(b"__pycache__", answer.content)

    def test_pages_ask_nothing_of_other_hosts(self):
        self.new_visitor()
        for path in ("/book", f"/book/{self.room.id}?day={self.day + timedelta(days=1)}"):
            page = self.get(path).text
            wanted = re.findall(r'<(?:script|img|iframe|source)[^>]+src="(https?:)?//[^"]+"', page)
            wanted += re.findall(r'<link[^>]+stylesheet[^>]+href="(https?:)?//[^"]+"', page)
            self.assertEqual(wanted, [])
            for style in re.findall(r'href="(/web/assets/[^"]+\.css)"', page):
                self.assertNotIn("googleapis", self.get(style).text)
