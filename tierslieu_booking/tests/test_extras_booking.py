from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_extras import ExtrasCase


@tagged("post_install", "-at_install")
class TestExtrasHeld(ExtrasCase):
    """Units of equipment follow their booking: held, firm, moved, let go."""

    def test_two_rooms_never_have_the_same_projector(self):
        first = self.reserve(self.room, self.at(2, 10), 2, extras=[self.projector.id])
        second = self.reserve(self.lounge, self.at(2, 11), 2, self.bruno, extras=[self.projector.id])
        self.assertEqual(self.held(first) | self.held(second), self.projector.unit_ids)
        with self.assertRaisesRegex(UserError, "Projector: none is free at that time"):
            self.reserve(self.desks, self.at(2, 11), 1, extras=[self.projector.id])
        third = self.reserve(self.desks, self.at(2, 13), 1, extras=[self.projector.id])
        self.assertEqual(len(self.held(third)), 1)
        self.assertEqual(first.unit_ids, self.room.unit_ids)
        self.assertEqual(len(third.unit_ids), 1)
        self.assertIn(third.unit_ids, self.desks.unit_ids)
        self.assertClean()

    def test_nothing_is_half_held(self):
        """The room is not kept for who cannot have the projector."""
        self.busy_projectors(2)
        options = {"extras": {self.projector.id: 1, self.phone.id: 1}}
        with self.assertRaises(UserError), self.cr.savepoint():
            # Quoted before the others took the projectors: the claim itself refuses.
            booking = self.Booking.create(
                {"space_id": self.room.id, "partner_id": self.alice.id,
                 "start": self.at(2, 10), "stop": self.at(2, 11),
                 "extra_ids": [Command.create({"extra_id": self.projector.id})]}
            )
            quote = booking.space_id._require_quote(self.alice, booking.start, booking.stop)
            booking._hold({}, quote)
        self.assertEqual(self.room.free_count(self.at(2, 10), self.at(2, 11)), 1)
        with self.assertRaises(UserError):
            self.reserve(self.room, self.at(2, 10), 1, **options)
        self.assertEqual(self.room.free_count(self.at(2, 10), self.at(2, 11)), 1)
        self.assertEqual(self.phone._free([(self.at(2, 10), self.at(2, 11))]), {self.phone: 1})

    def test_buffers_of_the_room_are_those_of_the_projector(self):
        self.room.buffer_after = 30
        booking = self.reserve(self.room, self.at(2, 10), 1, extras=[self.projector.id])
        self.assertEqual(booking._own_equipment().stop, self.at(2, 11, 30))

    def test_confirmed_cancelled_and_lapsed(self):
        booking = self.reserve(self.room, self.at(2, 10), 1, extras={self.projector.id: 2})
        self.assertEqual(booking._own_equipment().mapped("state"), ["hold", "hold"])
        booking.action_confirm()
        self.assertEqual(booking._own_equipment().mapped("state"), ["firm", "firm"])
        booking.action_cancel()
        self.assertFalse(booking._own_equipment())
        lapsing = self.reserve(
            self.lounge, self.at(2, 10), 1, extras={self.projector.id: 2}, hold_until=self.at(0, 8, 30)
        )
        lapsing.hold_until = lapsing.occupancy_ids.hold_until = self.at(0, 7)
        other = self.reserve(self.room, self.at(2, 10), 1, self.bruno, extras={self.projector.id: 2})
        self.assertEqual((lapsing.state, len(self.held(other))), ("expired", 2))
        self.assertClean()
        with self.assertRaisesRegex(UserError, "none is free"):
            lapsing.action_confirm()
        other.action_cancel()
        lapsing.action_confirm()
        self.assertEqual((lapsing.state, len(self.held(lapsing))), ("confirmed", 2))
        self.assertClean()

    def test_no_show_and_back(self):
        booking = self.reserve(self.room, self.at(0, 9), 1, extras=[self.projector.id])
        booking.action_confirm()
        kept = self.held(booking)
        with freeze_time(self.at(0, 9, 30)):
            booking.with_user(self.host).action_no_show()
            self.assertFalse(self.held(booking))
            booking.with_user(self.host).action_step_back()
            self.assertEqual(self.held(booking), kept)
        self.assertClean()

    def test_a_desk_with_a_projector_still_makes_room(self):
        floor = self.desks.copy({"name": "Mezzanine", "unit_count": 2})
        first, second = floor.unit_ids.sorted("id")
        ten = self.reserve(floor, self.at(2, 10), 1, unit=first, extras=[self.projector.id])
        self.reserve(floor, self.at(2, 11), 1, self.bruno, unit=second)
        projector = self.held(ten)
        self.assertEqual(floor.free_count(self.at(2, 10), self.at(2, 12)), 1)
        self.reserve(floor, self.at(2, 10), 2, self.bruno)
        self.assertEqual(self.held(ten), projector)
        self.assertIn(ten.unit_ids, floor.unit_ids)
        self.assertClean()

    def test_the_planning_moves_the_booking_with_its_projector(self):
        booking = self.reserve(self.room, self.at(2, 10), 1, extras=[self.projector.id])
        row = booking._own_equipment().with_user(self.host)
        row.write({"start": self.at(2, 14), "stop": self.at(2, 15)})
        self.assertEqual((booking.start, booking.space_id), (self.at(2, 14), self.room))
        self.assertEqual(booking._own_equipment().start, self.at(2, 14))
        rows = self.env["tierslieu.unit"].planning_rows([], self.at(2, 0), self.at(3, 0))
        self.assertIn(self.projector.unit_ids[0].id, [line["id"] for line in rows])

    def test_figures_do_not_count_projectors(self):
        figures = self.env["tierslieu.figures.occupancy"]
        booking = self.reserve(self.room, self.at(2, 10), 1, extras={self.projector.id: 2})
        booking.action_confirm()
        self.env["tierslieu.day.hours"]._bring_up(self.place)
        self.env.flush_all()
        rows = figures.search([("place_id", "=", self.place.id), ("date", "=", self.at(2, 10).date())])
        self.assertFalse(rows.unit_id & self.projector.unit_ids)
        self.assertEqual(sum(rows.filtered("booking_id").mapped("booked_hours")), 1.0)


