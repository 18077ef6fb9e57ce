import doctest
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.common import TierslieuCase

from ..kernels import cancellation
from ..kernels.cancellation import Step
from .cancel_common import CancelCase

WEEK = timedelta(days=7)


@tagged("post_install", "-at_install")
class TestCancellationKernel(TierslieuCase):
    """Steps and shares, beside what a child would work out by hand."""

    def test_doctests(self):
        failed, tried = doctest.testmod(cancellation)
        self.assertFalse(failed)
        self.assertGreater(tried, 8)

    def test_steps_at_every_second_around_a_limit(self):
        start = datetime(2027, 3, 1, 9)
        steps = [Step(Decimal("2.5"), Decimal(80)), Step(Decimal(24), Decimal(33))]
        for hours, before, after in ((24, 0, 33), (2.5, 33, 80)):
            limit = start - timedelta(hours=hours)
            for second, percent in ((-1, before), (0, before), (1, after)):
                at = limit + timedelta(seconds=second)
                self.assertEqual(cancellation.percent_at(steps, start, at), percent, (hours, second))
                self.assertEqual(cancellation.percent_at(steps[::-1], start, at), percent)

    def test_phases_say_what_each_moment_costs(self):
        rng = Random(2027)
        start = datetime(2027, 3, 1, 9)
        for _nth in range(300):
            hours = rng.sample(range(1, 200), rng.randint(0, 4))
            fees = sorted((rng.randint(0, 100) for _hour in hours), reverse=True)
            steps = [Step(Decimal(h), Decimal(f)) for h, f in zip(sorted(hours), fees, strict=True)]
            phases = cancellation.phases(steps, start)
            self.assertIsNone(phases[-1][0])
            self.assertEqual([until for until, _fee in phases[:-1]], sorted(until for until, _fee in phases[:-1]))
            for left in range(-2, 201):
                at = start - timedelta(hours=left)
                said = next(fee for until, fee in phases if until is None or at <= until)
                self.assertEqual(said, cancellation.percent_at(steps, start, at))

    def test_shares_add_up_to_the_cent_and_stay_below_their_lines(self):
        rng = Random(2027)
        for digits in (2, 0, 3):
            cent = Decimal(1).scaleb(-digits)
            for _nth in range(1500):
                amounts = [rng.choice((0, rng.randint(0, 9999))) * cent for _line in range(rng.randint(0, 5))]
                percent = Decimal(rng.choice((0, 1, 33, 50, 66.67, 99, 100)))
                percent = percent.quantize(Decimal("0.01"))
                shares = cancellation.split(amounts, percent, digits)
                wanted = (sum(amounts, Decimal(0)) * percent / 100).quantize(cent, ROUND_HALF_UP)
                self.assertEqual(sum(shares, Decimal(0)), wanted)
                for amount, share in zip(amounts, shares, strict=True):
                    self.assertLessEqual(abs(share - amount * percent / 100), cent)
                    self.assertTrue(0 <= share <= amount)

    def test_shares_of_credits(self):
        rng = Random(2027)
        for _nth in range(1500):
            unit = rng.choice((Decimal("0.5"), Decimal("0.25"), Decimal("0.1")))
            amounts = [rng.randint(1, 9) * unit for _line in range(rng.randint(1, 3))]
            percent, whole = Decimal(rng.randint(0, 100)), sum(amounts)
            shares = cancellation.split_credits(amounts, percent)
            fee = sum(shares)
            self.assertTrue(all(0 <= share <= amount for share, amount in zip(shares, amounts, strict=True)))
            if whole % Decimal("0.5") == 0:
                self.assertEqual(fee % Decimal("0.5"), 0)
                self.assertLessEqual(abs(fee - whole * percent / 100), Decimal("0.25"))
            else:
                self.assertLessEqual(abs(fee - whole * percent / 100), Decimal("0.005"))


