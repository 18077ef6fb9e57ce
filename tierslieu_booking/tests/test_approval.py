from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import BookingCase


class ApprovalCase(BookingCase):
    """The lounge is booked with the agreement of the team; Zoé has an account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe_user = new_test_user(
            cls.env, "zoe-approval", groups="base.group_portal", name="Zoé", email="zoe@lequai.example", lang="en_US"
        )
        cls.zoe = cls.zoe_user.partner_id
        cls.lounge.approval = "always"
        # As the website does: with the rights of the system, in the name of who asks.
        cls.as_zoe = cls.Booking.with_user(cls.zoe_user).sudo()

    def ask(self, start=None, hours=2, space=None, **options):
        start = start or self.at(2, 14)
        space = (space or self.lounge).with_env(self.as_zoe.env)
        return self.as_zoe.reserve(space, self.zoe, start, start + timedelta(hours=hours), **options)

    def as_host(self, booking):
        return booking.with_user(self.host)

    def mails(self, partner=None):
        self.env.flush_all()
        return self.env["mail.mail"].search([("recipient_ids", "in", (partner or self.zoe).ids)], order="id")

    def a_lot(self, amount=10):
        kind = self.env["tierslieu.credit.type"].create({"name": "Ticket"})
        self.env["tierslieu.credit.value"].create(
            {"type_id": kind.id, "space_id": self.lounge.id, "time_unit": "hour", "amount": 1}
        )
        return self.env["tierslieu.credit.lot"]._grant(kind, self.zoe, amount)


@tagged("-at_install", "post_install")
class TestApproval(ApprovalCase):
    """Asked, kept, answered, paid: each door leads through the team."""

    def test_a_request_keeps_its_slot_without_an_end(self):
        booking = self.ask()
        self.assertEqual((booking.state, booking.approval, booking.hold_until), ("hold", "asked", False))
        self.assertEqual(booking.amount_total, 16)
        self.assertEqual(booking.occupancy_ids.mapped(lambda row: (row.state, row.hold_until)), [("hold", False)])
        with freeze_time(fields.Datetime.now() + timedelta(hours=30)):
            self.run_cron("cron_expire_holds")
            self.assertEqual(booking.state, "hold")
            with self.assertRaisesRegex(UserError, "is taken"):
                self.reserve(self.lounge, self.at(2, 15), partner=self.bruno)
        self.assertIn("your request is with the team", self.mails()[-1].subject)
        self.assertClean()

    def test_the_team_needs_nobody_s_agreement(self):
        start = self.at(2, 14)
        booking = self.Booking.with_user(self.host).reserve(self.lounge, self.alice, start, self.at(2, 15))
        self.assertFalse(booking.approval)
        booking.action_confirm()
        self.assertEqual(booking.state, "confirmed")

    def test_agreed_then_to_pay_for_two_days(self):
        booking = self.ask()
        self.as_host(booking).action_approve()
        self.assertEqual((booking.state, booking.approval), ("hold", "granted"))
        self.assertEqual(booking.hold_until, fields.Datetime.now() + timedelta(hours=48))
        soon = self.ask(self.at(1, 14))
        self.as_host(soon).action_approve()
        self.assertEqual(soon.hold_until, self.at(1, 14), "not later than it begins")
        later = self.ask(self.at(9, 14))
        self.as_host(later).action_approve()
        until = fields.Datetime.now() + timedelta(hours=48)
        self.assertEqual(later.hold_until, until)
        self.assertEqual(later.occupancy_ids.mapped("hold_until"), [until])
        self.as_host(later).action_approve()
        self.assertEqual(later.hold_until, until, "twice is once")
        mail = self.mails()[-1]
        self.assertIn("agreed", mail.subject)
        self.assertIn(f"/my/bookings/{later.id}", mail.body_html)
        self.assertIn("Wednesday, January 13", mail.body_html)
        self.assertClean()

    def test_the_time_to_pay_is_a_setting_of_the_place(self):
        self.place.approval_hours = 6
        booking = self.ask(self.at(9, 14))
        self.as_host(booking).action_approve()
        self.assertEqual(booking.hold_until, fields.Datetime.now() + timedelta(hours=6))

    def test_what_is_not_paid_in_time_is_free_and_told_once(self):
        booking = self.ask(self.at(9, 14))
        self.as_host(booking).action_approve()
        with freeze_time(fields.Datetime.now() + timedelta(hours=49)):
            self.run_cron("cron_expire_holds")
            self.assertEqual((booking.state, booking.approval), ("expired", "granted"))
            self.run_cron("cron_approvals")
            self.assertEqual(booking.approval, "unpaid")
            count = len(self.mails())
            self.assertIn("its payment has not come", self.mails()[-1].body_html)
            self.run_cron("cron_approvals")
            self.assertEqual(len(self.mails()), count)
            self.assertTrue(self.lounge.free_count(self.at(9, 14), self.at(9, 16)))

    def test_firm_at_once_when_nothing_is_paid_first(self):
        self.a_lot()
        booking = self.ask()
        self.assertEqual((booking.amount_total, self.zoe.credit_balance(booking.line_ids.credit_type_id)), (0, 8))
        self.assertFalse(booking._settle_by_credits(), "credits do not stand in for the team")
        self.as_host(booking).action_approve()
        self.assertEqual(booking.state, "confirmed")
        self.assertIn("it is booked", self.mails()[-1].subject)
        self.zoe.property_payment_term_id = self.env.ref("account.account_payment_term_30days")
        invoiced = self.ask(self.at(3, 14), use_credits=False)
        self.as_host(invoiced).action_approve()
        self.assertEqual((invoiced.state, invoiced.payment_status), ("confirmed", "to_invoice"))
        self.assertClean()

    def test_refused_with_a_reason(self):
        lot = self.a_lot()
        booking = self.ask()
        action = self.as_host(booking).action_refuse()
        self.assertEqual(action["res_model"], "tierslieu.approval.refusal")
        wizard = self.env["tierslieu.approval.refusal"].with_user(self.host).with_context(**action["context"])
        wizard.create({"reason": "The caretaker is away"}).action_refuse()
        self.assertEqual((booking.state, booking.approval), ("cancelled", "refused"))
        self.assertEqual(lot.balance, 10)
        self.assertTrue(self.lounge.free_count(self.at(2, 14), self.at(2, 16)))
        mail = self.mails()[-1]
        self.assertIn("The caretaker is away", mail.body_html)
        self.assertIn("You get 2 × Ticket back", mail.body_html)
        with self.assertRaisesRegex(UserError, "waits for no answer"):
            self.as_host(booking).action_approve()
        self.assertClean()

    def test_withdrawn_by_who_asked(self):
        lot = self.a_lot()
        booking = self.ask(hold_source="abc")
        booking.action_cancel(reason="Cancelled by the customer")
        self.assertEqual((booking.state, booking.approval, lot.balance), ("cancelled", "withdrawn", 10))
        tab, _order = self.Booking._portal_tabs()["cancelled"]
        self.assertTrue(booking.filtered_domain(tab))
        with self.assertRaisesRegex(UserError, "waits for no answer"):
            self.as_host(booking).action_refuse("Too late")

    def test_nobody_but_the_team_confirms(self):
        booking = self.ask()
        for call in (booking.action_confirm, booking._make_firm):
            with self.assertRaisesRegex(UserError, "has not agreed"), self.cr.savepoint():
                call()
        for name in ("action_approve", "action_refuse", "action_confirm"):
            with self.assertRaises(AccessError if name == "action_confirm" else UserError), self.cr.savepoint():
                call_kw(self.Booking.with_user(self.zoe_user), name, [booking.ids], {})
        self.assertEqual((booking.state, booking.approval), ("hold", "asked"))
        # Nor do their own words count: they write no booking at all.
        with self.assertRaises(AccessError):
            booking.with_user(self.zoe_user).write({"note": "granted"})
        with self.assertRaisesRegex(UserError, "follow its actions"):
            self.as_host(booking).write({"approval": "granted"})
        self.as_host(booking).action_confirm()
        self.assertEqual((booking.state, booking.approval), ("confirmed", "granted"))

    def test_no_cart_takes_it_before_the_team_does(self):
        booking = self.ask()
        order = self.env["sale.order"].create({"partner_id": self.zoe.id})
        for call in (
            lambda: order._tierslieu_add(booking),
            lambda: booking._put_in_cart(order),
            lambda: self.env["sale.order.line"].create(booking._order_line_values(order)),
        ):
            with self.assertRaisesRegex(UserError, "has not agreed"), self.cr.savepoint():
                call()
        self.as_host(booking).action_approve()
        booking._put_in_cart(order)
        booking._put_in_cart(order)
        self.assertEqual(order.amount_total, 16)
        other = self.env["sale.order"].create({"partner_id": self.zoe.id})
        booking._put_in_cart(other)
        self.assertEqual((order.amount_total, other.amount_total, booking.state), (0, 16, "hold"))
        # Taken out of the cart, it still waits for its payment.
        other.order_line.unlink()
        self.assertEqual((booking.state, booking.approval), ("hold", "granted"))
        booking._put_in_cart(other)
        other.action_confirm()
        self.assertEqual(booking.state, "confirmed")
        self.assertClean()

    def test_without_an_account_there_is_nobody_to_answer(self):
        start = self.at(2, 14)
        for partner in (self.alice, self.env.ref("base.public_partner")):
            with self.assertRaisesRegex(UserError, "log in or create your account"), self.cr.savepoint():
                self.as_zoe.reserve(self.lounge, partner, start, self.at(2, 15), hold_source="x")

    def test_a_move_does_not_go_round_it(self):
        booking = self.as_zoe.reserve(self.room, self.zoe, self.at(2, 10), self.at(2, 11))
        booking.action_confirm()
        with self.assertRaisesRegex(UserError, "at that time first"):
            booking._ask_move(self.at(3, 10), self.at(3, 11), space=self.lounge)
        agreed = self.ask()
        self.as_host(agreed).action_confirm()
        self.assertIn("ask them to move it", agreed._move_refusal())
        self.as_host(agreed).action_move(self.at(3, 14), self.at(3, 16))
        self.assertEqual(agreed.start, self.at(3, 14))

    def test_only_so_many_requests(self):
        for nth in range(6):
            self.ask(self.at(2 + nth % 3, 9 + 2 * (nth // 3)))
        with self.assertRaisesRegex(UserError, "6 slots"):
            self.ask(self.at(9, 14))


@tagged("-at_install", "post_install")
class TestApprovalWhen(ApprovalCase):
    """Always, in the evening, above a number of people."""

    def setUp(self):
        super().setUp()
        self.lounge.approval = "some"

    def test_above_a_number_of_people(self):
        self.lounge.approval_people = 8
        self.assertFalse(self.ask(people=8).approval)
        self.assertEqual(self.ask(self.at(3, 14), people=9).approval, "asked")

    def test_outside_the_opening_hours(self):
        self.env["tierslieu.day.part"].create(
            {"place_id": self.place.id, "code": "evening", "hour_from": 18, "hour_to": 23}
        )
        self.lounge.rate_ids.filtered(lambda rate: rate.time_unit == "hour").write({"hour_from": 9, "hour_to": 24})
        # In winter and in summer: the hour rate reaches the evening part.
        for day in (2, 170):
            self.assertFalse(self.lounge._needs_approval(self.at(day, 14), self.at(day, 17)), day)
            self.assertTrue(self.lounge._needs_approval(self.at(day, 18), self.at(day, 20)), day)
            self.assertTrue(self.lounge._needs_approval(self.at(day, 16), self.at(day, 20)), day)
        slots = self.lounge.day_slots(self.place.to_local(self.at(2, 9)).date(), "60", self.zoe)
        self.assertIn("evenings", self.lounge._approval_said(slots))
        self.lounge.approval_people = 5
        self.assertIn("more than 5 people", self.lounge._approval_said(slots[:1]))

    def test_never_is_never(self):
        self.lounge.approval = "never"
        self.assertFalse(self.ask(people=12).approval)


@tagged("-at_install", "post_install")
class TestApprovalLate(ApprovalCase):
    """Left too long: the team is reminded, then the slot goes."""

    def test_reminded_once_then_forgotten(self):
        booking = self.ask(self.at(9, 14))
        self.run_cron("cron_approvals")
        self.assertFalse(booking.activity_ids)
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.run_cron("cron_approvals")
            self.run_cron("cron_approvals")
            self.assertEqual(booking.activity_ids.mapped("summary"), ["Answer the request of Zoé"])
            self.as_host(booking).action_approve()
            self.assertFalse(booking.activity_ids)

    def test_lapses_when_its_start_has_come(self):
        lot = self.a_lot()
        booking = self.ask()
        with freeze_time(self.at(2, 14)):
            with self.assertRaisesRegex(UserError, "Their time has come"):
                self.as_host(booking).action_approve()
            self.run_cron("cron_approvals")
            self.assertEqual((booking.state, booking.approval, lot.balance), ("expired", "lapsed", 10))
            self.assertEqual(set(booking.occupancy_ids.mapped("state")), {"released"})
            self.assertIn("we have not answered", self.mails()[-1].body_html)
            with self.assertRaisesRegex(UserError, "has not agreed"), self.cr.savepoint():
                booking.action_confirm()
        self.assertClean()

    def test_on_the_screen_of_the_day_whatever_its_day(self):
        booking = self.ask(self.at(9, 14))
        day = self.env["tierslieu.place"].with_user(self.host).today(self.place.id)
        [row] = day["rows"]
        self.assertEqual((row["id"], row["tiles"]), (booking.id, ["to_approve"]))
        self.assertEqual(row["actions"], ["action_approve", "action_refuse"])
        self.assertIn("January 20", row["when"])
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            day = self.env["tierslieu.place"].with_user(self.host).today(self.place.id)
            self.assertEqual(day["rows"][0]["said"], "Asked 2 h ago")
        self.as_host(booking).action_approve()
        day = self.env["tierslieu.place"].with_user(self.host).today(self.place.id)
        self.assertFalse(day["rows"])
