"""What members, the team and the nightly run do with credits: bookings, moves, gifts, expiry."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from unittest.mock import patch

from .credit_ledger import Refused

REASON = "Asked at the desk"
AMOUNTS = (0.5, 0.5, 1, 0.1 + 0.2, 2.25)
JUMPS = (1, 4, 9, 20, 30, 70)  # hours


class Killed(BaseException):
    """The process dies: nothing catches that."""


class Slot(NamedTuple):
    space: str
    units: int
    day: object
    start: datetime
    stop: datetime


class Act(NamedTuple):
    do: object  # what is done; returns what the ledger is told
    tell: object  # function of a ledger and of that
    killable: bool = True
    lapsed_first: bool = False  # holds that lapse meanwhile do so before the ledger is told


def refuse(ledger, key):
    raise Refused


def becomes(state):
    def tell(ledger, key):
        ledger.bookings[key].state = state

    return tell


def hundredths(amount):
    return Decimal(str(round(float(amount), 2)))


class BookingActs:
    """Acts of a `Machine`: each is what is really done, and what the ledger is told."""

    # -- Bookings

    def act_hold(self, uses=True):
        slot, (person, partner, _holder) = self.slot(), self.who()
        user = self.case.users.get(person)
        bookings = self.env["tierslieu.booking"].with_user(self.host)
        if user and self.rng.random() < 0.6:
            bookings = bookings.with_user(user).sudo()
        return Act(
            lambda: bookings.reserve(
                self.case.spaces[slot.space].id, partner.id, slot.start, slot.stop, use_credits=uses
            ).id,
            lambda ledger, key: ledger.hold(key, person, slot.space, slot.units, slot.day, slot.start, uses),
        )

    def act_hold_for_money(self):
        return self.act_hold(uses=False)

    def on(self, key, method, tell, user=None, **flags):
        """Return the act of calling a method of a booking that there is."""
        if key is None:
            return None
        return Act(
            lambda: getattr(self.booking(key, user and self.user(key)), method)() and None,
            lambda ledger, _none: tell(ledger, key), **flags,
        )

    def act_confirm(self):
        key = self.pick(["hold"], begun=False)
        return self.on(key, "action_confirm", lambda led, key: led.revive(key, "confirmed"))

    def lapsed(self):
        """Return the id of a lapsed hold of a slot to come; rather one whose credits went elsewhere."""
        key = self.pick(["expired"], begun=False)
        gone = [
            each for each, booking in self.ledger.bookings.items()
            if booking.state == "expired" and booking.start > self.now
            and self.ledger.take(self.ledger.purse(booking.person, booking.day), booking.due) is None
        ]
        return self.rng.choice(gone) if gone and self.rng.random() < 0.5 else key

    def act_confirm_a_lapsed_one(self):
        return self.on(
            self.lapsed(), "action_confirm", lambda led, key: led.revive(key, "confirmed"), lapsed_first=True
        )

    def act_renew_a_lapsed_one(self):
        return self.on(self.lapsed(), "_renew_hold", lambda led, key: led.revive(key, "hold"), lapsed_first=True)

    def act_lapse(self):
        return self.on(self.pick(["hold"]), "_expire", self.let_go("expired"))

    def let_go(self, state):
        today, now = self.today, self.now
        return lambda ledger, key: ledger.let_go(key, state, today, now)

    def act_sweep(self):
        return Act(lambda: self.env["tierslieu.booking"]._expire_due() and None, lambda ledger, _none: None)

    def act_cancel_member(self):
        key = self.pick(["hold", "confirmed"], begun=False, member=True)
        return self.on(key, "action_cancel", self.let_go("cancelled"), user=True)

    def act_cancel_team(self):
        return self.on(self.pick(["hold", "confirmed"]), "action_cancel", self.let_go("cancelled"))

    def act_cancel_late(self):
        return self.on(self.pick(["confirmed"], begun=True), "action_cancel", self.let_go("cancelled"))

    def act_cancel_begun(self):
        key = self.pick(["confirmed"], begun=True, member=True)
        return self.on(key, "action_cancel", refuse, user=True)

    def act_cancel_twice(self):
        return self.on(self.pick(["cancelled", "expired"]), "action_cancel", self.let_go("cancelled"))

    def act_come_and_go(self):
        key = self.pick(["in_use"])
        if key is not None:
            return self.on(key, "action_check_out", becomes("done"))
        return self.on(self.pick(["confirmed"], begun=True), "action_check_in", becomes("in_use"))

    # -- Moves

    def move(self, slot_of):
        key = self.pick(["hold", "confirmed"])
        booking = key is not None and self.ledger.bookings[key]
        slot = booking and slot_of(booking)
        if not slot:
            return None
        today = self.today
        return Act(
            lambda: self.booking(key).action_move(
                slot.start, slot.stop, space=self.case.spaces[slot.space].id
            ) and None,
            lambda ledger, _none: ledger.move(key, slot, today),
        )

    def act_move_longer(self):
        return self.move(
            lambda b: b.space != "hall" and b.units < 8 and self.slot(b.space, b.units + self.rng.randint(1, 3))
        )

    def act_move_shorter(self):
        return self.move(lambda b: b.units > 1 and self.slot(b.space, b.units - 1))

    def act_move_other_day(self):
        return self.move(lambda b: self.slot(b.space, b.units))

    def act_move_other_space(self):
        return self.move(lambda b: self.slot())

    def act_ask_to_move(self):
        key = self.pick(["confirmed"], begun=False, member=True)
        if key is None:
            return None
        if not self.is_seen("ask to move"):
            key = self.in_a_step(member=True) or key
        slot, today, now = self.slot(), self.today, self.now

        def do():
            space = self.env["tierslieu.space"].browse(self.case.spaces[slot.space].id)
            return self.booking(key, self.user(key))._ask_move(slot.start, slot.stop, space=space).id

        def tell(ledger, change):
            booking = ledger.bookings[key]
            if ledger.percent(booking, now):
                ledger.note("no move inside a step")
                raise Refused
            if (booking.space, booking.start, booking.units) == (slot.space, slot.start, slot.units):
                raise Refused  # it is there already
            if ledger.quote_move(key, slot)[0] <= booking.money:
                assert not change, "moved at once"
                ledger.note("moved at once")
                ledger.move(key, slot, today)
            else:
                assert change, "to be paid first"
                ledger.changes[change] = key, slot, ledger.quote_move(key, slot, only_own=True)

        return Act(do, tell)

    def open_change(self):
        changes = self.env["tierslieu.booking.change"].browse(sorted(self.ledger.changes)[-40:])
        found = [
            each for each in changes
            if each._is_possible() and each.start > self.now and each.booking_id.start > self.now
            and not (each._is_over() and each.booking_id._fee_now())
        ]
        return self.rng.choice(found) if found else None

    def act_pay_a_move(self):
        change, today = self.open_change(), self.today
        if not change:
            return None
        key = change.id

        def do():
            change = self.env["tierslieu.booking.change"].browse(key)
            order = self.env["sale.order"].create({"partner_id": change.partner_id.id})
            order._tierslieu_add_change(change)
            order.action_confirm()

        def tell(ledger, _none):
            booking, slot, quote = ledger.changes.pop(key)
            ledger.note("moved once paid")
            ledger.move(booking, slot, today, quote)

        return Act(do, tell)

    def act_give_up_a_move(self):
        change = self.open_change()
        return change and Act(change._give_up, lambda ledger, _none: ledger.changes.pop(change.id))

    # -- Credits given, handed over, over

    def act_gift(self, shared=False):
        _person, partner, holder = self.who(shared)
        kind, amount = self.rng.choice(list(self.case.types)), self.rng.choice(AMOUNTS)
        start = self.today + timedelta(days=self.rng.choice((0, 0, 0, 6)))
        end = self.rng.choice((start + timedelta(days=9), start + timedelta(days=44), None))
        return Act(
            lambda: self.lots.with_user(self.host)._grant(
                self.case.types[kind], partner, amount, valid_from=start, valid_until=end,
                shared=shared, reason=REASON,
            ).id,
            lambda ledger, key: ledger.grant(key, kind, holder, hundredths(amount), start, end, shared),
        )

    def act_gift_shared(self):
        return self.act_gift(shared=True)

    def act_transfer(self):
        keys = [lot.key for lot in self.ledger.lots.values() if lot.balance]
        if not keys:
            return None
        key, (person, partner, _holder) = self.rng.choice(keys), self.who()
        there = self.ledger.lots[key].balance
        amount = self.rng.choice((Decimal("0.25"), there / 2, there, there + Decimal("0.25"), Decimal(0)))
        amount, today = hundredths(amount), self.today
        return Act(
            lambda: self.lots.with_user(self.host).browse(key)._transfer(partner, float(amount), REASON).id,
            lambda ledger, new: ledger.transfer(key, new, person, amount, today),
        )

    def act_expiry(self):
        today, over = self.today, (self.now - timedelta(hours=12)).date()

        def tell(ledger, _none):
            ledger.expire(over)
            ledger.tell(today)

        return Act(lambda: self.case.run_cron("cron_credit_expiry"), tell, killable=False)

    def act_expiry_killed(self):
        """Kill the nightly run between two lots: what it has done stays done."""
        over = (self.now - timedelta(hours=12)).date()
        due = [lot for lot in self.ledger.lots.values() if lot.balance and lot.last and lot.last < over]
        if len(due) < 2:
            return None
        most, lot = self.rng.randint(1, len(due) - 1), self.env.registry["tierslieu.credit.lot"]
        expire, done = lot._expire, Counter()

        def dying(record):
            expire(record)
            done["lots"] += 1
            if done["lots"] > most:
                raise Killed

        def do():
            try:
                with patch.object(lot, "_expire", dying):
                    self.case.run_cron("cron_credit_expiry")
            except Killed:
                return

        return Act(do, lambda ledger, _none: ledger.expire(over, most), killable=False)

    def act_clock(self):
        def do():
            self.now += timedelta(hours=self.rng.choice(JUMPS))
            self.case.set_clock(self.now)

        return Act(do, lambda ledger, _none: None, killable=False)
