"""What is observed of a claim's inequalities on many functions of one class, beside what it says.

The constants of the class are held fixed, so that one bound belongs to all functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families import FamilyKind
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.ratios import Comparison, comparisons, index_name, is_trivial
from plproof.laboratory.worst_case.bfgs import evolve, maximise
from plproof.laboratory.worst_case.problems import Problem
from plproof.laboratory.worst_case.shapes import Choice
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables

Naturals: TypeAlias = Mapping[Term, Term] | None

ROWS = 64
"""Random functions of each shape."""


@dataclass(frozen=True)
class Envelope:
    """The largest left side seen of an inequality, beside its right side.

    ``title``, the inequality; ``numbers`` held fixed.  With an ``index`` k, its name ("" without):
    ``places``, its values, from 0 to K where the hypotheses allow it, ``observed`` and ``bound``,
    both divided by the right side at the first.  Without:
    ``places``, shares of the functions from 0 to 1, ``observed`` the ratio that so many stay below,
    ``bound`` 1.
    """

    title: str
    numbers: dict[str, float]
    index: str
    places: tuple[float, ...]
    observed: tuple[float, ...]
    bound: tuple[float, ...]


def envelopes(
    statement: Statement, seed: int = 0, longest: int = 30, families: Sequence[FamilyKind] = ()
) -> list[Envelope]:
    """Return an envelope for each inequality of the claim that can be searched.

    Arguments: ``seed`` >= 0, the same for the same result; ``longest`` K >= 1, the largest index;
    ``families``, kinds of functions of the user's own, used as well where they are in the class.
    """
    found = []
    for number, comparison in enumerate(comparisons(statement)):
        if not is_trivial(comparison):
            rng = np.random.default_rng([seed, 31, number])
            try:
                found.append(_envelope(statement, comparison, longest, rng, families))
            except NotEvaluated:
                continue
    return found


def _envelope(
    statement: Statement,
    comparison: Comparison,
    longest: int,
    rng: np.random.Generator,
    families: Sequence[FamilyKind],
) -> Envelope:
    hypotheses = [h for _, h in statement.hypotheses]
    used = free_variables([*hypotheses, *comparison.given, comparison.proposition])
    counted = any(v.sort == NAT for v in used)
    problem = Problem.of(statement, comparison, longest if counted else None, families)
    indices = _indices(problem, longest) if counted else {0: None}
    numbers = {show(v): float(x) for v, x in problem.numbers.items() if v.sort == REAL}
    small, large = [], []
    for shape in problem.choices(ROWS, rng):
        if shape.drawn and problem.method.implicit():
            continue  # every step is a minimisation of its own, for each function
        rows = _rows(problem, shape, indices, rng)
        try:
            left, right = _sides(problem, shape, rows, list(indices.values()))
        except NotEvaluated:
            continue
        sound = np.all(np.isfinite(left) & np.isfinite(right), axis=0) & (right[0] > 1e-10)
        small.append(left[:, sound] / right[0, sound])
        large.append(right[:, sound] / right[0, sound])
    if not small or not any(s.size for s in small):
        raise NotEvaluated("no function at hand satisfies the hypotheses")
    observed, bound = np.concatenate(small, axis=1), np.concatenate(large, axis=1)
    title = show(comparison.proposition)
    if counted:
        places = tuple(float(k) for k in indices)
        name = index_name(comparison)
        return Envelope(title, numbers, name, places, _tuple(observed.max(1)), _tuple(bound.max(1)))
    ordered = np.sort(observed[0])
    shares = np.linspace(0.0, 1.0, 101)
    quantiles = np.quantile(ordered, shares)
    return Envelope(title, numbers, "", _tuple(shares), _tuple(quantiles), (1.0,) * 101)


def _indices(problem: Problem, longest: int) -> dict[int, Naturals]:
    """Return the indices 0..K that the hypotheses allow, with the natural numbers of each."""
    found: dict[int, Naturals] = {}
    for k in range(longest + 1):
        try:
            naturals = problem.naturals(k)
        except NotEvaluated:
            continue
        if naturals not in found.values():
            found[k] = naturals
    if not found:
        raise NotEvaluated("the hypotheses allow no index")
    return found


def _rows(
    problem: Problem, shape: Choice, indices: Mapping[int, Naturals], rng: np.random.Generator
) -> Floats:
    """Return random starts, the best of them improved for some indices."""
    start = problem.starts(shape, ROWS, rng)
    if shape.drawn or not start.shape[1]:
        return start
    found, all_of_them = [start], list(indices.values())
    rows, iterations = (2, 10) if problem.method.implicit() else (3, 25)
    for place in {len(all_of_them) - 1, len(all_of_them) // 5}:
        objective = problem.objective(shape, naturals=all_of_them[place])
        try:
            with np.errstate(all="ignore"):
                values = np.asarray(objective(start))
            best = np.argsort(-np.where(np.isfinite(values), values, -np.inf), kind="stable")
            climb = maximise if shape.steep else evolve
            climbed, values = climb(objective, start[best[:rows]], iterations, summit=0.0)
        except NotEvaluated:
            continue
        found.append(climbed[np.isfinite(values)])
    return np.concatenate(found)


def _sides(
    problem: Problem, shape: Choice, rows: Floats, indices: Sequence[Naturals]
) -> tuple[Floats, Floats]:
    """Return both sides for each index and row; of some claimed members, that of least ratio.

    nan where a hypothesis about starts and points does not hold.
    """
    small: list[Floats] = []
    large: list[Floats] = []
    with np.errstate(all="ignore"):
        unrolled = problem.unrolled(shape, rows)  # the runs are the same for all indices
        for naturals in indices:
            pairs = [
                [np.broadcast_to(np.asarray(side, dtype=np.float64), (len(rows),)) for side in pair]
                for pair in problem.sides(unrolled, naturals)
            ]
            ratios = np.array([a / b for a, b in pairs])
            least = np.argmin(np.where(np.isnan(ratios), np.inf, ratios), axis=0)
            for found, side in ((small, 0), (large, 1)):
                found.append(np.array([pair[side] for pair in pairs])[least, np.arange(len(rows))])
        outside = np.where(problem.admitted(unrolled), 0.0, np.nan)
    return np.array(small) + outside, np.array(large)


def _tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{v:.6g}") for v in values)
