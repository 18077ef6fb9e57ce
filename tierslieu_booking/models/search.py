from datetime import date as Date
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from odoo import models

# Slots are priced on so many days at the most, each with the fares of that day.
MOST_DATES = 3
ALTERNATIVES = 3
# How far before and after the days asked the alternatives are looked for.
DAYS_AROUND = 30
# More than any place seats: how much too large a space without a limit is.
ENDLESS = 100_000


class Found(NamedTuple):
    """A slot that can be had: `cover` is its price, `sheet` what it was priced by."""

    space: models.BaseModel
    start: datetime
    stop: datetime
    cover: tuple
    sheet: tuple


class Search:
    """One search: what is looked for over which spaces, and what was read for it."""

    def __init__(self, outlook, lengths, wishes, people, amenities=frozenset()):
        """Look for a time over the spaces of an outlook.

        :param lengths: {space: key of `_lengths`}
        :param wishes: {place: Wish}
        :param amenities: ids that a space must have
        """
        self.outlook = outlook
        self.env = outlook.spaces.env
        self.lengths = lengths
        self.wishes = wishes
        self.people = people
        self.amenities = amenities
        self.today = min(space._today() for space in outlook.spaces)
        self.horizon = max(space._last_day() for space in outlook.spaces)

    def run(self, limit, times):
        """Return what `find` does."""
        able = self.outlook.spaces.filtered(lambda space: not self.lacks(space))
        days = [day for day in self._days_asked() if self.today <= day <= self.horizon]
        if days:
            self._read(min(days), max(days))
        found, late = self._best(able, times)
        if not found:
            alternatives = self._alternatives(able)
            return {
                "offers": [],
                "alternatives": [self._offer(one, self._difference(one)) for one in alternatives],
                "sentence": self._sentence(able),
                "more": 0,
            }
        found += self._near(able - self._spaces_of(found))
        found.sort(key=self._rank)
        spaces = self._spaces_of(found)
        return {
            "offers": [self._offer(one) for one in found if one.space in spaces[:limit]],
            "alternatives": [],
            "sentence": False,
            "more": len(spaces[limit:]) + late,
        }

    def wish(self, space):
        """Return when people would like to have a space, for as long as they want it."""
        wish = self.wishes[space.place_id]
        timed = self.lengths[space] == "half_day" or space._minutes_of(self.lengths[space])
        return wish if timed else wish.by_day()

    def lacks(self, space):
        """Return the ids of the amenities that a space should have and has not."""
        if not self.amenities:
            return self.amenities
        # Whether they are archived does not matter, and would have to be read.
        return self.amenities - set(space.with_context(active_test=False).amenity_ids.ids)

    def _spaces_of(self, found):
        return self.outlook.spaces.browse(dict.fromkeys(one.space.id for one in found))

    def _read(self, first, last):
        """Read the days on which slots may begin, and those they reach to."""
        self.outlook.look(
            first, max(space._last_touched(last, self.lengths[space]) for space in self.lengths)
        )

    def _days_asked(self):
        return [day for wish in self.wishes.values() for day in wish.days]

    def _ranges(self, space, date):
        if not self.outlook.covers(date):
            return []
        return self.outlook.ranges(space, date, self.lengths[space])

    def _can_have(self, space, start, stop):
        return self.outlook.can_have(space, start, stop, self.lengths[space], self.people)

    def _found(self, space, start, stop):
        """Return a slot with its price; None when it cannot be had, or has no price."""
        if not self._can_have(space, start, stop):
            return None
        priced = self.outlook.price(space, start, stop, self.lengths[space])
        return priced and Found(space, start, stop, *priced)

    # -- What is as asked

    def _best(self, spaces, times):
        """Return the best slots of each space that are as asked: (list of `Found`, spaces left out).

        Of each space, those of the first day that has one; of all spaces,
        those of the first days.
        """
        slots = {space: self._first_slots(space) for space in spaces}
        slots = {space: starts for space, starts in slots.items() if starts}
        dates = sorted({space._local_date(starts[0][0]) for space, starts in slots.items()})
        found, late = [], 0
        for space, starts in slots.items():
            if space._local_date(starts[0][0]) in dates[:MOST_DATES]:
                found += self._apart(space, starts, times)
            else:
                late += 1
        return found, late

    def _first_slots(self, space):
        """Return the slots as asked of the first day that has one, from the first on."""
        wish = self.wish(space)
        for date in wish.days:
            slots = [slot for slot in self._ranges(space, date) if wish.fits(*slot)]
            for nth, slot in enumerate(slots):
                if self._can_have(space, *slot):
                    return slots[nth:]
        return []

    def _apart(self, space, starts, times):
        """Price some of a space's slots: those that do not overlap say more in less room."""
        found, after = [], None
        for start, stop in starts:
            if len(found) < times and (after is None or start >= after):
                one = self._found(space, start, stop)
                if one:
                    found.append(one)
                    after = stop
        return found

    def _near(self, spaces):
        """Return the slot nearest to the moment asked, of spaces not free then, that day."""
        found = []
        for space in spaces:
            wish = self.wish(space)
            if wish.moment:
                starts = sorted(
                    self._ranges(space, wish.days[0]), key=lambda slot: wish.distance(*slot)
                )
                found += self._apart(space, starts, 1)
        return found

    def _rank(self, one):
        wish = self.wish(one.space)
        return (
            not wish.fits(one.start, one.stop),
            wish.away(one.start),
            one.cover.total,
            self._too_large(one.space),
            one.space.sequence,
            one.space.id,
            one.start,
        )

    def _too_large(self, space):
        """Return how many seats would stay empty: the hall is for those who fill it."""
        return space.seats - self.people if space.seats else ENDLESS

    # -- What is nearest to it

    def _alternatives(self, able):
        """Return the three slots nearest to what was asked, of several kinds where there are.

        At the same time in a space that lacks something, at another time of
        the same day, on another day.
        """
        less = self._best(self.outlook.spaces - able, 1)[0]
        less.sort(key=lambda one: (len(self.lacks(one.space)), self._rank(one)))
        same, other = self._around(able or self.outlook.spaces)
        found = []
        for kind in (less, same, other):
            self._take(found, kind, self._is_new, 1)
        rest = [*sorted(same + other, key=self._nearness), *less]
        for differs in (self._is_day_apart, self._begins_apart, self._is_apart, self._is_new):
            self._take(found, rest, differs)
        return sorted(found, key=lambda one: self._nearness(one[:3]))

    def _take(self, found, candidates, differs, most=ALTERNATIVES):
        """Add candidates that differ from what was found, until there are enough."""
        for one in candidates:
            if len(found) >= ALTERNATIVES or not most:
                return
            if differs(one, found):
                one = one if isinstance(one, Found) else self._found(*one)
                if one:
                    found.append(one)
                    most -= 1

    def _is_day_apart(self, one, found):
        """Whether it is on another day than the others, for who minds the day and no hour."""
        date = one[0]._local_date(one[1])
        return not self.wish(one[0]).moment and all(
            date != other.space._local_date(other.start) for other in found
        )

    def _is_new(self, one, found):
        return all(one[:2] != other[:2] for other in found)

    def _is_apart(self, one, found):
        return all(
            one[0] != other.space or one[2] <= other.start or one[1] >= other.stop
            for other in found
        )

    def _begins_apart(self, one, found):
        return self._is_apart(one, found) and all(one[1] != other.start for other in found)

    def _around(self, spaces):
        """Return the slots of the days around, nearest first: (same days, other days)."""
        same, other, days = [], [], 0
        for _off, date in self._days_around():
            slots = [
                (space, start, stop)
                for space in spaces
                for start, stop in self._ranges(space, date)
                if not self.wish(space).fits(start, stop)
            ]
            slots = sorted(slots, key=self._nearness)
            same += [slot for slot in slots if not self._is_other_day(slot)]
            later = (slot for slot in slots if self._is_other_day(slot) and self._can_have(*slot))
            later = list(islice(later, ALTERNATIVES))
            other += later
            days += bool(later)
            if days >= ALTERNATIVES:
                break
        return sorted(same, key=self._nearness), sorted(other, key=self._nearness)

    def _is_other_day(self, slot):
        return bool(self.wish(slot[0]).shift(slot[1]))

    def _days_around(self):
        """Return [(how far, date), …] of the days around those asked, nearest first."""
        first, last = min(self._days_asked()), max(self._days_asked())
        low, high = (min(max(day, self.today), self.horizon) for day in (first, last))
        lowest = max(low - timedelta(days=DAYS_AROUND), self.today)
        highest = min(high + timedelta(days=DAYS_AROUND), self.horizon)
        self._read(lowest, highest)
        around = []
        for ordinal in range(lowest.toordinal(), highest.toordinal() + 1):
            date = Date.fromordinal(ordinal)
            off = max((first - date).days, (date - last).days, 0)
            around.append(((off, date < first), date))
        return sorted(around)

    def _nearness(self, one):
        space, start, stop = one[:3]
        wish = self.wish(space)
        return (
            len(self.lacks(space)), wish.distance(start, stop), wish.shift(start) < 0,
            self._too_large(space), space.sequence, space.id, start,
        )

    # -- In words

    def _offer(self, one, difference=False):
        """Return a slot as `find` gives it."""
        space, start, stop, best, sheet = one
        lines = space._price_lines(best)
        return {
            "space_id": space.id,
            "name": space.name,
            "place_id": space.place_id.id,
            "start": start,
            "stop": stop,
            "length": self.lengths[space],
            **space._cover_price(best, sheet, start, stop),
            "free": self.outlook.free(space, start, stop, sheet),
            "label": space._slot_label(start, stop),
            "when": space.place_id.format_range(start, stop),
            "explanation": space._explain(best, lines, sheet, start, stop),
            "exact": not difference and self.wish(space).fits(start, stop),
            "difference": difference,
            "reason": False,
        }

    def _difference(self, one):
        """Say how an alternative differs from what was asked: “1 h later”, “The next day”."""
        said = filter(None, (self._other_time(one), self._lacking(one.space)))
        return ", ".join(said) or self.env._("As asked")

    def _lacking(self, space):
        lacking = self.lacks(space)
        if not lacking:
            return None
        names = self.env["tierslieu.amenity"].browse(sorted(lacking)).exists().mapped("name")
        return self.env._("without: %(amenities)s", amenities=", ".join(names))

    def _other_time(self, one):
        _, wish = self.env._, self.wish(one.space)
        if wish.fits(one.start, one.stop):
            return _("At the time asked")
        days = wish.shift(one.start)
        if abs(days) == 1:
            return _("The next day") if days > 0 else _("The day before")
        if days > 0:
            return _("%(count)s days later", count=days)
        if days < 0:
            return _("%(count)s days earlier", count=-days)
        if not wish.moment:
            return _("The same day, at another time")
        length = one.space._say_length(wish.distance(one.start, one.stop))
        if one.start > wish.moment:
            return _("%(length)s later", length=length)
        return _("%(length)s earlier", length=length)

    def _sentence(self, able):
        """Say why nothing is as asked."""
        if not able:
            return self.env._("No space has all of that.")
        wish = self.wish(able[0])
        if len(wish.days) == 1:
            return self._refusal(able) or self._taken_sentence(wish)
        return self.env._("Nothing is free in these %(count)s days.", count=len(wish.days))

    def _refusal(self, able):
        """Say which rule or which hours stand in the way in every space, or None: it is taken."""
        first = None
        [date] = self.wish(able[0]).days
        if date < able[0]._today():
            return self.env._("This day has passed: choose another one.")
        if not self.outlook.covers(date):
            errors = able[0]._notice_errors(*able[0].place_id.day_bounds(date))
            return errors and errors[0]
        for space in able:
            wish, length = self.wish(space), self.lengths[space]
            sheet = self.outlook.sheet(space, date, length)
            for start, stop in self.outlook.ranges(space, date, length):
                if wish.fits(start, stop):
                    final, rules = space._range_errors(start, stop, self.people, sheet)
                    if not (final or rules):
                        return None
                    first = first or (final + rules)[0]
        return first or self._no_slot_sentence(able[0], date)

    def _no_slot_sentence(self, space, date):
        """Say why a space has no slot at all as asked: the clock, or the opening hours."""
        wish = self.wish(space)
        if wish.moment:
            step = timedelta(minutes=space.step_minutes())
            errors = space._clock_errors(wish.moment, wish.moment + step)
            if errors:
                return errors[0]
        sheet = self.outlook.sheet(space, date, self.lengths[space])
        return space._closed_sentence(space.place_id.day_bounds(date)[0], sheet)

    def _taken_sentence(self, wish):
        place, [date] = wish.place, wish.days
        when = place.format_date(date)
        if wish.moment:
            when = f"{when}, {place.format_time(wish.moment)}"
        elif wish.hours:
            when = place.format_range(*wish.bounds())
        return self.env._("Nothing is free on %(when)s.", when=when)
