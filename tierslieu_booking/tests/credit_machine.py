"""A machine that does at random all that can happen to credits, and tells the ledger.

Each act has two sides: what is really done, by the methods that members, the
team and the nightly run call, and what the ledger is told. Both must agree on
whether it can be, and on every lot afterwards.
"""

import random
from collections import Counter
from datetime import datetime, time, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError

from .credit_acts import BookingActs, Killed, Slot
from .credit_acts_fees import FeeActs
from .credit_acts_packs import PackActs
from .credit_ledger import Refused

MINUTES = 30
# How often each kind of act is tried; those that never happened yet more often.
WEIGHTS = {
    "hold": 26, "hold for money": 3, "confirm": 16, "lapse": 5, "sweep": 4, "confirm a lapsed one": 5,
    "renew a lapsed one": 5, "cancel, member": 4, "cancel, team": 4, "cancel, late": 3, "cancel, begun": 2,
    "cancel, twice": 3, "cancel, in a step": 8, "cancel, waived": 2, "fee given back": 2, "policy edited": 2,
    "no-show": 6, "no-show taken back": 6, "come and go": 3, "move, longer": 4,
    "move, shorter": 4, "move, other day": 4, "move, other space": 4, "ask to move": 6, "pay a move": 4,
    "give up a move": 2, "gift": 9, "gift, shared": 6, "transfer": 6, "expiry": 3, "expiry, killed": 3,
    "order": 1, "order, cancelled": 2, "order, again": 1, "order, one more": 1, "order, one less": 1,
    "invoice": 4, "invoice, draft": 2, "invoice, again": 2, "credit note": 1, "credit note, half": 0.3,
    "credit note, draft": 0.3, "credit note, again": 0.3, "clock": 18, "killed": 8,
}
# What else must have been seen.
EVENTS = (
    "drawn from a shared lot", "drawn from a reopened lot", "drawn from several lots", "credits and money",
    "two types together", "returned to an expired lot", "written off", "told", "credits used meanwhile",
    "draft after use", "refund refused: used", "cancel of an order refused: used", "lapsed by itself",
    "moved at once", "moved once paid", "refused", "fee of a late cancellation", "fee of a no-show",
    "fee in halves", "fee in hundredths", "fee of several lots",
    "drawn again after a no-show", "no move inside a step",
)

SHOWS = {
    "confirm a lapsed one": "credits used meanwhile", "invoice, draft": "draft after use",
    "ask to move": "no move inside a step", "cancel, in a step": "fee in halves",
    "no-show": "fee of a no-show", "no-show taken back": "drawn again after a no-show",
    "credit note": "refund refused: used", "order, cancelled": "cancel of an order refused: used",
}


