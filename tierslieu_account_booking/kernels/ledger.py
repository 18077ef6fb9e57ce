"""How many credits of a lot are left on a day, when a use counts on the day of its slot.

A lot is a ledger of moves. What a booking or a seat draws is used on the days of
its slot, whenever it was drawn, and so is what comes back of it: a slot to come
is still owed to its holder. A fee is earned when it is decided, or on the day of
the slot when that is earlier. All the rest counts on its own day: credits
granted, refunded, handed over, written off. Nothing is left of a lot that is
over, whether or not somebody has written it off.
"""

from fractions import Fraction
from typing import NamedTuple

from .shares import day_share

SLOT = ("consume", "return")


class Move(NamedTuple):
    """A move of a ledger."""

    kind: str
    amount: object
    """Exact, above zero for what comes in."""
    day: object
    """When it was written, or that of its document."""
    first: object = None
    """First day of the slot that it pays; None for what pays none."""
    last: object = None


def counted(move, closing):
    """Return how much of a move counts at the end of a day.

    >>> from datetime import date
    >>> closing, december, january = date(2026, 12, 31), date(2026, 12, 20), date(2027, 1, 8)
    >>> [int(counted(Move("consume", -2, december, day, day), closing)) for day in (december, january)]
    [-2, 0]
    >>> [int(counted(Move("fee", -1, day, january, january), closing)) for day in (december, january)]
    [-1, 0]
    >>> int(counted(Move("fee", -1, january, december, december), closing))
    -1
    >>> counted(Move("consume", -3, december, closing, date(2027, 1, 2)), closing)
    Fraction(-1, 1)
    >>> [int(counted(Move("expire", -5, day), closing)) for day in (closing, january)]
    [-5, 0]
    """
    amount = Fraction(move.amount)
    if move.first and move.kind in SLOT:
        return amount * (1 - day_share(move.first, move.last, closing))
    day = min(move.day, move.first) if move.first and move.kind == "fee" else move.day
    return amount if day <= closing else Fraction(0)


def left(moves, closing, last_day=None):
    """Return the credits left of a lot at the end of a day.

    :param last_day: of the slots that it pays; None without end

    >>> from datetime import date
    >>> moves = [Move("grant", 10, date(2026, 9, 1)), Move("consume", -4, *[date(2026, 11, 3)] * 3)]
    >>> [int(left(moves, date(2026, 12, 31), end)) for end in (None, date(2027, 8, 31), date(2026, 12, 31))]
    [6, 6, 0]
    """
    if last_day and last_day <= closing:
        return Fraction(0)
    return max(sum((counted(move, closing) for move in moves), Fraction(0)), Fraction(0))
