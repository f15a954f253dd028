"""The best rate that the inequalities allow, found and proved: a theorem with the rate put in.

The least rate is computed at numbers; a simple rational near it, or the simplest rational function
of the parameters through such rationals, is a guess, and its proof is what counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from plproof.language.binding import substitute
from plproof.language.printing import show
from plproof.language.sorts import REAL, LanguageError
from plproof.language.terms import Term, as_real, free_variables, number
from plproof.proof.script import Proof
from plproof.proof.theorem import Theorem
from plproof.search.find import Evidence, NoProof, best_rate, gather, searched
from plproof.search.fitting import fit, samples_needed
from plproof.search.parameters import parameters_of, region, samples

#: degrees of a rate as a rational function that are tried
_DEGREES = (2, 4)


def find_proof(
    theorem: Theorem,
    using: Sequence[Any] = (),
    points: Sequence[Term] = (),
    unknown: Term | None = None,
) -> Theorem:
    """Return the theorem with a proof that was found; see :meth:`Theorem.find_proof`."""
    target = theorem if unknown is None else _stated(theorem, unknown, using, points)
    target.proof(searched(using, points))
    target.derive()
    return target


def _stated(
    theorem: Theorem, unknown: Term, using: Sequence[Any], points: Sequence[Term]
) -> Theorem:
    """Return the theorem with the best rate, found from numbers, in place of the unknown."""
    hypotheses = theorem.given
    if unknown.op != "var" or unknown.sort != REAL:
        raise LanguageError(f"unknown= names a real variable of the claim, not {unknown}")
    if unknown not in free_variables(theorem.claim):
        raise LanguageError(f"the claim does not speak of {unknown}")
    used = [name for name, h in hypotheses.items() if unknown in free_variables(h)]
    if used:
        raise LanguageError(f"{unknown} is to be found and no hypothesis may use it: {used[0]}")
    proof = Proof(theorem.name, hypotheses, theorem.claim)
    rate = proof.attempt(theorem.claim, lambda: _rate(proof, theorem, unknown, using, points))
    made = type(theorem)(
        f"{theorem.title}: {show(unknown)} = {show(rate)}",
        given=hypotheses,
        claim=substitute(theorem.claim, {unknown: rate}),
        source=theorem.source,
        note=theorem.note,
    )
    made.name, made.place = theorem.name, theorem.place
    return made


def _rate(
    p: Proof, theorem: Theorem, unknown: Term, using: Sequence[Any], points: Sequence[Term]
) -> Term:
    premises, _, stated = gather(p, theorem.claim, using, points)
    conclusions = [fact.claim for fact in premises]
    if not premises:
        raise NoProof(Evidence("no hypothesis says anything about these points", {}))
    parameters = [v for v in parameters_of([stated, *conclusions]) if v != unknown]
    if not parameters:
        near, exact = best_rate(stated, unknown, conclusions)
        if exact is None:
            raise NoProof(Evidence(f"the best rate, near {near:.10g}, is no simple rational", {}))
        return number(exact, REAL)
    known = region(list(theorem.given.values()))
    at: list[dict[Term, Fraction]] = []
    rates: list[Fraction] = []
    shown, near = {}, 0.0
    stream = samples(parameters, known, simple_only=True)
    for degree in _DEGREES:
        for values in stream:
            point = {v: Fraction(t.data) for v, t in values.items()}
            if point in at:
                continue
            numeric = [substitute(c, values) for c in conclusions]
            near, exact = best_rate(substitute(stated, values), unknown, numeric)
            shown = {f"{v}": f"{t}" for v, t in values.items()}
            if exact is not None:
                at.append(point)
                rates.append(exact)
            if len(at) == samples_needed(len(parameters), degree):
                break
        found = fit(parameters, at, rates)
        if found is not None:
            return as_real(found)
    if not shown:
        raise NoProof(Evidence("no numbers for the parameters satisfy the hypotheses", {}))
    why = "the best rate is no simple rational function of the parameters; it is near"
    raise NoProof(Evidence(f"{why} {near:.10g}", shown))
