"""The search for the worst function: how close to equality the inequalities of a claim come.

With the constants of the class held fixed, the best of many random starts is improved by ascent
through the whole run of the method.  What is reported is computed again in balls of arb, on
functions whose membership in the class is certified.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from plproof.laboratory.candidates import Candidate, Certified
from plproof.laboratory.cases import Case
from plproof.laboratory.certified import VIOLATED
from plproof.laboratory.counterexamples import Counterexample, describe
from plproof.laboratory.evaluate import NotEvaluated
from plproof.laboratory.families import Family, QuadraticSpline
from plproof.laboratory.functions_in_words import in_words
from plproof.laboratory.problems import Problem, Start
from plproof.laboratory.ratios import Comparison, comparisons, index_name, is_trivial
from plproof.laboratory.snippets import identifier
from plproof.laboratory.unrolled import Member
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables

Found: TypeAlias = tuple[Certified, Candidate]

INDICES = (1, 5, 20)
"""The values given to the natural numbers of a claim: how many steps a run makes."""

TIGHT = 1e-6
"""A ratio within this of 1 is called tight."""

_ATTAINED = 1e-9
_SIMPLIFICATIONS = 60
_FALSE = 2.0  # a certified ratio above this ends a search


@dataclass(frozen=True)
class Best:
    """The largest ratio found for one comparison of a claim.

    ``comparison`` as text; ``index``, the value of its natural numbers (None without any);
    ``ratio``, a lower bound of small/large at what was found; ``words``, the function in words, or
    its literal; ``literal``, ``starts`` and ``points`` rebuild it; ``numbers``, the constants held
    fixed; ``note``, why there was no search ("" when there was).
    """

    comparison: str
    index: int | None
    ratio: float | None
    words: str = ""
    literal: str = ""
    starts: dict[str, list[float]] | None = None
    points: dict[str, list[float]] | None = None
    numbers: dict[str, str] | None = None
    note: str = ""
    counter: str = "k"
    violation: dict[str, Any] | None = None

    @property
    def tight(self) -> bool:
        """Whether equality is reached, up to ``TIGHT``."""
        return self.ratio is not None and self.ratio >= 1.0 - TIGHT

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def search_list(statement: Statement) -> list[tuple[int, int | None]]:
    """Return what there is to search: (number of a comparison, value of its natural numbers)."""
    found: list[tuple[int, int | None]] = []
    for number, comparison in enumerate(comparisons(statement)):
        if not is_trivial(comparison):
            counted = any(v.sort == NAT for v in _variables(statement, comparison))
            found += [(number, k) for k in (INDICES if counted else (None,))]
    return found


def best_ratio(
    statement: Statement,
    number: int,
    index: int | None,
    seed: int = 0,
    starts: int = 24,
    iterations: int = 150,
) -> Best:
    """Search for the largest ratio of a comparison, as :func:`search_list` numbers them.

    ``index`` is the value of the natural numbers; for each shape of function the best ``starts`` of
    four times as many random ones are improved in ``iterations`` of ascent (0: they are not);
    functions that are merely drawn are tried as they are.  The same arguments, the same
    answer.
    """
    comparison = comparisons(statement)[number]
    text = show(comparison.proposition)
    try:
        problem = Problem.of(statement, comparison, index)
    except NotEvaluated as error:
        return Best(text, index, None, note=str(error))
    rng = np.random.default_rng([seed, 21, number, index or 0])
    if problem.method.implicit():  # every step is a minimisation of its own
        starts, iterations = max(4, starts // 3), iterations // 4
    best: Found | None = None
    try:
        for start in _starts(problem, 4 * starts, rng):
            if start.shape.drawn and best is not None and start.ratio <= best[0].ratio * (1 + 1e-9):
                continue  # what is drawn is not improved
            for one in problem.climb(start, starts, iterations):
                if best is None or _is_better(one, best):
                    best = one
            if best is not None and 1.0 - 1e-9 <= best[0].ratio <= 1.0 and not _is_flat(best):
                break  # equality: there is no more to reach but a violation, found by `check`
            if best is not None and best[0].violated and best[0].ratio > _FALSE:
                break  # how false a claim is hardly matters
    except NotEvaluated as error:
        return Best(text, index, None, note=str(error))
    if best is None:
        return Best(text, index, None, note="no function at hand satisfies the hypotheses")
    best = _simplified(problem, best)
    return _report(problem, text, index, best)


def _starts(problem: Problem, rows: int, rng: np.random.Generator) -> list[Start]:
    """Return random rows of each shape; those that promise most first where steps are costly."""
    found = []
    for shape in problem.choices(rows, rng):
        if not (shape.drawn and problem.method.implicit()):
            start = problem.begin(shape, rows, rng)
            if start is not None:
                found.append(start)
    return sorted(found, key=lambda s: -s.best) if problem.method.implicit() else found


def _simplified(problem: Problem, found: Found) -> Found:
    """Return simpler splines that do as much; other functions are simple as they are."""
    tries, improved = 0, True
    while improved:
        improved = False
        families = found[1].assignment.families
        trials = ((f, g) for f in families for g in _simpler(families[f]))
        for f, simpler in trials:
            tries += 1
            if tries > _SIMPLIFICATIONS:
                return found
            moved = (simpler.constants.minimiser != families[f].constants.minimiser).any()
            if simpler.dimension != families[f].dimension or moved:
                continue
            a = replace(found[1].assignment, families={**families, f: simpler})
            candidate = replace(found[1], assignment=a)
            known = problem.setting.certified(candidate)
            if known is not None and known.ratio >= found[0].ratio - 1e-7 * abs(found[0].ratio):
                found, improved = (known, candidate), True
                break
    return found


def _simpler(family: Family) -> Iterator[Family]:
    """Yield the spline without a knot and the piece beside it, then with shorter numbers."""
    if not isinstance(family, QuadraticSpline):
        return
    for i in reversed(range(family.knot.shape[-1] if family.knot.shape[-1] > 1 else 0)):
        for piece in (i + 1, i):
            try:
                yield QuadraticSpline(
                    np.delete(family.curvature, piece, axis=-1),
                    np.delete(family.knot, i, axis=-1),
                    family.centre,
                    family.minimum,
                )
            except ValueError:
                continue  # a slope would be negative
    yield from family.simplifications(0)


def _is_flat(found: Found) -> bool:
    """Say whether all functions are constant."""
    return all(f.constants.constant[0] for f in found[1].assignment.families.values())


def _is_better(one: Found, other: Found) -> bool:
    """Say whether a ratio is larger; of equal ones, a function that is not constant is better."""
    gain = one[0].ratio - other[0].ratio
    close = 1e-9 * abs(other[0].ratio)
    return gain > close or (gain > -close and _is_flat(other) and not _is_flat(one))


def _variables(statement: Statement, comparison: Comparison) -> tuple[Term, ...]:
    hypotheses = [h for _, h in statement.hypotheses]
    return free_variables([*hypotheses, *comparison.given, comparison.proposition])


def _report(problem: Problem, text: str, index: int | None, found: Found) -> Best:
    """Return the best case in words; where it fails, with a counterexample."""
    known, candidate = found
    families = candidate.assignment.families
    shown = {v: x for v, x in problem.numbers.items() if v.sort == REAL}
    starts = {_named(m): np.ravel(x).tolist() for m, x in candidate.starts.items()}
    points = {show(v): x[0].tolist() for v, x in candidate.assignment.points.items()}
    reach = next((float(np.sqrt(np.sum(x**2))) for x in candidate.starts.values()), None)
    home = f"‖x₀ − {show(problem.fixed[0])}‖" if problem.fixed else "the start's distance from it"
    constants = {show(v): x for v, x in shown.items()}
    words = "; ".join(in_words(g, show(f), constants, reach, home) for f, g in families.items())
    return Best(
        comparison=text,
        index=index,
        ratio=float(f"{known.ratio:.12g}"),
        words=words,
        literal="; ".join(g.literal(0) for g in families.values()),
        starts=starts,
        points=points,
        numbers={show(v): str(x) for v, x in problem.numbers.items() if v.sort == REAL},
        counter=index_name(problem.comparison),
        violation=_violation(problem, found).to_json() if known.violated else None,
    )


def _named(member: Member) -> str:
    target, i = member
    return show(target) if i == 0 else f"{show(target)}[{i}]"


def _violation(problem: Problem, found: Found) -> Counterexample:
    """Return the counterexample: described alone where the method is gradient descent."""
    known, candidate = found
    statement, plan = problem.statement, problem.plan
    given = (*(h for _, h in statement.hypotheses), *problem.comparison.given)
    a, naturals = (
        candidate.assignment,
        [int(x) for v, x in problem.numbers.items() if v.sort == NAT],
    )
    if all(m[0] in plan.descents for m in candidate.starts) and problem.comparison.some is None:
        alone = replace(
            a,
            numbers={
                v: np.array([float(x[0])])
                for v, x in a.numbers.items()
                if v not in plan.definitions
            },
            starts={v: x for (v, _), x in candidate.starts.items()},
            iterations=1 + max(naturals, default=0),
        )
        case = Case(given, given, problem.comparison.proposition, alone)
        if case.fails():
            return describe(statement, "claim", case)
    lines = [f"{identifier(f)} = {family.literal(0)}" for f, family in a.families.items()]
    values: dict[str, float | list[float]] = {}
    for v, number in a.numbers.items():
        values[show(v)] = float(number[0])
        lines.append(f"{identifier(v)} = {number[0]}")
    for v, point in a.points.items():
        values[show(v)] = point[0].tolist()
        lines.append(f"{identifier(v)} = {point[0].tolist()}")
    starts = {_named(m): np.ravel(x).tolist() for m, x in candidate.starts.items()}
    lines += [f"# {name} starts at {x}" for name, x in starts.items()]
    kinds = ", ".join(sorted({type(family).__name__ for family in a.families.values()}))
    code = "\n".join([f"from plproof.laboratory.families import {kinds}", "", *lines, ""])
    return Counterexample(
        "claim",
        dict(a.dimensions),
        {show(f): family.literal(0) for f, family in a.families.items()},
        values,
        starts,
        1 + max(naturals, default=0),
        {name: float("inf") for name, _ in statement.hypotheses},
        show(problem.comparison.proposition),
        known.left,
        known.right,
        known.ratio - 1.0,
        code,
        VIOLATED,
        "the run of the method, in balls of arb",
    )


def summary(found: Sequence[Best]) -> str:
    """Return in a line how tight a comparison is, from the best of it at each index."""
    searched = [b for b in found if b.ratio is not None]
    if not searched:
        return f"{found[0].comparison}: not searched: {found[0].note}"
    best = max(searched, key=lambda b: (b.ratio or 0.0, -(b.index or 0)))
    held = ", ".join(f"{n} = {x}" for n, x in (best.numbers or {}).items())
    held = f" ({held})" if held else ""
    at = f" at {best.counter} = {best.index}" if best.index is not None else ""
    if best.violation is not None:
        return f"{best.comparison}: violated{at} by {best.words}{held}"
    tight = [b for b in searched if b.tight]
    if tight:
        indices = [str(b.index) for b in tight if b.index is not None]
        at = f" at {best.counter} = {', '.join(indices)}" if indices else ""
        reached = "attained" if (tight[-1].ratio or 0.0) >= 1.0 - _ATTAINED else "approached"
        return f"{best.comparison}: tight{at}: {reached} by {tight[-1].words}{held}"
    found_at = f"best {best.ratio:.4g} of the bound{at} by {best.words}{held}"
    return f"{best.comparison}: not tight: {found_at}"
