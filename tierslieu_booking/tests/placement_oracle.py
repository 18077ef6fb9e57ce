"""Place bookings by trying everything: slow, short, and sure.

Shares nothing with the kernel that it judges, not even an import.
"""

from itertools import combinations


def overlap(ones, others):
    return any(a < d and c < b for a, b in ones for c, d in others)


def fewest_moves(fixed, floating, claim, among=None):
    """Return the fewest moves that make room for a claim, or None when nothing does.

    :param fixed: {unit: ranges that stay}
    :param floating: {key: (unit now, ranges)}
    :param claim: ranges of the claim
    :param among: the units that the claim may take
    """
    found = [
        _moves(fixed | {unit: [*fixed[unit], *claim]}, list(floating.values()))
        for unit in fixed
        if (among is None or unit in among) and not overlap(claim, fixed[unit])
    ]
    return min((moves for moves in found if moves is not None), default=None)


def most_claims(fixed, floating, claim):
    """Return how many claims of the same ranges find room together."""
    most = 0
    for number in range(1, len(fixed) + 1):
        for units in combinations(fixed, number):
            if any(overlap(claim, fixed[unit]) for unit in units):
                continue
            taken = {
                unit: [*ranges, *claim] if unit in units else ranges
                for unit, ranges in fixed.items()
            }
            if _moves(taken, list(floating.values()), any_will_do=True) is not None:
                most = number
                break
        else:
            break
    return most


def _moves(fixed, floating, any_will_do=False):
    """Return the fewest moves that fit the bookings around what is fixed, or None."""
    best = None

    def go(nth, taken, moves):
        nonlocal best
        if best is not None and (any_will_do or moves >= best):
            return
        if nth == len(floating):
            best = moves
            return
        now, ranges = floating[nth]
        for unit in fixed:
            if not overlap(ranges, taken[unit]):
                go(
                    nth + 1,
                    taken | {unit: [*taken[unit], *ranges]},
                    moves + (unit != now),
                )

    go(0, fixed, 0)
    return best
