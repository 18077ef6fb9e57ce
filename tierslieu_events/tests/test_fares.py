from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import EventCase, create_event, put_in


@tagged("post_install", "-at_install")
class TestFares(EventCase):
    """What a seat costs, and for whom it is: said once, obeyed by every door."""

    def setUp(self):
        super().setUp()
        self.event.seats_max = 20

    def members(self, *partners):
        """Make members of people, whatever addon says so."""
        known = self.env["res.partner"].union(*partners)
        return patch.object(
            self.registry["res.partner"], "is_tierslieu_member_on", lambda partner, _date: partner in known
        )

    # -- By profile

    def test_a_fare_is_that_of_the_day_of_the_event(self):
        """Half price for who has the fare that day, on the page, in the cart and at the door; nobody else."""
        self.event.tierslieu_place_id = self.place
        product = self.full.product_id
        product.list_price = 30.0
        half = self.env["product.pricelist"].create(
            {
                "name": "Étudiants",
                "item_ids": [
                    Command.create(
                        {"applied_on": "1_product", "product_tmpl_id": product.product_tmpl_id.id,
                         "compute_price": "formula", "base": "list_price", "price_discount": 50.0}
                    )
                ],
            }
        )
        student = self.env["tierslieu.profile"].create(
            {"name": "Étudiant", "pricelist_id": half.id, "needs_proof": True, "company_id": self.env.company.id}
        )
        day = self.event.date_begin.date()
        proof = self.env["tierslieu.proof"].create(
            {"partner_id": self.alice.id, "profile_id": student.id, "company_id": self.env.company.id,
             "state": "accepted", "valid_from": day - timedelta(days=1), "valid_until": day}
        )

        def price(partner):
            [offer] = [one for one in self.event._tierslieu_offer(partner) if one["ticket"] == self.full]
            order = self.cart_of(partner, self.full)
            return offer["price"], order.order_line.price_total

        self.assertEqual(price(self.alice), (6.0, 6.0))
        self.assertEqual(price(self.bob), (12.0, 12.0))
        proof.valid_until = day - timedelta(days=1)
        self.env.invalidate_all()
        self.assertEqual(price(self.alice), (12.0, 12.0))

    # -- For whom

    def test_members_only_by_every_door(self):
        self.full.tierslieu_public = "members"
        with self.members(self.alice):
            self.register(self.full, partner_id=self.alice.id)
            put_in(self.cart_of(self.alice, self.full), self.full)
            for attempt in (
                lambda: self.register(self.full), lambda: self.register(self.full, partner_id=self.bob.id),
                lambda: self.cart_of(self.bob, self.full),
                lambda: self.register(self.reduced, partner_id=self.bob.id).write({"event_ticket_id": self.full.id}),
            ):
                with self.assertRaisesRegex(ValidationError, "is for members"), self.cr.savepoint():
                    attempt()
        self.assertClean()

    def test_members_first(self):
        opens = fields.Datetime.now() + timedelta(days=3)
        with self.assertRaisesRegex(ValidationError, "from when"), self.cr.savepoint():
            self.full.tierslieu_public = "members_first"
        self.full.write({"tierslieu_public": "members_first", "tierslieu_members_until": opens})
        with self.members(self.alice):
            self.register(self.full, partner_id=self.alice.id)
            with self.assertRaisesRegex(ValidationError, "members first, everybody from"), self.cr.savepoint():
                self.register(self.full, partner_id=self.bob.id)
        self.full.tierslieu_members_until = fields.Datetime.now() - timedelta(minutes=1)
        self.register(self.full, partner_id=self.bob.id)

    def test_the_team_sets_it_aside_and_says_why(self):
        self.full.tierslieu_public = "members"
        with self.assertRaises(UserError), self.cr.savepoint():
            self.registrations.with_user(self.host).sudo().create(
                {"event_id": self.event.id, "event_ticket_id": self.full.id, "tierslieu_override_reason": "x"}
            )
        made = self.registrations.with_user(self.host).sudo().create(
            {
                "event_id": self.event.id, "event_ticket_id": self.full.id, "name": "Voisine",
                "tierslieu_override_reason": "Elle tient la buvette",
            }
        )
        listed = self.env["tierslieu.override"].search([("res_model", "=", made._name), ("res_id", "=", made.id)])
        self.assertEqual((listed.reason, listed.user_id), ("Elle tient la buvette", self.host))
        with self.assertRaises(UserError), self.cr.savepoint():
            self.registrations.with_user(self.member).sudo().create(
                {
                    "event_id": self.event.id, "event_ticket_id": self.full.id,
                    "tierslieu_override_reason": "Because I like it",
                }
            )

    # -- Prices

    def test_a_free_price_has_a_floor_and_a_suggestion(self):
        self.full.write({"tierslieu_free_price": True, "tierslieu_floor": 5.0, "tierslieu_suggested": 8.0})
        order = self.cart_of(self.alice, self.full)
        self.assertEqual(order.amount_total, 8.0)
        put_in(order, self.full, tierslieu_seat_price=6.5)
        self.assertEqual((order.amount_total, len(order.order_line)), (14.5, 2))
        with self.assertRaisesRegex(ValidationError, "at least"), self.cr.savepoint():
            put_in(order, self.full, tierslieu_seat_price=4.99)
        with self.assertRaisesRegex(ValidationError, "has its price"), self.cr.savepoint():
            put_in(order, self.reduced, tierslieu_seat_price=1.0)
        order._recompute_prices()
        self.assertEqual(order.amount_total, 14.5)
        self.pay(order)
        self.assertEqual(order.invoice_ids.amount_total, 14.5)
        for said, price in (("7", 7.0), ("7,5", 7.5), (" 12.00 ", 12.0), (None, 8.0)):
            self.assertEqual(self.full._tierslieu_checked_price(said), price)
        for said in ("abc", "-3", "nan", "1e9", "inf", "4"):
            with self.assertRaises(UserError):
                self.full._tierslieu_checked_price(said)
        self.assertClean()

    def test_vouchers_and_their_prices(self):
        vouchers = self.env["tierslieu.event.voucher"]
        half = vouchers.create(
            {"code": "moi tié", "event_id": self.event.id, "uses": 2, "effect": "percent", "percent": 50}
        )
        gift = vouchers.create(
            {"code": "cadeau", "event_id": self.event.id, "effect": "price", "price": 0, "ticket_id": self.full.id,
             "uses": 2}
        )
        self.assertEqual(vouchers._find(self.event, " MOItié"), half)
        order = self.cart_of(self.alice, self.full, 2, tierslieu_voucher_id=half.id)
        self.assertEqual((order.amount_total, half.used), (12.0, 2))
        with self.assertRaisesRegex(ValidationError, "used up"), self.cr.savepoint():
            self.register(self.full, tierslieu_voucher_id=half.id)
        free = self.cart_of(self.bob, self.full, tierslieu_voucher_id=gift.id)
        self.assertEqual(free.amount_total, 0.0)
        with self.assertRaisesRegex(ValidationError, "not for this ticket"), self.cr.savepoint():
            self.register(self.reduced, tierslieu_voucher_id=gift.id)
        half.valid_until = fields.Datetime.now() - timedelta(minutes=1)
        for code in ("moitié", "rien"):
            with self.assertRaises(UserError):
                vouchers._find(self.event, code)
        self.assertClean()

    def test_seats_that_a_voucher_keeps(self):
        event = create_event(self.env, seats=3, tickets=[("Plein", 0, 10.0)])
        ticket = event.event_ticket_ids
        voucher = self.env["tierslieu.event.voucher"].create(
            {"code": "PRESSE", "event_id": event.id, "ticket_id": ticket.id, "uses": 2, "keeps_seats": True}
        )
        self.register(ticket)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.register(ticket)
        self.register(ticket, tierslieu_voucher_id=voucher.id)
        voucher.valid_until = fields.Datetime.now() - timedelta(minutes=1)
        self.register(ticket)
        with self.assertRaisesRegex(ValidationError, "seats are sold or held"), self.cr.savepoint():
            voucher.valid_until = False
        self.assertClean()
