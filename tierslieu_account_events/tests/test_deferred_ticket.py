import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_account_booking.tests.books_common import SourcesBase
from odoo.addons.tierslieu_account_booking.tests.sources_oracle import days_of, local_day, slot_deferred
from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_booking.tests.credit_common import create_tickets
from odoo.addons.tierslieu_events.tests.common import EventCase, create_event

from .ticket_oracle import seats_deferred

# NOW is 11 January 2027; the workshop is on 1 March.
CLOSING = date(2027, 2, 28)
CLOSINGS = (date(2026, 12, 31), date(2027, 12, 31))
MANY, FEW = 2000, 300
D = Decimal


class TicketCase(SourcesBase, EventCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_accountant()
        cls.event.write({"seats_max": 100, "tierslieu_place_id": cls.place.id})
        cls.reduced.seats_max = 0
        cls.product = cls.full.product_id
        cls.product.taxes_id = [Command.set(cls.taxes[20].ids)]

    def bought(self, ticket=None, number=1, partner=None, slot=None, **options):
        """Buy seats and pay them; return them."""
        order = self.cart_of(partner or self.alice, ticket or self.full, number, slot, **options)
        self.pay(order)
        self.env.flush_all()
        self.env.invalidate_all()
        return self.registrations.search([("sale_order_id", "=", order.id)], order="id")

    def deferred(self, closing=CLOSING):
        return self.total("ticket", closing)

    def policy_of(self, fee):
        """Let giving up a seat within 60 days cost so much, in percent."""
        self.event.tierslieu_policy_id = self.env["tierslieu.cancellation.policy"].create(
            {"name": "Soon", "back": "payment", "step_ids": [Command.create({"hours": 24 * 60, "fee": fee})]}
        )


@tagged("post_install", "-at_install")
class TestDeferredTicket(TicketCase):
    """Tickets of later dates."""

    def test_an_event_after_the_closing(self):
        seats = self.bought(number=2)
        [row] = self.rows("ticket", CLOSING)
        self.assertEqual((row["amount"], row["deferred"], row["partner_id"]), (20.0, 20.0, self.alice.id))
        self.assertEqual(row["record"], ("sale.order.line", seats.sale_order_line_id.id))
        self.assertIn("Atelier vélo", row["label"])
        self.assertEqual(row["explanation"].replace("\xa0", " "), "On Mar 1, 2027: all of 20.00 €")
        self.assertFalse(self.rows("ticket", date(2027, 3, 1)))

    def test_the_run_defers_it_and_brings_it_back(self):
        self.bought(number=2)
        before = self.balance("487000", CLOSING)
        self.assertEqual(self.close(CLOSING).deferred, 20)
        self.assertEqual(self.balance("487000", CLOSING) - before, 20)
        self.assertEqual(self.balance("487000", CLOSING + timedelta(days=1)), before)

    def test_seats_that_are_only_held(self):
        self.cart_of(self.alice, self.full, 2)
        self.assertFalse(self.rows("ticket", CLOSING))

    def test_over_several_days(self):
        """Three days, by its own clock: each has its part, to the cent."""
        event = create_event(
            self.env, tickets=[("Stage", 0, 12.01)], date_begin="2027-02-26 23:30:00", date_end="2027-03-01 20:00:00",
            company_id=self.company.id,
        )
        self.bought(event.event_ticket_ids)
        # 23:30 in UTC is the 27th in Paris: three days.
        self.assertEqual(
            [self.deferred(date(2027, 2, 26) + timedelta(days=nth)) for nth in range(4)],
            [D("10.01"), D("6.67"), D("3.34"), 0],
        )

    def test_slots_have_their_own_day(self):
        event = create_event(
            self.env, tickets=[("Visite", 0, 12.0)], slots=(10,), date_begin="2027-02-01 08:00:00",
            company_id=self.company.id,
        )
        event.event_slot_ids = [Command.create({"date": "2027-02-10", "start_hour": 10, "end_hour": 11})]
        early, late = event.event_slot_ids.sorted("date")
        self.bought(event.event_ticket_ids, slot=early)
        self.assertEqual(self.deferred(), 0)
        self.bought(event.event_ticket_ids, slot=late)
        self.assertEqual(self.deferred(), 10)
        self.assertEqual(self.deferred(date(2027, 2, 9)), 20)

    def test_half_past_eleven_at_night(self):
        event = create_event(
            self.env, tickets=[("Nuit", 0, 12.0)], date_begin="2027-12-31 22:30:00", date_end="2027-12-31 23:30:00",
            company_id=self.company.id,
        )
        self.bought(event.event_ticket_ids)
        # From 23:30 to 00:30 in Paris: two days.
        self.assertEqual(self.deferred(CLOSINGS[1]), 5)
        event.date_tz = "UTC"
        self.assertEqual(self.deferred(CLOSINGS[1]), 0)

    def test_given_up_in_time(self):
        seats = self.bought(number=2)
        seats[0].write({"state": "cancel"})
        self.assertEqual(self.deferred(), 10)
        seats[1].write({"state": "cancel"})
        self.assertFalse(self.rows("ticket", CLOSING))

    def test_given_up_late(self):
        """What stays due is earned at once; what is left is of the day of the event."""
        self.policy_of(50)
        seats = self.bought(number=2)
        with freeze_time("2027-02-20 09:00:00"):
            seats[0].write({"state": "cancel"})
            self.env.flush_all()
        self.assertTrue(seats[0].tierslieu_fee_line_id)
        self.assertEqual(self.deferred(date(2027, 2, 19)), 20)
        self.assertEqual(self.deferred(), 10)

    def test_given_up_and_all_of_it_stays_due(self):
        self.policy_of(100)
        seats = self.bought(number=3)
        with freeze_time("2027-02-20 09:00:00"):
            seats[0].write({"state": "cancel"})
            self.env.flush_all()
        self.assertEqual(len(seats.sale_order_id.invoice_ids), 1)
        self.assertEqual(self.deferred(date(2027, 2, 19)), 30)
        self.assertEqual(self.deferred(), 20)

    def test_given_up_after_the_closing(self):
        seats = self.bought(number=2)
        with freeze_time("2027-02-20 09:00:00"):
            seats[0].write({"state": "cancel"})
            self.env.flush_all()
        self.assertEqual(self.deferred(date(2027, 1, 31)), 20)

    def test_called_off(self):
        self.bought(number=2)
        self.event.tierslieu_call_off("The host is ill")
        self.env.ref("tierslieu_events.cron_call_off").method_direct_trigger()
        self.assertFalse(self.rows("ticket", CLOSING))

    def test_a_free_price(self):
        """What was chosen is what is deferred; nothing of nothing."""
        [free] = create_event(
            self.env, tickets=[("Prix libre", 0, 0)], company_id=self.company.id
        ).event_ticket_ids
        free.write({"tierslieu_free_price": True, "tierslieu_suggested": 12})
        self.bought(free, tierslieu_seat_price=18.0)
        self.assertEqual(self.deferred(), 15)

    def test_the_event_moved(self):
        self.bought()
        self.event.write({"date_begin": "2027-02-10 08:00:00", "date_end": "2027-02-10 20:00:00"})
        self.assertEqual(self.deferred(), 0)

    def test_credited_by_an_accountant(self):
        seats = self.bought(number=2)
        note = seats.sale_order_id.invoice_ids._reverse_moves([{"invoice_date": CLOSING, "date": CLOSING}])
        note.invoice_line_ids.quantity = 1
        note.action_post()
        self.assertEqual(self.deferred(), 10)
        self.assertEqual(self.deferred(CLOSING - timedelta(days=1)), 20)

    def test_another_company_is_not_asked(self):
        self.bought()
        other = self.env["res.company"].create({"name": "Le Phare"})
        self.assertFalse(self.rows("ticket", CLOSING, other))

    def test_a_seat_paid_with_credits_uses_them_on_the_day_of_the_event(self):
        tickets = create_tickets(self.env, self.desks)
        self.full.write({"tierslieu_credit_type_id": tickets.id, "tierslieu_credits": 2})
        pack = self.env["product.product"].create(
            {
                "name": "Carnet", "type": "service", "list_price": 120, "tierslieu_credit_type_id": tickets.id,
                "taxes_id": [Command.set(self.taxes[20].ids)], "invoice_policy": "order",
                "company_id": self.company.id,
            }
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.alice.id, "order_line": [Command.create({"product_id": pack.id})]}
        )
        order.action_confirm()
        order._create_invoices().action_post()
        seat = self.register(self.full, partner_id=self.alice.id)
        seat._tierslieu_draw_credits(self.alice)
        self.assertEqual(self.total("pack", CLOSING), 100)
        self.assertEqual(self.total("pack", date(2027, 3, 1)), 80)

    def test_a_seat_paid_with_credits_of_several_purposes(self):
        tickets = create_tickets(self.env, self.desks)
        self.full.write({"tierslieu_credit_type_id": tickets.id, "tierslieu_credits": 2})
        pack = self.env["product.product"].create(
            {
                "name": "Carnet", "type": "service", "list_price": 120, "tierslieu_credit_type_id": tickets.id,
                "invoice_policy": "order", "company_id": self.company.id, "tierslieu_voucher_vat": "use",
            }
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.alice.id, "order_line": [Command.create({"product_id": pack.id})]}
        )
        order.action_confirm()
        order._create_invoices().action_post()
        seat = self.register(self.full, partner_id=self.alice.id)
        seat._tierslieu_draw_credits(self.alice)
        move = self.env["tierslieu.pack.use"]._prepare(self.company, date(2027, 3, 31))
        found = {line.account_id.code[:4]: line.balance for line in move.line_ids}
        self.assertEqual({code: found[code] for code in ("4191", "4457")}, {"4191": 24, "4457": -4})


