import re
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import quote

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.heavy import crossed, heavy

from .http_common import WebsiteCase
from .test_routes_hostile import GARBAGE, HTML


@tagged("-at_install", "post_install")
class TestMovePortal(WebsiteCase):
    """The page where a member moves a booking: what it shows, what it does, for whom."""

    def setUp(self):
        super().setUp()
        self.booking = self.confirmed(self.alix)
        self.url = f"/my/bookings/{self.booking.id}/move"

    def show(self, **query):
        tail = "&".join(f"{key}={value}" for key, value in query.items())
        answer = self.get(f"{self.url}?{tail}")
        self.assertEqual(answer.status_code, 200)
        return " ".join(answer.text.split())

    def move(self, start=None, space=None, length="60", booking=None, **values):
        form = {
            "space": getattr(space, "id", space) or self.room.id,
            "start": self.as_form(start or self.at(14)),
            "length": length,
        }
        url = f"/my/bookings/{booking.id}/move" if booking else self.url
        answer = self.post(url, form | values)
        self.env.invalidate_all()
        return answer

    def said(self, answer):
        """Return the sentence of the page that an answer leads to."""
        page = self.get(answer.headers["Location"]).text
        found = re.search(r"tl-sentence.*?<span[^>]*>(.*?)</span>", page, re.DOTALL)
        return found and found.group(1).strip()

    # -- What it shows

    def test_it_begins_where_the_booking_is(self):
        self.new_visitor(self.alix)
        page = self.show()
        self.assertIn("Petit salon", page)
        self.assertIn("Salle créative", page)
        self.assertIn(f"day={self.day.isoformat()}", page)
        # Its own hour is said to be theirs; the half hour beside is free to them.
        self.assertIn("yours", page)
        self.assertIn(f'value="{self.as_form(self.at(10, 30))}"', page)
        self.assertNotIn(f'value="{self.as_form(self.at(10))}"', page)
        self.assertIn("same price", page)

    def test_the_difference_is_in_the_button(self):
        self.new_visitor(self.alix)
        longer = self.show(length="120")
        self.assertIn("Move · + 8.00 €", longer)
        cheaper = self.show(space=self.desks.id)
        self.assertIn("5.00 € less", cheaper)

    def test_what_is_paid_comes_back(self):
        self.booking._invoice()
        self.env["tierslieu.collect"].create(
            {"booking_ids": [(6, 0, self.booking.ids)]}
        ).action_collect()
        self.new_visitor(self.alix)
        page = re.sub(r"<[^>]+>|\s+", " ", self.show(space=self.desks.id))
        self.assertRegex(page, r"5\.00 € back")
        answer = self.move(space=self.desks)
        self.assertIn("The team gives you back", self.said(answer))

    def test_a_length_of_its_own_is_kept(self):
        booking = self.Booking.reserve(
            self.lounge, self.alix.partner_id, self.at(9), self.at(11, 30)
        )
        booking.action_confirm()
        self.new_visitor(self.alix)
        page = self.get(f"/my/bookings/{booking.id}/move").text
        self.assertRegex(page, r'name="length" value="150"')
        answer = self.move(self.at(14), self.lounge, "150", booking)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual((booking.start, booking.stop), (self.at(14), self.at(16, 30)))

    def test_a_day_is_kept_as_a_day(self):
        start, stop = self.at(9, day=1), self.at(18, day=1)
        booking = self.Booking.reserve(self.lounge, self.alix.partner_id, start, stop)
        booking.action_confirm()
        self.new_visitor(self.alix)
        self.assertRegex(
            self.get(f"/my/bookings/{booking.id}/move").text, r'name="length" value="day"'
        )

    def test_only_spaces_of_the_place_that_are_on_line(self):
        other = self.env["tierslieu.place"].create({"name": "Autre quai", "tz": "Europe/Paris"})
        far = self.lounge.copy({"name": "Salle du bout", "unit_ids": False})
        far.write({"place_id": other.id})
        far.unit_count = 1
        self.lounge.is_bookable = False
        self.new_visitor(self.alix)
        page = self.show()
        self.assertNotIn("Salle du bout", page)
        self.assertNotIn("Salle créative", page)
        for space in (far, self.lounge):
            answer = self.assertWritesNothing(lambda space=space: self.move(space=space))
            self.assertEqual(answer.status_code, 404)

    # -- What it does

    def test_same_price_is_done_at_once(self):
        self.new_visitor(self.alix)
        answer = self.move()
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(f"/my/bookings/{self.booking.id}"))
        self.assertEqual(self.booking.start, self.at(14))
        self.assertIn("It is moved.", self.said(answer))

    def test_dearer_goes_through_the_cart(self):
        self.new_visitor(self.alix)
        answer = self.move(length="180")
        self.assertIn("/shop/checkout", answer.headers["Location"])
        self.assertEqual(self.booking.start, self.at(10))
        change = self.booking.change_ids
        self.assertEqual((change.state, change.difference), ("pending", 16.0))
        page = self.get("/shop/cart").text
        self.assertIn("Instead of:", page)
        self.assertIn("16.00", page)
        page = self.get(f"/my/bookings/{self.booking.id}").text
        self.assertIn("is made once you have paid", page)
        change.sale_line_ids.order_id.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.booking.start, self.at(14))
        page = self.get(f"/my/bookings/{self.booking.id}").text
        self.assertNotIn("is made once you have paid", page)

    def test_the_calendar_follows(self):
        uid = self.booking.uid_ics
        self.new_visitor(self.alix)
        self.move()
        calendar = self.get(f"/my/bookings/{self.booking.id}/calendar.ics").text
        self.assertIn(f"UID:{uid}@tierslieu", calendar)
        self.assertIn("SEQUENCE:1", calendar)
        self.move(self.at(15))
        self.assertIn(
            "SEQUENCE:2", self.get(f"/my/bookings/{self.booking.id}/calendar.ics").text
        )

    # -- For whom

    @mute_logger("odoo.http")
    def test_another_member_s_booking_does_not_exist(self):
        self.new_visitor(self.noe)
        for number in (self.booking.id, 0, 2**31, 10**30, 2_000_000_000):
            url = f"/my/bookings/{number}/move"
            with self.subTest(number=number):
                answer = self.get(url)
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn(self.booking.name, answer.text)
                answer = self.assertWritesNothing(
                    lambda url=url: self.post(
                        url, {"space": self.room.id, "start": self.as_form(self.at(14)),
                              "length": "60"},
                    )
                )
                self.assertEqual(answer.status_code, 404)

    def test_a_visitor_logs_in_first(self):
        self.new_visitor()
        answer = self.get(self.url)
        self.assertIn("/web/login", answer.url)
        self.assertNotIn(self.booking.name, answer.text)

    @mute_logger("odoo.http")
    def test_without_its_token_the_form_is_nothing(self):
        self.new_visitor(self.alix)
        answer = self.assertWritesNothing(
            lambda: self.post(self.url, {"space": self.room.id, "length": "60",
                                         "start": self.as_form(self.at(14))}, csrf=False)
        )
        self.assertEqual(answer.status_code, 400)

    # -- When

    def test_not_once_it_has_begun(self):
        self.booking.sudo().write({"start": self.at(10, day=-8), "stop": self.at(11, day=-8)})
        self.new_visitor(self.alix)
        for ask in (lambda: self.get(self.url), self.move):
            answer = self.assertWritesNothing(ask)
            self.assertIn(answer.status_code, (200, 303))
        self.assertIn("has begun", self.said(self.move()))
        self.assertNotIn("tl-move", self.get(f"/my/bookings/{self.booking.id}").text)

    def test_not_what_is_not_confirmed(self):
        held = self.Booking.reserve(
            self.lounge, self.alix.partner_id, self.at(10), self.at(11)
        )
        gone = self.confirmed(self.alix, self.lounge, hour=15)
        gone.action_cancel()
        self.new_visitor(self.alix)
        for booking in (held, gone):
            answer = self.assertWritesNothing(
                lambda booking=booking: self.move(self.at(12), self.lounge, booking=booking)
            )
            self.assertIn("Only a booking to come", self.said(answer))

    # -- The same refusal, whatever the way in

    def test_one_sentence_for_each_rule(self):
        self.confirmed(self.noe, hour=15)
        host = new_test_user(self.env, "accueil", groups="tierslieu_base.group_host", lang="en_US")
        cases = {
            "taken": (self.at(15), self.room),
            "closed": (self.at(7), self.room),
            "off the grid": (self.at(14, 7), self.room),
            "past": (self.at(10, day=-9), self.room),
            "too far": (self.at(10, day=1000), self.room),
        }
        self.new_visitor(self.alix)
        for name, (start, space) in cases.items():
            stop = start + timedelta(hours=1)
            with self.subTest(name):
                sentences = set()
                for attempt in (
                    lambda start=start, stop=stop, space=space:
                        self.booking.with_user(host).action_move(start, stop, space=space),
                    lambda start=start, stop=stop, space=space: call_kw(
                        self.env["tierslieu.booking"].with_user(host), "action_move",
                        [self.booking.ids, str(start), str(stop)], {"space": space.id},
                    ),
                    lambda start=start, stop=stop, space=space:
                        self.booking.with_user(self.alix).sudo()._ask_move(
                            start, stop, space=space),
                ):
                    with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
                        attempt()
                    sentences.add(_plain(str(refusal.exception)))
                answer = self.assertWritesNothing(
                    lambda start=start, space=space: self.move(start, space)
                )
                sentences.add(_plain(self.said(answer)))
                self.assertEqual(len(sentences), 1, sentences)

    @mute_logger("odoo.addons.base.models.ir_access", "odoo.addons.base.models.ir_model")
    def test_a_member_asks_the_models_nothing(self):
        booking = self.env["tierslieu.booking"].with_user(self.alix)
        for name, args in {
            "action_move": [str(self.at(14)), str(self.at(15))],
            "_ask_move": [str(self.at(14)), str(self.at(15))],
            "write": [{"start": str(self.at(14))}],
        }.items():
            with self.subTest(name), self.assertRaises(UserError):
                call_kw(booking, name, [self.booking.ids, *args], {})
        self.env.invalidate_all()
        self.assertEqual(self.booking.start, self.at(10))

    # -- Hostile

    def assertCalm(self, answer, allowed=(200, 303)):
        self.assertIn(answer.status_code, allowed, answer.text[:500])
        self.assertNotIn("Traceback", answer.text)
        self.assertNotIn(HTML, answer.text)

    def test_garbage_in_the_address(self):
        self.new_visitor(self.alix)
        for value, field in crossed(GARBAGE, ("day", "length", "space", "at")):
            told = quote(value)[:10_300]
            with self.subTest(field=field, value=value[:20]):
                answer = self.assertWritesNothing(
                    lambda field=field, told=told: self.get(f"{self.url}?{field}={told}")
                )
                self.assertCalm(answer, (200, 414))

    @heavy
    @mute_logger("odoo.http")
    def test_garbage_in_the_form(self):
        self.new_visitor(self.alix)
        fields = (("start", (303,)), ("length", (303,)), ("space", (404,)))
        for value, (field, allowed) in crossed(GARBAGE, fields):
            if not value or (field == "length" and value in ("day", "3days")):
                continue  # These are choices.
            with self.subTest(field=field, value=value[:20]):
                self.env["tierslieu.throttle"].search([]).unlink()
                answer = self.assertWritesNothing(
                    lambda field=field, value=value: self.move(**{field: value})
                    if field != "start"
                    else self.post(self.url, {"space": self.room.id, "length": "60",
                                              "start": value})
                )
                self.assertCalm(answer, allowed)
                if answer.status_code == 303:
                    back = self.get(answer.headers["Location"])
                    self.assertCalm(back, (200,))
                    self.assertIn("tl-sentence", back.text)

    def test_what_is_brought_along_changes_nothing(self):
        self.new_visitor(self.alix)
        self.move(length="180", difference="0", amount_after="0", quote="{}", state="done",
                  partner_id=self.noe.id, hold_until="2099-01-01 00:00:00")
        change = self.booking.change_ids
        self.assertEqual((change.state, change.difference), ("pending", 16.0))
        self.assertEqual(sum(change.sale_line_ids.mapped("price_total")), 16.0)

    def test_a_lot_of_tries(self):
        """Tries that are refused count as well as those that succeed, and as those of /book."""
        self.new_visitor(self.alix)
        with patch("odoo.addons.tierslieu_booking.controllers.book.TRIES_AN_HOUR", 3):
            self.assertNotIn("a lot of tries", self.said(self.move(self.at(7))))
            self.assertIn("It is moved.", self.said(self.move(self.at(12))))
            self.assertIn("/shop/", self.hold(start=self.at(16)).headers["Location"])
            answer = self.assertWritesNothing(lambda: self.move(self.at(14)))
            self.assertIn("a lot of tries", self.said(answer))
            self.assertEqual(self.booking.start, self.at(12))
            self.new_visitor(self.noe)
            other = self.confirmed(self.noe, self.lounge)
            answer = self.move(self.at(14), self.lounge, booking=other)
            self.assertIn("It is moved.", self.said(answer), "Each has their own.")

    def test_dearer_slots_of_many_bookings_are_counted(self):
        """Each booking may ask for one; the visitor keeps six unpaid slots in all."""
        mine = [self.confirmed(self.alix, self.desks, hour=9 + nth) for nth in range(8)]
        self.new_visitor(self.alix)
        for nth, booking in enumerate(mine):
            answer = self.move(self.at(9 + nth, day=2), self.room, booking=booking)
        self.assertIn("6 slots", self.said(answer))
        pending = self.env["tierslieu.booking.change"].search([("state", "=", "pending")])
        self.assertEqual(len(pending), 6)


def _plain(text):
    return re.sub(r"\s+", " ", text.replace("&#39;", "'").replace("\u202f", " "))
