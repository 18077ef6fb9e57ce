import contextlib
import time
from concurrent import futures
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import ValidationError
from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data

from .common import create_event, put_in

BUYERS, SEATS, CONNECTIONS, WORK = 200, 50, 32, 0.3


@tagged("post_install", "-at_install")
class TestSeatRaces(RaceCase):
    """Many people want the last seats at once: each is sold once, and none is left while somebody waits."""

    @classmethod
    def prepare(cls, env):
        create_booking_data(env)
        cls.event = create_event(env, seats=SEATS).id

    def sold(self, event):
        with self.committed() as env:
            return env["event.registration"].search_count([("event_id", "=", event), ("state", "=", "open")])

    def buy(self, event):
        """Return an action that registers somebody."""
        return lambda env, nth: env["event.registration"].create({"event_id": event, "name": f"Buyer {nth}"})

    def rush(self, event, buyers):
        """Let many people register through no more connections than a server has: each sale needs two at times."""
        return self.race(buyers, self.buy(event), work=WORK, at_once=CONNECTIONS // 2)

    def test_a_rush_for_fifty_seats(self):
        outcomes = self.rush(self.event, BUYERS)
        refused = [outcome.error for outcome in outcomes if outcome.error]
        self.assertEqual({type(error) for error in refused}, {ValidationError})
        self.assertEqual((self.sold(self.event), len(refused)), (SEATS, BUYERS - SEATS))
        self.assertEqual({outcome.tries for outcome in outcomes}, {1})
        self.assertIntegrity()

    def test_one_quota_of_two_tickets_and_the_last_use_of_a_voucher(self):
        with self.committed() as env:
            event = create_event(env, tickets=[("Repas", 0, 0.0), ("Atelier", 0, 0.0)])
            tickets = event.event_ticket_ids
            env["tierslieu.event.quota"].create(
                {"name": "Places", "event_id": event.id, "size": 7, "ticket_ids": [Command.set(tickets.ids)]}
            )
            voucher = env["tierslieu.event.voucher"].create(
                {
                    "code": "amis", "event_id": event.id, "uses": 2, "keeps_seats": True,
                    "ticket_id": tickets[0].id,
                }
            )
            values = {"event_id": event.id, "name": "Somebody"}
            ids, code = tickets.ids, voucher.id

        def buy(env, nth):
            env["event.registration"].create(
                values | {
                    "event_ticket_id": ids[0 if nth % 5 == 0 else nth % 2],
                    "tierslieu_voucher_id": code if nth % 5 == 0 else False,
                }
            )

        outcomes = self.race(40, buy, work=0.1, at_once=16)
        self.assertEqual(sum(outcome.won for outcome in outcomes), 7)
        self.assertEqual({type(outcome.error) for outcome in outcomes if not outcome.won}, {ValidationError})
        with self.committed() as env:
            registrations = env["event.registration"].search([("event_id", "=", values["event_id"])])
            self.assertEqual(len(registrations.filtered("tierslieu_voucher_id")), 2)
        self.assertIntegrity()

    def test_carts_against_the_host(self):
        with self.committed() as env:
            event = create_event(env, seats=6, tickets=[("Plein", 0, 10.0)])
            ticket, website = event.event_ticket_ids.id, env["website"].search([], limit=1).id
            partner = env["res.partner"].create({"name": "Buyer"}).id

        def buy(env, nth):
            if nth % 2:
                env["event.registration"].create({"event_id": event.id, "event_ticket_id": ticket, "name": "Host"})
            else:
                order = env["sale.order"].create({"partner_id": partner, "website_id": website})
                put_in(order, env["event.event.ticket"].browse(ticket))

        event_id = event.id
        outcomes = self.race(24, buy, work=0.1, at_once=16)
        self.assertEqual(sum(outcome.won for outcome in outcomes), 6)
        with self.committed() as env:
            self.assertEqual(env["event.event"].browse(event_id)._tierslieu_left([(None, None)])[0][0], 0)
        self.assertIntegrity()

    def test_two_late_payments_for_the_last_seat(self):
        with self.committed() as env:
            event = create_event(env, seats=1, tickets=[("Plein", 0, 10.0)])
            ticket, website = event.event_ticket_ids, env["website"].search([], limit=1)
            provider = env.ref("payment.payment_provider_demo")
            provider.write({"state": "test", "is_published": True})
            payments = []
            for nth in range(2):
                partner = env["res.partner"].create({"name": f"Late {nth}"})
                order = env["sale.order"].create({"partner_id": partner.id, "website_id": website.id})
                put_in(order, ticket)
                order._tierslieu_seats().tierslieu_hold_until = fields.Datetime.now() - timedelta(minutes=1)
                payments.append(late_payment(env, provider, order).id)
            event_id = event.id
        with self.expected_logs("odoo.sql_db", "odoo.service.model"):
            outcomes = self.race(
                2, lambda env, nth: env["payment.transaction"].browse(payments[nth])._post_process(), work=0.2
            )
        self.assertEqual([outcome.error for outcome in outcomes], [None, None])
        with self.committed() as env:
            orders = env["payment.transaction"].browse(payments).sale_order_ids
            self.assertEqual(sorted(orders.mapped("state")), ["cancel", "sale"])
            refunds = env["tierslieu.refund"].search([("transaction_id", "in", payments)])
            self.assertEqual(refunds.mapped("amount"), [10.0])
        self.assertEqual(self.sold(event_id), 1)
        self.assertIntegrity()

    def test_who_dies_between_the_claim_and_the_end_gives_the_seat_back(self):
        with self.committed() as env:
            event = create_event(env, seats=1).id
        cr = db_connect(self.database).cursor()
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["event.registration"].create({"event_id": event, "name": "Dies"})
        env.flush_all()
        with self.committed() as other:
            # The claim is there for all to see, the registration is not.
            self.assertEqual(other["event.event"].browse(event)._tierslieu_left([(None, None)])[0], (0, 1))
            with self.assertRaises(ValidationError), other.cr.savepoint():
                other["event.registration"].create({"event_id": event, "name": "Too early"})
            other.cr.execute("SELECT pg_terminate_backend(%s)", [cr.connection.info.backend_pid])
        with self.expected_logs("odoo.sql_db"):
            for end in (lambda: cr.execute("SELECT 1"), cr.close):
                with contextlib.suppress(psycopg2.Error):
                    end()
        with self.committed() as env:
            self.assertEqual(env["event.event"].browse(event)._tierslieu_left([(None, None)])[0], (1, 0))
            env["event.registration"].create({"event_id": event, "name": "Next"})
        self.assertEqual(self.sold(event), 1)
        self.assertIntegrity()

    def test_a_sale_that_ends_while_claims_are_swept(self):
        """Of two claims, the first is dead; the sale of the second ends while the first is being dropped."""
        with self.committed() as env:
            event = create_event(env, seats=2).id
        dead, sale, lock = (db_connect(self.database).cursor() for _nth in range(3))
        buy = self.buy(event)
        first = buy(api.Environment(dead, SUPERUSER_ID, {}), 0)
        first.flush_recordset()
        token = first.tierslieu_seat_token
        dead.rollback()
        buy(api.Environment(sale, SUPERUSER_ID, {}), 1).flush_recordset()
        lock.execute("SELECT id FROM tierslieu_seat_claim WHERE token = %s FOR UPDATE", [token])
        with futures.ThreadPoolExecutor(1) as pool:
            third = pool.submit(self.race, 1, buy)
            self.wait_for_a_lock()
            sale.commit()  # pylint: disable=invalid-commit
            lock.rollback()
            [outcome] = third.result(timeout=60)
        for cr in (dead, sale, lock):
            cr.close()
        self.assertTrue(outcome.won, outcome.error)
        [outcome] = self.race(1, buy)
        self.assertIsInstance(outcome.error, ValidationError)
        self.assertEqual(self.sold(event), 2)
        self.assertIntegrity()

    def wait_for_a_lock(self):
        """Wait until somebody waits for somebody else."""
        for _nth in range(200):
            with self.committed() as env:
                env.cr.execute(
                    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND wait_event_type = 'Lock'"
                )
                if env.cr.fetchone()[0]:
                    return
            time.sleep(0.05)
        self.fail("Nobody waits.")

    @heavy
    def test_without_protection_too_many_are_sold(self):
        with self.committed() as env:
            event = create_event(env, seats=10).id
        registration = self.registry["event.registration"]
        with patch.object(registration, "_tierslieu_claim", core_check):
            self.rush(event, 40)
        self.assertGreater(self.sold(event), 10)


def late_payment(env, provider, order):
    """Pay an order; nobody has looked yet at what came."""
    tx = env["payment.transaction"].create(
        {
            "provider_id": provider.id, "payment_method_id": provider.payment_method_ids[:1].id,
            "reference": order.name, "amount": order.amount_total, "currency_id": order.currency_id.id,
            "partner_id": order.partner_id.id, "operation": "online_direct", "sale_order_ids": [(6, 0, order.ids)],
        }
    )
    tx._set_done()
    return tx


def core_check(self):
    """What Odoo does: count, in a transaction that sees what was there before."""
    for event, registrations in self.grouped("event_id").items():
        taken = self.search_count([("event_id", "=", event.id), ("state", "in", ("open", "done"))])
        if registrations and event.seats_limited and taken > event.seats_max:
            raise ValidationError(self.env._("Full"))

