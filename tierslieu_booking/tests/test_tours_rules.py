from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .tour_common import ShopTourCase


@tagged("-at_install", "post_install")
class TestRulesTours(ShopTourCase):
    """A member who cancels, learns a machine, hires a whole floor: on a phone and on a desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.alix.partner_id

    def a_space(self, name, kind, unit, price, **values):
        """Return a space with one rate."""
        product = self.env["product.product"].create(
            {"name": f"{name}, {unit}", "type": "service", "list_price": price, "invoice_policy": "order",
             "taxes_id": [Command.set(self.taxes[20].ids)]}
        )
        space = self.env["tierslieu.space"].create(
            {"name": name, "place_id": self.place.id, "kind": kind, "allocation": "all", "seats": 4} | values
        )
        self.env["tierslieu.rate"].create({"space_id": space.id, "time_unit": unit, "product_id": product.id})
        return space

    def last(self):
        self.env.invalidate_all()
        return self.member.tierslieu_booking_ids.sorted("id")[-1:]

    def cancel_in_and_out_of_time(self):
        """The room costs half of its price however early; the desk nothing until an hour before."""
        policies = self.env["tierslieu.cancellation.policy"]
        for space, hours in ((self.room, 24 * 400), (self.desks, 0.02)):
            space.cancellation_policy_id = policies.create(
                {"name": space.name, "step_ids": [Command.create({"hours": hours, "fee": 50})]}
            )
        room = self.confirmed(self.alix, hour=10)
        desk = self.Booking.reserve(self.desks, self.member, self.at(14), self.at(16))
        desk.action_confirm()
        for booking in room | desk:
            booking.sudo()._invoice_each()
            self.env["tierslieu.collect"].create(
                {"booking_ids": [Command.set(booking.ids)],
                 "journal": str(self.env["account.journal"].search(
                     [("type", "in", ("bank", "cash")), ("company_id", "=", booking.company_id.id)], limit=1).id)}
            ).action_collect()
        self.start_tour("/my/bookings", "tierslieu_cancel_in_and_out_of_time", login=self.alix.login)
        self.env.invalidate_all()
        self.assertEqual((room.state, room.fee_amount), ("cancelled", room.amount_total / 2))
        self.assertEqual((desk.state, desk.fee_amount), ("cancelled", 0))

    def test_cancel_on_a_phone(self):
        self.on_a_phone()
        self.cancel_in_and_out_of_time()

    @heavy
    def test_cancel_on_a_desk(self):
        self.on_a_desk()
        self.cancel_in_and_out_of_time()

    def refused_then_trained_then_booked(self):
        laser = self.a_space("Laser", "machine", "hour", 24, unit_count=1, length_min=0.5)
        self.a_space("Printer", "machine", "hour", 6, unit_count=1)
        kind = self.env["tierslieu.habilitation.kind"].create(
            {"name": "Laser", "way": "An hour with Driss.", "space_ids": [Command.set(laser.ids)]}
        )
        self.start_tour("/book", "tierslieu_machine_refused", login=self.alix.login)
        self.assertFalse(self.last())
        self.env["tierslieu.habilitation"].create({"kind_id": kind.id, "partner_id": self.member.id})
        self.start_tour("/book", "tierslieu_machine_booked", login=self.alix.login)
        booking = self.last()
        self.assertEqual((booking.space_id, booking.state, booking.amount_total), (laser, "confirmed", 12.0))
        self.assertEqual(booking.payment_status, "paid")

    @heavy
    def test_machine_on_a_phone(self):
        self.on_a_phone()
        self.refused_then_trained_then_booked()

    @heavy
    def test_machine_on_a_desk(self):
        self.on_a_desk()
        self.refused_then_trained_then_booked()

    def floor_then_its_room(self):
        units = self.room.unit_ids | self.lounge.unit_ids
        floor = self.a_space("Whole floor", "hall", "day", 70, unit_ids=[Command.set(units.ids)], seats=20)
        self.start_tour("/book", "tierslieu_floor_and_room", login=self.alix.login)
        booking = self.last()
        self.assertEqual((booking.space_id, booking.state, booking.amount_total), (floor, "confirmed", 70.0))
        self.assertEqual(booking.occupancy_ids.unit_id, units)
        self.assertFalse(self.room._free_whole(booking.start, booking.stop))

    @heavy
    def test_floor_on_a_phone(self):
        self.on_a_phone()
        self.floor_then_its_room()

    @heavy
    def test_floor_on_a_desk(self):
        self.on_a_desk()
        self.floor_then_its_room()
