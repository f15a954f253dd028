"""What is observed of a claim's inequalities on many functions of one class, beside what it says.

The constants of the class are held fixed, so that one bound belongs to all functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from plproof.laboratory.adversary import Problem
from plproof.laboratory.bfgs import maximise
from plproof.laboratory.evaluate import NotEvaluated
from plproof.laboratory.ratios import Comparison, comparisons, is_trivial
from plproof.laboratory.rounding import Floats
from plproof.laboratory.shapes import Shape, shapes
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL
from plproof.language.statement import Statement
from plproof.language.terms import free_variables

ROWS = 64
"""Random functions of each shape."""


@dataclass(frozen=True)
class Envelope:
    """The largest left side seen of an inequality, beside its right side.

    ``title``, the inequality; ``numbers`` held fixed.  With an index k (``indexed``): ``places``
    0..K, ``observed`` and ``bound`` (K+1,), both divided by the right side at k = 0.  Without:
    ``places``, shares of the functions from 0 to 1, ``observed`` the ratio that so many stay below,
    ``bound`` 1.
    """

    title: str
    numbers: dict[str, float]
    indexed: bool
    places: tuple[float, ...]
    observed: tuple[float, ...]
    bound: tuple[float, ...]


def envelopes(statement: Statement, seed: int = 0, longest: int = 30) -> list[Envelope]:
    """Return an envelope for each inequality of the claim that can be searched.

    Arguments: ``seed`` >= 0, the same for the same result; ``longest`` K >= 1, the largest index.
    """
    found = []
    for number, comparison in enumerate(comparisons(statement)):
        if not is_trivial(comparison):
            rng = np.random.default_rng([seed, 31, number])
            try:
                found.append(_envelope(statement, comparison, longest, rng))
            except NotEvaluated:
                continue
    return found


def _envelope(
    statement: Statement, comparison: Comparison, longest: int, rng: np.random.Generator
) -> Envelope:
    hypotheses = [h for _, h in statement.hypotheses]
    used = free_variables([*hypotheses, *comparison.given, comparison.proposition])
    counted = any(v.sort == NAT for v in used)
    problem = Problem.of(statement, comparison, longest if counted else None)
    numbers = {show(v): x for v, x in problem.numbers.items() if v.sort == REAL}
    indices: Sequence[int | None] = range(longest + 1) if counted else (None,)
    small, large = [], []
    for shape in shapes(problem.required, ROWS, rng):
        rows = _rows(problem, shape, indices, rng)
        left, right = _sides(problem, shape, rows, indices)
        sound = np.all(np.isfinite(left) & np.isfinite(right), axis=0) & (right[0] > 1e-10)
        small.append(left[:, sound] / right[0, sound])
        large.append(right[:, sound] / right[0, sound])
    if not small or not any(s.size for s in small):
        raise NotEvaluated("no function at hand satisfies the hypotheses")
    observed, bound = np.concatenate(small, axis=1), np.concatenate(large, axis=1)
    title = show(comparison.proposition)
    if counted:
        places = tuple(float(k) for k in indices if k is not None)
        return Envelope(title, numbers, True, places, _tuple(observed.max(1)), _tuple(bound.max(1)))
    ordered = np.sort(observed[0])
    shares = np.linspace(0.0, 1.0, 101)
    quantiles = np.quantile(ordered, shares)
    return Envelope(title, numbers, False, _tuple(shares), _tuple(quantiles), (1.0,) * 101)


def _rows(
    problem: Problem, shape: Shape, indices: Sequence[int | None], rng: np.random.Generator
) -> Floats:
    """Return random starts, the best of them improved for some indices."""
    start = problem.starts(shape, ROWS, rng)
    if shape.drawn or not start.shape[1]:
        return start
    found = [start]
    for index in {indices[-1], indices[len(indices) // 5]}:
        climbed, values = maximise(_at(problem, index).objective(shape), start[:8], 60)
        found.append(climbed[np.isfinite(values)])
    return np.concatenate(found)


def _at(problem: Problem, index: int | None) -> Problem:
    if index is None:
        return problem
    numbers = {v: float(index) if v.sort == NAT else x for v, x in problem.numbers.items()}
    return replace(problem, numbers=numbers)


def _sides(
    problem: Problem, shape: Shape, rows: Floats, indices: Sequence[int | None]
) -> tuple[Floats, Floats]:
    small, large = [], []
    with np.errstate(all="ignore"):
        for index in indices:
            unrolled = _at(problem, index).unrolled(shape, rows)
            for found, side in ((small, "small"), (large, "large")):
                value: Any = unrolled.value(getattr(problem.comparison, side))
                found.append(np.broadcast_to(np.asarray(value, dtype=np.float64), (len(rows),)))
    return np.array(small), np.array(large)


def _tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{v:.6g}") for v in values)
