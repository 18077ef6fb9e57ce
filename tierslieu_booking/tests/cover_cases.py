"""Cases for the price rule, in families: each seed is one case, the same on every machine.

Prices are few and round on purpose: ties are where the finer rules decide.
"""

import random
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from ..kernels.cover import Day, Lot, Part, Rate
from .cover_ground import MINUTE, Case, Hours, Purse, Tariff

PARIS = ZoneInfo("Europe/Paris")
ALL_DAYS = frozenset(range(7))
WEEK = frozenset(range(5))
PARTS = {"morning": (540, 780), "afternoon": (840, 1080), "evening": (1080, 1380)}
PRICES = {
    "hour": (4, 5, 8, 10, Decimal("12.5"), Decimal("7.35"), Decimal("3.33")),
    "half_day": (15, 20, 25, 28, Decimal("22.4")),
    "day": (30, 40, 45, 60, Decimal("39.99")),
    "evening": (20, 30, 35),
    "week": (100, 150, 180, Decimal("119.9")),
    "month": (300, 400, 500),
    "flat": (50, 90, 200),
}
STARTS = {"hour": ("1.5", 2, 4, 8), "half_day": (2, 3, 4), "day": (2, 3, 5), "evening": (2, 3), "week": (2, 3)}


def at(text):
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


