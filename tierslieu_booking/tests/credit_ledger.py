"""What every lot of credits should hold, worked out apart: plain Python, exact, nothing of the addon.

A notebook that is told what happened, one operation after the other, and
decides by itself what each did to each lot. Spaces are simple on purpose (one
rate each), so that the cheapest way to pay is found by trying them all: the
fewest units in money, then the fewest credits, then the soonest to expire.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

ZERO = Decimal(0)
REOPENED = timedelta(days=30)
NOTICE = timedelta(days=30)


class Refused(Exception):
    """The operation cannot be: nothing has changed."""


@dataclass
class Lot:
    key: int
    type: str
    holder: str
    shared: bool
    start: date
    end: date | None = None
    balance: Decimal = ZERO
    reopened: date | None = None
    told: date | None = None
    granted: Decimal = ZERO
    over: Decimal = ZERO  # what was written off
    refunded: Decimal = ZERO  # what its sale took back

    @property
    def last(self):
        """The last day whose slots it pays; None: no end."""
        return max(self.end, self.reopened or self.end) if self.end else None

    def pays(self, day):
        return self.start <= day and (not self.last or day <= self.last)


@dataclass
class Booking:
    person: str
    space: str
    units: int
    day: date  # local
    start: datetime
    uses: bool
    state: str = "hold"
    money: Decimal = ZERO
    due: dict = field(default_factory=dict)  # {type: credits of the price}
    drawn: dict = field(default_factory=dict)  # {lot: credits}
    terms: tuple | None = None  # ([(hours before, percent)], percent of a no-show), as when it was held
    before: dict | None = None  # what was drawn before a fee
    waived: bool = False


@dataclass
class Sale:
    """Packs on a line: of an order, or of an invoice."""

    lots: list = field(default_factory=list)
    notes: dict = field(default_factory=dict)  # {credit note: {lot: credits it took back}}
    aside: Decimal = ZERO  # what was left when its invoice went back to draft


class Ledger:
    """Lots, bookings and sales of packs.

    :param prices: {space: (money of a unit, {type: credits of a unit})}
    :param groups: {person: organisation}
    :param terms: {space: ([(hours before, percent)], percent of a no-show)}
    """

    def __init__(self, prices, groups, terms=()):
        self.prices, self.groups, self.terms = prices, groups, dict(terms)
        self.lots, self.bookings, self.sales, self.changes, self.events = {}, {}, {}, {}, Counter()

    # -- The rule

    def is_of(self, lot, person):
        return lot.holder == person or (lot.shared and lot.holder == self.groups.get(person))

    def rank(self, lot):
        """The soonest to expire, one's own before the organisation's, the oldest."""
        return lot.last or date.max, lot.shared, lot.key

    def purse(self, person, day, own=None):
        """Return [(lot, credits)] that pay a slot of a local day, in their order."""
        own = own or {}
        lots = [lot for lot in self.lots.values() if self.is_of(lot, person) and lot.pays(day)]
        return [(lot, lot.balance + own.get(lot.key, ZERO)) for lot in sorted(lots, key=self.rank)]

    def take(self, purse, due):
        """Return {lot: credits} for what is due of each type, or None."""
        left, draws = dict(due), {}
        for lot, there in purse:
            part = min(there, left.get(lot.type, ZERO))
            if part:
                draws[lot.key] = part
                left[lot.type] -= part
        return None if any(left.values()) else draws

    def price(self, space, units, purse):
        """Return (money, {type: credits}, {lot: credits}) of the best of all ways to pay."""
        cost, values = self.prices[space]
        ways = []
        for counts in product(range(units + 1), repeat=len(values)):
            if sum(counts) > units:
                continue
            due = {kind: count * values[kind] for kind, count in zip(values, counts, strict=True) if count}
            draws = self.take(purse, due)
            if draws is not None:
                order = [draws.get(lot.key, ZERO) for lot, _there in purse]
                ways.append((sum(counts), -sum(due.values()), order, due, draws))
        paid, _total, _order, due, draws = max(ways, key=lambda way: way[:3])
        return cost * (units - paid), due, draws

    # -- Moving lots

    def note(self, event):
        self.events[event] += 1

    def draw(self, key, amount):
        lot = self.lots[key]
        if amount > lot.balance:
            raise Refused
        lot.balance -= amount
        if lot.shared:
            self.note("drawn from a shared lot")
        if lot.reopened:
            self.note("drawn from a reopened lot")

    def give_back(self, key, amount, today):
        """Return credits to where they were; of a lot that is over they are good 30 more days, alone."""
        lot = self.lots[key]
        if lot.last and lot.last < today:
            self.write_off(lot)
            lot.reopened = today + REOPENED
            self.note("returned to an expired lot")
        lot.balance += amount

    def write_off(self, lot):
        lot.over += lot.balance
        lot.balance = ZERO

    def change(self, booking, draws, today):
        """Bring what a booking has drawn to something else."""
        before, booking.drawn = booking.drawn, dict(draws)
        for key in before.keys() | draws.keys():
            more = draws.get(key, ZERO) - before.get(key, ZERO)
            if more < 0:
                self.give_back(key, -more, today)
        for key in before.keys() | draws.keys():
            more = draws.get(key, ZERO) - before.get(key, ZERO)
            if more > 0:
                self.draw(key, more)
        if len(draws) > 1:
            self.note("drawn from several lots")

    # -- Grants

    def grant(self, key, kind, holder, amount, start, end=None, shared=False):
        amount = Decimal(str(amount))
        self.lots[key] = Lot(key, kind, holder, shared, start, end, amount, granted=amount)

    def transfer(self, key, new, person, amount, today):
        lot, amount = self.lots[key], Decimal(str(amount))
        over = lot.last and lot.last < today
        if amount <= 0 or amount > lot.balance or over or (person == lot.holder and not lot.shared):
            raise Refused
        lot.balance -= amount
        self.grant(new, lot.type, person, amount, lot.start, lot.last)

    def expire(self, today, most=None):
        """Write off what is over, the oldest lots first; `most`: killed after so many."""
        over = [lot for lot in self.lots.values() if lot.last and lot.last < today and lot.balance]
        for lot in sorted(over, key=lambda lot: lot.key)[:most]:
            self.write_off(lot)
            self.note("written off")

    def tell(self, today):
        """Tell of what expires soon, once of each end."""
        for lot in self.lots.values():
            if lot.last and today <= lot.last <= today + NOTICE and lot.balance and lot.told != lot.last:
                self.note("told again" if lot.told else "told")
                lot.told = lot.last

    # -- Packs

    def sell(self, sale, key, kind, holder, amount, start, end=None, shared=False):
        """Grant a pack of an order or of an invoice, or one more of the same."""
        self.grant(key, kind, holder, amount, start, end, shared)
        self.sales.setdefault(sale, Sale()).lots.append(key)

    def lots_of(self, sale):
        """Return the lots of a sale, the last one first: they are taken back in that order."""
        return [self.lots[key] for key in reversed(self.sales[sale].lots)]

    def refund(self, sale, amount, note=None):
        """Take back what a credit note gives the money back of, or fewer packs on an order."""
        left = Decimal(str(amount))
        lots = self.lots_of(sale)
        if left > sum(lot.balance for lot in lots):
            self.note("refund refused: used")
            raise Refused
        for lot in lots:
            part = min(left, lot.balance)
            lot.balance -= part
            lot.refunded += part
            left -= part
            if note and part:
                self.sales[sale].notes.setdefault(note, {})[lot.key] = part

    def unrefund(self, sale, note):
        """A credit note goes back to draft: what it took is there again."""
        for key, part in self.sales[sale].notes.pop(note, {}).items():
            self.lots[key].balance += part
            self.lots[key].refunded -= part

    def unpost(self, sale):
        """An invoice goes back to draft: what is left of its pack cannot be used meanwhile."""
        (lot,), sold = self.lots_of(sale), self.sales[sale]
        if lot.balance + lot.over + lot.refunded != lot.granted:
            self.note("draft after use")
        sold.aside, lot.balance = lot.balance, ZERO

    def repost(self, sale):
        (lot,), sold = self.lots_of(sale), self.sales[sale]
        lot.balance += sold.aside
        sold.aside = ZERO

    def call_off(self, sale):
        """An order is cancelled: all that was not written off comes back, or nothing does."""
        lots = self.lots_of(sale)
        wanted = sum(lot.granted - lot.refunded - lot.over for lot in lots)
        if wanted > sum(lot.balance for lot in lots):
            self.note("cancel of an order refused: used")
            raise Refused
        self.refund(sale, wanted)
        del self.sales[sale]

    # -- Bookings

    def hold(self, key, person, space, units, day, start=None, uses=True):
        booking = Booking(person, space, units, day, start, uses)
        purse = self.purse(person, day) if uses else []
        booking.money, booking.due, draws = self.price(space, units, purse)
        self.bookings[key] = booking
        booking.terms = self.terms.get(space)
        self.change(booking, draws, day)
        if draws and booking.money:
            self.note("credits and money")
        if len(booking.due) > 1:
            self.note("two types together")

    def revive(self, key, state):
        """Have a lapsed hold again: its price stands, drawn from what is good now."""
        booking = self.bookings[key]
        if booking.state == "expired":
            draws = self.take(self.purse(booking.person, booking.day), booking.due)
            if draws is None:
                self.note("credits used meanwhile")
                raise Refused
            self.change(booking, draws, booking.day)
            # What lapsed had no fee: nothing of it is left to be given back.
            booking.before = None
        booking.state = state

    def let_go(self, key, state, today, now=None):
        """Cancelled or lapsed, once; cancelled late, less the fee."""
        booking = self.bookings[key]
        if booking.state in ("cancelled", "expired"):
            return
        percent = self.percent(booking, now) if state == "cancelled" else 0
        self.settle(booking, percent, today)
        if percent:
            self.note("fee of a late cancellation")
        booking.state = state

    # -- Fees

    def percent(self, booking, now):
        """Return what calling off a firm booking costs: that of the nearest limit it has passed."""
        found = 0
        if booking.state == "confirmed" and booking.terms:
            for hours, percent in sorted(booking.terms[0], reverse=True):
                if self.is_past(booking.start - now, timedelta(hours=hours)):
                    found = percent
        return found

    def is_past(self, left, limit):
        """Exactly so long before is in time."""
        return left < limit

    def fee(self, due, percent):
        """Return the share of an amount of credits: halves of what is made of halves, else hundredths."""
        unit = Decimal("0.01") if due % Decimal("0.5") else Decimal("0.5")
        units, rest = divmod(due * percent, 100 * unit)
        return (units + (rest * 2 >= 100 * unit)) * unit

    def settle(self, booking, percent, today):
        """Give all back, then take the fee from what expires first."""
        booking.before, fees, drawn = dict(booking.drawn), {}, booking.drawn
        left = {kind: self.fee(due, percent) for kind, due in booking.due.items()}
        for lot in sorted((self.lots[key] for key in drawn), key=self.rank_of_fee):
            fees[lot.key] = min(left[lot.type], drawn[lot.key])
            left[lot.type] -= fees[lot.key]
        for key, amount in drawn.items():
            if amount > fees[key]:
                self.give_back(key, amount - fees[key], today)
        booking.drawn = {key: fee for key, fee in fees.items() if fee}
        for due in booking.due.values():
            fee = self.fee(due, percent)
            if 0 < fee < due:
                self.note("fee in hundredths" if fee % Decimal("0.5") else "fee in halves")
        if len(booking.drawn) > 1:
            self.note("fee of several lots")

    def rank_of_fee(self, lot):
        return self.rank(lot)

    def miss(self, key, today):
        """Nobody came: what the terms say stays due; all of it without terms."""
        booking = self.bookings[key]
        if booking.terms:
            self.settle(booking, booking.terms[1], today)
            if booking.drawn:
                self.note("fee of a no-show")
        booking.state = "no_show"

    def unmiss(self, key, over):
        """Somebody came after all: what was drawn is drawn again, from where it was or from what is good now."""
        booking = self.bookings[key]
        if booking.terms:
            for lot, amount in booking.drawn.items():
                self.lots[lot].balance += amount
            draws = booking.before
            if any(amount > self.lots[lot].balance for lot, amount in draws.items()):
                purse = [(lot, left) for lot, left in self.purse(booking.person, booking.day)
                         if not lot.last or lot.last >= over]
                draws = self.take(purse, booking.due)
            if draws is None:
                for lot, amount in booking.drawn.items():
                    self.lots[lot].balance -= amount
                raise Refused
            for lot, amount in draws.items():
                self.lots[lot].balance -= amount
            partly = booking.drawn != booking.before
            booking.drawn, booking.before, booking.waived = dict(draws), None, False
            if partly:
                self.note("drawn again after a no-show")
        booking.state = "confirmed"

    def waive(self, key, today):
        """The team gives a fee back, once."""
        booking = self.bookings[key]
        for lot, amount in booking.drawn.items():
            self.give_back(lot, amount, today)
        booking.drawn, booking.waived = {}, True

    def quote_move(self, key, slot, only_own=False):
        """Price a move; what the booking has drawn would be there again."""
        booking = self.bookings[key]
        purse = self.purse(booking.person, slot.day, booking.drawn) if booking.uses else []
        if only_own:
            purse = [(lot, booking.drawn[lot.key]) for lot, _there in purse if lot.key in booking.drawn]
        return self.price(slot.space, slot.units, purse)

    def move(self, key, slot, today, quote=None):
        """Move to another slot at its price, or at one that was quoted before."""
        booking = self.bookings[key]
        booking.money, booking.due, draws = quote or self.quote_move(key, slot)
        if slot.space != booking.space:
            booking.terms = self.terms.get(slot.space)
        booking.space, booking.units, booking.day, booking.start = slot.space, slot.units, slot.day, slot.start
        self.change(booking, draws, today)

    # -- What to compare

    def balances(self):
        return {lot.key: (lot.balance, lot.reopened, lot.told) for lot in self.lots.values()}

    def draws(self):
        return {
            (key, lot): amount
            for key, booking in self.bookings.items()
            for lot, amount in booking.drawn.items()
        }

    def states(self):
        return {key: (booking.state, booking.money) for key, booking in self.bookings.items()}
