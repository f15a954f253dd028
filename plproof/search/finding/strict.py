"""Strict claims A < B: proved where something strict carries them, refuted where A = B.

[untrusted: every step it records is made by rules of the kernel]

A < B follows from A + t·S ≤ B with t > 0 and S > 0, where S is 1 or the slack of a strict premise;
the largest such t is a rate.  Where there is none A ≤ B may hold all the same, and A < B is false
if the sides are equal for one function.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from plproof.kernel.normal import KernelError
from plproof.language.binding import fresh_variable, substitute
from plproof.language.notation import canonical
from plproof.language.propositions import at_variables
from plproof.language.sorts import REAL
from plproof.language.syntax import sq
from plproof.language.terms import FALSE, Term, as_real, number
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.facts import FOUND, Fact, opened
from plproof.proof.script import Proof
from plproof.search.claims.advice import mentions_functions
from plproof.search.claims.find import find
from plproof.search.claims.offered import known_facts
from plproof.search.counterexamples.evidence import Evidence, NoProof
from plproof.search.finding.closed_form import closed_form
from plproof.search.finding.induction import refuted
from plproof.search.programs.bridge import translate
from plproof.search.programs.exact import Found
from plproof.search.programs.rounding import certificate, simplest
from plproof.search.programs.solver import least_rate
from plproof.search.statements.parameters import constants, region, samples
from plproof.search.statements.premises import gather

_ONLY_WEAKLY = (
    "A ≤ B is proved, but in what is used for it nothing is strict, and no function was found with "
    "which A = B"
)
#: a part of S that is smaller may be the solver's error
_CARRIED = 1e-7
#: samples of the parameters at which premises are looked for, and how many premises are tried
_SAMPLES, _FEW = 3, 10
_USED = 1e-6


def strictly(p: Proof, goal: Term, using: Sequence[Any], points: Sequence[Term]) -> Fact:
    """Prove a claim A < B, perhaps for all points, from instances of what is known.

    Raises NoProof, with a function for which A ≥ B where one is found; where A ≤ B is not proved
    either, with what stands against that.
    """
    hypotheses = [fact.claim for fact in p.hypotheses()]
    inner, fixed = at_variables(goal, hypotheses)
    if fixed:
        with p.fix(*fixed):
            strictly(p, inner, using, points)
        assert p.last is not None
        return p.last
    if not using and not mentions_functions(goal, p.hypotheses()):
        return find(p, goal, using, points)
    known = [*known_facts(p, using, goal), *_not_zero(p)]
    premises, equations, stated = gather(p, goal, known, points)
    fact = _carried(p, goal, stated, premises, equations)
    if fact is not None:
        return fact
    given = p.given
    weak = goal.args[0] <= goal.args[1] if goal.op == "lt" else goal.args[0] >= goal.args[1]
    failure: NoProof | None = None
    try:
        find(Proof(p.theorem, given, weak), weak, using, points)
    except NoProof as error:
        failure = error
    if failure is None or failure.evidence.example is None:
        failure = refuted(given, goal, using, points) or failure
    if failure is not None:
        raise failure
    fact = _by_the_largest(p, goal, stated, premises, using, points)
    if fact is not None:
        return fact
    raise NoProof(Evidence(_ONLY_WEAKLY, {}))


def _not_zero(p: Proof) -> list[Fact]:
    """Return 0 < ‖u − v‖² for the hypotheses that two points are different."""
    found = []
    for fact in p.hypotheses():
        claim = opened(fact.thm).conclusion
        if claim.op != "imp" or claim.args[1] != FALSE or claim.args[0].op != "eq":
            continue
        u, v = claim.args[0].args
        if u.sort.kind == "Vec":
            found.append(p.fact(_apart(fact, u, v), fact.label).discharged())
    return found


def _apart(fact: Fact, u: Term, v: Term) -> Any:
    """Return 0 < ‖u − v‖² from the hypothesis u ≠ v: a vector of length 0 is zero."""
    w = u if v == number(0, v.sort) else u - v
    p = Proof("apart", {"apart": fact.claim}, 0 < sq(w))
    with p.cases():
        with p.case(0 < sq(w)):
            p.have(p.goal)
        with p.case(sq(w) <= 0) as short, p.by_contradiction(p.goal):
            zero = p.zero_vector(w, by=[short])
            p.have(fact.claim.args[0], by=[zero])
            p.contradiction(p.apart.discharged())
    return p.conclude()


def _carried(
    p: Proof, goal: Term, stated: Term, premises: Sequence[Fact], equations: Sequence[Fact]
) -> Fact | None:
    """Prove the goal where a positive number or a strict premise carries it; None if none does."""
    conclusions = [fact.claim for fact in premises]
    parameters = constants([stated, *conclusions])
    for reason in (None, *_strict(premises)):
        try:
            if parameters:
                by = _with_parameters(p, stated, premises, parameters, reason)
            else:
                by = _with_numbers(p, stated, premises, reason)
            if by is not None:
                return p.have(goal, by=[*equations, *by])
        except (NotFound, ProofError, KernelError):
            continue
    return None


def _with_numbers(
    p: Proof, stated: Term, premises: Sequence[Fact], reason: Fact | None
) -> list[Fact] | None:
    """Return what the goal follows from where the coefficients are numbers, or None."""
    theorems = [fact.thm for fact in premises]
    size = _size(stated, [fact.claim for fact in premises], reason)
    if size is None:
        return None
    made = translate(_loosened(stated, number(-size), reason), theorems)
    found = certificate(made.program, Fraction(0))
    if not isinstance(found, Found):
        return None
    return [p.fact(made.proof(found), FOUND), *([] if reason is None else [reason])]


def _with_parameters(
    p: Proof,
    stated: Term,
    premises: Sequence[Fact],
    parameters: Sequence[Term],
    reason: Fact | None,
) -> list[Fact] | None:
    """Return premises that carry the goal at numbers for the parameters, or None."""
    known = region([fact.claim for fact in p.hypotheses()], parameters)
    used: set[int] = set()
    seen = 0
    for values in islice(samples(parameters, known), _SAMPLES):
        numeric = [substitute(fact.claim, values) for fact in premises]
        at = None if reason is None else substitute(reason.claim, values)
        here = _support(substitute(stated, values), numeric, at)
        if here is None:
            return None
        used |= here
        seen += 1
    if not seen or len(used) > _FEW:
        return None
    chosen = [premises[j] for j in sorted(used)]
    about = [fact for fact in p.hypotheses() if fact.claim in known]
    extra = [] if reason is None or reason in chosen else [reason]
    return [*chosen, *extra, *about]


def _by_the_largest(
    p: Proof,
    goal: Term,
    stated: Term,
    premises: Sequence[Fact],
    using: Sequence[Any],
    points: Sequence[Term],
) -> Fact | None:
    """Prove A < B from A + t·S ≤ B, with the largest t as a function of the parameters; or None."""
    conclusions = [fact.claim for fact in premises]
    hypotheses = [fact.claim for fact in p.hypotheses()]
    parameters = constants([stated, *conclusions])
    about = [fact for fact in p.hypotheses() if fact.claim in region(hypotheses, parameters)]
    for reason in (None, *_strict(premises)) if parameters else ():
        rate = fresh_variable("t", REAL, [goal, stated, *hypotheses, *conclusions])
        try:
            looser = _loosened(stated, rate, reason)
            least = closed_form(hypotheses, rate, looser, conclusions, parameters)
            positive = p.quiet(-least > 0, about)
            sharper = _loosened(goal, least, reason)
            given = p.given
            weak = find(Proof(p.theorem, given, sharper), sharper, using, points)
            by = [p.fact(weak.thm, FOUND), positive if reason is None else positive * reason]
            return p.have(goal, by=by)
        except (NotFound, ProofError, KernelError):
            continue
    return None


def _strict(premises: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in premises if canonical(fact.claim).op == "lt"]


def _loosened(claim: Term, rate: Term, reason: Fact | Term | None) -> Term:
    """Return A ≤ B + rate·S for a claim A < B."""
    small, large = canonical(claim).args
    return as_real(small) <= as_real(large) + rate * _slack(reason)


def _size(stated: Term, conclusions: Sequence[Term], reason: Fact | None) -> Fraction | None:
    """Return a simple t with A + t·S ≤ B as the solver sees it, S the slack of the reason."""
    largest = _largest(stated, conclusions, None if reason is None else reason.claim)
    if largest is None:
        return None
    top, _ = largest
    return simplest(top / 2, top / 4)


def _support(stated: Term, conclusions: Sequence[Term], reason: Term | None) -> set[int] | None:
    """Return the premises with weights where S carries the claim, None where it does not."""
    largest = _largest(stated, conclusions, reason)
    if largest is None:
        return None
    _, weights = largest
    return {j for j, w in enumerate(weights) if w > _USED}


def _largest(
    stated: Term, conclusions: Sequence[Term], reason: Term | None
) -> tuple[float, Sequence[float]] | None:
    """Return the largest t with A + t·S ≤ B, 1 where all are, and the weights; None without."""
    rate = fresh_variable("t", REAL, [stated, *conclusions])
    answer = least_rate(translate(_loosened(stated, rate, reason), (), rate, conclusions).program)
    if answer.status == "DualInfeasible":
        return 1.0, answer.weights.tolist()
    if not answer.solved or answer.first > -_CARRIED:
        return None
    return -answer.first, answer.weights.tolist()


def _slack(reason: Fact | Term | None) -> Term:
    """Return S for a reason A < B, B − A, and 1 for none."""
    if reason is None:
        return number(1)
    claim = reason.claim if isinstance(reason, Fact) else reason
    small, large = canonical(claim).args
    return as_real(large) - as_real(small)
