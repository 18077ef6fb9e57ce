from odoo import Command
from odoo.tests import tagged

from .change_common import ChangeCase
from .test_extras import ExtrasCase


def named(order, **found):
    """Return who each line of an order is of, in the order that people read, by the names given to bookings."""
    order.env.flush_all()
    order.env.invalidate_all()
    names = {booking: name for name, booking in found.items()}
    return [names.get(line.tierslieu_booking_id, "-") for line in order.order_line]


@tagged("post_install", "-at_install")
class TestCartOrder(ExtrasCase):
    """What goes with a booking stays below it, whenever it is added."""

    def two(self):
        """Return a cart with a room, an article of the shop and a desk."""
        room = self.reserve(self.room, self.at(2, 10), 2)
        desk = self.reserve(self.desks, self.at(2, 10), 2)
        order = self.cart(room)
        article = self.env["product.product"].create(
            {
                "name": "Cup", "list_price": 3, "type": "service", "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )
        order.order_line = [Command.create({"product_id": article.id, "product_uom_qty": 1})]
        order._tierslieu_add(desk)
        return order, room, desk

    def test_one_line_more_in_the_cart(self):
        order, room, desk = self.two()
        self.assertEqual(named(order, room=room, desk=desk), ["room", "-", "desk"])
        room.with_user(self.host).action_set_extras([self.projector.id])
        self.assertEqual(named(order, room=room, desk=desk), ["room", "room", "-", "desk"])
        self.assertIn("Projector", order.order_line[1].name)
        other = self.reserve(self.lounge, self.at(2, 10), 1)
        order._tierslieu_add(other)
        desk.with_user(self.host).action_set_extras([self.phone.id])
        self.assertEqual(
            named(order, room=room, desk=desk, other=other), ["room", "room", "-", "desk", "desk", "other"]
        )
        self.assertEqual(order.amount_total, room.amount_total + desk.amount_total + other.amount_total + 3)

    def test_one_line_more_once_it_is_invoiced(self):
        order, room, desk = self.two()
        self.pay(order)
        self.assertEqual(order.state, "sale")
        room.with_user(self.host).action_set_extras([self.projector.id])
        self.assertEqual(named(order, room=room, desk=desk), ["room", "room", "room", "-", "desk"])
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [0, 1, 1, 1, 1])
        self.assertClean()


@tagged("post_install", "-at_install")
class TestCartOrderOfMoves(ChangeCase):
    def test_a_move_and_a_booking_in_one_cart(self):
        """The new price and what it replaces follow each other."""
        change = self.ask(self.at(2, 9), 4)
        order = self.order(change)
        desk = self.reserve(self.desks, self.at(3, 10), 2, self.member.partner_id)
        order._tierslieu_add(desk)
        self.assertEqual(named(order, move=self.booking, desk=desk), ["move", "move", "desk"])
        self.assertEqual([line.tierslieu_amount > 0 for line in order.order_line], [True, False, True])
