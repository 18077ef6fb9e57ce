from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_booking.tests.tour_common import DeskTourCase, ShopTourCase

from .common import create_event


@tagged("-at_install", "post_install")
class TestEventTours(ShopTourCase):
    """An inhabitant and a member, from the page of an event to its door."""

    def setUp(self):
        super().setUp()
        begin = self.place.to_utc(datetime.combine(self.day, datetime.min.time()) + timedelta(hours=18))
        self.event = create_event(
            self.env, seats=20, is_published=True, date_begin=begin, date_end=begin + timedelta(hours=2),
            company_id=self.place.company_id.id, tierslieu_place_id=self.place.id,
            tickets=[("Free entry", 0, 0.0), ("Full", 5, 12.0), ("Reduced", 0, 6.0), ("Support", 0, 0.0)],
        )
        self.free, self.full, self.reduced, self.support = self.event.event_ticket_ids
        self.full.product_id.taxes_id = False
        self.support.write({"tierslieu_free_price": True, "tierslieu_floor": 5.0, "tierslieu_suggested": 8.0})
        self.seats = f"/event/{self.event.id}/seats"

    def states(self):
        self.env.invalidate_all()
        return sorted(self.event.registration_ids.mapped("state"))

    def without_account(self):
        self.start_tour(self.seats, "tierslieu_seats_without_account")
        self.assertEqual(self.states(), ["open", "open"])

    def two_fares(self):
        self.start_tour(self.seats, "tierslieu_seats_two_fares_and_a_free_price", login=self.alix.login)
        self.assertEqual(self.states(), ["open"] * 3)
        self.assertEqual(self.event.registration_ids.sale_order_id.amount_total, 25.5)

    def members_first(self):
        self.full.write(
            {
                "tierslieu_public": "members_first", "price": 0.0,
                "tierslieu_members_until": fields.Datetime.now() + timedelta(days=1),
            }
        )
        user = new_test_user(self.env, "tour_member", "base.group_portal", password="tour_member_password")
        member = patch.object(
            self.registry["res.partner"], "is_tierslieu_member_on", lambda partner, _date: partner == user.partner_id
        )
        with member:
            self.start_tour(self.seats, "tierslieu_seats_members_first")
        self.assertEqual(self.states(), ["open"])

    def given_up(self):
        seat = self.env["event.registration"].create(
            {"event_id": self.event.id, "event_ticket_id": self.free.id, "name": "Ana Voisine"}
        )
        self.start_tour("/event/" + seat._tierslieu_url().split("/event/")[1], "tierslieu_seat_given_up")
        self.assertEqual(self.states(), ["cancel"])

    def proposed(self):
        self.start_tour("/my/proposals", "tierslieu_event_proposed", login=self.alix.login)
        proposal = self.env["tierslieu.event.proposal"].search([("partner_id", "=", self.alix.partner_id.id)])
        self.assertEqual((proposal.name, proposal.people), ("Chorale", 15))

    def walk(self):
        """Walk all of them: each leaves the event as it found it, but for its own seats."""
        for tour in (self.given_up, self.without_account, self.two_fares, self.members_first, self.proposed):
            with self.subTest(tour=tour.__name__):
                self.event.registration_ids.unlink()
                tour()

    def test_on_a_phone(self):
        self.on_a_phone()
        self.walk()

    @heavy
    def test_on_a_desk(self):
        self.on_a_desk()
        self.walk()


@tagged("-at_install", "post_install")
class TestDoorTours(DeskTourCase):
    """The host at the door, and a manager who looks for a room."""

    def door(self):
        now = fields.Datetime.now()
        event = create_event(
            self.env, tickets=[("Full", 0, 12.0)], date_begin=now, date_end=now + timedelta(hours=2)
        )
        self.env["account.journal"].create({"name": "Caisse", "type": "cash", "code": "TLC"})
        event.event_ticket_ids.product_id.taxes_id = False
        self.env["event.registration"].create(
            [
                {"event_id": event.id, "event_ticket_id": event.event_ticket_ids.id, "name": name}
                for name in ("Ana Voisine", "Luc Voisin", "Zoé")
            ]
        )
        self.a_host("tour_host")
        self.start_tour(
            f"/odoo/event.event/{event.id}/action-tierslieu_events.action_door", "tierslieu_door", login="tour_host"
        )
        self.env.invalidate_all()
        self.assertEqual(len(event.registration_ids.filtered(lambda seat: seat.state == "done")), 3)

    def test_door_on_a_phone(self):
        self.browser_size, self.touch_enabled = "390x844", True
        self.door()

    @heavy
    def test_door_on_a_desk(self):
        self.door()

    @mute_logger("odoo.http")  # it is refused
    def test_a_room_that_is_taken(self):
        start = self.place.to_utc(
            datetime.combine(self.place.now_local().date() + timedelta(days=3), datetime.min.time())
            + timedelta(hours=10)
        )
        booking = self.env["tierslieu.booking"].reserve(
            self.room, self.env["res.partner"].create({"name": "Alice Renaud"}), start, start + timedelta(hours=2)
        )
        booking.action_confirm()
        event = create_event(
            self.env, name="Soirée", date_begin=start, date_end=start + timedelta(hours=2), date_tz="Europe/Paris",
            tierslieu_place_id=self.place.id, company_id=self.place.company_id.id,
        )
        new_test_user(
            self.env, "tour_manager", "tierslieu_base.group_manager", password="tour_manager_password", lang="en_US"
        )
        self.start_tour(f"/odoo/event.event/{event.id}", "tierslieu_event_room_conflict", login="tour_manager")
        self.env.invalidate_all()
        self.assertEqual(event.tierslieu_space_ids, self.lounge)
