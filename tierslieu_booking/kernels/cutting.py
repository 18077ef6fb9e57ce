"""Cut a request by days, and say which rate may pay which piece.

Nothing here chooses. Steps of the billing grid are bits of a whole number, so
that sets of them are cheap to join, to compare and to count.
"""

from typing import NamedTuple

from .pieces import EVENING, GAP, LONG_UNITS, NoPrice, pieces


class Cut(NamedTuple):
    """One day of a request, and the rates (by index) that may pay its pieces.

    Two days of one `shape` are paid in the same ways, so these are worked out
    once; `longs` are the week and month rates that may pay the day.
    """

    ordinal: int
    shape: "Shape"
    longs: tuple
    first_step: int
    last_step: int


class Shape(NamedTuple):
    """What a day asks: sets of steps are bits, counted from the day's first.

    `halves`, `evenings`: ((steps, rates that pay it whole), …) for each piece;
    `gaps`: steps of the stretches in no part, 0 when there are none;
    `day_rates`: who pays all of it but the evening; `hours`: ((rate, steps),
    …); `joins_before`, `joins_after`: a step reaches over midnight.
    """

    halves: tuple
    evenings: tuple
    gaps: int
    day_rates: tuple
    hours: tuple
    joins_before: bool = False
    joins_after: bool = False

    @property
    def has_daytime(self):
        return bool(self.halves or self.gaps)

    @property
    def steps(self):
        """All its steps, those shared over midnight too."""
        return _union(self.halves) | self.gaps | _union(self.evenings)


def cut(start, stop, days, rates, step):
    """Cut a request by days.

    :return: the `Cut` of each day where something bookable is asked; the
        `Shape` of each evening that is apart from its day; flat rates (indexes)
    :raises NoPrice: for the first stretch that no rate can pay
    """
    by_unit = {}
    for index, rate in enumerate(rates):
        by_unit.setdefault(rate.time_unit, []).append((index, rate))
    sellers = [rate for rate in rates if rate.time_unit in (EVENING, "hour")]
    asked = [(day.ordinal, pieces(start, stop, day, sellers)) for day in days]
    asked = [(ordinal, stretches) for ordinal, stretches in asked if stretches]
    hours = _payable_steps(asked, by_unit.get("hour", ()), start, step)
    whole = _flat_rates(asked, by_unit.get("flat", ()))
    cuts = []
    for (ordinal, stretches), admitted in zip(asked, hours, strict=True):
        found = _cut_day(ordinal, stretches, by_unit, admitted, start, step)
        if not whole:
            _check_payable(found, stretches, start, step)
        cuts.append(found)
    days, evenings = _detach(_join(cuts))
    return days, evenings, whole


def _flat_rates(asked, flats):
    """Return the flat rates that admit every piece of every day."""
    return tuple(
        index
        for index, rate in flats
        if all(_admits(rate, ordinal, found[0][1], found[-1][2]) for ordinal, found in asked)
    )


def _admits(rate, ordinal, lo, hi):
    if rate.windows is None:
        return True
    admitted = rate.windows.get(ordinal)
    return bool(admitted) and admitted[0] <= lo and hi <= admitted[1]


def _bits(lo, hi, start, step, base):
    """Return the steps that a stretch touches, as bits counted from `base`."""
    if lo >= hi:
        return 0
    first, last = (lo - start) // step, (hi - 1 - start) // step
    return ((1 << (last - first + 1)) - 1) << (first - base)


def _payable_steps(asked, hour_rates, start, step):
    """Return, for each day, ((rate, steps it may pay), …).

    A step is payable when all its minutes asked and bookable are in the
    window, on both sides of midnight where it reaches over.
    """
    outside = {index: set() for index, _rate in hour_rates}
    found = []
    for ordinal, stretches in asked:
        base = (stretches[0][1] - start) // step
        touched = 0
        for _code, lo, hi in stretches:
            touched |= _bits(lo, hi, start, step, base)
        last = base + touched.bit_length() - 1
        row = []
        for index, rate in hour_rates:
            refused = _refused(rate, ordinal, stretches, touched, start, step, base)
            for number in {base, last}:
                if refused >> (number - base) & 1:
                    outside[index].add(number)
            row.append((index, touched & ~refused))
        found.append((base, last, row))
    return [
        tuple((index, _without(steps, outside[index], base, last)) for index, steps in row)
        for base, last, row in found
    ]


def _refused(rate, ordinal, stretches, touched, start, step, base):
    """Return the steps with minutes outside the window of a rate."""
    if rate.windows is None:
        return 0
    admitted = rate.windows.get(ordinal)
    if not admitted:
        return touched
    refused = 0
    for _code, lo, hi in stretches:
        refused |= _bits(lo, min(hi, admitted[0]), start, step, base)
        refused |= _bits(max(lo, admitted[1]), hi, start, step, base)
    return refused


