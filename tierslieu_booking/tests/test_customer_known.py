from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import BookingCase
from .http_common import PASSWORD, WebsiteCase
from .test_person_rules import PersonRulesCase


class Adhesions:
    """An addon that keeps adhesions, as the tests would have it: these people, from a date to another."""

    def __init__(self, case, members, first, last, address=None):
        kept = patch.multiple(
            type(case.env["res.partner"]),
            _tierslieu_keeps_adhesions=lambda self: True,
            is_tierslieu_member_on=lambda self, day: self in members and first <= day <= last,
            _tierslieu_join_address=lambda self, company: address,
        )
        kept.start()
        case.addCleanup(kept.stop)


@tagged("-at_install", "post_install")
class TestMembersOnly(BookingCase):
    """A space for members asks for an adhesion on the local day of the slot."""

    def errors(self, start, partner=None, space=None):
        stop = start + (self.at(0, 1) - self.at(0, 0))
        return (space or self.lounge).quote(partner or self.alice, start, stop)["errors"]

    def test_refused_where_nothing_keeps_adhesions(self):
        # Whatever other addons are installed beside this one.
        self.patch(type(self.env["res.partner"]), "_tierslieu_keeps_adhesions", lambda partners: False)
        with self.assertRaisesRegex(ValidationError, "No addon here keeps adhesions"), self.cr.savepoint():
            self.lounge.adhesion_needed = True
        self.assertFalse(self.alice.is_tierslieu_member_on(date(2027, 1, 11)))

    def test_judged_on_the_day_of_the_slot(self):
        Adhesions(self, self.alice, date(2027, 1, 1), date(2027, 1, 12))
        self.lounge.adhesion_needed = True
        self.assertFalse(self.errors(self.at(1, 10)))
        said = "Salle créative is for members whose adhesion is valid on Wednesday, January 13, 2027."
        self.assertEqual(self.errors(self.at(2, 10)), [f"{said} Ask the team how to join or renew."])
        self.assertTrue(self.errors(self.at(1, 10), self.bruno))
        self.assertFalse(self.errors(self.at(1, 10), self.bruno, self.room))
        with self.assertRaisesRegex(UserError, "is for members"):
            self.reserve(self.lounge, self.at(2, 10))

    def test_midnight_is_that_of_the_place(self):
        self.place.tz = "Pacific/Noumea"
        Adhesions(self, self.alice, date(2027, 1, 1), date(2027, 1, 12))
        self.lounge.adhesion_needed = True
        # 9 in the morning of the 13th there is still the 12th in UTC.
        moment = self.place.to_utc(self.place.to_local(self.at(2, 0)).replace(tzinfo=None, hour=9))
        self.assertEqual(moment.date(), date(2027, 1, 12))
        self.assertTrue(self.errors(moment))

    def test_the_way_out_is_named(self):
        Adhesions(self, self.alice, date(2027, 1, 1), date(2027, 1, 1), "https://lequai.example/adherer")
        self.lounge.adhesion_needed = True
        self.assertIn("Join or renew: https://lequai.example/adherer", self.errors(self.at(1, 10))[0])
        public = self.env.ref("base.public_partner")
        self.assertIn("log in first", self.errors(self.at(1, 10), public)[0])

    def test_the_team_sets_it_aside(self):
        Adhesions(self, self.alice, date(2027, 1, 1), date(2027, 1, 1))
        self.lounge.adhesion_needed = True
        booking = self.Booking.with_user(self.host).reserve(
            self.lounge, self.alice, self.at(1, 10), self.at(1, 11), override_reason="Renews at the desk today"
        )
        trace = self.env["tierslieu.override"].search([("res_id", "=", booking.id)])
        self.assertIn("is for members", trace.rule)

    def test_find_offers_what_one_may_enter(self):
        Adhesions(self, self.alice, date(2027, 1, 1), date(2027, 12, 31))
        self.lounge.adhesion_needed = True
        find = self.env["tierslieu.space"].find

        def names(partner):
            return {offer["name"] for offer in find(self.place, self.at(1, 10), "60", partner=partner)["offers"]}

        self.assertIn(self.lounge.name, names(self.alice))
        self.assertNotIn(self.lounge.name, names(self.bruno))
        self.assertIn(self.room.name, names(self.bruno))


