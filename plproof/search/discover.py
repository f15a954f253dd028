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
from plproof.language.terms import Term, as_real
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
from plproof.search.surd import Surd

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
    with advised(p, goal, premises, using):
        if not premises:
            raise NoProof(Evidence(NO_PREMISES, {}))
        parameters = [v for v in constants([stated, *conclusions]) if v != unknown]
        if parameters:
            return _closed_form(theorem, unknown, stated, conclusions, parameters)
        near, exact = best_value(stated, unknown, conclusions)
        if exact is None:
            why = f"the best rate, near {near:.10g}, is neither rational nor one with a square root"
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
        if len(rational) == len(rates):
            found = fit(parameters, at, rational)
        else:
            found = _root_of_a_quadratic(parameters, at, rates)
            if found is not None:
                raise NoProof(Evidence(_no_root(found), {}))
        if found is not None:
            return as_real(found)
        if lost > _LOST + len(at):
            break
    if not shown:
        raise NoProof(Evidence(NO_NUMBERS, {}))
    why = "the best rate is no simple rational function of the parameters; it is near"
    raise NoProof(Evidence(f"{why} {near:.10g}", shown))


def _no_root(found: Term) -> str:
    return (
        f"the best rate seems to be {found}, and multipliers with a root are found for numbers "
        "only: put numbers in place of the parameters, or prove that claim by hand"
    )


def _root_of_a_quadratic(
    parameters: Sequence[Term], at: Sequence[dict[Term, Fraction]], rates: Sequence[Exact]
) -> Term | None:
    """Return (T + √D)/2 where the rates' traces T and discriminants D are rational functions.

    Rational rates among them do not tell their conjugates and are left out.
    """
    pairs = [(p, r) for p, r in zip(at, rates, strict=True) if isinstance(r, Surd) and r.b]
    points = [p for p, _ in pairs]
    signs = {r.b > 0 for _, r in pairs}
    trace = fit(parameters, points, [2 * r.a for _, r in pairs])
    inside = fit(parameters, points, [4 * r.b**2 * r.d for _, r in pairs])
    if trace is None or inside is None or len(signs) != 1:
        return None
    root = sqrt(as_real(inside))
    return (as_real(trace) + root) / 2 if signs == {True} else (as_real(trace) - root) / 2
