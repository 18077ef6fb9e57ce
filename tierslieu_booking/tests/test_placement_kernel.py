import doctest
import io
import random
import unittest

from odoo.tests import BaseCase

from odoo.addons.tierslieu_base.tests.heavy import FULL

from ..kernels import placement
from ..kernels.placement import Board, Floating, Incomplete, Placement
from . import placement_oracle as oracle

# All of them with --full.
CASES = 30_000 if FULL else 600


def board(rng, units, bookings, hours=(3, 14), residents=None):
    """Draw ({unit: fixed}, {booking: (unit, ranges)}, claim): all of it fits."""
    last = rng.randint(*hours)

    def stretches():
        found = []
        for _nth in range(1 if rng.random() < 0.75 else rng.randint(2, 3)):
            start = rng.randrange(last - 1)
            one = (start, min(last, start + rng.randint(1, 5)))
            if not oracle.overlap([one], found):
                found.append(one)
        return sorted(found)

    fixed = {f"Desk {nth}": [] for nth in range(units)}
    taken = {unit: [] for unit in fixed}
    for _nth in range(rng.randint(0, units) if residents is None else residents):
        unit, ranges = rng.choice(list(fixed)), stretches()[:1]
        if not oracle.overlap(ranges, taken[unit]):
            fixed[unit] += ranges
            taken[unit] += ranges
    floating = {}
    for nth in range(bookings):
        ranges = stretches()
        for unit in rng.sample(list(fixed), units):
            if not oracle.overlap(ranges, taken[unit]):
                taken[unit] += ranges
                floating[nth] = (unit, ranges)
                break
    return fixed, floating, stretches()


def laid_out(fixed, floating):
    return Board(
        fixed, [Floating(key, unit, tuple(ranges)) for key, (unit, ranges) in floating.items()]
    )


def after(fixed, floating, claim, found):
    """Return the positions that a placement leads to, the claim's under None."""
    new = {
        key: (found.moves.get(key, unit), ranges) for key, (unit, ranges) in floating.items()
    }
    return new | {None: (found.unit, claim)}