@tagged("-at_install", "post_install")
class TestCustomerKnown(PersonRulesCase):
    """A hold whose customer becomes known is judged then."""

    def a_cart(self, *spaces, day=1):
        """Return a cart of a passer-by with an hour of each space, one after the other."""
        public = self.env.ref("base.public_partner")
        order = self.env["sale.order"].create({"partner_id": public.id})
        for nth, space in enumerate(spaces):
            order._tierslieu_add(self.reserve(space, self.at(day, 9 + nth), partner=public))
        return order

    def test_a_quota_is_judged_when_they_log_in(self):
        self.quota(most=2, period="week")
        self.reserve(self.desks, self.at(2, 9)).action_confirm()
        order = self.a_cart(self.desks, self.lounge)
        kept, lost = order.tierslieu_booking_ids.sorted("start")
        order.partner_id = self.alice
        self.assertEqual((kept.partner_id, kept.state), (self.alice, "hold"))
        self.assertEqual(lost.state, "cancelled")
        self.assertEqual(set(lost.occupancy_ids.mapped("state")), {"released"})
        self.assertEqual(order.order_line.tierslieu_booking_id, kept)
        self.assertEqual(
            order.shop_warning,
            "Salle créative has left your cart. 2 h a week at the most; 0 min left."
            " Choose another time, or ask the team.",
        )
        self.assertClean()

    def test_a_fare_and_a_habilitation_too(self):
        order = self.a_cart(self.lounge, self.desks)
        self.lounge.allowed_profile_ids = self.student
        self.laser.space_ids |= self.desks
        order.partner_id = self.alice
        self.assertFalse(order.order_line)
        self.assertIn("is kept for: Student", order.shop_warning)
        self.assertIn("asks for the habilitation Laser", order.shop_warning)

    def test_the_same_customer_is_not_judged_again(self):
        order = self.a_cart(self.desks)
        order.partner_id = self.alice
        self.quota(most=0, period="week")
        order.partner_id = self.alice
        self.assertEqual(order.tierslieu_booking_ids.state, "hold")

    def test_by_hand_it_is_refused_with_the_same_sentence(self):
        booking = self.reserve(self.desks, self.at(1, 9), partner=self.bruno)
        self.quota(most=0.5, period="week")
        with self.assertRaisesRegex(UserError, "a week at the most; 30 min left"), self.cr.savepoint():
            booking.with_user(self.host).partner_id = self.alice
        booking.override_reason = "A friend of the house"
        booking.with_user(self.host).partner_id = self.alice
        self.assertEqual(booking.partner_id, self.alice)


@tagged("-at_install", "post_install")
class TestLogInWithACart(WebsiteCase):
    """Over HTTP: a visitor holds, logs in, and finds out at once."""

    def test_logging_in(self):
        self.env["tierslieu.quota"].create({"most": 1, "measure": "count", "period": "day"})
        self.confirmed(self.alix, self.desks, hour=15)
        self.new_visitor()
        self.hold()
        self.env.invalidate_all()
        booking = self.Booking.search([], order="id desc", limit=1)
        self.assertEqual(booking.state, "hold")
        page = self.get("/web/login")
        self.assertEqual(page.status_code, 200)
        answer = self.post("/web/login", {"login": self.alix.login, "password": PASSWORD})
        self.assertEqual(answer.status_code, 303)
        page = self.get("/shop/cart").text
        self.env.invalidate_all()
        self.assertEqual(booking.state, "cancelled")
        self.assertIn("has left your cart", page)
        self.assertIn("1 bookings a day at the most", page)