class Maker:
    """Build one case: what a family does not set is a room open from 9 to 18, every day, by half-hours."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.seed = seed
        self.tariffs, self.purses = [], []
        self.closed = frozenset()
        self.parts = dict(PARTS)
        self.step = self.pick(15, 30, 30, 60, 60, 20)
        self.first = date(2026, 1, 1) + timedelta(self.rng.randrange(1000))
        self.open("9:00", "18:00")

    def pick(self, *values):
        return self.rng.choice(values)

    def chance(self, probability):
        return self.rng.random() < probability

    def open(self, *times, weekdays=ALL_DAYS):
        """Open from the first time to the second, from the third to the fourth…"""
        minutes = [at(text) for text in times]
        self.opening = {day: tuple(zip(minutes[::2], minutes[1::2], strict=True)) for day in weekdays}

    def rate(self, unit, price=None, **values):
        price = Decimal(self.pick(*PRICES[unit]) if price is None else price)
        key = self.rng.randrange(1000) * 20 + len(self.tariffs)
        self.tariffs.append(Tariff(key, unit, values.pop("tiers", ((Decimal(0), price),)), **values))

    def rates(self, units, likely=0.8):
        """Sell most of some units."""
        for unit in units.split():
            if self.chance(likely):
                self.rate(unit)

    def tiers(self, unit):
        """Prices that fall with the count, so much at times that more costs less, or that rise again."""
        starts = sorted(self.rng.sample(STARTS[unit], self.pick(1, 2)), key=Decimal)
        prices = [Decimal(self.pick(*PRICES[unit])) for _start in (0, *starts)]
        if self.chance(0.6):
            prices.sort(reverse=True)
        if self.chance(0.3):
            prices[-1] /= 2
        return tuple(zip(map(Decimal, (0, *starts)), prices, strict=True))

    def hours(self, *spans, weekdays=(ALL_DAYS, WEEK, frozenset({5, 6}), frozenset({0, 2, 4}))):
        start, stop = self.pick(*spans).split("-")
        return Hours(self.pick(*weekdays), at(start), at(stop))

    def purse(self, type_, *balances):
        self.purses.append(Purse(100 + len(self.purses), type_, Decimal(self.pick(*balances))))

    def accept(self, *types, likely=0.7):
        """Let rates be paid in credits of these types, by amounts that suit their length."""
        amounts = {"hour": (1, "0.5", "1.5"), "half_day": (1, "0.5", 3), "day": (1, 2, 5), "evening": (1, 2)}
        self.tariffs = [
            tariff._replace(
                credits=tuple(
                    (type_, Decimal(self.pick(*amounts.get(tariff.unit, (4, 7))))) for type_ in types
                    if self.chance(likely)
                )
            )
            for tariff in self.tariffs
        ]

    def clock(self, start, stop):
        """Return a time on the grid of steps, at which one may start."""
        minute = self.rng.randrange(at(start), at(stop))
        return minute - minute % min(self.step, 60)

    def ask(self, days, start="9:00", stop="18:00", whole=0.4):
        """Ask from a time of the first day to a time some days later; the whole of the days at times."""
        opens, closes = (start, stop) if self.chance(whole) else (None, None)
        self.begin = at(opens) if opens else self.clock(start, stop)
        end = at(closes) if closes else self.clock(start, stop) + self.step
        self.length = days * 1440 + end - self.begin
        if self.length <= 0:
            self.length = self.step * self.rng.randint(1, 8)

    def case(self, family):
        start = to_utc(PARIS, self.first, self.begin)
        stop = start + -(-self.length // self.step) * self.step * MINUTE
        self.rng.shuffle(self.tariffs)
        return Case(
            family, self.seed, PARIS, start, stop, self.step, self.opening, self.closed, self.parts,
            tuple(self.tariffs), tuple(self.purses), self.pick(2, 2, 2, 0, 3),
        )


def hours(make):
    make.rate("hour")
    if make.chance(0.3):
        make.rate("hour")
    make.open(*make.pick(("9:00", "18:00"), ("8:00", "12:00", "13:00", "19:00"), ("0:00", "24:00")))
    make.ask(0, "8:00", "19:00")


def lunch(make):
    """Minutes in no part, between the parts or before them, open or closed."""
    make.open(*make.pick(("9:00", "18:00"), ("8:00", "18:00"), ("9:00", "13:30", "14:00", "18:00"), ("9:00", "19:00")))
    make.parts["morning"] = make.pick((540, 780), (540, 720), (570, 750))
    make.rates("hour half_day half_day day", 0.85)
    make.ask(make.pick(0, 0, 0, 1), whole=0.3)


def half_days(make):
    make.rate("half_day")
    make.rates("hour day", 0.7)
    if make.chance(0.3):
        make.open("9:00", "12:30", "14:30", "18:00")
    make.ask(make.pick(0, 0, 1, 2), "8:00", "18:00")


def evening_in(make):
    """An evening part inside the opening hours, all of it or some."""
    make.open("9:00", make.pick("19:00", "20:30", "22:00", "23:00", "24:00"))
    make.rates("hour day evening half_day", 0.75)
    if make.chance(0.4):
        make.rate("evening", hours=make.hours("18:00-20:00", "17:00-24:00", "19:00-23:00"))
    make.ask(make.pick(0, 0, 0, 1, 2), "14:00", "23:00", whole=0.2)


def evening_out(make):
    """An evening part after closing time: open only if a rate sells it."""
    make.open("9:00", make.pick("17:00", "18:00", "18:30"))
    make.parts["evening"] = make.pick((1080, 1380), (1140, 1320), (1080, 1440))
    make.rates("day half_day evening", 0.6)
    if make.chance(0.4):
        make.rate("evening", hours=make.hours("18:00-22:00", "18:00-24:00", "19:00-22:00"))
    if make.chance(0.7):
        spans = make.hours("9:00-18:00", "9:00-20:00", "18:00-21:00", "0:00-24:00", weekdays=(ALL_DAYS, WEEK))
        make.rate("hour", hours=make.pick(None, spans))
    make.ask(make.pick(0, 0, 0, 1, 2), "12:00", "23:00", whole=0.1)


def nights(make):
    make.rates("hour half_day day evening evening", 0.75)
    make.rate("day")
    if make.chance(0.3):
        make.open("8:00", "12:00", "13:00", "20:00")
    make.ask(make.pick(1, 1, 2, 3, 4), "8:00", "22:00", whole=0.2)


def closed_days(make):
    make.open("9:00", "18:00", weekdays=make.pick(WEEK, frozenset({1, 3, 5}), frozenset({0, 1, 2, 3, 4, 5})))
    make.closed = frozenset(make.first + timedelta(make.rng.randrange(6)) for _ in range(make.pick(0, 1, 2)))
    make.rates("hour day half_day week evening", 0.7)
    make.ask(make.pick(0, 1, 3, 4, 6, 9), "7:00", "22:00")


def weeks(make):
    make.rates("hour half_day evening", 0.5)
    make.rates("day day", 0.9)
    make.rate("week")
    if make.chance(0.3):
        make.open("9:00", "18:00", weekdays=WEEK)
    make.ask(make.rng.randint(3, 15), "8:00", "20:00")


def months(make):
    make.step = make.pick(30, 60)
    if make.chance(0.5):
        make.open("9:00", "18:00", weekdays=make.pick(WEEK, frozenset({0, 1, 3, 4})))
    make.rates("hour evening", 0.5)
    make.rate("day")
    make.rates("week month", 0.9)
    make.ask(make.rng.randint(18, 40), "9:00", "18:00")


def seasons(make):
    """Three months, open one or two days a week."""
    make.step = 60
    make.open("9:00", "18:00", weekdays=make.pick(frozenset({2}), frozenset({1, 4}), frozenset({5, 6})))
    make.rates("hour half_day", 0.4)
    make.rate("day")
    make.rates("week month", 0.9)
    make.ask(make.rng.randint(50, 100), "9:00", "18:00")


def clock_change(make, month):
    """Days around the last Sunday of a month, open by night as well."""
    sunday = max(day for day in (date(make.first.year, month, n) for n in range(1, 32)) if day.weekday() == 6)
    make.first = sunday - timedelta(make.pick(0, 0, 1, 1, 2))
    make.step = make.pick(15, 30, 60, 60, 120)
    make.open(*make.pick(("0:00", "24:00"), ("0:00", "24:00"), ("0:00", "6:00", "9:00", "18:00"), ("9:00", "18:00")))
    if make.chance(0.4):
        make.parts = {"morning": (0, 720), "afternoon": (720, 1080), "evening": (1080, 1440)}
    make.rates("hour day half_day evening", 0.75)
    make.rates("week", 0.2)
    if make.chance(0.3):
        make.rate("hour", hours=make.hours("0:00-6:00", "0:00-24:00", "4:00-20:00"))
    make.ask(make.pick(0, 0, 1, 1, 2), "0:00", "24:00", whole=0.3)


def spring(make):
    clock_change(make, 3)


def autumn(make):
    clock_change(make, 10)


def windows(make):
    """Rates for some weekdays, or some hours."""
    for unit in ("hour", "hour", "half_day", "half_day", "day", "day", "evening"):
        if make.chance(0.75):
            spans = make.hours("9:00-18:00", "0:00-24:00", "9:00-13:00", "14:00-23:00", "9:15-17:45")
            make.rate(unit, hours=make.pick(None, spans, spans))
    if make.chance(0.3):
        make.rate("week", hours=make.hours("0:00-24:00", "9:00-18:00"))
    make.ask(make.pick(0, 0, 1, 2, 5), "8:00", "21:00")


def quantities(make):
    for unit in ("hour", "half_day", "day", "evening"):
        if make.chance(0.75):
            make.rate(unit, tiers=make.tiers(unit))
    make.rate("hour", tiers=make.tiers("hour"))
    days = make.pick(0, 0, 1, 1, 2, 3)
    make.step = make.pick(15, 20, 30) if not days else make.pick(30, 60) if days == 1 else 60
    make.ask(days, "8:00", "20:00")


def flat(make):
    make.rate("flat", hours=make.pick(None, make.hours("0:00-24:00", "9:00-18:00", "8:00-20:00")))
    make.rates("flat hour day half_day evening week", 0.5)
    make.ask(make.pick(0, 0, 1, 2, 6), "8:00", "22:00")


def credits_of_one_type(make):
    make.rates("hour half_day day evening week", 0.7)
    make.rate("hour")
    make.accept(1)
    for _ in range(make.pick(1, 2, 3)):
        make.purse(1, "0.5", 1, 2, "2.25", 4, 10)
    days = make.pick(0, 0, 0, 1, 1, 2)
    make.step = make.pick(15, 20, 30) if not days else make.pick(30, 60) if days == 1 else 60
    make.ask(days, "8:00", "20:00")


def credits_of_two_types(make):
    make.step = make.pick(30, 60, 60)
    make.rates("hour half_day day evening", 0.7)
    make.rate(make.pick("half_day", "day"))
    make.accept(1, 2)
    for _ in range(make.pick(2, 3, 3)):
        make.purse(make.pick(1, 2), "0.5", 1, 2, 3, 5)
    make.ask(make.pick(0, 0, 1, 1, 2), "9:00", "19:00")


def off_step(make):
    """Openings and parts that the grid of steps does not know."""
    make.step = make.pick(30, 60)
    make.open(*make.pick(("8:15", "18:15"), ("9:00", "12:45", "13:45", "18:30"), ("8:40", "17:50")))
    make.parts = {"morning": (at("8:15"), at("12:45")), "afternoon": (at("13:20"), 1080), "evening": (1090, 1380)}
    make.rates("hour half_day day evening", 0.75)
    make.rate("hour", hours=make.pick(None, make.hours("9:00-12:30", "8:15-18:15", "13:00-22:00")))
    make.ask(make.pick(0, 0, 1), "8:00", "21:00")


def midnight(make):
    """Steps that straddle midnight, in a place that never closes."""
    make.step = make.pick(30, 60, 90, 120)
    make.open("0:00", "24:00")
    make.parts = make.pick({"morning": (0, 720), "afternoon": (720, 1440)}, {"evening": (1080, 1440)}, PARTS)
    make.rates("day half_day hour evening", 0.7)
    make.rate("hour", hours=make.pick(None, None, make.hours("0:00-24:00", "6:00-24:00")))
    make.ask(1, "14:00", "24:00", whole=0)
    make.begin = make.begin // 60 * 60 + make.pick(0, 15, 30)
    make.length = make.step * make.rng.randint(600 // make.step + 1, 2400 // make.step)


def everything(make):
    """Tiers, credits, windows and evenings together."""
    make.step = make.pick(30, 60)
    for unit in ("hour", "half_day", "day", "evening"):
        if make.chance(0.75):
            hours_ = make.hours("9:00-18:00", "0:00-24:00", "14:00-23:00")
            make.rate(unit, tiers=make.tiers(unit), hours=make.pick(None, None, hours_))
    make.rate("hour")
    make.accept(*make.pick((1,), (1, 2)), likely=0.6)
    for _ in range(make.pick(1, 2, 3)):
        make.purse(make.pick(1, 1, 2), "0.5", 1, 3, 5)
    make.ask(make.pick(0, 0, 1, 2), "9:00", "21:00")


def odd_weeks(make):
    """Weeks and months in tiers, in credits, or for some weekdays only."""
    make.step = 60
    days = (ALL_DAYS, WEEK, frozenset({5, 6}), frozenset({0, 1}), frozenset({1, 2}))
    for unit in ("week", "week", "month"):
        if make.chance(0.75):
            hours_ = make.pick(None, make.hours("9:00-18:00", weekdays=days))
            tiers = make.pick(None, make.tiers("week")) if unit == "week" else None
            make.rate(unit, hours=hours_, **({"tiers": tiers} if tiers else {}))
    make.rate("day", tiers=make.tiers("day"))
    if make.chance(0.4):
        make.accept(1)
        make.purse(1, 4, 7, 10)
    make.ask(make.rng.randint(1, 9), "9:00", "18:00")


FAMILIES = (
    hours, lunch, half_days, evening_in, evening_out, nights, closed_days, weeks, months, seasons, spring, autumn,
    windows, quantities, flat, credits_of_one_type, credits_of_two_types, off_step, midnight, everything, odd_weeks,
)


def make_case(seed):
    """Return the case of a seed."""
    family = FAMILIES[seed % len(FAMILIES)]
    make = Maker(seed)
    family(make)
    return make.case(family.__name__)


def to_utc(zone, day, minute):
    """Return the moment when the clock on the wall shows a minute of a day."""
    return (datetime.combine(day, time()) + minute * MINUTE).replace(tzinfo=zone).astimezone(timezone.utc)


def kernel_inputs(case):
    """Say a case in the kernel's words: absolute minutes since an epoch of the case's own, dates as ordinals."""
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(case.seed % 20000)
    first, last = (moment.astimezone(case.zone).date() for moment in (case.start, case.stop - MINUTE))
    dates = [first + timedelta(days) for days in range((last - first).days + 1)]

    def span(day, start, stop):
        return tuple((to_utc(case.zone, day, minute) - epoch) // MINUTE for minute in (start, stop))

    days = [
        Day(
            day.toordinal(),
            tuple(span(day, *hours_) for hours_ in case.hours_of(day)),
            tuple(Part(code, *span(day, *hours_)) for code, hours_ in case.parts.items()),
        )
        for day in dates
    ]
    rates = [
        Rate(
            tariff.key, tariff.unit, tariff.tiers,
            tariff.hours and {
                day.toordinal(): span(day, *tariff.hours[1:]) for day in dates if day.weekday() in tariff.hours.weekdays
            },
            tariff.credits,
        )
        for tariff in case.tariffs
    ]
    lots = tuple(Lot(*purse) for purse in case.purses)
    return ((case.start - epoch) // MINUTE, (case.stop - epoch) // MINUTE, days, rates, case.step, lots, case.digits)
