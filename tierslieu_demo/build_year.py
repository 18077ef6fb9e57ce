"""Live a year at Le Quai: every booking made, used, invoiced and paid in its time."""

import gc
import random
from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import Command, fields

from .bank import journal_of, receive
from .build_cancellations import LateOfTheYear
from .build_credits import CreditsOfTheYear
from .build_extras import add_extras
from .build_plans import PlansOfTheYear, desks_of_residents, give_desks
from .clock import turned_back
from .leftovers import count_rows
from .year_plan import WEEK, WEEKS, Plan

# Who pays by transfer, and who of them has one invoice a month; the others settle
# what they had when they leave, at the desk.
BY_TRANSFER, MONTHLY = ("escale", "sillage"), ("escale",)
# When the others settle without leaving: so many bookings, or so long ago.
AT_MOST, LONGEST = 40, timedelta(days=85)
# Who still owes something, and who takes two months to pay.
OWING, SLOW = ("oscar", "henri", "joachim"), ("sillage",)


def build_year(env):
    """Fill the past twelve months and the coming weeks, through the public methods."""
    host = env["res.users"].search([("login", "=", "sami")])
    place = env.ref("le_quai.place")
    now = fields.Datetime.now()
    first = place.now_local().date()
    first -= timedelta(days=first.weekday()) + 52 * WEEK
    _say_how_old(place, first - 20 * WEEK)
    wishes = _plan(place, first, place.to_local(now).replace(tzinfo=None))
    with turned_back(env.cr) as set_clock:
        give_desks(env(user=host.id, su=True), set_clock, first)
        Year(env(user=host.id, su=True), set_clock, now, first).live(wishes)


def _plan(place, first, now):
    """Return the wishes of the year, the same ones for the same day."""
    last = first + WEEKS * WEEK
    hours = {}
    for start, stop in place.open_intervals(
        place.day_bounds(first)[0], place.day_bounds(last)[1]
    ):
        begin, end = place.to_local(start), place.to_local(stop)
        hours[begin.date()] = (begin.hour + begin.minute / 60, end.hour + end.minute / 60)
    monday = first + 52 * WEEK

    spaces = {_code(space): space for space in place.space_ids}
    return Plan(
        hours,
        first,
        now,
        {code: len(space.unit_ids) for code, space in spaces.items()},
        {code: (space.buffer_before + space.buffer_after) / 60 for code, space in spaces.items()},
        desks_of_residents(monday),
        random.Random(44000),  # noqa: S311 - the same year each time
    ).fill()


def _say_how_old(place, first):
    """Give the place and its units their age: they count for the figures from then on."""
    place.env.flush_all()
    for model in (place, place.unit_ids):
        place.env.cr.execute(
            f"UPDATE {model._table} SET create_date = %s WHERE id IN %s",  # noqa: S608 - our tables
            [first, tuple(model.ids)],
        )
    place.env.invalidate_all(flush=False)


def _code(space):
    return space.get_external_id()[space.id].removeprefix("le_quai.")


