"""What calling a booking off costs: which step holds at a moment, and its share of each line.

Moments are naive UTC: the hours of a step are elapsed hours, whatever the
clocks of the place do meanwhile. Amounts and percentages are `Decimal`.
"""

from datetime import timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

NOTHING, WHOLE = Decimal(0), Decimal(100)
HALF, HUNDREDTH = Decimal("0.5"), Decimal("0.01")


class Step(NamedTuple):
    """When less than so many hours are left before the start, so much of the price is due."""

    hours: Decimal
    percent: Decimal

    @property
    def before(self):
        return timedelta(seconds=int(self.hours * 3600))


def percent_at(steps, start, at):
    """Return the share of the price, in percent, that whoever calls off at a moment owes.

    Exactly N hours before the start, the step of N hours does not hold yet.

    >>> from datetime import datetime
    >>> day = [Step(Decimal(24), Decimal(50)), Step(Decimal(2), Decimal(100))]
    >>> start = datetime(2027, 1, 12, 9)
    >>> percent_at(day, start, datetime(2027, 1, 11, 9)), percent_at(day, start, datetime(2027, 1, 11, 9, 0, 1))
    (Decimal('0'), Decimal('50'))
    >>> percent_at(day, start, datetime(2027, 1, 12, 8)), percent_at(day, start, datetime(2027, 1, 13))
    (Decimal('100'), Decimal('100'))
    """
    near = [step for step in steps if start - at < step.before]
    return min(near).percent if near else NOTHING


def phases(steps, start):
    """Return [(until, percent), …] in order: each share holds until its moment; the last one has None.

    >>> from datetime import datetime
    >>> phases([Step(Decimal(24), Decimal(50))], datetime(2027, 1, 12, 9))
    [(datetime.datetime(2027, 1, 11, 9, 0), Decimal('0')), (None, Decimal('50'))]
    >>> phases([], datetime(2027, 1, 12, 9))
    [(None, Decimal('0'))]
    """
    found, percent = [], NOTHING
    for step in sorted(steps, reverse=True):
        if step.percent != percent:
            found.append((start - step.before, percent))
            percent = step.percent
    return [*found, (None, percent)]


def split(amounts, percent, digits=2):
    """Return the share of each amount: together, the share of the whole, half a cent up.

    What rounding leaves goes to the largest remainders, the first lines first.

    :param amounts: not negative, of so many digits
    >>> split([Decimal("10.00"), Decimal("10.00"), Decimal("10.01")], Decimal(33))
    [Decimal('3.30'), Decimal('3.30'), Decimal('3.30')]
    >>> split([Decimal("0.01"), Decimal("0.01"), Decimal("0.01")], Decimal(50))
    [Decimal('0.01'), Decimal('0.01'), Decimal('0.00')]
    """
    cent = Decimal(1).scaleb(-digits)
    exact = [amount * percent / 100 for amount in amounts]
    shares = [share.quantize(cent, ROUND_DOWN) for share in exact]
    left = (sum(exact, NOTHING).quantize(cent, ROUND_HALF_UP) - sum(shares, NOTHING)) / cent
    largest = sorted(range(len(shares)), key=lambda nth: (shares[nth] - exact[nth], nth))
    for nth in largest[: int(left)]:
        shares[nth] += cent
    return shares


def credit_share(amount, percent):
    """Return the share of an amount of credits: in halves where it is made of halves, else in hundredths.

    A third of a ticket pays nothing: what comes back can be used.

    >>> credit_share(Decimal(1), Decimal(50)), credit_share(Decimal(1), Decimal(33))
    (Decimal('0.5'), Decimal('0.5'))
    >>> credit_share(Decimal("0.75"), Decimal(50)), credit_share(Decimal(1), Decimal(10))
    (Decimal('0.38'), Decimal('0.0'))
    """
    step = HUNDREDTH if amount % HALF else HALF
    return (amount * percent / 100 / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def split_credits(amounts, percent):
    """Return the share of each line of one type of credits: taken from the first lines.

    >>> split_credits([Decimal("0.5"), Decimal("0.5")], Decimal(50))
    [Decimal('0.5'), Decimal('0')]
    """
    left, shares = credit_share(sum(amounts, NOTHING), percent), []
    for amount in amounts:
        shares.append(min(amount, left) if left else NOTHING)
        left -= shares[-1]
    return shares
