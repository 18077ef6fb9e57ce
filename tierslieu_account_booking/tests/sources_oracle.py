"""What bookings, packs and tickets leave to later days, told from raw documents: slow, and knows no code of ours.

Everything is walked through day by day and credit by credit. Money is integers of
cents; a share that is earned is rounded half away from zero, the rest is deferred.
"""

from datetime import timedelta, timezone
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def local_day(moment, zone):
    """Return the day of a naive UTC moment on a clock."""
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)).date()


def days_of(start, stop, zone):
    """List the days on a clock that have some minute of a slot."""
    days, moment = [], start
    while moment < stop:
        day = local_day(moment, zone)
        if not days or days[-1] != day:
            days.append(day)
        moment += timedelta(minutes=1) if stop - start < timedelta(hours=3) else timedelta(minutes=15)
    last = local_day(stop - timedelta(minutes=1), zone)
    return days if days[-1] == last else [*days, last]


def left_of(cents, share):
    """Return what is left of an amount whose share is still to be earned."""
    earned = floor(abs(cents) * (1 - share) + Fraction(1, 2))
    return (abs(cents) - earned) * (1 if cents >= 0 else -1)


def slot_deferred(documents, days, closing, earned_on=None):
    """Return the cents that are deferred of a slot.

    :param documents: [(date, cents)], credit notes below zero
    :param earned_on: the day from which all of it is earned whatever its days: it was cancelled with a fee
    """
    cents = sum(amount for day, amount in documents if day <= closing)
    if earned_on and earned_on <= closing:
        return 0
    return left_of(cents, Fraction(sum(day > closing for day in days), len(days)))


def pack_deferred(documents, bought, ledgers, closing):
    """Return the cents that are deferred of a pack.

    :param documents: [(date, cents)]
    :param bought: hundredths of a credit bought by the closing, less those refunded
    :param ledgers: [(last day or None, [(day that counts, hundredths in, or out below zero)])] of its
        lots, those that were handed over with them
    """
    cents = sum(amount for day, amount in documents if day <= closing)
    left = 0
    for last, moves in ledgers:
        if last is None or last > closing:
            left += sum(amount for day, amount in moves if day <= closing)
    if not bought or not left:
        return 0
    return left_of(cents, Fraction(left, bought))
