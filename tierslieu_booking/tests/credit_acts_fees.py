"""Late cancellations, no-shows, fees given back, policies that change meanwhile."""

from datetime import timedelta

from .credit_acts import REASON, Act


class FeeActs:
    """Acts of a `Machine` that cost credits: see `BookingActs`."""

    def in_a_step(self, member=False):
        """Return the id of a booking to come that costs something to call off, or None."""
        near = [
            key for key, booking in self.ledger.bookings.items()
            if booking.start > self.now and self.ledger.percent(booking, self.now)
            and (not member or booking.person in self.case.users)
        ]
        return self.rather(near, lambda booking: any(due >= 1 and not due % 1 for due in booking.due.values()))

    def rather(self, keys, wanted):
        """Return one of these bookings, every other time one that is as wanted, or None."""
        some = [key for key in keys if wanted(self.ledger.bookings[key])]
        keys = some if some and self.rng.random() < 0.5 else keys
        return self.rng.choice(keys) if keys else None

    def act_cancel_in_a_step(self):
        return self.on(self.in_a_step(), "action_cancel", self.let_go("cancelled"))

    def act_cancel_waived(self):
        """The team sets the policy aside: all comes back."""
        near = [
            key for key, booking in self.ledger.bookings.items()
            if booking.start > self.now - timedelta(days=20) and self.ledger.percent(booking, self.now)
        ]
        if not near:
            return None
        key, today = self.rng.choice(near), self.today
        return Act(
            lambda: self.booking(key).action_cancel(waive=REASON) and None,
            lambda ledger, _none: ledger.let_go(key, "cancelled", today, ledger.bookings[key].start - timedelta(365)),
        )

    def act_fee_given_back(self):
        owing = [
            key for key, booking in self.ledger.bookings.items()
            if booking.state in ("cancelled", "no_show") and booking.before is not None
            and booking.drawn and not booking.waived
        ]
        if not owing:
            return None
        key, today = self.rng.choice(owing[-20:]), self.today
        return Act(
            lambda: self.booking(key).action_waive_fee(REASON) and None,
            lambda ledger, _none: ledger.waive(key, today),
        )

    def act_noshow(self):
        begun = [
            key for key, booking in self.ledger.bookings.items()
            if booking.state == "confirmed" and booking.start <= self.now
        ]
        begun.sort(key=lambda key: self.ledger.bookings[key].start)
        key = self.rather(begun[-4:], lambda booking: booking.drawn and booking.terms and booking.terms[1] < 100)
        today = self.today
        return self.on(key, "action_no_show", lambda ledger, key: ledger.miss(key, today))

    def act_noshow_taken_back(self):
        missed = [
            key for key, booking in self.ledger.bookings.items()
            if booking.state == "no_show" and booking.start >= self.now - timedelta(hours=20)
        ]
        over = (self.now - timedelta(hours=12)).date()
        key = self.rather(missed, lambda booking: booking.before and booking.before != booking.drawn)
        return self.on(key, "action_step_back", lambda ledger, key: ledger.unmiss(key, over))

    def act_policy_edited(self):
        """Another policy from now on: the bookings that there are keep theirs."""
        space = self.rng.choice(sorted(self.ledger.terms))
        terms = self.rng.choice(self.case.terms_of[space])

        def tell(ledger, _none):
            ledger.terms = ledger.terms | {space: terms}

        return Act(lambda: self.case.set_terms(space, terms), tell, killable=False)
