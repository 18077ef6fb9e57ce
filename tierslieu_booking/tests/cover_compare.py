"""Compare a kernel with the oracle, case by case, and say in words what differs."""

import itertools
from collections import Counter
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ..kernels import cover as kernel
from .cover_cases import FAMILIES, kernel_inputs, make_case
from .cover_ground import MINUTE, Ground, runs
from .cover_oracle import UNITS, solve

FEATURES = (
    "lunch gap", "evening in the opening hours", "evening after them", "nights", "a closed day inside", "weeks",
    "months", "a day of 23 hours", "a day of 25 hours", "a later tier", "one type of credits", "two types",
    "three lots", "flat", "steps in two pieces", "no price", "nothing open", "several best bills",
)


def exact(amount):
    """Return what a Decimal stands for: 20 minutes may cost a third of a credit, which no Decimal is."""
    return Fraction(amount).limit_denominator(10**9)


class Judge:
    """One case, what the oracle says of it, and the same case in the kernel's words."""

    def __init__(self, seed):
        self.case = make_case(seed)
        self.ground = Ground(self.case)
        self.answer = solve(self.case, self.ground)
        self.inputs = kernel_inputs(self.case)
        self.tariffs = {tariff.key: tariff for tariff in self.case.tariffs}

    def differences(self, price=None):
        """Return what differs, in words, between the oracle's answer and `price(case)`, the kernel by default."""
        try:
            found = price(self.case) if price else kernel.cover(*self.inputs)
        except kernel.NoPrice as refusal:
            theirs = (refusal.ordinal, refusal.start - self.inputs[0], refusal.stop - self.inputs[0])
            ours = self.answer.uncovered
            ours = ours and (ours.day.toordinal(), ours.start, ours.stop)
            return self.told({"no price": (theirs, ours)})
        if self.answer.uncovered:
            return self.told({"no price": (None, self.answer.uncovered)})
        return self.told(self.compare(found))

    def told(self, pairs):
        name = f"{self.case.family}, seed {self.case.seed}"
        return [f"{name}: {what}: {theirs}, not {ours}" for what, (theirs, ours) in pairs.items() if theirs != ours]

    def compare(self, found):
        """Return {what: (what the kernel says, what it should be)}."""
        bill = frozenset((line.rate_key, line.credit_type, Fraction(line.count)) for line in found.lines)
        totals = [self.expected_total(line) for line in found.lines]
        types = {purse.key: purse.type for purse in self.case.purses}
        return {
            "the objective": (self.objective(found), self.answer.objective),
            "the bill": (bill, bill if bill in self.answer.bills else set(self.answer.bills)),
            "draws": (
                [(draw.lot_key, draw.type_key, exact(draw.amount)) for draw in found.draws],
                [(key, types[key], amount) for key, amount in self.answer.draws],
            ),
            "lines twice": (len(found.lines), len(bill)),
            "order of the lines": (found.lines, sorted(found.lines, key=self.place_of)),
            "units": ([li.time_unit for li in found.lines], [self.tariffs[li.rate_key].unit for li in found.lines]),
            "prices": ([line.price for line in found.lines], [self.expected_price(line) for line in found.lines]),
            "credits": (
                [exact(line.credits) for line in found.lines], [self.expected_credits(line) for line in found.lines]
            ),
            "totals": ([line.total for line in found.lines], totals),
            "the total": (found.total, sum(totals)),
        }

    def objective(self, found):
        """Return rule 6's vector, from what the kernel answered."""
        money = sum((Fraction(line.count) * Fraction(line.price) for line in found.lines), Fraction(0))
        drawn = Counter()
        for draw in found.draws:
            drawn[draw.lot_key] += exact(draw.amount)
        counts = [
            -sum(Fraction(line.count) for line in found.lines if self.tariffs[line.rate_key].unit == unit)
            for unit in UNITS
        ]
        used = sum(exact(line.credits) for line in found.lines)
        drawn = tuple(-drawn[purse.key] for purse in self.case.purses)
        units = sum(self.units(line) for line in found.lines)
        return money, used, drawn, len(found.lines), units, tuple(counts)

    def units(self, line):
        """Return how many units a line has: a unit of an hour rate is a step."""
        is_hour = self.tariffs[line.rate_key].unit == "hour"
        return Fraction(line.count) * 60 / self.case.step if is_hour else Fraction(line.count)

    def place_of(self, line):
        """Return where a line stands: the longest unit first, money before credits, then by rate (rule 8)."""
        unit = UNITS.index(self.tariffs[line.rate_key].unit)
        return unit, line.credit_type is not None, line.rate_key

    def expected_price(self, line):
        if line.credit_type is not None:
            return 0
        return [price for start, price in self.tariffs[line.rate_key].tiers if line.count >= start][-1]

    def expected_credits(self, line):
        if line.credit_type is None:
            return 0
        return line.count * Fraction(dict(self.tariffs[line.rate_key].credits)[line.credit_type])

    def expected_total(self, line):
        amount = Fraction(line.count) * Fraction(self.expected_price(line))
        shifted = amount * 10**self.case.digits
        whole = (Decimal(shifted.numerator) / shifted.denominator).quantize(Decimal(1), ROUND_HALF_UP)
        return whole.scaleb(-self.case.digits)

    def piece_differences(self):
        """Return what differs in what is open and in its pieces, day by day."""
        start, stop, days, rates = self.inputs[:4]
        pairs = {}
        for day in days:
            cells = [cell for cell in self.ground.cells if cell.day.toordinal() == day.ordinal]
            pairs[f"open on day {day.ordinal}"] = (
                [tuple(span) for span in kernel.bookable(day, rates)], self.spans(cells)
            )
            pieces = next((p for d, p in self.ground.pieces.items() if d.toordinal() == day.ordinal), [])
            pairs[f"pieces of day {day.ordinal}"] = (
                sorted(map(tuple, kernel.pieces(start, stop, day, rates)), key=lambda piece: piece[1]),
                sorted(((p.code, *s) for p in pieces for s in self.spans(p.cells)), key=lambda piece: piece[1]),
            )
        return self.told(pairs)

    def spans(self, cells):
        """Return the stretches of some cells in the kernel's minutes."""
        zero, grain = self.inputs[0], self.ground.grain
        return [(zero + run[0].at, zero + run[-1].at + grain) for run in runs(cells, grain)]

    def features(self):
        """Yield what this case is about: every feature must be in some of the cases."""
        answer, pieces = self.answer, list(itertools.chain(*self.ground.pieces.values()))
        bill = next(iter(answer.bills), ())
        units = {self.tariffs[key].unit for key, _type, _count in bill}
        types = {type_ for _key, type_, _count in bill if type_}
        tiers = [(count, self.tariffs[key].tiers[1:2]) for key, type_, count in bill if type_ is None]
        steps = Counter(step for piece in pieces for step in self.ground.steps([piece]))
        found = {
            "weeks": "week" in units,
            "months": "month" in units,
            "flat": "flat" in units,
            "a later tier": any(count >= start for count, later in tiers for start, _price in later),
            "one type of credits": len(types) == 1,
            "two types": len(types) == 2,
            "three lots": len(answer.draws) == 3,
            "steps in two pieces": max(steps.values(), default=0) > 1,
            "no price": bool(answer.uncovered),
            "nothing open": not pieces,
            "several best bills": len(answer.bills) > 1,
        }
        yield from (name for name, is_found in found.items() if is_found)
        yield from self.features_of_days(pieces)

    def features_of_days(self, pieces):
        case, days = self.case, sorted({piece.day for piece in pieces})
        lunch = range(case.parts.get("morning", (0, 0))[1], case.parts.get("afternoon", (0, 0))[0])
        if any(piece.code == "gap" and piece.cells[0].clock in lunch for piece in pieces):
            yield "lunch gap"
        for piece in pieces:
            if piece.code == "evening":
                closes = max(stop for _start, stop in case.hours_of(piece.day))
                yield "evening after them" if piece.cells[-1].clock >= closes else "evening in the opening hours"
        if len(days) > 1 and len(self.ground.asked) * self.ground.grain * MINUTE < case.stop - case.start:
            yield "nights"
        if any(not case.hours_of(days[0] + timedelta(n)) for n in range(1, (days[-1] - days[0]).days if days else 0)):
            yield "a closed day inside"
        offsets = [moment.astimezone(case.zone).utcoffset() for moment in (case.start, case.stop)]
        if case.family in ("spring", "autumn") and offsets[0] != offsets[1]:
            yield "a day of 23 hours" if offsets[0] < offsets[1] else "a day of 25 hours"


class Tally:
    """Judge many cases; count the families and the features seen; keep what differs."""

    def __init__(self, seeds):
        self.families = Counter({family.__name__: 0 for family in FAMILIES})
        self.features = Counter(dict.fromkeys(FEATURES, 0))
        self.differences = []
        for seed in seeds:
            judge = Judge(seed)
            self.families[judge.case.family] += 1
            self.features.update(set(judge.features()))
            self.differences += judge.differences() + judge.piece_differences()

    def __str__(self):
        seen = [", ".join(f"{name} {n}" for name, n in counts.items()) for counts in (self.families, self.features)]
        return "cases: {}; among them: {}".format(*seen)
