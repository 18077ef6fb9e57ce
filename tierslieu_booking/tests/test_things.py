from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import demo_payment
from .credits_common import CreditsWebCase
from .test_months import lockers


@tagged("-at_install", "post_install")
class TestThings(CreditsWebCase):
    """What is not a room, each from its page to its invoice: page, cart, demo payment, invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        cls.provider, cls.method, _website = demo_payment(cls.env)
        cls.method.active = True
        cls.alix.partner_id.write(
            {"street": "1 quai", "city": "Nantes", "zip": "44000", "country_id": cls.env.ref("base.fr").id,
             "phone": "01 99 00 00 00"}
        )
        cls.team = new_test_user(cls.env, "team-things", groups="tierslieu_base.group_host")

    def a_space(self, name, kind, rates, units=1, **values):
        """Return a space of a kind with its rates, {unit of time: price}."""
        space = self.env["tierslieu.space"].create(
            {"name": name, "place_id": self.place.id, "kind": kind, "allocation": "all", "seats": 4}
            | ({"unit_count": units} if units else {}) | values
        )
        for unit, price in rates.items():
            product = self.env["product.product"].create(
                {"name": f"{name}, {unit}", "type": "service", "list_price": price, "invoice_policy": "order",
                 "taxes_id": [Command.set(self.taxes[20].ids)]}
            )
            self.env["tierslieu.rate"].create({"space_id": space.id, "time_unit": unit, "product_id": product.id})
        return space

    def last(self):
        self.env.invalidate_all()
        return self.Booking.search([], order="id desc", limit=1)

    def pay(self, booking):
        """Pay the cart of a booking through the pages, as the button of the demo provider does."""
        order = booking.sale_order_id
        self.assertIn(booking.space_id.name, self.text("/shop/cart"))
        self.assertIn(booking.space_id.name, self.text("/shop/payment"))
        answer = self.json(
            f"/shop/payment/transaction/{order.id}",
            {
                "access_token": order._portal_ensure_token(), "provider_id": self.provider.id,
                "payment_method_id": self.method.id, "token_id": None, "flow": "direct",
                "tokenization_requested": False, "landing_route": "/shop/payment/validate",
            },
        )
        self.json(
            "/payment/demo/simulate_payment",
            {"reference": answer["reference"], "payment_details": "1", "simulated_state": "done"},
        )
        order.transaction_ids._post_process()
        self.get("/shop/payment/validate")
        self.env.invalidate_all()

    def json(self, path, params):
        # The token of the order is given to the page by this transaction.
        self.env.flush_all()
        answer = self.url_open(
            path, json={"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}, timeout=60
        ).json()
        self.assertNotIn("error", answer)
        return answer.get("result")

    def assertInvoiced(self, booking, amount):
        self.assertEqual((booking.state, booking.payment_status), ("confirmed", "paid"))
        invoice = booking.invoice_ids
        self.assertEqual((invoice.move_type, invoice.state, invoice.amount_total), ("out_invoice", "posted", amount))
        self.assertIn(booking.space_id.name, invoice.invoice_line_ids.mapped("name")[0])
        self.assertEqual(set(booking.occupancy_ids.mapped("state")), {"firm"})
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])

    def test_a_locker_for_three_months(self):
        locker = lockers(self)
        self.new_visitor(self.alix)
        page = self.text(f"/book/{locker.id}?day={self.day}&length=3months")
        self.assertIn("3 months", page)
        [slot] = locker.day_slots(self.day, "3months", self.alix.partner_id)
        self.hold(locker, slot["start"], length="3months")
        booking = self.last()
        self.pay(booking)
        self.assertInvoiced(booking, 45.0)

    def test_a_machine_refused_then_trained_then_booked(self):
        laser = self.a_space("Laser", "machine", {"hour": 24}, length_min=0.5)
        kind = self.env["tierslieu.habilitation.kind"].create(
            {"name": "Laser", "way": "An hour with Driss.", "space_ids": [Command.set(laser.ids)]}
        )
        self.new_visitor(self.alix)
        self.assertIn("asks for the habilitation Laser", self.text(f"/book/{laser.id}?day={self.day}"))
        answer = self.assertWritesNothing(lambda: self.hold(laser, length="30"))
        self.assertIn("An hour with Driss.", self.text(answer.headers["Location"]))
        self.env["tierslieu.habilitation"].with_user(self.team).create(
            {"kind_id": kind.id, "partner_id": self.alix.partner_id.id}
        )
        self.env.flush_all()
        page = self.text(f"/book/{laser.id}?day={self.day}&length=30")
        self.assertNotIn("asks for the habilitation", page)
        self.assertIn("30 min", page)
        self.hold(laser, self.at(10), length="30")
        booking = self.last()
        self.pay(booking)
        self.assertInvoiced(booking, 12.0)

    def test_a_lounge_and_what_is_kept_free_around_it(self):
        salon = self.a_space("Petit bureau", "lounge", {"hour": 8}, buffer_before=30, buffer_after=30)
        self.new_visitor(self.alix)
        self.text(f"/book/{salon.id}?day={self.day}")
        self.hold(salon, self.at(10))
        booking = self.last()
        self.pay(booking)
        self.assertInvoiced(booking, 8.0)
        self.assertEqual(
            booking.occupancy_ids.mapped(lambda row: (row.start, row.stop)), [(self.at(9, 30), self.at(11, 30))]
        )
        # Right after it: one sentence; once it is cleared up: free.
        answer = self.hold(salon, self.at(11))
        self.assertIn("is taken", self.text(answer.headers["Location"]))
        slots = {slot["start"]: slot for slot in salon.day_slots(self.day, "60", self.alix.partner_id)}
        self.assertIn("Already taken", slots[self.at(11)]["reason"])
        self.assertTrue(slots[self.at(12)]["free"])

    def test_the_whole_place_for_an_evening(self):
        self.env["tierslieu.day.part"].create(
            {"place_id": self.place.id, "code": "evening", "hour_from": 18, "hour_to": 23}
        )
        evening = self.a_space(
            "The place in the evening", "hall", {"evening": 580}, units=0, approval="always", seats=80,
            unit_ids=[Command.set((self.room | self.lounge).unit_ids.ids)],
        )
        self.env.flush_all()
        self.new_visitor(self.alix)
        self.assertIn("The team agrees", self.text(f"/book/{evening.id}?day={self.day}&length=evening"))
        self.hold(evening, self.at(18), length="evening", people="70")
        booking = self.last()
        self.assertEqual((booking.approval, booking.amount_total, booking.people), ("asked", 580.0, 70))
        # Every room is kept meanwhile.
        self.assertEqual(booking.occupancy_ids.unit_id, (self.room | self.lounge).unit_ids)
        with self.assertRaisesRegex(UserError, "is taken|is open"):
            self.Booking.reserve(self.room, self.noe.partner_id, self.at(18), self.at(19))
        booking.with_user(self.team).action_approve()
        self.env.flush_all()
        self.post(f"/my/bookings/{booking.id}/pay")
        self.env.invalidate_all()
        self.pay(booking)
        self.assertInvoiced(booking, 580.0)
