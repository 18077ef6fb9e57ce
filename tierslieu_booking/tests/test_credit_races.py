import threading
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase

from .common import create_booking_data

NOW = datetime(2030, 1, 7, 7)  # a Monday, eight in Paris
TODAY = NOW.date()
NOISE = ("odoo.sql_db", "odoo.service.model")
TIMES = 3


@tagged("post_install", "-at_install", "race")
class TestCreditRaces(RaceCase):
    """The same credits wanted by two at the same instant are there once.

    The row of the lot is what they meet at: each control takes its update
    away, and shows the same credits spent twice.
    """

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        # Desks for all: they race for credits.
        data["desks"].unit_count = 100
        cls.desks = data["desks"].id
        cls.type = env["tierslieu.credit.type"].create(
            {"name": "Ticket", "value_ids": [(0, 0, {"space_id": cls.desks, "time_unit": "hour", "amount": 1})]}
        ).id
        cls.pack = env["product.product"].create(
            {"name": "Carnet", "type": "service", "list_price": 10, "tierslieu_credit_type_id": cls.type,
             "tierslieu_credits": 1, "tierslieu_credit_months": 0}
        ).id
        cls.nobody = 0

    def setUp(self):
        super().setUp()
        # No date is a test's "today": the races happen in 2030, and a thread may be ahead.
        self.local = threading.local()
        clock = patch("odoo.fields.Datetime.now", lambda: getattr(self.local, "now", NOW))
        clock.start()
        self.addCleanup(clock.stop)

    # -- What a race begins with

    def someone(self, env):
        type(self).nobody += 1
        return env["res.partner"].create({"name": f"Contender {self.nobody}"})

    def granted(self, amount=1, **values):
        """Commit one lot of someone; return (partner, lot)."""
        with self.committed() as env:
            partner = self.someone(env)
            lot = env["tierslieu.credit.lot"]._grant(
                env["tierslieu.credit.type"].browse(self.type), partner, amount,
                valid_from=date(2030, 1, 1), **values,
            )
            return partner.id, lot.id

    def sold(self, by):
        """Commit a pack of one credit sold by an order or by an invoice; return (partner, lot, id)."""
        with self.committed() as env:
            partner = self.someone(env)
            line = {"product_id": self.pack}
            if by == "order":
                record = env["sale.order"].create({"partner_id": partner.id, "order_line": [(0, 0, line)]})
                record.action_confirm()
            else:
                record = env["account.move"].create(
                    {"move_type": "out_invoice", "partner_id": partner.id, "invoice_line_ids": [(0, 0, line)]}
                )
                record.action_post()
            lines = record.order_line if by == "order" else record.invoice_line_ids
            return partner.id, lines.tierslieu_lot_ids.id, record.id

    def booked(self, partner, hour=3):
        with self.committed() as env:
            booking = self.book(partner, hour)(env)
            env["tierslieu.booking"].browse(booking).action_confirm()
            return booking

    def book(self, partner, hour=3):
        """Return what books a desk for an hour, with credits as far as they go."""
        start = NOW + timedelta(hours=hour)

        def action(env):
            return env["tierslieu.booking"].reserve(self.desks, partner, start, start + timedelta(hours=1)).id

        return action

    def at_once(self, *actions, work=0.1):
        with self.expected_logs(*NOISE):
            return self.race(len(actions), lambda env, nth: actions[nth](env), work=work)

    def left(self, lot):
        """Return what the moves of a lot leave in it."""
        with self.committed() as env:
            return sum(env["tierslieu.credit.lot"].browse(lot).move_ids.mapped("amount"))

    def kinds(self, lot):
        with self.committed() as env:
            return sorted(env["tierslieu.credit.lot"].browse(lot).move_ids.mapped("kind"))

    def prices(self, outcomes):
        with self.committed() as env:
            bookings = env["tierslieu.booking"].browse(outcome.value for outcome in outcomes)
            return sorted(bookings.mapped("amount_total"))

    def assertRefused(self, outcome):
        self.assertIsInstance(outcome.error, UserError, outcome)
        self.assertIn("not so many credits left", str(outcome.error))

    # -- Without the row

    def blind(self):
        """Judge by what this transaction sees of the moves, and write nothing on the lot."""

        def post(lot, kind, amount, booking=None, reason=None, invoice_line=None):
            lot = lot.sudo()
            if sum(lot.move_ids.mapped("amount")) + float(amount) < 0:
                raise UserError("There are not so many credits left")  # pylint: disable=translation-required
            return lot.env["tierslieu.credit.move"].create(
                {"lot_id": lot.id, "kind": kind, "amount": float(amount), "booking_id": booking and booking.id}
            )

        return patch.object(self.registry["tierslieu.credit.lot"], "_post", post)

    def tearDown(self):
        """Make what a control has spoilt agree again: other races look at the whole database."""
        with self.committed() as env:
            env.cr.execute(
                "UPDATE tierslieu_credit_lot l SET balance = 0 FROM (SELECT lot_id, SUM(amount) AS left"
                " FROM tierslieu_credit_move GROUP BY lot_id) m WHERE m.lot_id = l.id AND m.left != l.balance"
                " RETURNING l.id"
            )
            spoilt = [row[0] for row in env.cr.fetchall()]
            env.cr.execute(
                "DELETE FROM tierslieu_credit_move WHERE lot_id = ANY(%s) RETURNING booking_id", [spoilt]
            )
            bookings = [row[0] for row in env.cr.fetchall()]
            env.cr.execute("UPDATE tierslieu_booking SET state = 'cancelled' WHERE id = ANY(%s)", [bookings])
            env.cr.execute(
                "UPDATE tierslieu_occupancy SET state = 'released' WHERE booking_id = ANY(%s)", [bookings]
            )
        super().tearDown()

    # -- The last credit, two desks

    def test_last_credit(self):
        for _nth in range(TIMES):
            partner, lot = self.granted()
            outcomes = self.at_once(*[self.book(partner)] * 4)
            self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
            self.assertEqual(self.prices(outcomes), [0.0, 3.0, 3.0, 3.0])
            self.assertEqual(self.left(lot), 0.0)
        self.assertIntegrity()

    def test_last_credit_of_an_organisation(self):
        """Two colleagues, the credit that they share."""
        with self.committed() as env:
            firm = env["res.partner"].create({"name": "Fanal", "is_company": True})
            pair = env["res.partner"].create([{"name": name, "parent_id": firm.id} for name in ("Alix", "Noé")]).ids
            lot = env["tierslieu.credit.lot"]._grant(
                env["tierslieu.credit.type"].browse(self.type), firm, 1, valid_from=date(2030, 1, 1), shared=True
            ).id
        outcomes = self.at_once(*map(self.book, pair))
        self.assertEqual(self.prices(outcomes), [0.0, 3.0])
        self.assertEqual(self.left(lot), 0.0)
        self.assertIntegrity()

    @heavy
    def test_control_last_credit(self):
        partner, lot = self.granted()
        with self.blind():
            outcomes = self.at_once(*[self.book(partner)] * 4, work=0.5)
        self.assertLess(self.left(lot), 0, "The control run shows no race")
        self.assertGreater(self.prices(outcomes).count(0.0), 1)

    # -- Cancelled twice

    def cancel(self, booking):
        return lambda env: env["tierslieu.booking"].browse(booking).action_cancel()

    def test_cancelling_twice_at_once(self):
        for _nth in range(TIMES):
            partner, lot = self.granted(2)
            booking = self.booked(partner)
            outcomes = self.at_once(*[self.cancel(booking)] * 4)
            self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)
            self.assertEqual(self.kinds(lot), ["consume", "grant", "return"])
            self.assertEqual(self.left(lot), 2.0)
        self.assertIntegrity()

    def give_back(self, booking):
        """Return what cancelling does to credits, without the row of the booking, which protects too."""
        return lambda env: env["tierslieu.booking"].browse(booking)._redraw_credits([])

    def test_giving_back_twice_at_once(self):
        partner, lot = self.granted()
        booking = self.booked(partner)
        self.at_once(*[self.give_back(booking)] * 4)
        self.assertEqual(self.left(lot), 1.0)
        with self.committed() as env:
            env["tierslieu.booking"].browse(booking).action_cancel()
        self.assertIntegrity()

    @heavy
    def test_control_giving_back_twice(self):
        partner, lot = self.granted()
        booking = self.booked(partner)
        with self.blind():
            self.at_once(*[self.give_back(booking)] * 4, work=0.5)
        self.assertGreater(self.left(lot), 1.0, "The control run shows no race")

    # -- A pack refunded while it is used

    def undo(self, by, record):
        """Return what takes a pack back: its order cancelled, or a credit note of its invoice."""
        if by == "order":
            return lambda env: env["sale.order"].browse(record)._action_cancel() and None
        return lambda env: env["account.move"].browse(record)._reverse_moves().action_post() and None

    def test_refund_against_use(self):
        for by in ("order", "invoice"):
            for nth in range(TIMES):
                with self.subTest(by, nth=nth):
                    partner, lot, record = self.sold(by)
                    refund, booking = self.at_once(self.undo(by, record), self.book(partner))
                    self.assertTrue(booking.won, booking)
                    if refund.won:
                        self.assertEqual((self.kinds(lot), self.prices([booking])), (["grant", "refund"], [3.0]))
                    else:
                        self.assertRefused(refund)
                        self.assertEqual((self.kinds(lot), self.prices([booking])), (["consume", "grant"], [0.0]))
                    self.assertEqual(self.left(lot), 0.0)
        self.assertIntegrity()

    @heavy
    def test_control_refund_against_use(self):
        for by in ("order", "invoice"):
            with self.subTest(by):
                partner, lot, record = self.sold(by)
                with self.blind():
                    outcomes = self.at_once(self.undo(by, record), self.book(partner), work=1)
                self.assertLess(self.left(lot), 0, f"The control run shows no race: {outcomes}")

    # -- Written off while it is used

    def later(self, do):
        """Return what is done by the nightly run of two days later."""

        def action(env):
            self.local.now = NOW + timedelta(days=2)
            return do(env)

        return action

    def expire(self, lot):
        return self.later(lambda env: env["tierslieu.credit.lot"].browse(lot)._expire())

    def test_expiry_against_a_booking(self):
        run = self.later(lambda env: env["tierslieu.credit.lot"]._cron_expire())
        for nth in range(2 * TIMES):
            partner, lot = self.granted(valid_until=TODAY)
            outcomes = self.at_once(run if nth % 2 else self.expire(lot), self.book(partner))
            self.assertTrue(outcomes[1].won, outcomes)
            [price] = self.prices(outcomes[1:])
            last = "consume" if price == 0.0 else "expire"
            self.assertEqual(self.kinds(lot), sorted(["grant", last]))
            self.assertEqual(self.left(lot), 0.0)
        self.assertIntegrity()

    @heavy
    def test_control_expiry(self):
        partner, lot = self.granted(valid_until=TODAY)
        with self.blind():
            self.at_once(self.expire(lot), self.book(partner), work=0.5)
        self.assertLess(self.left(lot), 0, "The control run shows no race")
