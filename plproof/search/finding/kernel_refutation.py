"""Statements refuted by a function, with a refutation that the kernel checks: by a quadratic, or by
a piecewise quadratic function of one variable.

[untrusted: every step it records is made by rules of the kernel]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from plproof.language.statement import Statement
from plproof.language.syntax import Space
from plproof.language.terms import FALSE
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.refutation import Contradicted
from plproof.proof.script import Proof
from plproof.proof.theorem import Theorem
from plproof.search.counterexamples.falsified import simple_counterexample
from plproof.search.counterexamples.functions.judge import Function
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.functions.quadratic import Metric, QuadraticForm
from plproof.search.counterexamples.piecewise_script import PiecewiseScript
from plproof.search.counterexamples.quadratic_script import QuadraticScript
from plproof.search.counterexamples.witness import WorstCase
from plproof.search.finding.worst import worst_case

#: for a statement, with a space for each of its own by name, the proof that it is false
_Script: TypeAlias = Callable[[Statement, Mapping[str, str]], Callable[[Proof], None]]


def refuted(theorem: Theorem, case: WorstCase) -> Theorem | None:
    """Return the theorem's statement refuted by the case, its refutation derived by the kernel.

    None where the case does not make the claim false, its function is neither a quadratic with the
    coordinate axes nor a differentiable piecewise quadratic of one variable, which is what scripts
    know to write down, or a step is not found.
    """
    statement = theorem.statement
    spaces = {name for v in statement.variables() for name in v.sort.space_names()}
    written = _written(case)
    if not case.is_false or written is None or len(spaces) != 1 or not _fits(statement, case):
        return None
    size, script = written
    made = type(theorem)(
        f"{theorem.title}: refuted",
        given=theorem.given,
        claim=theorem.claim,
        source=theorem.source,
        expect="refuted",
        spaces={Space(next(iter(spaces))): Space.coordinates(size)},
        note=case.sentence(),
    )
    made.name, made.place = theorem.name, theorem.place
    made.proof(script(statement, made.spaces))
    try:
        made.derive()
    except ProofError:
        return None
    return made


def refute(p: Proof, contradicted: Contradicted) -> None:
    """Derive ⊥ in a refutation from a function with which the statement is false.

    Simple quadratics come first.  Raises NotFound when no function is found, when those found are
    of another kind than scripts write down or a script fails, and when one lives in another space
    than the author declared.
    """
    statement, spaces = contradicted.statement, contradicted.spaces
    failure: NotFound | None = None
    for case in _cases(statement):
        try:
            script = _script_for(statement, spaces, case)
            apart = Proof(p.theorem, p.given, p.goal)
            apart.refute(statement, spaces)
            script(apart)
        except NotFound as error:
            failure = failure or error
            continue
        except ProofError as error:
            shown = f"a step failed: {error.message}"
            failure = failure or NotFound(
                f"the statement is false, but the kernel was not shown that the function refutes "
                f"it ({shown}): {case.sentence()}"
            )
            continue
        p.outline.extend(apart.outline[:-1])  # the last step is that there is a contradiction
        p.have(FALSE, by=[p.fact(apart.conclude(), "claim")])
        return
    raise failure or NotFound("no function was found with which the statement is false")


def _cases(statement: Statement) -> Iterator[WorstCase]:
    """Yield functions with which a statement is false, a simple quadratic first."""
    hypotheses = [h for _, h in statement.hypotheses]
    simple = simple_counterexample(hypotheses, statement.claim)
    if simple is not None:
        yield simple
    asked = Theorem("the statement", given=dict(statement.hypotheses), claim=statement.claim)
    case = worst_case(asked)
    if case is not None and case.is_false:
        yield case


def _script_for(
    statement: Statement, spaces: Mapping[str, str], case: WorstCase
) -> Callable[[Proof], None]:
    """Return the script for a function, or raise NotFound, which says why there is none."""
    written = _written(case)
    if written is None or not _fits(statement, case):
        raise NotFound(
            "the statement is false, but not by a quadratic, or a piecewise quadratic without "
            f"kinks, that could be shown to the kernel: {case.sentence()}"
        )
    size, script = written
    own = {name for v in statement.variables() for name in v.sort.space_names()}
    if {spaces.get(name, name) for name in own} != {Space.coordinates(size).name}:
        name = min(own)
        raise NotFound(
            f"the statement is false in ℝ^{size}: {case.sentence()}; declare "
            f"spaces={{{name}: Space.coordinates({size})}}"
        )
    return script(statement, spaces)


def _written(case: WorstCase) -> tuple[int, _Script] | None:
    """Return in how many dimensions a script can write the case down, and it; None if none can."""
    if len(case.functions) != 1:
        return None
    (f,) = case.functions.values()
    curvatures = _curvatures(f)
    if curvatures is not None:
        size = len(curvatures)
        home = Space.coordinates(size)
        return size, lambda stated, at: QuadraticScript(stated, at, case, home, curvatures)
    if isinstance(f, Piecewise) and f.knots and not f.kinks() and case.metric.dimension == 1:
        return 1, lambda stated, at: PiecewiseScript(stated, at, case, f)
    return None


def _fits(statement: Statement, case: WorstCase) -> bool:
    """Say whether the case gives values to the statement's own variables, no more and no less."""
    given = {*case.parameters, *case.numbers, *case.points, *case.functions}
    return given == set(statement.variables())


def _curvatures(f: Function) -> list[Fraction] | None:
    """Return the curvatures of a quadratic along the axes, None for another function."""
    if isinstance(f, Piecewise) and not f.knots:
        ((a, b, c),) = f.pieces
        return None if b or c else [2 * a]
    if isinstance(f, QuadraticForm) and f.metric == Metric.standard(f.metric.dimension):
        off = [c for i, row in enumerate(f.form) for j, c in enumerate(row) if i != j]
        return None if any(off) else [row[i] for i, row in enumerate(f.form)]
    return None