@tagged("-at_install", "post_install")
class TestInstead(PersonRulesCase):
    """A refusal offers what can be booked instead, in few queries."""

    MOST_QUERIES = 10

    def instead(self, space, start, hours=1, length="60", partner=None):
        """Return the names and starts of the offers, and the queries after the refusal itself."""
        stop = start + (self.at(0, hours) - self.at(0, 0))
        partner = partner or self.alice
        for _nth in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            # The user of a session is known before any page.
            self.assertTrue(self.env.user.partner_id.name)
            self.assertTrue(space.quote(partner, start, stop)["errors"])
            spent = space._refused_to(partner, start, length).ids
            before = self.cr.sql_log_count
            offers = space._instead(partner, start, length, spent=spent)
            count = self.cr.sql_log_count - before
        return [(offer["name"], offer["start"]) for offer in offers], count

    def test_a_machine_without_the_training(self):
        offers, count = self.instead(self.room, self.at(1, 10))
        self.assertEqual(offers, [("Salle créative", self.at(1, 10))])
        self.assertLessEqual(count, self.MOST_QUERIES)

    def test_a_fare(self):
        self.lounge.allowed_profile_ids = self.student
        self.laser.space_ids = False
        offers, count = self.instead(self.lounge, self.at(1, 10))
        self.assertEqual(offers, [("Petit salon", self.at(1, 10))])
        self.assertLessEqual(count, self.MOST_QUERIES)

    def test_members_only(self):
        Adhesions(self, self.env["res.partner"], date(2027, 1, 1), date(2027, 12, 31))
        self.desks.adhesion_needed = True
        offers, count = self.instead(self.desks, self.at(1, 10))
        self.assertEqual(offers, [("Salle créative", self.at(1, 10))])
        self.assertLessEqual(count, self.MOST_QUERIES)

    def test_a_quota_of_one_space_leaves_the_others(self):
        self.laser.space_ids = False
        self.quota(most=1, period="week", space_ids=[(6, 0, self.room.ids)])
        self.reserve(self.room, self.at(0, 14))
        offers, count = self.instead(self.room, self.at(1, 10))
        self.assertEqual(offers, [("Salle créative", self.at(1, 10))])
        self.assertLessEqual(count, self.MOST_QUERIES)

    def test_a_quota_of_everything_begins_again(self):
        self.quota(most=1, period="week")
        self.reserve(self.desks, self.at(0, 14))
        offers, count = self.instead(self.desks, self.at(1, 10))
        self.assertEqual(offers[0], ("Coworking", self.at(7, 9)))
        self.assertLessEqual(count, self.MOST_QUERIES)

    def test_what_is_pending_leaves_nothing(self):
        self.quota(most=1, measure="count", period="pending")
        self.reserve(self.desks, self.at(0, 14))
        self.assertEqual(self.instead(self.desks, self.at(1, 10))[0], [])


@tagged("-at_install", "post_install")
class TestInsteadPage(WebsiteCase):
    def test_the_page_says_why_and_what_else(self):
        self.env["tierslieu.habilitation.kind"].create(
            {"name": "Laser", "way": "An hour with Driss.", "space_ids": [(6, 0, self.room.ids)]}
        )
        self.new_visitor(self.alix)
        page = self.get(f"/book/{self.room.id}?day={self.day}").text
        self.assertIn("asks for the habilitation Laser. An hour with Driss.", page)
        self.assertIn("What you can book", page)
        self.assertIn("Salle créative", page)
        self.assertNotIn("tl-bar__button", page)
        self.new_visitor()
        self.assertIn("log in first", self.get(f"/book/{self.room.id}?day={self.day}").text)

    def test_a_quota_once_the_form_is_sent(self):
        self.env["tierslieu.quota"].create(
            {"most": 1, "measure": "count", "period": "day", "space_ids": [(6, 0, self.room.ids)]}
        )
        self.confirmed(self.alix, hour=15)
        self.new_visitor(self.alix)
        self.assertNotIn("What you can book", self.get(f"/book/{self.room.id}?day={self.day}").text)
        page = self.get(self.hold().headers["Location"]).text
        self.assertIn("a day at the most", page)
        self.assertIn("What you can book", page)
        self.assertIn("tl-bar__button", page)
