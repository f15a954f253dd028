"""Worst cases run by the laboratory: the same terms, on the same function as a family."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from plproof.kernel.normal import KernelError
from plproof.laboratory.certification.certified import VIOLATED, recheck
from plproof.laboratory.families import Family, Quadratic, QuadraticSpline
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.models import Assignment
from plproof.laboratory.testing.snippets import script
from plproof.language.binding import substitute
from plproof.language.printing import show
from plproof.language.sorts import LanguageError
from plproof.language.statement import Statement
from plproof.language.terms import Term, number
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.theorem import Theorem
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.functions.quadratic import Metric, QuadraticForm
from plproof.search.counterexamples.setting import Setting
from plproof.search.counterexamples.witness import WorstCase

_HAIRS = (0.0, -(2.0**-40), 2.0**-40)


@dataclass(frozen=True)
class LaboratoryRun:
    """What the laboratory computed: the sides of the claim in floating point, and its verdict.

    ``verdict`` is that of the certified re-check where the claim fails, "" where it is attained;
    ``functions`` are the families as they are written in Python, ``snippet`` a script to run.
    """

    left: float
    right: float
    verdict: str
    functions: tuple[str, ...]
    snippet: str

    def text(self) -> str:
        """Return the run in words, one line."""
        said = f"the laboratory computes {self.left:.9g} and {self.right:.9g}"
        return f"{said}; {self.verdict}" if self.verdict else said


def worst_counterexample(statement: Statement) -> str | None:
    """Return the worst function of a false statement and its run in words, None if there is none.

    None too without the solver, the extra ``search``.
    """
    from plproof.search.programs.solver import SearchUnavailable

    try:
        case = worst_of(statement)
    except SearchUnavailable:
        return None
    return None if case is None or not case.is_false else in_words(case)


def worst_of(statement: Statement) -> WorstCase | None:
    """Return the worst function of a statement A ≤ B, None when none is found.

    None too for statements that no search is made for.  Raises SearchUnavailable without the
    solver, the extra ``search``.
    """
    from plproof.search.finding.worst import worst_case

    stated = Theorem("the statement", given=dict(statement.hypotheses), claim=statement.claim)
    try:
        return worst_case(stated)
    except (LanguageError, KernelError, NotFound, ProofError):
        return None


def in_words(case: WorstCase) -> str:
    """Return a worst case and what the laboratory computes on it, in several lines."""
    found = laboratory_run(case)
    return case.text() if found is None else f"{case.text()}\n{found.text()}"


def laboratory_run(case: WorstCase) -> LaboratoryRun | None:
    """Run the method on a worst case in the laboratory, from its starting points.

    None where the laboratory has no family for the function, or no values for the statement.
    """
    values = {v: number(c, v.sort) for v, c in case.parameters.items()}
    setting = Setting([substitute(h, values) for h in case.hypotheses],
                      substitute(case.claim, values))  # fmt: skip
    families = {f: _family(function, case) for f, function in case.functions.items()}
    known = {f: family for f, family in families.items() if family is not None}
    if len(known) < len(families):
        return None
    given = tuple(_written(setting, h) for h in setting.hypotheses if h not in setting.solved)
    claim = _written(setting, setting.claim)
    spaces = {name for v in setting.variables for name in v.sort.space_names()}
    free = {v: p for v, p in case.points.items() if v not in setting.defined}
    assignment = Assignment(
        dict.fromkeys(sorted(spaces), case.metric.dimension),
        known,
        {},
        {v: np.array([[float(c) for c in p]]) for v, p in free.items()},
        {},
        {},
        1,
        kind="worst case",
    )
    try:
        found, verdict = _checked(Case(given, given, claim, assignment), case)
        model = found.model()
        left, right = (float(np.ravel(model.value(side).value)[0]) for side in claim.args)
        snippet = script(found.plan(), found.assignment, 0, claim)
    except NotEvaluated:
        return None
    if claim.op in ("ge", "gt"):
        left, right = right, left
    return LaboratoryRun(left, right, verdict, tuple(f.literal(0) for f in known.values()), snippet)


def _checked(found: Case, case: WorstCase) -> tuple[Case, str]:
    """Return the case with its numbers, and the verdict of the certified re-check.

    A number such as t ≤ ‖∇f(x)‖² may have to be a hair off where the run is rounded.
    """
    tried = found
    for hair in _HAIRS if case.numbers else _HAIRS[:1]:
        numbers = {v: np.array([float(c) * (1 + hair)]) for v, c in case.numbers.items()}
        tried = replace(found, assignment=replace(found.assignment, numbers=numbers))
        if not case.is_false:
            return tried, ""
        verdict = recheck(tried)
        if verdict.kind == VIOLATED:
            return tried, str(verdict)
    return tried, str(verdict) if verdict.kind else _why_not(tried)


def _why_not(tried: Case) -> str:
    """Say what keeps a case from being a violation: its numbers are those of the run, rounded."""
    if recheck(replace(tried, given=())).kind != VIOLATED:
        return "rounded to binary numbers the claim holds here, so it certifies nothing"
    for h in tried.given:
        if not recheck(replace(tried, given=(h,))).kind:
            return f"rounded to binary numbers {show(h)} is false here, so it certifies nothing"
    return "rounded to binary numbers it is not certain, so it certifies nothing"


def _written(setting: Setting, t: Term) -> Term:
    """Return a term with the points that equations define written out."""
    for _ in setting.defined:
        t = substitute(t, setting.defined)
    return t


def _family(function: object, case: WorstCase) -> Family | None:
    try:
        if isinstance(function, Piecewise):
            return _spline(function, case)
        if isinstance(function, QuadraticForm) and case.metric == Metric.standard(
            case.metric.dimension
        ):
            return _quadratic(function)
    except ValueError:  # no such family: numbers too long, slopes of the wrong sign
        return None
    return None


def _quadratic(form: QuadraticForm) -> Family | None:
    hessian = [[float(c) for c in row] for row in form.form]
    return Quadratic([hessian], [np.zeros(len(hessian))], [0.0])


def _spline(function: Piecewise, case: WorstCase) -> Family | None:
    """Return the function as a symmetric spline around its minimiser: as one half, or itself."""
    if not function.knots:
        ((a, b, c),) = function.pieces
        if a <= 0:
            return None
        bottom = -b / (2 * a)
        value = c - b * b / (4 * a)
        return Quadratic([[[float(2 * a)]]], [[float(bottom)]], [float(value)])
    visited = [p[0] for p in case.points.values()]
    for bottom in function.minimisers():
        for side in (1, -1):
            other = function.mirrored(bottom, side)
            if all(other.value(x) == function.value(x) for x in visited) and not other.kinks():
                return _as_spline(other, bottom)
    return None


def _as_spline(function: Piecewise, bottom: Fraction) -> Family:
    knots = [k for k in function.knots if k > bottom]
    pieces = function.pieces[-len(knots) - 1 :]
    bends = [float(2 * a) for a, _, _ in pieces]
    places = [float(k - bottom) for k in knots]
    value = float(function.value(bottom))
    return QuadraticSpline([[bends]], [[places]], [[float(bottom)]], [value])