class TestPlacementKernel(BaseCase):
    """The kernel finds what trying everything finds."""

    def assertStands(self, fixed, positions):
        """Nothing overlaps on any unit."""
        taken = {unit: list(ranges) for unit, ranges in fixed.items()}
        for unit, ranges in positions.values():
            self.assertFalse(oracle.overlap(ranges, taken[unit]), positions)
            taken[unit] += ranges

    def judge(self, kernel, problem, among=None):
        """Whether a kernel, `kernel(board, claim, among)`, answers as the oracle."""
        fixed, floating, claim = problem
        best = oracle.fewest_moves(fixed, floating, claim, among)
        found = kernel(laid_out(fixed, floating), claim, among)
        if found is None or best is None:
            return (found is None) == (best is None)
        if len(found.moves) != best or (among and found.unit not in among):
            return False
        taken = {unit: list(ranges) for unit, ranges in fixed.items()}
        for unit, ranges in after(fixed, floating, claim, found).values():
            if oracle.overlap(ranges, taken[unit]):
                return False
            taken[unit] += ranges
        return True

    def problems(self, number, units=5, bookings=8):
        for seed in range(number):
            rng = random.Random(seed)
            problem = board(rng, rng.randint(1, units), rng.randint(0, bookings))
            among = [rng.choice(list(problem[0]))] if rng.random() < 0.3 else None
            yield seed, problem, among

    def test_doctests(self):
        result = unittest.TextTestRunner(stream=io.StringIO()).run(
            doctest.DocTestSuite(placement)
        )
        self.assertTrue(result.testsRun)
        self.assertFalse(result.failures + result.errors)

    def test_as_few_moves_as_trying_everything(self):
        for seed, problem, among in self.problems(CASES):
            self.assertTrue(self.judge(Board.place, problem, among), (seed, problem, among))

    def test_up_to_the_bound(self):
        """Eight units, twelve bookings: the fewest moves there too."""
        moved = 0
        for seed in range(CASES // 60):
            rng = random.Random(f"bound {seed}")
            problem = board(rng, 8, 12, hours=(6, 10), residents=8)
            self.assertTrue(self.judge(Board.place, problem), (seed, problem))
            moved += bool(oracle.fewest_moves(*problem))
        self.assertTrue(moved)

    def test_counts_as_many_as_fit_together(self):
        for seed, problem, _among in self.problems(CASES // 2):
            fixed, floating, claim = problem
            self.assertEqual(
                laid_out(fixed, floating).count(claim),
                oracle.most_claims(fixed, floating, claim),
                (seed, problem),
            )

    def test_counts_what_places_one_after_the_other(self):
        """Far above the bound, and whichever free unit each one takes first."""
        for seed in range(CASES // 100):
            rng = random.Random(f"busy {seed}")
            fixed, floating, claim = board(rng, rng.randint(6, 20), rng.randint(20, 80), (18, 40))
            for floats in (True, False):
                counted = laid_out(fixed, floating).count(claim, floats)
                self.assertEqual(
                    self.placed(rng, fixed, floating, claim, floats), counted, (seed, floats)
                )

    def placed(self, rng, fixed, floating, claim, floats):
        fixed = {unit: list(ranges) for unit, ranges in fixed.items()}
        floating = dict(floating)
        for nth in range(len(fixed) + 1):
            now = laid_out(fixed, floating)
            free = [unit for unit in fixed if now.place(claim, [unit]) == Placement(unit, {})]
            found = Placement(rng.choice(free), {}) if free else now.place(claim)
            if not found:
                return nth
            positions = after(fixed, floating, claim, found)
            self.assertStands(fixed, positions)
            unit, ranges = positions.pop(None)
            floating = positions
            if floats:
                floating[f"claim {nth}"] = (unit, ranges)
            else:
                fixed[unit] += ranges
        raise AssertionError("More claims than units.")

    def test_counting_stops_where_it_is_told(self):
        fixed = {unit: [] for unit in "ABCD"}
        self.assertEqual(laid_out(fixed, {1: ("A", [(0, 1)])}).count([(0, 2)], most=1), 1)
        halves = {1: ("A", [(0, 1)]), 2: ("B", [(1, 2)]), 3: ("C", [(0, 1)]), 4: ("D", [(1, 2)])}
        self.assertEqual(laid_out(fixed, halves).count([(0, 2)], most=1), 1)
        self.assertEqual(laid_out(fixed, halves).count([(0, 2)]), 2)

    def test_peaks_not_bookings(self):
        """9-10, 10-11, 11-12 use one desk."""
        row = {nth: ("A", [(nth, nth + 1)]) for nth in (9, 10, 11)}
        fixed = {"A": [], "B": []}
        self.assertEqual(laid_out(fixed, row).place([(9, 12)]), Placement("B", {}))
        scattered = row | {10: ("B", [(10, 11)])}
        self.assertEqual(laid_out(fixed, scattered).place([(9, 12)]), Placement("B", {10: "A"}))

    def test_two_change_places(self):
        """Each is where only the other could be."""
        fixed = {"A": [(0, 1)], "B": [(3, 4)], "C": [(0, 4)]}
        floating = {1: ("A", [(1, 3)]), 2: ("B", [(1, 2)])}
        found = laid_out(fixed, floating).place([(2, 3)], ["A"])
        self.assertEqual(found, Placement("A", {1: "B", 2: "A"}))

    def test_those_who_stay_do_not_move(self):
        fixed = {"A": [], "B": []}
        floating = {1: ("A", [(9, 10)]), 2: ("B", [(10, 11)])}
        whole = laid_out(fixed, floating)
        for stays, moves in ((1, {2: "A"}), (2, {1: "B"})):
            self.assertEqual(whole.place([(9, 11)], staying={stays}).moves, moves)
        self.assertIsNone(whole.place([(9, 11)], staying={1, 2}))

    def test_what_is_not_known_is_asked(self):
        floating = [Floating(1, "A", ((9, 10),), whole=False), Floating(2, "B", ((10, 11),))]
        whole = Board({"A": [], "B": []}, floating)
        with self.assertRaises(Incomplete):
            whole.place([(9, 11)])
        # Where it does not matter, it is not.
        self.assertEqual(whole.place([(11, 12)]), Placement("A", {}))

    def test_the_same_answer_whatever_else_was_read(self):
        """More of the same floor, further away, changes nothing."""
        for seed, problem, _among in self.problems(CASES // 10):
            fixed, floating, claim = problem
            far = {unit: [*ranges, (100, 101)] for unit, ranges in fixed.items()}
            more = floating | {"far": (next(iter(fixed)), [(50, 60)])}
            self.assertEqual(
                laid_out(far, more).place(claim), laid_out(fixed, floating).place(claim), seed
            )

    def test_wrong_kernels_are_caught(self):
        """Each looks right on most boards; none is on all of them."""

        def first_fit(board, claim, among=None):
            found = board.place(claim, among)
            return found if found and not found.moves else None

        def one_move(board, claim, among=None):
            found = board.place(claim, among)
            return found if found and len(found.moves) < 2 else None

        def peaks_only(board, claim, among=None):
            room = board._room(board._taken(), board._bits(claim))
            return Placement("Desk 0", {}) if room else None

        def any_unit(board, claim, among=None):
            return board.place(claim)

        def first_range(board, claim, among=None):
            return board.place(claim[:1], among)

        for wrong in (first_fit, one_move, peaks_only, any_unit, first_range):
            with self.subTest(wrong.__name__):
                self.assertFalse(
                    all(self.judge(wrong, problem, among)
                        for _seed, problem, among in self.problems(600))
                )