@tagged("post_install", "-at_install")
class TestCancelTerms(CancelCase):
    """Which policy holds, kept when it is booked, and what it says until when."""

    def test_where_a_policy_comes_from(self):
        student = self.env["tierslieu.profile"].create({"name": "Étudiants", "company_id": self.place.company_id.id})
        default, of_place = self.a_policy([(1, 10)], is_default=True), self.a_policy([(1, 20)])
        of_space, of_fare = self.a_policy([(1, 30)]), self.a_policy([(1, 40)])
        everybody = self.env["tierslieu.profile"]._default_of(self.place.company_id)

        def found(profile=everybody):
            return self.policies._terms_for(self.lounge, profile).get("policy_id")

        self.assertEqual(found(), default.id)
        self.place.cancellation_policy_id = of_place
        self.assertEqual(found(), of_place.id)
        self.lounge.cancellation_policy_id = of_space
        self.assertEqual(found(), of_space.id)
        self.lounge.cancellation_choice_ids = [Command.create({"profile_id": student.id, "policy_id": of_fare.id})]
        self.assertEqual((found(), found(student)), (of_space.id, of_fare.id))
        of_fare.active = False
        self.assertEqual(found(student), of_space.id)
        self.lounge.cancellation_policy_id = False
        self.assertEqual(found(), of_place.id)
        (of_place | default).active = False
        self.assertFalse(found())

    def test_no_policy_is_free_until_the_start(self):
        booking = self.reserve(self.lounge, self.at(1, 10), 2)
        self.paid(booking)
        self.assertEqual(booking._terms_said(), "Cancelling is free until the booking begins.")
        with self.late(booking, 1 / 3600):
            booking.action_cancel()
        self.assertEqual((booking.fee_amount, booking.refund_ids.amount), (0, 16.0))

    def test_later_edits_leave_it_alone(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        booking.action_confirm()
        said = booking._terms_said()
        self.policy.write({"back": "credit", "no_show_fee": 10})
        self.policy.step_ids.unlink()
        self.policy.step_ids = [Command.create({"hours": 96, "fee": 100})]
        self.room.cancellation_policy_id = self.a_policy([(90, 90)])
        self.assertEqual(booking._terms_said(), said)
        self.assertEqual(booking._fee_now(), 0)
        with self.late(booking):
            self.assertEqual(booking._fee_now(), 50)
        booking.with_user(self.host).action_move(self.at(4, 10), self.at(4, 12))
        self.assertEqual(booking.terms["steps"], [["24.00", "50.00"], ["2.00", "100.00"]])
        new = self.reserve(self.room, self.at(3, 10), 2)
        self.assertEqual(new.terms["steps"], [["90.00", "90.00"]])

    def test_another_space_has_its_own(self):
        other = self.a_policy([(48, 80)])
        self.lounge.cancellation_policy_id = other
        booking = self.reserve(self.room, self.at(3, 10), 2)
        booking.action_confirm()
        booking.with_user(self.host).action_move(self.at(3, 10), self.at(3, 12), space=self.lounge.id)
        self.assertEqual(booking.cancellation_policy_id, other)

    def test_a_hold_that_learns_whose_it_is(self):
        profile = self.env["tierslieu.profile"].create({"name": "Étudiants", "company_id": self.place.company_id.id})
        gentle = self.a_policy([(1, 10)])
        self.room.cancellation_choice_ids = [Command.create({"profile_id": profile.id, "policy_id": gentle.id})]
        self.bruno.tierslieu_profile_id = profile
        public = self.env.ref("base.public_partner")
        booking = self.reserve(self.room, self.at(3, 10), 2, partner=public)
        self.assertEqual(booking.cancellation_policy_id, self.policy)
        order = self.cart(booking)
        order.partner_id = self.bruno
        self.assertEqual((booking.partner_id, booking.cancellation_policy_id), (self.bruno, gentle))
        self.assertEqual(booking.terms["steps"], [["1.00", "10.00"]])
        booking.action_confirm()
        booking.sudo().partner_id = self.alice
        self.assertEqual(booking.cancellation_policy_id, gentle)

    def test_nobody_writes_the_terms_or_the_fee(self):
        booking = self.reserve(self.room, self.at(3, 10), 2).with_user(self.host)
        for values in (
            {"terms": False}, {"fee_at": False}, {"fee_percent": 0}, {"fee_amount": 0}, {"is_waived": True},
            {"amount_owed": 0}, {"cancellation_policy_id": False},
        ):
            with self.assertRaises(UserError):
                booking.write(values)
            with self.assertRaises(UserError):
                self.Booking.with_user(self.host).create(
                    {"space_id": self.room.id, "partner_id": self.alice.id, "start": self.at(3, 14),
                     "stop": self.at(3, 15)} | values
                )

    def test_what_nobody_would_understand_is_refused(self):
        for steps, values in (
            ([(24, 50), (2, 30)], {}), ([(24, 101)], {}), ([(0, 10)], {}), ([(24, -1)], {}),
            ([(24, 50)], {"back": "nothing"}), ([], {"no_show": 101}),
        ):
            with self.assertRefused():
                self.a_policy(steps, **values)
                self.env.flush_all()
        with self.assertRefused():
            self.policy.step_ids[-1].fee = 10
            self.env.flush_all()
        other = self.env["res.company"].create({"name": "Autre"})
        with self.assertRaises(ValidationError):
            self.room.cancellation_policy_id = self.a_policy([], company_id=other.id)

    def test_said_in_the_time_of_the_place(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        booking.action_confirm()
        self.assertEqual(
            self.say(booking._terms_said()),
            "Cancelling is free until Wednesday, January 13 at 10:00 AM, then 50 % until Thursday, January 14 at"
            " 8:00 AM, then 100 %.",
        )
        with self.late(booking):
            self.assertEqual(
                self.say(booking._terms_said()),
                "Cancelling costs 50 % of the price until Thursday, January 14 at 8:00 AM, then 100 %.",
            )
        with self.late(booking, 1):
            self.assertEqual(self.say(booking._terms_said()), "Cancelling costs 100 % of the price.")
        self.assertEqual(
            self.say(self.policy.said), "Cancelling is free until 24 h before, then 50 % until 2 h before, then 100 %."
        )
        self.assertIn("If nobody comes, it costs 50 %.", self.say(self.a_policy([], no_show=50).said))

    def test_both_clock_changes(self):
        """Twenty-four hours are elapsed hours: a day before on the clock, an hour off when clocks change."""
        for monday, said in (
            (datetime(2027, 3, 29, 9), "Sunday, March 28 at 9:00 AM"),
            (datetime(2027, 3, 28, 9), "Saturday, March 27 at 8:00 AM"),
            (datetime(2027, 10, 31, 9), "Saturday, October 30 at 10:00 AM"),
        ):
            start = self.place.to_utc(monday)
            booking = self.Booking.sudo().new(
                {
                    "space_id": self.room.id, "start": start, "stop": start + timedelta(hours=2),
                    "state": "confirmed", "terms": self.policy._snapshot(),
                }
            )
            self.assertIn(f"free until {said}, then", self.say(booking._terms_said()))
            limit = start - timedelta(hours=24)
            self.assertEqual(booking._fee_now(limit), 0)
            self.assertEqual(booking._fee_now(limit + timedelta(seconds=1)), 50)

    def test_its_owner_does_not_move_it_to_cheapen(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        owner = self.owner(booking)
        self.assertTrue(owner._is_movable())
        with self.late(booking):
            self.assertFalse(owner._is_movable())
            with self.assertRaisesRegex(UserError, "Cancelling costs 50.*no longer be moved here. Ask the team"):
                owner._ask_move(self.at(10, 10), self.at(10, 11))
            self.assertEqual(booking.start, self.at(3, 10))
            booking.with_user(self.host).action_move(self.at(4, 10), self.at(4, 12))
        self.assertEqual(booking.start, self.at(4, 10))

    def test_a_dearer_slot_that_lapsed_is_not_had_inside_a_step(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        change = booking._ask_move(self.at(4, 10), self.at(4, 14))
        order = self.env["sale.order"].create({"partner_id": self.alice.id, "website_id": self.website.id})
        order._tierslieu_add_change(change)
        change._lapse()
        with self.late(booking), self.assertRaisesRegex(UserError, "can no longer be moved"):
            change._renew()
        change._renew()
        self.assertEqual(change.state, "pending")
