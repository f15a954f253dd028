"""The trial of the segment axiom, on batches of functions with certified constants.

The segment axiom supposes a bound on a slope for all t in [0, 1], which no sampling decides; here
the numbers a and b are chosen so that it certainly holds: a = ⟨∇f(x), v⟩ and b = β‖v‖² for a
β-smooth function, or b = ⟨Hv, v⟩ for a quadratic one, all rounded upwards.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked, matvec
from plproof.laboratory.arithmetic.total import exact, inner, multiply
from plproof.laboratory.families import FAMILY_KINDS, Family, Quadratic, draw_family
from plproof.laboratory.families.catalogue import NOT_DIFFERENTIABLE
from plproof.laboratory.gradient_descent.orbits import function_at
from plproof.laboratory.meaning.evaluate import Model
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.certify import forms
from plproof.laboratory.modelling.models import Assignment, base_values
from plproof.laboratory.testing.counterexamples import Counterexample, describe
from plproof.language.binding import open_binder
from plproof.language.statement import Statement
from plproof.language.terms import Term, make
from plproof.theory.analysis import SEGMENT


@dataclass(frozen=True)
class AxiomReport:
    """What a test of an axiom found: functions tried, least relative slack, a counterexample."""

    name: str
    functions: int
    worst: float
    counterexample: Counterexample | None

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        found = self.counterexample
        return asdict(self) | {"counterexample": None if found is None else found.to_json()}


def stripped(statement: Term) -> tuple[tuple[Term, ...], tuple[Term, ...], Term]:
    """Return (variables, hypotheses, conclusion) of a closed ∀…. h₁ → … → conclusion."""
    variables: list[Term] = []
    body = statement
    while body.op == "all":
        v = make("var", (), body.data.name, body.data.sort)
        variables.append(v)
        body = open_binder(body, v)
    hypotheses = []
    while body.op == "imp":
        hypotheses.append(body.args[0])
        body = body.args[1]
    return tuple(variables), tuple(hypotheses), body


def try_segment(
    statement: Term = SEGMENT.statement, *, functions: int = 20_000, seed: int = 0
) -> AxiomReport:
    """Test the segment axiom, or a variant of it with another conclusion, on random functions.

    Arguments: ``statement``, with the variables and hypotheses of ``SEGMENT``, else ValueError;
    ``functions``, about how many; ``seed`` >= 0.  The same arguments give the same report.
    """
    variables, hypotheses, conclusion = stripped(statement)
    if (variables, hypotheses) != stripped(SEGMENT.statement)[:2]:
        raise ValueError("the statement does not have the hypotheses of the segment axiom")
    f, x, v, a, b = variables
    batch = 512
    tried, worst = 0, np.inf
    kinds = [kind for kind in FAMILY_KINDS if kind not in NOT_DIFFERENTIABLE]
    for number in range(max(len(kinds), -(-functions // batch))):
        rng = np.random.default_rng([seed, 2, number])
        kind = kinds[number % len(kinds)]
        dimension = int(rng.integers(1, 7))
        family = draw_family(kind, batch, dimension, float(rng.choice([1.0, 10.0, 100.0])), rng)
        points, directions, slopes, bends = _instance(family, rng)
        assignment = Assignment(
            {x.sort.spaces[0]: dimension},
            {f: family},
            {a: slopes, b: bends},
            {x: points, v: directions},
            {},
            {},
            1,
            (seed, number),
            kind,
            batch,
        )
        everywhere = np.ones(batch, dtype=bool)
        facts = {form: everywhere for h in hypotheses for form in forms(h)}
        model = Model(batch, assignment.dimensions, base_values(assignment), facts=facts)
        high = model.truth(conclusion)[1]
        tried += batch
        for row in np.flatnonzero(high < 0)[:3].tolist():
            case = Case((), (), conclusion, assignment.take([row]))
            if case.fails():
                found = describe(Statement.of({}, conclusion), "segment", case)
                return AxiomReport("segment", tried, float(high.min()), found)
        worst = min(worst, float(high.min()))
    return AxiomReport("segment", tried, max(0.0, worst), None)


def _instance(family: Family, rng: np.random.Generator) -> tuple[Floats, Floats, Floats, Floats]:
    """Return x, v (B, d) and a, b (B,) for which the hypothesis on the slope certainly holds."""
    shape = (family.batch, family.dimension)
    reach = rng.choice([0.1, 1.0, 10.0], size=(family.batch, 1))
    points = family.constants.minimiser + reach * rng.standard_normal(shape)
    directions = rng.choice([0.1, 1.0, 10.0], size=(family.batch, 1)) * rng.standard_normal(shape)
    v = exact(directions)
    slope = inner(function_at(family, exact(points))[1], v)
    if isinstance(family, Quadratic):
        image = matvec(family.hessian, Tracked(directions))
        assert isinstance(image, Tracked)
        bend = inner(image, v)
    else:
        bend = multiply(exact(family.constants.smooth), inner(v, v))
    weaker = rng.choice([0.0, 0.0, 0.0, 1.0], size=(2, family.batch))
    return points, directions, _above(slope) + weaker[0], _above(bend) + weaker[1]


def _above(t: Tracked) -> Floats:
    return t.value + 2.0 * SAFETY * UNIT * t.error
