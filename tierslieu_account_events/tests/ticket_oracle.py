"""What seats leave to later days, told from raw documents: knows no code of ours."""

from fractions import Fraction

from odoo.addons.tierslieu_account_booking.tests.sources_oracle import left_of


def seats_deferred(documents, gone, days, closing):
    """Return the cents that are deferred of the seats of one order.

    :param documents: [(date, cents, seats)], credit notes below zero
    :param gone: the days on which a seat was given up, all of its price staying due: it is earned then
    :param days: those of the event
    """
    cents = sum(amount for day, amount, _seats in documents if day <= closing)
    seats = sum(number for day, _amount, number in documents if day <= closing)
    lost = sum(day <= closing for day in gone)
    if seats <= 0:
        return 0
    coming = Fraction(sum(day > closing for day in days), len(days))
    return left_of(cents, coming * max(Fraction(seats - lost, seats), Fraction(0)))
