from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

from .common import create_booking_data

NOW = datetime(2030, 1, 7, 7)  # a Monday, eight in Paris
NOISE = ("odoo.sql_db", "odoo.service.model")
TIMES = 3


@tagged("post_install", "-at_install", "race")
class TestCancelRaces(RaceCase):
    """A late cancellation asked for by several at the same instant costs once."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        data["desks"].unit_count = 100
        policy = env["tierslieu.cancellation.policy"].create(
            {"name": "Half", "step_ids": [(0, 0, {"hours": 24, "fee": 50})]}
        )
        (data["room"] | data["lounge"] | data["desks"]).cancellation_policy_id = policy
        cls.desks, cls.rooms = data["desks"].id, [data["room"].id, data["lounge"].id]
        cls.type = env["tierslieu.credit.type"].create(
            {"name": "Ticket", "value_ids": [(0, 0, {"space_id": cls.desks, "time_unit": "hour", "amount": 1})]}
        ).id

    def setUp(self):
        super().setUp()
        clock = patch("odoo.fields.Datetime.now", lambda: NOW)
        clock.start()
        self.addCleanup(clock.stop)

    def booked(self, space, hour=3, credits_of=None):
        """Commit a firm booking; billed when it costs money. Return (booking, lot)."""
        with self.committed() as env:
            partner = env["res.partner"].create({"name": "Contender"})
            lot = env["tierslieu.credit.lot"]
            if credits_of:
                lot = lot._grant(
                    env["tierslieu.credit.type"].browse(self.type), partner, credits_of, valid_from=date(2030, 1, 1)
                )
            start = NOW + timedelta(hours=hour)
            booking = env["tierslieu.booking"].reserve(space, partner, start, start + timedelta(hours=1))
            booking.action_confirm()
            if booking.amount_total:
                booking._invoice()
            return booking.id, lot.id

    def at_once(self, *actions, work=0.1):
        with self.expected_logs(*NOISE):
            return self.race(len(actions), lambda env, nth: actions[nth](env), work=work)

    def cancel(self, booking):
        return lambda env: env["tierslieu.booking"].browse(booking).action_cancel()

    def test_cancelled_late_by_four_at_once(self):
        for nth in range(TIMES):
            booking, lot = self.booked(self.desks, credits_of=2)
            billed, _none = self.booked(self.rooms[nth % 2], hour=2 + nth // 2)
            for each in (booking, billed):
                outcomes = self.at_once(*[self.cancel(each)] * 4)
                self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
            with self.committed() as env:
                moves = env["tierslieu.credit.lot"].browse(lot).move_ids.sorted("id")
                self.assertEqual(moves.mapped("kind"), ["grant", "consume", "return", "return", "fee"])
                self.assertEqual(sum(moves.mapped("amount")), 1.5)
                record = env["tierslieu.booking"].browse(billed)
                self.assertEqual((record.fee_amount, len(record.invoice_ids)), (4.0, 2))
                self.assertEqual(sum(record.invoice_ids.mapped("amount_residual")), 4.0)
        self.assertIntegrity()

    def test_cancelled_while_nobody_came(self):
        """The host notes a no-show while another cancels: one fee, of one of the two."""
        for _nth in range(TIMES):
            booking, lot = self.booked(self.desks, hour=3, credits_of=2)
            with patch("odoo.fields.Datetime.now", lambda: NOW + timedelta(hours=3, minutes=30)):
                outcomes = self.at_once(
                    self.cancel(booking), lambda env, key=booking: env["tierslieu.booking"].browse(key).action_no_show()
                )
            self.assertTrue(any(outcome.won for outcome in outcomes), outcomes)
            with self.committed() as env:
                record = env["tierslieu.booking"].browse(booking)
                left = sum(env["tierslieu.credit.lot"].browse(lot).move_ids.mapped("amount"))
                self.assertEqual(left, {"cancelled": 1.5, "no_show": 1.0}[record.state])
        self.assertIntegrity()

    # -- Without the row of the lot, nor that of the booking

    def settle(self, booking):
        return lambda env: env["tierslieu.booking"].browse(booking)._return_credits()

    def charged(self):
        """Commit a booking whose fee is decided and not settled yet; return (booking, lot)."""
        booking, lot = self.booked(self.desks, credits_of=1)
        with self.committed() as env:
            record = env["tierslieu.booking"].browse(booking)
            record._charge(record._fee_now())
        return booking, lot

    def fees(self, lot):
        with self.committed() as env:
            return env["tierslieu.credit.lot"].browse(lot).move_ids.mapped("kind").count("fee"), sum(
                env["tierslieu.credit.lot"].browse(lot).move_ids.mapped("amount")
            )

    def test_settled_by_four_at_once(self):
        booking, lot = self.charged()
        self.at_once(*[self.settle(booking)] * 4)
        self.assertEqual(self.fees(lot)[1], 0.5)

    @heavy
    def test_control_settled_at_once(self):
        booking, lot = self.charged()

        def post(lot, kind, amount, booking=None, reason=None, invoice_line=None):
            return lot.env["tierslieu.credit.move"].sudo().create(
                {"lot_id": lot.id, "kind": kind, "amount": float(amount), "booking_id": booking and booking.id}
            )

        with patch.object(self.registry["tierslieu.credit.lot"], "_post", post):
            self.at_once(*[self.settle(booking)] * 4, work=0.5)
        self.assertGreater(self.fees(lot)[1], 0.5, "The control run shows no race")
