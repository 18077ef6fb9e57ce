from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import crossed

from .cancel_common import CancelCase


@tagged("post_install", "-at_install")
class TestCancelFee(CancelCase):
    """What cancelling late costs: exact in the books and in the VAT, once."""

    def test_in_time_costs_nothing(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        with self.late(booking, 24):
            self.assertEqual(booking.cancelling_now()["fee"], 0)
            booking.action_cancel()
        self.assertEqual((booking.fee_amount, booking.amount_owed), (0, 0))
        self.assertFalse(booking.fee_at)
        self.assertEqual(booking.refund_ids.amount, 16.0)
        self.assertEqual(self.charged(booking), {})
        self.assertClean()

    def test_a_second_after_the_limit_costs_half(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        with self.late(booking, 24 - 1 / 3600):
            booking.action_cancel()
        self.assertEqual((booking.fee_percent, booking.fee_amount, booking.amount_owed), (50, 8, 8))
        [credit] = booking.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
        self.assertEqual(credit.amount_total, 8.0)
        self.assertEqual(self.charged(booking), {20: self.split_vat(8, 20)})
        self.assertEqual((booking.refund_ids.amount, booking.refund_ids.state), (8.0, "pending"))
        self.assertEqual(booking.payment_status, "paid")
        self.send_refunds(booking)
        self.assertEqual(booking.refund_ids.state, "done")
        self.assertEqual(self.owed(self.alice), 0)
        self.assertClean()

    def test_every_fee_paid_every_way_with_two_rates_of_vat(self):
        """The fee, its VAT at each rate, and what comes back, for what was paid, billed or neither."""
        self.desks.cancellation_policy_id = self.policy
        percents, ways = (0, 33, 50, 100), ("card", "billed", "nothing")
        for percent, how in crossed(percents, ways):
            self.policy.step_ids.unlink()
            self.policy.step_ids = [(0, 0, {"hours": 24, "fee": percent})]
            with self.subTest(percent=percent, how=how):
                self.one_story(7 + percents.index(percent) * 7 + ways.index(how), percent, how)

    def one_story(self, day, percent, how):
        customer = self.env["res.partner"].create({"name": f"{how} {percent}", "email": "c@lequai.example"})
        room = self.reserve(self.room, self.at(day, 10), 2.5, partner=customer)
        desk = self.reserve(self.desks, self.at(day, 9), 3.5, partner=customer)
        self.assertEqual((room.amount_total, desk.amount_total), (20.0, 10.5))
        if how == "card":
            self.paid(room, desk)
        elif how == "billed":
            (room | desk).action_confirm()
            (room | desk).with_user(self.host).action_invoice()
        else:
            (room | desk).action_confirm()
        self.env.invalidate_all()
        with self.late(desk):
            (room | desk).action_cancel()
        self.env.invalidate_all()
        fees = {0: (0, 0), 33: (6.6, 3.47), 50: (10, 5.25), 100: (20, 10.5)}[percent]
        self.assertEqual((room.fee_amount, desk.fee_amount), fees)
        wanted = {rate: self.split_vat(fee, rate) for fee, rate in zip(fees, (20, 10), strict=True) if fee}
        if how == "nothing" and percent:
            self.assertEqual({b.payment_status for b in room | desk}, {"to_invoice"})
            self.assertEqual((room | desk)._amount_due(), sum(fees))
            (room | desk).with_user(self.host).action_invoice()
            self.env.invalidate_all()
        self.assertEqual(self.charged(room, desk), wanted)
        back = round(30.5 - sum(fees), 2) if how == "card" else 0
        self.assertEqual(round(sum((room | desk).refund_ids.mapped("amount")), 2), back)
        self.send_refunds(room)
        self.assertEqual(self.owed(customer), 0 if how == "card" else round(sum(fees), 2))
        status = "credited" if how != "nothing" else "none"
        expected = ("paid" if how == "card" else "to_pay") if percent else status
        self.assertEqual({b.payment_status for b in room | desk}, {expected})
        self.assertClean()

    def test_paid_by_card_and_not_invoiced_yet(self):
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "False")
        room = self.reserve(self.room, self.at(3, 10), 2)
        desk = self.reserve(self.desks, self.at(3, 10), 2)
        order = self.cart(room, desk)
        self.pay(order)
        self.assertFalse(room.invoice_ids)
        with self.late(room):
            room.action_cancel()
        self.assertEqual(order.amount_total, 14.0)
        self.assertEqual(room.refund_ids.amount, 8.0)
        self.assertEqual(room.payment_status, "to_invoice")
        room.with_user(self.host).action_invoice()
        self.env.invalidate_all()
        self.assertEqual(self.charged(room), {20: self.split_vat(8, 20), 10: self.split_vat(6, 10)})
        self.send_refunds(room)
        self.assertEqual(self.owed(self.alice), 0)
        self.assertClean()

    def test_lines_of_one_booking_add_up_to_the_fee(self):
        """A day and two hours: 33 % of each to the cent, of all to the cent."""
        self.room.cancellation_policy_id = self.a_policy([(24, 33)])
        self.products["room_hour"].list_price = 7.77
        booking = self.reserve(self.room, self.at(3, 9), 2)
        two_days = self.reserve(self.room, self.at(8, 9), 25)
        self.assertGreater(len(two_days.line_ids), 1)
        for each in (booking, two_days):
            self.paid(each)
            with self.late(each):
                each.action_cancel()
            wanted = round(each.amount_total * 33 / 100 + 1e-9, 2)
            self.assertAlmostEqual(each.fee_amount, wanted, 2)
            self.assertAlmostEqual(sum(each.line_ids.mapped("fee_amount")), wanted, 2)
            self.assertAlmostEqual(sum(self.charged(each)[20]), wanted, 2)
            self.assertAlmostEqual(each.refund_ids.amount, each.amount_total - wanted, 2)
        self.assertClean()

    def test_part_of_an_invoice_was_paid(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.billed(booking)
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=booking.invoice_ids.ids
        ).create({"amount": 10, "journal_id": self.bank.id})
        wizard.action_create_payments()
        with self.late(booking):
            self.assertIn("back 2.00 € on", self.say(booking.cancelling_now()["sentence"]))
            booking.action_cancel()
        self.assertEqual(sum(booking.refund_ids.mapped("amount")), 2.0)
        self.assertEqual(booking.refund_ids.state, "manual")
        self.assertEqual(self.owed(self.alice), -2.0)
        self.assertClean()

    def test_holds_and_carts_never_cost_anything(self):
        held = self.reserve(self.room, self.at(0, 9), 1)
        in_cart = self.reserve(self.room, self.at(0, 11), 1)
        self.cart(in_cart)
        for booking in (held, in_cart):
            self.assertEqual(booking.cancelling_now()["percent"], 0)
            booking.action_cancel()
            self.assertEqual((booking.state, booking.fee_amount, booking.amount_owed), ("cancelled", 0, 0))
        draft = self.Booking.create(
            {"space_id": self.room.id, "partner_id": self.alice.id, "start": self.at(0, 14), "stop": self.at(0, 15)}
        )
        draft.action_cancel()
        self.assertFalse(draft.fee_at)
        self.assertClean()

    def test_twice_is_once(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        with self.late(booking):
            booking.action_cancel()
        with self.late(booking, 1):
            booking.action_cancel()
            booking.with_user(self.host).action_cancel(waive="Once more")
        self.assertEqual((booking.fee_percent, booking.fee_amount), (50, 8))
        self.assertEqual((len(booking.invoice_ids), booking.refund_ids.amount), (2, 8.0))
        self.assertFalse(self.env["tierslieu.override"].search([("res_id", "=", booking.id)]))

    def test_what_comes_back_stays_on_account_and_pays_the_next_invoice(self):
        self.policy.back = "credit"
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        with self.late(booking):
            self.assertIn("8.00 € stay on your account", self.say(booking.cancelling_now()["sentence"]))
            booking.action_cancel()
        self.assertEqual((booking.refund_ids.state, booking.refund_ids.amount), ("kept", 8.0))
        self.assertIn("stay on your account", " ".join(booking._over_said()))
        self.send_refunds(booking)
        self.assertEqual((booking.refund_ids.state, self.owed(self.alice)), ("kept", -8.0))
        self.assertFalse(booking.refund_ids.activity_id)
        other = self.reserve(self.lounge, self.at(4, 10), 2)
        self.billed(other)
        self.assertEqual(other.invoice_ids.amount_residual, 8.0)
        self.assertEqual(self.owed(self.alice), 8.0)
        self.assertClean()

    def test_kept_of_a_payment_that_no_invoice_carries(self):
        """Another cancellation of the same order does not send what is kept."""
        self.policy.back = "credit"
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "False")
        room = self.reserve(self.room, self.at(3, 10), 2)
        desk = self.reserve(self.desks, self.at(3, 10), 2)
        self.paid(room, desk)
        with self.late(room):
            room.action_cancel()
        desk.action_cancel()
        self.assertEqual((room.refund_ids.state, room.refund_ids.amount), ("kept", 8.0))
        self.assertEqual((desk.refund_ids.state, desk.refund_ids.amount), ("pending", 6.0))
        self.assertClean()

    def test_nothing_comes_back(self):
        self.room.cancellation_policy_id = self.a_policy([], back="nothing")
        booking = self.reserve(self.room, self.at(4, 10), 2)
        self.paid(booking)
        self.assertEqual(booking.cancelling_now()["fee"], 16.0)
        booking.action_cancel()
        self.assertFalse(booking.refund_ids)
        self.assertEqual((len(booking.invoice_ids), booking.fee_amount), (1, 16.0))
        self.assertEqual(booking.payment_status, "paid")
        self.assertClean()

    def test_the_team_sets_the_policy_aside(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        with self.late(booking):
            with self.assertRaisesRegex(UserError, "Only the team"):
                self.owner(booking).action_cancel(waive="I would like that")
            with self.assertRaisesRegex(UserError, "Say why"):
                booking.with_user(self.host).action_cancel(waive=" ")
            self.assertEqual(booking.state, "confirmed")
            booking.with_user(self.host).action_cancel(waive="The heating broke down")
        self.assertEqual((booking.fee_amount, booking.refund_ids.amount), (0, 16.0))
        listed = self.env["tierslieu.override"].search([("res_id", "=", booking.id)])
        self.assertEqual((listed.reason, listed.user_id), ("The heating broke down", self.host))
        self.assertIn("50", listed.rule)
        self.assertClean()

    def test_the_team_gives_the_fee_back_later(self):
        for back in ("payment", "credit"):
            with self.subTest(back):
                self.policy.back = back
                booking = self.reserve(self.room, self.at(3, 10), 2)
                self.paid(booking)
                with self.late(booking):
                    booking.action_cancel()
                wizard = self.env["tierslieu.booking.cancel"].with_user(self.host).create(
                    {"booking_id": booking.id, "decision": "waive", "reason": "They were ill"}
                )
                for _nth in range(2):
                    wizard.action_cancel_booking()
                self.env.invalidate_all()
                self.assertEqual((booking.fee_amount, booking.amount_owed, booking.is_waived), (0, 0, True))
                self.assertEqual(booking.refund_ids.sorted("id").mapped("amount"), [8.0, 8.0])
                self.assertEqual(self.charged(booking), {})
                self.assertEqual(
                    self.env["tierslieu.override"].search_count([("res_id", "=", booking.id)]), 1
                )
                self.assertClean()

    def test_an_order_that_is_cancelled_takes_its_fees_along(self):
        late = self.reserve(self.room, self.at(3, 10), 2)
        other = self.reserve(self.room, self.at(3, 14), 2)
        order = self.cart(late, other)
        order.action_confirm()
        with self.late(late):
            late.action_cancel()
            self.assertEqual(order.amount_total, 24.0)
            order._action_cancel()
        self.assertEqual({b.state for b in late | other}, {"cancelled"})
        self.assertEqual([b.amount_owed for b in late | other], [0, 0])
        self.assertEqual({b.payment_status for b in late | other}, {"none"})
        self.assertEqual(self.env["tierslieu.override"].search_count([("res_id", "in", (late | other).ids)]), 2)
        self.assertClean()

    def test_the_wizard_of_the_team(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        self.assertFalse(booking.cancel_asks)
        with self.late(booking):
            booking.invalidate_recordset()
            self.assertTrue(booking.cancel_asks)
            wizards = self.env["tierslieu.booking.cancel"].with_user(self.host)
            action = booking.with_user(self.host).action_ask_cancel()
            wizard = wizards.with_context(**action["context"]).create({})
            self.assertEqual(wizard.said, booking.cancelling_now()["sentence"])
            with self.assertRaises(UserError):
                wizards.create({"booking_id": booking.id, "decision": "waive"}).action_cancel_booking()
            wizard.action_cancel_booking()
        self.assertEqual((booking.state, booking.fee_amount), ("cancelled", 8.0))

    def test_the_fee_is_taken_at_the_desk(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        booking.action_confirm()
        with self.late(booking):
            booking.with_user(self.host).action_cancel()
            till = self.env["tierslieu.collect"].with_user(self.host).create(
                {"booking_ids": [(6, 0, booking.ids)], "journal": str(self.bank.id)}
            )
            self.assertEqual(till.amount, 8.0)
            till.action_collect()
        self.env.invalidate_all()
        self.assertEqual(booking.payment_status, "paid")
        [line] = booking.invoice_ids.invoice_line_ids
        self.assertIn("Cancelled late: 50", line.name)
        self.assertClean()

    def test_a_dearer_slot_that_was_paid_for(self):
        """The fee of what was moved is that of all that was paid: two orders, two invoices."""
        booking = self.reserve(self.room, self.at(3, 10), 1)
        self.paid(booking)
        change = booking._ask_move(self.at(4, 10), self.at(4, 13))
        order = self.env["sale.order"].create({"partner_id": self.alice.id, "website_id": self.website.id})
        order._tierslieu_add_change(change)
        self.pay(order)
        self.assertEqual((booking.amount_total, booking.start), (24.0, self.at(4, 10)))
        with self.late(booking):
            booking.action_cancel()
        self.assertEqual(self.charged(booking), {20: self.split_vat(12, 20)})
        self.assertEqual(round(sum(booking.refund_ids.mapped("amount")), 2), 12.0)
        self.send_refunds(booking)
        self.assertEqual(self.owed(self.alice), 0)
        self.assertClean()

    def test_after_it_began_the_team_cancels_at_the_last_step(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        with self.late(booking, -timedelta(minutes=30) / timedelta(hours=1)):
            with self.assertRaisesRegex(UserError, "has begun"):
                self.owner(booking).action_cancel()
            booking.with_user(self.host).action_cancel()
        self.assertEqual(booking.fee_amount, 16.0)
