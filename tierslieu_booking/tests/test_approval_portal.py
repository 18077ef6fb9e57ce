from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .credits_common import CreditsWebCase


@tagged("-at_install", "post_install")
class TestApprovalPortal(CreditsWebCase):
    """A member asks, follows, pays once the team has agreed; nobody gets round it by an address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lounge.approval = "always"

    def ask(self, user=None, **values):
        self.new_visitor(user or self.alix)
        answer = self.hold(self.lounge, **values)
        self.env.invalidate_all()
        return answer.headers["Location"], self.Booking.search([], order="id desc", limit=1)

    def test_asked_agreed_paid(self):
        self.new_visitor(self.alix)
        page = self.text(f"/book/{self.lounge.id}?day={self.day}")
        self.assertIn("The team agrees to each booking here first", page)
        self.assertIn("Ask · ", page)
        where, booking = self.ask()
        self.assertTrue(where.endswith(f"/my/bookings/{booking.id}"), where)
        self.assertEqual((booking.approval, bool(booking.sale_line_ids)), ("asked", False))
        page = self.text(where)
        self.assertIn("Your request is with the team", page)
        self.assertIn("Withdraw this request", page)
        self.assertNotIn("/shop/cart\" class=\"btn", page)
        self.assertIn("To be approved by the team", self.text("/my/bookings"))
        booking.with_user(self.env.ref("base.user_admin")).action_approve()
        self.env.flush_all()
        page = self.text(where)
        self.assertIn("The team agrees. Pay before", page)
        answer = self.post(f"/my/bookings/{booking.id}/pay")
        self.assertIn("/shop/checkout", answer.headers["Location"])
        self.env.invalidate_all()
        order = booking.sale_order_id
        self.assertEqual((order.amount_total, order.partner_id), (8.0, self.alix.partner_id))
        self.assertIn(self.lounge.name, self.text("/shop/cart"))
        # Another browser of the same person takes it along.
        self.new_visitor(self.alix)
        self.post(f"/my/bookings/{booking.id}/pay")
        self.env.invalidate_all()
        self.assertEqual(booking.state, "hold")
        self.assertEqual(booking.sale_order_id.order_line.tierslieu_booking_id, booking)

    def test_asked_twice_is_asked_once(self):
        first = self.ask()
        self.assertEqual(self.ask(), first)
        self.assertEqual(self.Booking.search_count([("approval", "=", "asked")]), 1)

    def test_withdrawn(self):
        _where, booking = self.ask()
        self.assertIn("You will owe nothing", self.text(f"/my/bookings/{booking.id}/cancel"))
        self.post(f"/my/bookings/{booking.id}/cancel")
        self.env.invalidate_all()
        self.assertEqual((booking.state, booking.approval), ("cancelled", "withdrawn"))
        self.assertIn("Request withdrawn", self.text("/my/bookings?tab=cancelled"))

    def test_a_visitor_logs_in_first(self):
        self.new_visitor()
        answer = self.assertWritesNothing(lambda: self.hold(self.lounge))
        self.assertIn("log in or create your account", self.text(answer.headers["Location"]))

    def test_credits_do_not_confirm_it(self):
        self.env["tierslieu.credit.value"].create(
            {"type_id": self.tickets.id, "space_id": self.lounge.id, "time_unit": "hour", "amount": 1}
        )
        lot = self.grant(self.alix)
        _where, booking = self.ask()
        self.assertEqual((booking.state, booking.approval, lot.balance), ("hold", "asked", 9.0))
        self.post(f"/my/bookings/{booking.id}/cancel")
        self.env.invalidate_all()
        self.assertEqual(lot.balance, 10.0)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_hostile(self):
        _where, booking = self.ask()
        pay = f"/my/bookings/{booking.id}/pay"
        # Their own, too early: one sentence, nothing in a cart.
        answer = self.post(pay)
        self.assertTrue(answer.headers["Location"].endswith(f"/my/bookings/{booking.id}"))
        self.env.invalidate_all()
        self.assertFalse(booking.sale_line_ids)
        self.assertIn("has not agreed", self.text(f"/my/bookings/{booking.id}"))
        # Without a token, and by the address alone.
        self.assertIn(self.post(pay, csrf=False).status_code, (400, 403))
        self.assertEqual(self.url_open(pay, allow_redirects=False).status_code, 405)
        # By RPC.
        for name in ("action_confirm", "action_approve", "action_refuse"):
            answer = self.make_jsonrpc_request_raw(name, booking)
            self.assertIn("error", answer)
        self.env.invalidate_all()
        self.assertEqual((booking.state, booking.approval), ("hold", "asked"))
        # Somebody else's does not exist.
        booking.with_user(self.env.ref("base.user_admin")).action_approve()
        self.new_visitor(self.noe)
        self.assertEqual(self.post(pay).status_code, 404)
        for number in ("0", "9" * 12):
            self.assertEqual(self.post(f"/my/bookings/{number}/pay").status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(booking.sale_line_ids)
        # Theirs, too late.
        booking._transition("hold", hold_until=booking.held_at - timedelta(hours=1))
        self.env.flush_all()
        self.new_visitor(self.alix)
        self.post(pay)
        self.assertIn("no longer kept", self.text(f"/my/bookings/{booking.id}"))

    def make_jsonrpc_request_raw(self, name, booking):
        payload = {
            "jsonrpc": "2.0", "method": "call", "id": 1,
            "params": {"model": "tierslieu.booking", "method": name, "args": [booking.ids], "kwargs": {}},
        }
        return self.url_open(f"/web/dataset/call_kw/tierslieu.booking/{name}", json=payload, timeout=60).json()
