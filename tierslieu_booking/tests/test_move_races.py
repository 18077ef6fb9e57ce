from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

from .common import create_booking_data, demo_payment

DAY = datetime(2030, 1, 8, 9)  # a Tuesday, ten in Paris
NOW = datetime(2030, 1, 7, 7)
NOISE = ("odoo.sql_db", "odoo.service.model")
CROWD = 12


@tagged("post_install", "-at_install", "race")
class TestMoveRaces(RaceCase):
    """Members who want the same slot at the same instant, each from their own."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        cls.room, cls.lounge, cls.desks = (data[key].id for key in ("room", "lounge", "desks"))
        cls.people = [
            env["res.partner"].create({"name": f"Contender {nth}"}).id for nth in range(CROWD)
        ]
        env["ir.config_parameter"].set_param("tierslieu_booking.max_live_holds", "1000")
        env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        cls.provider, cls.method, cls.website = (record.id for record in demo_payment(env))
        cls.user = env.ref("base.user_admin").id

    def setUp(self):
        super().setUp()
        self.clock = NOW
        # No date is a test's "today": the races happen in 2030.
        clock = patch("odoo.fields.Datetime.now", lambda: self.clock)
        clock.start()
        self.addCleanup(clock.stop)

    # -- What a race begins with

    def booked(self, start, count=CROWD, hours=1):
        """Commit confirmed desks, one for each of the first people."""
        with self.committed() as env:
            ids = []
            for partner in self.people[:count]:
                booking = env["tierslieu.booking"].reserve(
                    self.desks, partner, start, start + timedelta(hours=hours)
                )
                booking.action_confirm()
                ids.append(booking.id)
            return ids

    def to_pay(self, start, wanted, hours=2):
        """Commit a desk, a dearer room asked for in its place, and its cart; return their ids."""
        [booking] = self.booked(start, count=1)
        with self.committed() as env:
            change = env["tierslieu.booking"].browse(booking)._ask_move(
                wanted, wanted + timedelta(hours=hours),
                space=env["tierslieu.space"].browse(self.room),
            )
            order = env["sale.order"].create(
                {"partner_id": self.people[0], "website_id": self.website}
            )
            order._tierslieu_add_change(change)
            return booking, change.id, order.id

    def transaction(self, order, reference):
        """Commit a payment of the whole order whose money is here; return its id."""
        with self.committed() as env:
            order = env["sale.order"].browse(order)
            tx = env["payment.transaction"].create(
                {
                    "provider_id": self.provider,
                    "payment_method_id": self.method,
                    "reference": f"{order.name}-{reference}",
                    "amount": order.amount_total,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "operation": "online_direct",
                    "sale_order_ids": [(6, 0, order.ids)],
                }
            )
            tx._set_done()
            return tx.id

    def poll(self, tx):
        return lambda env: env["payment.transaction"].browse(tx)._post_process()

    def move(self, booking, start, space):
        def action(env):
            return env["tierslieu.booking"].browse(booking).action_move(
                start, start + timedelta(hours=1), space=space
            )

        return action

    def ask(self, booking, start, space):
        def action(env):
            record = env["tierslieu.booking"].browse(booking)
            return record._ask_move(
                start, start + timedelta(hours=1), space=env["tierslieu.space"].browse(space)
            ).id

        return action

    def all_at_once(self, *actions, work=0.05):
        return self.race(len(actions), lambda env, nth: actions[nth](env), work=work)

    def assertOneHasIt(self, outcomes):
        losers = [outcome for outcome in outcomes if not outcome.won]
        self.assertEqual(len(outcomes) - len(losers), 1, outcomes)
        for loser in losers:
            self.assertIsInstance(loser.error, UserError, loser)
            self.assertIn("is taken on", str(loser.error))

    def starts(self, bookings):
        with self.committed() as env:
            return env["tierslieu.booking"].browse(bookings).mapped("start")

    # -- The slot

    def test_two_members_move_to_one_slot(self):
        for nth in range(3):
            start = DAY + timedelta(days=nth)
            wanted = start + timedelta(hours=4)
            bookings = self.booked(start, count=2)
            with self.expected_logs(*NOISE):
                outcomes = self.all_at_once(
                    *(self.move(each, wanted, self.room) for each in bookings)
                )
            self.assertOneHasIt(outcomes)
            # The one who lost has kept what they had.
            self.assertEqual(sorted(self.starts(bookings)), [start, wanted])
        self.assertIntegrity()

    def test_a_crowd_asks_for_one_dearer_slot(self):
        start = DAY + timedelta(days=3)
        wanted = start + timedelta(hours=4)
        bookings = self.booked(start)
        with self.expected_logs(*NOISE):
            outcomes = self.all_at_once(*(self.ask(each, wanted, self.room) for each in bookings))
        self.assertOneHasIt(outcomes)
        self.assertEqual(set(self.starts(bookings)), {start}, "Nobody has moved unpaid")
        with self.committed() as env:
            self.assertEqual(
                env["tierslieu.booking.change"].search_count([("start", "=", wanted)]), 1
            )
        self.assertIntegrity()

    def test_moves_against_bookings(self):
        start = DAY + timedelta(days=6)
        wanted = start + timedelta(hours=4)
        bookings = self.booked(start, count=6)

        def book(env, partner):
            booking = env["tierslieu.booking"].reserve(
                self.room, partner, wanted, wanted + timedelta(hours=1)
            )
            booking.action_confirm()

        with self.expected_logs(*NOISE):
            outcomes = self.all_at_once(
                *(self.move(each, wanted, self.room) for each in bookings),
                *(lambda env, each=each: book(env, each) for each in self.people[6:]),
            )
        self.assertOneHasIt(outcomes)
        self.assertIntegrity()

    def test_two_who_swap_are_both_refused_or_served(self):
        """Each wants what the other has: no deadlock, nobody without a slot."""
        start = DAY + timedelta(days=7)
        with self.committed() as env:
            ids = []
            for partner, space in ((self.people[0], self.room), (self.people[1], self.lounge)):
                booking = env["tierslieu.booking"].reserve(
                    space, partner, start, start + timedelta(hours=1)
                )
                booking.action_confirm()
                ids.append(booking.id)
        with self.expected_logs(*NOISE):
            outcomes = self.all_at_once(
                self.move(ids[0], start, self.lounge), self.move(ids[1], start, self.room)
            )
        self.assertFalse(any(outcome.won for outcome in outcomes))
        self.assertLess(max(outcome.seconds for outcome in outcomes), 15)
        with self.committed() as env:
            spaces = env["tierslieu.booking"].browse(ids).mapped("space_id.id")
            self.assertEqual(spaces, [self.room, self.lounge])
        self.assertIntegrity()

    @heavy
    def test_control_without_protection(self):
        """No constraint, no fresh look: the same moves put several in one slot."""
        start = DAY + timedelta(weeks=5)
        wanted = start + timedelta(hours=4)
        bookings = self.booked(start)
        blind = patch.object(
            self.registry["tierslieu.occupancy"], "_clear_lapsed", lambda *args: True
        )
        with (
            blind,
            self.expected_logs(*NOISE),
            self.without_constraint("tierslieu_occupancy", "tierslieu_occupancy_no_overlap"),
        ):
            outcomes = self.all_at_once(
                *(self.move(each, wanted, self.room) for each in bookings), work=0.3
            )
            self.assertGreater(sum(outcome.won for outcome in outcomes), 1)

    def clean_up(self, env):
        late = DAY + timedelta(weeks=5)
        env.cr.execute(
            "UPDATE tierslieu_occupancy SET state = 'released' WHERE start >= %s", [late]
        )
        env.cr.execute(
            "UPDATE tierslieu_booking SET state = 'cancelled' WHERE start >= %s", [late]
        )

    # -- The money

    def refunds(self, *transactions):
        with self.committed() as env:
            found = env["tierslieu.refund"].search([("transaction_id", "in", transactions)])
            return sum(found.mapped("amount"))

    @heavy
    def test_a_payment_is_polled_by_six(self):
        start = DAY + timedelta(days=8)
        booking, change, order = self.to_pay(start, start + timedelta(hours=4))
        tx = self.transaction(order, "six")
        with self.expected_logs(*NOISE):
            outcomes = self.all_at_once(*[self.poll(tx)] * 6)
        self.assertTrue(any(outcome.won for outcome in outcomes), outcomes)
        self.assertEqual(self.starts([booking]), [start + timedelta(hours=4)])
        with self.committed() as env:
            self.assertEqual(env["tierslieu.booking.change"].browse(change).state, "done")
            invoices = env["tierslieu.booking"].browse(booking).invoice_ids
            self.assertEqual(invoices.mapped("amount_total"), [13.0])
            told = env["mail.mail"].search_count(
                [("model", "=", "tierslieu.booking"), ("res_id", "=", booking)]
            )
        self.assertEqual((self.refunds(tx), told), (0, 0))  # These people have no address.
        self.assertIntegrity()

    @heavy
    def test_a_late_payment_is_polled_by_six(self):
        start = DAY + timedelta(days=9)
        wanted = start + timedelta(hours=4)
        booking, _change, order = self.to_pay(start, wanted)
        tx = self.transaction(order, "late")
        self.clock = NOW + timedelta(minutes=20)
        with self.committed() as env:
            other = env["tierslieu.booking"].reserve(
                self.room, self.people[1], wanted, wanted + timedelta(hours=1)
            )
            other.action_confirm()
        with self.expected_logs(*NOISE):
            outcomes = self.all_at_once(*[self.poll(tx)] * 6)
        self.assertTrue(any(outcome.won for outcome in outcomes), outcomes)
        self.assertEqual(self.refunds(tx), 13.0)
        self.assertEqual(self.starts([booking]), [start])
        self.assertIntegrity()

    def paid_twice(self, start):
        """Commit two payments of a cart whose move is given up meanwhile."""
        _booking, _change, order = self.to_pay(start, start + timedelta(hours=4))
        transactions = [self.transaction(order, name) for name in ("one", "two")]
        with self.committed() as env:
            env["sale.order"].browse(order)._action_cancel()
            env["tierslieu.refund"].search([("transaction_id", "in", transactions)]).unlink()
        return order, transactions

    def settle(self, order):
        return lambda env: env["sale.order"].browse(order)._tierslieu_give_back_excess()

    def test_two_payments_of_a_cancelled_cart(self):
        """Each poll sees both payments: both go back, each once."""
        order, transactions = self.paid_twice(DAY + timedelta(days=10))
        with self.expected_logs(*NOISE):
            self.all_at_once(*(self.poll(tx) for tx in transactions))
        self.assertEqual(self.refunds(*transactions), 26.0)
        order, transactions = self.paid_twice(DAY + timedelta(days=13))
        with self.expected_logs(*NOISE):
            outcomes = self.all_at_once(*[self.settle(order)] * 6)
        self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
        self.assertEqual(self.refunds(*transactions), 26.0)
        self.assertIntegrity()

    @heavy
    def test_control_without_taking_turns(self):
        order, transactions = self.paid_twice(DAY + timedelta(days=20))
        refund = self.registry["tierslieu.refund"]
        with patch.object(refund, "_take_turn", lambda self, transactions: None):
            self.all_at_once(*[self.settle(order)] * 6, work=0.5)
        self.assertGreater(self.refunds(*transactions), 26.0, "The control run shows no race")
        with self.committed() as env:
            env.cr.execute(
                "DELETE FROM tierslieu_refund WHERE transaction_id IN %s", [tuple(transactions)]
            )

    def test_paid_while_the_team_cancels(self):
        """Either the move is made and then all is cancelled, or its payment goes back."""
        start = DAY + timedelta(days=14)
        booking, _change, order = self.to_pay(start, start + timedelta(hours=4))
        tx = self.transaction(order, "while")
        with self.expected_logs(*NOISE):
            outcomes = self.all_at_once(
                self.poll(tx), lambda env: env["tierslieu.booking"].browse(booking).action_cancel()
            )
        self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
        with self.committed() as env:
            self.assertEqual(env["tierslieu.booking"].browse(booking).state, "cancelled")
        self.assertEqual(self.refunds(tx), 13.0)
        self.assertIntegrity()

    def test_paid_as_it_lapses_and_others_book(self):
        start = DAY + timedelta(days=15)
        wanted = start + timedelta(hours=4)
        booking, change, order = self.to_pay(start, wanted)
        tx = self.transaction(order, "lapses")
        self.clock = NOW + timedelta(minutes=16)

        def book(env, partner):
            env["tierslieu.booking"].reserve(
                self.room, partner, wanted, wanted + timedelta(hours=1)
            ).action_confirm()

        with self.expected_logs(*NOISE):
            self.all_at_once(
                self.poll(tx),
                lambda env: env["tierslieu.booking"]._expire_due(),
                *(lambda env, each=each: book(env, each) for each in self.people[2:6]),
            )
        with self.committed() as env:
            state = env["tierslieu.booking.change"].browse(change).state
            sold = env["tierslieu.booking"].search_count(
                [("space_id", "=", self.room), ("start", "=", wanted), ("state", "=", "confirmed")]
            )
        self.assertEqual(sold, 1)
        self.assertEqual(self.starts([booking]), [wanted if state == "done" else start])
        self.assertEqual(self.refunds(tx), 0.0 if state == "done" else 13.0)
        self.assertIntegrity()

    def test_moved_twice_at_once(self):
        """The same booking dragged by two hosts: one document each, and the books hold."""
        start = DAY + timedelta(days=16)
        [booking] = self.booked(start, count=1, hours=2)
        with self.committed() as env:
            env["tierslieu.booking"].browse(booking)._invoice()
        with self.expected_logs(*NOISE):
            outcomes = self.all_at_once(
                self.move(booking, start + timedelta(hours=3), self.room),
                self.move(booking, start + timedelta(hours=4), self.desks),
            )
        self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
        with self.committed() as env:
            record = env["tierslieu.booking"].browse(booking)
            signed = sum(record.invoice_ids.mapped("amount_total_signed"))
            self.assertAlmostEqual(signed, record.amount_total, 2)
        self.assertIntegrity()
