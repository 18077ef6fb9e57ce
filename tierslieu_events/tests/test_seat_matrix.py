import random
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import FULL

from .common import EventCase, create_event
from .seat_oracle import Hall, Taken, Voucher

STEPS = 1000 if FULL else 100
SEED = 70007
HOLD = timedelta(minutes=15)
TICKETS = {"Plein": 0, "Réduit": 4, "Enfant": 3}
SLOTS = ("matin", "soir")
GROWING = (
    "account_move", "account_move_line", "account_partial_reconcile", "account_payment", "event_registration",
    "sale_order", "sale_order_line",
)


@tagged("post_install", "-at_install")
class TestSeatMatrix(EventCase):
    """Steps at random, a thousand with --full: after each, what is left is what sets say."""

    def setUp(self):
        super().setUp()
        self.dice = random.Random(SEED)
        event = create_event(
            self.env, seats=6, slots=(10, 14),
            tickets=[(name, most, 10.0) for name, most in TICKETS.items()],
        )
        self.hall_event = event
        self.by_name = {ticket.name: ticket for ticket in event.event_ticket_ids}
        self.by_slot = dict(zip(SLOTS, event.event_slot_ids.sorted("start_hour"), strict=True))
        quotas = {"A": [5, ("Plein", "Réduit"), SLOTS], "B": [4, ("Réduit", "Enfant"), ("matin",)],
                  "C": [9, tuple(TICKETS), SLOTS]}
        self.quotas = {
            name: self.env["tierslieu.event.quota"].create(
                {
                    "name": name, "event_id": event.id, "size": size,
                    "ticket_ids": [Command.set([self.by_name[ticket].id for ticket in tickets])],
                    "slot_ids": [Command.set([self.by_slot[slot].id for slot in slots])],
                }
            )
            for name, (size, tickets, slots) in quotas.items()
        }
        self.hall = Hall(6, dict(TICKETS), quotas)
        self.vouchers, self.done = {}, dict.fromkeys(
            ("sell", "cart", "cancel", "again", "pay", "wait", "change", "quota", "voucher", "use", "delete",
             "refuse"), 0,
        )

    # -- Steps

    def combination(self):
        return self.dice.choice(list(TICKETS)), self.dice.choice(SLOTS)

    def values(self, ticket, slot, voucher=None):
        return {
            "event_id": self.hall_event.id, "event_ticket_id": self.by_name[ticket].id,
            "event_slot_id": self.by_slot[slot].id, "name": "Somebody",
            "tierslieu_voucher_id": self.vouchers[voucher].id if voucher else False,
        }

    def attempt(self, expected, action):
        """Do something that works, or is refused, as the oracle expects; return what it gives."""
        try:
            with self.cr.savepoint():
                result = action()
                self.env.flush_all()
        except (UserError, ValidationError) as refusal:
            self.assertFalse(expected, refusal)
            self.env.invalidate_all()
            self.done["refuse"] += 1
            return None
        self.assertTrue(expected, "Sold, and the sets have no seat.")
        return result

    def sell(self, voucher=None, where=None):
        ticket, slot = where or self.combination()
        number = 1 if voucher else self.dice.choice((1, 1, 1, 2, 3))
        expected = self.hall.left(ticket, slot, self.now, voucher) >= number
        made = self.attempt(
            expected, lambda: self.registrations.create([self.values(ticket, slot, voucher) for _nth in range(number)])
        )
        for one in made or ():
            self.hall.taken[one.id] = Taken(ticket, slot, "sold", voucher=voucher)
        return bool(made)

    def cart(self):
        ticket, slot = self.combination()
        number = self.dice.choice((1, 2))
        expected = self.hall.left(ticket, slot, self.now) >= number
        order = self.attempt(
            expected, lambda: self.cart_of(self.alice, self.by_name[ticket], number, self.by_slot[slot])
        )
        for one in order._tierslieu_seats() if order else ():
            self.hall.taken[one.id] = Taken(ticket, slot, "held", self.now + HOLD)
        return bool(order)

    def one(self, *states):
        keys = [key for key, one in self.hall.taken.items() if one.state in states]
        return self.dice.choice(keys) if keys else None

    def step(self):
        kind = self.dice.choices(
            ("sell", "cart", "cancel", "again", "pay", "wait", "change", "quota", "voucher", "use", "delete"),
            (18, 14, 22, 5, 8, 8, 8, 4, 3, 6, 4),
        )[0]
        done = getattr(self, kind)()
        self.done[kind] += bool(done)
        self.last = kind, bool(done)

    def cancel(self):
        key = self.one("sold")
        if key:
            self.registrations.browse(key).action_cancel()
            self.hall.taken[key].state = "gone"
        return key

    def delete(self):
        key = self.one("gone")
        if key:
            self.registrations.browse(key).unlink()
            del self.hall.taken[key]
        return key

    def again(self):
        key = self.one("gone")
        if not key:
            return False
        one = self.hall.taken[key]
        expected = self.hall.left(one.ticket, one.slot, self.now, one.voucher) >= 1
        done = self.attempt(expected, lambda: self.registrations.browse(key).write({"state": "open"}))
        if done:
            one.state = "sold"
        return done

    def pay(self):
        """Pay a cart: its seats are sold, those that lapsed and went to others are not."""
        key = self.one("held")
        if not key:
            return False
        order = self.registrations.browse(key).sale_order_id
        seats = order._tierslieu_seats()
        for seat in seats.sorted("id"):
            one = self.hall.taken[seat.id]
            lapsed = one.until <= self.now
            if lapsed and self.hall.left(one.ticket, one.slot, self.now) < 1:
                del self.hall.taken[seat.id]
            else:
                # Each is looked for again after those before it.
                one.state = "sold"
        super().pay(order)
        return True

    def wait(self):
        """Let time pass; carts that were left are tidied up."""
        self.clock.tick(timedelta(minutes=self.dice.choice((1, 5, 16))))
        return True

    def change(self):
        key = self.one("sold")
        if not key:
            return False
        one = self.hall.taken[key]
        ticket, slot = self.combination()
        if one.voucher:
            return False
        one.state = "gone"
        expected = self.hall.left(ticket, slot, self.now) >= 1
        one.state = "sold"
        done = self.attempt(
            expected,
            lambda: self.registrations.browse(key).write(
                {"event_ticket_id": self.by_name[ticket].id, "event_slot_id": self.by_slot[slot].id}
            ),
        )
        if done:
            one.ticket, one.slot = ticket, slot
        return done

    def fits(self):
        """Whether every limit has room for what is taken and kept: left() says 0 for both full and too full."""
        now, alive = self.now, [self.hall.taken[key] for key in self.hall.alive(self.now)]
        for ticket in TICKETS:
            for slot in SLOTS:
                for size, counts in self.hall.limits(ticket, slot):
                    used = sum(counts(one.ticket, one.slot) for one in alive) + sum(
                        max(kept.uses - self.hall.uses(code, now), 0)
                        for code, kept in self.hall.vouchers.items()
                        if kept.keeps and kept.until > now and counts(kept.ticket, kept.slot)
                    )
                    if used > size:
                        return False
        return True

    def quota(self):
        name = self.dice.choice("ABC")
        old, size = self.hall.quotas[name][0], self.dice.randint(2, 9)
        self.hall.quotas[name][0] = size
        done = self.attempt(self.fits(), lambda: self.quotas[name].write({"size": size}))
        if not done:
            self.hall.quotas[name][0] = old
        return done

    def voucher(self):
        if len(self.vouchers) > 12:
            return False
        ticket, slot = self.combination()
        code, until = f"CODE{len(self.vouchers)}", self.now + timedelta(minutes=self.dice.choice((20, 60, 600)))
        self.hall.vouchers[code] = Voucher(ticket, slot, self.dice.randint(1, 2), self.dice.random() < 0.7, until)
        made = self.attempt(
            self.fits() or not self.hall.vouchers[code].keeps,
            lambda: self.env["tierslieu.event.voucher"].create(
                {
                    "code": code.lower(), "event_id": self.hall_event.id, "ticket_id": self.by_name[ticket].id,
                    "slot_id": self.by_slot[slot].id, "uses": self.hall.vouchers[code].uses,
                    "keeps_seats": self.hall.vouchers[code].keeps, "valid_until": until,
                }
            ),
        )
        if made:
            self.vouchers[code] = made
        else:
            del self.hall.vouchers[code]
        return made

    def use(self):
        live = [code for code, one in self.hall.vouchers.items() if one.until > self.now]
        if not live:
            return False
        code = self.dice.choice(live)
        return self.sell(code, (self.hall.vouchers[code].ticket, self.hall.vouchers[code].slot))

    # -- Compared

    @property
    def now(self):
        return fields.Datetime.now()

    def compare(self, nth):
        pairs = [(ticket, slot) for ticket in TICKETS for slot in SLOTS]
        left = self.hall_event._tierslieu_left([(self.by_slot[slot], self.by_name[ticket]) for ticket, slot in pairs])
        self.assertEqual(
            dict(zip(pairs, [number for number, _held in left], strict=True)),
            {pair: self.hall.left(*pair, self.now) for pair in pairs},
            f"Step {nth}: {self.last}",
        )

    def test_steps_at_random(self):
        with freeze_time(fields.Datetime.now()) as self.clock:
            for nth in range(STEPS):
                self.step()
                self.compare(nth)
                if nth % 100 == 99:
                    # One long transaction: nobody else sees these rows, and counts them for the planner.
                    self.cr.execute(f"ANALYZE {', '.join(GROWING)}")
                    self.env.invalidate_all()
            self.assertFalse([kind for kind, count in self.done.items() if not count], self.done)
            self.assertClean()