def _without(steps, outside, base, last):
    """Take away the end steps that the neighbouring day refuses."""
    for number in (base, last):
        if number in outside:
            steps &= ~(1 << (number - base))
    return steps


def _cut_day(ordinal, stretches, by_unit, hours, start, step):
    """Build the `Cut` of a day, without its joints."""
    base = (stretches[0][1] - start) // step
    named, gaps, daytime = {}, 0, []
    for code, lo, hi in stretches:
        steps = _bits(lo, hi, start, step, base)
        if code == GAP:
            gaps |= steps
        elif code in named:
            named[code] = (named[code][0] | steps, named[code][1], hi)
        else:
            named[code] = (steps, lo, hi)
        if code != EVENING:
            daytime.append((lo, hi))

    def admitting(unit, lo, hi):
        return tuple(
            index for index, rate in by_unit.get(unit, ()) if _admits(rate, ordinal, lo, hi)
        )

    def whole(unit):
        return admitting(unit, daytime[0][0], daytime[-1][1]) if daytime else ()

    shape = Shape(
        halves=tuple(
            (steps, admitting("half_day", lo, hi))
            for code, (steps, lo, hi) in named.items()
            if code != EVENING
        ),
        evenings=tuple(
            (steps, admitting(EVENING, lo, hi))
            for code, (steps, lo, hi) in named.items()
            if code == EVENING
        ),
        gaps=gaps,
        day_rates=whole("day"),
        hours=hours,
    )
    last = max((hi - 1 - start) // step for _code, _lo, hi in stretches)
    longs = tuple(index for unit in LONG_UNITS for index in whole(unit))
    return Cut(ordinal, shape, longs, base, last)


def _join(cuts):
    """Mark the days that share a step over midnight: it is paid once."""
    for index in range(len(cuts) - 1):
        before, after = cuts[index], cuts[index + 1]
        if before.last_step == after.first_step:
            cuts[index] = before._replace(shape=before.shape._replace(joins_after=True))
            cuts[index + 1] = after._replace(shape=after.shape._replace(joins_before=True))
    return cuts


def _detach(cuts):
    """Set apart the evenings that share no step with anything else.

    Days and weeks do not pay them: whatever pays the day, they are paid alike.
    """
    days, evenings = [], []
    for one in cuts:
        shape = one.shape
        evening, day = _union(shape.evenings), _union(shape.halves) | shape.gaps
        shared = day
        if shape.joins_before:
            shared |= 1
        if shape.joins_after:
            shared |= 1 << (one.last_step - one.first_step)
        if not evening or evening & shared:
            days.append(one)
            continue
        evenings.append(_evening_alone(shape, evening))
        if day:
            hours = tuple([(rate, steps & day) for rate, steps in shape.hours])
            days.append(one._replace(shape=shape._replace(evenings=(), hours=hours)))
    return days, evenings


def _evening_alone(shape, evening):
    """Return an evening as a shape, its steps counted from its own first."""
    first = (evening & -evening).bit_length() - 1
    return Shape(
        halves=(),
        evenings=tuple([(steps >> first, rates) for steps, rates in shape.evenings]),
        gaps=0,
        day_rates=(),
        hours=tuple([(rate, (steps & evening) >> first) for rate, steps in shape.hours]),
    )


def _union(parts):
    steps = 0
    for some, _rates in parts:
        steps |= some
    return steps


def _check_payable(found, stretches, start, step):
    """Raise `NoPrice` for the first minutes of a day that nothing can pay."""
    shape = found.shape
    by_hour = 0
    for _rate, steps in shape.hours:
        by_hour |= steps
    by_day = bool(shape.day_rates or found.longs)
    paid = {GAP: by_day or not shape.gaps & ~by_hour}
    halves, evenings = iter(shape.halves), iter(shape.evenings)
    for code, lo, hi in stretches:
        if code not in paid:
            steps, whole = next(evenings if code == EVENING else halves)
            paid[code] = bool(whole) or (by_day and code != EVENING) or not steps & ~by_hour
        if not paid[code]:
            _refuse(found, by_hour, lo, hi, start, step)


def _refuse(found, by_hour, lo, hi, start, step):
    """Raise for the first run of steps of a stretch that no hour rate pays."""
    begin = None
    for number in range((lo - start) // step, (hi - 1 - start) // step + 1):
        covered = by_hour >> (number - found.first_step) & 1
        if begin is None and not covered:
            begin = max(lo, start + number * step)
        elif begin is not None and covered:
            raise NoPrice(found.ordinal, begin, start + number * step)
    if begin is not None:
        raise NoPrice(found.ordinal, begin, hi)
