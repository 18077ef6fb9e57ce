

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import EventCase, create_event


@tagged("post_install", "-at_install")
class TestSeats(EventCase):
    """Sold and held seats are never more than there are, whatever way they are asked for."""

    def refused(self, *args, **kwargs):
        with self.assertRaises(ValidationError) as caught, self.cr.savepoint():
            self.register(*args, **kwargs)
        self.env.invalidate_all()
        return str(caught.exception)

    def test_an_event_a_ticket_and_what_comes_back(self):
        self.register(self.reduced)
        second = self.register(self.reduced)
        self.assertIn("Tarif réduit: there is no seat left", self.refused(self.reduced))
        self.assertEqual(self.left(self.full), (1, 0))
        self.register(self.full)
        self.assertIn("Atelier vélo: there is no seat left", self.refused(self.full))
        second.action_cancel()
        self.assertEqual(self.left(self.reduced), (1, 0))
        again = self.register(self.full)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            second.action_confirm()
        self.env.invalidate_all()
        again.unlink()
        second.action_confirm()
        self.assertEqual(self.left(self.full), (0, 0))
        self.assertClean()

    def test_several_at_once_all_or_none(self):
        with self.assertRaisesRegex(ValidationError, "only 3 seats are left"), self.cr.savepoint():
            self.registrations.create([{"event_id": self.event.id, "name": str(nth)} for nth in range(4)])
        self.env.invalidate_all()
        self.registrations.create([{"event_id": self.event.id, "name": str(nth)} for nth in range(3)])
        self.assertEqual(self.left(), (0, 0))

    def test_one_that_changes_ticket_or_event(self):
        one = self.register(self.reduced)
        self.register(self.reduced)
        other = create_event(self.env, seats=1, tickets=[("Unique", 0, 5.0)])
        one.event_ticket_id = self.full
        self.assertEqual((self.left(self.reduced), self.left(self.full)), ((1, 0), (1, 0)))
        one.write({"event_id": other.id, "event_ticket_id": other.event_ticket_ids.id})
        self.assertEqual((self.left(self.full), self.left(event=other)), ((2, 0), (0, 0)))
        self.assertClean()

    def test_slots_have_the_seats_of_the_event_each(self):
        event = create_event(self.env, seats=2, tickets=[("Plein", 0, 0.0), ("Enfant", 1, 0.0)], slots=(10, 14))
        morning, afternoon = event.event_slot_ids.sorted("start_hour")
        adult, child = event.event_ticket_ids
        self.register(child, slot=morning)
        self.assertIn("Enfant", self.refused(child, slot=morning))
        self.register(child, slot=afternoon)
        self.register(adult, slot=morning)
        self.assertIn("no seat left", self.refused(adult, slot=morning))
        self.assertEqual([self.left(adult, slot, event)[0] for slot in (morning, afternoon)], [0, 1])
        self.assertEqual((morning.seats_available, afternoon.seats_available), (0, 1))

    def test_a_quota_over_tickets_and_one_ticket_in_two_quotas(self):
        event = create_event(self.env, tickets=[("Repas", 0, 0.0), ("Atelier", 0, 0.0), ("Les deux", 0, 0.0)])
        meal, workshop, both = event.event_ticket_ids
        quotas = self.env["tierslieu.event.quota"].create(
            [
                {"name": "Couverts", "event_id": event.id, "size": 2, "ticket_ids": [Command.set((meal | both).ids)]},
                {
                    "name": "Établis", "event_id": event.id, "size": 2,
                    "ticket_ids": [Command.set((workshop | both).ids)],
                },
            ]
        )
        self.register(meal)
        self.register(both)
        self.assertIn("Couverts", self.refused(meal))
        self.assertEqual([self.left(ticket, event=event)[0] for ticket in (meal, workshop, both)], [0, 1, 0])
        self.assertTrue(meal.is_sold_out and both.is_sold_out and not workshop.is_sold_out)
        self.register(workshop)
        self.assertEqual(quotas.mapped("seats_left"), [0, 0])
        quotas[0].size = 4
        self.register(meal)
        self.assertIn("Établis", self.refused(both))
        with self.assertRaisesRegex(ValidationError, "3 seats are sold or held"), self.cr.savepoint():
            quotas[0].size = 2
        self.assertClean()

    def test_limits_never_go_below_what_is_sold(self):
        self.register(self.full)
        self.register(self.full)
        with self.assertRaisesRegex(ValidationError, "2 seats are sold or held"), self.cr.savepoint():
            self.event.seats_max = 1
        self.env.invalidate_all()
        self.event.seats_max = 2
        self.refused(self.full)
        self.event.seats_limited = False
        self.register(self.full)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.event.write({"seats_limited": True, "seats_max": 2})

    def test_a_cart_holds_its_seats_for_a_while(self):
        order = self.cart_of(self.alice, self.full, 2)
        self.assertEqual(set(order._tierslieu_seats().mapped("state")), {"draft"})
        self.assertEqual(self.left(self.full), (1, 2))
        self.assertEqual((self.event.tierslieu_held, self.event.seats_available), (2, 1))
        self.register(self.full)
        self.assertIn("no seat left", self.refused(self.full))
        with self.later(minutes=16):
            self.assertEqual(self.left(self.full), (2, 0))
            self.register(self.full)
            order._tierslieu_drop_lapsed()
            self.assertFalse(order.order_line)
        self.assertClean()

    def test_paid_in_time_and_paid_too_late(self):
        order, other = self.cart_of(self.alice, self.full), self.cart_of(self.bob, self.full, 2)
        self.pay(order)
        self.assertEqual((order.state, order._tierslieu_seats().state), ("sale", "open"))
        with self.later(minutes=30):
            self.register(self.full)
            tx = self.pay(other)
            self.assertEqual((other.state, len(other._tierslieu_seats()), other.amount_total), ("sale", 1, 12.0))
            refund = self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)])
            self.assertEqual(refund.amount, 12.0)
            self.assertEqual(self.left(self.full), (0, 0))
            told = other.message_ids.filtered(lambda message: message.subject)
            self.assertIn("too late", told[:1].body)
        self.assertClean()

    def test_all_of_it_paid_too_late(self):
        other = self.cart_of(self.bob, self.full, 2)
        with self.later(minutes=30):
            for _nth in range(3):
                self.register(self.full)
            tx = self.pay(other)
            self.assertEqual(other.state, "cancel")
            refund = self.env["tierslieu.refund"].search([("transaction_id", "=", tx.id)])
            self.assertEqual(refund.amount, 24.0)
        self.assertClean()

    def test_orders_confirmed_in_the_back_office_count(self):
        for nth in range(2):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.alice.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.full.product_id.id, "product_uom_qty": 2,
                                "event_id": self.event.id, "event_ticket_id": self.full.id,
                            }
                        )
                    ],
                }
            )
            if nth:
                with self.assertRaises(ValidationError), self.cr.savepoint():
                    order.action_confirm()
                    self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(order.state, "draft")
            else:
                order.action_confirm()
                self.assertEqual(self.left(self.full), (1, 2))
        order = self.event.registration_ids.sale_order_id
        order._action_cancel()
        self.assertEqual(self.left(self.full), (3, 0))
        self.assertClean()
