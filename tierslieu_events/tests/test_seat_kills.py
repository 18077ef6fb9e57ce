import os
import select
import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.race import RaceCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data, demo_payment

from ..models.seat_ledger import Ledger
from .common import create_event, put_in

NOW = datetime(2027, 1, 11, 7)
BUYERS, PRICE = 3, 12.0
JOBS = {
    "call off": ("event.event", "_cron_call_off"),
    "refund": ("tierslieu.refund", "_cron_send"),
    "drop": ("sale.order", "_cron_drop_seats"),
    "count": ("event.event", "_cron_count_seats"),
}


@tagged("post_install", "-at_install", "race")
class TestSeatKills(RaceCase):
    """The jobs of events are killed with -9 in their middle, and run again: what they do is done once."""

    @classmethod
    def prepare(cls, env):
        create_booking_data(env)
        env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        cls.provider, cls.method, cls.website = (record.id for record in demo_payment(env))
        cls.people = env["res.partner"].create(
            [{"name": f"Buyer {nth}", "email": f"buyer{nth}@example.org"} for nth in range(BUYERS)]
        ).ids

    def setUp(self):
        super().setUp()
        self.clock = NOW
        clock = patch("odoo.fields.Datetime.now", lambda: self.clock)
        clock.start()
        self.addCleanup(clock.stop)

    # -- What is sold

    def carts(self, env, number=1):
        """Return an event, and the carts of all buyers for it, with so many seats each."""
        event = create_event(env, seats=20, tickets=[("Plein tarif", 0, PRICE)], company_id=env.company.id)
        orders = env["sale.order"].create(
            [{"partner_id": partner, "website_id": self.website} for partner in self.people]
        )
        for order in orders:
            put_in(order, event.event_ticket_ids, number)
        return event, orders

    def sold(self, number=1):
        """Return (event, payments) by id: a seat or several for each buyer, paid by card."""
        with self.committed() as env:
            event, orders = self.carts(env, number)
            payments = env["payment.transaction"]
            for order in orders:
                tx = payments.create(
                    {
                        "provider_id": self.provider, "payment_method_id": self.method, "reference": order.name,
                        "amount": order.amount_total, "currency_id": order.currency_id.id,
                        "partner_id": order.partner_id.id, "operation": "online_direct",
                        "sale_order_ids": [(6, 0, order.ids)],
                    }
                )
                tx._process("demo", {"reference": tx.reference, "simulated_state": "done"})
                tx._post_process()
                payments |= tx
            self.assertEqual(set(event.registration_ids.mapped("state")), {"open"})
            return event.id, payments.ids

    # -- Jobs

    def run_job(self, job):
        model, method = JOBS[job]
        with db_connect(self.database).cursor() as cr:
            getattr(api.Environment(cr, SUPERUSER_ID, {})[model], method)()
            cr.commit()  # pylint: disable=invalid-commit

    def kill_in(self, job, owner, name, nth):
        """Run a job in a process of its own; kill it once a method has been called for the nth time.

        What the call wrote is in the database by then, for that process alone.
        """
        reader, writer = os.pipe()
        real, calls = getattr(owner, name), []

        def wait(record, *args, **kwargs):
            calls.append(record)
            result = real(record, *args, **kwargs)
            if len(calls) == nth:
                if hasattr(record, "env"):
                    record.env.flush_all()
                os.write(writer, b"!")
                time.sleep(300)
            return result

        def run():
            with patch.object(owner, name, wait):
                self.run_job(job)

        child = self.fork(run)
        os.close(writer)
        select.select([reader], [], [], 120)
        said = os.read(reader, 1)
        self.kill(child)
        os.close(reader)
        self.assertEqual(said, b"!", "It ended before it could be killed.")
        self.wait_for_the_end()

    def wait_for_the_end(self):
        """Wait until the database has noticed that the other process is gone."""
        for _nth in range(200):
            with db_connect("postgres").cursor() as cr:
                cr.execute(
                    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = %s AND state = 'idle in transaction'",
                    [self.database],
                )
                if not cr.fetchone()[0]:
                    return
            time.sleep(0.05)
        self.fail("The killed process still has its transaction.")

    def refunds(self, env, payments):
        """Return {payment: what is given back of it}; no seat is given back twice."""
        found = env["tierslieu.refund"].search([("transaction_id", "in", payments)])
        self.assertEqual(len(found.registration_id), len(found))
        return {tx.id: sum(group.mapped("amount")) for tx, group in found.grouped("transaction_id").items()}

    def mails(self, env):
        return env["mail.mail"].search([("model", "=", "event.registration")])

    def test_calling_off(self):
        event, payments = self.sold(2)
        with self.committed() as env:
            env["event.event"].browse(event).tierslieu_call_off("Notre invitée est malade.")
            before = self.mails(env).ids
        self.kill_in("call off", self.registry["event.registration"], "_tierslieu_write_to_all", 2)
        with self.committed() as env:
            seats = env["event.event"].browse(event).registration_ids
            self.assertEqual(sorted(seats.mapped("state")), ["cancel"] * 2 + ["open"] * 4)
            self.assertEqual(list(self.refunds(env, payments).values()), [2 * PRICE])
        for _nth in range(2):
            self.run_job("call off")
            with self.committed() as env:
                self.assertEqual(env["event.event"].browse(event).tierslieu_to_settle, 0)
                self.assertEqual(self.refunds(env, payments), dict.fromkeys(payments, 2 * PRICE))
                told = self.mails(env).filtered(lambda mail: mail.id not in before)
                self.assertEqual(sorted(told.mapped("email_to")), [f"buyer{nth}@example.org" for nth in range(BUYERS)])
        for _nth in range(2):
            self.run_job("refund")
        with self.committed() as env:
            refunds = env["tierslieu.refund"].search([("transaction_id", "in", payments)])
            self.assertEqual(set(refunds.mapped("state")), {"done"})
            self.assertEqual(len(refunds.refund_transaction_id), 2 * BUYERS)
            orders = env["payment.transaction"].browse(payments).sale_order_ids
            lines = orders.invoice_ids.line_ids
            owed = lines.filtered(lambda line: line.account_id.account_type == "asset_receivable")
            self.assertEqual(set(owed.mapped("amount_residual")), {0.0})
        self.assertIntegrity()

    def test_sending_refunds(self):
        event, payments = self.sold()
        with self.committed() as env:
            env["event.event"].browse(event).registration_ids.tierslieu_give_up()
        self.kill_in("refund", self.registry["payment.transaction"], "_refund", 2)
        with self.committed() as env:
            refunds = env["tierslieu.refund"].search([("transaction_id", "in", payments)])
            self.assertEqual(sorted(refunds.mapped("state")), ["done", "pending", "sent"])
            stuck = refunds.filtered(lambda refund: refund.state == "sent")
            self.assertFalse(stuck.refund_transaction_id)
            source, stuck = stuck.transaction_id.id, stuck.id
        asked, transactions = [], self.registry["payment.transaction"]
        real = transactions._refund

        def refund(tx, *args, **kwargs):
            asked.append(tx.id)
            return real(tx, *args, **kwargs)

        with patch.object(transactions, "_refund", refund):
            for _nth in range(3):
                self.run_job("refund")
        self.assertEqual(len(asked), 1)
        self.assertNotIn(source, asked, "Nobody knows whether the bank heard: it is not asked again.")
        with self.committed() as env:
            refunds = env["tierslieu.refund"].search([("transaction_id", "in", payments)])
            self.assertEqual(sorted(refunds.mapped("state")), ["done", "done", "failed"])
            self.assertEqual(self.refunds(env, payments), dict.fromkeys(payments, PRICE))
            self.assertTrue(refunds.browse(stuck).activity_id)
        self.assertIntegrity()

    def test_seats_of_carts_that_were_left(self):
        with self.committed() as env:
            event, orders = self.carts(env, 2)
            event, orders = event.id, orders.ids
        self.clock += timedelta(hours=1)
        self.kill_in("drop", self.registry["sale.order"], "_tierslieu_drop_seats", 2)
        for _nth in range(2):
            self.run_job("drop")
            with self.committed() as env:
                self.assertFalse(env["sale.order"].browse(orders).order_line)
                self.assertFalse(env["event.registration"].search_count([("event_id", "=", event)]))
                self.assertEqual(env["event.event"].browse(event)._tierslieu_left([(None, None)]), [(20, 0)])
        self.assertIntegrity()

    def test_counting_again(self):
        """Claims of nobody, and seats without a claim, are put right whatever dies meanwhile."""
        events = [self.sold()[0] for _nth in range(2)]
        with self.committed() as env:
            for event in events:
                env.cr.execute(
                    """WITH gone AS (
                           DELETE FROM tierslieu_seat_claim WHERE token = (
                               SELECT MIN(tierslieu_seat_token) FROM event_registration WHERE event_id = %s)
                           RETURNING pool_id)
                       UPDATE tierslieu_seat_pool SET used = used - 1 WHERE id IN (SELECT pool_id FROM gone)""",
                    [event],
                )
                env.cr.execute(
                    """WITH made AS (
                           INSERT INTO tierslieu_seat_claim (token, pool_id, xid, born_at)
                           SELECT 'nobody ' || id, id, '3', %s FROM tierslieu_seat_pool WHERE event_id = %s
                           RETURNING pool_id)
                       UPDATE tierslieu_seat_pool SET used = used + 1 WHERE id IN (SELECT pool_id FROM made)""",
                    [NOW, event],
                )
        with self.committed() as env:
            self.assertTrue(env["tierslieu.integrity"].run())
        self.kill_in("count", Ledger, "count_again", 2)
        for _nth in range(2):
            self.run_job("count")
            with self.committed() as env:
                env.cr.execute(
                    "SELECT used FROM tierslieu_seat_pool WHERE event_id IN %s AND kind = 'event'", [tuple(events)]
                )
                self.assertEqual(env.cr.fetchall(), [(BUYERS,)] * 2)
                env.cr.execute("SELECT COUNT(*) FROM tierslieu_seat_claim WHERE token LIKE 'nobody%'")
                self.assertEqual(env.cr.fetchone(), (0,))
        self.assertIntegrity()
