"""Search how bookings make room for claims: see `placement`, whose tool this is.

Everything is a number here, and sets are the bits of integers: pieces of time,
units, and bookings, in the order of time.
"""

# What the two searches may cost where nothing promises that they end: one for
# each booking or unit looked at.
FILLS = 20_000
PUSHES = 6_000
# How many units open to a booking are told from “many”.
FEW = 8


class Search:
    def __init__(self, times, current, claim, rank, gaps, fixed, own, exact):
        """Prepare a search.

        :param times: when each booking is, as bits
        :param current: the unit of each booking now
        :param claim: when the claim is, as bits
        :param rank: how many bookings come before it in the order of time
        :param gaps: the bookings, or claims, that have several ranges
        :param fixed: when each unit is taken by what does not move
        :param own: the units the claim may take; None: any
        :param exact: up to how many bookings and units nothing bounds the search
        """
        self.times = times
        self.current = current
        self.claim = claim
        self.rank = rank
        self.gaps = gaps
        self.fixed = fixed
        self.own = own
        self.exact = exact
        self.left = None

    # -- Is there room?

    def settle(self, room):
        """Return {booking: unit} of what moves and, last, of the claim; or None.

        :param room: how many claims could at the most be had
        """
        claim = len(self.times)
        way = self.way(1, room)
        if not way:
            return None
        # The claims beyond the first only proved that there is room.
        way = {nth: unit for nth, unit in way.items() if nth <= claim}
        best = self._shortened(way)
        swept = self._sweep(1, staying=True)
        if swept:
            best = min(best, self._shortened(swept), key=len)
        return self._fewer(best)

    def count(self, free, most, room):
        """Return (number of claims that find room one after the other, whether sure).

        :param free: how many find a free unit
        :param most: stop there
        """
        if self._sweep(room):
            return most, True
        for number in range(free + 1, most + 1):
            if self._sweep(number):
                continue
            found, sure = self._filled(number)
            if not found:
                return number - 1, sure
        return most, True

    def way(self, number, room):
        """Return {booking: unit} that makes room for claims, or None.

        Whether there is one depends on what is to be placed, never on where
        it is now: otherwise a move would change what the next claim is told.
        """
        if room > number:
            found = self._sweep(room)
            if found:
                return found
        return self._sweep(number) or self._filled(number)[0]

    # -- Sweep: place in the order of time, on the unit that fits most tightly

    def _sweep(self, claims, staying=False):
        """Place all greedily, or return None.

        Exact when the units are alike and each booking has one range. Those
        of several ranges may do better when they come first.

        :param staying: whether to prefer the unit where a booking is
        """
        order = self._order(claims)
        found = self._greedy(order, staying)
        if not found and self.gaps:
            found = self._greedy(
                [nth for nth in order if nth in self.gaps]
                + [nth for nth in order if nth not in self.gaps],
                staying,
            )
        return found

    def _greedy(self, order, staying):
        taken = list(self.fixed)
        waiting = list(self.fixed)
        if staying:
            for nth, unit in enumerate(self.current):
                waiting[unit] |= self.times[nth]
        found = {}
        for nth in order:
            moves = nth < len(self.times)
            time = self.times[nth] if moves else self.claim
            units = range(len(taken)) if moves or self.own is None else self.own
            fits = [unit for unit in units if not taken[unit] & time]
            if not fits:
                return None
            if staying and moves and self.current[nth] in fits:
                unit = self.current[nth]
            else:
                after = time.bit_length()
                unit = min(
                    fits,
                    key=lambda unit, after=after, time=time: (
                        staying and bool(waiting[unit] & time),
                        _lowest(taken[unit] >> after),
                        unit,
                    ),
                )
            taken[unit] |= time
            found[nth] = unit
        return found

    def _order(self, claims):
        """Return bookings and claims in the order of time; claims with a unit of their own first."""
        bookings = list(range(len(self.times)))
        added = range(len(bookings), len(bookings) + claims)
        if self.own is not None:
            return [*added, *bookings]
        return [*bookings[: self.rank], *added, *bookings[self.rank :]]

    # -- Fill: try everything, the hardest to place first

    def _filled(self, claims):
        """Return ({booking: unit} or None, whether that is sure).

        Numbers all in the order of time, claims included: where ties are cut
        must not depend on whether an earlier claim is a booking by now.
        """
        order = [
            *range(self.rank),
            *range(len(self.times), len(self.times) + claims),
            *range(self.rank, len(self.times)),
        ]
        times = [self.times[nth] if nth < len(self.times) else self.claim for nth in order]
        columns = []
        for unit, taken in enumerate(self.fixed):
            column = 0
            for place, time in enumerate(times):
                mine = order[place] < len(self.times) or self.own is None or unit in self.own
                if mine and not taken & time:
                    column |= 1 << place
            if column:
                columns.append((column, unit))
        exact = self._allot(len(times) - 1, len(columns), FILLS)
        if not exact and len(times) * (len(times) + len(columns)) > FILLS:
            return None, False
        self.failed = set()
        self.conflicts = _conflicts(times)
        try:
            found = self._fill((1 << len(times)) - 1, columns)
        except _SpentError:
            return None, False
        return found and {order[place]: unit for place, unit in found.items()}, True

    def _fill(self, left, columns):
        """Place the bookings `left`; `columns` are the units with what may go there.

        Tells units apart only by what may still go there, so that positions
        which differ by a swap of units are looked at once.
        """
        if not left:
            return {}
        self._spend(len(columns) + left.bit_count())
        key = left, *sorted(column for column, _unit in columns)
        if key in self.failed:
            return None
        tight = self._tightest(left, columns)
        nth = max(
            _bits(tight), key=lambda nth: ((self.conflicts[nth] & left).bit_count(), -nth)
        )
        bit = 1 << nth
        kinds = {column: unit for column, unit in reversed(columns) if column & bit}
        for chosen in kinds.values():
            found = self._fill(
                left ^ bit,
                [
                    (column & ~(self.conflicts[nth] | bit if unit == chosen else bit), unit)
                    for column, unit in columns
                ],
            )
            if found is not None:
                return found | {nth: chosen}
        self.failed.add(key)
        return None

    def _tightest(self, left, columns):
        """Return the bookings that the fewest units are open to, up to a few units."""
        # open_to[n]: the bookings that more than n units are open to.
        open_to = [0] * FEW
        for column, _unit in columns:
            for nth in range(FEW):
                open_to[nth], column = open_to[nth] | column, open_to[nth] & column
        for several in open_to:
            if left & ~several:
                return left & ~several
        return left

    # -- Push: put the claim somewhere, then place what it pushed out

    def _fewer(self, best):
        """Look for a way that moves less than the one that is known."""
        times = [*self.times, self.claim]
        self.conflicts = _conflicts(times)
        self.columns = [0] * len(self.fixed)
        self.allowed = []
        for nth, time in enumerate(times):
            mine = self.own if nth == len(self.times) and self.own is not None else None
            self.allowed.append(
                [
                    unit
                    for unit, taken in enumerate(self.fixed)
                    if not taken & time and (mine is None or unit in mine)
                ]
            )
            for unit in self.allowed[-1]:
                self.columns[unit] |= 1 << nth
        on = [0] * len(self.fixed)
        for nth, unit in enumerate(self.current):
            on[unit] |= 1 << nth
        bookings, units = len(self.times), sum(1 for column in self.columns if column)
        limit = 1
        while limit < len(best) - 1:
            # Each limit has a budget: a wider one may be quicker to meet.
            exact = self._allot(bookings, units, PUSHES)
            self.failed = set()
            try:
                found = self._push({bookings}, {}, on, limit)
            except _SpentError:
                found = None
            if found:
                return found
            limit += 1 if exact or limit < 6 else limit // 2
        return best

    def _push(self, pending, settled, on, limit):
        """Settle the pending bookings, `limit` more being pushed out at most.

        Whatever is settled stays: every way is found by settling each booking
        at once where it ends.
        """
        if not pending:
            return settled
        key = frozenset(settled.items())
        if key in self.failed:
            return None
        held = 0
        for nth in settled:
            held |= 1 << nth
        options = self._hardest(pending, held, on, limit)
        if options:
            nth, choices = options
            for cost, unit in choices:
                if cost > limit:
                    break
                pushed = on[unit] & self.conflicts[nth]
                after = list(on)
                after[unit] = on[unit] & ~pushed | 1 << nth
                found = self._push(
                    (pending - {nth}) | set(_bits(pushed)),
                    settled | {nth: unit},
                    after,
                    limit - cost,
                )
                if found:
                    return found
        self.failed.add(key)
        return None

    def _hardest(self, pending, held, on, limit):
        """Return the pending booking with the fewest choices, and these; or None."""
        hardest = None
        for nth in sorted(pending):
            choices = self._choices(nth, held, on)
            if not choices or choices[0][0] > limit:
                return None
            if hardest is None or len(choices) < len(hardest[1]):
                hardest = nth, choices
        return hardest

    def _choices(self, nth, held, on):
        """Return [(how many it pushes out, unit)] of where a booking may go."""
        self._spend(len(self.allowed[nth]))
        choices, alike = [], set()
        for unit in self.allowed[nth]:
            pushed = on[unit] & self.conflicts[nth]
            if pushed & held:
                continue
            if not on[unit]:
                # One empty unit is as good as another one open to the same bookings.
                if self.columns[unit] in alike:
                    continue
                alike.add(self.columns[unit])
            choices.append((pushed.bit_count(), unit))
        return sorted(choices)

    def _shortened(self, way):
        """Leave where they are the bookings of a way that need not move."""
        claim = len(self.times)
        taken = list(self.fixed)
        for nth, unit in way.items():
            taken[unit] |= self.times[nth] if nth < claim else self.claim
        moved = {nth: unit for nth, unit in way.items() if nth == claim or unit != self.current[nth]}
        for nth in [nth for nth in moved if nth != claim]:
            now, time = self.current[nth], self.times[nth]
            if not taken[now] & time:
                taken[moved.pop(nth)] &= ~time
                taken[now] |= time
        return moved

    # -- Budget

    def _allot(self, bookings, units, budget):
        """Set the budget of a search, none at all where it must be exact; say which."""
        most_bookings, most_units = self.exact
        exact = bookings <= most_bookings and units <= most_units
        self.left = None if exact else budget
        return exact

    def _spend(self, cost):
        if self.left is not None:
            self.left -= cost
            if self.left < 0:
                raise _SpentError


def _conflicts(times):
    """Return, for each booking, the others that overlap it, as bits."""
    conflicts = [0] * len(times)
    for nth, time in enumerate(times):
        for other in range(nth):
            if time & times[other]:
                conflicts[nth] |= 1 << other
                conflicts[other] |= 1 << nth
    return conflicts


def _lowest(bits):
    """Return the number of the lowest bit; past them all when there is none."""
    return (bits & -bits).bit_length() - 1 if bits else float("inf")


def _bits(mask):
    """Yield the numbers of the bits of a mask, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class _SpentError(Exception):
    """The budget is used up."""
