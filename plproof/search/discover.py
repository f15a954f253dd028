"""The best rate that the inequalities allow, found and proved: a theorem with the rate put in.

The least rate is computed at numbers; a simple rational near it, or the simplest rational function
of the parameters through such rationals, is a guess, and its proof is what counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from plproof.language.binding import substitute
from plproof.language.syntax import sqrt
from plproof.language.terms import Term, as_real, number
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.proof.theorem import Derivation, Theorem
from plproof.proof.unknown import check_unknown, titled, with_value
from plproof.search.exact import Exact
from plproof.search.find import NO_NUMBERS, NO_PREMISES, Evidence, NoProof, advised, best_value
from plproof.search.fitting import fit, samples_needed
from plproof.search.parameters import constants, region, samples
from plproof.search.premises import at_fixed_points, gather
from plproof.search.roots import written
from plproof.search.script import Searched, searched
from plproof.search.surd import Surd, root_within

#: samples whose rate is not recognised, more than those whose is, after which there is no more
_LOST = 5
#: degrees of a rate as a rational function that are tried
_DEGREES = (2, 3, 4)


def find_proof(
    theorem: Theorem,
    using: Sequence[Any] = (),
    points: Sequence[Term] = (),
    unknown: Term | None = None,
) -> Theorem:
    """Return the theorem with a proof that was found; see :meth:`Theorem.find_proof`."""
    wanted = theorem.unknown if unknown is None else check_unknown(theorem.statement, unknown)
    script = searched(using, points)
    target = theorem if wanted is None else _with_best_value(theorem, wanted, script)
    target.proof(script)
    target.derive()
    return target


def derive_best(theorem: Theorem) -> Derivation:
    """Return what the search derives of a theorem with an unknown: the claim with the best value.

    Raises ProofError when the theorem's script is not a search, and when nothing is found.
    """
    assert theorem.unknown is not None
    script = theorem.script
    if not isinstance(script, Searched):
        raise ProofError(
            f"the claim is stated with an unknown, {theorem.unknown}, which only a search finds",
            theorem.place,
            theorem.name,
            hint=f"leave the proof out, or write {theorem.name}.proof(searched(using=[…]))",
        )
    target = _with_best_value(theorem, theorem.unknown, script)
    target.proof(script)
    return target.derive()


def _with_best_value(theorem: Theorem, unknown: Term, script: Searched) -> Theorem:
    """Return the theorem with the best value, found from numbers, in place of the unknown."""
    proof = Proof(theorem.name, theorem.given, theorem.claim)
    with script.at_its_place():
        rate = proof.attempt(
            theorem.claim, lambda: _rate(proof, theorem, unknown, script.using, script.points)
        )
    statement = with_value(theorem.statement, unknown, rate)
    made = type(theorem)(
        titled(theorem.title, unknown, rate),
        given=theorem.given,
        claim=statement.claim,
        source=theorem.source,
        note=theorem.note,
    )
    made.name, made.place = theorem.name, theorem.place
    return made


def _rate(
    p: Proof, theorem: Theorem, unknown: Term, using: Sequence[Any], points: Sequence[Term]
) -> Term:
    goal, _ = at_fixed_points(theorem.claim, [unknown, *theorem.given.values()])
    premises, _, stated = gather(p, goal, using, points)
    conclusions = [fact.claim for fact in premises]
    with advised(p, goal, premises, using, unknown):
        if not premises:
            raise NoProof(Evidence(NO_PREMISES, {}))
        parameters = [v for v in constants([stated, *conclusions]) if v != unknown]
        if parameters:
            return _closed_form(theorem, unknown, stated, conclusions, parameters)
        near, exact = best_value(stated, unknown, conclusions)
        if exact is None:
            why = (
                f"the best rate, near {near:.10g}, was not recognised as a rational number or one "
                "with a square root"
            )
            raise NoProof(Evidence(why, {}))
        return written(exact)


def _closed_form(
    theorem: Theorem,
    unknown: Term,
    stated: Term,
    conclusions: Sequence[Term],
    parameters: Sequence[Term],
) -> Term:
    """Return the simplest rational function of the parameters that the best rate seems to be."""
    at: list[dict[Term, Fraction]] = []
    rates: list[Exact] = []
    shown, near, lost = {}, 0.0, 0
    known = region(list(theorem.given.values()), parameters)
    stream = samples(parameters, known, simple_only=True)
    for degree in _DEGREES:
        for values in stream:
            point = {v: Fraction(t.data) for v, t in values.items()}
            if point in at:
                continue
            numeric = [substitute(c, values) for c in conclusions]
            shown = {f"{v}": f"{t}" for v, t in values.items()}
            try:
                near, exact = best_value(substitute(stated, values), unknown, numeric)
            except NoProof as error:
                raise NoProof(Evidence(error.evidence.why, shown)) from None
            if exact is None:
                lost += 1
            else:
                at.append(point)
                rates.append(exact)
            if len(at) == samples_needed(len(parameters), degree) or lost > _LOST + len(at):
                break
        rational = [rate for rate in rates if isinstance(rate, Fraction)]
        whole = len(rational) == len(rates)
        found = fit(parameters, at, rational) if whole else with_root(parameters, at, rates)
        if found is not None:
            return as_real(found)
        if lost > _LOST + len(at):
            break
    if not shown:
        raise NoProof(Evidence(NO_NUMBERS, {}))
    why = "the best rate is no simple function of the parameters as it seems; it is near"
    raise NoProof(Evidence(f"{why} {near:.10g}", shown))


def with_root(
    parameters: Sequence[Term], at: Sequence[dict[Term, Fraction]], rates: Sequence[Exact]
) -> Term | None:
    """Return a ± √D, or its square, with rational functions a and D through the rates, or None.

    Rational rates among them do not tell their conjugates and are left out.
    """
    pairs = [(p, r) for p, r in zip(at, rates, strict=True) if isinstance(r, Surd) and r.b]
    points = [p for p, _ in pairs]
    roots = [root_within(r) for _, r in pairs]
    squared = [r for r in roots if r is not None]
    if len(squared) == len(roots):
        found = _sum_with_root(parameters, points, squared)
        if found is not None:
            return found**2
    return _sum_with_root(parameters, points, [r for _, r in pairs])


def _sum_with_root(
    parameters: Sequence[Term], points: Sequence[dict[Term, Fraction]], values: Sequence[Surd]
) -> Term | None:
    signs = {r.b > 0 for r in values}
    plain = fit(parameters, points, [r.a for r in values])
    inside = fit(parameters, points, [r.b**2 * r.d for r in values])
    if plain is None or inside is None or len(signs) != 1:
        return None
    root = sqrt(as_real(inside))
    if plain == number(0):
        return root if signs == {True} else None
    return as_real(plain) + root if signs == {True} else as_real(plain) - root