class Year:
    """A year as it is lived, one evening after the other.

    :param set_clock: function that puts the clock at a moment, naive UTC
    :param now: when the year ends
    :param first: the Monday of its first week
    """

    def __init__(self, env, set_clock, now, first):
        self.env, self.set_clock, self.now = env, set_clock, now
        self.place = env.ref("le_quai.place")
        self.dice = random.Random(44100)  # noqa: S311 - the same year each time
        self.records = {}
        self.open = []  # bookings that are not over
        self.to_settle = defaultdict(list)
        self.invoiced = set()
        self.owed = []  # (when it will be paid, bookings)
        self.credits = CreditsOfTheYear(env, first)
        self.late = LateOfTheYear(env, first)
        self.plans = PlansOfTheYear(env, self.place.to_local(now).date())

    def ref(self, name):
        if name not in self.records:
            self.records[name] = self.env.ref(f"le_quai.{name}")
        return self.records[name]

    def live(self, wishes):
        """Go from evening to evening, doing what the day brought in its order."""
        nth = 0
        self.coming = defaultdict(int)
        for wish in wishes:
            self.coming[wish.who] += 1
        evening = self._evening(wishes[0].booked_at.date())
        while nth < len(wishes) or evening < self.now:
            while nth < len(wishes) and self._utc(wishes[nth].booked_at) < min(evening, self.now):
                self._book(wishes[nth])
                nth += 1
            if evening >= self.now:
                break
            self._end_day(evening)
            evening = self._evening(self.place.to_local(evening).date() + timedelta(days=1))
        self.set_clock(self.now)
        self._close(self.now)
        self._arrive()
        self.plans.end()
        add_extras(self.env)
        self._prepay()

    def _utc(self, moment):
        return self.place.to_utc(moment)

    def _evening(self, date):
        return self._utc(datetime.combine(date, time(23, 15)))

    # -- Bookings

    def _book(self, wish):
        self.set_clock(self._utc(wish.booked_at))
        booking = self.env["tierslieu.booking"].reserve(
            self.ref(wish.space),
            self.ref(wish.who),
            self._utc(wish.start),
            self._utc(wish.stop),
            people=wish.people,
        )
        booking.action_confirm()
        self.open.append((wish, booking))

    def _end_day(self, evening):
        """Do what the host does at the end of a day, and at the end of a month."""
        self.set_clock(evening)
        self._cancel(evening)
        self._close(evening)
        self._take_payments(evening)
        today = self.place.to_local(evening).date()
        self.credits.live(today)
        self.plans.live(today)
        for who, booking in self.late.live(today):
            self.to_settle[who].append(booking)
        tomorrow = today + timedelta(days=1)
        if tomorrow.day == 1:
            self._invoice(evening)
            self.credits.expire()
            self.env.flush_all()
            self.env.invalidate_all()
            count_rows(self.env)
        # Each environment that is left over slows down every new one.
        gc.collect(2 if tomorrow.weekday() == 0 else 1)

    def _cancel(self, evening):
        """Cancel what will not be, one or two days before."""
        left = []
        for wish, booking in self.open:
            if wish.fate == "cancelled" and booking.start - timedelta(hours=60) < evening:
                booking.action_cancel()
                self.coming[wish.who] -= 1
                if booking.amount_owed:
                    self.to_settle[wish.who].append(booking)
            else:
                left.append((wish, booking))
        self.open = left

    def _close(self, moment):
        """Check out who came, and note who did not."""
        over = [(wish, booking) for wish, booking in self.open if booking.stop <= moment]
        if not over:
            return
        bookings = self.env["tierslieu.booking"]
        bookings.union(*(b for wish, b in over if wish.fate == "missed")).action_no_show()
        came = bookings.union(*(b for wish, b in over if wish.fate != "missed"))
        came.action_check_in()
        came.action_check_out()
        self.open = [pair for pair in self.open if pair not in over]
        for wish, booking in over:
            self.coming[wish.who] -= 1
            if booking.amount_total:
                self.to_settle[wish.who].append(booking)

    def _arrive(self):
        """Check in who is here now."""
        here = [booking for _wish, booking in self.open if booking.start <= self.now]
        self.env["tierslieu.booking"].union(*here).action_check_in()

    # -- Money

    def _invoice(self, evening):
        """Invoice the month: each regular customer, and who will not come back soon."""
        due = [
            who for who in self.to_settle
            if who in MONTHLY
            or self.coming[who] <= 0
            or len(self.to_settle[who]) >= AT_MOST
            or self.to_settle[who][0].stop + self._longest(who) < evening
        ]
        bookings = self.env["tierslieu.booking"].union(
            *(booking for who in due for booking in self.to_settle[who])
        )
        if not bookings:
            return
        bookings.action_invoice_each()
        self.invoiced.update(due)
        at_desk = bookings.browse()
        for who in due:
            had = bookings.browse().union(*self.to_settle.pop(who))
            if who in BY_TRANSFER:
                days = 71 if who in SLOW else self.dice.choice((12, 12, 19))
                self.owed.append((evening + timedelta(days=days), had))
            elif who not in OWING:
                at_desk |= had
        receive(self.env, at_desk._open_invoices())

    def _longest(self, who):
        """Return how long somebody waits to settle: not everyone does it in the same month."""
        return LONGEST - (0 if who in self.invoiced else len(who) % 3) * timedelta(days=28)

    def _take_payments(self, evening):
        """Note the transfers that have come in."""
        paid = [bookings for moment, bookings in self.owed if moment <= evening]
        self.owed = [pair for pair in self.owed if pair[0] > evening]
        receive(self.env, self.env["tierslieu.booking"].union(*paid)._open_invoices())

    def _prepay(self):
        """Let some pay now for what they have booked, together."""
        mine = [
            booking for wish, booking in self.open
            if wish.who not in OWING + BY_TRANSFER and booking.amount_total
        ]
        bookings = self.env["tierslieu.booking"].union(*mine)
        if bookings:
            bookings.action_invoice_each()
            self._collect(bookings)

    def _collect(self, bookings):
        """Take the payment of bookings at the till."""
        journal = journal_of(self.env, "cash")
        self.env["tierslieu.collect"].create(
            {"booking_ids": [Command.set(bookings.ids)], "journal": str(journal.id)}
        ).action_collect()