class Machine(BookingActs, FeeActs, PackActs):
    """One run; `case` has the people, spaces, types and packs, by name."""

    def __init__(self, case, ledger, seed, others=()):
        self.case, self.env, self.rng = case, case.env, random.Random(seed)
        self.ledger, self.others = ledger, {type(each).__name__: each for each in others}
        self.caught, self.tally, self.now = {}, Counter(), case.now
        self.orders, self.invoices, self.notes, self.changes = {}, {}, {}, {}
        self.host, self.lots = case.host, case.env["tierslieu.credit.lot"]

    # -- Running

    def run(self, steps):
        for nth in range(steps):
            self.step(nth)
            if nth % 100 == 99:
                # One long transaction: nobody else sees these rows, and counts them for the planner.
                self.env.cr.execute("ANALYZE tierslieu_booking, tierslieu_credit_move, account_move_line")
                self.case.assertClean()
        self.case.assertClean()
        self.tally.update(self.ledger.events)

    def step(self, nth):
        name, act = self.choose()
        where = f"step {nth}: {name}"
        self.tally[name] += 1
        if name == "killed":
            self.kill(act)
            refused = ""
        else:
            refused, value = self.really(act.do)
            where = f"{where} ({refused})" if refused else where
            if act.lapsed_first:
                self.observe(where)
            self.told(where, refused, lambda ledger: act.tell(ledger, value))
        self.tally["refused"] += bool(refused)
        self.observe(where)
        self.compare(where)

    def choose(self):
        while True:
            names = list(WEIGHTS)
            weights = [WEIGHTS[name] if self.is_seen(name) else WEIGHTS[name] + 12 for name in names]
            [name] = self.rng.choices(names, weights)
            if name == "killed":
                acts = [self.make(self.rng.choice(names)) for _nth in range(8)]
                act = next((each for each in acts if each and each.killable), None)
            else:
                act = self.make(name)
            if act:
                return name, act

    def is_seen(self, name):
        """Whether an act has happened, and what it is to show."""
        shows = SHOWS.get(name)
        return self.tally[name] and (not shows or self.ledger.events[shows])

    def make(self, name):
        return getattr(self, "act_" + "".join(c for c in name.replace(" ", "_") if c not in ",-"), lambda: None)()

    def really(self, do):
        """Return (why it was refused, or nothing; what it returned)."""
        try:
            with self.env.cr.savepoint():
                return "", do()
        except UserError as refusal:
            return str(refusal) or "refused", None
        finally:
            self.env.invalidate_all()

    def kill(self, act):
        """Begin an act in a process that dies on the way: nothing of it may be left."""
        lot, posts = self.env.registry["tierslieu.credit.lot"], Counter()
        post, last = lot._post, self.rng.choice((1, 1, 2))

        def dying(records, *args, **kwargs):
            post(records, *args, **kwargs)
            posts["done"] += 1
            if posts["done"] == last:
                raise Killed

        try:
            with patch.object(lot, "_post", dying), self.env.cr.savepoint():
                act.do()
                self.env.flush_all()
                raise Killed
        except (Killed, UserError):
            self.env.invalidate_all()

    def told(self, where, refused, tell):
        """Tell every ledger; those that are wrong on purpose leave once they differ."""
        for name, ledger in [("", self.ledger), *self.others.items()]:
            try:
                tell(ledger)
                differs = refused
            except Refused:
                differs = not refused
            except (ArithmeticError, AssertionError, LookupError, ValueError):
                if not name:
                    raise
                differs = True
            if differs:
                self.differ(name, where, f"really {'refused' if refused else 'done'}")

    def differ(self, name, where, what):
        if not name:
            raise AssertionError(f"{where}: {what}")
        self.caught[name] = where
        self.others.pop(name, None)

    def observe(self, where):
        """Tell of the holds that lapsed while something else was done."""
        held = [key for key, booking in self.ledger.bookings.items() if booking.state == "hold"]
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id FROM tierslieu_booking WHERE state = 'expired' AND id = ANY(%s) ORDER BY id", [held]
        )
        for (key,) in self.env.cr.fetchall():
            self.tally["lapsed by itself"] += 1
            self.told(where, False, lambda ledger, key=key: ledger.let_go(key, "expired", self.today))

    def compare(self, where):
        found = self.balances(), self.draws(), self.states()
        for name, ledger in [("", self.ledger), *self.others.items()]:
            for theirs, ours in zip(found, (ledger.balances(), ledger.draws(), ledger.states()), strict=True):
                if theirs != ours:
                    keys = [key for key in theirs.keys() | ours.keys() if theirs.get(key) != ours.get(key)]
                    said = ", ".join(f"{key}: {theirs.get(key)}, not {ours.get(key)}" for key in keys[:3])
                    self.differ(name, where, said)
                    break

    def balances(self):
        self.env.cr.execute("SELECT id, balance::text, reopened_until, notified_for FROM tierslieu_credit_lot")
        return {key: (Decimal(balance), *dates) for key, balance, *dates in self.env.cr.fetchall()}

    def draws(self):
        self.env.cr.execute(
            "SELECT booking_id, lot_id, (-SUM(amount))::text FROM tierslieu_credit_move"
            " WHERE kind IN ('consume', 'return', 'fee') GROUP BY 1, 2 HAVING SUM(amount) != 0"
        )
        return {(booking, lot): Decimal(amount) for booking, lot, amount in self.env.cr.fetchall()}

    def states(self):
        self.env.cr.execute("SELECT id, state, amount_total::text FROM tierslieu_booking WHERE state != 'draft'")
        return {key: (state, Decimal(money)) for key, state, money in self.env.cr.fetchall()}

    # -- Choosing

    @property
    def today(self):
        return self.case.place.to_local(self.now).date()

    def booking(self, key, user=None):
        """Return a booking as the team has it, or as the portal does for a member."""
        records = self.env["tierslieu.booking"].browse(key)
        return records.with_user(user).sudo() if user else records.with_user(self.host)

    def pick(self, states, begun=None, member=False):
        """Return the id of a booking in one of these states, or None."""
        found = []
        for key, booking in self.ledger.bookings.items():
            has_begun = booking.start <= self.now
            recent = booking.start > self.now - timedelta(days=40)
            theirs = not member or booking.person in self.case.users
            if booking.state in states and begun in (None, has_begun) and recent and theirs:
                found.append(key)
        return self.rng.choice(found) if found else None

    def user(self, key):
        return self.case.users[self.ledger.bookings[key].person]

    def slot(self, space=None, units=None, day=None):
        """Return a slot to come, of a space that is open from nine to six every day."""
        space = space or self.rng.choice(list(self.ledger.prices))
        day = day or self.today + timedelta(days=self.rng.randint(1, 30))
        if space == "hall":
            units, first, length = 1, self.rng.choice((9, 14)), 8
        else:
            units = units or self.rng.randint(1, 6)
            first, length = 9 + self.rng.randint(0, 18 - units) / 2, units
        start = datetime.combine(day, time()) + timedelta(hours=first)
        stop = start + length * timedelta(minutes=MINUTES)
        return Slot(space, units, day, *map(self.case.place.to_utc, (start, stop)))

    def who(self, shared=False):
        """Return (person, partner, holder of what they are granted)."""
        person = self.rng.choice(list(self.case.people))
        holder = self.ledger.groups.get(person, person) if shared else person
        return person, self.case.people[person], holder
