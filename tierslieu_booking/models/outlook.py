from datetime import timedelta

from ..kernels import cover
from .credit_lot import Wallet
from .space_range import NO_PRICE, Sheet
from .space_slots import REACH

# What one reading looks at, at the most: a search has an end, whatever is asked.
MOST_TRIES = 6000


class Outlook:
    """What many spaces are sold by over some days, read once for all of them.

    The opening hours are read once a place, the occupancies together, the
    prices once a day on which something is priced: the queries do not grow
    with the spaces. Rights are those of who made `spaces`: give sudo records.
    """

    def __init__(self, spaces, partner, rates=None, use_credits=True):
        """Look at spaces for a partner.

        :param rates: those priced together; None: of these spaces. Prices are
            remembered by them: the fewer sets there are, the better.
        :param use_credits: whether the partner's credits pay what they can
        """
        self.spaces = spaces
        self.rates = rates or spaces.rate_ids
        self.partner = partner
        self.tries = MOST_TRIES
        self._bounds = None
        self._days, self._busy = {}, {}
        self._open, self._rates, self._tiers = {}, {}, {}
        self._ranges, self._had = {}, {}
        self._fares, self._versions, self._hours = {}, {}, {}
        self._wallet, self._usable = Wallet() if use_credits else None, {}

    def look(self, first, last):
        """Read the days from `first` to `last`, both included, unless they were read already."""
        if self._bounds:
            if self._bounds[0] <= first and last <= self._bounds[1]:
                return
            first, last = min(first, self._bounds[0]), max(last, self._bounds[1])
        self._bounds = first, last
        self._rates.clear()
        self._fares.clear()
        begin = end = None
        for place in self.spaces.place_id:
            if place not in self._hours:
                self._hours[place] = place._hours_version()
            self._days[place] = place._kernel_days(first, last, version=self._hours[place])
            lo, hi = place.day_bounds(first)[0], place.day_bounds(last)[1]
            begin, end = min(begin or lo, lo), max(end or hi, hi)
        if begin:
            margin = timedelta(
                minutes=max(max(s.buffer_before, s.buffer_after) for s in self.spaces)
            )
            self._busy = self.spaces._busy_of(self.spaces, begin - margin, end + margin)

    def covers(self, date):
        """Whether what begins on a day was read."""
        return bool(self._bounds) and self._bounds[0] <= date <= self._bounds[1]

    def sheet(self, space, date, length):
        """Return what a slot of a length that begins on a day may touch, without prices."""
        last = space._last_touched(date, length)
        days = self._days[space.place_id]
        touched = {
            ordinal: days[ordinal] for ordinal in range(date.toordinal(), last.toordinal() + 1)
        }
        # What reaches over weeks shares its windows between all the days read.
        shared = REACH.get(length, 2) > 2
        rates = self._kernel_rates(space, days if shared else touched)
        opened = {ordinal: self._opened(space, day, rates) for ordinal, day in touched.items()}
        return Sheet(touched, rates, opened)

    def _kernel_rates(self, space, days):
        key = space, min(days), max(days)
        if key not in self._rates:
            self._rates[key] = [
                rate._kernel_rate(space.place_id, days, NO_PRICE) for rate in space.rate_ids
            ]
        return self._rates[key]

    def _opened(self, space, day, rates):
        key = space, day.ordinal
        if key not in self._open:
            self._open[key] = cover.bookable(day, rates)
        return self._open[key]

    def ranges(self, space, date, length):
        """Return the (start, stop) of the slots of a day, free or not."""
        key = space, date, length
        if key not in self._ranges:
            self.tries -= 1
            self._ranges[key] = (
                space._day_ranges(date, length, self.sheet(space, date, length))
                if self.tries > 0
                else []
            )
        return self._ranges[key]

    def can_have(self, space, start, stop, length, people):
        """Whether a range is free and within the rules, whatever its price."""
        key = space, start, stop, people
        if key not in self._had:
            self.tries -= 1
            sheet = self.sheet(space, space._local_date(start), length)
            self._had[key] = bool(
                self.tries > 0
                and self.free(space, start, stop, sheet)
                and not any(space._range_errors(start, stop, people, sheet))
            )
        return self._had[key]

    def free(self, space, start, stop, sheet):
        """Return how many could still be had of a space over a range."""
        wanted = space._hulls(space._open_days(start, stop, sheet))
        return space._free_over(self._busy[space], wanted)

    def price(self, space, start, stop, length):
        """Price a range, for who asks, on its day.

        :return: (`cover.Cover`, the sheet with its prices in money), or None when it has no price
        """
        date = space._local_date(start)
        sheet = self.sheet(space, date, length)
        tiers = self._tiers_on(date, space.company_id)
        rates = [
            kernel._replace(tiers=tiers[rate])
            for kernel, rate in zip(sheet.rates, space.rate_ids, strict=True)
        ]
        sheet = sheet._replace(rates=rates)
        usable = self._usable_on(date, space)
        best, problem = space._cheapest(space._with_credits(sheet, usable), start, stop, usable)
        return None if problem else (best, sheet)

    def _usable_on(self, date, space):
        """Return the credits that may pay a space on a day: read once a day and company."""
        if not (self._wallet and space._credit_values()):
            return ()
        key = date, space.company_id
        if key not in self._usable:
            self._usable[key] = space._usable_credits(self.partner, date, self._wallet)
        return self._usable[key]

    def _tiers_on(self, date, company):
        """Return the prices on a day of all the rates of a company's spaces."""
        key = date, company
        if key not in self._tiers:
            rates = self.rates.filtered(lambda rate: rate.company_id == company)
            if company not in self._fares:
                partner = self.partner.with_company(company)
                self._fares[company] = partner._tierslieu_fare_sources(*self._bounds)
            pricelist = rates.space_id[:1]._pricelist(self.partner, date, self._fares[company])
            if (company, pricelist) not in self._versions:
                self._versions[company, pricelist] = rates._price_version(pricelist)
            version = self._versions[company, pricelist]
            self._tiers[key] = rates._known_tiers(pricelist, date, version)
        return self._tiers[key]
