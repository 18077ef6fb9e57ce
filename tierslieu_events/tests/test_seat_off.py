from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from .common import EventCase


@tagged("post_install", "-at_install")
class TestSeatOff(EventCase):
    """A seat of an event that does not take place costs nothing, whoever gives it up and however the event ended."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["tierslieu.cancellation.policy"].create(
            {"name": "Billets", "back": "payment", "step_ids": [Command.create({"hours": 48, "fee": 50})]}
        )
        cls.event.write({"tierslieu_policy_id": cls.policy.id, "seats_max": 50})

    def buy(self, number=1):
        order = self.cart_of(self.alice, self.full, number)
        self.pay(order)
        return order, order._tierslieu_seats()

    def late(self):
        """Go to where half of the price stays due."""
        return self.later(days=48)

    def settle(self):
        """Run what settles the seats of events that are called off."""
        self.env.flush_all()
        self.env.ref("tierslieu_events.cron_call_off").method_direct_trigger()
        self.env.invalidate_all()

    def assertAllBack(self, order, seat, amount=12.0):
        self.assertEqual((seat.state, seat.tierslieu_fee_percent), ("cancel", 0.0))
        refund = seat.tierslieu_refund_ids
        self.assertEqual((refund.amount, refund.state), (amount, "pending"))
        self.assertEqual(order.amount_total, 0.0)
        self.assertClean()

    def test_its_card_was_cancelled(self):
        """Cancelled on the board, without “Call it off”."""
        order, seat = self.buy()
        with self.late():
            self.assertIn("6,00", " ".join(seat._tierslieu_cancelling_said()))
            self.event.kanban_state = "cancel"
            self.assertEqual(seat._tierslieu_state_said()[0], "Called off")
            [said] = seat._tierslieu_cancelling_said()
            self.assertIn("12,00", said)
            seat.tierslieu_give_up()
            self.assertAllBack(order, seat)

    def test_before_the_job_has_come_to_it(self):
        order, seat = self.buy()
        with self.late():
            self.event.tierslieu_call_off("Notre invitée est malade.")
            seat.tierslieu_give_up()
            self.assertAllBack(order, seat)
            self.settle()
            self.assertEqual(seat.tierslieu_refund_ids.amount, 12.0)
            self.assertEqual(seat._tierslieu_state_said()[0], "Called off")
            self.assertNotIn("Cancelled late", " ".join(seat._tierslieu_back_said()))

    def test_it_was_archived(self):
        order, seat = self.buy()
        with self.late():
            self.event.active = False
            seat.tierslieu_give_up()
            self.assertAllBack(order, seat)

    def test_nothing_is_kept_on_account(self):
        self.policy.back = "credit"
        order, seat = self.buy()
        self.assertIn("stay on your account", " ".join(seat._tierslieu_cancelling_said()))
        with self.late():
            self.event.kanban_state = "cancel"
            self.assertIn("go back to your means of payment", " ".join(seat._tierslieu_cancelling_said()))
            seat.tierslieu_give_up()
            self.assertAllBack(order, seat)

    def test_credits_come_back_whole(self):
        tokens = self.env["tierslieu.credit.type"].create({"name": "Carnet"})
        lot = self.env["tierslieu.credit.lot"]._grant(tokens, self.alice, 4)
        self.full.write({"tierslieu_credit_type_id": tokens.id, "tierslieu_credits": 2})
        seat, _order = self.event._tierslieu_have(
            {self.full: (1, None)}, [("Alice", "alice@lequai.example", "")], self.alice, in_credits=True
        )
        with self.late():
            self.event.kanban_state = "cancel"
            seat.tierslieu_give_up()
        self.assertEqual(lot.balance, 4.0)
        self.assertClean()

    def test_who_had_given_up_before(self):
        """What they gave up late stays as it was settled, and their page says that they did it."""
        order, seats = self.buy(2)
        with self.late():
            seats[0].tierslieu_give_up()
            self.assertEqual((seats[0].tierslieu_fee_percent, order.amount_total), (50.0, 18.0))
        with self.later(days=48, hours=1):
            self.event.tierslieu_call_off("Notre invitée est malade.")
            self.settle()
            self.assertEqual([seat._tierslieu_state_said()[0] for seat in seats], ["Given up", "Called off"])
            self.assertEqual(seats.mapped("tierslieu_refund_ids.amount"), [6.0, 12.0])
            self.assertEqual(order.amount_total, 6.0)
            self.assertIn("Cancelled late", " ".join(seats[0]._tierslieu_back_said()))
        self.assertClean()

    def test_it_takes_place_after_all(self):
        _order, seat = self.buy()
        with self.late():
            self.event.kanban_state = "cancel"
            self.event.kanban_state = "normal"
            self.assertEqual(seat._tierslieu_state_said()[0], "Valid")
            seat.tierslieu_give_up()
            self.assertEqual((seat.tierslieu_fee_percent, seat.tierslieu_refund_ids.amount), (50.0, 6.0))


@tagged("post_install", "-at_install")
class TestSeatReadings(EventCase):
    """What the seats of one order share is read once for all of them."""

    def setUp(self):
        super().setUp()
        self.event.seats_max = 100
        self.event.tierslieu_policy_id = self.env["tierslieu.cancellation.policy"].create({"name": "Rien"})

    def add(self, order, number):
        return self.registrations.create(
            [
                {
                    "event_id": self.event.id, "event_ticket_id": self.full.id, "name": f"Seat {nth}",
                    "sale_order_id": order.id, "sale_order_line_id": order.order_line.id,
                }
                for nth in range(number)
            ]
        )

    def test_the_place_is_read_once(self):
        order, place = self.cart_of(self.alice, self.full), self.place
        orders, events = type(order), type(self.event)
        with (
            patch.object(orders, "_tierslieu_seats_place", autospec=True, return_value=place) as places,
            patch.object(events, "_tierslieu_terms", autospec=True, return_value={"name": "Rien"}) as terms,
        ):
            seats = self.add(order, 11)
        self.assertEqual((places.call_count, terms.call_count), (1, 1))
        until = fields.Datetime.now() + timedelta(minutes=place.hold_minutes)
        self.assertEqual(set(seats.mapped("tierslieu_hold_until")), {until})
        self.assertEqual(seats.mapped("tierslieu_terms"), [{"name": "Rien"}] * 11)

    def test_each_order_has_its_own(self):
        """Seats of a cart are held, those of none are had."""
        cart = self.cart_of(self.alice, self.full)
        values = {"event_id": self.event.id, "event_ticket_id": self.full.id, "name": "Somebody"}
        held, had = self.registrations.create(
            [values | {"sale_order_id": cart.id, "sale_order_line_id": cart.order_line.id}, values]
        )
        self.assertTrue(held.tierslieu_hold_until)
        self.assertFalse(had.tierslieu_hold_until)
        self.assertEqual(held.tierslieu_terms, had.tierslieu_terms)

    def test_queries_of_one_seat_more(self):
        order = self.cart_of(self.alice, self.full)
        counted = []
        for number in (1, 11):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.add(order, number)
            self.env.flush_all()
            counted.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual((counted[1] - counted[0]) / 10, 5, counted)