@tagged("post_install", "-at_install")
class TestExtrasMoney(ExtrasCase):
    """Page, cart, order and invoice say one price, to the cent, with two rates of VAT."""

    def with_extras(self, **options):
        return self.reserve(
            self.room, self.at(2, 10), 2, people=3,
            extras={self.coffee.id: 1, self.set_up.id: 1, self.projector.id: 1}, **options
        )

    def test_page_cart_order_invoice(self):
        booking = self.with_extras()
        # 16.00, coffee 10.50, room 30.00, projector 10.00.
        self.assertEqual(booking.amount_total, 66.5)
        order = self.cart(booking)
        self.assertEqual((order.amount_total, order.cart_quantity), (66.5, 1))
        self.assertEqual(sorted(order.order_line.mapped("price_total")), [10.0, 10.5, 16.0, 30.0])
        self.pay(order)
        self.env.invalidate_all()
        self.assertEqual(booking.invoice_ids.amount_total, 66.5)
        self.assertIn("Coffee: 3 people", " ".join(booking.invoice_ids.invoice_line_ids.mapped("name")))
        self.assertEqual(self.vat(booking), self.vat_of_price(booking))
        self.assertBooks(booking, 66.5)

    def test_in_the_cart_what_goes_with_a_booking_is_below_it(self):
        first = self.with_extras()
        second = self.reserve(self.lounge, self.at(3, 10), 1, extras={self.projector.id: 1})
        order = self.cart(first, second)
        self.env.invalidate_all()
        lines = order.website_order_line
        self.assertEqual(lines, lines.sorted(lambda line: line.tierslieu_booking_id.id))
        self.assertEqual(lines.tierslieu_booking_id, first | second)
        self.assertEqual(lines[0].product_id, first.line_ids[0].product_id)

    def test_out_of_the_cart_the_projector_is_free(self):
        booking = self.with_extras()
        order = self.cart(booking)
        order.order_line.filtered(lambda line: line.product_id == self.projector.product_id).unlink()
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(order.order_line)
        self.assertEqual(self.quote({self.projector.id: 2})["errors"], [])

    def test_cancelled_it_is_all_given_back(self):
        booking = self.with_extras()
        self.pay(self.cart(booking))
        self.env.invalidate_all()
        booking.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(self.documents(booking), [("invoice", 66.5), ("refund", 66.5)])
        self.assertBooks(booking, 0.0)

    def test_moved_it_is_priced_and_claimed_again(self):
        booking = self.with_extras()
        self.pay(self.cart(booking))
        self.env.invalidate_all()
        held = self.held(booking)
        self.move(booking, self.at(3, 14), 3)
        # 24.00, coffee 10.50, room 30.00, projector 15.00.
        self.assertEqual((booking.amount_total, self.held(booking)), (79.5, held))
        self.assertEqual(self.documents(booking), [("invoice", 66.5), ("invoice", 13.0)])
        self.collect(booking)
        self.assertBooks(booking, 79.5)

    def test_a_move_is_refused_while_the_projector_is_elsewhere(self):
        booking = self.with_extras()
        booking.action_confirm()
        self.busy_projectors(2, day=3)
        with self.assertRaisesRegex(UserError, "Projector: none is free at that time"):
            self.move(booking, self.at(3, 11), 2)
        self.assertEqual((booking.start, len(self.held(booking))), (self.at(2, 10), 1))
        # By half an hour: its own projector is free to it.
        self.reserve(self.lounge, self.at(2, 10), 4, self.bruno, extras=[self.projector.id])
        self.move(booking, self.at(2, 10, 30), 2)
        self.assertEqual(booking._own_equipment().start, self.at(2, 10, 30))
        self.assertClean()

    def test_a_move_that_costs_more_keeps_the_projector_until_it_is_paid(self):
        booking = self.with_extras()
        self.pay(self.cart(booking))
        self.env.invalidate_all()
        change = booking._ask_move(self.at(2, 10), self.at(2, 13))
        self.assertTrue(change)
        kept = change.occupancy_ids.filtered("extra_id")
        self.assertEqual((kept.start, kept.stop, kept.unit_id), (self.at(2, 12), self.at(2, 13), self.held(booking)))
        order = self.env["sale.order"].create({"partner_id": self.alice.id})
        order._tierslieu_add_change(change)
        self.assertEqual(order.amount_total, 13.0)
        self.pay(order)
        self.env.invalidate_all()
        self.assertEqual((change.state, booking.amount_total), ("done", 79.5))
        self.assertEqual(booking._own_equipment().stop, self.at(2, 13))
        self.assertBooks(booking, 79.5)

    def test_the_host_adds_and_takes_off(self):
        booking = self.reserve(self.room, self.at(2, 10), 2)
        self.pay(self.cart(booking))
        self.env.invalidate_all()
        self.products["room_hour"].list_price = 80
        as_host = booking.with_user(self.host)
        as_host.action_set_extras({self.projector.id: 1, self.set_up.id: 1})
        self.env.invalidate_all()
        # What was agreed for the room stays.
        self.assertEqual((booking.amount_total, len(self.held(booking))), (56.0, 1))
        self.assertEqual(self.documents(booking), [("invoice", 16.0), ("invoice", 40.0)])
        self.collect(booking)
        self.assertBooks(booking, 56.0)
        self.set_up.list_price = 300
        as_host.action_set_extras({self.set_up.id: 1})
        self.env.invalidate_all()
        self.assertEqual((booking.amount_total, len(self.held(booking))), (46.0, 0))
        self.assertEqual(
            self.documents(booking), [("invoice", 16.0), ("invoice", 40.0), ("refund", 10.0)]
        )
        self.assertBooks(booking, 46.0)
        as_host.action_set_extras({self.set_up.id: 1})
        self.assertEqual(len(booking.invoice_ids), 3)

    def test_the_form_of_the_host(self):
        booking = self.reserve(self.room, self.at(2, 10), 2)
        booking.action_confirm()
        with Form(booking.with_user(self.host)) as form, form.extra_ids.new() as line:
            line.extra_id = self.projector
            line.quantity = 2
        self.assertEqual((booking.amount_total, len(self.held(booking))), (36.0, 2))
        with Form(booking.with_user(self.host)) as form, form.extra_ids.edit(0) as line:
            line.quantity = 1
        self.assertEqual((booking.amount_total, len(self.held(booking))), (26.0, 1))
        self.busy_projectors(1)
        with (
            self.assertRaises(UserError), Form(booking.with_user(self.host)) as form,
            form.extra_ids.edit(0) as line,
        ):
            line.quantity = 2
        self.env.invalidate_all()
        self.assertEqual((booking.amount_total, booking.extra_ids.quantity), (26.0, 1))
        with Form(booking.with_user(self.host)) as form:
            form.extra_ids.remove(0)
        self.assertEqual((booking.amount_total, len(self.held(booking))), (16.0, 0))
        self.assertClean()

    def test_a_draft_of_the_host(self):
        with Form(self.Booking.with_user(self.host)) as form:
            form.partner_id = self.alice
            form.space_id = self.room
            form.start = self.at(2, 10)
            with form.extra_ids.new() as line:
                line.extra_id = self.projector
            self.assertTrue(form.preview_ok, form.preview)
            self.assertIn("Projector: 1 h", form.preview)
        booking = form.record
        booking.action_confirm()
        self.assertEqual((booking.amount_total, len(self.held(booking.sudo()))), (13.0, 1))

    def test_the_walk_in(self):
        wizard = self.env["tierslieu.walk.in"].with_user(self.host).create(
            {"partner_id": self.alice.id, "space_id": self.room.id, "start": self.at(0, 10), "hours": 2,
             "extra_ids": [Command.set(self.projector.ids)]}
        )
        self.assertTrue(wizard.preview_ok, wizard.preview)
        self.assertIn("Projector", wizard.preview)
        booking = wizard._book()
        self.assertEqual((booking.amount_total, len(self.held(booking))), (26.0, 1))
        unit = self.projector.unit_ids[0]
        values = self.env["tierslieu.walk.in"].with_context(default_unit_id=unit.id).with_user(self.host).default_get(
            ["unit_id", "extra_ids", "start"]
        )
        self.assertNotIn("unit_id", values)
        self.assertEqual(values["extra_ids"], [(6, 0, self.projector.ids)])

    def test_more_people_drink_more_coffee(self):
        booking = self.reserve(self.room, self.at(2, 10), 2, people=2, extras=[self.coffee.id])
        booking.action_confirm()
        self.assertEqual(booking.amount_total, 23.0)
        booking.with_user(self.host).people = 5
        self.assertEqual(booking.amount_total, 33.5)
        self.assertClean()

    def test_nobody_else_changes_extras(self):
        booking = self.reserve(self.room, self.at(2, 10), 2, extras=[self.projector.id])
        with self.assertRaises(UserError):
            booking.with_user(self.member).action_set_extras([])
        with self.assertRaisesRegex(UserError, "its price follows"):
            booking.extra_ids.with_user(self.host).unlink()
        with self.assertRaisesRegex(UserError, "its price follows"):
            booking.extra_ids.with_user(self.host).quantity = 2
        with self.assertRaisesRegex(UserError, "its price follows"):
            self.env["tierslieu.booking.extra"].with_user(self.host).create(
                {"booking_id": booking.id, "extra_id": self.set_up.id}
            )
        self.assertEqual(len(self.held(booking)), 1)

    def test_the_fare_of_who_logs_in_prices_extras_too(self):
        booking = self.with_extras()
        pricelist = self.env["product.pricelist"].create(
            {"name": "Moitié", "item_ids": [
                (0, 0, {"compute_price": "percentage", "percent_price": 50, "applied_on": "3_global"})]}
        )
        self.alice.tierslieu_profile_id = self.env["tierslieu.profile"].create(
            {"name": "Moitié", "code": "moitie", "pricelist_id": pricelist.id, "company_id": self.env.company.id}
        )
        quotes = booking._own_fare_quotes(self.alice, self.bruno)
        self.assertEqual(quotes[booking]["total"], 33.25)
        booking._reprice(quotes[booking])
        self.assertEqual((booking.amount_total, len(self.held(booking))), (33.25, 1))
        self.assertClean()

    def test_today_says_what_to_get_ready(self):
        booking = self.reserve(self.room, self.at(0, 14), 1, extras={self.projector.id: 2, self.phone.id: 1})
        booking.action_confirm()
        self.room.kind = "lounge"
        day = self.env["tierslieu.place"].with_user(self.host).today(self.place.id)
        row = next(row for row in day["rows"] if row["id"] == booking.id)
        self.assertEqual(row["extras"], "2 × Projector, Conference phone")
        self.assertIn("rooms", row["tiles"])
        self.assertIn("action_set_up", row["actions"])
        booking.with_user(self.host).action_set_up()
        self.assertTrue(booking.set_up_at)


