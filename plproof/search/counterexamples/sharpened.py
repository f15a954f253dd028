"""A worst case on a line made exact: the knots of its function where the claim fails most.

While the points of a run stay between the same knots, its points and slopes are affine in the
knots, and the difference of the claim's sides is a quadratic: its top is found exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np

from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.functions.quadratic import Metric, solved
from plproof.search.counterexamples.setting import Completed, Numbers, Setting

#: how many knots are moved at most, and how far for a difference
_KNOTS, _STEP = 4, Fraction(1, 2**24)

Places = tuple[Fraction, ...]


def sharpened(setting: Setting, case: Completed) -> Completed | None:
    """Return the case with the knots of its one function where the claim fails most, or None.

    None for functions without knots, with many, or of several variables, and where the top is no
    better.
    """
    functions = {v: f for v, f in case.judge.values.items() if isinstance(f, Piecewise)}
    if len(functions) != 1 or case.judge.metric.dimension != 1:
        return None
    ((f, function),) = functions.items()
    values = case.judge.values
    at = {v: np.array(p) for v, p in values.items() if isinstance(p, tuple)}
    numbers = Numbers(at, {v: c for v, c in values.items() if isinstance(c, Fraction)}, 1)
    start, rebuilt = _by_knots(function)
    if not 0 < len(start) <= _KNOTS:
        return None

    def run(places: Places) -> Completed | None:
        moved = rebuilt(places)
        if moved is None:
            return None
        return setting.completed({f: moved}, Metric.standard(1), numbers, Fraction)

    top = _top(start, lambda places: _missed(run(places)))
    found = None if top is None else run(top)
    if found is None or found.violation <= case.violation:
        return None
    return found


def _missed(case: Completed | None) -> Fraction | None:
    return None if case is None else case.violation


def _by_knots(function: Piecewise) -> tuple[Places, Callable[[Places], Piecewise | None]]:
    """Return the knots that may move, and the function with the same curvatures for others.

    Of an even function those to the right of 0 move, the others with them.
    """
    even = function.even() and 0 not in function.knots
    knots = tuple(k for k in function.knots if not even or k > 0)
    bends = [2 * a for a, _, _ in function.pieces]
    jumps = [right - left for left, right in map(function.slopes, function.knots)]
    still = [x for x in function.minimisers() if x not in function.knots]
    anchor = Fraction(0) if even else still[0] if still else None

    def rebuilt(places: Places) -> Piecewise | None:
        whole = (*(-k for k in reversed(places)), *places) if even else places
        if anchor is None or any(a >= b for a, b in pairwise(whole)):
            return None
        value, slope = function.value(anchor), function.slope(anchor)
        return Piecewise.bent(anchor, slope, whole, bends, jumps, value, merged=False)

    return knots, rebuilt


def _all_known(values: Iterable[Fraction | None]) -> list[Fraction] | None:
    found: list[Fraction] = []
    for value in values:
        if value is None:
            return None
        found.append(value)
    return found


def _top(start: Places, value: Callable[[Places], Fraction | None]) -> Places | None:
    """Return where a quadratic has gradient 0, from its values; None when it has no such point."""
    size = range(len(start))

    def at(*moved: int, sign: int = 1) -> Fraction | None:
        places = list(start)
        for n in moved:
            places[n] += sign * _STEP
        return value(tuple(places))

    here = at()
    pairs = list(combinations(size, 2))
    up, down = _all_known(at(n) for n in size), _all_known(at(n, sign=-1) for n in size)
    both = _all_known(at(*pair) for pair in pairs)
    if here is None or up is None or down is None or both is None:
        return None
    bend = [[Fraction(0)] * len(start) for _ in size]
    slope = []
    for n in size:
        bend[n][n] = (up[n] + down[n] - 2 * here) / _STEP**2
        slope.append((up[n] - down[n]) / (2 * _STEP))
    for (n, m), c in zip(pairs, both, strict=True):
        bend[n][m] = bend[m][n] = (c - up[n] - up[m] + here) / _STEP**2
    try:
        steps = solved(bend, [[-c] for c in slope])
    except ZeroDivisionError:
        return None
    return tuple(x + s for x, (s,) in zip(start, steps, strict=True))
