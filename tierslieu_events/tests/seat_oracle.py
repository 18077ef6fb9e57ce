"""How many seats are left, by sets: written apart from the addon, which it never imports."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Taken:
    """Somebody's seat."""

    ticket: str
    slot: str
    state: str  # sold, held, gone
    until: datetime | None = None
    voucher: str | None = None


@dataclass
class Voucher:
    """A code for so many seats of a ticket at a slot."""

    ticket: str
    slot: str
    uses: int
    keeps: bool
    until: datetime


@dataclass
class Hall:
    """An event with slots: seats of each, of tickets at each, of quotas over tickets and slots."""

    each_slot: int
    tickets: dict
    quotas: dict  # name: [size, tickets, slots]
    vouchers: dict = field(default_factory=dict)
    taken: dict = field(default_factory=dict)

    def alive(self, now):
        """Return the keys of the seats that are sold, or held and not lapsed."""
        return {
            key for key, one in self.taken.items()
            if one.state == "sold" or (one.state == "held" and one.until > now)
        }

    def limits(self, ticket, slot):
        """Yield (size, whether a seat of (ticket, slot) counts) of each limit that a seat meets."""
        yield self.each_slot, lambda _ticket, other: other == slot
        if self.tickets[ticket]:
            yield self.tickets[ticket], lambda one, other: (one, other) == (ticket, slot)
        for size, tickets, slots in self.quotas.values():
            if ticket in tickets and slot in slots:
                yield size, lambda one, other, tickets=tickets, slots=slots: one in tickets and other in slots

    def left(self, ticket, slot, now, voucher=None):
        """Return how many seats somebody may still have, with a voucher or without."""
        alive = [self.taken[key] for key in self.alive(now)]
        free = []
        for size, counts in self.limits(ticket, slot):
            used = sum(counts(one.ticket, one.slot) for one in alive)
            for code, kept in self.vouchers.items():
                if kept.keeps and kept.until > now and code != voucher and counts(kept.ticket, kept.slot):
                    used += max(kept.uses - self.uses(code, now), 0)
            free.append(size - used)
        if voucher:
            free.append(self.vouchers[voucher].uses - self.uses(voucher, now))
        return max(min(free), 0)

    def uses(self, code, now):
        return sum(self.taken[key].voucher == code for key in self.alive(now))
