"""Proofs found without being written: which instances of the hypotheses, with which multipliers.

[untrusted: every step it records is made by rules of the kernel]

Numbers are put in place of the parameters and a semidefinite program says which instances carry the
claim; then the multipliers are found exactly: by rounding when there are no parameters, else as
rational functions of them by the search for certificates of :mod:`plproof.proof.certificates`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace as changed
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from plproof.kernel.normal import KernelError
from plproof.language.binding import fresh_variable, replace, substitute
from plproof.language.notation import canonical
from plproof.language.propositions import at_variables
from plproof.language.sorts import REAL
from plproof.language.terms import Term
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact
from plproof.proof.script import Proof
from plproof.search.claims.advice import (
    about_equations,
    advice,
    bounds_met,
    forgotten,
    looked_at,
    mentions_functions,
    no_bound,
    no_numbers,
    no_signs,
    unspoken,
)
from plproof.search.claims.chains import by_chain
from plproof.search.claims.coefficients import with_coefficients
from plproof.search.claims.emptiness import contradiction, crossed, what_is_left, what_is_steep
from plproof.search.claims.more_points import after_a_step
from plproof.search.claims.offered import known_facts
from plproof.search.claims.same_steps import by_comparison, by_contraction
from plproof.search.claims.weights import in_closed_form
from plproof.search.counterexamples.evidence import (
    ALONE,
    NO_NUMBERS,
    NO_PREMISES,
    NO_RATE,
    NO_SYMBOLS,
    Evidence,
    NoProof,
    unbounded,
    with_counterexample,
)
from plproof.search.counterexamples.witness import witness
from plproof.search.fields.number_field import (
    Rewriting,
    SeveralRoots,
    field_of,
    proved_in_field,
    roots_of_numbers,
    with_fewer,
)
from plproof.search.fields.roots import proof_with_root
from plproof.search.fields.symbolic_roots import OutOfReach, proved_with_root, root_of_parameters
from plproof.search.many_points.generation import attempt
from plproof.search.many_points.parametric import attempt_with_parameters
from plproof.search.programs.bridge import NotNumeric, Translation, translate
from plproof.search.programs.exact import Found
from plproof.search.programs.program import Form
from plproof.search.programs.refuting import refutation
from plproof.search.programs.rounding import (
    OUT_OF_REACH,
    Failed,
    certificate,
    certificate_from,
)
from plproof.search.programs.solver import least_rate
from plproof.search.programs.surd import Exact, Surd
from plproof.search.statements.any_step import SOME_STEPS, not_written_out
from plproof.search.statements.instances import body_of
from plproof.search.statements.parameters import constants, region, samples
from plproof.search.statements.premises import at_numbers, gather, left_over
from plproof.search.statements.unrolled import goes_on, unrolled

_0 = Fraction(0)
_SAMPLES = 3
#: premises that are few: of more, weights are looked for before products
_FEW = 10
#: premises of which one by one is tried whether the others do; of more, several at once first
_MANY = 60
#: equations of which more make a search so dear that simple functions are tried before it
_LONG = 8
#: sets of premises that are tried
_SUPPORTS = 3
#: binary digits of a square root that a point is looked for with
_NEAR = 120
#: how exactly it is solved whether few premises will do, and what counts as nothing missing
_CARRIED = ((1e-9, 1e-7), (1e-11, 1e-9))


def find(p: Proof, goal: Term, using: Sequence[Any] = (), points: Sequence[Term] = ()) -> Fact:
    """Prove a comparison A ≤ B inside a proof, from instances of what is known.

    The comparison may stand under quantifiers, ∀x. A ≤ B.  Where nothing is found, and the claim is
    not seen to be false, points x − ∇f(x)/L are tried beside those of the statement.  Raises
    NoProof when the semidefinite program or the rounding finds nothing.
    """
    inner, fixed = at_variables(goal, [fact.claim for fact in p.hypotheses()])
    if fixed:
        with p.fix(*fixed):
            find(p, inner, using, points)
        assert p.last is not None
        return p.last
    direct = _without_functions(p, goal, using)
    if direct is not None:
        return direct
    try:
        return _from_points(p, goal, using, points)
    except NoProof as error:
        more = [] if error.evidence.example else after_a_step(p, goal, points)
        if more:
            with suppress(NoProof):
                return _from_points(p, goal, using, [*points, *more])
        raise


def _from_points(p: Proof, goal: Term, using: Sequence[Any], points: Sequence[Term]) -> Fact:
    counted = at_numbers(p, known_facts(p, using, goal), goal)
    for of_steps in (by_contraction, by_chain, None, by_comparison):
        if of_steps is None:
            whole = _of_many_points(p, goal, counted, points)
        else:
            whole = of_steps(p, goal, counted, using, points, _part)
        if whole is not None:
            return whole
    if sum(fact.claim.op == "eq" for fact in counted) > _LONG:  # of what is dear, first the cheap
        cheap = with_counterexample(Evidence("", {}), [f.claim for f in p.hypotheses()], goal)
        if cheap.example is not None:
            with advised(p, goal, (), using):
                raise NoProof(cheap)
    premises, equations, stated = gather(p, goal, counted, points)
    with advised(p, goal, premises, using, points=points):
        try:
            return _found(p, goal, stated, premises, equations)
        except NoProof as error:
            if error.evidence.point is None and error.evidence.why != OUT_OF_REACH:
                raise
            raise NoProof(_with_example(error.evidence, p, goal, premises, points)) from None
        except ProofError:  # of the search for multipliers with symbols, which knows no numbers
            raise NoProof(_with_example(Evidence(NO_SYMBOLS, {}), p, goal, premises)) from None


def _of_many_points(
    p: Proof, goal: Term, facts: Sequence[Fact], points: Sequence[Term]
) -> Fact | None:
    """Prove a comparison by what is fast at many points, or return None."""
    for way in (attempt, attempt_with_parameters):
        few = way(p, goal, facts, points)
        if few is not None:
            return p.have(goal, by=few)
    return None


def _part(p: Proof, goal: Term, using: Sequence[Any], points: Sequence[Term]) -> Fact:
    """Prove a part of a proof as :func:`find` does; why it is not found is of no interest."""
    counted = at_numbers(p, known_facts(p, using, goal), goal)
    fact = _of_many_points(p, goal, counted, points)
    if fact is not None:
        return fact
    premises, equations, stated = gather(p, goal, counted, points)
    return _found(p, goal, stated, premises, equations)


def _without_functions(p: Proof, goal: Term, using: Sequence[Any]) -> Fact | None:
    """Prove a claim about numbers and vectors alone from what is given, as it stands; or None.

    There are no points to choose then, and the claim need not be of the form A ≤ B.  Raises NoProof
    when it is of another form and not found.
    """
    given = p.hypotheses()
    if using or mentions_functions(goal, given):
        return None
    offered = [h for h in given if canonical(h.claim).op in ("le", "lt", "eq")]
    for by in ([], offered) if offered else ([],):
        try:
            p.quiet(goal, by)
        except ProofError:
            continue
        return p.have(goal, by=by)
    if canonical(body_of(goal)).op not in ("le", "eq"):  # no claim for a search either
        with advised(p, goal, ()):
            raise NoProof(Evidence(ALONE, {}))
    return None


@contextmanager
def advised(
    p: Proof,
    goal: Term,
    premises: Sequence[Fact],
    using: Sequence[Any] = (),
    unknown: Term | None = None,
    points: Sequence[Term] = (),
) -> Iterator[None]:
    """Say what to do when no proof is found inside, nor a value of the unknown if there is one."""
    try:
        yield
    except NoProof as error:
        hypotheses = p.hypotheses()
        if unknown is not None:
            error = unbounded(error, unknown, [fact.claim for fact in hypotheses], goal)
        elif error.evidence.example is not None:  # it is false: no other premises will do
            error.hint = unspoken(goal, hypotheses) or forgotten(hypotheses, goal)
            raise
        far = not_written_out(goal, [fact.claim for fact in hypotheses])
        if far and error.evidence.example is None:
            error = NoProof(Evidence(far, {}))
            error.hint = SOME_STEPS
            raise error from None
        if error.evidence.why == NO_NUMBERS:
            error.hint = contradiction(hypotheses) or no_numbers(hypotheses, goal, premises)
        else:
            known = known_facts(p, using, goal)
            steep = what_is_steep(known) if error.evidence.why == NO_RATE else ""
            error.hint = (
                what_is_left(known)
                or crossed(p)
                or steep
                or advice(hypotheses, goal, premises, using)
                or (forgotten(hypotheses, goal) if unknown is None else "")
                or no_signs(p, goal, premises, unknown)
                or _last_hint(p, error, goal, premises, unknown, points)
            )
        raise error from None


def _last_hint(
    p: Proof,
    error: NoProof,
    goal: Term,
    premises: Sequence[Fact],
    unknown: Term | None,
    points: Sequence[Term],
) -> str:
    if error.evidence.example is not None and unknown is not None:
        return no_bound(unknown)
    hypotheses = p.hypotheses()
    met = bounds_met(hypotheses, goal) if error.evidence.why == NO_SYMBOLS else ""
    others = about_equations(hypotheses, goal, premises, left_over(p), points) or met
    carried = error.evidence.why in (NO_SYMBOLS, NO_PREMISES, ALONE)
    return others or ("" if carried else looked_at(goal, premises))


def _with_example(
    evidence: Evidence,
    p: Proof,
    goal: Term,
    premises: Sequence[Fact],
    points: Sequence[Term] = (),
) -> Evidence:
    """Return the evidence with a function with which the claim is false, if one is found.

    A quadratic at simple numbers for the parameters, else at those at which the search failed.
    """
    hypotheses = [fact.claim for fact in p.hypotheses()]
    plain = with_counterexample(evidence, hypotheses, goal)
    if plain.example is not None:
        return plain
    example = None
    if evidence.why != NO_SYMBOLS and goes_on(hypotheses):
        instances = [substitute(fact.claim, evidence.values) for fact in premises]
        written = unrolled(hypotheses, goal, {}, [*instances, *points])
        if written is not None:
            told, asked, others = written
            example = witness(
                told,
                asked,
                {v: Fraction(t.data) for v, t in evidence.values.items()},
                extra=others[: len(instances)],
                points=others[len(instances) :],
                violated=True,
            )
    return evidence if example is None else changed(evidence, example=example)


def _found(
    p: Proof, goal: Term, stated: Term, premises: Sequence[Fact], equations: Sequence[Fact]
) -> Fact:
    conclusions = [fact.claim for fact in premises]
    if not premises:
        about_functions = mentions_functions(goal, p.hypotheses())
        raise NoProof(Evidence(NO_PREMISES if about_functions else ALONE, {}))
    parameters = constants([stated, *conclusions])
    if not parameters:
        return _by_rounding(p, goal, stated, premises, equations)
    root = root_of_parameters(stated, conclusions, parameters)
    if root is not None:
        try:
            fact = proved_with_root(p, stated, premises, parameters, root)
        except OutOfReach as error:
            shown = {f"{v}": f"{t}" for v, t in error.values.items()}
            evidence = _evidence(error.failed, error.made, shown, error.rate)
            raise NoProof(changed(evidence, values=error.values)) from None
        return p.have(goal, by=[*equations, fact])
    failure: ProofError | None = None
    supports = _supports(p, stated, conclusions, parameters)
    for support in supports:
        chosen = [premises[j] for j in sorted(support)]
        weighed = partial(_weighed, p, goal, stated, equations, chosen, parameters)
        ways: list[Callable[[], Fact | None]] = [
            partial(_plainly, p, goal, equations, chosen),
            partial(weighed, lightest=False),
            partial(weighed, lightest=True),
        ]
        if len(chosen) > _FEW:  # of many, products are many more
            ways[:2] = ways[1], ways[0]
        for way in ways:
            try:
                found = way()
            except ProofError as error:
                failure = failure or error
                continue
            if found is not None:
                return found
    for support in supports:
        chosen = [premises[j] for j in sorted(support)]
        claims = [fact.claim for fact in chosen] if len(chosen) <= _FEW else []
        for weights in with_coefficients(p, stated, claims, parameters):
            with suppress(ProofError):
                return _by_weights(p, goal, equations, chosen, weights)
    assert failure is not None
    raise failure


def _plainly(p: Proof, goal: Term, equations: Sequence[Fact], chosen: Sequence[Fact]) -> Fact:
    """Prove the goal by the search for certificates of a proof script."""
    return p.have(goal, by=p.quiet(goal, [*equations, *chosen]))


def _weighed(
    p: Proof,
    goal: Term,
    stated: Term,
    equations: Sequence[Fact],
    chosen: Sequence[Fact],
    parameters: Sequence[Term],
    lightest: bool,
) -> Fact | None:
    """Prove the goal with the premises' weights in closed form; None when they have none.

    The ``lightest`` weights are unique where others are not.
    """
    weights = in_closed_form(p, stated, [fact.claim for fact in chosen], parameters, lightest)
    if weights is None:
        return None
    return _by_weights(p, goal, equations, chosen, weights)


def _by_weights(
    p: Proof,
    goal: Term,
    equations: Sequence[Fact],
    chosen: Sequence[Fact],
    weights: Sequence[Term],
) -> Fact:
    weighed = [w * fact for w, fact in zip(weights, chosen, strict=True)]
    return p.have(goal, by=[*equations, *weighed])


def _by_rounding(
    p: Proof, goal: Term, stated: Term, premises: Sequence[Fact], equations: Sequence[Fact]
) -> Fact:
    theorems = [fact.thm for fact in premises]
    claims = [th.conclusion for th in theorems]
    try:
        field = field_of([stated, *claims])
        if field is not None and roots_of_numbers(claims):
            proved = proved_in_field(stated, theorems, field)
            if isinstance(proved, Failed):
                raise NoProof(Evidence(proved.why, {}))
            return p.have(goal, by=[*equations, p.fact(proved, FOUND)])
        rewriting = None if field is None else Rewriting(field)
        target = stated if rewriting is None else rewriting.term(stated)
    except (SeveralRoots, NotNumeric) as error:
        raise NoProof(Evidence(str(error), {})) from None
    root = rewriting.root if rewriting is not None and roots_of_numbers([target]) else None
    rate = _0 if root is None else root.value
    if root is None:
        made = translate(target, theorems)
    else:  # with a variable in place of the root, which is then the rate
        stands_in = fresh_variable("s", REAL, [target, *claims])
        made = translate(
            replace(target, root.term, stands_in), theorems, stands_in, None, root.square
        )
    found = certificate(made.program, rate)
    if isinstance(found, Failed):
        raise NoProof(_evidence(found, made, {}, rate))
    found = with_fewer(made.program, found, rate)
    try:
        thm = made.proof(found) if root is None else proof_with_root(made, found, target, root)
    except KernelError as error:  # as of an equation from an inequality
        raise NoProof(Evidence(str(error), {})) from None
    thm = thm if rewriting is None else rewriting.back(thm, stated)
    return p.have(goal, by=[*equations, p.fact(thm, FOUND)])


def _evidence(
    failed: Failed, made: Translation, parameters: dict[str, str], rate: Exact = _0
) -> Evidence:
    point = None
    if made.independent:
        near = rate.near(_NEAR) if isinstance(rate, Surd) else rate
        point = refutation(made.program.at(near), made.constant)
        if point is not None and not point.of(made.program.at(rate).target) < 0:
            point = None  # it is not the root that fails, but the number near it
    return Evidence(failed.why, parameters, point, len(made.program.columns))


def _supports(
    p: Proof, stated: Term, conclusions: Sequence[Term], parameters: Sequence[Term]
) -> list[set[int]]:
    """Return sets of premises that carry the claim at sample parameters, the likeliest first.

    The fewer there are the likelier their weights are unique, and then functions of the parameters.
    """
    hypotheses = region([fact.claim for fact in p.hypotheses()], parameters)
    seen: list[Translation] = []
    candidates: list[set[int]] = []
    for values in samples(parameters, hypotheses):
        numeric = [substitute(c, values) for c in conclusions]
        made = translate(substitute(stated, values), conclusions=numeric)
        if len(seen) < _SAMPLES:
            found = certificate(made.program, _0)
            if isinstance(found, Failed):
                shown = {f"{v}": f"{t}" for v, t in values.items()}
                raise NoProof(changed(_evidence(found, made, shown), values=values))
            used = sorted(found.weights)
            if len(used) <= _FEW or not any(_carried(made, s) for s in candidates):
                candidates += [_fewest(made, used), _fewest(made, used[::-1])]
        seen.append(made)
        if len(seen) == 2 * _SAMPLES:
            break
    if not seen:
        raise NoProof(Evidence(NO_NUMBERS, {}))
    distinct = [s for place, s in enumerate(candidates) if s not in candidates[:place]]
    carried = [sum(_carried(made, support) for made in seen) for support in distinct]
    order = sorted(range(len(distinct)), key=lambda k: (-carried[k], len(distinct[k])))
    ordered = [distinct[k] for k in order[:_SUPPORTS]]
    union = set().union(*distinct)
    return ordered if union in ordered else [*ordered, union]


def _carried(
    made: Translation, premises: set[int], limits: tuple[float, float] = _CARRIED[0]
) -> bool:
    """Say whether by the numbers these premises alone carry the claim; nothing is proved.

    The slack may miss being a sum of squares by a multiple of Σ‖vᵢ‖²: there is a least one.
    """
    few = made.program.only(sorted(premises))
    identity = Form({(i, i): Fraction(1) for i in range(few.size)})
    answer = least_rate(changed(few, bound=identity), tolerance=limits[0])
    if answer.status == "DualInfeasible":  # no multiple is too small
        return True
    return answer.solved and answer.first < limits[1] * (1 + np.abs(answer.weights).sum())


def _fewest(made: Translation, order: Sequence[int]) -> set[int]:
    """Return a smaller set of premises with which a certificate is found, left out in turn."""
    for limits in _CARRIED:
        kept, size = set(order), max(1, len(order) // _MANY)
        while size:  # of many, several at once first
            left = [j for j in order if j in kept]
            for at in range(0, len(left), size):
                rest = kept - set(left[at : at + size])
                kept = rest if _carried(made, rest, limits) else kept
            size //= 2
        if isinstance(certificate_from(made.program, _0, kept), Found):
            return kept
    return set(order)