@tagged("post_install", "-at_install")
class TestWholeAndParts(ExtrasCase):
    """The whole place holds a floor, and the floor rooms: one of them booked, the others are refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rooms = cls.room | cls.lounge
        cls.floor = cls.room.copy({"name": "Tout l'étage", "unit_ids": False})
        cls.floor.unit_ids = rooms.unit_ids
        cls.whole = cls.room.copy({"name": "Tout le lieu", "unit_ids": False})
        cls.whole.unit_ids = (rooms | cls.kitchen).unit_ids

    def test_one_of_the_chain_refuses_the_others(self):
        chain = {
            self.room: self.room | self.floor | self.whole,
            self.kitchen: self.kitchen | self.whole,
            self.floor: self.room | self.lounge | self.floor | self.whole,
            self.whole: self.room | self.lounge | self.kitchen | self.floor | self.whole,
        }
        every = self.room | self.lounge | self.kitchen | self.floor | self.whole
        start, stop = self.at(2, 10), self.at(2, 12)
        for booked, closed in chain.items():
            booking = self.reserve(booked, start, 2)
            for space in every:
                with self.subTest(booked=booked.name, space=space.name):
                    self.assertEqual(space.free_count(start, stop), int(space not in closed))
                    if space in closed:
                        with self.assertRaisesRegex(UserError, f"{space.name} is taken on"):
                            self.reserve(space, start + timedelta(hours=1), 1, self.bruno)
            booking.action_cancel()
        self.assertClean()

    def test_the_whole_with_the_projector(self):
        booking = self.reserve(self.whole, self.at(2, 10), 2, extras={self.projector.id: 2})
        self.assertEqual(booking.unit_ids, self.whole.unit_ids)
        self.assertEqual(len(self.held(booking)), 2)
        booking.action_confirm()
        self.assertEqual({row.state for row in booking.occupancy_ids}, {"firm"})
        self.assertClean()