@tagged("post_install", "-at_install")
class TestTicketsMany(TicketCase):
    """Tickets by the thousand, around two closings, beside the oracle."""

    def make_seats(self, number, seed):
        rng = random.Random(seed)
        [seat] = self.bought()
        line = seat.sale_order_line_id
        self.template = seat.sale_order_id.invoice_ids
        events, told = [], []
        for _nth in range(number):
            start = datetime.combine(rng.choice(CLOSINGS), datetime.min.time()) + timedelta(
                minutes=30 * rng.randrange(-200, 260)
            )
            stop = start + timedelta(minutes=30 * rng.choice((1, 4, 48, rng.randrange(1, 300))))
            zone = rng.choice(("Europe/Paris", "America/Martinique", "Pacific/Auckland"))
            events.append({"date_begin": start, "date_end": stop, "date_tz": zone})
            told.append((*self.documents_of(rng, local_day(start, zone)), days_of(start, stop, zone)))
        events = self.clone(self.event, events)
        sold = self.clone(line, [{"event_id": event} for event in events])
        gone = [
            {
                "event_id": event, "sale_order_line_id": key, "state": "cancel", "tierslieu_fee_percent": 100,
                "tierslieu_cancelled_at": datetime.combine(day, datetime.min.time()) + timedelta(hours=12),
                "tierslieu_seat_token": f"{key} {nth}", "barcode": f"{key} {nth}",
            }
            for event, key, of in zip(events, sold, told, strict=True) for nth, day in enumerate(of[1])
        ]
        self.clone(seat, gone)
        self.charge(
            [
                (key, day, cents, abs(quantity))
                for key, of in zip(sold, told, strict=True) for day, cents, quantity in of[0]
            ]
        )
        return dict(zip(sold, told, strict=True))

    def documents_of(self, rng, first):
        """Return ([(date, cents, seats)], [days on which a seat was given up for nothing])."""
        seats, price = rng.randrange(1, 6), rng.choice((1, 1000, rng.randrange(1, 9000)))
        day = first - timedelta(days=rng.randrange(-5, 200))
        documents, gone, left = [(day, seats * price, seats)], [], seats
        while left and rng.random() < 0.4:
            day += timedelta(days=rng.randrange(60))
            left -= 1
            if rng.random() < 0.5:
                documents.append((day, -price, -1))
            else:
                gone.append(day)
        return documents, gone

    def try_seats(self, number, seed):
        told = self.make_seats(number, seed)
        for closing in CLOSINGS:
            expected = {key: seats_deferred(*of, closing) for key, of in told.items()}
            found = {key: int(value * 100) for key, value in self.by_record("ticket", closing).items() if key in told}
            expected = {key: cents for key, cents in expected.items() if cents}
            wrong = [
                (key, found.get(key), expected.get(key)) for key in sorted(found | expected)
                if found.get(key) != expected.get(key)
            ]
            self.assertFalse(wrong, f"{closing}: {len(wrong)} of {len(expected)}; {wrong[:5]}")
            self.assertGreater(len(expected), number // 20)

    def test_seats(self):
        self.try_seats(FEW, 11)

    @heavy
    def test_seats_by_the_thousand(self):
        self.try_seats(MANY, 12)

    def test_the_oracle_of_slots_says_the_same_of_seats_that_nobody_gives_up(self):
        days = [date(2026, 12, 30) + timedelta(days=nth) for nth in range(3)]
        self.assertEqual(
            seats_deferred([(days[0], 1001, 2)], [], days, CLOSINGS[0]),
            slot_deferred([(days[0], 1001)], days, CLOSINGS[0]),
        )
